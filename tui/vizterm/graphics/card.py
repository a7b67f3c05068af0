"""A test card: a picture by each protocol, a colour ramp, braille."""

from __future__ import annotations

import numpy as np

from vizterm.cells.half_blocks import picture_lines
from vizterm.cells.text import ansi_text
from vizterm.graphics import kitty, term_images
from vizterm.graphics.choose import ITERM2, Graphics
from vizterm.graphics.sixel import encode_sixel
from vizterm.terminal.facts import Terminal
from vizterm_core.colour.colormaps import VIRIDIS
from vizterm_core.pictures.half_blocks import to_cells
from vizterm_core.pictures.image import Picture, fit_picture
from vizterm_core.scatter.braille import BRAILLE

_COLUMNS, _ROWS = 24, 6


def card_picture() -> Picture:
    """A pixel a column, so that half blocks mix no colours: (8, 24, 3) uint8."""
    picture = np.zeros((8, _COLUMNS, 3), np.uint8)
    picture[:, :16] = VIRIDIS[np.linspace(0, 255, 16).astype(int)]
    picture[:, 16:] = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)] * 2
    picture[0, 0] = picture[-1, -1] = (255, 255, 255)
    return picture


def test_card(terminal: Terminal, graphics: Graphics) -> list[str]:
    """Lines to print; pictures only by protocols that the terminal says it has."""
    picture = card_picture()
    cells = to_cells(picture, _ROWS, _COLUMNS, terminal.cell_aspect)
    lines = ["half blocks:"]
    lines += [ansi_text(line, terminal.colours) for line in picture_lines(cells, terminal.colours)]
    width, height = terminal.cell_pixels or (8, 16)
    pixels = fit_picture(picture, _ROWS * height, _COLUMNS * width)
    if terminal.sixel:
        lines += ["sixel:", encode_sixel(pixels)]
    if terminal.kitty:
        down = -(-pixels.shape[0] // height)
        lines += ["kitty:", kitty.show_here(pixels) + "\n" * down]
    if graphics.protocol == ITERM2:
        lines += ["iTerm2:", term_images.scrollback_picture(ITERM2, pixels, (width, height))]
    lines += ["braille:", "".join(BRAILLE[code] for code in range(1, 256, 4))]
    lines += [f"pictures in the app: {graphics.protocol}"]
    return lines
