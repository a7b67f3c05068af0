"""Distances between vectors: fast ones with a bound on their error, and exact ones."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32] | npt.NDArray[np.float64]
Doubles = npt.NDArray[np.float64]

FARTHEST = 1e140
"""Values beyond this are taken like those that aren't finite: their squares would overflow."""
_EXACT_VALUES = 1 << 20
"""Values in memory at a time, as float64."""


class Metric(Enum):
    """What is meant by near."""

    EUCLIDEAN = "euclidean"
    COSINE = "cosine"
    """1 minus the cosine of the angle between two vectors."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is known at once of the distances from a vector to each row of a block."""

    low: Doubles
    """(rows,) no distance is less; -inf where nothing is known."""
    unsure: npt.NDArray[np.bool_]
    """(rows,) where nothing is known: a vector that isn't finite, or out of a float's range."""


class Query:
    """A vector that others are compared with.

    A distance is compared by its key: the square of the Euclidean one, the cosine one itself.

    Parameters
    ----------
    vector : (d,) float32 or float64
        Finite, and for the cosine not zero.
    metric : Metric

    Notes
    -----
    With a rounding error of u for an operation, a sum of d products is wrong by d u / (1 - d u)
    times the sum of their absolute values at most, in whatever order it is made: Higham, "Accuracy
    and Stability of Numerical Algorithms" (2002), section 3.1.
    """

    def __init__(self, vector: Floats, metric: Metric) -> None:
        self.metric = metric
        self._exact = vector.astype(np.float64)
        self._dtype = vector.dtype
        facts = np.finfo(vector.dtype)
        steps = (vector.size + 8) * float(facts.eps)
        self._error = steps / (1 - steps) if steps < 0.5 else np.inf
        """Relative error of a sum of as many products as the vector has values."""
        self._tiny = 2 * vector.size * float(facts.tiny)
        """What such a sum may lack in all, of products too small for a float."""
        self._range = float(facts.tiny) * 1e8, float(facts.max) / 64
        """Squared lengths that leave nothing out of range."""
        self._length = float(np.sqrt(np.square(self._exact).sum()))
        scaled = self._exact / self._length if metric is Metric.COSINE else self._exact
        self._fast = scaled.astype(vector.dtype)
        self._room: Floats = np.empty((0, vector.size), vector.dtype)

    def bounds(self, block: Floats) -> Bounds:
        """Return what is known at once of the keys of a block's rows: (rows, d) of the dtype."""
        with np.errstate(all="ignore"):
            if self.metric is Metric.EUCLIDEAN:
                apart = np.subtract(block, self._fast, out=self._room_for(block))
                found = np.einsum("ij,ij->i", apart, apart).astype(np.float64)
                unsure = ~(found <= self._range[1])
                low = found * (1 - self._error) - self._tiny
            else:
                squares = np.einsum("ij,ij->i", block, block).astype(np.float64)
                unsure = ~((squares >= self._range[0]) & (squares <= self._range[1]))
                low = 1 - np.dot(block, self._fast) / np.sqrt(squares) - 2 * self._error
            low[unsure | ~np.isfinite(low)] = -np.inf
        return Bounds(low, unsure)

    def _room_for(self, block: Floats) -> Floats:
        """Return an array of a block's shape, the same one each time: new memory costs more."""
        if self._room.size < block.size:
            self._room = np.empty_like(block)
        return self._room[: len(block)]

    def keys(self, block: Floats) -> Doubles:
        """Return the keys of rows as float64 gives them; NaN for a row that can't be compared."""
        keys = np.empty(len(block))
        step = max(1, _EXACT_VALUES // max(1, self._exact.size))
        for start in range(0, len(block), step):
            part = block[start : start + step].astype(np.float64)
            with np.errstate(all="ignore"):
                keys[start : start + step] = self._keys(part)
        return keys

    def _keys(self, rows: Doubles) -> Doubles:
        # NaN compares false.
        can = np.asarray((np.abs(rows) <= FARTHEST).all(axis=1))
        # Sums along rows are made the same way for each row: equal rows are equally far.
        if self.metric is Metric.EUCLIDEAN:
            keys = np.square(rows - self._exact).sum(axis=1)
        else:
            lengths = np.sqrt(np.square(rows).sum(axis=1))
            can &= lengths > 0
            keys = 1 - (rows * self._exact).sum(axis=1) / (lengths * self._length)
        keys[~can] = np.nan
        return keys

    def distances(self, keys: Doubles) -> Doubles:
        """Return the distances of some keys."""
        return np.sqrt(keys) if self.metric is Metric.EUCLIDEAN else np.maximum(keys, 0.0)


def as_floats(block: npt.NDArray[Any]) -> Floats:
    """Return rows as (rows, d) contiguous float32 where that holds them exactly, else float64.

    Masked values are NaN.
    """
    wide = np.float32 if exact_in_float32(block.dtype) else np.float64
    mask = None
    if type(block) is not np.ndarray and isinstance(block, np.ma.MaskedArray):
        mask, block = np.ma.getmaskarray(block), np.ma.getdata(block)
    shape = len(block), math.prod(block.shape[1:])
    floats: npt.NDArray[Any] = np.ascontiguousarray(block.reshape(shape), wide)
    if mask is not None and mask.any():
        floats = np.where(mask.reshape(floats.shape), wide(np.nan), floats)
    return floats


def exact_in_float32(dtype: np.dtype[Any]) -> bool:
    """Whether float32 holds all numbers of a dtype."""
    return dtype.itemsize <= (4 if dtype.kind == "f" else 2)


def usable(vector: Floats) -> bool:
    """Whether others can be compared with a vector: all its values are finite, none is enormous."""
    return bool(vector.size and np.abs(vector).max() <= np.float64(FARTHEST))


def lengths(rows: Floats) -> Doubles:
    """Return the lengths of rows: (rows,) float64."""
    with np.errstate(over="ignore"):
        found: Doubles = np.sqrt(np.square(rows.astype(np.float64)).sum(axis=1))
    return found
