"""Places of equal pictures on a page: as large as the room allows."""

from __future__ import annotations

from dataclasses import dataclass

GAP = 2
"""Columns between two tiles."""
TITLE = 1
"""Rows above the picture of a tile."""
_LEAST = 14, 4
"""Columns and rows of the smallest picture in which something can be seen."""


@dataclass(frozen=True, slots=True)
class Tiling:
    """Equal tiles in rows; a tile is a title above a picture."""

    across: int
    """Tiles in a row."""
    down: int
    """Rows of tiles on a page."""
    columns: int
    """Cells across a tile."""
    rows: int
    """Cells down a tile's picture."""

    @property
    def page(self) -> int:
        """Tiles on a page."""
        return self.across * self.down

    def place(self, number: int) -> tuple[int, int]:
        """Return the (column, row) of the first cell of a tile of the page."""
        down, across = divmod(number, self.across)
        return across * (self.columns + GAP), down * (self.rows + TITLE)

    def tile_at(self, column: float, row: float) -> int | None:
        """Return the tile at a place of the page; None between them and beside them."""
        across, x = divmod(column, self.columns + GAP)
        down = row // (self.rows + TITLE)
        if not (0 <= across < self.across and x < self.columns and 0 <= down < self.down):
            return None
        return int(down) * self.across + int(across)


def tiling(count: int, room: tuple[int, int], proportion: float) -> Tiling:
    """Return the tiling in which so many pictures are largest; on several pages if need be.

    Parameters
    ----------
    count : int
        Pictures, at least one.
    room : (columns, rows)
        Cells of a page.
    proportion : float
        Height of a picture over its width, both in cells.
    """
    columns, rows = room
    fitting = [
        _tiles(across, -(-count // across), room, proportion)
        for across in range(1, min(count, columns) + 1)
        if rows // -(-count // across) > TITLE
    ]
    if fitting:
        best = max(fitting, key=lambda tiles: (_width(tiles, proportion), -tiles.across))
        if best.columns >= _LEAST[0] and best.rows >= min(_LEAST[1], _LEAST[0] * proportion):
            return best
    width = max(_LEAST[0], round(_LEAST[1] / proportion))
    across = max(1, min(count, (columns + GAP) // (width + GAP)))
    height = max(1, round((columns - (across - 1) * GAP) // across * proportion))
    down = max(1, min(-(-count // across), rows // (height + TITLE)))
    return _tiles(across, down, room, proportion)


def _tiles(across: int, down: int, room: tuple[int, int], proportion: float) -> Tiling:
    """Return tiles that share the room, no higher than their pictures need."""
    columns = max(1, (room[0] - (across - 1) * GAP) // across)
    rows = max(1, room[1] // down - TITLE)
    return Tiling(
        across,
        down,
        min(columns, max(1, round(rows / proportion))),
        min(rows, max(1, round(columns * proportion))),
    )


def _width(tiles: Tiling, proportion: float) -> float:
    """Return the columns that a picture takes in its tile."""
    return min(tiles.columns, tiles.rows / proportion)
