"""One of several linked panels: a title, a picture in pixels or half blocks, a crosshair."""

from __future__ import annotations

from rich.segment import Segment
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.geometry import Offset
from textual.message import Message
from typing_extensions import override

from vizterm.cells.text import BOLD, DIM, fit_text
from vizterm.graphics.in_cells import cells_for
from vizterm.maps.heat_map import HeatMap, crosshair_marks
from vizterm.terminal.cell_size import CellSize
from vizterm.widgets.picture import PictureView
from vizterm.widgets.plane import Plane
from vizterm.widgets.text_block import TextBlock
from vizterm_core.pictures.image import Picture

DOWN_HERE, RIGHT_HERE = "▾", "▸"
"""Marks at the edges of a picture in pixels: no text can be drawn over it."""


class PixelPlane(Plane):
    """A picture in the terminal's own pixels."""

    def __init__(self, cell: CellSize) -> None:
        super().__init__()
        self.ACROSS, self.DOWN = cell
        self.picture = PictureView(detailed=True)
        self._used = (0, 0)

    @override
    def compose(self) -> ComposeResult:
        yield self.picture

    @property
    @override
    def origin(self) -> Offset:
        columns, rows = self._used
        return Offset((self.size.width - columns) // 2, (self.size.height - rows) // 2)

    def show(self, pixels: Picture) -> None:
        """Show (H, W, 3) pixels, no larger than the widget."""
        height, width = pixels.shape[:2]
        self._used = cells_for(width, self.ACROSS), cells_for(height, self.DOWN)
        self.picture.show(pixels)

    @override
    def say(self, message: str) -> None:
        self.picture.show(None, message)


class PanelRoom(Container):
    """The place of the panels; announces a new size."""

    class Resized(Message):
        """The size has changed: panels have to be fitted again."""

    def on_resize(self) -> None:
        self.post_message(self.Resized())


class Panel(Vertical):
    """A title above a picture; in pixels, the crosshair is marked at two edges.

    Parameters
    ----------
    title : str
    cell : (width, height), optional
        Of a cell in pixels, if pictures are drawn in pixels.
    """

    def __init__(self, title: str, cell: CellSize | None, colours: str) -> None:
        super().__init__(classes="panel")
        self._title = title
        self._cursor: tuple[int, int] | None = None
        self.plane: PixelPlane | HeatMap = (
            HeatMap(colours=colours) if cell is None else PixelPlane(cell)
        )
        self._edge = TextBlock(classes="edge")
        self._head = TextBlock(classes="head")

    @override
    def compose(self) -> ComposeResult:
        yield self._head
        with Horizontal():
            yield self._edge
            yield self.plane

    def on_mount(self) -> None:
        self._edge.display = isinstance(self.plane, PixelPlane)

    def on_resize(self) -> None:
        self._show_edges(self._cursor)

    def show(self, pixels: Picture, cursor: tuple[int, int] | None) -> None:
        """Show a picture, and the crosshair at its pixel (column, row)."""
        if isinstance(self.plane, HeatMap):
            self.plane.show(pixels, _marks(cursor))
        else:
            self.plane.show(pixels)
        self._show_edges(cursor)

    def mark(self, cursor: tuple[int, int] | None) -> None:
        """Move the crosshair over the same picture."""
        if isinstance(self.plane, HeatMap):
            self.plane.mark(_marks(cursor))
        self._show_edges(cursor)

    def _show_edges(self, cursor: tuple[int, int] | None) -> None:
        self._cursor = cursor
        if isinstance(self.plane, HeatMap) or cursor is None:
            self._show_title(None)
            self._edge.show([])
            return
        left, top = self.plane.origin
        self._show_title(left + int(cursor[0] // self.plane.ACROSS) + 1)
        row = top + int(cursor[1] // self.plane.DOWN)
        self._edge.show([*([[Segment(" ")]] * row), [Segment(RIGHT_HERE, BOLD)]])

    def _show_title(self, column: int | None) -> None:
        line = list(fit_text(f" {self._title}", self.size.width or 1))
        if column is None or not 0 <= column < len(line):
            self._head.show([[Segment("".join(line), DIM)]])
            return
        before, after = "".join(line[:column]), "".join(line[column + 1 :])
        self._head.show([[Segment(before, DIM), Segment(DOWN_HERE, BOLD), Segment(after, DIM)]])


def _marks(cursor: tuple[int, int] | None) -> dict[tuple[int, int], str]:
    return {} if cursor is None else crosshair_marks(*cursor)
