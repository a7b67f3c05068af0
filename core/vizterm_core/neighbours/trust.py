"""How far neighbours in the original space are neighbours in the plane, too."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vizterm_core.neighbours.all_pairs import (
    Progress,
    Rows,
    Stop,
    can_be_compared,
    k_nearest_of_all,
    keys_between,
    never,
)
from vizterm_core.neighbours.equal_rows import EqualRows
from vizterm_core.neighbours.metric import Doubles, Floats, Metric, as_floats

NEAREST = 15
_NEARLY_ALL = 0.95
"""Share of the progress that the neighbours in the original space take."""
_RANKED = 1 << 22
"""Distances that are ranked at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class Shared:
    """Neighbours in the original space that are neighbours in the plane."""

    counts: npt.NDArray[np.int64]
    """(n,) how many of the k nearest of each row; -1 for a row that can't be compared."""
    k: int

    @property
    def left_out(self) -> int:
        """How many rows can't be compared."""
        return int((self.counts < 0).sum())

    @property
    def mean(self) -> float:
        """The share of all neighbours, 0 to 1; NaN without rows."""
        there = self.counts[self.counts >= 0]
        return float(there.mean() / self.k) if there.size else float("nan")


def shared_neighbours(
    vectors: npt.NDArray[np.generic],
    places: Doubles,
    k: int = NEAREST,
    metric: Metric = Metric.EUCLIDEAN,
    *,
    stop: Stop = never,
    progress: Progress = bool,
) -> Shared | None:
    """Return how many of the k nearest of each row are among its k nearest in the plane.

    The mean of the shares is the co-k-nearest neighbour size Q_NX(k): Lee, Verleysen, "Quality
    assessment of dimensionality reduction: Rank-based criteria", Neurocomputing 72 (2009),
    equation 10; it is also called k-NN preservation.  It isn't trustworthiness, which weighs by
    ranks how far intruders come: see `trustworthiness`.

    A row that is as near as the k-th nearest counts as one of them, in either space: with
    duplicates by the thousand it would else be chance which fifteen are compared.  Both
    directions are counted, from k neighbours here and from k neighbours there, and the higher
    count is taken; without ties they are the same.

    Parameters
    ----------
    vectors : (n, ...) real
        Rows that can't be compared are left out: they are nobody's neighbours.
    places : (n, 2) float64
        Finite.
    k : int
    metric : Metric
        Of the vectors; the plane is Euclidean.
    stop, progress : callable
        As of `k_nearest_of_all`.

    Returns
    -------
    Shared or None
        None if it was stopped.  With n <= k rows that can be compared, all others are neighbours
        in both, and count.
    """
    values = as_floats(vectors)
    usable = can_be_compared(values, metric)
    rows = np.flatnonzero(usable)
    counts = np.full(len(values), -1, np.int64)
    values, places = values[rows], places[rows]
    there = k_nearest_of_all(
        values, k, metric, stop=stop, progress=lambda done: progress(_NEARLY_ALL * done)
    )
    if there is None or stop():
        return None
    here = k_nearest_in_plane(places, k)
    if rows.size:
        counts[rows] = np.maximum(
            _as_near(values, there.rows, here, metric),
            _as_near(places, here, there.rows, Metric.EUCLIDEAN),
        )
    progress(1.0)
    return Shared(counts, k)


def k_nearest_in_plane(places: Doubles, k: int) -> Rows:
    """Return the k nearest places to each: (n, k) int64, -1 where there are no more.

    Parameters
    ----------
    places : (n, 2) float64
        Finite; equal ones are taken as one.
    """
    from scipy.spatial import KDTree

    if not len(places):
        return np.full((0, k), -1, np.int64)
    equal = EqualRows.of(places)
    apart = places[equal.first]
    count = min(k, len(apart) - 1)
    if not count:
        return equal.spread(np.zeros((1, 0), np.int64), np.zeros((1, 0)), k)[0]
    far, near = KDTree(apart).query(apart, count + 1)
    # One more than wanted: the place itself is dropped, or else the last.
    itself = near == np.arange(len(near))[:, None]
    itself[~itself.any(axis=1), count] = True
    near = near[~itself].reshape(-1, count).astype(np.int64)
    return equal.spread(near, far[~itself].reshape(-1, count), k)[0]


def _as_near(
    values: Floats, nearest: Rows, others: Rows, metric: Metric
) -> npt.NDArray[np.integer]:
    """Return how many of some others are as near as the last of the nearest: (n,).

    Parameters
    ----------
    nearest, others : (n, k) int64
        -1 for none.
    """
    count = (nearest >= 0).sum(axis=1)
    last = np.take_along_axis(nearest, np.maximum(count - 1, 0)[:, None], axis=1)
    every = np.arange(len(values), dtype=np.int64)
    # In one go: equal rows have equal keys.
    keys = keys_between(values, every, np.concatenate([last, others], axis=1), metric)
    near: npt.NDArray[np.integer] = ((keys[:, 1:] <= keys[:, :1]) & (others >= 0)).sum(axis=1)
    return near


def trustworthiness(
    vectors: npt.NDArray[np.generic],
    places: Doubles,
    k: int = NEAREST,
    metric: Metric = Metric.EUCLIDEAN,
) -> float:
    """Return the trustworthiness of places in a plane, 0 to 1, as sklearn's function does.

    One minus the mean of how far those come from that are among the k nearest in the plane and
    not in the original space, by rank: Venna, Kaski, "Neighborhood preservation in nonlinear
    projection methods", ICANN 2001, equation 1.

    Parameters
    ----------
    vectors : (n, ...) real
        Finite, as the places are; of equally far ones all have the lowest rank.
    places : (n, d) float64
    k : int
        Less than n / 2.
    metric : Metric
        Of the vectors.

    Raises
    ------
    ValueError
        If there are too few rows for k.
    """
    values = as_floats(vectors)
    n = len(values)
    if not 1 <= k < n / 2:
        raise ValueError(
            f"k must be at least 1 and less than {n / 2:g}, half of the rows; it is {k}"
        )
    here = k_nearest_of_all(np.asarray(places, np.float64), k)
    assert here is not None
    every = np.arange(n, dtype=np.int64)
    beyond, step = 0, max(1, _RANKED // n)
    for start in range(0, n, step):
        part = every[start : start + step]
        keys = keys_between(values, part, np.broadcast_to(every, (part.size, n)), metric)
        keys[np.arange(part.size), part] = np.inf
        own = np.take_along_axis(keys, here.rows[part], axis=1)
        keys.sort(axis=1)
        for line, sought in zip(keys, own, strict=True):
            ranks = np.searchsorted(line, sought) + 1
            beyond += int(np.maximum(ranks - k, 0).sum())
    return 1 - beyond * 2 / (n * k * (2 * n - 3 * k - 1))
