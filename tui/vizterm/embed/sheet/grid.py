"""The grid of a contact sheet: pictures in pixels or half blocks, captions, a frame around one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.segment import Segment
from textual import events
from textual.geometry import Offset, Region
from textual.message import Message
from typing_extensions import override

from vizterm.cells.half_blocks import Cells, picture_line
from vizterm.cells.text import fit_name
from vizterm.cells.theme import Theme
from vizterm.embed.sheet.card import card_lines
from vizterm.embed.sheet.model import CAPTION, GAP, USUAL_WIDTH, SheetModel
from vizterm.embed.sheet.tile import Tile, TilePart
from vizterm.graphics.encode import Job
from vizterm.graphics.layer import PictureLayer
from vizterm.widgets.cell_plane import CellPlane
from vizterm_core.pictures.half_blocks import to_cells
from vizterm_core.pictures.image import Picture

MARGIN = 1
"""Columns at either side of the grid: for the frame."""
_COARSE_WIDTH = 16
_FRAME = "▐", "▌"


@dataclass(frozen=True, slots=True)
class _Page:
    """Where the tiles of a page are: if that changes, all is drawn again."""

    width: int
    height: int
    across: int
    left: int
    count: int


class SheetGrid(CellPlane):
    """Shows a page of a contact sheet."""

    DOWN = 1
    TRACES = True

    @dataclass
    class Swept(Message):
        """The pointer went over pictures with a button held."""

        start: tuple[float, float]
        """Column and row where the button went down."""
        end: tuple[float, float]
        done: bool
        """Whether the button is up again."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(id="sheet")
        self._theme = theme
        self._page: _Page | None = None
        self._tiles: Sequence[Tile] = ()
        self._cells: list[Cells | None] = []
        self._layer: PictureLayer | None = None
        self._parts: list[TilePart] = []
        self._ahead: dict[int, Job] = {}
        """Jobs of the pictures that are likely to be shown next, by the pictures' identity."""
        self._swept_from: tuple[float, float] | None = None

    def on_mount(self) -> None:
        layer = getattr(self.app, "pictures", None)
        if isinstance(layer, PictureLayer) and layer.active and not layer.protocol.as_text:
            self._layer = layer

    @property
    @override
    def origin(self) -> Offset:
        return Offset(MARGIN, 0)

    @property
    @override
    def drawing_size(self) -> tuple[int, int]:
        return self.size.width - 2 * MARGIN, self.size.height

    @property
    def usual_width(self) -> int:
        """Columns of a picture at first: half blocks need more to be made out."""
        return USUAL_WIDTH if self._layer is not None else _COARSE_WIDTH

    def side(self, sheet: SheetModel, cell_aspect: float) -> int:
        """Return the pixels of a side that a picture fills."""
        if self._layer is not None:
            width, height = self._layer.cell
            return max(1, int(min(sheet.width * width, sheet.height * height)))
        square = cell_aspect == sheet.width / sheet.height
        return sheet.width if square else 2 * sheet.width

    def clear(self, message: str) -> None:
        """Show a message instead of pictures."""
        self._tiles, self._page, self._cells = (), None, []
        self._show_parts([])
        self.say(message)

    def show(
        self,
        sheet: SheetModel,
        tiles: Sequence[Tile],
        cell_aspect: float,
        ahead: Sequence[Picture] = (),
    ) -> None:
        """Show a page.

        Parameters
        ----------
        sheet : SheetModel
            Tells the places.
        tiles : sequence of Tile
            Of the points that it shows.
        cell_aspect : float
            Height of a cell over its width.
        ahead : sequence of (H, W, 3) uint8
            Pictures, fitted, that are likely to be shown next.
        """
        layout = _Page(sheet.width, sheet.height, sheet.across, sheet.left, len(tiles))
        before, same = self._tiles, layout == self._page and not self._message
        places = [self._box(number, layout) for number in range(len(tiles))]
        if self._layer is None:
            self._cells = self._all_in_cells(tiles, layout, cell_aspect)
        self._tiles, self._page, self._message = tiles, layout, ""
        self._show_parts([(tile.picture, place) for tile, place in zip(tiles, places, strict=True)])
        self._prepare(ahead, layout)
        if not same:
            self._strips.clear()
            self.refresh()
            return
        self.repaint_regions(
            region
            for number, place in enumerate(places)
            for region in self._changed(tiles[number], before[number], place)
        )

    @staticmethod
    def _box(number: int, layout: _Page) -> Region:
        """Return the cells of a picture in the widget."""
        down, across = divmod(number, layout.across)
        left = MARGIN + layout.left + across * (layout.width + GAP)
        return Region(left, down * (layout.height + CAPTION), layout.width, layout.height)

    def _changed(self, tile: Tile, before: Tile, place: Region) -> list[Region]:
        """Return the lines to paint again for a tile that was another before."""
        changed = []
        pictured = self._layer is None and tile.picture is not before.picture
        if pictured or not tile.same_inside(before):
            changed += [Region(place.x, y, place.width, 1) for y in place.line_range]
        if not tile.same_around(before):
            for y in place.line_range:
                changed += [Region(place.x - 1, y, 1, 1), Region(place.right, y, 1, 1)]
            changed.append(Region(place.x - 1, place.bottom, place.width + 2, 1))
        return changed

    # pictures

    def _all_in_cells(
        self, tiles: Sequence[Tile], layout: _Page, cell_aspect: float
    ) -> list[Cells | None]:
        """Return the pictures in half blocks; those that were on screen are ready."""
        page, ready = self._page, {}
        if page is not None and (page.width, page.height) == (layout.width, layout.height):
            known = zip(self._tiles, self._cells, strict=True)
            ready = {id(tile.picture): cells for tile, cells in known if tile.picture is not None}
        cells: list[Cells | None] = []
        for tile in tiles:
            made = ready.get(id(tile.picture))
            if made is None and tile.picture is not None:
                made = self._in_cells(tile.picture, layout, cell_aspect)
            cells.append(made)
        return cells

    def _in_cells(self, picture: Picture, layout: _Page, cell_aspect: float) -> Cells:
        dithered = self._theme.colours == "256"
        return to_cells(
            picture, layout.height, layout.width, cell_aspect, smooth=True, dithered=dithered
        )

    def _show_parts(self, shown: Sequence[tuple[Picture | None, Region]]) -> None:
        """Show pictures in pixels, where the terminal draws them."""
        if self._layer is None:
            return
        while len(self._parts) < len(shown):
            self._parts.append(TilePart(self))
        nothing: tuple[Picture | None, Region] = None, Region()
        with self._layer.together():
            for number, part in enumerate(self._parts):
                picture, box = shown[number] if number < len(shown) else nothing
                self._layer.add(part)
                if part.show(picture, box):
                    self._layer.show(part)

    def _prepare(self, ahead: Sequence[Picture], layout: _Page) -> None:
        """Have pictures encoded that are likely to be shown next, unless they are already."""
        layer = self._layer
        if layer is None:
            return
        how = layout.width, layout.height, layer.cell
        before, self._ahead = self._ahead, {}
        for picture in ahead:
            job = before.get(id(picture))
            if job is None or (job.columns, job.rows, job.cell) != how:
                job = Job.make(picture, *how)
            self._ahead[id(picture)] = job
        if self._ahead.keys() != before.keys() or any(
            before[picture] is not job for picture, job in self._ahead.items()
        ):
            layer.encode_ahead(list(self._ahead.values()))

    # the mouse

    @override
    def on_mouse_down(self, event: events.MouseDown) -> None:
        self._swept_from = self._place(event)

    @override
    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._pressed is not None and self._swept_from is not None:
            place = self._place(event)
            if self._dragging or place != self._swept_from:
                self.post_message(self.Swept(self._swept_from, place, done=False))

    @override
    def on_mouse_up(self, event: events.MouseUp) -> None:
        if self._dragging and self._pressed is not None and self._swept_from is not None:
            self.post_message(self.Swept(self._swept_from, self._place(event), done=True))
        self._swept_from = None

    # text

    @override
    def line(self, y: int) -> list[Segment]:
        layout = self._page
        if layout is None:
            return []
        down, row = divmod(y, layout.height + CAPTION)
        numbers = range(down * layout.across, min((down + 1) * layout.across, len(self._tiles)))
        line = [Segment(" " * (MARGIN + layout.left - 1))]
        for number in numbers:
            tile = self._tiles[number]
            line += self._caption(tile) if row == layout.height else self._row(number, tile, row)
        return line

    def _caption(self, tile: Tile) -> list[Segment]:
        assert self._page is not None
        style = self._theme.label_chip(tile.style) if tile.current else tile.style
        sign = f"{tile.sign} " if tile.sign else ""
        told = fit_name(tile.caption, max(0, self._page.width - len(sign)))
        marked = style if tile.current else self._theme.accent
        return [Segment(" "), Segment(sign, marked), Segment(told, style), Segment(" ")]

    def _row(self, number: int, tile: Tile, row: int) -> list[Segment]:
        left, right = _FRAME if tile.current else (" ", " ")
        edge = self._theme.accent
        return [Segment(left, edge), *self._inside(number, tile, row), Segment(right, edge)]

    def _inside(self, number: int, tile: Tile, row: int) -> list[Segment]:
        assert self._page is not None
        if tile.picture is None and tile.card is not None:
            size = self._page.width, self._page.height
            return card_lines(tile.card, *size, tile.style, self._theme)[row]
        cells = self._cells[number] if self._layer is None else None
        return self._blank() if cells is None else self._picture_row(cells, row)

    def _blank(self) -> list[Segment]:
        assert self._page is not None
        return [Segment(" " * self._page.width)]

    def _picture_row(self, cells: Cells, row: int) -> list[Segment]:
        assert self._page is not None
        rows, columns = cells.shape[:2]
        at = row - (self._page.height - rows) // 2
        if not 0 <= at < rows:
            return self._blank()
        before = (self._page.width - columns) // 2
        after = self._page.width - columns - before
        line = picture_line(cells[at], self._theme.colours)
        return [Segment(" " * before), *line, Segment(" " * after)]
