"""Making a region by keys or by the mouse: a box or a lasso, drawn on the plot meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

import numpy as np
from rich.style import Style

from vizterm.cells.glyphs import Overlay
from vizterm.cells.text import BOLD
from vizterm.embed.scatter.outline import box_outline, line_outline
from vizterm.embed.select.region_count import Asked, RegionCount, RegionCounted
from vizterm.embed.select.selection_keys import WORDS
from vizterm.embed.select.selection_text import counted_make_up
from vizterm.shell.keyed_screen import Actions
from vizterm.widgets.key_menu import Menu, MenuKey, Run
from vizterm_core.scatter.navigate import DIRECTIONS
from vizterm_core.scatter.regions import Box, Lasso, Region
from vizterm_core.scatter.selection import How
from vizterm_core.scatter.viewport import DOTS_ACROSS, DOTS_DOWN, Viewport

if TYPE_CHECKING:
    from textual.screen import Screen

    from vizterm.embed.model import EmbedModel
    from vizterm.embed.scatter.painter import Painter
    from vizterm.embed.scatter.plot import ScatterPlot
    from vizterm.embed.select.selection_keys import SelectionKeys
    from vizterm.widgets.key_menu import KeyMenu

BOX, LASSO = "box", "lasso"
_WAYS = {"left": "h", "down": "j", "up": "k", "right": "l"}
_FAST = 5
"""Cells of a step with shift, and twice as many across."""
_CORNERS = 3
"""Corners of a lasso that holds anything."""
_PEN_GLYPH = "┼"
_VERBS = {How.NEW: "in it", How.ADD: "in it", How.REMOVE: "deselects", How.COMMON: "keeps"}
_MOST_CORNERS = 4000

Place = tuple[float, float]
"""Data x and y: zooming and panning leave a region where it is."""


class ShowsRegions(Protocol):
    """The screen, as far as these keys need it."""

    model: EmbedModel

    def draw(self) -> None:
        """Show the model as it is now."""

    def text_over_plot(self) -> None:
        """Take note that text lies over the plot, or does so no more."""

    def remark(self, text: str) -> None:
        """Show a short remark until something else happens."""

    def show_status(self) -> None:
        """Say what there is to say."""


class Ground(Protocol):
    """A map that a region is made on."""

    @property
    def model(self) -> EmbedModel:
        """What is shown of it."""

    @property
    def painter(self) -> Painter:
        """Draws the outline."""

    def draw(self) -> None:
        """Show the model as it is now."""


@dataclass(frozen=True, slots=True)
class _FirstMap:
    """The map that the keys are for."""

    shows: ShowsRegions
    painter: Painter

    @property
    def model(self) -> EmbedModel:
        """What is shown of it."""
        return self.shows.model

    def draw(self) -> None:
        """Show the model as it is now."""
        self.shows.draw()


class RegionKeys:
    """A region that is being made; the selection keys take what is in it.

    Parameters
    ----------
    screen : Screen
        Runs the workers that count, and is sent `RegionCounted`, to be passed to `counted`.
    shows : ShowsRegions
        The same screen.
    selection : SelectionKeys
    painter : Painter
        Draws the outline.
    key_menu : KeyMenu
        Tells the keys, and hands them over.
    """

    def __init__(
        self,
        screen: Screen[None],
        shows: ShowsRegions,
        selection: SelectionKeys,
        painter: Painter,
        key_menu: KeyMenu,
    ) -> None:
        self._shows, self._selection = shows, selection
        self._count = RegionCount(screen)
        self._first: Ground = _FirstMap(shows, painter)
        self._ground: Ground = self._first
        """The map that the region is on."""
        self._key_menu = key_menu
        self._kind = ""
        self._how = How.NEW
        self._corners: list[Place] = []
        self._pen: Place = 0.0, 0.0
        self._traced = False
        """Whether the mouse is drawing it."""

    def actions(self) -> Actions:
        """Return what these keys do, by the names in the table of actions."""
        return {"region": self.begin}

    @property
    def active(self) -> bool:
        """Whether a region is being made."""
        return bool(self._kind)

    # what is said

    @property
    def said(self) -> str:
        """How many points are in the region, and of which labels; empty before they are counted."""
        counts = self._count.counts
        if not self.active or counts is None:
            return ""
        embedding = self._ground.model.embedding
        if counts.size != len(embedding.labels.names):
            return ""
        kinds = counted_make_up(embedding.labels, counts, embedding.coloured_by)
        return f"{_VERBS[self._how]} {kinds}"

    def counted(self, event: RegionCounted) -> None:
        """Say what a worker has counted."""
        self._count.take(event)
        if self.active:
            self._shows.show_status()

    def look_again(self) -> None:
        """Count the region's points, as it has changed, or what is in view."""
        if self.active:
            self._count.ask(self._asked)

    def _asked(self) -> Asked | None:
        """Return what is to be counted: of points that are selected, where only they matter."""
        model, region = self._ground.model, self._region()
        index = model.index
        if self._how in (How.REMOVE, How.COMMON):
            selected = self._ground.painter.selected_index.of(model)
            if selected is None:
                return None
            index = selected
        if region is None:
            return None
        return Asked(index, model.viewport, region, model.visible.copy())

    def _changed(self) -> None:
        """Draw the region as it is now."""
        self._ground.painter.mark()
        self.look_again()

    # beginning and ending

    def begin(self, kind: str) -> None:
        """Begin a box or a lasso at the cursor, or in the middle of the view."""
        self._ground = self._first
        model = self._ground.model
        view = model.viewport
        dot = view.across / 2, view.down / 2
        if model.cursor is not None and view.contains_dot(*model.dot_of(model.cursor)):
            column, row = model.dot_of(model.cursor)
            dot = column + 0.5, row + 0.5
        self._kind, self._how, self._traced = kind, self._selection.take_how(), False
        self._pen = self._middle_of_cell(dot)
        self._corners = [self._pen] if kind == BOX else []
        self._ground.painter.outline = self._outline
        self._key_menu.open(self._menu())
        self._shows.text_over_plot()
        self._ground.draw()

    def cancel(self) -> None:
        """Make no region."""
        self._end()
        self._ground.draw()

    def take(self) -> None:
        """Select what is in the region."""
        region, view = self._region(), self._ground.model.viewport
        self._end()
        if region is None:
            self._ground.draw()
            self._shows.remark("a lasso needs three corners: enter sets one")
        else:
            self._ground.painter.mark()
            self._selection.region(region, view, self._how, self._ground.model)

    def _end(self) -> None:
        self._kind, self._corners = "", []
        self._count.forget()
        self._ground.painter.outline = None
        self._key_menu.close()
        self._shows.text_over_plot()

    def _region(self) -> Region | None:
        view = self._ground.model.viewport
        if self._kind == BOX:
            left, top, right, bottom = self._box_cells(view)
            return Box(
                left * DOTS_ACROSS,
                top * DOTS_DOWN,
                (right + 1) * DOTS_ACROSS,
                (bottom + 1) * DOTS_DOWN,
            )
        corners = self._line
        if len(corners) < _CORNERS:
            return None
        dots = np.array([_dot_at(view, place) for place in corners])
        return Lasso(dots[:, 0], dots[:, 1])

    @property
    def _line(self) -> list[Place]:
        """The corners of a lasso, of which the pen is the last."""
        drawn = self._corners and self._corners[-1] != self._pen
        return [*self._corners, self._pen] if drawn else self._corners

    # by keys

    def move(self, direction: str, steps: int = 1) -> None:
        """Move the pen by cells; the view follows it."""
        model = self._ground.model
        across, down = DIRECTIONS[direction]
        across, down = across * steps * (2 if steps > 1 else 1), down * steps
        column, row = self._cell(model.viewport, self._pen)
        column, row = column + across, row + down
        view = model.viewport
        shift = column - min(max(column, 0), view.columns - 1)
        below = row - min(max(row, 0), view.rows - 1)
        if shift or below:
            model.pan(shift * DOTS_ACROSS, below * DOTS_DOWN)
            if model.viewport == view:
                return
            column, row = column - shift, row - below
        self._pen = self._middle_of_cell((column * DOTS_ACROSS, row * DOTS_DOWN))
        if model.viewport == view:
            self._changed()
        else:
            self._ground.draw()

    def corner(self) -> None:
        """Set a corner of the lasso at the pen; in the place of the last one, close it."""
        closes = bool(self._corners) and self._corners[-1] == self._pen
        if self._kind == BOX or closes:
            self.take()
        elif len(self._corners) < _MOST_CORNERS:
            self._corners.append(self._pen)
            self._changed()

    def back(self) -> None:
        """Take back the last corner."""
        if self._kind == LASSO and self._corners:
            self._pen = self._corners.pop()
            self._changed()

    def _menu(self) -> Menu:
        arrows: dict[str, Run] = {}
        fast: dict[str, Run] = {}
        for way, letter in _WAYS.items():
            arrows |= dict.fromkeys((way, letter), partial(self.move, way))
            fast |= dict.fromkeys((f"shift+{way}", letter.upper()), partial(self.move, way, _FAST))
        takes = f"{WORDS[self._how]} what is in it"
        keys = [
            MenuKey("← ↓ ↑ →", "stretch it" if self._kind == BOX else "move", arrows, stays=True),
            MenuKey("shift+arrow", "farther", fast, stays=True),
        ]
        if self._kind == BOX:
            keys.append(MenuKey("enter", takes, dict.fromkeys(("enter", "space"), self.corner)))
        else:
            corner = dict.fromkeys(("enter", "space"), self.corner)
            keys += [
                MenuKey("enter", "a corner", corner, stays=True),
                MenuKey("⌫", "a corner back", {"backspace": self.back}, stays=True),
                MenuKey("c", f"close it: {takes}", {"c": self.take}),
            ]
        keys.append(MenuKey("drag", "with the mouse", {}))
        return Menu(self._kind, keys, left=self.cancel, passes=True)

    # by the mouse

    def trace(self, dot: Place, state: str, how: How | None, ground: Ground | None = None) -> None:
        """Draw with the mouse.

        Parameters
        ----------
        dot : (column, row)
        state : 'begun', 'going' or 'ended'
        how : How, optional
            By the keys that are held; None for none.
        ground : Ground, optional
            The map that the mouse is on; the first one otherwise.
        """
        if state == "begun":
            if self.active and (ground or self._first) is not self._ground:
                self.cancel()
            self._ground = ground or self._first
        view = self._ground.model.viewport
        if state == "begun":
            if not self.active:
                self._kind, self._how = LASSO, How.NEW
                self._ground.painter.outline = self._outline
            self._how = how or self._how
            self._traced = True
            self._corners = [view.data_at(*dot)]
            self._pen = self._corners[0]
            self._key_menu.close()
            self._shows.text_over_plot()
            return
        if not self._traced:
            return
        place = view.data_at(*dot)
        if self._kind == LASSO and place != self._corners[-1]:
            self._corners.append(place)
            if len(self._corners) > _MOST_CORNERS:
                del self._corners[1::2]
        self._pen = place
        if state == "ended":
            self._traced = False
            self.take()
        else:
            self._changed()

    def click(self, dot: Place) -> None:
        """Move the pen where the mouse is; a lasso gets a corner there."""
        self._pen = self._middle_of_cell(dot)
        if self._kind == LASSO:
            self.corner()
        self._changed()

    # places

    def _middle_of_cell(self, dot: Place) -> Place:
        column, row = dot[0] // DOTS_ACROSS + 0.5, dot[1] // DOTS_DOWN + 0.5
        return self._ground.model.viewport.data_at(column * DOTS_ACROSS, row * DOTS_DOWN)

    def _cell(self, view: Viewport, place: Place) -> tuple[int, int]:
        column, row = _dot_at(view, place)
        return int(column // DOTS_ACROSS), int(row // DOTS_DOWN)

    def _box_cells(self, view: Viewport) -> tuple[int, int, int, int]:
        """Return the cells of the box: left, top, right, bottom, all of them inside."""
        one, other = self._cell(view, self._corners[0]), self._cell(view, self._pen)
        return (
            min(one[0], other[0]),
            min(one[1], other[1]),
            max(one[0], other[0]),
            max(one[1], other[1]),
        )

    # drawing

    def _outline(self, view: Viewport, style: Style) -> Overlay:
        """Return the texts that draw the region on the plot."""
        if self._kind == BOX:
            return box_outline(*self._box_cells(view), view, style)
        texts = dict(line_outline([_dot_at(view, place) for place in self._line], view, style))
        column, row = self._cell(view, self._pen)
        if not self._traced and 0 <= column < view.columns and 0 <= row < view.rows:
            texts[column, row] = _PEN_GLYPH, style + BOLD
        return texts


def _dot_at(view: Viewport, place: Place) -> Place:
    return (place[0] - view.left) * view.x_scale, (view.top - place[1]) * view.y_scale


def how_held(traced: ScatterPlot.Traced) -> How | None:
    """Return what is to become of the selection by the keys held while the mouse draws."""
    if traced.ctrl:
        return How.REMOVE if traced.alt else How.ADD
    return None
