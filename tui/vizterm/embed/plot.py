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
from vizterm.cells.text import DIM, PLAIN
from vizterm.widgets.cell_plane import CellPlane
from vizterm.widgets.dirty import dirty_regions
from vizterm_core.scatter.frame import Frame
from vizterm_core.scatter.viewport import DOTS_ACROSS, DOTS_DOWN, Viewport
from vizterm_core.ticks import tick_labels, tick_values

_ROWS_A_TICK = 5
_COLUMNS_A_TICK = 14
_AXIS_WIDTH = 9
_WIDEST_AXIS = 18


class ScatterPlot(CellPlane):
    """A frame of the scatter, marks over it, and axes around it; its pixels are braille dots."""

    ACROSS, DOWN = DOTS_ACROSS, DOTS_DOWN

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
        self._axis_width = _AXIS_WIDTH
        self._y_labels: dict[int, str] = {}
        self._x_line: list[Segment] = []

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

    def toggle_axes(self) -> None:
        """Show or hide the axes; the plot's size changes with them."""
        self.axes = not self.axes
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
        return changed

    def _repaint(self, changed: npt.NDArray[np.bool_], *, whole_axes: bool = False) -> None:
        regions = dirty_regions(changed, self._left)
        if whole_axes:
            regions += [
                Region(0, 0, self._left, self.size.height),
                Region(0, self.size.height - 1, self.size.width, 1),
            ]
            self._strips.clear()
        self.repaint_regions(regions)

    # drawing
    @override
    def line(self, y: int) -> list[Segment]:
        if self._frame is None:
            return []
        rows = self._frame.codes.shape[0]
        if self.axes and y == rows:
            return self._x_line
        if y >= rows:
            return []
        line = self._cells.line(y, self.colours, self._overlay)
        if not self.axes:
            return line
        tick = self._y_labels.get(y)
        room = self._axis_width - 2
        edge = " " * (room + 1) + "│" if tick is None else f"{tick[-room:]:>{room}} ┤"
        return [Segment(edge, DIM), *line]

    def _draw_axes(self) -> None:
        view = self._viewport
        if not self.axes or view is None:
            return
        extent = view.extent
        values = tick_values(extent.bottom, extent.top, max(2, view.rows // _ROWS_A_TICK))
        self._y_labels = {
            int((view.top - value) * view.y_scale) // DOTS_DOWN: text
            for value, text in zip(values, tick_labels(values), strict=True)
        }
        longest = max(map(len, self._y_labels.values()), default=0)
        if longest + 2 > self._axis_width:
            # Wider labels take room from the plot; the frame for the new size is on its way.
            self._axis_width = min(longest + 2, _WIDEST_AXIS)
            self.announce_size()
        most = max(2, view.columns // _COLUMNS_A_TICK)
        values = tick_values(extent.left, extent.right, most)
        while most > 1 and sum(len(text) + 2 for text in tick_labels(values)) > view.columns:
            most -= 1
            values = tick_values(extent.left, extent.right, most)
        line = list(" " * view.columns)
        for value, text in zip(values, tick_labels(values), strict=True):
            column = int((value - view.left) * view.x_scale) // DOTS_ACROSS
            start = min(max(0, column - len(text) // 2), max(0, view.columns - len(text)))
            line[start : start + len(text)] = text
        self._x_line = [
            Segment(" " * self._axis_width, PLAIN),
            Segment("".join(line)[: view.columns], DIM),
        ]

    # size
    @property
    @override
    def origin(self) -> Offset:
        return Offset(self._left, 0)

    @property
    @override
    def drawing_size(self) -> tuple[int, int]:
        return self.size.width - self._left, self.size.height - (1 if self.axes else 0)
