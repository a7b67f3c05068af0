"""The nearest of some points to each of others: all compared where that is little work, else cells.

Knows float32 points and their Euclidean distances; what these stand for, `prepared` knows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from vizterm_core.reduce.cells import Cells, Whole
from vizterm_core.reduce.prepared import Single
from vizterm_core.reduce.progress import Progress, Tell, untold

MOST_WORK = 4e11
"""Products up to which all are compared: about ten seconds."""
_OVERHEAD = 50
"""What finding the smallest of many distances costs beside them, in dimensions."""
_TABLE = 1 << 20
"""Distances in memory at a time: they stay in the processor's cache."""
_MOST_AT_ONCE = 1024
_DIFFERENCES = 1 << 20
"""Differences in memory at a time."""
_STRETCH = 32
"""Numbers of which the smallest is found first."""
_MOST_BELOW = 8
"""Times as many as are wanted that may be below a bound, before sorting is quicker."""
_SPARE = 4
"""Further points whose distance is found exactly: float32 may have mistaken their order."""
_LEAST_CANDIDATES = 4096
_SHARE_OF_ALL = 16
"""A query is compared with one in so many points, where there are cells."""


@dataclass(frozen=True, slots=True, eq=False)
class NearestPoints:
    """Finds the nearest of some points."""

    points: Single
    """(m, d)"""
    cells: Cells | None = None
    """None where all points are compared."""

    @classmethod
    def among(cls, points: Single, queries: int, seed: int = 0) -> NearestPoints:
        """Get ready for so many queries, of which the number decides whether cells are worth it."""
        count, width = points.shape
        if float(count) * queries * (width + _OVERHEAD) <= MOST_WORK:
            return cls(points)
        enough = max(_LEAST_CANDIDATES, count // _SHARE_OF_ALL)
        return cls(points, Cells.dividing(points, round(float(np.sqrt(count))), enough, seed))

    def hasty(self, times: int) -> NearestPoints:
        """Return the same, looking into so many times fewer cells."""
        if self.cells is None:
            return self
        fewer = max(1, self.cells.looked_into // times)
        return replace(self, cells=replace(self.cells, looked_into=fewer))

    @property
    def exact(self) -> bool:
        """Whether all points are compared, so that none is missed."""
        return self.cells is None

    def of_each(self, count: int, tell: Tell = untold) -> tuple[Whole, Single]:
        """Return the nearest to each of the points, itself first.

        Parameters
        ----------
        count : int
            With the point itself; at most m.
        tell : callable

        Returns
        -------
        (m, count) int64, (m, count) float32
            Which points, and their distances; ascending, the lower point first of equally near.
        """
        return self._found(self.points, count, np.arange(len(self.points)), tell)

    def of(self, queries: Single, count: int) -> tuple[Whole, Single]:
        """Return the nearest of the points to each of some others.

        Parameters
        ----------
        queries : (q, d) float32
        count : int
            At most m.

        Returns
        -------
        (q, count) int64, (q, count) float32
            As of `of_each`.
        """
        return self._found(queries, count, None, untold)

    def _found(
        self, queries: Single, count: int, own: Whole | None, tell: Tell
    ) -> tuple[Whole, Single]:
        kept = min(count + _SPARE, len(self.points))
        best = _Best.of_none(len(queries), kept)
        if self.cells is None:
            self._compare_with_all(queries, best, own, tell)
        else:
            self._compare_in_cells(self.cells, queries, best, own, tell)
        rows = np.empty((len(queries), count), np.int64)
        apart = np.empty((len(queries), count), np.float32)
        for part in _slices(len(queries), kept * self.points.shape[1]):
            mine = None if own is None else own[part]
            rows[part], apart[part] = _in_order(
                queries[part], best.rows[part], self.points, count, mine
            )
        return rows, apart

    def _compare_with_all(
        self, queries: Single, best: _Best, own: Whole | None, tell: Tell
    ) -> None:
        every = np.arange(len(self.points))
        others = _Others(self.points, every)
        for part in _slices(len(queries), every.size, _TABLE):
            table = others.compared(queries[part], None if own is None else own[part])
            best.rows[part] = smallest(table, best.rows.shape[1])
            tell(Progress("neighbours", min(1.0, part.stop / len(queries))))

    @staticmethod
    def _compare_in_cells(
        cells: Cells, queries: Single, best: _Best, own: Whole | None, tell: Tell
    ) -> None:
        for cell, which in cells.visits(queries):
            points, ids = cells.of(cell)
            others = _Others(points, ids)
            for part in _slices(which.size, max(1, ids.size), _TABLE):
                some = which[part]
                table = others.compared(queries[some], None if own is None else own[some])
                best.improve(some, table, ids)
            tell(Progress("neighbours", (cell + 1) / len(cells)))


@dataclass(frozen=True, slots=True, eq=False)
class _Best:
    """The nearest points so far, in no order."""

    rows: Whole
    """(q, kept)"""
    apart: Single
    """(q, kept) what `_Others.compared` returns; infinite where there is none yet."""

    @classmethod
    def of_none(cls, queries: int, kept: int) -> _Best:
        return cls(
            np.zeros((queries, kept), np.int64), np.full((queries, kept), np.inf, np.float32)
        )

    def improve(self, which: Whole, table: Single, ids: Whole) -> None:
        """Take what is nearer among some points: (which, ids) float32."""
        kept = self.rows.shape[1]
        if ids.size > kept:
            places = smallest(table, kept)
            table, found = np.take_along_axis(table, places, 1), ids[places]
        else:
            found = np.broadcast_to(ids, table.shape)
        apart = np.concatenate([self.apart[which], table], axis=1)
        rows = np.concatenate([self.rows[which], found], axis=1)
        first = np.argpartition(apart, kept - 1, axis=1)[:, :kept]
        self.apart[which] = np.take_along_axis(apart, first, 1)
        self.rows[which] = np.take_along_axis(rows, first, 1)


class _Others:
    """Points that queries are compared with.

    Parameters
    ----------
    points : (m, d) float32
    ids : (m,) int64
        Which they are.
    """

    def __init__(self, points: Single, ids: Whole) -> None:
        self._points, self._ids = points, ids
        self._squares = np.einsum("ij,ij->i", points, points)

    def compared(self, queries: Single, own: Whole | None = None) -> Single:
        """Return what orders the points by their distance from each query: (q, m) float32.

        The squared distance less the query's own square; the query itself comes first.

        Parameters
        ----------
        queries : (q, d) float32
        own : (q,) int64, optional
            Which points the queries are themselves.
        """
        table = np.empty((len(queries), len(self._points)), np.float32)
        np.matmul(queries * np.float32(-2), self._points.T, out=table)
        table += self._squares
        if own is not None:
            table[self._ids == own[:, None]] = -np.inf
        return table


def _slices(count: int, wide: int, most: int = _DIFFERENCES) -> Iterator[slice]:
    """Return parts of a range, so that so many rows of a width aren't more values than `most`."""
    step = max(1, min(_MOST_AT_ONCE, most // max(1, wide)))
    for start in range(0, count, step):
        yield slice(start, min(start + step, count))


def _in_order(
    queries: Single, found: Whole, points: Single, count: int, own: Whole | None
) -> tuple[Whole, Single]:
    """Return the `count` nearest of those found for each query, and their distances, ascending."""
    differences = points[found]
    differences -= queries[:, None]
    apart = np.sqrt(np.einsum("ijk,ijk->ij", differences, differences))
    if own is not None:
        apart[found == own[:, None]] = -1
    order = np.lexsort((found, apart), axis=1)[:, :count]
    rows, apart = np.take_along_axis(found, order, 1), np.take_along_axis(apart, order, 1)
    return rows, np.maximum(apart, 0)


def smallest(table: Single, count: int) -> Whole:
    """Return where the `count` smallest of each row are, in no order: (rows, count) int64.

    Parameters
    ----------
    table : (rows, columns) float32
        Without NaN.
    count : int
        1 to `columns`.

    Notes
    -----
    `argpartition` looks at each number several times.  The smallest of each stretch are found in
    one pass; the `count` smallest of those are a bound that few others are below.
    """
    rows, columns = table.shape
    stretches = columns // _STRETCH
    if stretches < count:
        return _partitioned(table, count)
    whole = table[:, : stretches * _STRETCH].reshape(rows, stretches, _STRETCH)
    bound = np.partition(whole.min(axis=2), count - 1, axis=1)[:, count - 1]
    places = np.flatnonzero(table <= bound[:, None])
    which = places // columns
    each = np.bincount(which, minlength=rows)
    if int(each.max()) > _MOST_BELOW * count:
        # Many are equal.
        return _partitioned(table, count)
    padded = np.full((rows, int(each.max())), np.inf, np.float32)
    columns_of = np.zeros(padded.shape, np.int64)
    at = which, np.arange(places.size) - np.repeat(np.cumsum(each) - each, each)
    padded[at], columns_of[at] = table.ravel()[places], places % columns
    found: Whole = np.take_along_axis(columns_of, _partitioned(padded, count), axis=1)
    return found


def _partitioned(table: Single, count: int) -> Whole:
    found: Whole = np.argpartition(table, count - 1, axis=1)[:, :count]
    return found
