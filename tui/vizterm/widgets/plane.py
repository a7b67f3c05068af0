"""A widget to draw on, which reports the mouse in pixels of its drawing."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.geometry import Offset
from textual.message import Message
from textual.widget import Widget

_RIGHT = 3


class Plane(Widget, can_focus=True):
    """Cells that are divided into pixels, dots or halves; posts messages for the mouse on them."""

    ACROSS: float = 1
    """Pixels across a cell."""
    DOWN: float = 2
    """Pixels down a cell."""
    TRACES = False
    """Whether lines can be drawn on it."""

    @dataclass
    class Pointed(Message):
        """The pointer is over the plane."""

        column: float
        """In pixels, with fractions."""
        row: float

    class Clicked(Pointed):
        """Button 1 went down and up in the same place."""

    @dataclass
    class Dragged(Message):
        """The pointer moved with button 1 held."""

        columns: float
        """In pixels, to the right."""
        rows: float

    @dataclass
    class Traced(Pointed):
        """The pointer draws a line: with another button than the first, or with keys held."""

        state: str
        """'begun', 'going' or 'ended'."""
        ctrl: bool
        alt: bool

    @dataclass
    class Marked(Pointed):
        """Something of that kind went down and up in the same place."""

        ctrl: bool
        alt: bool

    @dataclass
    class Wheeled(Message):
        """The wheel turned."""

        column: float
        row: float
        steps: int
        """Positive away from the user: zoom in."""

    @dataclass
    class Resized(Message):
        """The number of cells to draw on has changed."""

        columns: int
        rows: int

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.across_view = self.down_view = 1.0
        """Pixels that are reported for one of the drawing, where a larger one is shown small."""
        self._message = ""
        self._pressed: tuple[float, float] | None = None
        self._dragging = False
        self._tracing: tuple[bool, bool] | None = None
        """Whether ctrl and alt were held when a line was begun; None while none is drawn."""
        self.traces_next = False
        """Whether the first button draws lines, too."""

    @property
    def origin(self) -> Offset:
        """The cell that contains the first pixel."""
        return Offset(0, 0)

    def say(self, message: str) -> None:
        """Show a short message in the middle instead of the drawing."""
        self._message = message
        self.refresh()

    @property
    def drawing_size(self) -> tuple[int, int]:
        """(columns, rows) of the cells to draw on."""
        return self.size.width, self.size.height

    def announce_size(self) -> None:
        """Post the number of cells to draw on, unless there are none."""
        columns, rows = self.drawing_size
        if columns > 0 and rows > 0:
            self.post_message(self.Resized(columns, rows))

    def on_resize(self) -> None:
        self.announce_size()

    def _place(self, event: events.MouseEvent) -> tuple[float, float]:
        """Return the pointer's position in pixels; the middle of its cell if only that is known."""
        x, y = event.pointer_x - self.origin.x, event.pointer_y - self.origin.y
        if x == int(x) and y == int(y):
            x, y = x + 0.5, y + 0.5
        return x * self.ACROSS * self.across_view, y * self.DOWN * self.down_view

    def on_mouse_move(self, event: events.MouseMove) -> None:
        place = self._place(event)
        if self._tracing is not None and self._pressed is not None:
            if not self._dragging and place != self._pressed:
                self._dragging = True
                self.post_message(self.Traced(*self._pressed, "begun", *self._tracing))
            if self._dragging:
                self.post_message(self.Traced(*place, "going", *self._tracing))
            return
        if self._pressed is not None:
            columns, rows = place[0] - self._pressed[0], place[1] - self._pressed[1]
            if columns or rows:
                self._dragging = True
                self._pressed = place
                self.post_message(self.Dragged(columns, rows))
            return
        self.post_message(self.Pointed(*place))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        held = event.ctrl or event.meta
        traces = self.TRACES and (event.button == _RIGHT or held or self.traces_next)
        if event.button == 1 or (traces and event.button == _RIGHT):
            self._pressed, self._dragging = self._place(event), False
            self._tracing = (event.ctrl, event.meta) if traces else None
            self.capture_mouse()

    def on_mouse_up(self, event: events.MouseUp) -> None:
        if self._pressed is None:
            return
        self.release_mouse()
        self._pressed = None
        tracing, self._tracing = self._tracing, None
        if tracing is not None and self._dragging:
            self.post_message(self.Traced(*self._place(event), "ended", *tracing))
        elif tracing is not None:
            self.post_message(self.Marked(*self._place(event), *tracing))
        elif not self._dragging:
            self.post_message(self.Clicked(*self._place(event)))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.post_message(self.Wheeled(*self._place(event), 1))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.post_message(self.Wheeled(*self._place(event), -1))
