"""The k nearest so far, while vectors are passed over in blocks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vizterm_core.neighbours.metric import Doubles, Floats, Metric, Query

Rows = npt.NDArray[np.int64]

_REFINED = 4096
"""Rows whose exact distance is found at a time: each time fewer others remain."""


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """The nearest of a row, the nearest first; of equally near ones the lower row."""

    row: int
    rows: Rows
    """(k,) fewer where there are fewer."""
    distances: Doubles
    """(k,)"""
    metric: Metric
    left_out: int = 0
    """Rows that can't be compared: not finite, missing, or zero where angles are compared."""

    def shared(self, other: Neighbours) -> int:
        """Return how many of these are among some others."""
        return int(np.isin(self.rows, other.rows).sum())


class Nearest:
    """Keeps the `count` nearest rows of those it is offered.

    Parameters
    ----------
    query : Query
    count : int
        1 or more.
    """

    def __init__(self, query: Query, count: int) -> None:
        self._query, self._count = query, count
        self.keys: Doubles = np.zeros(0)
        self.rows: Rows = np.zeros(0, np.int64)
        self.left_out = 0

    @property
    def limit(self) -> float:
        """The key beyond which nothing is near enough."""
        return float(self.keys[-1]) if self.keys.size == self._count else np.inf

    def offer(self, block: Floats, start: int, wanted: npt.NDArray[np.bool_] | None = None) -> None:
        """Take what is near enough in a block.

        Parameters
        ----------
        block : (m, d) float32 or float64
        start : int
            The row of its first vector; blocks come in the order of their rows.
        wanted : (m,) bool, optional
            The rows that are looked at; all without.
        """
        bounds = self._query.bounds(block)
        low, unsure = bounds.low, bounds.unsure
        if wanted is not None:
            low[~wanted] = np.inf
            unsure = unsure & wanted
        if unsure.any():
            self._refine(block, start, np.flatnonzero(unsure))
            low[unsure] = np.inf
        if self.keys.size < self._count < low.size:
            # The exact distances of the likeliest spare those of nearly all others.
            first = np.argpartition(low, self._count)[: self._count]
            self._refine(block, start, first[low[first] < np.inf])
            low[first] = np.inf
        while True:
            near = np.flatnonzero((low <= self.limit) & (low < np.inf))[:_REFINED]
            if not near.size:
                return
            self._refine(block, start, near)
            low[near] = np.inf

    def _refine(self, block: Floats, start: int, part: npt.NDArray[np.intp]) -> None:
        keys = self._query.keys(block[part])
        usable = ~np.isnan(keys)
        self.left_out += int(keys.size - np.count_nonzero(usable))
        keys = np.concatenate([self.keys, keys[usable]])
        rows = np.concatenate([self.rows, part[usable] + start])
        order = np.lexsort((rows, keys))[: self._count]
        self.keys, self.rows = keys[order], rows[order]
