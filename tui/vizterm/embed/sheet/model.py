"""State of a contact sheet, without a terminal: which points, how large, and where one is."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.int64]

WIDTHS = (6, 8, 10, 12, 16, 20, 26, 34, 46, 64)
"""Columns of a picture, to step through."""
USUAL_WIDTH = 12
GAP = 2
"""Columns between two pictures."""
CAPTION = 1
"""Rows below a picture for its label; with the space below it."""
CARD_WIDTH, CARD_HEIGHT = 20, 2
"""Columns of a card at first, and its rows, where there are no pictures at all."""


class SheetModel:
    """Points in an order, a page of them on screen, and one under the cursor.

    Parameters
    ----------
    points : (m,) int64
        At least one, in the order in which they are shown.
    start : int, optional
        The point to begin at; the first one if it is not among them.
    pictures : bool
        Whether there are any; otherwise cards of a few lines stand for the points.
    """

    def __init__(self, points: Points, start: int | None = None, *, pictures: bool = True) -> None:
        self.points = points
        self.pictures = pictures
        self.width = USUAL_WIDTH if pictures else CARD_WIDTH
        """Columns of a picture."""
        self.cursor = 0
        """Place of the current point in the order."""
        self.anchor: int | None = None
        """Place of the other end of a range that is being chosen; None while none is."""
        self._room = 1, 1
        self._cell_aspect = 2.0
        self._first_row = 0
        if start is not None:
            self.go_to(start)

    def __len__(self) -> int:
        return int(self.points.size)

    @property
    def point(self) -> int:
        """The current point."""
        return int(self.points[self.cursor])

    def go_to(self, point: int) -> bool:
        """Go to a point; return whether it is among those that are shown."""
        places = np.flatnonzero(self.points == point)
        if places.size:
            self.cursor = int(places[0])
            self._follow()
        return bool(places.size)

    def reorder(self, points: Points) -> None:
        """Show points, perhaps others, in another order; stay at the current one if it is there."""
        before = self.point
        self.points, self.anchor = points, None
        self.cursor = min(self.cursor, len(self) - 1)
        self.go_to(before)
        self._follow()

    # The grid

    @property
    def height(self) -> int:
        """Rows of a picture: about a square."""
        return self._height(self.width)

    def _height(self, width: int) -> int:
        return max(1, round(width / self._cell_aspect)) if self.pictures else CARD_HEIGHT

    @property
    def across(self) -> int:
        """Pictures in a row of the grid."""
        return max(1, (self._room[0] + GAP) // (self.width + GAP))

    @property
    def down(self) -> int:
        """Rows of the grid on screen."""
        return max(1, self._room[1] // (self.height + CAPTION))

    @property
    def left(self) -> int:
        """First column of the grid, which stands in the middle."""
        used = min(self.across, len(self)) * (self.width + GAP) - GAP
        return max(0, (self._room[0] - used) // 2)

    @property
    def rows(self) -> int:
        """Rows of the whole grid."""
        return -(-len(self) // self.across)

    @property
    def first(self) -> int:
        """Place in the order of the first picture on screen."""
        return self._first_row * self.across

    @property
    def shown(self) -> range:
        """Places in the order of the pictures on screen."""
        return range(self.first, min(self.first + self.across * self.down, len(self)))

    @property
    def next_shown(self) -> range:
        """Places of the pictures of the next page, to be read ahead."""
        start = self.shown.stop
        return range(start, min(start + self.across * self.down, len(self)))

    @property
    def last_shown(self) -> range:
        """Places of the pictures of the page before."""
        return range(max(0, self.first - self.across * self.down), self.first)

    @property
    def chosen(self) -> range:
        """Places of the range that is being chosen: of the cursor alone while there is none."""
        other = self.cursor if self.anchor is None else self.anchor
        return range(min(other, self.cursor), max(other, self.cursor) + 1)

    def place(self, number: int) -> tuple[int, int]:
        """Return the (column, row) of the first cell of a picture on screen, by place in order."""
        down, across = divmod(number - self.first, self.across)
        return self.left + across * (self.width + GAP), down * (self.height + CAPTION)

    def at(self, column: float, row: float) -> int | None:
        """Return the place in the order of the picture at a place on screen."""
        across, x = divmod(column - self.left, self.width + GAP)
        number = self.first + int(row // (self.height + CAPTION)) * self.across + int(across)
        inside = 0 <= across < self.across and x < self.width
        return number if inside and row >= 0 and number in self.shown else None

    def resize(self, columns: int, rows: int, cell_aspect: float) -> None:
        """Use a room of another size, in cells."""
        self._room = max(1, columns), max(1, rows)
        self._cell_aspect = cell_aspect
        self._follow()

    def fill(self, least: int = USUAL_WIDTH) -> None:
        """Show pictures as large as all of them have room for, but no smaller than usual."""
        if not self.pictures:
            # A name is read as well on a small card.
            return
        for width in WIDTHS:
            if width <= least or (width <= self._room[0] and self._holds_all(width)):
                self.width = width
        self._follow()

    def _holds_all(self, width: int) -> bool:
        across = max(1, (self._room[0] + GAP) // (width + GAP))
        down = self._room[1] // (self._height(width) + CAPTION)
        return across * down >= len(self)

    def change_width(self, step: int) -> None:
        """Show larger (1) or smaller (-1) pictures; the current one stays on screen."""
        at = WIDTHS.index(self.width) + step
        wanted = WIDTHS[min(max(at, 0), len(WIDTHS) - 1)]
        if wanted > self.width and wanted > self._room[0]:
            return
        self.width = wanted
        self._follow()

    # Moving

    def move(self, across: int, down: int) -> bool:
        """Move the cursor by pictures; return whether another page came into view.

        Sideways it goes on in the next row, up and down it stays in its column.
        """
        wanted = self.cursor + across + down * self.across
        if down and not 0 <= wanted < len(self):
            # The last row may be shorter.
            last = down > 0 and self.cursor // self.across < self.rows - 1
            wanted = len(self) - 1 if last else self.cursor
        return self.put(wanted)

    def leaf(self, pages: int) -> bool:
        """Go on by pages; the cursor keeps its place on screen as far as it can."""
        return self.scroll(pages * self.down)

    def scroll(self, rows: int) -> bool:
        """Go on by rows of the grid, as `leaf` does by pages."""
        if rows > 0 and self._first_row + self.down >= self.rows:
            return self.put(len(self) - 1)
        if rows < 0 and not self._first_row:
            return self.put(0)
        before = self.first
        self._first_row = min(max(self._first_row + rows, 0), max(0, self.rows - 1))
        self.cursor = min(max(self.cursor + rows * self.across, 0), len(self) - 1)
        self._follow()
        return self.first != before

    def put(self, number: int) -> bool:
        """Put the cursor on a place in the order; return whether another page came into view."""
        before = self.first
        self.cursor = min(max(number, 0), len(self) - 1)
        self._follow()
        return self.first != before

    def _follow(self) -> None:
        """Bring the cursor into view, and fill the screen as far as there are pictures."""
        row = self.cursor // self.across
        self._first_row = min(max(self._first_row, row - self.down + 1), row)
        self._first_row = min(self._first_row, max(0, self.rows - self.down))
