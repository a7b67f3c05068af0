"""A picture's place on screen: what is drawn there, what is wanted, and when more may be drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from textual.geometry import Region
from textual.widget import Widget

from vizterm.graphics.encode import AnyJob
from vizterm.graphics.protocol import Drawn
from vizterm.terminal.cell_size import CellSize

PACE = 1 / 30
"""Seconds between two pictures in the same place: an eye sees no more."""


class Drawable(Protocol):
    """A picture that belongs to the cells of a widget."""

    @property
    def surface(self) -> Widget:
        """The widget, which leaves its cells blank."""

    def job(self, cell: CellSize, most_bytes: int | None = None) -> AnyJob | None:
        """Return what to draw; None without a picture or room for one."""

    def stand_in(self, region: Region, image_id: int) -> None:
        """Show text that stands for a picture, in a region of the widget."""

    def text_over(self, region: Region) -> str:
        """Return the sequences that write what lies over the picture in a region of the screen.

        For protocols whose pictures become part of the cells.
        """

    def may_be_above(self, other: Widget) -> bool:
        """Whether another widget may cover a part of the surface: the picture has a hole there."""


@dataclass(eq=False, slots=True)
class Place:
    """A picture's place on screen."""

    picture: Drawable
    number: int
    drawn: Drawn | None = None
    """The picture that is on screen."""
    asked: bytes = b""
    """The key of the picture that was wanted last."""
    newest: tuple[int, AnyJob] | None = None
    """Number and job of the newest encoded request: drawn while a newer one isn't encoded."""
    due: float = 0.0
    """When the next picture may be drawn, on the clock of `time.monotonic`."""
    waiting: bool = False
    """Whether a timer will draw it."""

    @property
    def attached(self) -> bool:
        """Whether the widget is still part of the app."""
        return self.picture.surface.is_attached

    def record(self, drawn: Drawn, now: float) -> None:
        """Take note of a picture that has been drawn."""
        self.drawn = drawn
        # One that came late doesn't delay the next: the pace is kept on average.
        self.due = max(self.due, now - PACE) + PACE
