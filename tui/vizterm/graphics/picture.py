"""A picture in a rectangle of cells.

Drawn in half blocks, or in shades where there are no colours.  Other ways of drawing belong here.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from vizterm.drawing import picture_lines
from vizterm.widgets.dirty import dirty_regions
from vizterm_core.halfblock import to_cells
from vizterm_core.image import Picture as PictureArray

Cells = npt.NDArray[np.uint8]


class Picture(Widget):
    """Shows an (H, W, 3) uint8 array as large as fits, in the middle."""

    def __init__(self, *, id: str | None = None, colours: str = "truecolor") -> None:
        super().__init__(id=id)
        self.colours = colours
        self.cell_aspect = 2.0
        self.array: PictureArray | None = None
        """What is shown now."""
        self._message = ""
        self._cells: Cells = np.zeros((0, 0, 2, 3), np.uint8)
        self._lines: list[list[Segment]] = []

    def show(self, array: PictureArray | None, message: str = "") -> None:
        """Show another picture, or a few words instead."""
        self.array, self._message = array, message
        self._encode()

    def on_resize(self) -> None:
        self._encode()

    def render_line(self, y: int) -> Strip:
        width, height = self.size
        if self.array is None:
            at = (height - 1) // 2
            text = self._message[:width].center(width) if y == at else " " * width
            return Strip([Segment(text)], width)
        rows, columns = self._cells.shape[:2]
        row = y - self._top
        if not 0 <= row < rows:
            return Strip.blank(width)
        left = (width - columns) // 2
        strip = Strip([Segment(" " * left), *self._lines[row]], left + columns)
        return strip.adjust_cell_length(width)

    @property
    def _top(self) -> int:
        return max(0, (self.size.height - self._cells.shape[0]) // 2)

    def _encode(self) -> None:
        width, height = self.size
        before = self._cells
        if self.array is None or not width or not height:
            self._cells, self._lines = np.zeros((0, 0, 2, 3), np.uint8), []
            self.refresh()
            return
        self._cells = to_cells(self.array, height, width, self.cell_aspect)
        self._lines = picture_lines(self._cells, self.colours)
        if before.shape != self._cells.shape:
            self.refresh()
            return
        changed = (before != self._cells).any(axis=(2, 3))
        left = (width - self._cells.shape[1]) // 2
        regions = dirty_regions(changed, left, self._top)
        if regions:
            self.refresh(*regions)
