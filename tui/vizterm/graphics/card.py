"""A test card: a picture by each protocol, a colour ramp, braille."""

from __future__ import annotations

import numpy as np

from vizterm.cells.half_blocks import picture_lines
from vizterm.cells.text import ansi_text
from vizterm.graphics.choose import Graphics
from vizterm.graphics.protocols import PROTOCOLS
from vizterm.graphics.scrollback import printed_picture
from vizterm.terminal.facts import Terminal
from vizterm_core.colour.colormaps import VIRIDIS
from vizterm_core.pictures.half_blocks import to_cells
from vizterm_core.pictures.image import Picture
from vizterm_core.scatter.braille import BRAILLE

_COLUMNS, _ROWS = 24, 6


def card_picture() -> Picture:
    """Return a ramp and plain colours, a pixel a column so that half blocks mix none.

    Returns
    -------
    (8, 24, 3) uint8
    """
    picture = np.zeros((8, _COLUMNS, 3), np.uint8)
    picture[:, :16] = VIRIDIS[np.linspace(0, 255, 16).astype(int)]
    picture[:, 16:] = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)] * 2
    picture[0, 0] = picture[-1, -1] = (255, 255, 255)
    return picture


def test_card(terminal: Terminal, graphics: Graphics) -> list[str]:
    """Return lines to print; pictures only by protocols that the terminal is known to speak."""
    picture = card_picture()
    cells = to_cells(picture, _ROWS, _COLUMNS, terminal.cell_aspect)
    lines = ["half blocks:"]
    lines += [ansi_text(line, terminal.colours) for line in picture_lines(cells, terminal.colours)]
    for protocol in PROTOCOLS:
        if protocol.answered(terminal) or protocol.name == graphics.protocol:
            printed = printed_picture(picture, _COLUMNS, _ROWS, protocol.name, terminal)
            lines += [f"{protocol.title}:", printed.removesuffix("\n")]
    lines += ["braille:", "".join(BRAILLE[code] for code in range(1, 256, 4))]
    lines += [f"pictures in the app: {graphics.protocol}"]
    return lines
