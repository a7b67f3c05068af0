"""The vectors behind points, as they lie in their file, and the nearest to one of them."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError
from vizterm_core.files.memory import free_memory
from vizterm_core.files.stored import Array, Rows, in_memory
from vizterm_core.neighbours.metric import (
    Floats,
    Metric,
    Query,
    as_floats,
    exact_in_float32,
    lengths,
    usable,
)
from vizterm_core.neighbours.nearest import Nearest, Neighbours
from vizterm_core.text import clean

BLOCK_BYTES = 1 << 20
"""Bytes of floats in memory at a time: they stay in the processor's cache."""
_LOOKED_AT = 16, 64
"""Blocks, and rows of each, that tell whether all vectors have length 1."""
_UNIT = 0.01
"""The most by which the length of a vector of length 1 may differ from 1, as rounded ones do."""
_HELD_SHARE = 4
"""Vectors that can't be read row by row are kept if they take this part of the free memory."""


def _never() -> bool:
    return False


class Vectors:
    """A vector for each row of the data, read in blocks for each question.

    Parameters
    ----------
    name : str
        For people; as it is in the data.
    shape : (n, ...)
        Axes behind the first are taken as one.
    dtype : numpy dtype
        Real.
    read : callable
        Returns the rows, or a view of them; called once, when they are first asked for.
    by_row : bool
        Whether some rows can be read without the others; else all are kept in memory if there is
        room.
    """

    def __init__(
        self,
        name: str,
        shape: tuple[int, ...],
        dtype: np.dtype[Any],
        read: Callable[[], Array | Rows],
        *,
        by_row: bool = True,
    ) -> None:
        self.name, self.shape, self.dtype = name, shape, dtype
        self._read, self._by_row = read, by_row
        self._rows: Array | Rows | None = None
        self._unit: bool | None = None
        self._lock = threading.Lock()

    @classmethod
    def of(cls, vectors: npt.NDArray[Any], name: str = "vectors") -> Vectors:
        """Return vectors that are in memory."""
        return cls(name, vectors.shape, vectors.dtype, lambda: vectors)

    def __len__(self) -> int:
        return self.shape[0]

    @property
    def width(self) -> int:
        """Dimensions."""
        return math.prod(self.shape[1:])

    @property
    def metric(self) -> Metric:
        """The cosine where all vectors seem to have length 1, else the Euclidean distance.

        Raises
        ------
        DataError
            If they can't be read.
        """
        if self._unit is None:
            self._unit = self._seem_unit()
        return Metric.COSINE if self._unit else Metric.EUCLIDEAN

    def vector(self, row: int) -> Floats:
        """Return a row's vector: (d,) float32 or float64, NaN where it is missing.

        Raises
        ------
        DataError
            If it can't be read.
        """
        return as_floats(self._opened()[row : row + 1])[0]

    def taken(
        self, rows: npt.NDArray[np.int64], *, stop: Callable[[], bool] = _never
    ) -> Floats | None:
        """Return the vectors of some rows, in memory.

        Parameters
        ----------
        rows : (m,) int64
            Ascending, each once.
        stop : callable
            Asked between blocks.

        Returns
        -------
        (m, d) float32 or float64, or None
            None if it was stopped.

        Raises
        ------
        DataError
            If they can't be read.
        """
        shape = rows.size, self.width
        narrow = exact_in_float32(self.dtype)
        found: Floats = np.empty(shape, np.float32) if narrow else np.empty(shape, np.float64)
        for part, block in self._blocks():
            if stop():
                return None
            first, last = np.searchsorted(rows, [part.start, part.stop])
            if first < last:
                found[first:last] = block[rows[first:last] - part.start]
            del block
        return found

    def nearest(
        self,
        row: int,
        count: int,
        metric: Metric | None = None,
        *,
        among: npt.NDArray[np.bool_] | None = None,
        stop: Callable[[], bool] = _never,
    ) -> Neighbours | None:
        """Return the rows whose vectors are nearest to that of a row, itself not among them.

        All vectors are read, a megabyte at a time; float32 sets aside what is too far for certain,
        and float64 decides the rest, so that the order is that of float64.

        Parameters
        ----------
        row : int
        count : int
            1 or more.
        metric : Metric, optional
            As `Vectors.metric` says by default.
        among : (n,) bool, optional
            The rows that are looked at; all without.
        stop : callable
            Asked between blocks; whether the answer isn't wanted any more.

        Returns
        -------
        Neighbours or None
            None if it was stopped.

        Raises
        ------
        DataError
            If the row has no vector to compare with, or the vectors can't be read.
        """
        metric = self.metric if metric is None else metric
        query = self._query(row, metric)
        nearest = Nearest(query, count)
        for part, block in self._blocks():
            if stop():
                return None
            wanted = None if among is None else among[part]
            if part.start <= row < part.stop:
                wanted = np.ones(len(block), bool) if wanted is None else wanted.copy()
                wanted[row - part.start] = False
            nearest.offer(block, part.start, wanted)
            del block
        distances = query.distances(nearest.keys)
        return Neighbours(row, nearest.rows, distances, metric, nearest.left_out)

    def _query(self, row: int, metric: Metric) -> Query:
        vector, name = self.vector(row), clean(self.name)
        if not usable(vector):
            raise DataError(f"row {row:,} has no vector in {name}: it is missing or not finite")
        if metric is Metric.COSINE and not vector.any():
            raise DataError(
                f"row {row:,} is zero in {name}: it has no direction",
                "compare by the Euclidean distance",
            )
        return Query(vector, metric)

    def stored(self) -> Array | Rows:
        """Return the vectors as they lie in the data: (n, ...).

        Raises
        ------
        DataError
            If they can't be read.
        """
        return self._opened()

    def blocks(self) -> Iterator[tuple[slice, Floats]]:
        """Return all vectors in order, as (rows, d) float32 or float64, and which they are.

        Raises
        ------
        DataError
            If they can't be read.
        """
        return self._blocks()

    def _opened(self) -> Array | Rows:
        with self._lock:
            if self._rows is None:
                rows = self._read()
                size = self.width * len(self) * self.dtype.itemsize
                if not self._by_row and size <= free_memory() // _HELD_SHARE:
                    rows = in_memory(rows)
                self._rows = rows
            return self._rows

    def _blocks(self) -> Iterator[tuple[slice, Floats]]:
        """Return all vectors in order, as (rows, d) floats, and which they are."""
        rows = self._opened()
        step = max(1, BLOCK_BYTES // max(1, 4 * self.width))
        if not isinstance(rows, np.ndarray) and not self._by_row:
            for part, block in rows.blocks(step):
                yield part, as_floats(block)
                del block
            return
        # By slices: `blocks` would sum up the bytes for a checksum, which takes longer.
        for start in range(0, len(self), step):
            part = slice(start, min(start + step, len(self)))
            yield part, as_floats(rows[part])

    def _seem_unit(self) -> bool:
        """Whether the vectors that are looked at have length 1, but for those that are missing."""
        rows, (blocks, each) = self._opened(), _LOOKED_AT
        if not isinstance(rows, np.ndarray) and not self._by_row:
            starts = [0]
        else:
            last = max(0, len(self) - each)
            starts = np.unique(np.linspace(0, last, blocks).astype(int)).tolist()
        found = np.concatenate([lengths(as_floats(rows[at : at + each])) for at in starts])
        found = found[found > 0]
        return bool(self.width > 1 and found.size and (np.abs(found - 1) <= _UNIT).all())
