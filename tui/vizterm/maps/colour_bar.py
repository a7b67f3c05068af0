"""The colour bar of a map, and the numbers beside it."""

from __future__ import annotations

import numpy as np
from rich.segment import Segment

from vizterm.cells.half_blocks import picture_line, pixel_cells
from vizterm.cells.text import DIM
from vizterm_core.colour.colormaps import Colormap, apply_colormap
from vizterm_core.colour.norms import Norm

BAR_WIDTH = 12
"""Columns of a colour bar, numbers included."""
_ROWS_A_NUMBER = 4
_BLOCKS = 2


def short_number(value: float) -> str:
    """Format a value for people, in at most eight characters: 0.0123, 1,280, 3.4e+07.

    >>> [short_number(v) for v in (0.0, 0.012345, 3.0, 12.5, 1280.0, 3.4e7, -0.5)]
    ['0', '0.0123', '3', '12.5', '1,280', '3.4e+07', '−0.5']
    """
    if np.isnan(value):
        return "missing"
    size = abs(value)
    if size and (size < 1e-4 or size >= 1e6):
        text = f"{value:.2g}"
    elif size >= 1000:
        text = f"{value:,.0f}"
    else:
        text = f"{value:.3g}"
    return text.replace("-", "−") if not text.startswith("-0") or float(value) else "0"


def colour_bar(norm: Norm, colormap: Colormap, rows: int, colours: str) -> list[list[Segment]]:
    """Return the lines of a colour bar, from high to low, with values of the norm.

    Parameters
    ----------
    rows : int
        Lines of room.
    colours : str
        Of the terminal; the bar is drawn the way the map is.
    """
    if rows < 1:
        return []
    shares = np.linspace(1, 0, 2 * rows) if rows > 1 else np.array([1.0, 0.0])
    blocks = np.repeat(apply_colormap(shares, colormap)[:, None], _BLOCKS, axis=1)
    count = 2 if rows < 2 * _ROWS_A_NUMBER else 1 + (rows - 1) // _ROWS_A_NUMBER
    places = np.unique(np.rint(np.linspace(0, rows - 1, count)).astype(int)).tolist()
    # A number belongs to the middle of its row; those at the ends are the limits.
    at = {row: 1 - (row + 0.5) / rows for row in places}
    at[places[0]], at[places[-1]] = 1.0, at[places[-1]] if rows == 1 else 0.0
    if norm.constant:
        # A single value, in the lowest colour.
        at = {rows - 1: 0.0}
    numbers = {row: short_number(float(norm.inverse(share))) for row, share in at.items()}
    return [
        [*picture_line(cells, colours), Segment(f" {numbers.get(row, '')}", DIM)]
        for row, cells in enumerate(pixel_cells(blocks))
    ]
