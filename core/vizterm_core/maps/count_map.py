"""A map of counts that events are added to."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError
from vizterm_core.maps.counts import bin_events, checked_size
from vizterm_core.maps.events import LARGEST_CELLS, Events, data_size, looks_normalised, no_events

Floats = npt.NDArray[np.floating]

_FARTHEST = 1 << 16
"""Positions beyond this don't make a map without a size grow."""


class CountMap:
    """Counts per pixel, of a grid or of events; more events can be added.

    Parameters
    ----------
    size : (width, height), optional
        Of the map; without one it is as large as the events need, and grows with them.

    Raises
    ------
    UsageError
        If no map can have that size.
    """

    def __init__(self, size: tuple[int, int] | None = None) -> None:
        self._fixed = size is not None
        width, height = checked_size(size) if size is not None else (1, 1)
        self._counts: Floats = np.zeros((height, width), np.float32)
        self.events = 0
        """Events counted."""
        self.outside = 0
        """Events outside the map, not counted."""
        self._is_grid = False
        self._skipped = 0
        self._first_bad = ""

    @classmethod
    def of_grid(cls, grid: npt.NDArray[Any]) -> CountMap:
        """Make a map of values that are there already.

        Parameters
        ----------
        grid : (H, W) real
            float64 is kept where float32 would round whole numbers.

        Raises
        ------
        UsageError
            If no map can have that size.
        """
        height, width = grid.shape
        checked_size((width, height))
        made = cls()
        made._fixed = made._is_grid = True
        exact = grid.dtype.kind in "bu" and grid.dtype.itemsize <= 2
        narrow = exact or grid.dtype in (np.float16, np.float32)
        made._counts = grid.astype(np.float32 if narrow else np.float64)
        return made

    @classmethod
    def of_events(cls, events: Events, size: tuple[int, int] | None = None) -> CountMap:
        """Count events.

        Parameters
        ----------
        events : Events
            At least one.
        size : (width, height), optional
            Of the map; without one it is as large as the events need.  A few events that are
            absurdly far out are then left outside.

        Raises
        ------
        DataError
            If there is no size, and the positions are fractions of an unknown screen, all
            negative, or most of them absurdly far out.
        UsageError
            If no map can have that size.
        """
        made = cls(size)
        made.add(events)
        if size is None:
            try:
                data_size(events.x, events.y)
            except DataError:
                if looks_normalised(events.x, events.y) or made.events < len(events) / 2:
                    raise
        return made

    @property
    def counts(self) -> Floats:
        """(H, W) float32 or float64; not to be changed."""
        return self._counts

    @property
    def is_grid(self) -> bool:
        """Whether the values came as a grid, not as events."""
        return self._is_grid

    @property
    def size(self) -> tuple[int, int]:
        """(width, height)."""
        height, width = self._counts.shape
        return width, height

    @property
    def total(self) -> float:
        """The sum of all finite values on the map."""
        return float(np.sum(self._counts, dtype=np.float64, where=np.isfinite(self._counts)))

    @property
    def missing(self) -> int:
        """Number of cells of a grid that are NaN or infinite."""
        return int(self._counts.size - np.count_nonzero(np.isfinite(self._counts)))

    @property
    def skipped(self) -> str:
        """Bad rows of the input: how many, and where the first is; empty without any."""
        return no_events(self._skipped, self._first_bad).describe_skipped()

    def add(self, events: Events) -> None:
        """Count more events; those outside the map are only counted in `outside`."""
        if events.skipped:
            self._first_bad = self._first_bad or events.first_bad
            self._skipped += events.skipped
        if not len(events):
            return
        if not self._fixed:
            self._grow(events)
        binned = bin_events(events.x, events.y, events.weights, self.size)
        if self.events:
            # With many small batches, float32 would lose additions to large counts.
            self._counts = self._counts + binned.counts.astype(np.float64)
        else:
            self._counts = binned.counts
        self.events += binned.inside
        self.outside += binned.outside + binned.invalid

    def _grow(self, events: Events) -> None:
        """Make room for events, but not for those that would make the map absurdly large."""
        near = (events.x >= 0) & (events.x < _FARTHEST) & (events.y >= 0) & (events.y < _FARTHEST)
        with np.errstate(over="ignore"):
            near &= (events.x + 1) * (events.y + 1) <= LARGEST_CELLS
        old = self.size
        width = max(old[0], int(events.x[near].max(initial=0)) + 1)
        height = max(old[1], int(events.y[near].max(initial=0)) + 1)
        if (width, height) != old and width * height <= LARGEST_CELLS:
            counts = self._counts
            self._counts = np.zeros((height, width), counts.dtype)
            self._counts[: old[1], : old[0]] = counts
