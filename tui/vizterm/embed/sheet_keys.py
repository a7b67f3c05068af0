"""The way to the contact sheet, and back to a point of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from vizterm.embed.sheet.sets import Sets
from vizterm.shell.keyed_screen import Actions
from vizterm_core.scatter.ordering import Points
from vizterm_core.scatter.selection import How

if TYPE_CHECKING:
    from textual.screen import Screen

    from vizterm.cells.theme import Theme
    from vizterm.embed.model import EmbedModel
    from vizterm.embed.neighbours.neighbour_keys import NeighbourKeys
    from vizterm.embed.scatter.painter import Painter
    from vizterm.embed.select.selection_keys import SelectionKeys
    from vizterm.embed.sheet.screen import SheetScreen
    from vizterm.embed.side.panels import PanelLayout
    from vizterm_core.scatter.viewport import Viewport


class OpensSheet(Protocol):
    """The screen, as far as a sheet needs it."""

    model: EmbedModel

    @property
    def picks(self) -> bool:
        """Whether points are chosen for what comes next on a command line."""

    def after_move(self, view: Viewport) -> None:
        """Show the model after its cursor has moved; `view` was in view before."""

    def remark(self, text: str) -> None:
        """Show a short remark until something else happens."""


class SheetKeys:
    """Opens the contact sheet over the screen.

    Parameters
    ----------
    screen : Screen
    shows : OpensSheet
        The same screen.
    painter : Painter
        Has the styles of labels.
    panels : PanelLayout
        Tells what is shown of points.
    selection : SelectionKeys
    neighbours : NeighbourKeys
    theme : Theme
    """

    def __init__(
        self,
        screen: Screen[None],
        shows: OpensSheet,
        painter: Painter,
        panels: PanelLayout,
        selection: SelectionKeys,
        neighbours: NeighbourKeys,
        theme: Theme,
    ) -> None:
        self._screen, self._shows = screen, shows
        self._painter, self._panels = painter, panels
        self._selection, self._neighbours = selection, neighbours
        self._theme = theme
        self._sheet: SheetScreen | None = None

    def actions(self) -> Actions:
        """Return what these keys do, by the names in the table of actions."""
        return {
            "sheet": self.open,
        }

    @property
    def model(self) -> EmbedModel:
        """The scatter's model, which has the selection."""
        return self._shows.model

    @property
    def picks(self) -> bool:
        """Whether points are chosen for what comes next on a command line."""
        return self._shows.picks

    def open(self) -> None:
        """Show the sheet."""
        from vizterm.embed.sheet.screen import SheetScreen

        if self._sheet is not None:
            return
        self._sheet = SheetScreen(
            self,
            Sets.of(self.model, self._neighbours.points),
            lambda: self._panels.map_look,
            self._painter.styles.bright,
            self._theme,
            smooth=self._panels.smooth,
        )
        self._screen.app.push_screen(self._sheet, self._closed)

    def _closed(self, point: int | None) -> None:
        self._sheet = None
        if point is None:
            return
        view = self.model.viewport
        self.model.go_to(point)
        self._shows.after_move(view)
        if self.picks:
            selected = self.model.selection.count
            whom = f"the {selected:,} selected" if selected else "this point"
            self._shows.remark(f"enter prints {whom}")
        if self.model.cursor != point:
            self._shows.remark(
                f"point {self.model.embedding.row_of(point):,} is left out by the filter"
            )

    def select(self, points: Points, *, add: bool) -> None:
        """Select points, or deselect them."""
        if points.size == 1:
            self._selection.toggle_point(int(points[0]))
        else:
            self._selection.how = How.ADD if add else How.REMOVE
            self._selection.these(points.tolist(), "")

    def changed(self) -> None:
        """Have the sheet show what is selected by now, and the pictures that can be read now."""
        if self._sheet is not None and self._sheet.is_running:
            self._sheet.selection_changed()

    def close(self) -> None:
        """Close the sheet: its points are there no more."""
        if self._sheet is not None:
            self._sheet.close()
