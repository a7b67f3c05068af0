"""Points in cells of points that are near each other, so that few have to be compared.

Cells are found by k-means (Lloyd's algorithm) on a sample; a query is compared with the points of
the cells whose centres are nearest to it: the inverted file of Jégou, Douze, Schmid, "Product
quantization for nearest neighbor search", IEEE TPAMI 33 (2011).  What is found is nearly always the
nearest, not always.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vizterm_core.reduce.prepared import Single

Whole = npt.NDArray[np.int64]

_OF_EACH = 32
"""Points of a cell that its centre is found from."""
_ROUNDS = 5
_BLOCK = 1 << 13
_TOO_LARGE = 4
"""Times the usual size from which a cell is divided again."""
_DEEPEST = 3


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Points sorted by the cell that they lie in."""

    points: Single
    """(m, d) in the order of the cells."""
    order: Whole
    """(m,) which point, as they were given, is at each place of `points`."""
    starts: Whole
    """(cells + 1,) where each cell begins in `points`."""
    centres: Single
    """(cells, d)"""
    looked_into: int
    """Cells that hold enough points, as a rule."""

    @classmethod
    def dividing(cls, points: Single, count: int, enough: int, seed: int) -> Cells:
        """Divide points into about `count` cells, of which a query looks into `enough` points."""
        chance = np.random.default_rng(seed)
        which, centres = _divided(points, np.arange(len(points)), count, chance, _DEEPEST)
        order = np.argsort(which, kind="stable")
        sizes = np.bincount(which, minlength=len(centres))
        starts = np.concatenate([[0], np.cumsum(sizes)])
        looked_into = min(len(centres), -(-enough * len(centres) // len(points)))
        return cls(points[order], order, starts, centres, looked_into)

    def __len__(self) -> int:
        return len(self.centres)

    def of(self, cell: int) -> tuple[Single, Whole]:
        """Return the points in a cell, and which they are."""
        part = slice(int(self.starts[cell]), int(self.starts[cell + 1]))
        return self.points[part], self.order[part]

    def visits(self, queries: Single) -> Iterator[tuple[int, Whole]]:
        """Return each cell that queries look into, and which of them do."""
        nearest = np.empty((len(queries), self.looked_into), np.int64)
        squares = np.einsum("ij,ij->i", self.centres, self.centres)
        for start in range(0, len(queries), _BLOCK):
            part = slice(start, start + _BLOCK)
            table = squares - 2 * (queries[part] @ self.centres.T)
            last = self.looked_into - 1
            nearest[part] = np.argpartition(table, last, axis=1)[:, : self.looked_into]
        order = np.argsort(nearest, axis=None, kind="stable")
        cells, starts = np.unique(nearest.ravel()[order], return_index=True)
        yield from zip(cells.tolist(), np.split(order // self.looked_into, starts[1:]), strict=True)


def _divided(
    points: Single, among: Whole, count: int, chance: np.random.Generator, depth: int
) -> tuple[Whole, Single]:
    """Return the cell of each of some points, and the cells' centres."""
    count = max(1, min(count, among.size))
    sample = points[np.sort(chance.choice(among, min(among.size, count * _OF_EACH), replace=False))]
    centres = sample[chance.choice(len(sample), count, replace=False)]
    for _ in range(_ROUNDS):
        centres = _moved(sample, centres)
    which = np.empty(among.size, np.int64)
    for start in range(0, among.size, _BLOCK):
        part = slice(start, start + _BLOCK)
        which[part] = _nearest_centre(points[among[part]], centres)
    if depth == 0:
        return which, centres
    usual = max(1, len(points) // count) if depth == _DEEPEST else max(1, among.size // count)
    for cell in np.flatnonzero(np.bincount(which, minlength=count) > _TOO_LARGE * usual):
        inside = np.flatnonzero(which == cell)
        parts, more = _divided(points, among[inside], -(-inside.size // usual), chance, depth - 1)
        # The first part keeps the cell's number.
        which[inside] = np.where(parts == 0, cell, len(centres) + parts - 1)
        centres[cell] = more[0]
        centres = np.concatenate([centres, more[1:]])
    return which, centres


def _moved(sample: Single, centres: Single) -> Single:
    """Return each centre in the middle of the points that it is the nearest to."""
    which = _nearest_centre(sample, centres)
    order = np.argsort(which, kind="stable")
    sizes = np.bincount(which, minlength=len(centres))
    filled = np.flatnonzero(sizes)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])[filled]
    moved = centres.copy()
    sums = np.add.reduceat(sample[order], starts, axis=0)
    moved[filled] = sums / sizes[filled, None].astype(np.float32)
    return moved


def _nearest_centre(queries: Single, centres: Single) -> Whole:
    squares = np.einsum("ij,ij->i", centres, centres)
    found: Whole = (squares - 2 * (queries @ centres.T)).argmin(axis=1)
    return found
