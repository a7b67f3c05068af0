"""A frame of the scatter: how many points, and of which labels, are in each dot and cell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vizterm_core.scatter.braille import encode_dots
from vizterm_core.scatter.grid import Codes
from vizterm_core.scatter.viewport import DOTS_ACROSS, DOTS_DOWN, FloatArray, Viewport

EMPTY = -1
"""The label of a cell in which nothing is lit."""

_FEW_SHARE = 20
"""Pairs of cells and labels for each point, from which on the points are few."""
_DENSE_BINS = 1 << 20
"""Up to this many (cell, label) pairs are counted in an array; more are sorted."""


@dataclass(frozen=True, slots=True)
class CellCounts:
    """Visible points of each label in each cell, where there are any."""

    cells: npt.NDArray[np.int64]
    """(m,) the number of the cell: row * columns + column."""
    labels: npt.NDArray[np.int64]
    """(m,) the label; a cell and a label occur together once."""
    counts: npt.NDArray[np.int64]
    """(m,) the number of points, at least 1."""

    @classmethod
    def of_tables(
        cls, counts: npt.NDArray[np.integer], labels: npt.NDArray[np.int64]
    ) -> CellCounts:
        """Return the counts that aren't 0, from (k, rows, columns) counts of (k,) labels."""
        flat = counts.ravel()
        found = np.flatnonzero(flat != 0)
        places, cells = np.divmod(found, max(1, flat.size // max(1, len(counts))))
        return cls(cells, labels[places], flat[found].astype(np.int64))

    def totals(self, cell_count: int) -> npt.NDArray[np.float64]:
        """Return the points in each cell: (cell_count,) float64."""
        totals = np.bincount(self.cells, self.counts, cell_count)
        return totals.astype(np.float64, copy=False)


@dataclass(frozen=True, slots=True)
class Frame:
    """A counted view: what all ways to draw it start from."""

    codes: npt.NDArray[np.uint8]
    """(rows, columns) braille codes, 0 where no dot is lit."""
    labels: npt.NDArray[np.int32]
    """(rows, columns) the label with most visible points in the cell, or `EMPTY`."""
    shown: int
    """Visible points inside the view."""
    exact: bool
    """Whether each point lights its own dot, not one up to a quarter of a dot away."""
    dots: npt.NDArray[np.integer]
    """(4 * rows, 2 * columns) visible points in each dot."""
    counts: CellCounts
    """Visible points by cell and label."""

    def led_by(self, label: int) -> npt.NDArray[np.int32]:
        """Return `labels`, but that one label leads in each cell where it has a point."""
        leads = self.counts.labels == label
        labels = self.labels.copy()
        labels.reshape(-1)[self.counts.cells[leads]] = label
        return labels


def encode_counts(dots: npt.NDArray[np.integer]) -> npt.NDArray[np.uint8]:
    """Return the braille codes of the dots with any points; counts are (4 * rows, 2 * columns)."""
    return encode_dots(dots > 0)


def count_dots(viewport: Viewport, x: FloatArray, y: FloatArray) -> npt.NDArray[np.int64]:
    """Count the points in each dot of a view: (4 * rows, 2 * columns)."""
    columns, rows = viewport.dots_of(x, y)
    across, down = viewport.across, viewport.down
    inside = (columns >= 0) & (columns < across) & (rows >= 0) & (rows < down)
    places = rows[inside] * across + columns[inside]
    return np.bincount(places, minlength=down * across).reshape(down, across)


class Tally:
    """Exact counts of points in the dots and cells of a view, in float64.

    Parameters
    ----------
    viewport : Viewport
    label_count : int
    points : int, optional
        About how many will be added, if that is known: few are counted without a look at all
        pairs of cells and labels.
    """

    def __init__(self, viewport: Viewport, label_count: int, points: int | None = None) -> None:
        self._viewport = viewport
        self._labels = label_count
        self._cells = viewport.rows * viewport.columns
        self._dots = np.zeros(viewport.down * viewport.across, np.int64)
        bins = self._cells * label_count
        few = points is not None and points * _FEW_SHARE < bins
        self._dense = bins <= _DENSE_BINS and not few
        self._counts = np.zeros(bins if self._dense else 0, np.int64)
        self._sparse: list[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]] = []
        self.shown = 0

    def add(self, x: FloatArray, y: FloatArray, labels: Codes) -> None:
        """Count some points; those outside the view are left out."""
        view = self._viewport
        across, down = view.across, view.down
        # In-place steps on one buffer each: close-ups spend their time here.
        # np.float64, because a Python number would be rounded to the dtype of the points.
        columns = x - np.float64(view.left)
        columns *= view.x_scale
        rows = np.float64(view.top) - y
        rows *= view.y_scale
        inside = columns >= 0
        inside &= columns < across
        inside &= rows >= 0
        inside &= rows < down
        count = int(np.count_nonzero(inside))
        if count == 0:
            return
        if count < inside.size:
            columns, rows, labels = columns[inside], rows[inside], labels[inside]
        self.shown += count
        # Nothing is negative here, so truncation is floor.
        column, row = columns.astype(np.int64), rows.astype(np.int64)
        self._dots += np.bincount(row * across + column, minlength=self._dots.size)
        column //= DOTS_ACROSS
        row //= DOTS_DOWN
        row *= view.columns
        row += column
        row *= self._labels
        row += labels
        if self._dense:
            self._counts += np.bincount(row, minlength=self._counts.size)
        else:
            keys, counts = np.unique(row, return_counts=True)
            self._sparse.append((keys, counts))

    def add_counted(
        self,
        columns: npt.NDArray[np.int64],
        rows: npt.NDArray[np.int64],
        labels: Codes,
        counts: npt.NDArray[np.int64],
    ) -> None:
        """Count points that lie together, `counts` of them in a dot; all dots are in the view."""
        view = self._viewport
        self.shown += int(counts.sum())
        places = np.bincount(rows * view.across + columns, counts, self._dots.size)
        self._dots += places.astype(np.int64)
        keys = (rows // DOTS_DOWN * view.columns + columns // DOTS_ACROSS) * self._labels + labels
        if self._dense:
            self._counts += np.bincount(keys, counts, self._counts.size).astype(np.int64)
        else:
            keys, inverse = np.unique(keys, return_inverse=True)
            self._sparse.append((keys, np.bincount(inverse, counts).astype(np.int64)))

    @property
    def dots(self) -> npt.NDArray[np.int64]:
        """(4 * rows, 2 * columns) points in each dot."""
        return self._dots.reshape(self._viewport.down, self._viewport.across)

    @property
    def cell_counts(self) -> npt.NDArray[np.int64]:
        """(labels, rows, columns) points per cell; only with few labels."""
        view = self._viewport
        return self._counts.reshape(view.rows, view.columns, self._labels).transpose(2, 0, 1)

    def frame(self, tie_rank: npt.NDArray[np.int64], *, exact: bool = True) -> Frame:
        """Return the frame of the points counted so far.

        Parameters
        ----------
        tie_rank : (labels,) int64
            Of labels with equal counts in a cell, the one of lowest rank wins.
        exact : bool
            Whether each point was counted in its own dot.
        """
        shape = (self._viewport.rows, self._viewport.columns)
        if self._dense:
            order = np.argsort(tie_rank)
            by_label = self.cell_counts
            dominant = dominant_label((by_label[label] for label in order), order, shape)
            keys = np.flatnonzero(self._counts)
            numbers = self._counts[keys]
        else:
            keys, numbers = self._merged()
            dominant = self._dominant(keys, numbers, tie_rank).reshape(shape)
        counts = CellCounts(*np.divmod(keys, self._labels), numbers)
        codes = encode_counts(self.dots)
        return Frame(codes, dominant, self.shown, exact=exact, dots=self.dots, counts=counts)

    def _merged(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return the keys, cell * labels + label, that have points, and their counts."""
        if not self._sparse:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        keys, inverse = np.unique(
            np.concatenate([keys for keys, _ in self._sparse]), return_inverse=True
        )
        counts = np.bincount(inverse, np.concatenate([c for _, c in self._sparse]))
        return keys, counts.astype(np.int64)

    def _dominant(
        self,
        keys: npt.NDArray[np.int64],
        counts: npt.NDArray[np.int64],
        tie_rank: npt.NDArray[np.int64],
    ) -> npt.NDArray[np.int32]:
        dominant = np.full(self._cells, EMPTY, np.int32)
        cells, labels = np.divmod(keys, self._labels)
        # Best last: later assignments win.
        order = np.lexsort((-tie_rank[labels], counts, cells))
        dominant[cells[order]] = labels[order]
        return dominant


def dominant_label(
    counts: Iterable[npt.NDArray[np.integer]], labels: npt.NDArray[np.int64], shape: tuple[int, int]
) -> npt.NDArray[np.int32]:
    """Return the label with the highest count in each cell.

    Parameters
    ----------
    counts : arrays of `shape`
        One for each label; on a tie the earlier one wins.
    labels : (k,) int64
        The label of each.

    Returns
    -------
    shape int32, `EMPTY` where every count is 0.
    """
    best: npt.NDArray[np.integer] = np.zeros(shape, np.uint32)
    winner = np.zeros(shape, np.uint16 if len(labels) < 1 << 16 else np.uint32)
    for place, count in enumerate(counts, 1):
        winner[count > best] = place
        best = np.maximum(best, count)
    return np.concatenate([[EMPTY], labels]).astype(np.int32)[winner]
