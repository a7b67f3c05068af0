"""The group, and the window of time, that a heatmap shows."""

from __future__ import annotations

import re
from collections import OrderedDict

import numpy as np
import numpy.typing as npt

from vizterm.maps.playback import Playback
from vizterm_core.maps.axes import MapAxes
from vizterm_core.maps.count_map import CountMap
from vizterm_core.maps.event_store import EventStore
from vizterm_core.maps.events import Events
from vizterm_core.maps.part_maps import Part, PartMaps

_NUMBER = re.compile(r"(\d+)")
_LONGEST = 200
"""Characters of a name that decide about its place."""
_KEPT = 4
"""Maps kept at full resolution: of the last parts that were shown."""

Values = npt.NDArray[np.floating]


class HeatParts:
    """Which part of some events is shown, as keys change it, and its map.

    Parameters
    ----------
    whole : CountMap
        Of all events: its coordinates are those of all parts.
    store : EventStore
        The same events.
    by : str
        Name of the groups' column; empty without groups.
    timed : bool
        Whether times were asked for.
    length : float, optional
        Of the window of time, in seconds; otherwise all is shown first.
    """

    def __init__(
        self,
        whole: CountMap,
        store: EventStore,
        by: str = "",
        *,
        timed: bool = False,
        length: float | None = None,
    ) -> None:
        self.whole, self.store = whole, store
        self.by = by
        self.timed = timed
        self.group: int | None = None
        """A place in the store's names; None for all groups."""
        self.gridded = False
        """Whether all groups are shown beside each other."""
        self._length = length
        self._playback: Playback | None = None
        self._maps: tuple[MapAxes, PartMaps] | None = None
        self._fields: OrderedDict[Part, CountMap] = OrderedDict()

    @classmethod
    def asked_for(
        cls,
        whole: CountMap,
        events: Events | None = None,
        *,
        by: str = "",
        timed: bool = False,
        length: float | None = None,
    ) -> HeatParts | None:
        """Return the parts of events; None where neither groups nor times were asked for.

        Parameters
        ----------
        whole : CountMap
            Of the same events.
        events : Events, optional
            Those that there are already.
        by, timed, length
            As for `HeatParts`.
        """
        if not by and not timed:
            return None
        store = EventStore()
        made = cls(whole, store, by, timed=timed, length=length)
        if events is not None:
            store.add(events)
            # The first key needs what takes longest: it is made while the data are opened.
            made.maps.coarse(Part())
        return made

    @property
    def part(self) -> Part:
        """The part that is shown."""
        playback = self.playback
        return Part(self.group, None if playback is None else playback.window)

    @property
    def grouped(self) -> bool:
        """Whether events have groups."""
        return bool(self.store.names)

    def add(self, events: Events) -> None:
        """Add events, to the map of all of them too."""
        self.whole.add(events)
        self.store.add(events)
        self._maps = None
        self._fields.clear()

    # Maps

    @property
    def field(self) -> CountMap:
        """The map of the part that is shown."""
        return self.field_of(self.part)

    def field_of(self, part: Part) -> CountMap:
        """Return the map of a part."""
        if part == Part():
            return self.whole
        if part not in self._fields:
            events = self.store.select(part.group, part.window)
            self._fields[part] = self.whole.of_part(events)
            while len(self._fields) > _KEPT:
                self._fields.popitem(last=False)
        self._fields.move_to_end(part)
        return self._fields[part]

    @property
    def maps(self) -> PartMaps:
        """Coarse maps of all parts."""
        axes = self.whole.axes
        if self._maps is None or self._maps[0] != axes:
            self._maps = axes, PartMaps(self.store, axes.size, self.whole.pixels)
        return self._maps[1]

    @property
    def scaled(self) -> Part:
        """The part whose scale is used: a group's, where all groups are side by side."""
        part = self.part
        return Part(self.order[0], part.window) if self.gridded and part.group is None else part

    @property
    def comparable(self) -> tuple[bool, float | None] | None:
        """What decides about the scale, equal for parts that share one; None for all events."""
        part = self.scaled
        if part == Part():
            return None
        return part.group is None, None if part.window is None else part.window.length

    def tile(self, group: int, sigma: tuple[float, float], shape: tuple[int, int]) -> Values:
        """Return the blurred map of a group in the window that is shown: `shape`."""
        return self.maps.blurred(Part(group, self.part.window), sigma, shape)

    def overview(self, sigma: tuple[float, float]) -> tuple[Values, CountMap]:
        """Return what the scale of the shown part is made of.

        Returns
        -------
        values : (n,)
            Blurred, of coarse maps of the parts that have one scale with it.
        highest : CountMap
            The map of that part among them which reaches highest.
        """
        values, highest = self.maps.overview(self.scaled, sigma)
        return values, self.field_of(highest)

    # Groups

    @property
    def order(self) -> list[int]:
        """The groups in the order in which they are leafed through: names by their numbers."""
        names = self.store.names
        return sorted(range(len(names)), key=lambda group: _natural(names[group]))

    @property
    def place(self) -> int | None:
        """The shown group's place in the order, from 0; None for all groups."""
        return None if self.group is None else self.order.index(self.group)

    def next_group(self, step: int) -> None:
        """Go to the next (1) or previous (-1) group; all of them come after the last one."""
        stops: list[int | None] = [None, *self.order]
        self.group = stops[(stops.index(self.group) + step) % len(stops)]

    @property
    def group_name(self) -> str:
        """The shown group's name in the data; empty for all groups."""
        return "" if self.group is None else self.store.names[self.group]

    # Time

    @property
    def playback(self) -> Playback | None:
        """The window of time; None where events have no times."""
        span = self.store.span
        if not self.timed or span is None:
            return None
        if self._playback is None:
            self._playback = Playback(span, self._length)
        elif self._playback.span != span:
            self._playback.extend(span)
        return self._playback

    def take_over(self, older: HeatParts) -> None:
        """Show the group of the same name, and the same window, as older parts did."""
        if older.group is not None and older.group_name in self.store.names:
            self.group = self.store.names.index(older.group_name)
        self.gridded = older.gridded and self.grouped
        if self.playback is not None and older.playback is not None:
            self.playback.take_over(older.playback)


def _natural(name: str) -> list[tuple[bool, int, str]]:
    """Return a key that puts 'user 2' before 'user 10'."""
    return [
        (not piece.isdecimal(), int(piece) if piece.isdecimal() else 0, piece.casefold())
        for piece in _NUMBER.split(name[:_LONGEST])
        if piece
    ]
