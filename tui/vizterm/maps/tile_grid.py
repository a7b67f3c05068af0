"""Many small pictures with titles, one of them current."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.segment import Segment
from textual import events
from textual.geometry import Offset
from textual.message import Message
from typing_extensions import override

from vizterm.cells.theme import Theme
from vizterm.cells.tile_lines import Tile, tile_line
from vizterm.cells.tiling import GAP, Tiling
from vizterm.widgets.cell_plane import CellPlane


class TileGrid(CellPlane):
    """Shows tiles in half blocks; posts which of them is clicked."""

    DOWN = 1

    @dataclass
    class Opened(Message):
        """A tile was clicked."""

        number: int
        """Its place among all tiles."""

    @dataclass
    class Leafed(Message):
        """The wheel turned: a row of tiles down (1) or up (-1)."""

        rows: int

    def __init__(self, theme: Theme, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._theme = theme
        self._tiles: Sequence[Tile] = ()
        self._tiling: Tiling | None = None
        self._first = 0

    @property
    def tiling(self) -> Tiling | None:
        """The places of the tiles; None before the first ones."""
        return self._tiling

    def show(self, tiles: Sequence[Tile], places: Tiling, first: int = 0) -> None:
        """Show a page of tiles.

        Parameters
        ----------
        tiles : sequence of Tile
        places : Tiling
        first : int
            Number of the first of them among all.
        """
        self._tiles, self._tiling, self._first = tiles, places, first
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
        """Return the number of the tile, among all, at a cell of the page."""
        if self._tiling is None:
            return None
        number = self._tiling.tile_at(column, row)
        inside = number is not None and number < len(self._tiles)
        return self._first + number if inside and number is not None else None

    # The pointer passes over tiles without a trace, and the wheel leafs.

    @override
    def on_mouse_move(self, event: events.MouseMove) -> None:
        event.prevent_default()

    @override
    def on_mouse_down(self, event: events.MouseDown) -> None:
        event.prevent_default()

    @override
    def on_mouse_up(self, event: events.MouseUp) -> None:
        event.prevent_default()
        number = self.tile_at(event.x - self.origin.x, event.y - self.origin.y)
        if number is not None:
            self.post_message(self.Opened(number))

    @override
    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.prevent_default()
        event.stop()
        self.post_message(self.Leafed(-1))

    @override
    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.prevent_default()
        event.stop()
        self.post_message(self.Leafed(1))

    @override
    def line(self, y: int) -> list[Segment]:
        if self._tiling is None:
            return []
        line = tile_line(self._tiles, self._tiling, y, self._theme)
        return [Segment(" " * self.origin.x), *line]
