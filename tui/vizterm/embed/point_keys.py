"""Going from point to point by keys: steps, ends, an index that is typed, the pins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from vizterm.embed.model import MOST_PINS
from vizterm.embed.status import copied
from vizterm.shell.keyed_screen import Actions
from vizterm_core.scatter.viewport import Viewport

if TYPE_CHECKING:
    from textual.screen import Screen

    from vizterm.embed.model import EmbedModel
    from vizterm.embed.point_facts import PointFacts
    from vizterm.embed.side.panels import PanelLayout

_LONGEST_INDEX = 12
"""Digits of an index that can be typed."""


class ShowsPoints(Protocol):
    """The screen, as far as these keys need it."""

    model: EmbedModel

    def after_move(self, view: Viewport) -> None:
        """Show the model after its cursor has moved; `view` was in view before."""

    def point_changed(self) -> None:
        """Show the cursor and the point under it; the frame stays."""

    def remark(self, text: str) -> None:
        """Show a short remark until something else happens."""


class PointKeys:
    """Moves the model's cursor, and has it shown.

    Parameters
    ----------
    shows : ShowsPoints
    panels : PanelLayout
        Has the picture of the point.
    """

    def __init__(self, shows: ShowsPoints, panels: PanelLayout) -> None:
        self._shows, self._panels = shows, panels
        self._count = ""

    def actions(self) -> Actions:
        """Return what these keys do, by the names in the table of actions."""
        return {
            "first": self.first,
            "last": self.last,
            "smooth": self.toggle_smooth,
            "next_pin": self.next_pin,
            "unpin_all": self.unpin_all,
        }

    @property
    def counting(self) -> str:
        """The digits typed so far, of an index to go to."""
        return self._count

    def forget_count(self) -> None:
        """Begin a new index with the next digit."""
        self._count = ""

    def digit(self, digit: str) -> None:
        """Add a digit to the index to go to."""
        if len(self._count) < _LONGEST_INDEX:
            self._count += digit

    def move(self, direction: str) -> None:
        """Go to the next point that way."""
        view = self._shows.model.viewport
        self._shows.model.move(direction)
        self._shows.after_move(view)

    def first(self) -> None:
        """Go to the first visible point, or to the index that was typed."""
        if self._count:
            count, self._count = self._count, ""
            self._go_to_row(int(count))
        else:
            self._go_to_end(last=False)

    def last(self) -> None:
        """Go to the last visible point, or to the index that was typed."""
        if self._count:
            self.first()
        else:
            self._go_to_end(last=True)

    def _go_to_end(self, *, last: bool) -> None:
        view = self._shows.model.viewport
        self._shows.model.go_to_end(last=last)
        self._shows.after_move(view)

    def _go_to_row(self, row: int) -> None:
        model = self._shows.model
        point, view = model.embedding.point_of(row), model.viewport
        if point is None:
            self._shows.remark(model.embedding.why_absent(row))
        elif not model.index.is_in(point):
            self._shows.remark(f"point {row:,} is left out by the filter: w changes it")
        else:
            model.go_to(point)
            self._shows.after_move(view)

    def leaf(self, step: int) -> None:
        """Go on to the next point in the same dot."""
        self._shows.model.leaf(step)
        self._shows.point_changed()

    def pin(self) -> None:
        """Pin or unpin the point."""
        room = self._shows.model.pin()
        self._shows.point_changed()
        if not room:
            self._shows.remark(f'{MOST_PINS} points are pinned: enter on one lets it go, " all')

    def next_pin(self) -> None:
        """Go to the next pinned point."""
        model = self._shows.model
        pin = model.next_pin
        if pin is None:
            self._shows.remark("no point is pinned: enter pins one")
        else:
            self._go_to_row(model.embedding.row_of(pin))

    def go_to_pin(self, place: int) -> None:
        """Go to the pin at a place in the order of pinning, if there is one."""
        model = self._shows.model
        if place < len(model.pins):
            self._go_to_row(model.embedding.row_of(model.pins[place]))

    def unpin_all(self) -> None:
        """Take all pins away."""
        model = self._shows.model
        count, model.pins = len(model.pins), ()
        self._shows.point_changed()
        points = "1 point is" if count == 1 else f"{count} points are"
        self._shows.remark(f"{points} no longer pinned" if count else "no point is pinned")

    def copy(self, screen: Screen[None], facts: PointFacts | None) -> None:
        """Copy index and name of a point to the clipboard of the machine one sits at."""
        if facts is None:
            self._shows.remark("no point under the cursor to copy")
            return
        text = f"{facts.row}\t{facts.name}" if facts.name else str(facts.row)
        screen.app.copy_to_clipboard(text)
        self._shows.remark(copied(text))

    def toggle_smooth(self) -> None:
        """Enlarge pictures smoothly, or by whole pixels."""
        if not self._panels.has_pictures:
            self._shows.remark("the points have no pictures to enlarge")
            return
        self._panels.toggle_smooth()
        self._shows.point_changed()
        how = "smoothly" if self._panels.smooth else "by whole pixels"
        self._shows.remark(f"pictures enlarged {how}")
