"""The nearest of all vectors to each of them, exactly, by products of matrices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.neighbours.equal_rows import EqualRows
from vizterm_core.neighbours.kept import Kept
from vizterm_core.neighbours.metric import FARTHEST, Doubles, Floats, Metric, as_floats, lengths
from vizterm_core.neighbours.products import Products

Rows = npt.NDArray[np.int64]
Stop = Callable[[], bool]
Progress = Callable[[float], object]

_EXACT_VALUES = 1 << 22
"""Values of vectors in memory at a time, as float64."""
_LEAST_MORE = 8
"""Candidates beyond those wanted, at least: with these it is certain that the wanted are among
them."""
_CHEAP = 0.9
"""Share of the progress that the products in float32 take, where others are needed too."""


@dataclass(frozen=True, slots=True, eq=False)
class AllNearest:
    """The nearest rows of each row, the nearest first."""

    rows: Rows
    """(n, k) without itself; of equally near ones the lower row first; -1 where there are no more,
    and all of them for a row that can't be compared."""
    distances: Doubles
    """(n, k) NaN there."""
    usable: npt.NDArray[np.bool_]
    """(n,) which rows can be compared: finite, and for the cosine not zero."""
    metric: Metric


def never() -> bool:
    """Return False: nothing is stopped."""
    return False


def k_nearest_of_all(
    vectors: npt.NDArray[Any],
    k: int,
    metric: Metric = Metric.EUCLIDEAN,
    *,
    stop: Stop = never,
    progress: Progress = bool,
) -> AllNearest | None:
    """Return the k nearest rows of each row.

    Products in float32 choose a few more candidates than are wanted, and float64 decides; where
    the error of float32 is too large for that, float64 chooses the candidates, too.  There, rows
    whose distances differ by less than its own error may change places in the choice; equal rows
    are never parted: they are taken as one.  Time grows with n^2 d, memory with n (d + k).

    Parameters
    ----------
    vectors : (n, ...) real
        Masked values, NaN, infinity and what is beyond 1e140 make a row unusable; axes behind the
        first are taken as one.
    k : int
        1 or more.
    metric : Metric
    stop : callable
        Asked between tiles; whether the answer isn't wanted any more.
    progress : callable
        Told the share that is done, 0 to 1.

    Returns
    -------
    AllNearest or None
        None if it was stopped.
    """
    values = as_floats(vectors)
    usable = can_be_compared(values, metric)
    rows = np.flatnonzero(usable)
    found = np.full((len(values), k), -1, np.int64)
    distances = np.full((len(values), k), np.nan)
    held = values if rows.size == len(values) else values[rows]
    nearest = _nearest(held, k, metric, stop, progress)
    if nearest is None:
        return None
    places, keys = nearest
    found[rows] = np.where(places >= 0, rows[places], -1) if rows.size else places
    distances[rows] = np.sqrt(keys) if metric is Metric.EUCLIDEAN else np.maximum(keys, 0)
    return AllNearest(found, distances, usable, metric)


def can_be_compared(values: Floats, metric: Metric) -> npt.NDArray[np.bool_]:
    """Return which rows of (n, d) values are vectors that others can be compared with."""
    usable = np.empty(len(values), bool)
    for part in _slices(len(values), values.shape[1]):
        with np.errstate(invalid="ignore"):
            usable[part] = (np.abs(values[part]) <= np.float64(FARTHEST)).all(axis=1)
        if metric is Metric.COSINE:
            usable[part] &= values[part].any(axis=1)
    return usable


def keys_between(values: Floats, of: Rows, to: Rows, metric: Metric) -> Doubles:
    """Return exact keys: the square of the Euclidean distance, or the cosine one.

    Parameters
    ----------
    values : (n, d)
        Finite where they are asked for.
    of : (m,) int64
    to : (m, k) int64
        Each compared with its row of `of`; -1 for none.

    Returns
    -------
    (m, k) float64
        Infinite for none.
    """
    keys = np.empty(to.shape)
    for part in _slices(len(of), values.shape[1] * max(1, to.shape[1])):
        one = values[of[part], None].astype(np.float64)
        others = values[to[part]].astype(np.float64)
        if metric is Metric.EUCLIDEAN:
            others -= one
            keys[part] = np.square(others, out=others).sum(axis=2)
        else:
            size = np.sqrt(np.square(others).sum(axis=2)) * np.sqrt(np.square(one).sum(axis=2))
            others *= one
            keys[part] = 1 - others.sum(axis=2) / size
    keys[to < 0] = np.inf
    return keys


def _nearest(
    values: Floats, k: int, metric: Metric, stop: Stop, progress: Progress
) -> tuple[Rows, Doubles] | None:
    """Return the nearest rows of finite ones, and their keys; None if stopped."""
    equal = EqualRows.of(values)
    apart = values if equal.all_differ else values[equal.first]
    count = min(k, len(equal) - 1)
    if count < 1:
        nothing = np.full((len(equal), 0), -1, np.int64), np.zeros((len(equal), 0))
        return equal.spread(*nothing, k)
    found = _of_different(apart, count, metric, stop, progress)
    if found is None:
        return None
    if equal.all_differ and count == k:
        return found
    return equal.spread(*found, k)


def _of_different(
    values: Floats, k: int, metric: Metric, stop: Stop, progress: Progress
) -> tuple[Rows, Doubles] | None:
    """Return the nearest of rows that all differ: (n, k) of each; k is less than n."""
    chosen = min(len(values) - 1, k + max(_LEAST_MORE, k // 2))
    compared = values if metric is Metric.EUCLIDEAN else _directions(values)
    products = Products(compared, np.float32)
    kept = products.nearest(chosen, stop, lambda done: progress(_CHEAP * done))
    if kept is None:
        return None
    refine = partial(_refined, values, metric=metric, k=k)
    every = np.arange(len(values), dtype=np.int64)
    rows, keys, unsure = refine(every, kept, products.scale)
    again = np.flatnonzero(unsure)
    if again.size:
        products = Products(compared, np.float64)
        kept = products.nearest_of(
            again, chosen, stop, lambda done: progress(_CHEAP + (1 - _CHEAP) * done)
        )
        if kept is None:
            return None
        rows[again], keys[again], _ = refine(again, kept, products.scale)
    progress(1.0)
    return rows, keys


def _refined(
    values: Floats, of: Rows, kept: Kept, scale: float, *, metric: Metric, k: int
) -> tuple[Rows, Doubles, npt.NDArray[np.bool_]]:
    """Return the nearest candidates by float64, and where others could be nearer."""
    columns, limits = kept.nearest()
    candidates = columns.astype(np.int64)
    keys = keys_between(values, of, candidates, metric)
    order = np.lexsort((candidates, keys), axis=1)[:, :k]
    rows = np.take_along_axis(candidates, order, axis=1)
    keys = np.take_along_axis(keys, order, axis=1)
    bounds = limits.astype(np.float64) * scale**2
    if metric is Metric.COSINE:
        bounds /= 2
    unsure = (keys[:, -1] > bounds) & (columns.shape[1] < len(values) - 1)
    return rows, keys, unsure


def _directions(values: Floats) -> Doubles:
    """Return vectors of length 1: half the square of their distance is 1 minus the cosine."""
    largest = np.abs(values).max(axis=1, keepdims=True).astype(np.float64)
    scaled = values / largest
    directions: Doubles = scaled / lengths(scaled)[:, None]
    return directions


def _slices(rows: int, width: int) -> list[slice]:
    step = max(1, _EXACT_VALUES // max(1, width))
    return [slice(start, start + step) for start in range(0, rows, step)]
