"""Events that are kept so that some of them can be counted: a group, a window of time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vizterm_core.maps.events import Events, Float64, Groups, join_events, no_events

_FEW = 1 << 16
"""Events that may wait to be sorted, however few are sorted already."""


@dataclass(frozen=True, slots=True)
class Window:
    """A window of time: later than `start`, up to and with `end`."""

    start: float
    """In seconds, as `Events.times`."""
    end: float

    @property
    def length(self) -> float:
        """In seconds."""
        return self.end - self.start

    def moved(self, end: float) -> Window:
        """Return a window of this length with another end."""
        return Window(end - self.length, end)


class EventStore:
    """Keeps events in the order of their times, or of their arrival where they have none.

    New events wait in a short list of their own until they are worth sorting in, so that a
    stream costs about n log n altogether.  Events without a time (NaN) belong to no window.
    """

    def __init__(self) -> None:
        self._sorted = no_events()
        self._waiting: list[Events] = []
        self._names: dict[str, int] = {}
        self._counts: list[int] = []
        self._first = np.inf
        self._last = -np.inf
        self._length = 0
        self._timed = True

    def __len__(self) -> int:
        return self._length

    @property
    def names(self) -> tuple[str, ...]:
        """The groups, in the order of their first event; none where events have no groups."""
        return tuple(self._names)

    @property
    def counts(self) -> tuple[int, ...]:
        """The number of events of each group."""
        return tuple(self._counts)

    @property
    def span(self) -> tuple[float, float] | None:
        """The first and the last time, in seconds; None where no event has a time."""
        if not self._timed or self._first > self._last:
            return None
        return float(self._first), float(self._last)

    def add(self, events: Events) -> None:
        """Keep more events, in any order.

        Parameters
        ----------
        events : Events
            With groups and times if the ones before had them.
        """
        if not len(events):
            return
        if events.groups is not None:
            events = self._with_known_groups(events, events.groups)
        if events.times is None:
            self._timed = False
        else:
            finite = events.times[np.isfinite(events.times)]
            self._first = min(self._first, finite.min(initial=np.inf))
            self._last = max(self._last, finite.max(initial=-np.inf))
        self._waiting.append(events)
        self._length += len(events)
        if self._length - len(self._sorted) > max(_FEW, len(self._sorted) // 2):
            self._sort()

    def select(self, group: int | None = None, window: Window | None = None) -> Events:
        """Return the events of a group, of a window of time, or of both.

        Parameters
        ----------
        group : int, optional
            A place in `names`.
        window : Window, optional
            Not used where events have no times.

        Returns
        -------
        Events
            In the order of their times.
        """
        # Those of equal times keep the order in which they came: the waiting ones are later.
        parts = [_part(self._sorted, group, self._slice(window) if self._timed else slice(None))]
        for waiting in self._waiting:
            inside = np.ones(len(waiting), bool)
            if window is not None and waiting.times is not None and self._timed:
                inside = (waiting.times > window.start) & (waiting.times <= window.end)
            parts.append(_part(waiting, group, inside))
        return _by_time(join_events(parts)) if len(parts) > 1 else parts[0]

    def numbers(self, bins: int, group: int | None = None) -> npt.NDArray[np.int64]:
        """Return how many events happened in each of some equal parts of the span: (bins,)."""
        span = self.span
        if span is None:
            return np.zeros(bins, np.int64)
        times = self.select(group).times
        assert times is not None
        # Of a single instant, any range that holds it will do.
        end = span[1] if span[1] > span[0] else span[0] + 1
        return np.histogram(times[np.isfinite(times)], bins, (span[0], end))[0]

    def _with_known_groups(self, events: Events, groups: Groups) -> Events:
        """Return events whose groups are numbered as all others' are, and count them."""
        for name in groups.names:
            if name not in self._names:
                self._names[name] = len(self._names)
                self._counts.append(0)
        places = np.array([self._names[name] for name in groups.names], np.intp)
        numbers = np.bincount(groups.codes, minlength=len(places))
        for place, number in zip(places.tolist(), numbers.tolist(), strict=True):
            self._counts[place] += number
        known = Groups(places[groups.codes], self.names)
        return Events(events.x, events.y, events.weights, groups=known, times=events.times)

    def _slice(self, window: Window | None) -> slice:
        """Return the place of a window among the sorted events."""
        times = self._sorted.times
        if window is None or times is None:
            return slice(None)
        ends = np.searchsorted(times, (window.start, window.end), side="right")
        return slice(*ends.tolist())

    def _sort(self) -> None:
        self._sorted = _by_time(join_events([self._sorted, *self._waiting]))
        self._waiting = []


def _by_time(events: Events) -> Events:
    """Return events in the order of their times; those without one are last."""
    times = events.times
    if times is None or not len(times) or (times[1:] >= times[:-1]).all():
        return events
    return _part(events, None, np.argsort(times, kind="stable"))


def _part(
    events: Events, group: int | None, which: slice | npt.NDArray[np.bool_ | np.intp]
) -> Events:
    """Return some of the events, only those of a group if one is given."""
    codes = None if events.groups is None else events.groups.codes[which]
    chosen: npt.NDArray[np.bool_] | slice = slice(None)
    if group is not None and codes is not None:
        chosen = codes == group
        codes = codes[chosen]

    def of(column: Float64 | None) -> Float64 | None:
        return None if column is None else column[which][chosen]

    x, y = of(events.x), of(events.y)
    assert x is not None
    assert y is not None
    kept = None if codes is None or events.groups is None else Groups(codes, events.groups.names)
    return Events(x, y, of(events.weights), groups=kept, times=of(events.times))
