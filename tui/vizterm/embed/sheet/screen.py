"""The contact sheet: the pictures of many points in a grid, over the scatter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from textual import on
from textual.app import ComposeResult
from textual.message import Message
from typing_extensions import override

from vizterm.actions import SHEET_ACTIONS, SHEET_MOUSE, bindings
from vizterm.cells.heading import HeadingText
from vizterm.cells.theme import Theme
from vizterm.embed.sheet.arranging import Arranged, Arranging
from vizterm.embed.sheet.facts import facts_line
from vizterm.embed.sheet.grid import SheetGrid
from vizterm.embed.sheet.large import SheetLarge
from vizterm.embed.sheet.model import SheetModel
from vizterm.embed.sheet.moves import SheetMoves
from vizterm.embed.sheet.pictures import SheetPictures, all_selected
from vizterm.embed.sheet.sets import Sets
from vizterm.embed.sheet.status import sheet_chips, sheet_hints
from vizterm.shell.keyed_screen import KeyedScreen
from vizterm.shell.palette import PaletteScreen
from vizterm.widgets.heading import Heading
from vizterm.widgets.status_bar import StatusBar
from vizterm.widgets.text_block import TextBlock
from vizterm_core.scatter.ordering import Points

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.style import Style

    from vizterm.embed.model import EmbedModel
    from vizterm.embed.scatter.map_look import MapLook


class ShowsSheet(Protocol):
    """The scatter, as far as a sheet needs it."""

    @property
    def model(self) -> EmbedModel:
        """Its model as it is now."""

    @property
    def picks(self) -> bool:
        """Whether points are chosen for what comes next on a command line."""

    def select(self, points: Points, *, add: bool) -> None:
        """Select points, or deselect them."""


class SheetScreen(KeyedScreen["int | None"]):
    """The pictures of many points; ends with a point to go to, or with None.

    Parameters
    ----------
    shows : ShowsSheet
        What is selected is the scatter's.
    sets : Sets
        What to choose from.
    look : callable
        Returns what is shown of a point: its image, its map or both.
    styles : sequence of Style
        Of the labels.
    theme : Theme
    smooth : bool
        Whether pictures are enlarged smoothly; else small ones by whole pixels.
    """

    AUTO_FOCUS = "SheetGrid"
    ACTIONS = SHEET_ACTIONS
    MOUSE = SHEET_MOUSE
    BINDINGS = bindings(SHEET_ACTIONS, "screen")

    class PicturesReady(Message):
        """Pictures have been read."""

    def __init__(
        self,
        shows: ShowsSheet,
        sets: Sets,
        look: Callable[[], MapLook],
        styles: Sequence[Style],
        theme: Theme,
        *,
        smooth: bool,
    ) -> None:
        super().__init__()
        self._shows, self._styles, self._theme = shows, styles, theme
        self._sheet: SheetModel | None = None
        self._remark = ""
        self._left = self._laid_out = False
        self._grid = SheetGrid(theme)
        self._facts = TextBlock(id="sheet-facts")
        self._status = StatusBar(theme)

        def arrived() -> None:
            self.post_message(self.PicturesReady())

        self._arranging = Arranging(
            self, sets, lambda: shows.model.selection, self._take_points, self._say
        )
        self._pictures = SheetPictures(sets.embedding, look, styles, smooth=smooth, arrived=arrived)
        self._large = SheetLarge(sets, look, styles, theme, smooth=smooth, arrived=arrived)
        self._moves = SheetMoves(lambda: self._sheet, self._large, self._moved)
        self.carry_out({**self._arranging.actions(), **self._moves.actions()})

    @override
    def compose(self) -> ComposeResult:
        yield Heading(self._theme)
        yield self._grid
        yield self._facts
        yield self._large.widget
        yield self._status

    def on_mount(self) -> None:
        self._arranging.start()

    def on_unmount(self) -> None:
        self._arranging.forget()
        self._pictures.close()
        self._large.close()

    @property
    def sheet(self) -> SheetModel | None:
        """Where one is; None while there are no points."""
        return self._sheet

    # which points, in what order

    @on(Arranged)
    def _arranged(self, event: Arranged) -> None:
        self._arranging.take(event)

    def _take_points(self, points: Points | None, problem: str) -> None:
        self._remark = problem
        if points is None or not points.size:
            self._sheet = None
        elif self._sheet is None:
            sets = self._arranging.sets
            self._sheet = SheetModel(points, sets.base, pictures=self._pictures.any)
            self._laid_out = False
            self._resize()
        else:
            self._sheet.reorder(points)
        self._show()

    def action_column(self) -> None:
        if (choice := self._arranging.choice()) is not None:
            look = self.app.look
            self.app.push_screen(
                PaletteScreen(choice.commands(), look, choice.title, "enter chooses")
            )

    # the mouse

    @on(SheetGrid.Resized)
    def _resized(self) -> None:
        self._resize()
        self._show()

    def _resize(self) -> None:
        if self._sheet is not None and min(self._grid.drawing_size) > 0:
            self._sheet.resize(*self._grid.drawing_size, self._cell_aspect)
            if not self._laid_out:
                self._laid_out = True
                self._sheet.fill(self._grid.usual_width)

    @property
    def _cell_aspect(self) -> float:
        return self._shows.model.cell_aspect

    @on(SheetGrid.Wheeled)
    def _wheeled(self, event: SheetGrid.Wheeled) -> None:
        self._moves.scroll(-event.steps)

    @on(SheetGrid.Clicked)
    def _clicked(self, event: SheetGrid.Clicked) -> None:
        sheet = self._sheet
        number = None if sheet is None else sheet.at(event.column, event.row)
        if sheet is not None and number is not None:
            again = number == sheet.cursor and sheet.anchor is None
            self._moves.put(number)
            if again:
                self.action_go()

    @on(SheetGrid.Marked)
    def _marked(self, event: SheetGrid.Marked) -> None:
        sheet = self._sheet
        number = None if sheet is None else sheet.at(event.column, event.row)
        if number is not None:
            self._moves.put(number)
            self.action_select_point()

    @on(SheetGrid.Swept)
    def _swept(self, event: SheetGrid.Swept) -> None:
        if self._moves.sweep(event.start, event.end) and event.done:
            self.action_select_point()

    def _moved(self) -> None:
        self._remark = ""
        self._show()

    # what is done with points

    def action_select_point(self) -> None:
        """Select or deselect the point, or those of the range that is being chosen."""
        sheet, selection = self._sheet, self._shows.model.selection
        if sheet is None:
            return
        chosen = sheet.chosen
        points = sheet.points[chosen.start : chosen.stop]
        add = not all_selected(sheet, selection)
        sheet.anchor = None
        self._shows.select(points, add=add)
        self._moved()

    def selection_changed(self) -> None:
        """Mark what is selected by now."""
        self._show()

    def action_go(self) -> None:
        sheet = self._sheet
        if sheet is None:
            return
        if sheet.anchor is not None:
            # A range that is half chosen isn't lost.
            self.action_select_point()
        else:
            self._close(sheet.point)

    def action_large(self) -> None:
        if self._sheet is None:
            return
        if not self._pictures.any:
            self._say("the points have no pictures to look at")
            return
        self._large.toggle()
        self._moved()

    def action_cancel(self) -> None:
        """Leave the large picture, the range that is being chosen, or the sheet."""
        if self._large.shown:
            self.action_large()
        elif self._sheet is not None and self._sheet.anchor is not None:
            self._sheet.anchor = None
            self._moved()
        else:
            self.close()

    def close(self) -> None:
        """Go back to the scatter as it was."""
        self._close(None)

    def _close(self, point: int | None) -> None:
        if not self._left and self.app.screen is self:
            self._left = True
            self.dismiss(point)

    # showing

    def _say(self, remark: str) -> None:
        self._remark = remark
        self._show_text()

    @on(PicturesReady)
    def _show(self) -> None:
        """Show the page as it is now, with the pictures that have come."""
        sheet = self._sheet
        if sheet is None:
            what = self._arranging.what.value
            self._grid.clear(self._remark or f"no points {what}")
        elif min(self._grid.drawing_size) > 0:
            side = self._grid.side(sheet, self._cell_aspect)
            selection, told = self._shows.model.selection, self._arranging.sets.told
            tiles, ahead = self._pictures.page(sheet, side, selection, told)
            self._grid.show(sheet, tiles, self._cell_aspect, ahead)
            self._large.show(sheet.point, self._cell_aspect)
        self._show_text()

    def _show_text(self) -> None:
        sheet, arranging, selection = self._sheet, self._arranging, self._shows.model.selection
        sets = arranging.sets
        count = 0 if sheet is None else len(sheet)
        told, ordered = sets.said(arranging.what, count), sets.said_of(arranging.order)
        self.query_one(Heading).say(HeadingText.of(sets.embedding.title, [told, ordered]))
        width = self.size.width
        line = facts_line(sheet, sets, selection, self._styles, self._theme, width) if sheet else []
        self._facts.show([line])
        large = self._large.shown
        chips = sheet_chips(sheet, arranging.what, told, ordered, selection, large=large)
        hints = sheet_hints(sheet, selection, large=large, picks=self._shows.picks)
        self._status.say(chips, hints, self._remark)
