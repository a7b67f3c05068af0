"""Where panels stand so that their pictures are largest: side by side, in rows, one large.

Lengths are cells.  A panel is a picture with a line for its title above and a column to its left.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

HEAD, LEAD = 1, 1
"""Lines above, and columns beside, each picture."""

Kind = Literal["grid", "left", "top"]
Cells = tuple[int, int]
"""Columns and rows."""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The way panels stand beside each other, and the room for each picture."""

    kind: Kind
    """'grid': in rows of equal pictures; 'left', 'top': a large one there, the others beside it."""
    across: int
    """Panels in a row of a grid."""
    rooms: tuple[Cells, ...]
    """For the picture of each panel, without title and edge."""
    large: int = 0
    """The panel that is large, unless this is a grid."""

    @property
    def largest(self) -> Cells:
        """The room of the largest picture."""
        return max(self.rooms)

    def corners(self, pictures: Sequence[Cells], room: Cells) -> list[Cells]:
        """Return the upper left cell of each panel, all of them in the middle of a room.

        Parameters
        ----------
        pictures : sequence of (columns, rows)
            That the picture of each panel uses; at most its room.
        """
        sizes = [(columns + LEAD, rows + HEAD) for columns, rows in pictures]
        corners = [(0, 0)] * len(sizes)
        if self.kind == "grid":
            pitch = max(w for w, _ in sizes), max(h for _, h in sizes)
            for number in range(len(sizes)):
                row, column = divmod(number, self.across)
                corners[number] = column * pitch[0], row * pitch[1]
        else:
            others = [number for number in range(len(sizes)) if number != self.large]
            across, down = sizes[self.large]
            for place, number in enumerate(others):
                width, height = sizes[number]
                if self.kind == "left":
                    corners[number] = across, place * height
                else:
                    corners[number] = place * width, down
        right = max(x + w for (x, _), (w, _) in zip(corners, sizes, strict=True))
        bottom = max(y + h for (_, y), (_, h) in zip(corners, sizes, strict=True))
        left, top = max(0, (room[0] - right) // 2), max(0, (room[1] - bottom) // 2)
        return [(x + left, y + top) for x, y in corners]


def arrange(
    count: int, columns: int, rows: int, proportion: float, large: int | None = None
) -> Arrangement:
    """Return the arrangement whose pictures cover most; one beside the other where two do.

    Parameters
    ----------
    count : int
        Panels, at least one.
    columns, rows : int
        Cells for all of them.
    proportion : float
        Columns of a picture for each of its rows.
    large : int, optional
        The panel that may be larger than the others, which then are equal, and stand beside it, no
        higher (or wider) than it.
    """
    best, most = None, -1.0
    for made in _arrangements(count, columns, rows, proportion, large):
        area = sum(_area(room, proportion) for room in made.rooms)
        if area > most:
            best, most = made, area
    assert best is not None
    return best


def _arrangements(
    count: int, columns: int, rows: int, proportion: float, large: int | None
) -> Iterator[Arrangement]:
    for across in range(count, 0, -1):
        down = math.ceil(count / across)
        room = max(1, columns // across - LEAD), max(1, rows // down - HEAD)
        yield Arrangement("grid", across, (room,) * count)
    if large is None or count < 3:
        return
    for kind, pair in (
        ("left", _beside(count - 1, columns, rows, proportion)),
        ("top", _below(count - 1, columns, rows, proportion)),
    ):
        if pair is not None:
            rooms = [pair[1]] * count
            rooms[large] = pair[0]
            yield Arrangement(kind, 1, tuple(rooms), large)  # type: ignore[arg-type]


def _beside(others: int, columns: int, rows: int, proportion: float) -> tuple[Cells, Cells] | None:
    """Return the rooms of a large picture and of those stacked to its right, as high as it."""
    for width in range(min(columns, math.floor((rows - HEAD) * proportion)), 0, -1):
        height = math.ceil(width / proportion)
        small = (height + HEAD) // others - HEAD
        across = min(width, math.floor(small * proportion))
        if small >= 1 and across >= 1 and width + across + 2 * LEAD <= columns:
            return (width, height), (across, small)
    return None


def _below(others: int, columns: int, rows: int, proportion: float) -> tuple[Cells, Cells] | None:
    """Return the rooms of a large picture and of those in a row below it, as wide as it."""
    for width in range(columns - LEAD, 0, -1):
        height = math.ceil(width / proportion)
        across = (width + LEAD) // others - LEAD
        small = math.ceil(across / proportion)
        if across >= 1 and height + small + 2 * HEAD <= rows:
            return (width, height), (across, small)
    return None


def _area(room: Cells, proportion: float) -> float:
    """Return the cells that a picture covers in a room."""
    width = min(room[0], room[1] * proportion)
    return width * width / proportion
