"""Grids of numbers as text: a row a line, as `numpy.savetxt` and thermal cameras write them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError
from vizterm_core.files.text.content import TextContent
from vizterm_core.files.text.layout import Layout
from vizterm_core.load.events.column import Column
from vizterm_core.load.events.counters import is_rising
from vizterm_core.load.events.numbers import Numerals

SURE_WIDTH = 17
"""So many numbers a row, without names, are a grid."""
FEWEST_WIDTH = 5
"""Fewer numbers a row are events."""
_FEWEST_ROWS = 3


def is_matrix(columns: Sequence[Column], header: Sequence[str] | None) -> bool:
    """Whether the first rows of a table are those of a grid.

    They are if all cells are numbers, there are many columns that look alike, and nothing names
    them, or they are numbered.
    """
    if header is not None:
        if not _counts_up(header):
            return False
        columns = columns[len(header) - len(_counted(header)) :]
    if len(columns) < FEWEST_WIDTH or any(column.text for column in columns):
        return False
    rows = len(columns[0].values)
    filled = [len(column.numbers) for column in columns]
    if sum(filled) < 0.5 * rows * len(columns):
        return False
    if len(columns) >= SURE_WIDTH or header is not None:
        return True
    return rows >= _FEWEST_ROWS and min(filled) > 0 and _alike(columns)


def _counted(header: Sequence[str]) -> list[str]:
    names = list(header)
    return names[1:] if names and not names[0].strip() else names


def _counts_up(header: Sequence[str]) -> bool:
    names = [name.strip() for name in _counted(header)]
    if len(names) < FEWEST_WIDTH or not all(name.isdecimal() and len(name) < 9 for name in names):
        return False
    return all(int(high) == int(low) + 1 for low, high in pairwise(names))


def _alike(columns: Sequence[Column]) -> bool:
    """Whether columns hold the same kind of value: none counts, none is far from the others."""
    if is_rising(columns[0].values) and not all(is_rising(each.values) for each in columns):
        return False
    lows = np.array([column.numbers.min() for column in columns])
    highs = np.array([column.numbers.max() for column in columns])
    constant = lows == highs
    if constant.any() and not constant.all():
        # A column of -1 beside others; zeros at the edge of a grid are usual.
        odd = lows[constant]
        inside = (odd >= lows[~constant].min()) & (odd <= highs[~constant].max())
        if not inside.all():
            return False
    span = highs.max() - lows.min()
    middles = (lows + highs) / 2
    own = np.median(highs - lows)
    return bool(span == 0 or own >= 0.2 * span or np.abs(np.diff(middles)).max() <= 0.35 * span)


def read_grid(content: TextContent, layout: Layout, numerals: Numerals) -> npt.NDArray[np.float64]:
    """Return the (H, W) numbers of a text.

    Cells without a number are NaN.

    Raises
    ------
    DataError
        If there are no numbers, or rows have different widths.
    """
    header = layout.header
    index = header is not None and len(header) > 1 and not header[0].strip()
    blocks: list[npt.NDArray[np.float64]] = []
    number = layout.skip
    width = layout.width
    for fields in layout.blocks(content):
        rows: list[list[str]]
        if fields and isinstance(fields[0], str):
            flat = [str(field) for field in fields]
            block = numerals.numbers(flat).reshape(-1, width)
        else:
            rows = [[*row] for row in fields if not row[0].startswith("#")]
            # A delimiter at the end of each row.
            rows = [
                row[:-1] if len(row) == width + 1 and not row[-1].strip() else row for row in rows
            ]
            for row in rows:
                number += 1
                if len(row) != width:
                    raise DataError(
                        f"{content.name}: row {number:,} of the grid has {len(row):,} numbers, "
                        f"not {width:,}",
                        "a grid has as many in each row; --kind events reads x, y a line",
                    )
            block = numerals.numbers([cell for row in rows for cell in row]).reshape(-1, width)
        blocks.append(block)
    if not blocks:
        raise DataError(f"{content.name} has no rows of numbers", "a grid is a row a line")
    grid = np.concatenate(blocks)
    if index:
        grid = grid[:, 1:]
    # A delimiter at the end of each row makes an empty column.
    if grid.shape[1] > 1 and np.isnan(grid[:, -1]).all():
        grid = grid[:, :-1]
    if not grid.size or np.isnan(grid).all():
        raise DataError(f"{content.name} holds no numbers", "a grid is a row a line")
    return grid
