"""A picture in the scrollback: printed, not placed, and left to the terminal."""

from __future__ import annotations

from vizterm.cells.half_blocks import picture_lines
from vizterm.cells.text import ansi_text
from vizterm.graphics.choose import NONE
from vizterm.graphics.in_cells import pixels_in
from vizterm.graphics.protocols import find_protocol
from vizterm.terminal.facts import Terminal
from vizterm_core.pictures.half_blocks import to_cells
from vizterm_core.pictures.image import Picture, fit_picture

USUAL_CELL = (10, 20)
"""Size of a cell in pixels where it is unknown."""


def printed_picture(
    picture: Picture, columns: int, rows: int, protocol: str, terminal: Terminal
) -> str:
    """Return a picture as it is printed; the cursor ends at the start of the line below.

    Parameters
    ----------
    picture : (H, W, 3) uint8
    columns, rows : int
        The cells that it may take.
    protocol : str
        As chosen by `choose_graphics`.
    terminal : Terminal
    """
    if protocol == NONE:
        return ""
    found = find_protocol(protocol)
    if found is not None:
        width, height = cell = terminal.cell or USUAL_CELL
        pixels = fit_picture(picture, pixels_in(rows, height), pixels_in(columns, width))
        return found().print(pixels, cell)
    dithered = terminal.colours == "256"
    cells = to_cells(picture, rows, columns, terminal.cell_aspect, dithered=dithered)
    lines = picture_lines(cells, terminal.colours)
    return "".join(ansi_text(line, terminal.colours) + "\n" for line in lines)
