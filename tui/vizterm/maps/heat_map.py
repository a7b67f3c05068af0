"""A picture in half blocks, in the middle of its widget, with marks over it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from rich.segment import Segment
from textual.geometry import Offset
from typing_extensions import override

from vizterm.cells.half_blocks import Cells, picture_line, pixel_cells
from vizterm.widgets.cell_plane import CellPlane
from vizterm.widgets.dirty import dirty_regions
from vizterm_core.pictures.image import Picture

Marks = Mapping[tuple[int, int], str]
"""(column, row) of a cell -> a character over it."""


class HeatMap(CellPlane):
    """Shows pixels, two to a cell, in the middle; repaints the cells that changed."""

    DOWN: int = 2

    def __init__(self, *, id: str | None = None, colours: str = "truecolor") -> None:
        super().__init__(id=id)
        self.colours = colours
        self._cells: Cells = np.zeros((0, 0, 2, 3), np.uint8)
        self._marks: Marks = {}

    @property
    def cells(self) -> Cells:
        """(rows, columns, 2, 3) colours on screen."""
        return self._cells

    @property
    @override
    def origin(self) -> Offset:
        rows, columns = self._cells.shape[:2]
        return Offset(
            max(0, (self.size.width - columns) // 2), max(0, (self.size.height - rows) // 2)
        )

    def show(self, pixels: Picture, marks: Marks | None = None) -> None:
        """Show (H, W, 3) pixels, two rows of them to a row of cells."""
        before, marks_before = self._cells, self._marks
        self._cells = pixel_cells(pixels)
        if marks is not None:
            self._marks = dict(marks)
        if before.shape != self._cells.shape or self._message:
            self._message = ""
            self._strips.clear()
            self.refresh()
            return
        changed = (before != self._cells).any(axis=(2, 3))
        self._repaint(changed, marks_before)

    def mark(self, marks: Marks) -> None:
        """Change the marks over the same pixels."""
        before, self._marks = self._marks, dict(marks)
        self._repaint(np.zeros(self._cells.shape[:2], bool), before)

    def _repaint(self, changed: np.ndarray, marks_before: Marks) -> None:
        rows, columns = changed.shape
        for (column, row), _ in marks_before.items() ^ self._marks.items():
            if 0 <= column < columns and 0 <= row < rows:
                changed[row, column] = True
        self.repaint_regions(dirty_regions(changed, *self.origin))

    @override
    def line(self, y: int) -> list[Segment]:
        left, top = self.origin
        row = y - top
        if not 0 <= row < len(self._cells):
            return []
        marks = {column: mark for (column, marked), mark in self._marks.items() if marked == row}
        return [Segment(" " * left), *picture_line(self._cells[row], self.colours, marks)]


def crosshair_marks(column: int, row: int) -> dict[tuple[int, int], str]:
    """Return the characters of a crosshair centred on a pixel."""
    row //= HeatMap.DOWN
    arms = {(column - 1, row): "─", (column + 1, row): "─"}
    return {**arms, (column, row - 1): "│", (column, row + 1): "│", (column, row): "┼"}
