"""The grid of a contact sheet: pictures in pixels or half blocks, captions, a frame around one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.segment import Segment
from textual.geometry import Offset, Region
from typing_extensions import override

from vizterm.cells.half_blocks import Cells, picture_line
from vizterm.cells.text import fit_name
from vizterm.cells.theme import Theme
from vizterm.embed.sheet.model import CAPTION, GAP, USUAL_WIDTH, SheetModel
from vizterm.embed.sheet.tile import Tile, TilePart
from vizterm.graphics.layer import PictureLayer
from vizterm.widgets.cell_plane import CellPlane
from vizterm_core.pictures.half_blocks import to_cells
from vizterm_core.pictures.image import Picture

MARGIN = 1
"""Columns at either side of the grid: for the frame."""
_COARSE_WIDTH = 16
_FRAME = "▐", "▌"
_CHOSEN = "✓"


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

    def __init__(self, theme: Theme) -> None:
        super().__init__(id="sheet")
        self._theme = theme
        self._page: _Page | None = None
        self._tiles: Sequence[Tile] = ()
        self._cells: list[Cells | None] = []
        self._layer: PictureLayer | None = None
        self._parts: list[TilePart] = []

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

    def show(self, sheet: SheetModel, tiles: Sequence[Tile], cell_aspect: float) -> None:
        """Show a page.

        Parameters
        ----------
        sheet : SheetModel
            Tells the places.
        tiles : sequence of Tile
            Of the points that it shows.
        cell_aspect : float
            Height of a cell over its width.
        """
        layout = _Page(sheet.width, sheet.height, sheet.across, sheet.left, len(tiles))
        before, same = self._tiles, layout == self._page and not self._message
        self._tiles, self._page, self._message = tiles, layout, ""
        places = [self._box(number, layout) for number in range(len(tiles))]
        if self._layer is None:
            self._cells = [
                self._cells[number]
                if same and tile.picture is before[number].picture
                else self._in_cells(tile, layout, cell_aspect)
                for number, tile in enumerate(tiles)
            ]
        self._show_parts([(tile.picture, place) for tile, place in zip(tiles, places, strict=True)])
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
        text = not tile.same_but_picture(before)
        changed = []
        if self._layer is None and tile.picture is not before.picture:
            changed += [Region(place.x, y, place.width, 1) for y in place.line_range]
        if text:
            for y in place.line_range:
                changed += [Region(place.x - 1, y, 1, 1), Region(place.right, y, 1, 1)]
            changed.append(Region(place.x - 1, place.bottom, place.width + 2, 1))
        return changed

    def _in_cells(self, tile: Tile, layout: _Page, cell_aspect: float) -> Cells | None:
        if tile.picture is None:
            return None
        dithered = self._theme.colours == "256"
        return to_cells(
            tile.picture, layout.height, layout.width, cell_aspect, smooth=True, dithered=dithered
        )

    def _show_parts(self, shown: Sequence[tuple[Picture | None, Region]]) -> None:
        """Show pictures in pixels, where the terminal draws them."""
        if self._layer is None:
            return
        while len(self._parts) < len(shown):
            self._parts.append(TilePart(self))
        nothing: tuple[Picture | None, Region] = None, Region()
        for number, part in enumerate(self._parts):
            picture, box = shown[number] if number < len(shown) else nothing
            self._layer.add(part)
            if part.show(picture, box):
                self._layer.show(part)

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
        text = f"{_CHOSEN} {tile.caption}" if tile.selected else tile.caption
        told = fit_name(text, self._page.width)
        style = self._theme.label_chip(tile.style) if tile.current else tile.style
        return [Segment(" "), Segment(told, style), Segment(" ")]

    def _row(self, number: int, tile: Tile, row: int) -> list[Segment]:
        assert self._page is not None
        left, right = _FRAME if tile.current else (" ", " ")
        edge = self._theme.accent
        cells = self._cells[number] if self._layer is None else None
        inside = self._blank() if cells is None else self._picture_row(cells, row)
        return [Segment(left, edge), *inside, Segment(right, edge)]

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
