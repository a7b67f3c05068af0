"""A point as large as the screen by keys: to it and back, and on through the set it belongs to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from vizterm.cells.bar import Chip, Hint
from vizterm.cells.heading import HeadingText
from vizterm.embed.large.leafing import Leafing, Of, leafing, sets
from vizterm.embed.large.picture import LargePicture, LargePoint
from vizterm.shell.keyed_screen import Actions
from vizterm.terminal.textual_private.timers import once

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.screen import Screen
    from textual.timer import Timer

    from vizterm.embed.model import EmbedModel
    from vizterm.embed.neighbours.neighbour_keys import NeighbourKeys
    from vizterm.embed.point_view import PointView
    from vizterm.embed.side.panels import PanelLayout
    from vizterm_core.scatter.viewport import Viewport

_AT_REST = 0.05
"""Seconds after which those that are likely to be next are read and encoded."""


class ShowsLarge(Protocol):
    """The screen, as far as a large point needs it."""

    model: EmbedModel

    def after_move(self, view: Viewport) -> None:
        """Show the model after its cursor has moved; `view` was in view before."""

    def point_changed(self) -> None:
        """Show the cursor and the point under it; the frame stays."""

    def remark(self, text: str) -> None:
        """Show a short remark until something else happens."""


class LargeKeys:
    """Shows the point under the cursor as large as the screen, and leafs through its set.

    The set is chosen when that begins: a point that is deselected meanwhile stays in it.  A label
    or a dot goes with the cursor.

    Parameters
    ----------
    screen : Screen
    shows : ShowsLarge
        The same screen.
    widget : LargePicture
    panels : PanelLayout
        Reads the pictures.
    points : PointView
        Tells the facts.
    neighbours : NeighbourKeys
    leaf_in_dot : callable
        Carries out the keys for leafing while no point is shown large.
    """

    def __init__(
        self,
        screen: Screen[None],
        shows: ShowsLarge,
        widget: LargePicture,
        panels: PanelLayout,
        points: PointView,
        neighbours: NeighbourKeys,
        leaf_in_dot: Callable[[int], None],
    ) -> None:
        self._screen, self._shows, self._widget = screen, shows, widget
        self._panels, self._points, self._neighbours = panels, points, neighbours
        self._leaf_in_dot = leaf_in_dot
        self._leafing: Leafing | None = None
        self._made_of: tuple[object, ...] = ()
        """What the set was made of: where that changes, one comes from another."""
        self._step = 1
        """The way one leafs: the next are read ahead there."""
        self._rest: Timer | None = None

    def actions(self) -> Actions:
        """Return what these keys do, by the names in the table of actions."""
        return {"large": self.toggle, "leaf": self.leaf}

    @property
    def shown(self) -> bool:
        """Whether a point is shown large."""
        return self._panels.covered

    # to it and back

    def toggle(self) -> None:
        """Show the point as large as the screen, or the plot again."""
        if self.shown:
            self.close()
            return
        model = self._shows.model
        point = model.middle() if model.cursor is None else model.cursor
        if point is None:
            self._shows.remark("no point in view to look at")
            return
        if model.cursor is None:
            model.place(point)
        self._panels.covered = self._widget.display = True
        self._screen.set_focus(self._screen.query_one("ScatterPlot"))
        self._step = 1
        self._shows.point_changed()

    def close(self) -> None:
        """Show the plot again, with the cursor on the point that was shown."""
        self._leave()
        self._shows.point_changed()

    def _leave(self) -> None:
        self._panels.covered = self._widget.display = False
        self._leafing, self._made_of = None, ()

    # on to others

    def leaf(self, step: int) -> None:
        """Go on to the next point of the set, or of the cursor's dot while none is shown large."""
        model = self._shows.model
        if not self.shown or model.cursor is None or self._leafing is None:
            self._leaf_in_dot(step)
            return
        self._step = 1 if step > 0 else -1
        view = model.viewport
        model.go_to(self._leafing.after(model.cursor, step))
        self._shows.after_move(view)

    def next_set(self) -> None:
        """Leaf through another set that the point is in."""
        model = self._shows.model
        if self._leafing is None or model.cursor is None:
            return
        there = sets(model, self._neighbours.places)
        now = self._leafing.of
        at = there.index(now) if now in there else -1
        self._use(there[(at + 1) % len(there)])
        self._shows.point_changed()

    def _use(self, of: Of) -> None:
        self._leafing = leafing(self._shows.model, of, self._neighbours.places)

    def _come_from(self, point: int) -> None:
        """Find out which set the point is of, unless it was found out before."""
        model = self._shows.model
        made_of = (
            model,
            model.matches.size and int(model.matches[0]),
            model.highlight,
            model.visible.tobytes(),
            self._neighbours.places,
        )
        if made_of != self._made_of or self._leafing is None:
            self._made_of = made_of
            self._use(sets(model, self._neighbours.places)[0])
        elif self._leafing.of in (Of.LABEL, Of.HERE) and self._leafing.place(point) is None:
            # A set that the point itself stands for goes with it.
            there = sets(model, self._neighbours.places)
            self._use(self._leafing.of if self._leafing.of in there else there[0])

    # showing

    def show(self) -> bool:
        """Show the point under the cursor; whether one is shown large, for now."""
        point = self._shows.model.cursor
        if not self.shown:
            return False
        if point is None:
            self._leave()
            return False
        self._come_from(point)
        self._widget.show(self._large(point))
        if self._rest is not None:
            self._rest.stop()
        self._rest = once(self._screen, _AT_REST, self._look_ahead)
        return True

    def _large(self, point: int) -> LargePoint:
        facts = self._points.facts(point)
        assert facts is not None
        # How many share its dot is of no use here: the heading has its place.
        return self._panels.large_point(replace(facts, crowd=1))

    def _look_ahead(self) -> None:
        """Read and encode the points that are likely to be next."""
        cursor, leafing = self._shows.model.cursor, self._leafing
        if not self.shown or cursor is None or leafing is None:
            return
        ways = (self._step, -self._step, 2 * self._step)
        others = dict.fromkeys(leafing.after(cursor, step) for step in ways)
        row_of = self._shows.model.embedding.row_of
        rows = {row_of(point): point for point in others if point != cursor}
        ready = self._panels.read_ahead(list(rows))
        self._widget.encode_ahead([self._large(rows[row]) for row in ready])

    # for the screen

    def heading(self) -> HeadingText:
        """Return the heading: where one is in which set."""
        return HeadingText.of(self._shows.model.embedding.title, [self._said])

    @property
    def _said(self) -> str:
        cursor = self._shows.model.cursor
        return "" if self._leafing is None or cursor is None else self._leafing.said(cursor)

    def chips(self) -> list[Chip]:
        """Return what the status line says: the place in the set; a click takes another set."""
        return [Chip(self._said, "switch", strong=True)]

    def hints(self) -> list[Hint]:
        """Return the keys that matter."""
        walks = self._leafing is not None and self._leafing.of is Of.NEIGHBOURS
        return [
            Hint("f", "back", "large"),
            Hint("[ ]", "leaf", "leaf(1)"),
            Hint("← ↓ ↑ →", "nearest"),
            Hint("space", "select", "select_point"),
            Hint("enter", "its neighbours" if walks else "pin", "pin"),
            Hint("tab", "other set", "switch"),
            *([Hint("i", "maps", "picture")] if self._panels.with_maps else []),
            *([Hint("z", "smooth or pixels", "smooth")] if self._panels.has_pictures else []),
        ]
