"""The group, and the window of time, that a heatmap shows."""

from __future__ import annotations

import re

from vizterm.maps.playback import Playback
from vizterm_core.maps.event_store import EventStore
from vizterm_core.maps.part_maps import Part

_NUMBER = re.compile(r"(\d+)")
_LONGEST = 200
"""Characters of a name that decide about its place."""


class HeatParts:
    """Which part of some events is shown, as keys change it.

    Parameters
    ----------
    store : EventStore
    by : str
        Name of the groups' column; empty without groups.
    timed : bool
        Whether times were asked for.
    length : float, optional
        Of the window of time, in seconds; otherwise all is shown first.
    """

    def __init__(
        self, store: EventStore, by: str = "", *, timed: bool = False, length: float | None = None
    ) -> None:
        self.store = store
        self.by = by
        self.timed = timed
        self.group: int | None = None
        """A place in the store's names; None for all groups."""
        self.gridded = False
        """Whether all groups are shown beside each other."""
        self._length = length
        self._playback: Playback | None = None

    @property
    def part(self) -> Part:
        """The part that is shown."""
        playback = self.playback
        return Part(self.group, None if playback is None else playback.window)

    @property
    def grouped(self) -> bool:
        """Whether events have groups."""
        return bool(self.store.names)

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
