"""Labels of an axis below a drawing: where they start, and whether there is room for them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

_GAP = 2
"""Blanks between two labels at least."""


class Tick(NamedTuple):
    """A round value on an axis."""

    cell: int
    """Column or row of the plot in which the value lies."""
    text: str


def label_starts(ticks: Sequence[Tick], left: int, columns: int) -> list[int]:
    """Return the column, from the left edge of the screen, at which each label below starts.

    A label is centred under its tick.  It may reach below the line on the left; at the right edge
    it is moved just so far that all of it is seen, and is still under its tick.
    """
    return [
        max(0, min(left + tick.cell - len(tick.text) // 2, left + columns - len(tick.text)))
        for tick in ticks
    ]


def have_room(ticks: Sequence[Tick], left: int, columns: int) -> bool:
    """Return whether labels fit beside each other below a drawing, each under a cell of its own."""
    if any(len(tick.text) > left + columns for tick in ticks):
        return False
    starts = label_starts(ticks, left, columns)
    ends = [start + len(tick.text) for start, tick in zip(starts, ticks, strict=True)]
    return all(
        ends[i] + _GAP <= starts[k] and ticks[i].cell < ticks[k].cell
        for i, k in pairwise(range(len(ticks)))
    )
