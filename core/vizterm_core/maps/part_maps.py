"""Maps of the parts of a recording, by group and by time, in one scale."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from vizterm_core.maps.coarse import CoarseCounts, coarse_counts, coarse_factor
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
        self._factor = coarse_factor(size)
        self._coarse: OrderedDict[Hashable, CoarseCounts] = OrderedDict()

    def coarse(self, part: Part) -> CoarseCounts:
        """Return the coarse counts of a part."""

        def count() -> CoarseCounts:
            events = self.store.select(part.group, part.window)
            return coarse_counts(*self._pixels(events), events.weights, self.size, self._factor)

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
