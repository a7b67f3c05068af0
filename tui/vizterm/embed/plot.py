"""The braille plot: draws frames and says what the mouse does on it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding
from textual.geometry import Offset, Region
from typing_extensions import override

from vizterm.actions import EMBED_ACTIONS, bindings
from vizterm.cells.dots import Glyphs, plot_line
from vizterm.cells.half_blocks import Cells, dotted_line, picture_line
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
        self._styles: Sequence[Style] = ()
        self._overlay: Glyphs = {}
        self._viewport: Viewport | None = None
        self.colours = colours
        self._backdrop: Cells | None = None
        self._dots = True
        self._axis_width = _AXIS_WIDTH
        self._y_labels: dict[int, str] = {}
        self._x_line: list[Segment] = []

    # what is shown
    @property
    def frame(self) -> Frame | None:
        """The frame on screen."""
        return self._frame

    def show(
        self,
        frame: Frame,
        viewport: Viewport,
        styles: Sequence[Style],
        overlay: Glyphs,
        backdrop: Cells | None = None,
        *,
        dots: bool = True,
    ) -> None:
        """Draw a frame; repaints the cells that differ from the one before.

        Parameters
        ----------
        backdrop : (rows, columns, 2, 3) uint8, optional
            Half-block cells behind the dots.
        dots : bool
            Whether the dots are drawn, too.
        """
        behind = self._backdrop
        before, marks_before, view_before = self._frame, self._overlay, self._viewport
        everything = (
            before is None
            or before.codes.shape != frame.codes.shape
            or styles != self._styles
            or bool(self._message)
            or (dots, backdrop is None) != (self._dots, behind is None)
        )
        self._backdrop, self._dots = backdrop, dots
        self._frame, self._styles, self._viewport = frame, styles, viewport
        self._overlay, self._message = dict(overlay), ""
        if everything or before is None:
            self._draw_axes()
            self._strips.clear()
            self.refresh()
            return
        changed = before.codes != frame.codes
        changed |= before.labels != frame.labels
        if behind is not None and backdrop is not None:
            changed |= (behind != backdrop).any(axis=(2, 3))
        self._mark_changes(changed, marks_before)
        if self.axes and view_before != viewport:
            self._draw_axes()
            self._repaint(changed, whole_axes=True)
        else:
            self._repaint(changed)

    def mark(self, overlay: Glyphs) -> None:
        """Put other marks over the same frame."""
        if self._frame is None:
            return
        before, self._overlay = self._overlay, dict(overlay)
        changed = np.zeros(self._frame.codes.shape, bool)
        self._mark_changes(changed, before)
        self._repaint(changed)

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

    def _mark_changes(self, changed: npt.NDArray[np.bool_], before: Glyphs) -> None:
        rows, columns = changed.shape
        for cell in before.keys() | self._overlay.keys():
            column, row = cell
            differs = before.get(cell) != self._overlay.get(cell)
            if differs and 0 <= column < columns and 0 <= row < rows:
                changed[row, column] = True

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
        marks = {column: mark for (column, row), mark in self._overlay.items() if row == y}
        line = self._plot_line(y, marks)
        if not self.axes:
            return line
        tick = self._y_labels.get(y)
        room = self._axis_width - 2
        edge = " " * (room + 1) + "│" if tick is None else f"{tick[-room:]:>{room}} ┤"
        return [Segment(edge, DIM), *line]

    def _plot_line(self, y: int, marks: dict[int, tuple[str, Style]]) -> list[Segment]:
        assert self._frame is not None
        codes, labels = self._frame.codes[y], self._frame.labels[y]
        if self._backdrop is None or (self._dots and self.colours == "none"):
            return plot_line(codes, labels, self._styles, marks)
        glyphs = {column: glyph for column, (glyph, _) in marks.items()}
        if self._dots:
            return dotted_line(self._backdrop[y], codes, labels, self._styles, glyphs, self.colours)
        return picture_line(self._backdrop[y], self.colours, glyphs)

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
