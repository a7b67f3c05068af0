"""Rows that are equal, taken as one: what is found for one of them holds for all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.neighbours.metric import Doubles

Rows = npt.NDArray[np.int64]

_AT_ONCE = 1 << 21
"""Rows that are sorted at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class EqualRows:
    """Which rows hold the same values."""

    first: Rows
    """(groups,) the lowest row of each group, ascending."""
    group_of: Rows
    """(n,) the group of each row."""
    members: Rows
    """(n,) all rows, group by group, ascending in each."""
    starts: Rows
    """(groups + 1,) where each group begins among the members."""

    @classmethod
    def of(cls, values: npt.NDArray[Any]) -> EqualRows:
        """Return the groups of equal rows.

        Parameters
        ----------
        values : (n, d) float32 or float64
            Finite; 0 and -0 are equal.
        """
        n, width = len(values), int(np.prod(values.shape[1:]))
        if not width:
            first, group_of = np.zeros(min(n, 1), np.int64), np.zeros(n, np.int64)
        else:
            # Adding 0 makes -0 a 0: equal values have equal bytes.
            same = np.ascontiguousarray(values.reshape(n, width)) + values.dtype.type(0)
            whole = same.view(np.dtype((np.void, same.itemsize * width)))[:, 0]
            _, lowest, group_of = np.unique(whole, return_index=True, return_inverse=True)
            order = np.argsort(lowest)
            places = np.empty_like(order)
            places[order] = np.arange(order.size)
            first, group_of = lowest[order].astype(np.int64), places[group_of.ravel()]
        members = np.argsort(group_of, kind="stable").astype(np.int64)
        counts = np.bincount(group_of, minlength=first.size)
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        return cls(first, group_of.astype(np.int64), members, starts)

    def __len__(self) -> int:
        return int(self.first.size)

    @property
    def all_differ(self) -> bool:
        """Whether no two rows are equal."""
        return self.first.size == self.group_of.size

    def spread(self, groups: Rows, keys: Doubles, count: int) -> tuple[Rows, Doubles]:
        """Return the nearest rows of each row, from the nearest groups of each group.

        Parameters
        ----------
        groups : (groups, k) int64
            The nearest other groups, -1 where there are no more; as many as rows are wanted, or
            all that there are.
        keys : (groups, k) float64
            How far they are, ascending; anything for -1.
        count : int
            Rows wanted for each.

        Returns
        -------
        rows : (n, count) int64
            By distance, then by row; itself not among them; -1 where there are no more.
        keys : (n, count) float64
            NaN there.
        """
        rows, found = self._of_groups(groups, keys, count + 1)
        rows, found = rows[self.group_of], found[self.group_of]
        # One more than wanted: the row itself is dropped, or else the last.
        itself = rows == np.arange(len(rows))[:, None]
        itself[~itself.any(axis=1), count] = True
        kept = ~itself
        return rows[kept].reshape(-1, count), found[kept].reshape(-1, count)

    def _of_groups(self, groups: Rows, keys: Doubles, count: int) -> tuple[Rows, Doubles]:
        """Return the nearest rows to the place of each group, its own members first."""
        total = len(self)
        rows = np.full((total, count), -1, np.int64)
        found = np.full((total, count), np.nan)
        each = max(1, _AT_ONCE // max(1, (groups.shape[1] + 1) * count))
        for at in range(0, total, each):
            part = np.arange(at, min(total, at + each))
            near = np.concatenate([part[:, None], groups[part]], axis=1)
            far = np.concatenate([np.zeros((part.size, 1)), keys[part]], axis=1)
            far[near < 0] = np.inf
            inner = np.arange(count)
            sizes = np.where(near >= 0, np.diff(self.starts)[near], 0)[..., None]
            places = np.minimum(self.starts[near][..., None] + inner, self.members.size - 1)
            there = inner < sizes
            candidates = np.where(there, self.members[places], -1).reshape(part.size, -1)
            distances = np.where(there, far[..., None], np.inf).reshape(part.size, -1)
            order = np.lexsort((candidates, distances), axis=1)[:, :count]
            taken = np.take_along_axis(candidates, order, axis=1)
            told = np.take_along_axis(distances, order, axis=1)
            told[taken < 0] = np.nan
            rows[part, : taken.shape[1]], found[part, : taken.shape[1]] = taken, told
        return rows, found
