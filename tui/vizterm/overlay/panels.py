"""One of several linked panels: a title, a picture in pixels or half blocks, a crosshair."""

from __future__ import annotations

import numpy as np
from rich.cells import cell_len
from rich.segment import Segment
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.geometry import Offset
from textual.message import Message
from typing_extensions import override

from vizterm.cells.text import BOLD, DIM, fit_text
from vizterm.graphics.in_cells import cells_for
from vizterm.maps.arrangement import HEAD, LEAD
from vizterm.maps.crosshair import Crosshair
from vizterm.maps.heat_map import HeatMap
from vizterm.terminal.cell_size import CellSize
from vizterm.widgets.picture import PictureView
from vizterm.widgets.plane import Plane
from vizterm.widgets.text_block import TextBlock
from vizterm_core.pictures.image import Picture, resize_area

DOWN_HERE, RIGHT_HERE = "▾", "▸"
"""Marks at the edges of a picture in pixels: no text can be drawn over it."""
_STRENGTH = 0.8
"""Of the crosshair's lines in pixels, which are one pixel wide."""
_FREE = 4
"""Pixels between these lines and what they point at."""


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
    """A title above a picture, with a crosshair in it.

    In pixels it is drawn when it rests; where it is, two marks at the edges tell at once.

    Parameters
    ----------
    cell : (width, height), optional
        Of a cell in pixels, if pictures are drawn in pixels.
    photo : bool
        Whether its picture has details that pixels left out would make coarse, and stays while the
        map changes: it is then averaged where it is shown small.
    """

    def __init__(self, cell: CellSize | None, colours: str, *, photo: bool = False) -> None:
        super().__init__(classes="panel")
        self._titles: tuple[str, ...] = ("",)
        self._photo = photo
        self._crosshair: Crosshair | None = None
        self._drawn = False
        """Whether the crosshair is in the pixels, which needs no marks at the edges."""
        self._place: object = None
        self._pixels: Picture | None = None
        self._scale = 1.0, 1.0
        """Pixels shown across and down for one of the view."""
        self._reduced: tuple[Picture, tuple[int, int], Picture] | None = None
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

    def place(self, corner: tuple[int, int], picture: tuple[int, int]) -> None:
        """Put the panel at a cell of the room, as large as a picture of some cells needs."""
        width, height = picture[0] + LEAD, picture[1] + HEAD
        if (corner, width, height) != self._place:
            self._place = corner, width, height
            self.styles.offset = corner
            self.styles.width, self.styles.height = width, height

    def say(self, *titles: str) -> None:
        """Show another title: the first of some that fits."""
        if titles != self._titles:
            self._titles = titles
            self._show_edges()

    def on_resize(self) -> None:
        self._show_edges()

    def show(
        self, pixels: Picture, size: tuple[int, int], crosshair: Crosshair | None, *, rests: bool
    ) -> None:
        """Show a picture and the crosshair.

        Parameters
        ----------
        pixels : (H, W, 3) uint8
        size : (height, width)
            That the picture is shown in, no larger than its own.
        crosshair : Crosshair, optional
            In pixels of the picture.
        rests : bool
            Whether the crosshair is drawn in pixels, too.
        """
        height, width = pixels.shape[:2]
        self._scale = size[1] / width, size[0] / height
        self.plane.across_view, self.plane.down_view = width / size[1], height / size[0]
        self._pixels = self._smaller(pixels, size)
        if isinstance(self.plane, HeatMap):
            self.plane.show(self._pixels, self._scaled(crosshair))
            self._show_edges()
            return
        self._crosshair = self._scaled(crosshair)
        if rests:
            self.rest()
        else:
            self._drawn = False
            self.plane.show(self._pixels)
            self._show_edges()

    def mark(self, crosshair: Crosshair | None) -> None:
        """Move the crosshair over the same picture; in pixels only its marks at the edges."""
        self._crosshair = self._scaled(crosshair)
        self._drawn = False
        if isinstance(self.plane, HeatMap):
            self.plane.mark(self._crosshair)
        self._show_edges()

    def rest(self) -> None:
        """Draw the crosshair in pixels where it is now."""
        if isinstance(self.plane, HeatMap) or self._pixels is None:
            return
        crosshair = self._crosshair
        drawn = self._pixels
        if crosshair is not None:
            drawn = crosshair.drawn(drawn, _STRENGTH, _FREE)
        self._drawn = True
        self.plane.show(drawn)
        self._show_edges()

    def _smaller(self, pixels: Picture, size: tuple[int, int]) -> Picture:
        if pixels.shape[:2] == size:
            return pixels
        if not self._photo and isinstance(self.plane, PixelPlane):
            # Of pixels of a map, which are many and smooth, some are enough.
            rows, columns = (
                ((np.arange(count) + 0.5) * whole / count).astype(np.intp)
                for count, whole in zip(size, pixels.shape, strict=False)
            )
            return pixels[rows[:, None], columns]
        if self._reduced is None or self._reduced[0] is not pixels or self._reduced[1] != size:
            self._reduced = pixels, size, resize_area(pixels, *size)
        return self._reduced[2]

    def _scaled(self, crosshair: Crosshair | None) -> Crosshair | None:
        return None if crosshair is None else crosshair.scaled(*self._scale)

    def _show_edges(self) -> None:
        crosshair = self._crosshair
        if isinstance(self.plane, HeatMap) or crosshair is None or self._drawn:
            self._show_title(None)
            self._edge.show([])
            return
        (left, top), (column, row) = self.plane.origin, crosshair.pixel
        self._show_title(left + int(column // self.plane.ACROSS) + LEAD)
        below = top + int(row // self.plane.DOWN)
        self._edge.show([*([[Segment(" ")]] * below), [Segment(RIGHT_HERE, BOLD)]])

    def _show_title(self, column: int | None) -> None:
        width = self.size.width or 1
        fitting = [title for title in self._titles if cell_len(title) + LEAD <= width]
        title = fitting[0] if fitting else self._titles[-1]
        line = list(fit_text(f" {title}", width))
        if column is None or not 0 <= column < len(line):
            self._head.show([[Segment("".join(line), DIM)]])
            return
        before, after = "".join(line[:column]), "".join(line[column + 1 :])
        self._head.show([[Segment(before, DIM), Segment(DOWN_HERE, BOLD), Segment(after, DIM)]])
