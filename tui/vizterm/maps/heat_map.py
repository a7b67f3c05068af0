"""A picture in half blocks, in the middle of its widget, with a crosshair in it."""

from __future__ import annotations

import numpy as np
from rich.segment import Segment
from textual.geometry import Offset, Region
from typing_extensions import override

from vizterm.cells.half_blocks import Cells, picture_line, pixel_cells
from vizterm.cells.text import DIM
from vizterm.maps.crosshair import Crosshair
from vizterm.maps.frame import BELOW, MapFrame
from vizterm.widgets.cell_plane import CellPlane
from vizterm.widgets.dirty import dirty_regions
from vizterm_core.pictures.image import Picture

_STRENGTH = 0.28
"""Of the crosshair's lines, which are half a cell high."""


class HeatMap(CellPlane):
    """Shows pixels, two to a cell, in the middle; repaints the cells that changed.

    With few colours, the crosshair is drawn in characters, since lighter and darker are not to be
    told from the map's own steps.
    """

    DOWN: int = 2

    def __init__(self, *, id: str | None = None, colours: str = "truecolor") -> None:
        super().__init__(id=id)
        self.colours = colours
        self._pixels: Picture = np.zeros((0, 0, 3), np.uint8)
        self._crosshair: Crosshair | None = None
        self._cells: Cells = np.zeros((0, 0, 2, 3), np.uint8)
        self._marks: dict[tuple[int, int], str] = {}
        self._blank = False
        self._frame: MapFrame | None = None
        self._margin = 0

    @property
    def pixels(self) -> Picture:
        """(H, W, 3) pixels on screen, without the crosshair."""
        return self._pixels

    @property
    def cells(self) -> Cells:
        """(rows, columns, 2, 3) colours on screen, with the crosshair."""
        return self._cells

    @property
    @override
    def origin(self) -> Offset:
        rows, columns = self._cells.shape[:2]
        across, down = self.drawing_size
        return Offset(self._margin + max(0, (across - columns) // 2), max(0, (down - rows) // 2))

    @property
    @override
    def drawing_size(self) -> tuple[int, int]:
        return self.size.width - self._margin, self.size.height - (BELOW if self._margin else 0)

    @property
    def margin(self) -> int:
        """Columns on the left that are left to axes."""
        return self._margin

    def leave_margin(self, columns: int) -> None:
        """Leave room for axes: columns on the left, and a row below; 0 for none."""
        self._margin = columns
        self._frame = None
        self._strips.clear()
        self.refresh()

    def surround(self, frame: MapFrame | None) -> None:
        """Show axes around the map: those of the picture that is shown next."""
        if frame == self._frame:
            return
        self._frame = frame
        self._strips.clear()
        rows = len(self._cells)
        left, top = self.origin
        self.refresh(Region(0, top, left, rows), Region(0, top + rows, self.size.width, BELOW))

    def show(self, pixels: Picture, crosshair: Crosshair | None = None) -> None:
        """Show (H, W, 3) pixels, two rows of them to a row of cells."""
        self._pixels = pixels
        self.mark(crosshair)

    def blank(self, rows: int, columns: int) -> None:
        """Leave the cells of a picture blank, which is drawn over them by others."""
        same = self._blank and self._cells.shape[:2] == (rows, columns)
        if not same or self._message:
            self._message, self._blank, self._marks = "", True, {}
            self._cells = np.zeros((rows, columns, 2, 3), np.uint8)
            self._strips.clear()
            self.refresh()

    def mark(self, crosshair: Crosshair | None) -> None:
        """Move the crosshair over the same pixels."""
        self._crosshair = crosshair
        before, marks_before = self._cells, self._marks
        pixels, self._marks = self._pixels, {}
        if crosshair is not None and self.colours in ("none", "standard"):
            self._marks = _characters(*crosshair.pixel)
        elif crosshair is not None:
            pixels = crosshair.drawn(pixels, _STRENGTH)
        self._cells = pixel_cells(pixels)
        if before.shape != self._cells.shape or self._message or self._blank:
            self._message, self._blank = "", False
            self._strips.clear()
            self.refresh()
            return
        changed = (before != self._cells).any(axis=(2, 3))
        rows, columns = changed.shape
        for (column, row), _ in marks_before.items() ^ self._marks.items():
            if 0 <= column < columns and 0 <= row < rows:
                changed[row, column] = True
        self.repaint_regions(dirty_regions(changed, *self.origin))

    @override
    def line(self, y: int) -> list[Segment]:
        left, top = self.origin
        row = y - top
        if row == len(self._cells) and self._frame is not None:
            start = max(0, left - self._frame.width)
            return [Segment(" " * start), Segment(self._frame.below, DIM)]
        if not 0 <= row < len(self._cells):
            return []
        if self._blank:
            return [self._left(row, left)]
        marks = {column: mark for (column, marked), mark in self._marks.items() if marked == row}
        return [self._left(row, left), *picture_line(self._cells[row], self.colours, marks)]

    def _left(self, row: int, columns: int) -> Segment:
        """Return what stands on the left of a row of the picture."""
        if self._frame is None or row >= len(self._frame.left):
            return Segment(" " * columns)
        return Segment(self._frame.left[row].rjust(columns), DIM)


def _characters(column: int, row: int) -> dict[tuple[int, int], str]:
    """Return the characters of a crosshair centred on a pixel."""
    row //= HeatMap.DOWN
    arms = {(column - 1, row): "─", (column + 1, row): "─"}
    return {**arms, (column, row - 1): "│", (column, row + 1): "│", (column, row): "┼"}
