"""Many small pictures with titles, one of them current."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.segment import Segment
from textual.geometry import Offset
from typing_extensions import override

from vizterm.cells.half_blocks import picture_line, pixel_cells
from vizterm.cells.text import cut_name
from vizterm.cells.theme import Theme
from vizterm.cells.tiling import GAP, TITLE, Tiling
from vizterm.widgets.cell_plane import CellPlane
from vizterm_core.pictures.image import Picture

_HERE = "▸"


@dataclass(frozen=True, slots=True, eq=False)
class Tile:
    """A picture and what stands above it."""

    title: str
    """A name from the data."""
    fact: str
    """A number that belongs to it."""
    pixels: Picture
    """(rows, columns, 3) uint8, two rows to a row of cells; no larger than the tile."""
    current: bool = False


class TileGrid(CellPlane):
    """Shows tiles in half blocks; posts where it is clicked."""

    DOWN = 1

    def __init__(self, theme: Theme, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._theme = theme
        self._tiles: Sequence[Tile] = ()
        self._tiling: Tiling | None = None

    def show(self, tiles: Sequence[Tile], places: Tiling) -> None:
        """Show a page of tiles."""
        self._tiles, self._tiling = tiles, places
        self._strips.clear()
        self._message = ""
        self.refresh()

    @property
    @override
    def origin(self) -> Offset:
        if self._tiling is None:
            return Offset(0, 0)
        across = min(self._tiling.across, len(self._tiles))
        used = across * (self._tiling.columns + GAP) - GAP
        return Offset(max(0, (self.size.width - used) // 2), 0)

    def tile_at(self, column: float, row: float) -> int | None:
        """Return the tile of the page at a place that a click reported."""
        if self._tiling is None:
            return None
        number = self._tiling.tile_at(column, row)
        return number if number is not None and number < len(self._tiles) else None

    @override
    def line(self, y: int) -> list[Segment]:
        places = self._tiling
        if places is None or y >= places.down * (places.rows + TITLE):
            return []
        down, row = divmod(y, places.rows + TITLE)
        line = [Segment(" " * self.origin.x)]
        for tile in self._tiles[down * places.across : (down + 1) * places.across]:
            part = self._title(tile) if row < TITLE else self._row(tile, row - TITLE)
            used = sum(cell_len(segment.text) for segment in part)
            line += [*part, Segment(" " * (places.columns + GAP - used))]
        return line

    def _title(self, tile: Tile) -> list[Segment]:
        assert self._tiling is not None
        room = self._tiling.columns - 1
        fact = f" {tile.fact}" if cell_len(tile.fact) + 8 <= room else ""
        name = cut_name(tile.title, room - cell_len(fact))
        style = self._theme.accent if tile.current else self._theme.soft
        sign = _HERE if tile.current else " "
        return [Segment(f"{sign}{name}", style), Segment(fact, self._theme.dim)]

    def _row(self, tile: Tile, row: int) -> list[Segment]:
        cells = pixel_cells(tile.pixels)
        return picture_line(cells[row], self._theme.colours) if row < len(cells) else []
