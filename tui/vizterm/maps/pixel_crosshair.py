"""The crosshair over a map in pixels: four thin arms around a place, which stays free."""

from __future__ import annotations

import numpy as np

from vizterm.graphics.canvas import Canvas, Laid, Painting, WholeCell

_COLUMNS, _ROWS = 9, 5
"""Cells that hold it."""
_GAP, _ARM = 0.5, 3.5
"""Where an arm begins and ends, in widths of a cell from the place."""


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
