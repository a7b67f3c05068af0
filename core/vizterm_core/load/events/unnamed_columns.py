"""Which columns without names are x, y and the weight: their first values say it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError
from vizterm_core.load.doubt import Doubt
from vizterm_core.load.events.column import HINT, Choice, Column, tell_choice
from vizterm_core.load.events.counters import FEWEST_RISING, is_rising, never_falls, numbers_rows

_FEW = 0.1
"""Share of different values up to which whole numbers may be ids."""
_BOX = 4


def choose_by_place(columns: Sequence[Column], name: str) -> Choice:
    """Choose among columns without names, by their first values; a DataError without two."""
    numeric = [place for place, column in enumerate(columns) if column.numeric]
    if len(numeric) < 2:
        numeric = [place for place, column in enumerate(columns) if len(column.numbers)]
    if len(numeric) < 2 and all(column.empty for column in columns):
        numeric = list(range(len(columns)))
    if len(numeric) < 2:
        raise DataError(f"{name}: no two columns of numbers", HINT)
    left = numeric
    passed: list[int] = []
    while len(left) > 2 and _is_no_position(columns, left):
        passed.append(left[0])
        left = left[1:]
    x, y, *rest = left
    weight = rest[0] if len(rest) == 1 else None
    if weight is not None and (
        numbers_rows(columns[weight].values) or is_rising(columns[weight].values)
    ):
        weight = None
    choice = Choice(x, y, weight)
    told = tell_choice(choice, columns)
    doubts = []
    if len(rest) > 1:
        doubts.append(Doubt(f"{told}; {_four(columns, left)} (--columns)"))
    elif passed:
        numbered = ", ".join(str(place + 1) for place in passed)
        what = "a time or a counter" if is_rising(columns[passed[-1]].values) else "an id"
        doubts.append(Doubt(f"{told}; column {numbered} looks like {what}"))
    elif rest and weight is None:
        doubts.append(Doubt(f"{told}; column {rest[0] + 1} rises, and is no weight"))
    if looks_like_latitude(columns[x].numbers, columns[y].numbers):
        doubts.append(
            Doubt(
                f"column {x + 1} may be latitude, and column {y + 1} longitude: "
                f"--columns {y + 1},{x + 1} swaps them"
            )
        )
    said_already = any(doubt.startswith(told) for doubt in doubts)
    return replace(choice, doubts=tuple(doubts), notes=() if said_already else (told,))


def _is_no_position(columns: Sequence[Column], left: Sequence[int]) -> bool:
    """Whether the first of the columns that are left is a time, a counter, or an id."""
    first = columns[left[0]]
    if is_rising(first.values) or (len(left) > 3 and never_falls(first.values)):
        return True
    numbers = first.numbers
    if len(numbers) < 2 * FEWEST_RISING or (numbers != np.rint(numbers)).any():
        return False
    different = [len(np.unique(columns[place].numbers)) for place in left[:3]]
    # One that hardly changes beside two that do.
    return (
        different[0] <= max(1, _FEW * len(numbers))
        and min(different[1:]) >= 5 * different[0]
        and (len(left) > 3 or different[0] == 1 or min(different[1:]) >= 10 * different[0])
    )


def _four(columns: Sequence[Column], left: Sequence[int]) -> str:
    """Say what rows of four and more numbers may be."""
    numbers = [columns[place].values for place in left[:_BOX]]
    if len(numbers) == _BOX:
        x1, y1, x2, y2 = numbers
        with np.errstate(invalid="ignore"):
            if ((x2 > x1) & (y2 > y1))[np.isfinite(x1 + x2)].all():
                return "boxes x1,y1,x2,y2 or x,y,w,h have a corner there"
        return (
            f"{len(left):,} numbers a row may be boxes x,y,w,h"
            if len(left) < 11
            else (f"{len(left):,} numbers a row")
        )
    return f"{len(left):,} numbers a row"


def looks_like_latitude(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> bool:
    """Whether two columns without names may be latitude and longitude, in this order.

    Places of a region: fractions, whose spread is small beside how far they are from zero.
    """
    if not len(x) or not len(y) or np.abs(x).max() > 90 or np.abs(y).max() > 180:
        return False
    fractions = all(np.mean(np.abs(values * 1000 % 1 - 0.5) < 0.499) > 0.5 for values in (x, y))
    far = all(abs(values.mean()) > 2 * values.std() for values in (x, y))
    beyond_one = max(np.abs(x).max(), np.abs(y).max()) > 1.5
    return bool(fractions and far and beyond_one)
