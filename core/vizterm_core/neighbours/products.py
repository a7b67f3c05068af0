"""Lower bounds on the distances between many vectors at once, by products of matrices."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.neighbours.kept import Kept
from vizterm_core.neighbours.metric import Doubles, Floats

TILE = 2048
"""Rows and columns of distances in memory at a time."""
_PREPARED = 1 << 21
"""Values that are prepared at a time."""

Rows = npt.NDArray[np.intp]


class Products:
    """Vectors, prepared so that one product of matrices bounds the distances between many.

    A key is at most the square of the distance divided by that of `scale`: `K(a, b) = |a|^2 (1 - 2
    g) + |b|^2 (1 - 2 g) - 2 a b`, where g bounds the relative error of a sum of products (Higham,
    "Accuracy and Stability of Numerical Algorithms" (2002), section 3.1).  Vectors are taken
    relative to their mean, which makes lengths, and with them the errors, small.

    Parameters
    ----------
    values : (n, d) float32 or float64
        Finite.
    dtype : numpy dtype
        float32 or float64: of the products.
    """

    def __init__(self, values: Floats, dtype: npt.DTypeLike) -> None:
        n, width = values.shape
        dtype = np.dtype(dtype)
        exact = _exact(values, dtype)
        middle = np.zeros(width) if exact else values.mean(axis=0, dtype=np.float64)
        farthest = max(
            (float(np.abs(part - middle).max(initial=0)) for _, part in _parts(values)), default=0.0
        )
        self.scale = 1.0 if exact or not farthest else float(2.0 ** np.ceil(np.log2(farthest)))
        steps = (width + 16) * float(np.finfo(dtype).eps)
        error = 0.0 if exact else steps / (1 - steps) if steps < 0.5 else 0.5
        self._left: Floats = np.empty((n, width + 2), dtype)
        for rows, part in _parts(values):
            near = (part - middle) / self.scale
            self._left[rows, :width] = near
            self._left[rows, width] = np.square(near).sum(axis=1) * (1 - 2 * error)
        self._left[:, width + 1] = 1
        self._room: Floats = np.empty(min(n, TILE) ** 2, dtype)

    def __len__(self) -> int:
        return len(self._left)

    def _right(self, rows: slice) -> Floats:
        """Return vectors as the right side of a product."""
        left = self._left[rows]
        right = np.empty_like(left)
        np.multiply(left[:, :-2], -2, out=right[:, :-2])
        right[:, -2], right[:, -1] = 1, left[:, -2]
        return right

    def _product(self, left: Floats, right: Floats) -> Floats:
        """Return a product in memory that is there: new memory costs more."""
        shape = len(left), right.shape[1]
        tile: Floats = self._room[: shape[0] * shape[1]].reshape(shape)
        return np.matmul(left, right, out=tile)

    def tiles(
        self, stop: Callable[[], bool], progress: Callable[[float], object]
    ) -> Iterator[tuple[int, int, Floats]]:
        """Yield the keys of all pairs once: the first row, the first column, and the tile.

        Tiles above the diagonal alone: those below are the same, transposed.  Each is overwritten
        by the next.
        """
        starts = range(0, len(self), TILE)
        tiles, done = len(starts) * (len(starts) + 1) // 2, 0
        for row in starts:
            left = self._left[row : row + TILE]
            for column in range(row, len(self), TILE):
                if stop():
                    return
                yield row, column, self._product(left, self._right(slice(column, column + TILE)).T)
                done += 1
                progress(done / tiles)

    def nearest(
        self, count: int, stop: Callable[[], bool], progress: Callable[[float], object]
    ) -> Kept | None:
        """Return the `count` lowest keys of each vector with the others; None if stopped."""
        kept = Kept(len(self), count, self._left.dtype)
        for row, column, tile in self.tiles(stop, progress):
            if row == column:
                np.fill_diagonal(tile, np.inf)
            kept.offer(tile, row, column)
            if row != column:
                kept.offer(tile, row, column, across=True)
        return None if stop() else kept

    def nearest_of(
        self,
        rows: Rows,
        count: int,
        stop: Callable[[], bool],
        progress: Callable[[float], object],
    ) -> Kept | None:
        """Return the `count` lowest keys of some vectors with all others; None if stopped."""
        kept = Kept(len(rows), count, self._left.dtype)
        for column in range(0, len(self), TILE):
            right = self._right(slice(column, column + TILE)).T
            for at in range(0, len(rows), TILE):
                if stop():
                    return None
                part = rows[at : at + TILE]
                tile = self._product(self._left[part], right)
                own = np.flatnonzero((part >= column) & (part < column + TILE))
                tile[own, part[own] - column] = np.inf
                kept.offer(tile, at, column)
            progress(min(1.0, (column + TILE) / len(self)))
        return kept


def _parts(values: Floats) -> Iterator[tuple[slice, Doubles]]:
    step = max(1, _PREPARED // max(1, values.shape[1]))
    for start in range(0, len(values), step):
        rows = slice(start, start + step)
        yield rows, values[rows].astype(np.float64)


def _exact(values: Floats, dtype: np.dtype[Any]) -> bool:
    """Whether all products of the vectors are whole numbers that a dtype holds exactly."""
    most = 2.0 ** (np.finfo(dtype).nmant + 1) / 4
    for _, part in _parts(values):
        if np.square(part).sum(axis=1).max(initial=0) >= most or (part != np.floor(part)).any():
            return False
    return True
