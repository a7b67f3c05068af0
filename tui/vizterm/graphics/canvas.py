"""Parts of a widget that are drawn in pixels, with holes where text lies over them."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from textual.geometry import Region
from textual.widget import Widget

from vizterm.graphics.encode import Box, Encoded
from vizterm.graphics.in_cells import pixels_in
from vizterm.graphics.protocol import PictureProtocol
from vizterm.terminal.cell_size import CellSize
from vizterm_core.pictures.image import Picture

Canvas = npt.NDArray[np.uint8]
"""(H, W, 4) pixels with levels of opacity."""
WholeCell = tuple[int, int]
"""(width, height) of a cell in whole pixels, in which paintings are drawn."""

_COARSEST = 2
"""Largest factor by which a painting's pixels are made fewer for a slow link."""


@dataclass(frozen=True, slots=True)
class Painting:
    """A picture that fills cells, drawn when it is encoded."""

    key: bytes
    """Identifies what is drawn."""
    columns: int
    rows: int
    draw: Callable[[WholeCell], Canvas]
    """Called with the size of a cell, once, in the encoder's thread."""
    _lock: threading.Lock = field(default_factory=threading.Lock, compare=False, repr=False)
    _drawn: dict[WholeCell, Canvas] = field(default_factory=dict, compare=False, repr=False)

    def pixels(self, cell: CellSize) -> Canvas:
        """Return the picture, perhaps with fewer pixels than its cells have."""
        whole = whole_cell(cell)
        with self._lock:
            if whole not in self._drawn:
                self._drawn[whole] = self.draw(whole)
            return self._drawn[whole]


@dataclass(frozen=True, slots=True)
class Laid:
    """A small painting over a larger one."""

    painting: Painting
    place: tuple[int, int]
    """Column and row of its first cell in the larger one."""

    @property
    def region(self) -> Region:
        """Its cells in the larger one."""
        return Region(*self.place, self.painting.columns, self.painting.rows)


@dataclass(frozen=True, slots=True)
class CanvasJob:
    """A part of a painting, to be encoded."""

    painting: Painting
    part: Region
    """Its cells in the painting."""
    place: tuple[int, int]
    """Column and row of the painting's first cell in the widget."""
    cell: CellSize
    level: int = 0
    most_bytes: int | None = None
    laid: tuple[Laid, ...] = ()
    """Small paintings over it, where they can't lie above by themselves."""

    @property
    def key(self) -> bytes:
        """Identifies the part, its place and its limits."""
        above = [(over.painting.key, over.place) for over in self.laid]
        how = (self.part, self.place, self.cell, self.level, self.most_bytes, above)
        return self.painting.key + repr(how).encode()

    @property
    def columns(self) -> int:
        """Width of the part."""
        return self.part.width

    @property
    def rows(self) -> int:
        """Height of the part."""
        return self.part.height

    @property
    def box(self) -> Box:
        """The part's place in the widget."""
        x, y = self.place
        return (x + self.part.x, y + self.part.y, *self.part.size, self.cell)

    def encode(self, protocol: PictureProtocol) -> Encoded:
        """Draw the painting and encode the part, coarser where bytes are limited."""
        pixels = _cut(self.painting, self.part, self.cell)
        if self.laid:
            pixels = self._with_laid(pixels)
        cells = (self.part.width, self.part.height)
        data, scaled = protocol.encode_canvas(pixels, cells, self.cell)
        factor = 1
        while self.most_bytes is not None and len(data) > self.most_bytes and factor < _COARSEST:
            factor *= 2
            coarse = pixels[factor // 2 :: factor, factor // 2 :: factor]
            data, scaled = protocol.encode_canvas(coarse, cells, self.cell)
        left, top = self.box[:2]
        return Encoded(data, left, top, *cells, scaled)

    def _with_laid(self, pixels: Canvas) -> Canvas:
        """Return the part with the small paintings over it."""
        width, height = cell = whole_cell(self.cell)
        cells = self.part.width, self.part.height
        canvas = _resized(pixels, cells, cell)
        for over in self.laid:
            common = over.region.intersection(self.part)
            here = common.translate((-self.part.x, -self.part.y))
            there = common.translate((-over.place[0], -over.place[1]))
            small = _cut(over.painting, there, cell)
            rows = slice(here.y * height, here.bottom * height)
            columns = slice(here.x * width, here.right * width)
            part = canvas[rows, columns, :3]
            share = small[..., 3:] / np.float32(255)
            part[:] = (part * (1 - share) + small[..., :3] * share).round()
        return canvas


def whole_cell(cell: CellSize) -> WholeCell:
    """Return the least whole size that isn't smaller."""
    return math.ceil(cell[0]), math.ceil(cell[1])


def _cut(painting: Painting, part: Region, cell: CellSize) -> Canvas:
    """Return the pixels of a part of a painting."""
    pixels = painting.pixels(cell)
    height, width = pixels.shape[:2]
    rows = [part.y * height // painting.rows, part.bottom * height // painting.rows]
    columns = [part.x * width // painting.columns, part.right * width // painting.columns]
    return pixels[rows[0] : rows[1], columns[0] : columns[1]]


class CanvasPart:
    """A part of a widget, drawn by the picture layer.

    Parameters
    ----------
    surface : Widget
    text_over : callable
        Returns the sequences that write the text over a region of the screen again.
    may_be_above : callable
        Whether a widget may lie above: the painting has a hole there.
    level : int
        Parts of higher levels lie above.
    """

    def __init__(
        self,
        surface: Widget,
        text_over: Callable[[Region], str],
        may_be_above: Callable[[Widget], bool],
        level: int = 1,
    ) -> None:
        self._surface = surface
        self._level = level
        self.text_over = text_over
        self.may_be_above = may_be_above
        self._shown: tuple[Painting, Region, tuple[int, int], tuple[Laid, ...]] | None = None

    @property
    def surface(self) -> Widget:
        """The widget whose cells are drawn over."""
        return self._surface

    def show(
        self,
        painting: Painting | None,
        part: Region,
        place: tuple[int, int],
        laid: tuple[Laid, ...] = (),
    ) -> None:
        """Show a part of a painting; its first cell is at (column, row) of the widget."""
        above = tuple(over for over in laid if over.region.overlaps(part))
        self._shown = None if painting is None else (painting, part, place, above)

    def job(self, cell: CellSize, most_bytes: int | None = None) -> CanvasJob | None:
        """Return what to draw; None if nothing."""
        if self._shown is None:
            return None
        painting, part, place, above = self._shown
        return CanvasJob(painting, part, place, cell, self._level, most_bytes, above)

    def stand_in(self, region: Region, image_id: int) -> None:
        """Show nothing else: there is text below."""


def whole_cells(pixels: Canvas, cells: tuple[int, int], cell: CellSize) -> Picture:
    """Return a canvas in the pixels of its cells, opaque: (rows * height, columns * width, 3)."""
    return np.ascontiguousarray(_resized(pixels, cells, cell)[..., :3])


def _resized(pixels: Canvas, cells: tuple[int, int], cell: CellSize) -> Canvas:
    """Return a canvas in the pixels of its cells, each the nearest of the canvas."""
    # A part that touched the next cell would take that cell away from the part beside it.
    height, width = pixels_in(cells[1], cell[1]), pixels_in(cells[0], cell[0])
    rows = np.arange(height) * pixels.shape[0] // height
    columns = np.arange(width) * pixels.shape[1] // width
    return pixels[rows][:, columns]
