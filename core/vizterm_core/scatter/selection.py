"""A set of points, whatever they are selected by, and the way back to earlier ones."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from enum import Enum

import numpy as np
import numpy.typing as npt

from vizterm_core.overrides import override
from vizterm_core.scatter.grid import CHUNK, Codes

Bits = npt.NDArray[np.uint8]
Points = npt.NDArray[np.int64]

_MOST_STEPS = 200
_MOST_BYTES = 64 << 20
"""Bytes that earlier selections may take; the last one is kept whatever it takes."""
_MOST_PICKED = 1 << 16
"""Points up to which they are looked up one by one, rather than all passed over."""


class How(Enum):
    """What becomes of a selection when other points are chosen."""

    NEW = "new"
    """They are selected instead."""
    ADD = "add"
    REMOVE = "remove"
    COMMON = "common"
    """Those of them that are selected stay so."""


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """Some of n points: a bit for each."""

    size: int
    """The number of points there are."""
    bits: Bits
    """(ceil(size / 8),) a bit for each point, the lowest first; those behind the last are 0."""
    count: int = field(init=False)
    """The number of points that are selected."""

    def __post_init__(self) -> None:
        self.bits.flags.writeable = False
        object.__setattr__(self, "count", int(np.bitwise_count(self.bits).sum(dtype=np.int64)))

    @classmethod
    def none(cls, size: int) -> Selection:
        """Return a selection of none of `size` points."""
        return cls(size, np.zeros(-(-size // 8), np.uint8))

    @classmethod
    def of_mask(cls, mask: npt.NDArray[np.bool_]) -> Selection:
        """Return the selection of points by a mask: (n,) bool."""
        return cls(mask.size, np.packbits(mask, bitorder="little"))

    @classmethod
    def of_points(cls, size: int, points: npt.NDArray[np.integer]) -> Selection:
        """Return the selection of some of `size` points, given by their indices in any order."""
        mask = np.zeros(size, bool)
        mask[points] = True
        return cls.of_mask(mask)

    def __bool__(self) -> bool:
        return self.count > 0

    @override
    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Selection):
            return NotImplemented
        return self.size == other.size and np.array_equal(self.bits, other.bits)

    __hash__ = None  # type: ignore[assignment]

    def __or__(self, other: Selection) -> Selection:
        return Selection(self.size, self.bits | other.bits)

    def __and__(self, other: Selection) -> Selection:
        return Selection(self.size, self.bits & other.bits)

    def __sub__(self, other: Selection) -> Selection:
        return Selection(self.size, self.bits & ~other.bits)

    def __invert__(self) -> Selection:
        bits = ~self.bits
        if beyond := self.size % 8:
            bits[-1] &= (1 << beyond) - 1
        return Selection(self.size, bits)

    def combined(self, other: Selection, how: How) -> Selection:
        """Return what is selected after other points are chosen in some way."""
        if how is How.NEW:
            return other
        if how is How.ADD:
            return self | other
        return self - other if how is How.REMOVE else self & other

    def toggled(self, point: int) -> Selection:
        """Return the selection with a point in it that was not, or without one that was."""
        bits = self.bits.copy()
        bits[point >> 3] ^= np.uint8(1 << (point & 7))
        return Selection(self.size, bits)

    def __contains__(self, point: int) -> bool:
        return bool(self.bits[point >> 3] >> (point & 7) & 1)

    def has(self, points: npt.NDArray[np.integer]) -> npt.NDArray[np.bool_]:
        """Return which of some points are selected: (m,) bool."""
        points = points.astype(np.int64, copy=False)
        shifts = (points & 7).astype(np.uint8)
        found: npt.NDArray[np.bool_] = (self.bits[points >> 3] >> shifts & 1).astype(bool)
        return found

    def mask(self) -> npt.NDArray[np.bool_]:
        """Return which points are selected: (n,) bool."""
        return np.unpackbits(self.bits, count=self.size, bitorder="little").view(bool)

    def points(self) -> Points:
        """Return the selected points, ascending: (count,) int64."""
        held = np.flatnonzero(self.bits)
        if 2 * held.size > self.bits.size:
            return np.flatnonzero(self.mask())
        found = np.flatnonzero(np.unpackbits(self.bits[held], bitorder="little"))
        points: Points = (held[found >> 3] << 3) + (found & 7)
        return points

    def by_label(self, codes: Codes, label_count: int) -> npt.NDArray[np.int64]:
        """Count the selected points of each label: (label_count,) int64.

        Parameters
        ----------
        codes : (n,) unsigned integers below `label_count`
        """
        if self.count <= _MOST_PICKED:
            return np.bincount(codes[self.points()], minlength=label_count)
        counts = np.zeros(label_count, np.int64)
        step = max(CHUNK, label_count + -label_count % 8)
        for start in range(0, self.size, step):
            stop = min(self.size, start + step)
            held = self.bits[start >> 3 : -(-stop // 8)]
            if held.any():
                mask = np.unpackbits(held, count=stop - start, bitorder="little").view(bool)
                counts += np.bincount(codes[start:stop][mask], minlength=label_count)
        return counts


class History:
    """Earlier selections, and those that were gone back from: bounded in number and in bytes."""

    def __init__(self, most_steps: int = _MOST_STEPS, most_bytes: int = _MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._earlier: deque[Selection] = deque(maxlen=most_steps)
        self._later: deque[Selection] = deque(maxlen=most_steps)

    def __len__(self) -> int:
        return len(self._earlier)

    def keep(self, selection: Selection) -> None:
        """Keep what a new selection takes the place of; there is nothing to go forward to then."""
        self._later.clear()
        self._earlier.append(selection)
        self._make_room()

    def back(self, now: Selection) -> Selection | None:
        """Return the selection before that of now, to which `forward` leads again.

        It is None where there is none.
        """
        return self._step(self._earlier, self._later, now)

    def forward(self, now: Selection) -> Selection | None:
        """Return the selection that was gone back from; None where there is none."""
        return self._step(self._later, self._earlier, now)

    def _step(
        self, source: deque[Selection], other: deque[Selection], now: Selection
    ) -> Selection | None:
        if not source:
            return None
        found = source.pop()
        other.append(now)
        self._make_room()
        return found

    def _make_room(self) -> None:
        """Drop the oldest ones beyond the bound, but for the last one on each side."""
        both = self._earlier, self._later
        while sum(one.bits.nbytes for kept in both for one in kept) > self._most_bytes:
            longer = max(both, key=len)
            if len(longer) < 2:
                break
            longer.popleft()
