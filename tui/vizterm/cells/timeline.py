"""An axis of time in one line: what happened when, and the window that is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from vizterm.cells.theme import Theme
from vizterm.cells.time_text import length_text, time_text

BARS = "▁▂▃▄▅▆▇█"
PLAYING, PAUSED = "▶", "‖"
_LEAST_TRACK = 16
"""Cells of a track below which the texts beside it are left out."""
_ENDS_FROM = 60
"""Cells of a track from which on its ends are named."""


@dataclass(frozen=True, slots=True)
class TimelineState:
    """What an axis of time shows."""

    span: tuple[float, float]
    """The first and the last time, in seconds."""
    window: tuple[float, float] | None
    """Start and end of the window that is shown; None for all."""
    pace: float
    """Seconds of the recording in a second of playing."""
    playing: bool


Numbers = Callable[[int], npt.NDArray[np.int64]]
"""Number of equal parts of the span -> how many events each holds."""


@dataclass(frozen=True, slots=True)
class Track:
    """The place of the bars in the line."""

    start: int
    """First cell."""
    length: int
    """Cells."""

    def share(self, x: float) -> float:
        """Return the share of the span, 0 to 1, up to a fractional place in the line."""
        return min(max((x - self.start) / max(1, self.length), 0.0), 1.0)


class TimeAxis(Protocol):
    """An axis of time in one line, with a track to drag along."""

    def track(self, width: int) -> Track:
        """Return the place of the track in a line of some width."""

    def line(self, width: int, theme: Theme) -> list[Segment]:
        """Return the line."""


@dataclass(frozen=True, slots=True)
class EventAxis:
    """The axis of a recording: what happened when, and the window that is shown."""

    state: TimelineState
    numbers: Numbers

    def track(self, width: int) -> Track:
        """Return the place of the bars in a line of some width."""
        return track_of(self.state, width)

    def line(self, width: int, theme: Theme) -> list[Segment]:
        """Return the line."""
        length = self.track(width).length
        bars = self.numbers(length) if length else np.zeros(0, np.int64)
        return timeline(self.state, bars, width, theme)


def track_of(state: TimelineState, width: int) -> Track:
    """Return the place of the bars in a line of some width."""
    before, after = _texts(state, width)
    start = cell_len(before)
    return Track(start, max(0, width - start - cell_len(after)))


def timeline(
    state: TimelineState, numbers: npt.NDArray[np.int64], width: int, theme: Theme
) -> list[Segment]:
    """Return the line.

    Parameters
    ----------
    state : TimelineState
    numbers : (length of the track,)
        Events in each of as many equal parts of the span.
    width : int
        Cells.
    theme : Theme
    """
    before, after = _texts(state, width)
    track = track_of(state, width)
    peak = max(1, int(numbers.max(initial=0)))
    # What is there is seen, however little it is beside the peak.
    levels = np.ceil(numbers / peak * (len(BARS) - 1)).astype(int).tolist()
    inside = _inside(state, track.length)
    outer, inner = _styles(state, theme)
    line = [Segment(before, theme.strong if state.window else theme.soft)]
    for column, level in enumerate(levels[: track.length]):
        style = inner if column in inside else outer
        line.append(Segment(BARS[level], style if level else style + theme.track))
    return [*merged(line), Segment(after, theme.dim)]


def _inside(state: TimelineState, length: int) -> range:
    """Return the columns of the track that the window covers: one at least."""
    if state.window is None:
        return range(length)
    first, last = state.span
    whole = max(last - first, np.finfo(float).tiny)
    start, end = ((time - first) / whole * length for time in state.window)
    stop = min(max(round(end), 1), length)
    return range(min(max(round(start), 0), stop - 1), stop)


def _styles(state: TimelineState, theme: Theme) -> tuple[Style, Style]:
    """Return the styles outside and inside of the window."""
    if state.window is None:
        return theme.dim, theme.dim
    return theme.dim, theme.accent


def _texts(state: TimelineState, width: int) -> tuple[str, str]:
    """Return what stands before and after the bars."""
    first, last = state.span
    whole = last - first
    sign = PLAYING if state.playing else PAUSED
    parts = [_pace_text(state.pace)]
    if state.window is None:
        now = f"all {length_text(whole)}" if whole > 0 else time_text(first, whole)
    else:
        start, end = state.window
        now = time_text(end, whole)
        parts = [f"last {length_text(end - start)}", *parts]
    # The longest time there is: the bars stay where they are while it changes.
    room = max(cell_len(time_text(time, whole)) for time in state.span)
    before, after = f" {sign} {now:>{room}} ", f" {' · '.join(parts)} "
    left = width - cell_len(before) - cell_len(after)
    if left < _LEAST_TRACK:
        return f" {sign} ", " "
    if left >= _ENDS_FROM:
        ends = [time_text(time, whole) for time in state.span]
        before, after = f"{before} {ends[0]} ", f" {ends[1]} {after}"
    return before, after


def _pace_text(pace: float) -> str:
    return "real time" if pace == 1 else f"{pace:,.12g}× speed"


def merged(line: list[Segment]) -> list[Segment]:
    """Return a line in which neighbours of the same style are one."""
    merged: list[Segment] = []
    for text, style, _ in line:
        if merged and merged[-1].style == style:
            merged[-1] = Segment(merged[-1].text + text, style)
        else:
            merged.append(Segment(text, style))
    return merged
