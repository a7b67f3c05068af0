"""A map of counts that events are added to, and what is known of it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError, UsageError
from vizterm_core.load.events import LARGEST_CELLS, Events, data_size, looks_normalised, no_events
from vizterm_core.load.heat_source import HeatSource
from vizterm_core.maps.counts import bin_events, checked_size

Counts = npt.NDArray[np.floating]

_FARTHEST = 1 << 16
"""Positions up to which a map without a size grows."""


class CountMap:
    """Counts per pixel, of a grid or of events; more events may come.

    Parameters
    ----------
    size : (width, height), optional
        Of the map; without one it is as large as the events need, and grows with them.
    """

    def __init__(self, size: tuple[int, int] | None = None) -> None:
        self._fixed = size is not None
        width, height = checked_size(size) if size is not None else (1, 1)
        self._counts: Counts = np.zeros((height, width), np.float32)
        self.events = 0
        """Events counted."""
        self.outside = 0
        """Events beside the map, not counted."""
        self._is_grid = False
        self._skipped = 0
        self._first_bad = ""

    @classmethod
    def of(
        cls,
        source: HeatSource,
        size: tuple[int, int] | None = None,
        usual: tuple[int, int] | None = None,
    ) -> CountMap:
        """Count what a source has.

        Parameters
        ----------
        size : (width, height), optional
            As asked for; otherwise what the source declares, or `usual`, or what the events need.

        Raises
        ------
        UsageError, DataError
            If a grid has another size, or the events' own size is absurd.
        """
        if source.grid is not None:
            height, width = source.grid.shape
            if size is not None and size != (width, height):
                raise UsageError(
                    f"--size {size[0]}x{size[1]}: {source.name} is a grid of {width}x{height}",
                    "a grid has the size it has; leave --size out",
                )
            try:
                checked_size((width, height))
            except UsageError as error:
                raise DataError(f"{source.name}: {error.message}", error.hint) from error
            made = cls()
            made._fixed = made._is_grid = True
            exact = source.grid.dtype.kind in "bu" and source.grid.dtype.itemsize <= 2
            narrow = exact or source.grid.dtype in (np.float16, np.float32)
            made._counts = source.grid.astype(np.float32 if narrow else np.float64)
            return made
        events = source.events
        assert events is not None
        if not len(events):
            raise DataError(f"{source.name} holds no events", "an event is x, y or x, y, weight")
        known = size or source.size or usual
        if known is None:
            return cls._growing(events)
        if looks_normalised(events.x, events.y):
            raise DataError(
                f"{source.name}: all positions lie between 0 and 1, in a single pixel of the map",
                "multiply them by the map's width and height",
            )
        made = cls(known)
        made.add(events)
        return made

    @classmethod
    def _growing(cls, events: Events) -> CountMap:
        """As large as the events need; a few that are absurdly far out don't count for that."""
        made = cls()
        try:
            data_size(events.x, events.y)
            made.add(events)
        except DataError:
            made.add(events)
            if looks_normalised(events.x, events.y) or made.events < len(events) / 2:
                raise
        return made

    @property
    def counts(self) -> Counts:
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
        """The sum of all that is on the map, of what is finite."""
        return float(np.sum(self._counts, dtype=np.float64, where=np.isfinite(self._counts)))

    @property
    def missing(self) -> int:
        """Cells of a grid that are NaN or infinite: neither zero nor anything else."""
        return int(self._counts.size - np.count_nonzero(np.isfinite(self._counts)))

    @property
    def skipped(self) -> str:
        """What of the input was no event, and where the first of it; empty if all was."""
        return no_events(self._skipped, self._first_bad).describe_skipped()

    def add(self, events: Events) -> None:
        """Count more events; those beside the map are counted as such."""
        if events.skipped:
            self._first_bad = self._first_bad or events.first_bad
            self._skipped += events.skipped
        if not len(events):
            return
        if not self._fixed:
            self._grow(events)
        binned = bin_events(events.x, events.y, events.weights, self.size)
        if self.events:
            # Many small batches: float32 would lose what is added to large counts.
            self._counts = self._counts + binned.counts.astype(np.float64)
        else:
            self._counts = binned.counts
        self.events += binned.inside
        self.outside += binned.outside + binned.invalid

    def _grow(self, events: Events) -> None:
        """Make room for events; not for one so far out that the map would be absurdly large."""
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
