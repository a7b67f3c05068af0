"""Points in the order of a grid's cells, so that the points of a region are a few slices.

The summed-area tables hold counts, the buckets hold the points: close-ups, exact frames and
picking use them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from vizterm_core.scatter.grid import CHUNK, Codes, Grid
from vizterm_core.scatter.viewport import Extent, FloatArray

Slices = list[slice]


class Buckets:
    """All points, sorted by grid cell.

    Attributes
    ----------
    x, y : (n,) floating
        Coordinates in grid order, in the dtype of the data.
    labels : (n,) unsigned integers
    order : (n,) uint32
        ``order[i]`` is the index, in the data, of the i-th sorted point.
    """

    def __init__(self, grid: Grid, x: FloatArray, y: FloatArray, labels: Codes) -> None:
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
        self._first = np.searchsorted(packed, borders).astype(np.uint32)
        # The low halves, without a temporary array for all keys.
        low_half = 0 if sys.byteorder == "little" else 1
        self.order: npt.NDArray[np.uint32] = packed.view(np.uint32)[low_half::2].copy()
        del packed
        self.x, self.y, self.labels = x[self.order], y[self.order], labels[self.order]

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
                    int(self._first[rows[0] * self.grid.size]),
                    int(self._first[(rows[1] + 1) * self.grid.size]),
                )
            ]
        starts = self._first[rows * self.grid.size + left].tolist()
        stops = self._first[rows * self.grid.size + right + 1].tolist()
        return [slice(a, b) for a, b in zip(starts, stops, strict=True) if b > a]

    def chunks(self, slices: Slices) -> Iterator[tuple[FloatArray, FloatArray, Codes]]:
        """Yield the points of some slices as (x, y, labels), at most `CHUNK` points at a time."""
        for group in _grouped(slices):
            yield self.gather(group)

    def gather(self, slices: Slices) -> tuple[FloatArray, FloatArray, Codes]:
        """Return the points of some slices as (x, y, labels), in one piece."""
        if not slices:
            return self.x[:0], self.y[:0], self.labels[:0]
        if len(slices) == 1:
            return self.x[slices[0]], self.y[slices[0]], self.labels[slices[0]]
        return (
            np.concatenate([self.x[part] for part in slices]),
            np.concatenate([self.y[part] for part in slices]),
            np.concatenate([self.labels[part] for part in slices]),
        )

    def positions(self, slices: Slices) -> npt.NDArray[np.int64]:
        """Return the positions in some slices, ascending: (m,) int64."""
        if not slices:
            return np.zeros(0, np.int64)
        return np.concatenate([np.arange(s.start, s.stop, dtype=np.int64) for s in slices])


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
