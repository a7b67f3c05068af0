"""Parts of a widget that are drawn in pixels, with holes where text lies over them."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from textual.geometry import Region
from textual.widget import Widget

from vizterm.graphics.encode import Box, Encoded
from vizterm.graphics.in_cells import pixels_in
from vizterm.graphics.indexed import Indexed, Lines
from vizterm.graphics.protocol import PictureProtocol
from vizterm.terminal.cell_size import CellSize
from vizterm_core.pictures.image import Picture

Canvas = npt.NDArray[np.uint8]
"""(H, W, 4) pixels with levels of opacity."""
Pixels = Canvas | Indexed
WholeCell = tuple[int, int]
"""(width, height) of a cell in whole pixels, in which paintings are drawn."""

_FEWER = ((1, 1), (2, 1))
_FEWER_REDRAWN = ((1, 1), (1, 2), (2, 1), (2, 2), (2, 4), (4, 4), (4, 8))
"""What is done for a slow link, the least first: the factor by which pixels are made fewer, each
way, and the neighbours of a ramp that become one colour."""
_USUAL_BYTES = 45
"""Bytes that a map takes in sixels for each cell; each step above about halves them."""


@dataclass(frozen=True, slots=True)
class Painting:
    """A picture that fills cells, drawn when it is encoded."""

    key: bytes
    """Identifies what is drawn."""
    columns: int
    rows: int
    draw: Callable[[WholeCell], Pixels]
    """Called with the size of a cell, once, in the encoder's thread."""
    any_size: bool = False
    """Whether it can be drawn anew for cells of fewer pixels, where bytes are limited."""
    _lock: threading.Lock = field(default_factory=threading.Lock, compare=False, repr=False)
    _drawn: dict[WholeCell, Pixels] = field(default_factory=dict, compare=False, repr=False)

    def pixels(self, cell: CellSize, factor: int = 1) -> Pixels:
        """Return the picture, perhaps with fewer pixels than its cells have.

        Parameters
        ----------
        cell : (width, height)
        factor : int
            Divides the sides of a cell.
        """
        whole = whole_cell((cell[0] / factor, cell[1] / factor))
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
        cells = (self.part.width, self.part.height)
        data, scaled = "", False
        for factor, step in self._ways:
            pixels = self._pixels(factor, step * protocol.ramp_step)
            data, scaled = protocol.encode_canvas(pixels, cells, self.cell)
            if self.most_bytes is None or len(data) <= self.most_bytes:
                break
        return Encoded(data, 0, 0, *cells, scaled)

    @property
    def _ways(self) -> Sequence[tuple[int, int]]:
        """What is tried, in turn, until the part is small enough."""
        painting = self.painting
        if not painting.any_size:
            return _FEWER
        whole = painting.columns * painting.rows
        if self.most_bytes is None or self.part.area == whole:
            return _FEWER_REDRAWN
        # The same for all parts, between which a seam would be seen.
        over = whole * _USUAL_BYTES / self.most_bytes
        at = max(0, math.ceil(math.log2(over)))
        return _FEWER_REDRAWN[at : at + 1] or _FEWER_REDRAWN[-1:]

    def _pixels(self, factor: int, step: int) -> Pixels:
        """Return the part with fewer pixels and colours, and with the small paintings over it."""
        painting = self.painting
        if painting.any_size:
            pixels = _cut(painting.pixels(self.cell, factor), painting, self.part)
            factor = 1
        else:
            pixels = _cut(painting.pixels(self.cell), painting, self.part)
        if isinstance(pixels, Indexed):
            pixels = pixels.coarser(step)
        elif painting.any_size and step > 1:
            pixels = _fewer_levels(pixels, step)
        if self.laid:
            pixels = self._with_laid(pixels)
        every = slice(factor // 2, None, factor)
        return pixels if factor == 1 else _take(pixels, every, every)

    def _with_laid(self, pixels: Pixels) -> Pixels:
        """Return the part with the small paintings over it."""
        cell = whole_cell(self.cell)
        pixels = _resized(pixels, (self.part.width, self.part.height), cell)
        rgb = pixels.rgb() if isinstance(pixels, Indexed) else pixels[..., :3].copy()
        touched = np.zeros(rgb.shape[:2], np.bool_)
        for over in self.laid:
            self._lay(over, rgb, touched)
        if isinstance(pixels, Indexed):
            mixed = pixels.with_picture(rgb, touched)
            return np.dstack([rgb, np.full_like(rgb[..., :1], 255)]) if mixed is None else mixed
        return np.dstack([rgb, pixels[..., 3]])

    def _lay(self, over: Laid, rgb: Picture, touched: npt.NDArray[np.bool_]) -> None:
        """Mix a small painting into the colours of the part, and note where."""
        width, height = cell = whole_cell(self.cell)
        common = over.region.intersection(self.part)
        here = common.translate((-self.part.x, -self.part.y))
        there = common.translate((-over.place[0], -over.place[1]))
        small = _cut(over.painting.pixels(cell), over.painting, there)
        assert not isinstance(small, Indexed)
        place = (
            slice(here.y * height, here.bottom * height),
            slice(here.x * width, here.right * width),
        )
        share = small[..., 3:] / np.float32(255)
        rgb[place] = (rgb[place] * (1 - share) + small[..., :3] * share).round()
        touched[place] |= small[..., 3] > 0


def whole_cell(cell: CellSize) -> WholeCell:
    """Return the least whole size that isn't smaller."""
    return math.ceil(cell[0]), math.ceil(cell[1])


def _cut(pixels: Pixels, painting: Painting, part: Region) -> Pixels:
    """Return the pixels of a part of a painting."""
    height, width = pixels.shape[:2]
    rows = slice(part.y * height // painting.rows, part.bottom * height // painting.rows)
    columns = slice(part.x * width // painting.columns, part.right * width // painting.columns)
    return _take(pixels, rows, columns)


def _fewer_levels(pixels: Canvas, step: int) -> Canvas:
    """Return a canvas with fewer levels in each channel, which takes fewer bytes."""
    width = np.uint8(2 * step)
    coarse = pixels[..., :3] // width * width + width // 2
    return np.dstack([coarse, pixels[..., 3]])


def _take(pixels: Pixels, rows: Lines, columns: Lines) -> Pixels:
    if isinstance(pixels, Indexed):
        return pixels.take(rows, columns)
    return pixels[rows][:, columns]


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
    """Return a canvas in the pixels of its cells, opaque: (rows * height, columns * width, 3).

    Rows at the bottom that show nothing are left out.
    """
    resized = _resized(pixels, cells, cell)
    assert not isinstance(resized, Indexed)
    drawn = np.flatnonzero(resized[..., 3].max(axis=1))
    rows = int(drawn[-1]) + 1 if drawn.size else len(resized)
    return np.ascontiguousarray(resized[:rows, :, :3])


def whole_cells_indexed(pixels: Indexed, cells: tuple[int, int], cell: CellSize) -> Indexed:
    """Return indexed pixels as those of their cells, without blank rows."""
    resized = _resized(pixels, cells, cell)
    assert isinstance(resized, Indexed)
    return resized.drawn()


def as_picture(pixels: Pixels, cells: tuple[int, int], cell: CellSize) -> Picture:
    """Return pixels in colours as those of their cells, without blank rows."""
    if isinstance(pixels, Indexed):
        return whole_cells_indexed(pixels, cells, cell).rgb()
    return whole_cells(pixels, cells, cell)


def _resized(pixels: Pixels, cells: tuple[int, int], cell: CellSize) -> Pixels:
    """Return pixels as those of their cells, each the nearest."""
    # A part that touched the next cell would take that cell away from the part beside it.
    height, width = pixels_in(cells[1], cell[1]), pixels_in(cells[0], cell[0])
    rows = np.arange(height) * pixels.shape[0] // height
    columns = np.arange(width) * pixels.shape[1] // width
    return _take(pixels, rows, columns)
