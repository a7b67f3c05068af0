"""Summed-area tables of point counts: a frame at a cost that doesn't depend on the points.

Source of the method: F. Crow, "Summed-area tables for texture mapping", SIGGRAPH 1984.  The number
of points in any rectangle of grid cells takes four look-ups.  Dots and cells of a view are placed
on the nearest grid lines, so that a dot's edge is off by at most half a grid cell.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vizterm_core.scatter.buckets import LabelledBuckets
from vizterm_core.scatter.grid import CHUNK, Codes, Grid
from vizterm_core.scatter.viewport import DOTS_ACROSS, DOTS_DOWN, FloatArray, Viewport

Sums = npt.NDArray[np.uint32]
MIN_CELLS_PER_DOT = 2.02
"""Grid cells in a braille dot below which an edge could be off by more than a quarter of it."""
_MIN_CELLS_PER_FINE_DOT = 1.01
"""Grid cells in any dot below which some would be empty though points are there."""


def cells_per_dot(viewport: Viewport) -> float:
    """Return how many grid cells a view needs in each of its dots, at least."""
    return max(MIN_CELLS_PER_DOT / viewport.fineness, _MIN_CELLS_PER_FINE_DOT)


def fine_enough(grid: Grid, viewport: Viewport) -> bool:
    """Whether a frame of counts in a grid's cells is right to a quarter of a dot."""
    least = cells_per_dot(viewport)
    return grid.x_scale >= least * viewport.x_scale and grid.y_scale >= least * viewport.y_scale


def dot_edges(
    grid: Grid, viewport: Viewport
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the grid lines nearest to the edges of a view's rows and columns of dots.

    Returns
    -------
    down : (4 * rows + 1,) int64
    across : (2 * columns + 1,) int64
        Both clipped to the grid.
    """
    box = grid.box
    across = _lines(grid, viewport.left - box.left, viewport.across, grid.x_scale, viewport.x_scale)
    down = _lines(grid, box.top - viewport.top, viewport.down, grid.y_scale, viewport.y_scale)
    return down, across


def _lines(
    grid: Grid, offset: float, dots: int, cells_per_unit: float, dots_per_unit: float
) -> npt.NDArray[np.int64]:
    first = offset * cells_per_unit
    lines = np.rint(first + np.arange(dots + 1) * (cells_per_unit / dots_per_unit))
    return np.clip(lines, 0, grid.size).astype(np.int64)


class SummedTables:
    """A table for each label and one for all visible labels, over one grid.

    Parameters
    ----------
    grid : Grid
        Points outside its box aren't counted.
    tables : (labels, size + 1, size + 1) uint32
        ``tables[k, r, c]`` is the number of label k's points in grid rows < r and columns < c.
    """

    def __init__(self, grid: Grid, tables: Sums) -> None:
        self.grid = grid
        self._tables = tables
        self._total: Sums = tables.sum(axis=0, dtype=np.uint32)
        self._visible_total = self._total
        self._visible = np.ones(len(tables), bool)

    @classmethod
    def build(
        cls,
        grid: Grid,
        x: FloatArray,
        y: FloatArray,
        labels: Codes,
        label_count: int,
        *,
        everything_inside: bool = False,
    ) -> SummedTables:
        """Count the points inside the grid's box.

        Parameters
        ----------
        x, y : (n,) floating
        labels : (n,) unsigned integers below `label_count`
        everything_inside : bool
            Whether the box holds all points, which saves checking each.
        """
        size = grid.size
        bins = size * size
        # Each bincount passes over all bins: few, large chunks.
        step = max(CHUNK, 4 * bins * label_count, 1 << 22)
        tables = np.zeros((label_count, size + 1, size + 1), np.uint32)
        for start in range(0, x.size, step):
            keys = np.empty(min(step, x.size - start), np.int64)
            filled = 0
            for at in range(start, min(start + step, x.size), CHUNK):
                part = slice(at, min(at + CHUNK, start + step, x.size))
                px, py, pl = x[part], y[part], labels[part]
                if not everything_inside:
                    inside = grid.contains(px, py)
                    px, py, pl = px[inside], py[inside], pl[inside]
                chunk_keys = grid.keys(px, py)
                if label_count > 1:
                    chunk_keys += pl.astype(np.int64) * bins
                keys[filled : filled + chunk_keys.size] = chunk_keys
                filled += chunk_keys.size
            counts = np.bincount(keys[:filled], minlength=bins * label_count)
            tables[:, 1:, 1:] += counts.reshape(label_count, size, size).astype(np.uint32)
        for table in tables:
            np.cumsum(table, axis=0, out=table)
            np.cumsum(table, axis=1, out=table)
        return cls(grid, tables)

    @classmethod
    def of_buckets(cls, points: LabelledBuckets, label_count: int) -> SummedTables:
        """Count the points inside the box of the grid that they are sorted by.

        It is several times faster than `build`.
        """
        buckets, labels = points.buckets, points.sort()
        size = buckets.grid.size
        tables = np.zeros((label_count, size + 1, size + 1), np.uint32)
        rows = max(1, CHUNK * size // max(1, labels.size))
        for top in range(0, size, rows):
            bottom = min(size, top + rows)
            first = buckets.first[top * size : bottom * size + 1].astype(np.int64)
            cells = first.size - 1
            keys = np.repeat(np.arange(cells), np.diff(first))
            keys += labels[first[0] : first[-1]].astype(np.int64) * cells
            counts = np.bincount(keys, minlength=cells * label_count)
            tables[:, top + 1 : bottom + 1, 1:] = counts.reshape(label_count, -1, size)
        outside, their_labels = points.outside()
        row, column = np.divmod(outside, size)
        np.subtract.at(tables, (their_labels, row + 1, column + 1), 1)
        for table in tables:
            np.cumsum(table, axis=0, out=table)
            np.cumsum(table, axis=1, out=table)
        return cls(buckets.grid, tables)

    @property
    def nbytes(self) -> int:
        """Bytes that the tables take."""
        return self._tables.nbytes + self._total.nbytes

    def suits(self, viewport: Viewport) -> bool:
        """Whether the grid is fine enough for this view."""
        return fine_enough(self.grid, viewport)

    def show(self, visible: npt.NDArray[np.bool_]) -> None:
        """Choose the visible labels: (labels,) bool."""
        if np.array_equal(visible, self._visible):
            return
        shown, hidden = np.flatnonzero(visible), np.flatnonzero(~visible)
        if hidden.size == 0:
            total = self._total
        elif shown.size == 1:
            total = self._tables[shown[0]]
        elif hidden.size < shown.size:
            total = self._total - self._tables[hidden[0]]
            for label in hidden[1:]:
                total -= self._tables[label]
        else:
            total = np.zeros_like(self._total)
            for label in shown:
                total += self._tables[label]
        self._visible_total, self._visible = total, visible.copy()

    def counts(self, viewport: Viewport, labels: npt.NDArray[np.int64]) -> tuple[Sums, Sums, int]:
        """Count the points of a view.

        Parameters
        ----------
        labels : (k,) int64
            The labels that are counted in cells.

        Returns
        -------
        dots : (4 * rows, 2 * columns) uint32
            Visible points in each dot.
        cells : (k, rows, columns) uint32
            Points of each of `labels` in each terminal cell.
        shown : int
            Visible points in the view.
        """
        row_lines, column_lines = dot_edges(self.grid, viewport)
        dots = _differences(self._visible_total[row_lines][:, column_lines])
        corner_rows, corner_columns = row_lines[::DOTS_DOWN], column_lines[::DOTS_ACROSS]
        flat = (corner_rows[:, None] * (self.grid.size + 1) + corner_columns[None]).ravel()
        tables = self._tables.reshape(len(self._tables), -1)
        corner_counts = tables.take(flat, axis=1)[labels]
        cells = _differences(corner_counts.reshape(-1, corner_rows.size, corner_columns.size))
        corners = self._visible_total[np.ix_(row_lines[[0, -1]], column_lines[[0, -1]])]
        shown = int(_differences(corners)[0, 0])
        return dots, cells, shown

    def dots(self, viewport: Viewport) -> Sums:
        """Count the visible points in each dot of a view: (4 * rows, 2 * columns) uint32."""
        row_lines, column_lines = dot_edges(self.grid, viewport)
        return _differences(self._visible_total[row_lines][:, column_lines])


def _differences(corners: Sums) -> Sums:
    """Return the counts between neighbouring corners of a summed-area table."""
    rows = corners[..., 1:, :] - corners[..., :-1, :]
    return rows[..., 1:] - rows[..., :-1]
