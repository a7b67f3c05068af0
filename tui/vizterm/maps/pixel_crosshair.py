"""The crosshair over a map in pixels: thin lines around a place, which stays free.

From edge to edge where the terminal keeps pictures: two small ones.  Where pictures become part of
the cells, all that lies below a line is sent again: there it has four short arms.
"""

from __future__ import annotations

import numpy as np

from vizterm.graphics.canvas import Canvas, Laid, Painting, WholeCell

_COLUMNS, _ROWS = 9, 5
"""Cells that hold it."""
_CORE, _EDGE = 190, 90
"""Opacity of a line from edge to edge, and of its dark sides."""
_GAP, _ARM = 0.5, 3.5
"""Where an arm begins and ends, in widths of a cell from the place."""


def hairlines_at(column: float, row: float, size: tuple[int, int]) -> tuple[Laid, Laid]:
    """Return a line across a map and one down, but for the place where they meet.

    Parameters
    ----------
    column, row : float
        In cells of the map, with fractions.
    size : (columns, rows)
        Of the map in cells.
    """
    columns, rows = size

    def across(cell: WholeCell) -> Canvas:
        return _line(cell[0] * columns, cell[1], column * cell[0], row % 1 * cell[1], cell[0])

    def down(cell: WholeCell) -> Canvas:
        line = _line(cell[1] * rows, cell[0], row * cell[1], column % 1 * cell[0], cell[0])
        return line.swapaxes(0, 1)

    key = repr(("hairlines", column, row, size)).encode()
    return (
        Laid(Painting(key + b"across", columns, 1, across), (0, int(row))),
        Laid(Painting(key + b"down", 1, rows, down), (int(column), 0)),
    )


def _line(length: int, width: int, middle: float, beside: float, scale: int) -> Canvas:
    """Return a strip with a line along it, free around the middle: (width, length, 4)."""
    canvas = np.zeros((width, length, 4), np.uint8)
    thick, gap, at = max(1, round(scale / 10)), round(_GAP * scale), int(beside)
    for margin, colour in ((1, (0, 0, 0, _EDGE)), (0, (255, 255, 255, _CORE))):
        canvas[max(at - thick // 2 - margin, 0) : at - thick // 2 + thick + margin] = colour
    canvas[:, max(int(middle) - gap, 0) : int(middle) + gap + 1] = 0
    return canvas


def crosshair_at(column: float, row: float) -> Laid:
    """Return a crosshair around a place: bright lines between dark ones, seen on every colour.

    Parameters
    ----------
    column, row : float
        In cells of the map, with fractions.
    """
    left, top = int(column) - _COLUMNS // 2, int(row) - _ROWS // 2
    at = column - left, row - top

    def draw(cell: WholeCell) -> Canvas:
        width, height = cell
        thick = max(1, round(width / 10))
        y, x = np.mgrid[: _ROWS * height, : _COLUMNS * width]
        across = x - (int(at[0] * width) - thick // 2)
        down = y - (int(at[1] * height) - thick // 2)
        gap, arm = round(_GAP * width), round(_ARM * width)
        canvas = np.zeros((*x.shape, 4), np.uint8)
        for margin, level in ((1, 0), (0, 255)):
            lit = np.zeros(x.shape, np.bool_)
            for along, beside in ((across, down), (down, across)):
                far = np.maximum(-along, along - thick + 1)
                on_line = (beside >= -margin) & (beside < thick + margin)
                lit |= on_line & (far >= gap - margin) & (far < arm + margin)
            canvas[lit] = (level, level, level, 255)
        return canvas

    return Laid(Painting(repr(("crosshair", at)).encode(), _COLUMNS, _ROWS, draw), (left, top))
