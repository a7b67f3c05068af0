"""The contact sheet: the pictures of many points in a grid, over the scatter."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from rich.cells import cell_len
from rich.segment import Segment
from textual import on
from textual.app import ComposeResult
from textual.message import Message
from typing_extensions import override

from vizterm.actions import SHEET_ACTIONS, SHEET_MOUSE, bindings, footer_hints
from vizterm.cells.bar import Chip, Hint
from vizterm.cells.heading import HeadingText
from vizterm.cells.text import cut_name
from vizterm.cells.theme import Theme
from vizterm.embed.picture_size import is_small, picture_shape
from vizterm.embed.point_facts import column_values
from vizterm.embed.sheet.grid import SheetGrid
from vizterm.embed.sheet.model import SheetModel
from vizterm.embed.sheet.sets import Order, Sets, What
from vizterm.embed.sheet.tile import Tile
from vizterm.embed.thumbnail_store import ThumbnailStore
from vizterm.shell.keyed_screen import KeyedScreen
from vizterm.widgets.heading import Heading
from vizterm.widgets.status_bar import StatusBar
from vizterm.widgets.text_block import Line, TextBlock
from vizterm_core.errors import VizError
from vizterm_core.pictures.image import Picture, fit_picture
from vizterm_core.scatter.ordering import Points
from vizterm_core.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.style import Style

    from vizterm.embed.map_look import MapLook
    from vizterm.embed.model import EmbedModel

AT_ONCE = 200_000
"""Points among which some are found and put in order without a noticeable delay."""
_NARROWEST_NAME = 12
_WIDEST_LABEL = 24
_WIDEST_VALUE = 32


@dataclass
class Arranged(Message):
    """The points to show, in their order; or why there are none."""

    ticket: int
    points: Points | None = None
    problem: str = ""


class ShowsSheet(Protocol):
    """The scatter, as far as a sheet needs it."""

    @property
    def model(self) -> EmbedModel:
        """Its model as it is now."""

    def toggle_selected(self, point: int) -> None:
        """Select a point, or deselect it."""


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
    ) -> None:
        super().__init__()
        self._shows, self._sets = shows, sets
        self._styles, self._theme = styles, theme
        self._what = sets.whats[0]
        self._sorting = sets.orders(self._what)[0]
        self._sheet: SheetModel | None = None
        self._ticket = 0
        self._remark = ""
        self._left = self._laid_out = False
        self._grid = SheetGrid(theme)
        self._facts = TextBlock(id="sheet-facts")
        self._status = StatusBar(theme)
        shape = picture_shape(sets.embedding)
        self._whole = shape is not None and is_small(shape)
        self._store = ThumbnailStore(
            sets.embedding, look, lambda: self.post_message(self.PicturesReady()), self._fitted
        )

    def _fitted(self, picture: Picture, side: int) -> Picture:
        """Fit a picture into a square: a small one stays sharp where its pixels are to be seen."""
        whole = self._whole and side >= 2 * max(picture.shape[:2])
        return fit_picture(picture, side, side, smooth=not whole)

    @override
    def compose(self) -> ComposeResult:
        yield Heading(self._theme)
        yield self._grid
        yield self._facts
        yield self._status

    def on_mount(self) -> None:
        self._arrange()

    def on_unmount(self) -> None:
        self._ticket += 1
        self._store.close()

    @property
    def sheet(self) -> SheetModel | None:
        """Where one is; None while there are no points."""
        return self._sheet

    # which points, in what order

    def _arrange(self) -> None:
        """Find the points, in a worker where that takes time."""
        self._ticket += 1
        ticket, sets, what, order = self._ticket, self._sets, self._what, self._sorting

        def arranged() -> Arranged:
            try:
                return Arranged(ticket, sets.arranged(what, order))
            except (VizError, OSError, MemoryError) as error:
                words = error.message if isinstance(error, VizError) else str(error)
                return Arranged(ticket, problem=words or "not enough memory")

        column = sets.embedding.columns.get(sets.embedding.coloured_by)
        if len(sets.embedding) <= AT_ONCE and (column is None or column.ready):
            self._take(arranged())
            return
        self._remark = "putting them in order …"
        self._show_text()
        self.run_worker(lambda: self.post_message(arranged()), thread=True, group="arrange")

    @on(Arranged)
    def _take(self, arranged: Arranged) -> None:
        if arranged.ticket != self._ticket:
            return
        self._remark = arranged.problem
        points = arranged.points
        if points is None or not points.size:
            self._sheet = None
        elif self._sheet is None:
            self._sheet = SheetModel(points, self._sets.base)
            self._laid_out = False
            self._resize()
        else:
            self._sheet.reorder(points)
        self._show()

    def action_what(self, step: int) -> None:
        whats = self._sets_now().whats
        at = whats.index(self._what) if self._what in whats else -1
        self._what = whats[(at + step) % len(whats)]
        orders = self._sets.orders(self._what)
        if self._sorting not in orders or Order.FOUND in orders:
            self._sorting = orders[0]
        self._arrange()

    def action_order(self, step: int) -> None:
        orders = self._sets.orders(self._what)
        self._sorting = orders[(orders.index(self._sorting) + step) % len(orders)]
        self._arrange()

    def _sets_now(self) -> Sets:
        """Return the sets, with what is selected by now."""
        self._sets = replace(self._sets, selection=self._shows.model.selection)
        return self._sets

    # moving

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

    def action_move(self, direction: str) -> None:
        ways = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
        if self._sheet is not None:
            self._sheet.move(*ways[direction])
            self._moved()

    def action_page(self, pages: int) -> None:
        if self._sheet is not None:
            self._sheet.leaf(pages)
            self._moved()

    def action_end(self, last: bool) -> None:
        if self._sheet is not None:
            self._sheet.put(len(self._sheet) - 1 if last else 0)
            self._moved()

    def action_size(self, step: int) -> None:
        if self._sheet is not None:
            self._sheet.change_width(step)
            self._moved()

    @on(SheetGrid.Wheeled)
    def _wheeled(self, event: SheetGrid.Wheeled) -> None:
        if self._sheet is not None:
            self._sheet.scroll(-event.steps)
            self._moved()

    @on(SheetGrid.Clicked)
    def _clicked(self, event: SheetGrid.Clicked) -> None:
        if self._point_at(event) and not self._put_at(event):
            self.action_go()

    @on(SheetGrid.Marked)
    def _marked(self, event: SheetGrid.Marked) -> None:
        if self._point_at(event):
            self._put_at(event)
            self.action_select_point()

    def _point_at(self, event: SheetGrid.Pointed) -> bool:
        sheet = self._sheet
        return sheet is not None and sheet.at(event.column, event.row) is not None

    def _put_at(self, event: SheetGrid.Pointed) -> bool:
        """Put the cursor on the picture at a place; whether it was on another one."""
        assert self._sheet is not None
        before, number = self._sheet.cursor, self._sheet.at(event.column, event.row)
        assert number is not None
        self._sheet.put(number)
        self._moved()
        return number != before

    def _moved(self) -> None:
        self._remark = ""
        self._show()

    # what is done with points

    def action_select_point(self) -> None:
        if self._sheet is not None:
            self._shows.toggle_selected(self._sheet.point)
            self._moved()

    def selection_changed(self) -> None:
        """Mark what is selected by now."""
        self._show()

    def action_go(self) -> None:
        if self._sheet is not None:
            self._close(self._sheet.point)

    def action_cancel(self) -> None:
        self.close()

    def close(self) -> None:
        """Go back to the scatter as it was."""
        self._close(None)

    def _close(self, point: int | None) -> None:
        if not self._left and self.app.screen is self:
            self._left = True
            self.dismiss(point)

    # showing

    @on(PicturesReady)
    def _show(self) -> None:
        """Show the page as it is now, with the pictures that have come."""
        sheet = self._sheet
        if sheet is None:
            self._grid.clear(self._nothing)
        elif min(self._grid.drawing_size) > 0:
            self._grid.show(sheet, self._tiles(sheet), self._cell_aspect)
        self._show_text()

    @property
    def _nothing(self) -> str:
        return self._remark or f"no points {self._what.value}"

    def _tiles(self, sheet: SheetModel) -> list[Tile]:
        embedding = self._sets.embedding
        shown, ahead = sheet.shown, sheet.next_shown
        page = sheet.points[shown.start : shown.stop]
        rows = [embedding.row_of(int(point)) for point in sheet.points[shown.start : ahead.stop]]
        # The next page is read ahead.
        pictures = self._store.get(rows, self._grid.side(sheet, self._cell_aspect))
        selected = self._shows.model.selection.has(page)
        return [
            Tile(
                self._caption(point),
                self._styles[int(embedding.labels.codes[point])],
                picture,
                number == sheet.cursor,
                bool(chosen),
            )
            for number, point, picture, chosen in zip(
                sheet.shown, page.tolist(), pictures, selected, strict=False
            )
        ]

    def _caption(self, point: int) -> str:
        embedding = self._sets.embedding
        if embedding.names is not None:
            return embedding.name_of(point)
        if len(embedding.labels.names) > 1:
            return embedding.labels.text_of(point)
        return f"#{embedding.row_of(point):,}"

    def _show_text(self) -> None:
        sheet, sets = self._sheet, self._sets
        count = 0 if sheet is None else len(sheet)
        told = sets.said(self._what, count)
        ordered = sets.said_of(self._sorting)
        self.query_one(Heading).say(HeadingText.of(sets.embedding.title, [told, ordered]))
        self._facts.show([self._facts_line()])
        selection = self._shows.model.selection
        chips = [Chip(told, "what(1)", strong=True), Chip(ordered, "order(1)")]
        if selection and self._what is not What.SELECTED:
            chips.append(Chip(f"{selection.count:,} selected", needed=True))
        hints = [Hint(*hint) for hint in footer_hints(SHEET_ACTIONS, "screen")]
        self._status.say(chips, hints, self._remark)

    def _facts_line(self) -> Line:
        """Return the facts of the picture under the cursor."""
        sheet, theme, embedding = self._sheet, self._theme, self._sets.embedding
        if sheet is None:
            return []
        point, gap = sheet.point, Segment("  ")
        facts = [Segment(f"#{embedding.row_of(point):,}", theme.dim), gap]
        if len(embedding.labels.names) > 1:
            label = cut_name(embedding.labels.text_of(point), _WIDEST_LABEL)
            style = self._styles[int(embedding.labels.codes[point])]
            facts = [Segment(f" {label} ", theme.label_chip(style)), gap, *facts]
        for column, value in self._value(point):
            facts += [Segment(f"{column} ", theme.dim), Segment(value, theme.text), gap]
        facts.append(Segment(f"{sheet.cursor + 1:,} of {len(sheet):,}", theme.dim))
        if point in self._shows.model.selection:
            facts += [gap, Segment("✓ selected", theme.accent)]
        room = self.size.width - sum(cell_len(segment.text) for segment in facts) - 5
        if name := embedding.name_of(point):
            told = cut_name(name, max(_NARROWEST_NAME, room))
            facts = [Segment(told, theme.strong), gap, *facts]
        return [gap, *facts]

    def _value(self, point: int) -> list[tuple[str, str]]:
        """Return the value of the column that points are ordered by, unless the label says it."""
        embedding = self._sets.embedding
        by = embedding.coloured_by
        if by not in embedding.columns or not embedding.labels.continuous:
            return []
        told = column_values(embedding, [by], point, read=False)
        return [
            (cut_name(clean(column), _WIDEST_LABEL), cut_name(value, _WIDEST_VALUE))
            for column, value in told
        ]
