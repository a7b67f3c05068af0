"""An axis of time to drag a window along."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from textual import events
from textual.message import Message

from vizterm.cells.theme import Theme
from vizterm.cells.timeline import TimelineState, timeline, track_of
from vizterm.widgets.text_block import TextBlock

Numbers = Callable[[int], npt.NDArray[np.int64]]
"""Number of equal parts of the span -> how many events each holds."""


class Timeline(TextBlock):
    """Shows what happened when; a click or a drag puts the window there."""

    @dataclass
    class Sought(Message):
        """A place on the axis was clicked or dragged to."""

        share: float
        """Of the span, 0 to 1."""

    class Toggled(Message):
        """The sign for playing was clicked."""

    def __init__(self, theme: Theme, *, id: str | None = None) -> None:
        super().__init__(id=id, base=theme.bar)
        self._theme = theme
        self._shown: tuple[TimelineState, Numbers] | None = None
        self._dragging = False

    def say(self, state: TimelineState, numbers: Numbers) -> None:
        """Show a window on the axis of a recording."""
        self._shown = state, numbers
        self._draw()

    def _draw(self) -> None:
        width = self.size.width
        if self._shown is None or width < 1:
            return
        state, numbers = self._shown
        length = track_of(state, width).length
        bars = numbers(length) if length else np.zeros(0, np.int64)
        self.show([timeline(state, bars, width, self._theme)])

    def on_resize(self) -> None:
        self._draw()

    # Mouse

    def on_mouse_down(self, event: events.MouseDown) -> None:
        if event.button != 1 or self._shown is None:
            return
        if event.x < track_of(self._shown[0], self.size.width).start:
            self.post_message(self.Toggled())
            return
        self._dragging = True
        self.capture_mouse()
        self._seek(event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._dragging:
            self._seek(event)

    def on_mouse_up(self, _: events.MouseUp) -> None:
        if self._dragging:
            self._dragging = False
            self.release_mouse()

    def _seek(self, event: events.MouseEvent) -> None:
        if self._shown is None:
            return
        track = track_of(self._shown[0], self.size.width)
        # The window ends with the cell under the pointer.
        self.post_message(self.Sought(track.share(event.x + 1)))
