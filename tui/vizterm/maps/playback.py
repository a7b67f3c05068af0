"""A window of time that moves over a recording: played, stepped, dragged."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from vizterm_core.maps.event_store import Window

_SECONDS = (1.0, 2.0, 5.0)
_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86400.0
LENGTHS = (
    *(step * 10.0**power for power in range(-6, 0) for step in _SECONDS),
    *(1.0, 2.0, 5.0, 10.0, 15.0, 30.0),
    *(_MINUTE * count for count in (1, 2, 5, 10, 15, 30)),
    *(_HOUR * count for count in (1, 2, 3, 6, 12)),
    *(_DAY * count for count in (1, 2, 7, 14, 30, 60, 90, 180, 365)),
)
"""Steps of the length of a window, in seconds."""
PACES = tuple(step * 10.0**power for power in range(-6, 8) for step in _SECONDS)
"""Steps of the pace: seconds of the recording that are played in a second."""

_USUAL_PART = 20
"""The first window is about this part of the recording."""
_USUAL_SECONDS = 20
"""The first pace plays the recording in about this time."""
_STEPS_A_WINDOW = 4
"""Steps by key that move a window by its own length."""


class Playback:
    """The window of time that is shown: all of the recording, or some seconds up to `end`.

    Parameters
    ----------
    span : (first, last)
        Of the recording, in seconds.
    length : float, optional
        Of the window, in seconds, which then stands at the end; otherwise all is shown first.
    """

    def __init__(self, span: tuple[float, float], length: float | None = None) -> None:
        self.span = span
        whole = span[1] - span[0]
        self.length = _nearest(LENGTHS, whole / _USUAL_PART) if length is None else length
        """Of the window, in seconds."""
        self.pace = _nearest(PACES, whole / _USUAL_SECONDS)
        """Seconds of the recording that are played in a second."""
        self.playing = False
        self._chosen = length is not None
        """Whether somebody chose the length."""
        self._end = None if length is None else span[1]

    @property
    def window(self) -> Window | None:
        """The window; None where all is shown."""
        return None if self._end is None else Window(self._end - self.length, self._end)

    @property
    def share(self) -> float:
        """How much of the recording lies before the window's end, 0 to 1."""
        first, last = self.span
        if self._end is None or not last > first:
            return 1.0
        return (self._end - first) / (last - first)

    def play(self) -> None:
        """Play on, from the beginning if all or the end is shown."""
        if self._end is None or self._end >= self.span[1]:
            self._end = self.span[0]
        self.playing = self.span[1] > self.span[0]

    def pause(self) -> None:
        """Stay where the window is."""
        self.playing = False

    def advance(self, elapsed: float) -> bool:
        """Move on by the time that has passed, in seconds; return whether anything moved."""
        if not self.playing or self._end is None:
            return False
        self._end = min(self._end + elapsed * self.pace, self.span[1])
        self.playing = self._end < self.span[1]
        return True

    def step(self, steps: int) -> None:
        """Move the window by quarters of its length; from all, it begins at the nearer end."""
        self.pause()
        first, last = self.span
        if self._end is None:
            self._end = last if steps < 0 else first + self.length
        else:
            self._end += steps * self.length / _STEPS_A_WINDOW
        self._end = min(max(self._end, first), last)

    def seek(self, share: float) -> None:
        """Put the window's end at a share of the recording, 0 to 1."""
        first, last = self.span
        self._end = first + min(max(share, 0.0), 1.0) * (last - first)

    def change_length(self, step: int) -> None:
        """Make the window longer (1) or shorter (-1)."""
        self.length = _next(LENGTHS, self.length, step)
        self._chosen = True
        if self._end is None:
            self._end = self.span[1]

    def change_pace(self, step: int) -> None:
        """Play faster (1) or slower (-1)."""
        self.pace = _next(PACES, self.pace, step)

    def show_all(self) -> None:
        """Show all of the recording."""
        self.pause()
        self._end = None

    def extend(self, span: tuple[float, float]) -> None:
        """Go on with a recording that has grown; a window at its end follows it."""
        following = self._end is not None and self._end >= self.span[1]
        if self.span[1] <= self.span[0] < span[1]:
            # The first moment told nothing about length and pace.
            usual = Playback(span)
            self.pace = usual.pace
            self.length = self.length if self._chosen else usual.length
        self.span = span
        if following and not self.playing:
            self._end = span[1]

    def take_over(self, older: Playback) -> None:
        """Show the window that an older one showed."""
        self.length, self.pace, self.playing = older.length, older.pace, older.playing
        self._chosen = older._chosen
        if older._end is not None:
            self._end = min(max(older._end, self.span[0]), self.span[1])


def _nearest(steps: tuple[float, ...], wanted: float) -> float:
    return min(steps, key=lambda step: abs(step - wanted))


def _next(steps: tuple[float, ...], value: float, step: int) -> float:
    """Return the step above (1) or below (-1) a value; it itself if there is none."""
    if step > 0:
        at = bisect_right(steps, value * (1 + 1e-9))
        return steps[at] if at < len(steps) else value
    at = bisect_left(steps, value * (1 - 1e-9))
    return steps[at - 1] if at else value
