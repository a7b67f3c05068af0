"""A frame of the scatter: braille codes and the label that colours each cell."""

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

_DENSE_BINS = 1 << 20
"""Up to this many (cell, label) pairs are counted in an array; more are sorted."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A drawn view: a braille code and a label for each cell."""

    codes: npt.NDArray[np.uint8]
    """(rows, columns) braille codes, 0 where no dot is lit."""
    labels: npt.NDArray[np.int32]
    """(rows, columns) the label with most visible points in the cell, or `EMPTY`."""
    shown: int
    """Visible points inside the view."""
    exact: bool
    """Whether each point lights its own dot, not one up to a quarter of a dot away."""


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
    """

    def __init__(self, viewport: Viewport, label_count: int) -> None:
        self._viewport = viewport
        self._labels = label_count
        self._cells = viewport.rows * viewport.columns
        self._lit = np.zeros(viewport.down * viewport.across + 1, bool)
        self._dense = self._cells * label_count <= _DENSE_BINS
        self._counts = np.zeros(self._cells * label_count if self._dense else 0, np.int64)
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
        self._lit[row * across + column] = True
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

    @property
    def lit(self) -> npt.NDArray[np.bool_]:
        """(4 * rows, 2 * columns) the dots with a point in them."""
        return self._lit[:-1].reshape(self._viewport.down, self._viewport.across)

    @property
    def cell_counts(self) -> npt.NDArray[np.int64]:
        """(labels, rows, columns) points per cell; only with few labels."""
        view = self._viewport
        return self._counts.reshape(view.rows, view.columns, self._labels).transpose(2, 0, 1)

    def frame(self, tie_rank: npt.NDArray[np.int64]) -> Frame:
        """Return the frame of the points counted so far.

        Parameters
        ----------
        tie_rank : (labels,) int64
            Of labels with equal counts in a cell, the one of lowest rank wins.
        """
        shape = (self._viewport.rows, self._viewport.columns)
        if self._dense:
            order = np.argsort(tie_rank)
            counts = self.cell_counts
            dominant = dominant_label((counts[label] for label in order), order, shape)
        else:
            dominant = self._dominant_sparse(tie_rank).reshape(shape)
        return Frame(encode_dots(self.lit), dominant, self.shown, exact=True)

    def _dominant_sparse(self, tie_rank: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
        dominant = np.full(self._cells, EMPTY, np.int32)
        if not self._sparse:
            return dominant
        keys, inverse = np.unique(
            np.concatenate([keys for keys, _ in self._sparse]), return_inverse=True
        )
        counts = np.bincount(inverse, np.concatenate([c for _, c in self._sparse]))
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
