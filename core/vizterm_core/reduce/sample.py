"""A sample that has some points of every label."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

_LEAST = 50
"""Points of a label that are taken in any case, if it has as many."""


def stratified(
    labels: npt.NDArray[Any] | None, total: int, count: int, seed: int
) -> npt.NDArray[np.int64]:
    """Return the places of a random sample: (count,) ascending.

    Parameters
    ----------
    labels : (total,) integers, optional
        Each label has its share of the sample, and small ones more than that.
    total, count : int
        `count` is at most `total`.
    seed : int
    """
    chance = np.random.default_rng(seed)
    if count >= total:
        return np.arange(total)
    if labels is None:
        return np.sort(chance.choice(total, count, replace=False))
    names, codes, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    if names.size * _LEAST > count:
        return np.sort(chance.choice(total, count, replace=False))
    shares = _shares(sizes, count)
    # In a random order, and then by label: the first of each label are its sample.
    shuffled = chance.permutation(total)
    shuffled = shuffled[np.argsort(codes[shuffled], kind="stable")]
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    within = np.arange(total) - np.repeat(starts, sizes)
    chosen: npt.NDArray[np.int64] = np.sort(shuffled[within < np.repeat(shares, sizes)])
    return chosen


def _shares(sizes: npt.NDArray[np.int64], count: int) -> npt.NDArray[np.int64]:
    """Return how many points of each label there are in a sample: their sum is `count`."""
    least = np.minimum(sizes, _LEAST)
    left, room = count - int(least.sum()), sizes - least
    exact = room * (left / max(1, int(room.sum())))
    shares: npt.NDArray[np.int64] = least + np.floor(exact).astype(np.int64)
    missing = count - int(shares.sum())
    order = np.argsort(np.floor(exact) - exact, kind="stable")
    open_ones = order[shares[order] < sizes[order]]
    shares[open_ones[:missing]] += 1
    return shares
