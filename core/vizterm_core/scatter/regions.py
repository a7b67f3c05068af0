"""Regions of a view, and the points inside them: exact, in a time that their border decides.

The points are sorted by the cells of a grid.  Cells that a region holds as a whole are taken
without a look at their points; only those near its border are tested one by one, where they are
drawn: in dots of the view.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from vizterm_core.scatter.buckets import LabelledBuckets
from vizterm_core.scatter.grid import Grid
from vizterm_core.scatter.viewport import Viewport

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Between = Callable[[float, float], slice]
"""Returns a slice with all the points whose row is between two rows, and perhaps others."""

_STEP = 0.5
"""Grid cells from one place on an edge to the next: each cell it passes is beside such a place."""
_FARTHEST = 1e9
"""Grid cells to a corner beyond which rounding would tell: all points are tested then."""


class Region(Protocol):
    """A part of the plane, in dots of a view from its upper left corner."""

    @property
    def corners(self) -> tuple[Floats, Floats]:
        """Columns and rows of the corners of a polygon that is no smaller: (k,), k >= 1."""

    def holds(self, columns: Floats, rows: Floats, between: Between | None = None) -> Mask:
        """Return which places are inside: (m,) bool.

        Parameters
        ----------
        columns, rows : (m,) float64
        between : callable, optional
            Says which of them to look at for an edge; all of them without.
        """


@dataclass(frozen=True, slots=True)
class Box:
    """Whole dots: from `left` and `top` to before `right` and `bottom`, if these are greater."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def of_view(cls, viewport: Viewport) -> Box:
        """Return the box of all that is in view."""
        return cls(0, 0, viewport.across, viewport.down)

    @property
    def corners(self) -> tuple[Floats, Floats]:
        """Its four corners."""
        left, top = self.left, self.top
        right, bottom = max(left, self.right), max(top, self.bottom)
        columns = np.array([left, right, right, left], np.float64)
        return columns, np.array([top, top, bottom, bottom], np.float64)

    def holds(self, columns: Floats, rows: Floats, between: Between | None = None) -> Mask:
        """Return which places are inside; those on its left and upper edge are."""
        del between
        inside = (columns >= self.left) & (columns < self.right)
        inside &= (rows >= self.top) & (rows < self.bottom)
        return inside


@dataclass(frozen=True, slots=True)
class Lasso:
    """A closed line, which may cross itself: all that it goes around is inside.

    Source of the test: D. Sunday, "Inclusion of a point in a polygon": the winding number, with
    edges that have their upper end and not their lower one.  So of two polygons with a common edge
    exactly one holds a point on it, in exact arithmetic.
    """

    columns: Floats
    """(k,) of its corners; the last is joined to the first."""
    rows: Floats
    """(k,)"""

    @property
    def corners(self) -> tuple[Floats, Floats]:
        """Its corners."""
        return self.columns, self.rows

    def holds(self, columns: Floats, rows: Floats, between: Between | None = None) -> Mask:
        """Return which places it goes around."""
        turns = np.zeros(columns.size, np.int32)
        ends = zip(*map(np.ndarray.tolist, _edges(self.columns, self.rows)), strict=True)
        for x0, y0, x1, y1 in ends:
            if y0 == y1:
                continue
            part = slice(None) if between is None else between(min(y0, y1), max(y0, y1))
            x, y = columns[part], rows[part]
            crossed = np.flatnonzero((y >= min(y0, y1)) & (y < max(y0, y1)))
            side = (x1 - x0) * (y[crossed] - y0) - (x[crossed] - x0) * (y1 - y0)
            down = y1 > y0
            crossed = crossed[side > 0 if down else side < 0]
            turns[part][crossed] += 1 if down else -1
        return turns != 0


def _edges(columns: Floats, rows: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Return where each edge of a closed line begins and ends: x0, y0, x1, y1."""
    return columns, rows, np.roll(columns, -1), np.roll(rows, -1)


def points_inside(
    points: LabelledBuckets, viewport: Viewport, region: Region, visible: Mask
) -> Mask:
    """Return which points a region of a view holds, of those whose label is visible.

    Parameters
    ----------
    points : LabelledBuckets
    viewport : Viewport
    region : Region
    visible : (labels,) bool

    Returns
    -------
    (n,) bool
        In the order of the data.
    """
    order = points.buckets.order
    inside = np.zeros(order.size, bool)
    everything = bool(visible.all())
    whole, held = _held(points, viewport, region, visible)
    for part in whole:
        found = order[part]
        inside[found if everything else found[visible[points.labels_at(part)]]] = True
    inside[order[held]] = True
    return inside


def count_inside(
    points: LabelledBuckets, viewport: Viewport, region: Region, visible: Mask
) -> npt.NDArray[np.int64]:
    """Count the points of each label that `points_inside` finds: (labels,) int64."""
    whole, held = _held(points, viewport, region, visible)
    counts = np.bincount(points.labels_at(held), minlength=visible.size)
    for part in whole:
        counts += np.bincount(points.labels_at(part), minlength=visible.size)
    return np.where(visible, counts, 0)


def _held(
    points: LabelledBuckets, viewport: Viewport, region: Region, visible: Mask
) -> tuple[list[slice], npt.NDArray[np.int64]]:
    """Return what a region holds of the sorted points.

    Returns
    -------
    whole : list of slice
        Points of grid cells that are inside as a whole, whatever their labels.
    held : (m,) int64
        Positions of the others, whose labels are visible.
    """
    plane, buckets = points.plane, points.buckets
    grid = buckets.grid
    columns, rows = region.corners
    across = (viewport.left + columns / viewport.x_scale - grid.box.left) * grid.x_scale
    down = (grid.box.top - viewport.top + rows / viewport.y_scale) * grid.y_scale
    farthest = np.abs([across, down]).max()
    if not farthest < _FARTHEST:
        border = np.ones((grid.size, grid.size), bool)
        whole = ~border
    else:
        border = near_edges(across, down, grid.size)
        if plane.outside.size:
            # Cells at the rim hold what lies beyond them, too.
            border[[0, -1]] = border[:, [0, -1]] = True
        whole = middles_inside(across, down, grid.size) & ~border
    tested = buckets.positions(_runs(border, buckets.first))
    if not visible.all():
        tested = tested[visible[points.labels_at(tested)]]
    if tested.size:
        x = (buckets.x[tested] - np.float64(viewport.left)) * viewport.x_scale
        y = (np.float64(viewport.top) - buckets.y[tested]) * viewport.y_scale
        between = _by_grid_rows(buckets.first, tested, grid, viewport)
        tested = tested[region.holds(x, y, between)]
    return _runs(whole, buckets.first), tested


def _by_grid_rows(
    first: npt.NDArray[np.uint32],
    tested: npt.NDArray[np.int64],
    grid: Grid,
    viewport: Viewport,
) -> Between:
    """Return what finds the sorted points between two rows of a view."""
    starts = np.searchsorted(tested, first[:: grid.size].astype(np.int64))

    def between(top: float, bottom: float) -> slice:
        ends = grid.box.top - viewport.top + np.array([top, bottom]) / viewport.y_scale
        # A row more, for rounding in the dtype of the points.
        above, below = np.clip(ends * grid.y_scale, 0, grid.size - 1).astype(np.int64)
        return slice(int(starts[max(0, above - 1)]), int(starts[min(grid.size, below + 2)]))

    return between


def _runs(cells: Mask, first: npt.NDArray[np.uint32]) -> list[slice]:
    """Return the points of some grid cells as slices of the sorted points."""
    steps = np.diff(cells.ravel().astype(np.int8), prepend=0, append=0)
    starts, stops = first[np.flatnonzero(steps > 0)], first[np.flatnonzero(steps < 0)]
    pairs = zip(starts.tolist(), stops.tolist(), strict=True)
    return [slice(start, stop) for start, stop in pairs if stop > start]


def near_edges(across: Floats, down: Floats, size: int) -> Mask:
    """Return the cells that the edges of a polygon pass, and those beside them: (size, size).

    Parameters
    ----------
    across, down : (k,) float64
        Corners, in grid cells; may be outside the grid.
    """
    x0, y0, x1, y1 = _clipped(*_edges(across, down), -1.0, size + 1.0)
    steps = np.ceil(np.maximum(np.abs(x1 - x0), np.abs(y1 - y0)) / _STEP).astype(np.int64)
    edge = np.repeat(np.arange(steps.size), steps + 1)
    before = np.cumsum(steps + 1) - (steps + 1)
    share = (np.arange(edge.size) - before[edge]) / np.maximum(steps, 1)[edge]
    column = np.floor(x0[edge] + (x1 - x0)[edge] * share).astype(np.int64)
    row = np.floor(y0[edge] + (y1 - y0)[edge] * share).astype(np.int64)
    # Two cells more on each side: one that edges pass beyond the grid, one for its neighbours.
    wide = np.zeros((size + 4, size + 4), bool)
    wide[np.clip(row, -1, size) + 2, np.clip(column, -1, size) + 2] = True
    wide[1:-1] |= wide[:-2] | wide[2:]
    wide[:, 1:-1] |= wide[:, :-2] | wide[:, 2:]
    return wide[2:-2, 2:-2]


def _clipped(
    x0: Floats, y0: Floats, x1: Floats, y1: Floats, low: float, high: float
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the parts of edges inside a square; edges outside of it are left out.

    Source of the method: Y. Liang and B. Barsky, "A new concept and method for line clipping".
    """
    begin, end = np.zeros(x0.size), np.ones(x0.size)
    for start, length in ((x0, x1 - x0), (y0, y1 - y0)):
        with np.errstate(divide="ignore", invalid="ignore"):
            enter, leave = (low - start) / length, (high - start) / length
        enter, leave = np.minimum(enter, leave), np.maximum(enter, leave)
        level = length == 0
        there = (start >= low) & (start <= high)
        begin = np.where(level, np.where(there, begin, 2.0), np.maximum(begin, enter))
        end = np.where(level, end, np.minimum(end, leave))
    kept = begin <= end
    begin, end = begin[kept], end[kept]
    x, y, across, down = x0[kept], y0[kept], (x1 - x0)[kept], (y1 - y0)[kept]
    return x + across * begin, y + down * begin, x + across * end, y + down * end


def middles_inside(across: Floats, down: Floats, size: int) -> Mask:
    """Return the cells around whose middle a polygon goes: (size, size).

    Parameters
    ----------
    across, down : (k,) float64
        Corners, in grid cells; may be outside the grid.
    """
    x0, y0, x1, y1 = _edges(across, down)
    top = np.clip(np.ceil(np.minimum(y0, y1) - 0.5), 0, size).astype(np.int64)
    bottom = np.clip(np.ceil(np.maximum(y0, y1) - 0.5), 0, size).astype(np.int64)
    rows = bottom - top
    edge = np.repeat(np.arange(rows.size), rows)
    row = np.arange(edge.size) - (np.cumsum(rows) - rows)[edge] + top[edge]
    slope = (x1 - x0)[edge] / (y1 - y0)[edge]
    crossing = x0[edge] + (row + 0.5 - y0[edge]) * slope
    column = np.clip(np.ceil(crossing - 0.5), 0, size).astype(np.int64)
    turns = np.bincount(
        row * (size + 1) + column,
        np.where(y1 > y0, 1.0, -1.0)[edge],
        size * (size + 1),
    )
    turns = np.cumsum(turns.reshape(size, size + 1)[:, :-1], axis=1)
    inside: Mask = np.abs(turns) > 0.5
    return inside
