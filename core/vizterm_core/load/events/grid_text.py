"""Grids of numbers as text: a row a line, as `numpy.savetxt` and thermal cameras write them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError
from vizterm_core.files.text.cells import is_number
from vizterm_core.files.text.content import TextContent
from vizterm_core.files.text.layout import Layout
from vizterm_core.load.events.column import Column
from vizterm_core.load.events.counters import is_rising
from vizterm_core.load.events.numbers import NO_VALUE, Numerals

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


def numbered_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the others' columns by numbers: hour,0.5,1.5 or ,2010,2020."""
    first = [cell.strip() for cell in rows[0]]
    corner, names = first[0], first[1:]
    below = [_real(row[0]) for row in rows[1:] if row]
    if len(names) < 2 or not below or not all(_real(name) is not None for name in names):
        return False
    if corner:
        return _real(corner) is None and corner not in NO_VALUE
    # A grid may lack its first number.
    numbers = [_real(name) or 0.0 for name in names]
    steps = np.diff([np.nan if each is None else each for each in below])
    return all(high > low for low, high in pairwise(numbers)) and bool((steps > 0).all())


def _real(cell: str) -> float | None:
    return float(cell) if is_number(cell) else None


def find_index(columns: Sequence[Column], header: Sequence[str] | None) -> bool:
    """Whether the first column of a grid names its rows, as that of a pivot table does.

    It does if it holds text, or has no name; with a name, if the others are numbered, or if it goes
    up by one step, and not all of them do.
    """
    first, others = columns[0], columns[1:]
    if not others:
        return False
    if first.text and not len(first.numbers):
        return any(len(other.numbers) for other in others)
    if header is None:
        return False
    if not header[0].strip():
        return True
    if _real(header[0].strip()) is not None:
        return False
    if all(_real(name.strip()) is not None for name in header[1:]):
        return True
    return _steps(first) and not all(_steps(other) for other in others)


def _steps(column: Column) -> bool:
    """Whether numbers go up by one step."""
    steps = np.diff(column.numbers)
    alike = len(steps) > 1 and np.allclose(steps, steps[0], rtol=1e-6)
    return bool(alike and steps[0] > 0)


def may_be_grid(columns: Sequence[Column]) -> bool:
    """Whether all columns, but perhaps one of names in front, hold numbers."""
    others = columns[1:]
    return len(others) > 1 and all(len(each.numbers) and not each.text for each in others)


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


def read_grid(
    content: TextContent, layout: Layout, numerals: Numerals, *, index: bool = False
) -> npt.NDArray[np.float64]:
    """Return the (H, W) numbers of a text.

    Cells without a number are NaN.

    Parameters
    ----------
    content : TextContent
    layout : Layout
    numerals : Numerals
    index : bool
        Whether the first column is left out.

    Raises
    ------
    DataError
        If there are no numbers, or rows have different widths.
    """
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
