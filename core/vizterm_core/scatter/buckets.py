"""Points in the order of a grid's cells, so that the points of a region are a few slices.

The summed-area tables hold counts, the buckets hold the points: close-ups, exact frames and
picking use them.  They know no labels: those change while the points stay where they are.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from vizterm_core.scatter.grid import CHUNK, Codes, Grid, bulk_box, data_extent, grid_box
from vizterm_core.scatter.viewport import Extent, FloatArray

Slices = list[slice]

_MANY = 1_000_000
_COARSE_GRID, _FINE_GRID = 512, 1024


class Plane:
    """Points in the plane without labels: sorted once, whatever they are coloured by.

    Parameters
    ----------
    x, y : (n,) floating
        Finite coordinates; kept, not copied.
    grid : Grid, optional
        To sort the points by, and to take for where they are.
    """

    def __init__(self, x: FloatArray, y: FloatArray, grid: Grid | None = None) -> None:
        self.x, self.y = x, y
        self.extent: Extent = data_extent(x, y)
        size = _COARSE_GRID if x.size <= _MANY else _FINE_GRID
        self.grid = Grid(grid_box(x, y, self.extent), size) if grid is None else grid
        """The grid that the points are sorted by."""
        self.bulk: Extent = bulk_box(x, y, self.extent) if grid is None else self.extent
        self.buckets: Buckets | None = None
        """The sorted points; None before `sort`."""
        self._outside: npt.NDArray[np.int64] | None = None
        self._lock = threading.Lock()

    def sort(self) -> Buckets:
        """Sort the points, unless they are; a second caller waits for the first."""
        with self._lock:
            if self.buckets is None:
                self.buckets = Buckets(self.grid, self.x, self.y)
            return self.buckets

    def part(self, chosen: npt.NDArray[np.bool_]) -> tuple[Plane, npt.NDArray[np.int64]]:
        """Return a plane of some points, which are sorted already.

        Parameters
        ----------
        chosen : (n,) bool
            Which points, in the order of the data.

        Returns
        -------
        plane : Plane
            Of m points in the order of the grid.
        positions : (m,) int64
            Theirs among the sorted points of this plane.
        """
        buckets = self.sort()
        inside = np.empty(chosen.size, bool)
        for start in range(0, chosen.size, CHUNK):
            places = slice(start, start + CHUNK)
            np.take(chosen, buckets.order[places], out=inside[places], mode="clip")
        positions = np.flatnonzero(inside)
        first = np.searchsorted(positions, buckets.first).astype(np.uint32)
        part = Plane(buckets.x[positions], buckets.y[positions], self.grid)
        part.buckets = Buckets.of_sorted(self.grid, part.x, part.y, first)
        return part, positions

    @property
    def outside(self) -> npt.NDArray[np.int64]:
        """Indices of the points outside the grid's box, ascending; found when first asked for."""
        if self._outside is None:
            parts = [np.zeros(0, np.int64)]
            if self.grid.box != self.extent:
                for start in range(0, self.x.size, CHUNK):
                    part = slice(start, start + CHUNK)
                    outside = ~self.grid.contains(self.x[part], self.y[part])
                    parts.append(np.flatnonzero(outside) + start)
            self._outside = np.concatenate(parts)
        return self._outside


class Buckets:
    """All points, sorted by grid cell.

    Attributes
    ----------
    x, y : (n,) floating
        Coordinates in grid order, in the dtype of the data.
    order : (n,) uint32
        ``order[i]`` is the index, in the data, of the i-th sorted point.
    first : (cells + 1,) uint32
        Position of the first point of each grid cell; the number of points at the end.
    """

    def __init__(self, grid: Grid, x: FloatArray, y: FloatArray) -> None:
        self.grid = grid
        # Packed keys, cell in the high half and index in the low one, sort faster than argsort.
        packed = np.empty(x.size, np.uint64)
        for start in range(0, x.size, CHUNK):
            part = slice(start, min(start + CHUNK, x.size))
            packed[part] = grid.keys(x[part], y[part])
            packed[part] <<= np.uint64(32)
            packed[part] |= np.arange(part.start, part.stop, dtype=np.uint64)
        packed.sort()
        cells = grid.size * grid.size
        borders = np.arange(cells + 1, dtype=np.uint64) << np.uint64(32)
        self.first = np.searchsorted(packed, borders).astype(np.uint32)
        # The low halves, without a temporary array for all keys.
        low_half = 0 if sys.byteorder == "little" else 1
        self.order: npt.NDArray[np.uint32] = packed.view(np.uint32)[low_half::2].copy()
        del packed
        self.x, self.y = x[self.order], y[self.order]

    @classmethod
    def of_sorted(
        cls, grid: Grid, x: FloatArray, y: FloatArray, first: npt.NDArray[np.uint32]
    ) -> Buckets:
        """Return buckets of points that are in grid order already; see the attributes."""
        buckets = cls.__new__(cls)
        buckets.grid, buckets.x, buckets.y, buckets.first = grid, x, y, first
        buckets.order = np.arange(x.size, dtype=np.uint32)
        return buckets

    @property
    def nbytes(self) -> int:
        """Bytes that they take."""
        return self.x.nbytes + self.y.nbytes + self.order.nbytes + self.first.nbytes

    def slices(self, region: Extent) -> Slices:
        """Return slices with the points of `region`, and those up to two grid cells around it."""
        x, y = self.x, self.y
        if x.size == 0:
            return []
        last = self.grid.size - 1
        # The additional cell covers rounding in the dtype of the points.
        box = self.grid.box
        left, right = self.grid.columns_of(
            np.clip([region.left, region.right], box.left, box.right).astype(x.dtype)
        )
        top, bottom = self.grid.rows_of(
            np.clip([region.top, region.bottom], box.bottom, box.top).astype(y.dtype)
        )
        left, right = max(0, int(left) - 1), min(last, int(right) + 1)
        rows = np.arange(max(0, int(top) - 1), min(last, int(bottom) + 1) + 1, dtype=np.int64)
        if left == 0 and right == last:
            rows = rows[[0, -1]]
            return [
                slice(
                    int(self.first[rows[0] * self.grid.size]),
                    int(self.first[(rows[1] + 1) * self.grid.size]),
                )
            ]
        starts = self.first[rows * self.grid.size + left].tolist()
        stops = self.first[rows * self.grid.size + right + 1].tolist()
        return [slice(a, b) for a, b in zip(starts, stops, strict=True) if b > a]

    def positions(self, slices: Slices) -> npt.NDArray[np.int64]:
        """Return the positions in some slices, ascending: (m,) int64."""
        if not slices:
            return np.zeros(0, np.int64)
        return np.concatenate([np.arange(s.start, s.stop, dtype=np.int64) for s in slices])


class LabelledBuckets:
    """Sorted points with their labels, which are looked up in the data until they are sorted, too.

    Parameters
    ----------
    plane : Plane
        Sorted by now, or else it is.
    labels : (n,) unsigned integers
        In the order of the data.
    """

    def __init__(self, plane: Plane, labels: Codes) -> None:
        self.plane, self.buckets = plane, plane.sort()
        self._labels = labels
        self._sorted: Codes | None = None

    @property
    def sorted(self) -> bool:
        """Whether the labels are in the order of the buckets."""
        return self._sorted is not None

    def sort(self) -> Codes:
        """Return all labels in the order of the buckets: (n,); they are kept."""
        if self._sorted is None:
            self._sorted = self._labels[self.buckets.order]
        return self._sorted

    def outside(self) -> tuple[npt.NDArray[np.int64], Codes]:
        """Return grid cells and labels of the points outside the grid's box."""
        plane, points = self.plane, self.plane.outside
        return plane.grid.keys(plane.x[points], plane.y[points]), self._labels[points]

    def labels_at(self, part: slice | npt.NDArray[np.int64]) -> Codes:
        """Return the labels of some sorted points."""
        if self._sorted is not None:
            return self._sorted[part]
        return self._labels[self.buckets.order[part]]

    def chunks(self, slices: Slices) -> Iterator[tuple[FloatArray, FloatArray, Codes]]:
        """Yield the points of some slices as (x, y, labels), at most `CHUNK` points at a time."""
        for group in _grouped(slices):
            yield self.gather(group)

    def gather(self, slices: Slices) -> tuple[FloatArray, FloatArray, Codes]:
        """Return the points of some slices as (x, y, labels), in one piece."""
        x, y = self.buckets.x, self.buckets.y
        if not slices:
            return x[:0], y[:0], self._labels[:0]
        if len(slices) == 1:
            return x[slices[0]], y[slices[0]], self.labels_at(slices[0])
        return (
            np.concatenate([x[part] for part in slices]),
            np.concatenate([y[part] for part in slices]),
            np.concatenate([self.labels_at(part) for part in slices]),
        )


def count_in(slices: Slices) -> int:
    """Return the number of points in some slices."""
    return sum(s.stop - s.start for s in slices)


def _grouped(slices: Slices) -> Iterator[Slices]:
    """Yield groups of slices with at most `CHUNK` points each; large slices are cut."""
    group: Slices = []
    room = CHUNK
    for whole in slices:
        start = whole.start
        while whole.stop - start >= room:
            group.append(slice(start, start + room))
            yield group
            start, group, room = start + room, [], CHUNK
        if start < whole.stop:
            group.append(slice(start, whole.stop))
            room -= whole.stop - start
    if group:
        yield group
