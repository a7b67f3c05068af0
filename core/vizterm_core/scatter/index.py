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

from vizterm_core.neighbours.nearest import Neighbours
from vizterm_core.scatter.buckets import LabelledBuckets, Plane, Slices, count_in
from vizterm_core.scatter.frame import (
    CellCounts,
    Frame,
    Tally,
    count_dots,
    dominant_label,
    encode_counts,
)
from vizterm_core.scatter.grid import CHUNK, Codes, Grid, count_codes
from vizterm_core.scatter.marks import PointsInView
from vizterm_core.scatter.picks import Picks
from vizterm_core.scatter.preview import Preview
from vizterm_core.scatter.regions import Region, count_inside, points_inside
from vizterm_core.scatter.tables import SummedTables, cells_per_dot, fine_enough
from vizterm_core.scatter.viewport import Extent, FloatArray, Viewport

Visible = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.integer]

TABLE_BUDGET = 96 << 20
"""Bytes that one set of summed-area tables may take."""
FEW_POINTS = 60_000
"""Up to this many points in view, counting them is as cheap as using tables."""
MANY_POINTS = 500_000
"""Above this many points in view, counting them all takes too long for a frame in motion."""
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
    shown : (n,) bool, optional
        Which points are in at all; the others are never drawn, counted or picked.
    plane : Plane, optional
        The same points, from an index with other labels.

    Notes
    -----
    `build_buckets` sorts the points; it is meant for a worker, and picking works once it is done.
    With few points it happens at once.  `exact_frame` needs neither tables nor buckets.

    Points that are left out have a label of their own behind all others, which is no part of
    `label_count`, and never visible.
    """

    def __init__(
        self,
        x: FloatArray,
        y: FloatArray,
        labels: Codes,
        label_count: int,
        *,
        tables: bool = True,
        shown: npt.NDArray[np.bool_] | None = None,
        plane: Plane | None = None,
    ) -> None:
        self._plane = Plane(x, y) if plane is None else plane
        self.x, self.y = self._plane.x, self._plane.y
        self.extent: Extent = self._plane.extent
        self.bulk: Extent = self._plane.bulk
        self.label_count = max(1, label_count)
        self._filtered = shown is not None
        self.labels = labels if shown is None else marked(labels, self.label_count, shown)
        """(n,) the label of each point; `label_count` for those left out."""
        codes = count_codes(self.labels, self._codes)
        self.totals = codes[: self.label_count]
        """(labels,) int64 points of each label."""
        self._rarest_first = np.argsort(self.totals, kind="stable")
        self._tie_rank = np.arange(self._codes)
        self._tie_rank[self._rarest_first] = np.arange(self.label_count)
        self._points: LabelledBuckets | None = None
        self._base: SummedTables | None = None
        """Tables of all points."""
        self._local: SummedTables | None = None
        """Tables of a region."""
        self._preview: Preview | None = None
        if x.size <= MANY_POINTS:
            self.build_buckets()
        elif self._plane.buckets is not None:
            self._points = LabelledBuckets(self._plane, self.labels)
        if tables:
            self.build_tables()

    def relabelled(
        self,
        labels: Codes,
        label_count: int,
        shown: npt.NDArray[np.bool_] | None = None,
        *,
        tables: bool = False,
    ) -> PointIndex:
        """Return an index of the same points with other labels, without sorting them again.

        It answers at once: until its own `build_buckets` and `build_tables` are done, with frames
        whose dots are right, and whose colours come from a part of the points.

        Parameters
        ----------
        labels : (n,) unsigned integers below `label_count`
        label_count : int
        shown : (n,) bool, optional
            Which points are in at all.
        tables : bool
            Build the tables at once.
        """
        return PointIndex(
            self.x, self.y, labels, label_count, tables=tables, shown=shown, plane=self._plane
        )

    def part(self, chosen: npt.NDArray[np.bool_]) -> PointIndex:
        """Return an index of some points, with the same labels, without sorting them again.

        Its points are in another order.  Points that are left out are in none.

        Parameters
        ----------
        chosen : (n,) bool
            In the order of the data.
        """
        if self._filtered:
            chosen = chosen & (self.labels < self.label_count)
        plane, positions = self._plane.part(chosen)
        points = self._points or LabelledBuckets(self._plane, self.labels)
        labels = points.labels_at(positions)
        return PointIndex(plane.x, plane.y, labels, self.label_count, tables=False, plane=plane)

    def __len__(self) -> int:
        return int(self.x.size)

    @property
    def nbytes(self) -> int:
        """Bytes that the points, their order and the tables take."""
        size = self.x.nbytes + self.y.nbytes + self.labels.nbytes
        if (sorted_points := self._plane.buckets) is not None:
            size += sorted_points.nbytes + self.labels.nbytes
        return size + sum(tables.nbytes for tables in (self._base, self._local) if tables)

    def all_visible(self) -> Visible:
        """Return the mask of all labels: (labels,) bool."""
        return np.ones(self.label_count, bool)

    @property
    def sorted(self) -> bool:
        """Whether the points are in grid order, so that they can be picked."""
        return self._points is not None

    @property
    def ready(self) -> bool:
        """Whether there is nothing left for `build_buckets` to do."""
        return self._points is not None and self._points.sorted

    @property
    def _codes(self) -> int:
        """Number of labels, with that of the points left out."""
        return self.label_count + self._filtered

    def build_tables(self) -> None:
        """Count the points into tables, if that is worthwhile."""
        size = self._table_size()
        if len(self) <= FEW_POINTS or size < _MIN_GRID or self._base is not None:
            return
        plane = self._plane
        grid = Grid(plane.grid.box, size)
        # Before the tables, as another thread may ask for a frame.
        everything_inside = plane.outside.size == 0
        if self._points is not None and grid == plane.grid:
            self._base = SummedTables.of_buckets(self._points, self._codes)
        else:
            self._base = SummedTables.build(
                grid, self.x, self.y, self.labels, self._codes, everything_inside=everything_inside
            )
        self._preview = None

    def build_buckets(self) -> None:
        """Sort the points into grid order; frames in progress are not affected."""
        if not self.ready:
            points = LabelledBuckets(self._plane, self.labels)
            points.sort()
            self._points = points

    # frames

    def quick_frame(self, viewport: Viewport, visible: Visible) -> Frame | None:
        """Return a frame in a few milliseconds, right to a quarter of a dot; None if impossible.

        Parameters
        ----------
        viewport : Viewport
        visible : (labels,) bool
            Which labels are drawn.
        """
        visible = self._by_code(visible)
        slices = self._slices(viewport)
        in_reach = count_in(slices) if slices is not None else len(self)
        if slices is not None and in_reach <= FEW_POINTS:
            return self._points_frame(viewport, visible, slices)
        tables = self._suitable_tables(viewport)
        if tables is not None:
            return self._table_frame(tables, viewport, visible)
        if slices is not None and in_reach <= MANY_POINTS:
            return self._points_frame(viewport, visible, slices)
        return self._previewed(viewport, visible)

    def exact_frame(self, viewport: Viewport, visible: Visible) -> Frame:
        """Return the frame in which every point lights its own dot.

        It takes about 30 ns for each point in view.
        """
        return self._points_frame(viewport, self._by_code(visible), self._slices(viewport))

    def quick_counts(self, viewport: Viewport, visible: Visible) -> Counts | None:
        """Count the visible points in each dot of a view as `quick_frame` does: (down, across)."""
        visible = self._by_code(visible)
        slices = self._slices(viewport)
        in_reach = count_in(slices) if slices is not None else len(self)
        tables = None if in_reach <= FEW_POINTS else self._suitable_tables(viewport)
        if tables is None:
            return self.exact_counts(viewport, visible) if in_reach <= MANY_POINTS else None
        tables.show(visible)
        dots: Counts = tables.dots(viewport)
        if tables is self._base and self._plane.outside.size:
            outliers = self._plane.outside
            outliers = outliers[visible[self.labels[outliers]]]
            dots = dots + count_dots(viewport, self.x[outliers], self.y[outliers])
        return dots

    def exact_counts(self, viewport: Viewport, visible: Visible) -> Counts:
        """Count the visible points in each dot of a view one by one: (down, across)."""
        visible, slices = self._by_code(visible), self._slices(viewport)
        dots: Counts = np.zeros((viewport.down, viewport.across), np.int64)
        everything = bool(visible.all())
        for x, y, labels in self._chunks(slices):
            keep = slice(None) if everything else visible[labels]
            dots += count_dots(viewport, x[keep], y[keep])
        return dots

    @property
    def filtered(self) -> bool:
        """Whether points may be left out."""
        return self._filtered

    def left_out(self, viewport: Viewport, *, quick: bool) -> Counts | None:
        """Count the points left out in each dot of a view: (down, across).

        Parameters
        ----------
        viewport : Viewport
        quick : bool
            Whether there is no time to count them one by one: None then, where no tables are.
        """
        if not self._filtered:
            return None
        alone = np.zeros(self._codes, bool)
        alone[self.label_count] = True
        return (self.quick_counts if quick else self.exact_counts)(viewport, alone)

    def with_left_out(self, visible: Visible) -> Visible:
        """Return the mask of labels with one that lets the points left out in, too."""
        return np.append(visible, True) if self._filtered else visible

    def needs_tables(self, viewport: Viewport) -> bool:
        """Whether panning and zooming in this view would be faster with tables of its own."""
        slices = self._slices(viewport)
        if slices is None or self._local_size(viewport) < _MIN_GRID:
            return False
        if count_in(slices) <= FEW_POINTS:
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
        assert self._points is not None
        view = viewport.extent
        margin_x = view.width * (_LOCAL_REACH - 1) / 2
        margin_y = view.height * (_LOCAL_REACH - 1) / 2
        box = Extent(
            view.left - margin_x, view.right + margin_x, view.bottom - margin_y, view.top + margin_y
        )
        x, y, labels = self._points.gather(self._points.buckets.slices(box))
        return SummedTables.build(Grid(box, self._local_size(viewport)), x, y, labels, self._codes)

    def use_tables(self, tables: SummedTables) -> None:
        """Use tables made by `local_tables` for the views that they cover."""
        self._local = tables

    def _table_size(self) -> int:
        """Return the side of a grid whose tables stay within the budget."""
        return min(self._plane.grid.size, self._affordable_size())

    def _affordable_size(self) -> int:
        return int((TABLE_BUDGET / 4 / (self._codes + 1)) ** 0.5) - 1

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
        if tables is self._base and self._plane.outside.size:
            tally = Tally(viewport, self._codes)
            self._tally(tally, visible, self._plane.outside)
            dots = dots + tally.dots
            cells = cells + tally.cell_counts[order].astype(np.uint32)
            shown += tally.shown
        dominant = dominant_label(cells, order, (viewport.rows, viewport.columns))
        counts = CellCounts.of_tables(cells, order)
        codes = encode_counts(dots)
        return Frame(codes, dominant, shown, exact=False, dots=dots, counts=counts)

    def _previewed(self, viewport: Viewport, visible: Visible) -> Frame | None:
        """Return a frame while there are no tables, if the points are sorted by a fine grid."""
        points = self._points
        if points is None or self._base is not None or not fine_enough(self._plane.grid, viewport):
            return None
        preview = self._preview
        if preview is None or not preview.shows(visible):
            self._preview = preview = Preview(points, self.labels, visible)
        tally = Tally(viewport, self._codes)
        preview.add_to(tally, viewport)
        self._tally(tally, visible, self._plane.outside)
        return tally.frame(self._tie_rank, exact=False)

    def _points_frame(self, viewport: Viewport, visible: Visible, slices: Slices | None) -> Frame:
        reach = len(self) if slices is None else count_in(slices)
        tally = Tally(viewport, self._codes, reach)
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
            assert self._points is not None
            yield from self._points.chunks(slices)
            return
        for start in range(0, len(self), CHUNK):
            part = slice(start, start + CHUNK)
            yield self.x[part], self.y[part], self.labels[part]

    def _tally(self, tally: Tally, visible: Visible, indices: npt.NDArray[np.int64]) -> None:
        indices = indices[visible[self.labels[indices]]]
        tally.add(self.x[indices], self.y[indices], self.labels[indices])

    def _slices(self, viewport: Viewport) -> Slices | None:
        """Return the sorted points of a view; None before they are sorted."""
        points = self._points
        return None if points is None else points.buckets.slices(viewport.extent)

    def _by_code(self, visible: Visible) -> Visible:
        """Return which codes are drawn: those left out never are, unless they are asked for."""
        return np.append(visible, False) if visible.size < self._codes else visible

    # points

    @property
    def rarity(self) -> npt.NDArray[np.int64]:
        """(labels,) int64: the rank of each label, the rarest first; that of no label is last."""
        return self._tie_rank

    @property
    def _picks(self) -> Picks:
        return Picks(self.x, self.y, self.labels, self._points)

    def is_shown(self, point: int, visible: Visible) -> bool:
        """Whether a point is in, and its label is visible."""
        return bool(self._by_code(visible)[self.labels[point]])

    def is_in(self, point: int) -> bool:
        """Whether a point is in at all, visible or not."""
        return int(self.labels[point]) < self.label_count

    def among(
        self, points: npt.NDArray[np.int64], visible: Visible | None = None
    ) -> npt.NDArray[np.int64]:
        """Return those of some points that are in, and visible: (m,) int64."""
        visible = self.all_visible() if visible is None else visible
        return points[self._by_code(visible)[self.labels[points]]]

    def end(self, visible: Visible, *, last: bool) -> int | None:
        """Return the first or the last visible point, in the order of the data."""
        return self._picks.end(self._by_code(visible), last=last)

    def points_in(self, viewport: Viewport, visible: Visible) -> PointsInView:
        """Return the visible points of a view, in the order of the data.

        It takes time in proportion to their number; without buckets, to that of all points.
        """
        return self._picks.points_in(viewport, self._by_code(visible))

    def inside(self, viewport: Viewport, region: Region, visible: Visible) -> Visible:
        """Return which points are visible and in a region of a view: (n,) bool.

        The points are sorted for it, if they aren't; it is meant for a worker then.
        """
        points = self._points or LabelledBuckets(self._plane, self.labels)
        return points_inside(points, viewport, region, self._by_code(visible))

    def counts_inside(
        self, viewport: Viewport, region: Region, visible: Visible
    ) -> npt.NDArray[np.int64]:
        """Count the points of each label that `inside` finds: (labels,) int64; for a worker."""
        points = self._points or LabelledBuckets(self._plane, self.labels)
        counts = count_inside(points, viewport, region, self._by_code(visible))
        return counts[: self.label_count]

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
        return self._picks.nearest(viewport, column, row, reach, self._by_code(visible))

    def under_dot(
        self, viewport: Viewport, column: int, row: int, visible: Visible
    ) -> npt.NDArray[np.int64]:
        """Return all visible points in a dot: (m,) int64 indices in the data, ascending."""
        return self._picks.under_dot(viewport, column, row, self._by_code(visible))

    def nearest_to(self, point: int, count: int) -> Neighbours:
        """Return the points nearest to one of them in the plane, among those that are in.

        Hidden labels make no difference.  Without buckets it looks at all points.

        Parameters
        ----------
        point : int
        count : int
            1 or more.
        """
        return self._picks.nearest_to(point, count, self._by_code(self.all_visible()))

    def ahead(self, viewport: Viewport, point: int, direction: str, visible: Visible) -> int | None:
        """Return the visible point that a step from `point` leads to, anywhere in the data.

        It looks at all points, and is meant for steps that no view can find.
        """
        return self._picks.ahead(viewport, point, direction, self._by_code(visible))


def marked(labels: Codes, label_count: int, shown: npt.NDArray[np.bool_]) -> Codes:
    """Return labels in which points that aren't shown have the code `label_count`."""
    dtype = labels.dtype if label_count <= np.iinfo(labels.dtype).max else np.dtype(np.uint32)
    codes = np.empty(labels.size, dtype)
    for start in range(0, codes.size, CHUNK):
        part = slice(start, start + CHUNK)
        # Products and sums, as masks that look random cost more than arithmetic.
        np.multiply(labels[part], shown[part], out=codes[part])
        codes[part] += ~shown[part] * dtype.type(label_count)
    return codes
