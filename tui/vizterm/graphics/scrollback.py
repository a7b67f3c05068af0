"""A picture in the scrollback: printed, not placed, and left to the terminal."""

from __future__ import annotations

from vizterm.cells.half_blocks import picture_lines
from vizterm.cells.text import ansi_text
from vizterm.graphics import kitty, term_images
from vizterm.graphics.choose import ITERM2, KITTY, KITTY_UNICODE, NONE, SIXEL
from vizterm.graphics.placeholders import for_tmux, place_virtually, placeholder_cells
from vizterm.graphics.sixel import encode_sixel
from vizterm.terminal.facts import Terminal
from vizterm_core.pictures.half_blocks import to_cells
from vizterm_core.pictures.image import Picture, fit_picture

USUAL_CELL = (10, 20)
"""Taken for a cell's size in pixels where that is unknown."""


def printed_picture(
    picture: Picture, columns: int, rows: int, protocol: str, terminal: Terminal
) -> str:
    """What prints a picture, and leaves the cursor at the start of the line below it.

    Parameters
    ----------
    picture : (H, W, 3) uint8
    columns, rows : int
        The cells that it may take.
    protocol : str
        As chosen by `choose_graphics`.
    """
    if protocol == NONE:
        return ""
    width, height = terminal.cell_pixels or USUAL_CELL
    pixels = fit_picture(picture, rows * height, columns * width)
    lines_down = -(-pixels.shape[0] // height)
    if protocol == ITERM2 or (protocol == KITTY and term_images.available()):
        return term_images.scrollback_picture(protocol, pixels, (width, height)) + "\n"
    if protocol == KITTY:
        return kitty.show_here(pixels) + "\n" * lines_down
    if protocol == SIXEL:
        return encode_sixel(pixels) + "\n"
    if protocol == KITTY_UNICODE:
        image_id = kitty.ImageIds().id_for(b"", 0)[0]
        across = -(-pixels.shape[1] // width)
        sent = kitty.transmit_data(kitty.encode_data(pixels), image_id)
        sent += place_virtually(image_id, across, lines_down)
        return for_tmux(sent) + "\n".join(placeholder_cells(image_id, across, lines_down)) + "\n"
    cells = to_cells(picture, rows, columns, terminal.cell_aspect)
    lines = picture_lines(cells, terminal.colours)
    return "".join(ansi_text(line, terminal.colours) + "\n" for line in lines)
