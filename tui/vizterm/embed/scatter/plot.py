"""The braille plot: draws frames and says what the mouse does on it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from rich.cells import cell_len
from rich.segment import Segment
from textual.binding import Binding
from textual.geometry import Offset, Region
from typing_extensions import override

from vizterm.actions import EMBED_ACTIONS, bindings
from vizterm.cells.glyphs import GlyphCells, Overlay
from vizterm.cells.text import ansi_text
from vizterm.embed.scatter.axes import BELOW, NARROWEST, Axes
from vizterm.widgets.cell_plane import CellPlane
from vizterm.widgets.dirty import dirty_regions
from vizterm_core.scatter.frame import Frame
from vizterm_core.scatter.viewport import DOTS_ACROSS, DOTS_DOWN, Viewport


class ScatterPlot(CellPlane):
    """A frame of the scatter, marks over it, and axes around it; its pixels are braille dots."""

    ACROSS, DOWN = DOTS_ACROSS, DOTS_DOWN
    TRACES = True

    BINDINGS = [
        *bindings(EMBED_ACTIONS, "plot"),
        *[Binding(digit, f"screen.digit('{digit}')", show=False) for digit in "123456789"],
    ]

    def __init__(self, *, colours: str = "truecolor") -> None:
        super().__init__()
        self.axes = False
        self._frame: Frame | None = None
        self._cells = GlyphCells.blank(0, 0)
        self._overlay: Overlay = {}
        self._viewport: Viewport | None = None
        self.colours = colours
        self._axes: Axes | None = None
        self._axis_width = NARROWEST

    # what is shown
    @property
    def frame(self) -> Frame | None:
        """The frame on screen."""
        return self._frame

    def show(self, frame: Frame, viewport: Viewport, cells: GlyphCells, overlay: Overlay) -> None:
        """Draw a frame; repaints the cells that differ from the one before.

        Parameters
        ----------
        frame : Frame
        viewport : Viewport
            The view that it shows.
        cells : GlyphCells
            The frame as it is drawn.
        overlay : Overlay
            Texts over the cells.
        """
        moved = self._viewport != viewport
        everything = self._frame is None or bool(self._message) or cells.shape != self._cells.shape
        self._frame, self._viewport, self._message = frame, viewport, ""
        if everything:
            self._cells, self._overlay = cells, dict(overlay)
            self._draw_axes()
            self._strips.clear()
            self.refresh()
            return
        if self.axes and moved:
            self._draw_axes()
        self._repaint(self._changed(cells, overlay), whole_axes=self.axes and moved)

    def mark(self, cells: GlyphCells, overlay: Overlay) -> None:
        """Draw the same frame with other marks on it."""
        if self._frame is not None and cells.shape == self._cells.shape:
            self._repaint(self._changed(cells, overlay))

    def text_over(self, region: Region) -> str:
        """Return the sequences that write the overlay's texts in a region of the screen again."""
        left, top = self.region.x + self.origin.x, self.region.y + self.origin.y
        texts = "".join(
            f"\x1b[{top + row + 1};{left + column + 1}H"
            + ansi_text([Segment(text, style)], self.colours)
            for (column, row), (text, style) in self._overlay.items()
            if region.overlaps(Region(left + column, top + row, cell_len(text), 1))
        )
        return f"\x1b7{texts}\x1b8" if texts else ""

    def repaint_wide(self, region: Region) -> None:
        """Repaint texts with wide characters in a region of the screen: what lay there is gone.

        Parameters
        ----------
        region : Region
            Of what covered the plot: its edge may have cut such characters in half.
        """
        left, top = self.region.x + self.origin.x, self.region.y + self.origin.y
        places = [
            Region(self.origin.x + column, row, cell_len(text), 1)
            for (column, row), (text, _) in self._overlay.items()
            if cell_len(text) > len(text)
            and region.overlaps(Region(left + column, top + row, cell_len(text), 1))
        ]
        if places:
            self.refresh(*places)

    def toggle_axes(self) -> None:
        """Show or hide the axes; the plot's size changes with them."""
        self.axes = not self.axes
        self._axis_width = NARROWEST
        self._frame = None
        self._strips.clear()
        self.refresh()
        self.announce_size()

    @property
    def _left(self) -> int:
        return self._axis_width if self.axes else 0

    def _changed(self, cells: GlyphCells, overlay: Overlay) -> npt.NDArray[np.bool_]:
        """Take over other cells and texts; return which cells differ."""
        changed = cells.changed(self._cells)
        before, self._cells, self._overlay = self._overlay, cells, dict(overlay)
        rows, columns = changed.shape
        for place in before.keys() | self._overlay.keys():
            column, row = place
            old, new = before.get(place), self._overlay.get(place)
            if old != new and 0 <= column < columns and 0 <= row < rows:
                width = max(cell_len(text[0]) for text in (old, new) if text)
                changed[row, column : column + width] = True
        for column, row in self._overlay if changed.any() else ():
            text = self._overlay[column, row][0]
            width = cell_len(text)
            if width > len(text) and changed[row : row + 1, column : column + width].any():
                # A character of two cells that is repainted by half is lost.
                changed[row, column : column + width] = True
        return changed

    def _repaint(self, changed: npt.NDArray[np.bool_], *, whole_axes: bool = False) -> None:
        regions = dirty_regions(changed, self._left)
        if whole_axes:
            regions += [
                Region(0, 0, self._left, self.size.height),
                Region(0, self.size.height - BELOW, self.size.width, BELOW),
            ]
            self._strips.clear()
        self.repaint_regions(regions)

    # drawing
    @override
    def line(self, y: int) -> list[Segment]:
        if self._frame is None:
            return []
        rows = self._cells.shape[0]
        if y < rows:
            line = self._cells.line(y, self.colours, self._overlay)
            return [self._axes.left(y), *line] if self._axes else line
        if self._axes is None or y - rows >= BELOW:
            return []
        return self._axes.below()[y - rows]

    def _draw_axes(self) -> None:
        if not self.axes or self._viewport is None:
            self._axes = None
            return
        self._axes = Axes.of(self._viewport, self._axis_width)
        if self._axes.width > self._axis_width:
            # Wider labels take room from the plot; the frame for the new size is on its way.
            self._axis_width = self._axes.width
            self.announce_size()

    # size
    @property
    @override
    def origin(self) -> Offset:
        return Offset(self._left, 0)

    @property
    @override
    def drawing_size(self) -> tuple[int, int]:
        return self.size.width - self._left, self.size.height - (BELOW if self.axes else 0)
