"""Picking points: those in a view, near a place, under a dot, at the ends of the data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vizterm_core.neighbours.metric import Metric
from vizterm_core.neighbours.nearest import Neighbours
from vizterm_core.scatter.buckets import LabelledBuckets
from vizterm_core.scatter.grid import CHUNK, Codes
from vizterm_core.scatter.marks import PointsInView
from vizterm_core.scatter.navigate import next_point
from vizterm_core.scatter.viewport import Extent, FloatArray, Viewport

Visible = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Picks:
    """Picks among points; every `visible` is (codes,) bool.  `PointIndex` tells what is picked."""

    x: FloatArray
    y: FloatArray
    labels: Codes
    """(n,) the code of each point."""
    points: LabelledBuckets | None
    """The same in grid order; without them nothing is found near a place."""

    def end(self, visible: Visible, *, last: bool) -> int | None:
        """Return the first or the last visible point."""
        starts = range(0, self.labels.size, CHUNK)
        for start in reversed(starts) if last else starts:
            found = np.flatnonzero(visible[self.labels[start : start + CHUNK]])
            if found.size:
                return start + int(found[-1 if last else 0])
        return None

    def points_in(self, viewport: Viewport, visible: Visible) -> PointsInView:
        """Return the visible points of a view, in the order of the data."""
        if self.points is None:
            near = np.arange(self.labels.size)
        else:
            buckets = self.points.buckets
            near = buckets.positions(buckets.slices(viewport.extent))
            near = np.sort(buckets.order[near].astype(np.int64))
        near = near[visible[self.labels[near]]]
        columns = (self.x[near].astype(np.float64) - viewport.left) * viewport.x_scale
        rows = (viewport.top - self.y[near].astype(np.float64)) * viewport.y_scale
        inside = (columns >= 0) & (columns < viewport.across)
        inside &= (rows >= 0) & (rows < viewport.down)
        return PointsInView(columns[inside], rows[inside], self.labels[near[inside]], near[inside])

    def nearest(
        self, viewport: Viewport, column: float, row: float, reach: float, visible: Visible
    ) -> int | None:
        """Return the visible point nearest to a dot position."""
        indices = self._near(viewport, column, row, reach, visible)
        if indices.size == 0:
            return None
        x = (self.x[indices].astype(np.float64) - viewport.left) * viewport.x_scale - column
        y = (viewport.top - self.y[indices].astype(np.float64)) * viewport.y_scale - row
        distances = x * x + y * y
        best = distances.min()
        if best > reach * reach:
            return None
        return int(indices[distances == best].min())

    def under_dot(
        self, viewport: Viewport, column: int, row: int, visible: Visible
    ) -> npt.NDArray[np.int64]:
        """Return all visible points in a dot: (m,) int64 indices in the data, ascending."""
        indices = self._near(viewport, column + 0.5, row + 0.5, 0.75, visible)
        columns, rows = viewport.dots_of(self.x[indices], self.y[indices])
        return np.sort(indices[(columns == column) & (rows == row)])

    def nearest_to(self, point: int, count: int, visible: Visible) -> Neighbours:
        """Return the visible points nearest to one of them in the plane, itself not among them."""
        x, y = np.float64(self.x[point]), np.float64(self.y[point])
        reach = self._first_reach()
        while True:
            near = self._around(float(x), float(y), reach)
            everything = near.size == self.labels.size
            near = near[visible[self.labels[near]] & (near != point)]
            keys = (self.x[near] - x) ** 2 + (self.y[near] - y) ** 2
            # Beyond the reach, others may be nearer that the square doesn't hold.
            sure = keys <= reach * reach
            if everything or np.count_nonzero(sure) >= count:
                break
            reach *= 2
        if not everything:
            near, keys = near[sure], keys[sure]
        order = np.lexsort((near, keys))[:count]
        return Neighbours(point, near[order], np.sqrt(keys[order]), Metric.EUCLIDEAN)

    def _first_reach(self) -> float:
        """Return the side of a cell of the grid: where points are close, it holds enough."""
        if self.points is None:
            return np.inf
        grid = self.points.buckets.grid
        return max(grid.box.width, grid.box.height) / grid.size or 1.0

    def _around(self, x: float, y: float, reach: float) -> npt.NDArray[np.int64]:
        """Return all points in a square around a place, and perhaps some more."""
        if self.points is None or not np.isfinite(reach):
            return np.arange(self.labels.size)
        buckets = self.points.buckets
        region = Extent(x - reach, x + reach, y - reach, y + reach)
        return buckets.order[buckets.positions(buckets.slices(region))].astype(np.int64)

    def ahead(self, viewport: Viewport, point: int, direction: str, visible: Visible) -> int | None:
        """Return the visible point that a step leads to, looking at all points."""
        column, row = (float(self.x[point]), float(self.y[point]))
        best: tuple[float, int] | None = None
        for start in range(0, self.labels.size, CHUNK):
            part = slice(start, start + CHUNK)
            shown = np.flatnonzero(visible[self.labels[part]])
            across = (self.x[part][shown] - np.float64(column)) * viewport.x_scale
            down = (np.float64(row) - self.y[part][shown]) * viewport.y_scale
            found = next_point(across, down, direction)
            if found is not None and (best is None or found[1] < best[0]):
                best = found[1], start + int(shown[found[0]])
        return None if best is None else best[1]

    def _near(
        self, viewport: Viewport, column: float, row: float, reach: float, visible: Visible
    ) -> npt.NDArray[np.int64]:
        """Return the visible points in a square around a dot position, and perhaps some more."""
        if self.points is None:
            return np.zeros(0, np.int64)
        points, buckets = self.points, self.points.buckets
        left, top = viewport.data_at(column - reach, row - reach)
        right, bottom = viewport.data_at(column + reach, row + reach)
        positions = buckets.positions(buckets.slices(Extent(left, right, bottom, top)))
        x, y = buckets.x[positions], buckets.y[positions]
        inside = (x >= np.nextafter(left, -np.inf)) & (x <= np.nextafter(right, np.inf))
        inside &= (y >= np.nextafter(bottom, -np.inf)) & (y <= np.nextafter(top, np.inf))
        inside &= visible[points.labels_at(positions)]
        return buckets.order[positions[inside]].astype(np.int64)
