"""A frame for now, while tables are counted anew: right dots, colours from a part of the points.

After other labels are chosen, or other points, the points are still sorted by grid cell.  How many
are in a cell is known, and one of them, taken at random, stands for the labels of all of them: a
terminal cell holds some hundred such cells.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vizterm_core.scatter.buckets import LabelledBuckets
from vizterm_core.scatter.frame import Tally
from vizterm_core.scatter.grid import Codes
from vizterm_core.scatter.tables import dot_edges
from vizterm_core.scatter.viewport import Viewport

_SCATTER = 2654435761
"""Knuth's multiplier: positions that depend on the cell as if by chance."""


class Preview:
    """The grid cells that have visible points: how many, and the label of one of them.

    Parameters
    ----------
    points : LabelledBuckets
    labels : (n,) unsigned integers
        In the order of the data.
    visible : (codes,) bool
        Which labels are drawn.
    """

    def __init__(
        self, points: LabelledBuckets, labels: Codes, visible: npt.NDArray[np.bool_]
    ) -> None:
        buckets = points.buckets
        self._grid = buckets.grid
        self._visible = visible.copy()
        outside, their_labels = points.outside()
        away = np.zeros(0, np.int64)
        first = buckets.first
        if visible.all():
            positions = None
            away = outside
        else:
            codes = points.sort()
            only_last = bool(visible[:-1].all())
            shown = codes < visible.size - 1 if only_last else visible[codes]
            positions = np.flatnonzero(shown)
            before = np.zeros(shown.size + 1, np.uint32)
            np.cumsum(shown, dtype=np.uint32, out=before[1:])
            first = before[first]
            away = outside[visible[their_labels]]
        inside = np.diff(first).astype(np.int64)
        self._cells = np.flatnonzero(inside)
        """Grid cells with visible points, ascending."""
        number = inside[self._cells]
        chosen = first[self._cells] + self._cells * _SCATTER % number
        if positions is not None:
            chosen = positions[chosen]
        self._labels = labels[buckets.order[chosen]]
        self._counts = number - np.bincount(away, minlength=inside.size)[self._cells]
        """Visible points of each, without those outside the grid's box."""

    def shows(self, visible: npt.NDArray[np.bool_]) -> bool:
        """Whether it was made for these labels."""
        return np.array_equal(visible, self._visible)

    def add_to(self, tally: Tally, viewport: Viewport) -> None:
        """Count the points of a view whose dots the grid is fine enough for."""
        size = self._grid.size
        down, across = dot_edges(self._grid, viewport)
        lines = np.arange(size)
        row = (np.searchsorted(down, lines, "right") - 1)[self._cells // size]
        column = (np.searchsorted(across, lines, "right") - 1)[self._cells % size]
        there = (row >= 0) & (row < viewport.down) & (column >= 0) & (column < viewport.across)
        there &= self._counts > 0
        tally.add_counted(
            column[there], row[there], self._labels[there].astype(np.int64), self._counts[there]
        )
