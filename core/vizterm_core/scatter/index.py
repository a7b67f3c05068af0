"""The spatial index: frames at any zoom, counts, and picking.

A quick frame is made in the cheapest way that is right to a quarter of a dot:

* *points*: with few points in view, they are counted one by one, exactly;
* *tables*: summed-area tables (`tables.py`), at a cost that doesn't depend on the points;
* if neither will do, there is no quick frame; `exact_frame` and `local_tables`, meant for a worker,
  count all points in view and build finer tables for the region.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from vizterm_core.scatter.buckets import Buckets, Slices, count_in
from vizterm_core.scatter.frame import (
    CellCounts,
    Frame,
    Tally,
    count_dots,
    dominant_label,
    encode_counts,
)
from vizterm_core.scatter.grid import (
    CHUNK,
    Codes,
    Grid,
    bulk_box,
    count_codes,
    data_extent,
    grid_box,
)
from vizterm_core.scatter.marks import PointsInView
from vizterm_core.scatter.navigate import next_point
from vizterm_core.scatter.tables import SummedTables, cells_per_dot
from vizterm_core.scatter.viewport import Extent, FloatArray, Viewport

Visible = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.integer]

TABLE_BUDGET = 96 << 20
"""Bytes that one set of summed-area tables may take."""
FEW_POINTS = 60_000
"""Up to this many points in view, counting them is as cheap as using tables."""
MANY_POINTS = 500_000
"""Above this many points in view, counting them all takes too long for a frame in motion."""
_FINE_GRID = 1024
_MIN_GRID = 256
_LOCAL_REACH = 1.6
"""Size of a local table in views, so that panning and zooming out a little stay inside."""


class PointIndex:
    """The points of an embedding, indexed for frames, counts and picking.

    Parameters
    ----------
    x, y : (n,) floating
        Finite coordinates; kept, not copied, where they are contiguous.
    labels : (n,) unsigned integers below `label_count`
    label_count : int
    tables : bool
        Build the tables at once; otherwise call `build_tables` later.

    Notes
    -----
    `build_buckets` sorts the points; it is meant for a worker, and picking works once it is done.
    With few points it happens at once.  `exact_frame` needs neither tables nor buckets.
    """

    def __init__(
        self,
        x: FloatArray,
        y: FloatArray,
        labels: Codes,
        label_count: int,
        *,
        tables: bool = True,
    ) -> None:
        self.x, self.y, self.labels = x, y, labels
        self.label_count = max(1, label_count)
        self.extent: Extent = data_extent(x, y)
        self.totals = count_codes(labels, self.label_count)
        """(labels,) int64 points of each label."""
        self._rarest_first = np.argsort(self.totals, kind="stable")
        self._tie_rank = np.empty(self.label_count, np.int64)
        self._tie_rank[self._rarest_first] = np.arange(self.label_count)
        self._box = grid_box(x, y, self.extent)
        self.bulk: Extent = bulk_box(x, y, self.extent)
        self._buckets: Buckets | None = None
        self._base: SummedTables | None = None
        """Tables of all points."""
        self._local: SummedTables | None = None
        """Tables of a region."""
        self._outside = np.zeros(0, np.int64)
        if x.size <= MANY_POINTS:
            self.build_buckets()
        if tables:
            self.build_tables()

    def __len__(self) -> int:
        return int(self.x.size)

    @property
    def sorted(self) -> bool:
        """Whether the points are in grid order, so that they can be picked."""
        return self._buckets is not None

    def build_tables(self) -> None:
        """Count the points into tables, if that is worthwhile."""
        size = self._table_size()
        if len(self) <= FEW_POINTS or size < _MIN_GRID:
            return
        grid = Grid(self._box, size)
        whole = self._box == self.extent
        outside = np.zeros(0, np.int64) if whole else self._points_outside(grid)
        built = SummedTables.build(
            grid, self.x, self.y, self.labels, self.label_count, everything_inside=whole
        )
        # Last, as another thread may ask for a frame.
        self._outside = outside
        self._base = built

    def build_buckets(self) -> None:
        """Sort the points into grid order; frames in progress are not affected."""
        size = 512 if len(self) <= 1_000_000 else _FINE_GRID
        self._buckets = Buckets(Grid(self._box, size), self.x, self.y, self.labels)

    # frames

    def quick_frame(self, viewport: Viewport, visible: Visible) -> Frame | None:
        """Return a frame in a few milliseconds, right to a quarter of a dot; None if impossible.

        Parameters
        ----------
        viewport : Viewport
        visible : (labels,) bool
            Which labels are drawn.
        """
        slices = self._buckets.slices(viewport.extent) if self._buckets else None
        in_reach = count_in(slices) if slices is not None else len(self)
        if slices is not None and in_reach <= FEW_POINTS:
            return self._points_frame(viewport, visible, slices)
        tables = self._suitable_tables(viewport)
        if tables is not None:
            return self._table_frame(tables, viewport, visible)
        if slices is not None and in_reach <= MANY_POINTS:
            return self._points_frame(viewport, visible, slices)
        return None

    def exact_frame(self, viewport: Viewport, visible: Visible) -> Frame:
        """Return the frame in which every point lights its own dot.

        It takes about 30 ns for each point in view.
        """
        slices = self._buckets.slices(viewport.extent) if self._buckets else None
        return self._points_frame(viewport, visible, slices)

    def quick_counts(self, viewport: Viewport, visible: Visible) -> Counts | None:
        """Count the visible points in each dot of a view as `quick_frame` does: (down, across)."""
        slices = self._buckets.slices(viewport.extent) if self._buckets else None
        in_reach = count_in(slices) if slices is not None else len(self)
        tables = None if in_reach <= FEW_POINTS else self._suitable_tables(viewport)
        if tables is None:
            return self.exact_counts(viewport, visible) if in_reach <= MANY_POINTS else None
        tables.show(visible)
        dots: Counts = tables.dots(viewport)
        if tables is self._base and self._outside.size:
            outliers = self._outside[visible[self.labels[self._outside]]]
            dots = dots + count_dots(viewport, self.x[outliers], self.y[outliers])
        return dots

    def exact_counts(self, viewport: Viewport, visible: Visible) -> Counts:
        """Count the visible points in each dot of a view one by one: (down, across)."""
        slices = self._buckets.slices(viewport.extent) if self._buckets else None
        dots: Counts = np.zeros((viewport.down, viewport.across), np.int64)
        everything = bool(visible.all())
        for x, y, labels in self._chunks(slices):
            keep = slice(None) if everything else visible[labels]
            dots += count_dots(viewport, x[keep], y[keep])
        return dots

    def needs_tables(self, viewport: Viewport) -> bool:
        """Whether panning and zooming in this view would be faster with tables of its own."""
        if self._buckets is None or self._local_size(viewport) < _MIN_GRID:
            return False
        if count_in(self._buckets.slices(viewport.extent)) <= FEW_POINTS:
            return False
        return self._suitable_tables(viewport) is None

    def _suitable_tables(self, viewport: Viewport) -> SummedTables | None:
        """Return tables that are fine enough for a view and hold all points in it."""
        local = self._local
        if local is not None and local.suits(viewport) and self._covers(local, viewport):
            return local
        base = self._base
        return base if base is not None and base.suits(viewport) else None

    def local_tables(self, viewport: Viewport) -> SummedTables:
        """Build tables for this view and a margin around it; pass them to `use_tables`."""
        assert self._buckets is not None
        view = viewport.extent
        margin_x = view.width * (_LOCAL_REACH - 1) / 2
        margin_y = view.height * (_LOCAL_REACH - 1) / 2
        box = Extent(
            view.left - margin_x, view.right + margin_x, view.bottom - margin_y, view.top + margin_y
        )
        near = self._buckets.slices(box)
        x, y, labels = self._buckets.gather(near)
        return SummedTables.build(
            Grid(box, self._local_size(viewport)), x, y, labels, self.label_count
        )

    def use_tables(self, tables: SummedTables) -> None:
        """Use tables made by `local_tables` for the views that they cover."""
        self._local = tables

    def _table_size(self) -> int:
        """Return the side of a grid whose tables stay within the budget."""
        wanted = 512 if len(self) <= 1_000_000 else _FINE_GRID
        return min(wanted, self._affordable_size())

    def _affordable_size(self) -> int:
        return int((TABLE_BUDGET / 4 / (self.label_count + 1)) ** 0.5) - 1

    def _local_size(self, viewport: Viewport) -> int:
        least = max(viewport.across, viewport.down) * _LOCAL_REACH * cells_per_dot(viewport)
        wanted = int(least * 1.4)
        affordable = self._affordable_size()
        return min(wanted, affordable) if affordable > least else 0

    def _covers(self, tables: SummedTables, viewport: Viewport) -> bool:
        """Whether all points in view are in the tables."""
        view, box, data = viewport.extent, tables.grid.box, self.extent
        return (
            max(view.left, data.left) >= box.left
            and min(view.right, data.right) <= box.right
            and max(view.bottom, data.bottom) >= box.bottom
            and min(view.top, data.top) <= box.top
        )

    def _table_frame(self, tables: SummedTables, viewport: Viewport, visible: Visible) -> Frame:
        tables.show(visible)
        order = self._rarest_first[visible[self._rarest_first]]
        dots: Counts
        dots, cells, shown = tables.counts(viewport, order)
        if tables is self._base and self._outside.size:
            tally = Tally(viewport, self.label_count)
            self._tally(tally, visible, self._outside)
            dots = dots + tally.dots
            cells = cells + tally.cell_counts[order].astype(np.uint32)
            shown += tally.shown
        dominant = dominant_label(cells, order, (viewport.rows, viewport.columns))
        counts = CellCounts.of_tables(cells, order)
        codes = encode_counts(dots)
        return Frame(codes, dominant, shown, exact=False, dots=dots, counts=counts)

    def _points_frame(self, viewport: Viewport, visible: Visible, slices: Slices | None) -> Frame:
        tally = Tally(viewport, self.label_count)
        everything = bool(visible.all())
        for x, y, labels in self._chunks(slices):
            if not everything:
                keep = visible[labels]
                tally.add(x[keep], y[keep], labels[keep])
            else:
                tally.add(x, y, labels)
        return tally.frame(self._tie_rank)

    def _chunks(self, slices: Slices | None) -> Iterator[tuple[FloatArray, FloatArray, Codes]]:
        if slices is not None:
            assert self._buckets is not None
            yield from self._buckets.chunks(slices)
            return
        for start in range(0, len(self), CHUNK):
            part = slice(start, start + CHUNK)
            yield self.x[part], self.y[part], self.labels[part]

    def _tally(self, tally: Tally, visible: Visible, indices: npt.NDArray[np.int64]) -> None:
        indices = indices[visible[self.labels[indices]]]
        tally.add(self.x[indices], self.y[indices], self.labels[indices])

    def _points_outside(self, grid: Grid) -> npt.NDArray[np.int64]:
        parts = [np.zeros(0, np.int64)]
        for start in range(0, len(self), CHUNK):
            part = slice(start, start + CHUNK)
            outside = ~grid.contains(self.x[part], self.y[part])
            parts.append(np.flatnonzero(outside) + start)
        return np.concatenate(parts)

    # points

    @property
    def rarity(self) -> npt.NDArray[np.int64]:
        """(labels,) int64: the rank of each label, the rarest first."""
        return self._tie_rank

    def points_in(self, viewport: Viewport, visible: Visible) -> PointsInView:
        """Return the visible points of a view, in the order of the data.

        It takes time in proportion to their number; without buckets, to that of all points.
        """
        if self._buckets is None:
            near = np.arange(len(self))
        else:
            near = self._buckets.positions(self._buckets.slices(viewport.extent))
            near = np.sort(self._buckets.order[near].astype(np.int64))
        near = near[visible[self.labels[near]]]
        columns = (self.x[near].astype(np.float64) - viewport.left) * viewport.x_scale
        rows = (viewport.top - self.y[near].astype(np.float64)) * viewport.y_scale
        inside = (columns >= 0) & (columns < viewport.across)
        inside &= (rows >= 0) & (rows < viewport.down)
        return PointsInView(columns[inside], rows[inside], self.labels[near[inside]], near[inside])

    def nearest(
        self, viewport: Viewport, column: float, row: float, reach: float, visible: Visible
    ) -> int | None:
        """Return the visible point nearest to a place on screen.

        Parameters
        ----------
        column, row : float
            Fractional dot position; the middle of dot 0 is 0.5.
        reach : float
            The greatest distance, in dots.

        Returns
        -------
        int or None
            The point's index in the data; the lowest of equally near ones.
        """
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

    def ahead(self, viewport: Viewport, point: int, direction: str, visible: Visible) -> int | None:
        """Return the visible point that a step from `point` leads to, anywhere in the data.

        It looks at all points, and is meant for steps that no view can find.
        """
        column, row = (float(self.x[point]), float(self.y[point]))
        best: tuple[float, int] | None = None
        for start in range(0, len(self), CHUNK):
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
        if self._buckets is None:
            return np.zeros(0, np.int64)
        left, top = viewport.data_at(column - reach, row - reach)
        right, bottom = viewport.data_at(column + reach, row + reach)
        positions = self._buckets.positions(self._buckets.slices(Extent(left, right, bottom, top)))
        x, y = self._buckets.x[positions], self._buckets.y[positions]
        inside = (x >= np.nextafter(left, -np.inf)) & (x <= np.nextafter(right, np.inf))
        inside &= (y >= np.nextafter(bottom, -np.inf)) & (y <= np.nextafter(top, np.inf))
        inside &= visible[self._buckets.labels[positions]]
        return self._buckets.order[positions[inside]].astype(np.int64)
