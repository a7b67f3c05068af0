"""The colour bar of a map in half blocks: title, round numbers, a mark at the value looked at."""

from __future__ import annotations

import math

import numpy as np
from rich.segment import Segment
from rich.style import Style

from vizterm.cells.half_blocks import picture_line, pixel_cells
from vizterm.cells.text import BOLD, DIM, cut_name
from vizterm.maps.numbers import short_number
from vizterm.maps.scale import ColourScale
from vizterm_core.colour.colormaps import apply_colormap

BAR_WIDTH = 14
"""Columns of a colour bar, numbers included."""
_TEXT = BAR_WIDTH - 1
"""Columns of its text: the first stays free."""
_BLOCKS = 2
_ROWS_A_NUMBER = 4
_MOST_NUMBERS = 9
_LEAST_TITLED = 6
"""Lines from which there is room for a title."""
_TICK, _MARK = "╴", "◂"

Line = list[Segment]


def title_rows(scale: ColourScale, rows: int) -> int:
    """Return how many of some lines of room stand above the bar itself."""
    if rows < _LEAST_TITLED:
        return 0
    return 1 + len(scale.numbers(_most(rows)).notes)


def colour_bar(
    scale: ColourScale,
    rows: int,
    colours: str,
    *,
    value: float | None = None,
    dim: Style = DIM,
    strong: Style = BOLD,
) -> list[Line]:
    """Return the lines of a colour bar, from high to low, with a title above.

    Parameters
    ----------
    rows : int
        Lines of room.
    colours : str
        Of the terminal; the bar is drawn the way the map is.
    value : float, optional
        Marked, with its number, if it isn't NaN.
    """
    if rows < 1:
        return []
    above = title_rows(scale, rows)
    numbers = scale.numbers(_most(rows))
    bar = rows - above
    title = [cut_name(scale.title, _TEXT), *numbers.notes][:above]
    texts = {_row(share, bar): (_TICK, text, dim) for share, text in numbers.places}
    if value is not None and not math.isnan(value):
        share = float(np.clip(scale.norm(value), 0, 1))
        texts[_row(share, bar)] = (_MARK, short_number(value), strong)
    shares = np.linspace(1, 0, 2 * bar)
    blocks = np.repeat(apply_colormap(shares, scale.colormap)[:, None], _BLOCKS, axis=1)
    lines = [[Segment(text, dim)] for text in title]
    for row, cells in enumerate(pixel_cells(blocks)):
        sign, text, style = texts.get(row, ("", "", dim))
        lines.append([*picture_line(cells, colours), Segment(f"{sign}{text}", style)])
    return lines


def _most(rows: int) -> int:
    return min(max(2, rows // _ROWS_A_NUMBER), _MOST_NUMBERS)


def _row(share: float, rows: int) -> int:
    """Return the line of a share, of the first line's the highest."""
    return min(int((1 - share) * rows), rows - 1)
