"""A map beside the first one: it shows the same points as that does, at its own places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from rich.style import Style

from vizterm.cells.glyphs import Overlay
from vizterm.cells.theme import theme_for
from vizterm.embed.model import EmbedModel
from vizterm.embed.scatter.outline import box_outline
from vizterm.embed.scatter.painter import Painter
from vizterm.terminal.textual_private.timers import once
from vizterm_core.scatter.carried import points_of
from vizterm_core.scatter.moved import same_rows
from vizterm_core.scatter.selection import Selection
from vizterm_core.scatter.viewport import DOTS_ACROSS, DOTS_DOWN, Viewport

if TYPE_CHECKING:
    from textual.timer import Timer

    from vizterm.embed.beside.pane import MapPane
    from vizterm.embed.indexed import IndexedEmbedding
    from vizterm.terminal.facts import Terminal

_BLINK = 0.5
"""Seconds that a frame shows where the point has gone."""
_FRAME_ACROSS, _FRAME_DOWN = 4, 2
"""Cells from the point to that frame."""


class SideMap:
    """The state of a map beside the first one, which follows that one in everything but the view.

    Parameters
    ----------
    name : str
        A key of the embedding's other maps.
    pane : MapPane
    terminal : Terminal
    """

    def __init__(self, name: str, pane: MapPane, terminal: Terminal) -> None:
        self.name, self.pane, self._terminal = name, pane, terminal
        self.loaded: IndexedEmbedding | None = None
        """The points at their places; None until these have been read."""
        self.like: IndexedEmbedding | None = None
        """What the first map showed when that was made: its colours, its filter."""
        self.model: EmbedModel | None = None
        self.painter: Painter | None = None
        self._chosen: tuple[Selection, Selection] | None = None
        """A selection of the first map's points, and the same rows here."""
        self._blinking: Timer | None = None
        self.ground = SideGround(self)
        """For regions that are made on it, once it is shown."""

    def use(
        self,
        loaded: IndexedEmbedding,
        like: IndexedEmbedding,
        first: Painter,
        view: Viewport | None = None,
    ) -> None:
        """Show these points from now on, in the view as it was, or in another one."""
        older = self.model
        model = EmbedModel(loaded.embedding, loaded.index, self._terminal.cell_aspect)
        model.resize(*self.pane.plot.drawing_size)
        if older is not None and self.loaded is not None and view is None:
            model.stretched = older.stretched
            model.resize(*self.pane.plot.drawing_size)
            if not older.at_fit:
                view = older.viewport
        if view is not None:
            model.return_to(view, None)
        self.loaded, self.like, self.model = loaded, like, model
        if self.painter is None:
            self.painter = Painter(
                self.pane,
                self.pane.plot,
                self._terminal,
                model,
                first.dots_look,
                first.density_look,
            )
            self.painter.pixels.start()
        else:
            self.painter.use(model)

    def follow(self, main: EmbedModel, first: Painter, *, whole: bool) -> None:
        """Show what the first map shows.

        Parameters
        ----------
        main : EmbedModel
        first : Painter
            Draws the first map.
        whole : bool
            Draw the frame again; otherwise only the marks of points.
        """
        model, painter = self.model, self.painter
        if model is None or painter is None:
            return
        if len(model.visible) == len(main.visible):
            model.visible, model.highlight = main.visible.copy(), main.highlight
        if model.stretched != main.stretched:
            model.toggle_stretch()
        model.selection = self._selection(main)
        model.pins = tuple(
            there for pin in main.pins if (there := self.point(main, pin)) is not None
        )
        painter.with_names, painter.with_context = first.with_names, first.with_context
        cursor, view = self.point(main, main.cursor), model.viewport
        if cursor != model.cursor:
            if cursor is None:
                model.place(None)
            else:
                model.go_to(cursor)
                if not main.begun:
                    self._blink()
        near = tuple(
            point for each in first.neighbours if (point := self.point(main, each)) is not None
        )
        if whole or model.viewport != view:
            painter.neighbours = near
            painter.draw()
        else:
            painter.mark_neighbours(near)

    def point(self, main: EmbedModel, point: int | None) -> int | None:
        """Return this map's point of the row of one of the first map's."""
        if point is None or self.model is None:
            return None
        return self.model.embedding.point_of(main.embedding.row_of(point))

    def _selection(self, main: EmbedModel) -> Selection:
        assert self.model is not None
        here = self.model.embedding
        if same_rows(here.rows, main.embedding.rows):
            return main.selection
        if self._chosen is None or self._chosen[0] is not main.selection:
            points = points_of(here, main.selected_rows)
            self._chosen = main.selection, Selection.of_points(len(here), points)
        return self._chosen[1]

    # where the point has gone

    def _blink(self) -> None:
        """Frame the point for a moment."""
        assert self.painter is not None
        self.painter.outline = self._frame
        if self._blinking is not None:
            self._blinking.stop()
        self._blinking = once(self.pane, _BLINK, self._blinked)

    def _blinked(self) -> None:
        if self.painter is not None and self.pane.is_running:
            self.painter.outline = None
            self.painter.mark()

    def _frame(self, view: Viewport, style: Style) -> Overlay:
        del style
        if self.model is None or self.model.cursor is None:
            return {}
        dot = np.array(self.model.dot_of(self.model.cursor))
        column, row = (int(place) for place in dot // (DOTS_ACROSS, DOTS_DOWN))
        return box_outline(
            column - _FRAME_ACROSS,
            row - _FRAME_DOWN,
            column + _FRAME_ACROSS,
            row + _FRAME_DOWN,
            view,
            theme_for(self._terminal).accent,
        )


@dataclass(frozen=True, slots=True)
class SideGround:
    """A map that is shown, as far as a region that is made on it needs it."""

    side: SideMap

    @property
    def model(self) -> EmbedModel:
        """What is shown of it."""
        assert self.side.model is not None
        return self.side.model

    @property
    def painter(self) -> Painter:
        """Draws the outline."""
        assert self.side.painter is not None
        return self.side.painter

    def draw(self) -> None:
        """Show the model as it is now."""
        self.painter.draw()
