"""An axis of time to drag a window along."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.message import Message

from vizterm.cells.theme import Theme
from vizterm.cells.timeline import TimeAxis
from vizterm.widgets.text_block import TextBlock


class Timeline(TextBlock):
    """Shows an axis of time; a click or a drag goes to a place on it."""

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
        self._shown: TimeAxis | None = None
        self._dragging = False

    def say(self, axis: TimeAxis) -> None:
        """Show an axis."""
        self._shown = axis
        self._draw()

    def _draw(self) -> None:
        width = self.size.width
        if self._shown is None or width < 1:
            return
        self.show([self._shown.line(width, self._theme)])

    def on_resize(self) -> None:
        self._draw()

    # Mouse

    def on_mouse_down(self, event: events.MouseDown) -> None:
        if event.button != 1 or self._shown is None:
            return
        if event.x < self._shown.track(self.size.width).start:
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
        track = self._shown.track(self.size.width)
        # What is meant ends with the cell under the pointer.
        self.post_message(self.Sought(track.share(event.x + 1)))
