"""Groups and times on screen: what is shown of them, and what keys and the mouse do."""

from __future__ import annotations

from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Protocol

from textual.screen import Screen

from vizterm.cells.bar import Chip, Hint
from vizterm.cells.text import cut_name
from vizterm.cells.tiling import tiling
from vizterm.cells.timeline import EventAxis, TimelineState
from vizterm.heat.group_tiles import group_tiles
from vizterm.heat.model import HeatModel
from vizterm.heat.parts import HeatParts
from vizterm.maps.playback import Playback
from vizterm.maps.tile_grid import TileGrid
from vizterm.widgets.timeline import Timeline

if TYPE_CHECKING:
    from textual.timer import Timer

FRAME_EVERY = 1 / 12
"""Seconds between two frames while time is played."""
_NO_GROUPS = "there are no groups: --by COLUMN makes a map of each"
_NO_TIMES = "there are no times: --time COLUMN gives an axis to play"
_LONGEST_NAME = 24
_WAYS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}


class ShowsParts(Protocol):
    """The screen, as far as groups and times need it."""

    @property
    def model(self) -> HeatModel:
        """State of what is shown."""

    def draw(self) -> None:
        """Show the model as it is now."""

    def remark(self, text: str) -> None:
        """Show a short remark."""


class PartKeys:
    """Leafs through groups, shows all of them beside each other, and plays time.

    Parameters
    ----------
    shows : ShowsParts
    screen : Screen
        The same, for its timers.
    grid : TileGrid
        Shown instead of the map.
    timeline : Timeline
    """

    def __init__(
        self, shows: ShowsParts, screen: Screen[None], grid: TileGrid, timeline: Timeline
    ) -> None:
        self._shows, self._screen = shows, screen
        self._grid, self._timeline = grid, timeline
        self._timer: Timer | None = None
        self._before = 0.0

    @property
    def gridded(self) -> bool:
        """Whether all groups are shown beside each other."""
        parts = self._parts
        return parts is not None and parts.gridded and parts.grouped

    @property
    def _parts(self) -> HeatParts | None:
        return self._shows.model.parts

    @property
    def _playback(self) -> Playback | None:
        parts = self._parts
        return None if parts is None else parts.playback

    # Drawing

    def show(self, cell_aspect: float) -> None:
        """Show the axis of time, and the grid of groups, as they are now."""
        parts, playback = self._parts, self._playback
        if parts is not None and playback is not None:
            window = playback.window
            state = TimelineState(
                playback.span,
                None if window is None else (window.start, window.end),
                playback.pace,
                playback.playing,
            )
            numbers = partial(parts.store.numbers, group=parts.group)
            self._timeline.say(EventAxis(state, numbers))
        if self.gridded and parts is not None:
            self._show_grid(parts, cell_aspect)

    def _show_grid(self, parts: HeatParts, cell_aspect: float) -> None:
        columns, rows = self._grid.drawing_size
        if columns < 1 or rows < 1:
            return
        model, order = self._shows.model, parts.order
        width, height = model.field.size
        places = tiling(len(order), (columns, rows), height / width / cell_aspect)
        first = (parts.place or 0) // places.page * places.page
        shown = order[first : first + places.page]
        self._grid.show(group_tiles(model, shown, places, cell_aspect), places, first)

    def chips(self) -> list[Chip]:
        """Return the shown group as a chip for the status bar."""
        parts = self._parts
        if parts is None or not parts.grouped:
            return []
        by, count = cut_name(parts.by, _LONGEST_NAME), len(parts.store.names)
        if parts.place is None:
            return [Chip(f"{by}: all {count:,}", "group(1)", needed=True)]
        name = cut_name(parts.group_name, _LONGEST_NAME) or "(empty)"
        text = f"{by}: {name} · {parts.place + 1:,} of {count:,}"
        return [Chip(text, "group(1)", needed=True)]

    def hints(self, usual: list[Hint]) -> list[Hint]:
        """Return the keys that matter now: those of groups and times before the usual ones."""
        parts, playback = self._parts, self._playback
        hints = []
        if playback is not None:
            hints += [Hint("space", "pause" if playback.playing else "play", "play")]
            hints += [Hint("w", "window", "window(1)")] if playback.window else []
        if parts is not None and parts.grouped:
            hints += [Hint("]", "group", "group(1)")]
            hints += [Hint("g", "one" if parts.gridded else "all groups", "groups")]
        if not hints:
            return usual
        kept = ("sigma(1)", "help", "app.quit")
        return [*hints, *(hint for hint in usual if hint.action in kept)]

    # Groups

    def next_group(self, step: int) -> None:
        """Show the next (1) or the previous (-1) group."""
        parts = self._parts
        if parts is None or not parts.grouped:
            self._shows.remark(_NO_GROUPS)
            return
        parts.next_group(step)
        if parts.gridded and parts.group is None:
            parts.next_group(step)
        self._shows.draw()

    def toggle_grid(self) -> None:
        """Show all groups beside each other, or one again."""
        parts = self._parts
        if parts is None or not parts.grouped:
            self._shows.remark(_NO_GROUPS)
            return
        parts.gridded = not parts.gridded
        if parts.gridded and parts.group is None:
            parts.group = parts.order[0]
        self._shows.draw()

    def move(self, direction: str) -> bool:
        """Go to a tile beside the current one; return whether there are tiles."""
        parts, places = self._parts, self._grid.tiling
        if not self.gridded or parts is None or places is None:
            return False
        across, down = _WAYS[direction]
        order = parts.order
        wanted = (parts.place or 0) + across + down * places.across
        if 0 <= wanted < len(order):
            parts.group = order[wanted]
            self._shows.draw()
        return True

    def open_current(self) -> None:
        """Show the current group of the grid alone."""
        if self.gridded:
            self.toggle_grid()

    def open_tile(self, number: int) -> None:
        """Show a group alone, by its place in the order."""
        parts = self._parts
        if parts is not None:
            parts.group = parts.order[number]
            self.open_current()

    # Time

    def toggle_play(self) -> None:
        """Play, or pause."""
        playback = self._timed()
        if playback is None:
            return
        if playback.playing:
            playback.pause()
        else:
            playback.play()
            self._start()
        self._shows.draw()

    def step(self, steps: int) -> None:
        """Move the window later (1) or earlier (-1)."""
        if (playback := self._timed()) is not None:
            playback.step(steps)
            self._shows.draw()

    def change_length(self, step: int) -> None:
        """Make the window longer (1) or shorter (-1)."""
        if (playback := self._timed()) is not None:
            playback.change_length(step)
            self._shows.draw()

    def change_pace(self, step: int) -> None:
        """Play faster (1) or slower (-1)."""
        if (playback := self._timed()) is not None:
            playback.change_pace(step)
            self._shows.draw()

    def show_all_times(self) -> None:
        """Show all of the recording."""
        if (playback := self._timed()) is not None:
            playback.show_all()
            self._shows.draw()

    def seek(self, share: float) -> None:
        """Put the window's end at a share of the recording."""
        if (playback := self._timed()) is not None:
            playback.seek(share)
            self._shows.draw()

    def _timed(self) -> Playback | None:
        """Return the window of time; say that there is none."""
        playback = self._playback
        if playback is None:
            self._shows.remark(_NO_TIMES)
        return playback

    def _start(self) -> None:
        """Play on from now."""
        self._before = monotonic()
        if self._timer is None:
            self._timer = self._screen.set_interval(FRAME_EVERY, self._tick)
        else:
            self._timer.resume()

    def _tick(self) -> None:
        playback, now = self._playback, monotonic()
        elapsed, self._before = now - self._before, now
        if playback is not None and playback.advance(elapsed):
            self._shows.draw()
        if (playback is None or not playback.playing) and self._timer is not None:
            self._timer.pause()
