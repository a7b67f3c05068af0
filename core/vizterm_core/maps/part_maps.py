"""Maps of the parts of a recording, by group and by time, in one scale."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from vizterm_core.maps.coarse import CoarseCounts, CoarseGrid, coarse_factor
from vizterm_core.maps.counts import Numbers
from vizterm_core.maps.event_store import EventStore, Window
from vizterm_core.maps.events import Events

MOST_SCALED = 256
"""Parts whose values make the common scale: of more groups, those with most events."""
_MOST_GROUPS = 8
"""Groups of which windows of time are looked at for the scale."""
_WINDOWS = MOST_SCALED // _MOST_GROUPS
_OVERVIEW = 128
"""Display pixels along the longer side of the maps from which a scale is fitted."""

Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the events: a group's, or a window's, or both."""

    group: int | None = None
    """A place in `EventStore.names`; None for all groups."""
    window: Window | None = None
    """None for all times."""


class PartMaps:
    """Counts the events of any part, at the map's resolution and coarsely.

    Parameters
    ----------
    store : EventStore
    size : (width, height)
        Of the map.
    pixels : callable
        Events -> their fractional (x, y) in pixels of the map.
    """

    def __init__(
        self,
        store: EventStore,
        size: tuple[int, int],
        pixels: Callable[[Events], tuple[Numbers, Numbers]],
    ) -> None:
        self.store = store
        self.size = size
        self._pixels = pixels
        self._grid = CoarseGrid(size, coarse_factor(size))
        self._located: _Located | None = None
        self._coarse: OrderedDict[Hashable, CoarseCounts] = OrderedDict()

    def coarse(self, part: Part) -> CoarseCounts:
        """Return the coarse counts of a part."""

        def count() -> CoarseCounts:
            if self._located is None:
                self._located = _Located.of(self.store.select(), self._pixels, self._grid)
            return self._located.counted(part, self._grid)

        return _kept(self._coarse, part, 2 * MOST_SCALED, count)

    def blurred(
        self, part: Part, sigma: tuple[float, float], shape: tuple[int, int]
    ) -> npt.NDArray[np.floating]:
        """Return the blurred map of a part, all of it, on a small display: (rows, columns)."""
        return self.coarse(part).blurred(sigma, shape)

    def comparable(self, part: Part) -> list[Part]:
        """Return the parts that have one scale with a part: the other groups, the other windows.

        All groups together have a scale of their own.  Of many groups, those with most events are
        returned; of a recording, windows at equal distances.
        """
        counts = self.store.counts
        largest = sorted(range(len(counts)), key=lambda group: -counts[group])
        span = self.store.span
        if part.window is None or span is None:
            if part.group is None:
                return [part]
            return [Part(group) for group in largest[:MOST_SCALED]]
        groups = [None] if part.group is None else largest[:_MOST_GROUPS]
        first = min(span[0] + part.window.length, span[1])
        ends = np.linspace(first, span[1], _WINDOWS if part.group is not None else MOST_SCALED // 4)
        return [
            Part(group, part.window.moved(end))
            for group in groups
            for end in dict.fromkeys(ends.tolist())
        ]

    def overview(
        self, part: Part, sigma: tuple[float, float]
    ) -> tuple[npt.NDArray[np.floating], Part]:
        """Return blurred values of all parts comparable to one, and which of them is highest.

        Parameters
        ----------
        part : Part
        sigma : (sigma_y, sigma_x)
            In pixels of the map.

        Returns
        -------
        values : (n,)
            Of coarse maps: a peak may be some hundredths higher than here.
        highest : Part
            To look at more closely.
        """
        width, height = self.size
        scale = min(1.0, _OVERVIEW / max(width, height))
        shape = max(1, round(height * scale)), max(1, round(width * scale))
        parts = self.comparable(part)
        values = [self.blurred(one, sigma, shape) for one in parts]
        peaks = [float(one.max()) for one in values]
        return np.concatenate([one.ravel() for one in values]), parts[int(np.argmax(peaks))]


@dataclass(frozen=True, slots=True, eq=False)
class _Row:
    """Events in the order of their times, each in its cell."""

    cells: npt.NDArray[np.int32]
    """(n,) numbers of their cells; one past the last for those outside of the map."""
    weights: npt.NDArray[np.float64] | None
    times: npt.NDArray[np.float64] | None

    def taken(self, which: npt.NDArray[np.intp]) -> _Row:
        """Return some of the events."""
        weights = None if self.weights is None else self.weights[which]
        times = None if self.times is None else self.times[which]
        return _Row(self.cells[which], weights, times)

    def counted(self, part: slice, grid: CoarseGrid) -> CoarseCounts:
        """Count a part of the events."""
        weights = None if self.weights is None else self.weights[part]
        return grid.counted(self.cells[part], weights)

    def slice_of(self, window: Window | None, start: int = 0, stop: int | None = None) -> slice:
        """Return the place of a window among the events from `start` to `stop`."""
        if window is None or self.times is None:
            return slice(start, stop)
        ends = np.searchsorted(self.times[start:stop], (window.start, window.end), side="right")
        return slice(start + int(ends[0]), start + int(ends[1]))


@dataclass(frozen=True, slots=True, eq=False)
class _Located:
    """All events in their cells: in the order of their times, and group by group."""

    all: _Row
    grouped: _Row | None
    """The groups one after the other; each in the order of its times."""
    starts: npt.NDArray[np.intp]
    """(groups + 1,) where each group begins, and where the last one ends."""

    @classmethod
    def of(
        cls,
        events: Events,
        pixels: Callable[[Events], tuple[Numbers, Numbers]],
        grid: CoarseGrid,
    ) -> _Located:
        """Find the cells of events that are in the order of their times."""
        row = _Row(grid.cells_of(*pixels(events)), events.weights, events.times)
        if events.groups is None:
            return cls(row, None, np.zeros(1, np.intp))
        codes = events.groups.codes
        starts = np.concatenate([[0], np.cumsum(np.bincount(codes))])
        return cls(row, row.taken(np.argsort(codes, kind="stable")), starts)

    def counted(self, part: Part, grid: CoarseGrid) -> CoarseCounts:
        """Count a part."""
        if part.group is None or self.grouped is None:
            return self.all.counted(self.all.slice_of(part.window), grid)
        start, stop = self.starts[part.group : part.group + 2].tolist()
        return self.grouped.counted(self.grouped.slice_of(part.window, start, stop), grid)


def _kept(
    kept: OrderedDict[Hashable, Kept], key: Hashable, most: int, make: Callable[[], Kept]
) -> Kept:
    """Return what is kept under a key, or make it; what was used longest ago is dropped."""
    if key in kept:
        kept.move_to_end(key)
        return kept[key]
    made = kept[key] = make()
    while len(kept) > most:
        kept.popitem(last=False)
    return made
