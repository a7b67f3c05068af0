"""Summed-area tables of point counts: a frame at a cost that doesn't depend on the points.

Source of the method: F. Crow, "Summed-area tables for texture mapping", SIGGRAPH 1984.  The number
of points in any rectangle of grid cells takes four look-ups.  Dots and cells of a view are placed
on the nearest grid lines, so that a dot's edge is off by at most half a grid cell.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

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

    def suits(self, viewport: Viewport) -> bool:
        """Whether the grid is fine enough for this view."""
        least = cells_per_dot(viewport)
        return (
            self.grid.x_scale >= least * viewport.x_scale
            and self.grid.y_scale >= least * viewport.y_scale
        )

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
        row_lines, column_lines = self._edges(viewport)
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
        row_lines, column_lines = self._edges(viewport)
        return _differences(self._visible_total[row_lines][:, column_lines])

    def _edges(self, viewport: Viewport) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return the grid lines at the edges of the view's rows and columns of dots."""
        box = self.grid.box
        across = self._lines(viewport.left, viewport.across, viewport.x_scale, box.left, 1)
        down = self._lines(viewport.top, viewport.down, viewport.y_scale, box.top, -1)
        return down, across

    def _lines(
        self, edge: float, dots: int, scale: float, box_edge: float, sign: int
    ) -> npt.NDArray[np.int64]:
        """Return the grid lines nearest to the dot edges of the view: (dots + 1,) int64."""
        cells_per_unit = self.grid.x_scale if sign > 0 else self.grid.y_scale
        first = sign * (edge - box_edge) * cells_per_unit
        lines = np.rint(first + np.arange(dots + 1) * (cells_per_unit / scale))
        return np.clip(lines, 0, self.grid.size).astype(np.int64)


def _differences(corners: Sums) -> Sums:
    """Return the counts between neighbouring corners of a summed-area table."""
    rows = corners[..., 1:, :] - corners[..., :-1, :]
    return rows[..., 1:] - rows[..., :-1]
