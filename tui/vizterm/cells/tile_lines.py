"""Tiles as text: titles above pictures in half blocks, in rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.segment import Segment

from vizterm.cells.half_blocks import picture_line, pixel_cells
from vizterm.cells.text import cut_name
from vizterm.cells.theme import Theme
from vizterm.cells.tiling import GAP, TITLE, Tiling
from vizterm_core.pictures.image import Picture

_HERE = "▸"
_LEAST_NAME = 8
"""Cells of a name for which the number beside it gives way."""


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


def tile_line(tiles: Sequence[Tile], places: Tiling, y: int, theme: Theme) -> list[Segment]:
    """Return a line of a page of tiles.

    Parameters
    ----------
    tiles : sequence of Tile
        No more than fit on the page.
    places : Tiling
    y : int
        The line's number, from 0.
    theme : Theme
    """
    if y >= places.down * (places.rows + TITLE):
        return []
    down, row = divmod(y, places.rows + TITLE)
    line: list[Segment] = []
    for tile in tiles[down * places.across : (down + 1) * places.across]:
        if row < TITLE:
            part = _title(tile, places.columns, theme)
        else:
            part = _row(tile, row - TITLE, theme)
        used = sum(cell_len(segment.text) for segment in part)
        line += [*part, Segment(" " * (places.columns + GAP - used))]
    return line


def _title(tile: Tile, columns: int, theme: Theme) -> list[Segment]:
    room = columns - cell_len(_HERE)
    fact = f" {tile.fact}" if cell_len(tile.fact) + _LEAST_NAME <= room else ""
    name = cut_name(tile.title, room - cell_len(fact))
    style = theme.accent if tile.current else theme.soft
    sign = _HERE if tile.current else " "
    return [Segment(f"{sign}{name}", style), Segment(fact, theme.dim)]


def _row(tile: Tile, row: int, theme: Theme) -> list[Segment]:
    cells = pixel_cells(tile.pixels)
    return picture_line(cells[row], theme.colours) if row < len(cells) else []
