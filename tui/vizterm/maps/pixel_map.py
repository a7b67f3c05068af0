"""A map in pixels above its half blocks: coarse while it moves, in true pixels at rest.

The half blocks are the widget's own; what is here decides when pixels lie over them, and at which
resolution.  Where the terminal keeps pictures above its text, as by kitty's protocol, a coarse
picture is quicker than half blocks: these are left out.  Where pictures become part of the cells,
as sixels do, and on a slow link, half blocks are shown at once, and pixels when nothing moves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from vizterm.graphics.canvas import Laid, Painting, Pixels, WholeCell
from vizterm.graphics.indexed import Indexed
from vizterm.graphics.layer import PictureLayer
from vizterm.graphics.plot_canvas import PlotCanvas
from vizterm.maps.pixel_crosshair import crosshair_at, hairlines_at
from vizterm.terminal.link import Link
from vizterm.terminal.textual_private.timers import once
from vizterm_core.colour.colormaps import TABLE_SIZE, Colormap
from vizterm_core.maps.view import MapView
from vizterm_core.pictures.image import Picture

if TYPE_CHECKING:
    from textual.timer import Timer

    from vizterm.maps.heat_map import HeatMap

AT_REST = 0.12
"""Seconds without a change after which true pixels are drawn."""
_AT_ONCE = 0.001
IN_MOTION = 3
"""Divides the sides of a cell while a map moves: still finer than half blocks."""
NO_PICTURES = "this terminal shows no pictures: half blocks"
IN_TMUX = "maps are drawn in half blocks inside tmux"

Place = tuple[float, float]

_numbers = count(1)


class MapDrawing(Protocol):
    """A map as it is now, to be drawn in any resolution; used in another thread."""

    def draw(self, rows: int, columns: int) -> Picture | Indexed:
        """Return the part in view on so many display pixels."""


class PixelMap:
    """Draws a map in pixels, where that is wanted and possible.

    Parameters
    ----------
    plot : HeatMap
        Draws the half blocks.
    wanted : bool
    coloured : bool
        Whether the terminal has colours.
    """

    def __init__(self, plot: HeatMap, *, wanted: bool, coloured: bool) -> None:
        self._plot = plot
        self._coloured = coloured
        self._wanted = wanted
        self._canvas: PlotCanvas | None = None
        self._rest: Timer | None = None
        self._ticket = 0
        self._view = MapView.fit(1, 1, 1, 1)
        self._place: Place | None = None

    # choice

    def start(self) -> str:
        """Take the app's picture layer; return why pixels that are wanted can't be drawn."""
        layer = getattr(self._plot.app, "pictures", None)
        if not isinstance(layer, PictureLayer) or not layer.active or not self._coloured:
            missing = NO_PICTURES
        elif layer.protocol.as_text:
            missing = IN_TMUX
        else:
            self._canvas = self._canvas or PlotCanvas(
                layer, self._plot, lambda _: "", lambda _: False
            )
            return ""
        said, self._wanted = missing if self._wanted else "", False
        return said

    def toggle(self) -> str:
        """Draw in pixels, or in half blocks again; return what to say."""
        self._wanted = not self._wanted
        return self.start() or ("in pixels" if self._wanted else "in half blocks")

    @property
    def on(self) -> bool:
        """Whether the map is drawn in pixels."""
        return self._wanted and self._canvas is not None

    # drawing

    def show(
        self,
        view: MapView,
        place: Place | None,
        drawing: Callable[[], MapDrawing],
        text: Callable[[], object],
        *,
        moving: bool = True,
    ) -> None:
        """Show a map as it is now.

        Parameters
        ----------
        view : MapView
            In half blocks.
        place : (x, y), optional
            Of the crosshair, on the map.
        drawing : callable
            Returns what is drawn in pixels.
        text : callable
            Draws the half blocks, with the crosshair.
        moving : bool
            Whether an answer at once is worth a coarse one; else pixels are exchanged for others.
        """
        self._ticket += 1
        self._view, self._place = view, place
        if self._rest is not None:
            self._rest.stop()
        canvas = self._canvas
        if canvas is None or not self._wanted:
            self._clear()
            text()
            return
        drawn = drawing()
        steady = canvas.shown and not moving
        if self._quickly_exchanged and not steady:
            self._plot.blank(-(-view.shape[0] // self._plot.DOWN), view.shape[1])
            self._lay(canvas, map_painting(drawn, view, IN_MOTION))
        elif not steady:
            self._clear()
            text()
        fine = partial(self._draw_fine, canvas, map_painting(drawn, view), self._ticket)
        self._rest = once(self._plot, AT_REST if moving else _AT_ONCE, fine)

    def mark(self, place: Place | None) -> bool:
        """Move the crosshair over the pixels; return whether there are any.

        Parameters
        ----------
        place : (x, y), optional
            On the map.
        """
        self._place = place
        if self._canvas is None or not self._canvas.shown:
            return False
        self._mark(self._canvas)
        return True

    def _draw_fine(self, canvas: PlotCanvas, painting: Painting, ticket: int) -> None:
        """Draw true pixels in a worker, which leaves the encoder to what moves."""

        def work() -> None:
            painting.pixels(canvas.cell)
            self._plot.call_later(self._take, canvas, painting, ticket)

        self._plot.run_worker(work, thread=True, exclusive=True, group="pixels")

    def _take(self, canvas: PlotCanvas, painting: Painting, ticket: int) -> None:
        if ticket == self._ticket:
            self._lay(canvas, painting)

    def _lay(self, canvas: PlotCanvas, painting: Painting) -> None:
        if not canvas.keeps:
            # It is part of the painting's own tiles; that of the text would be seen between them,
            # where cells have a fraction of a pixel.
            self._plot.mark(None)
            self._mark(canvas)
        canvas.show(painting, self._plot.origin)
        self._mark(canvas)

    def _mark(self, canvas: PlotCanvas) -> None:
        marks: Sequence[Laid | None] = (None, None)
        if self._place is not None:
            marks = crosshair_in(self._view, self._place, long=canvas.keeps)
        for number, mark in enumerate(marks):
            canvas.mark(number, mark)

    def _clear(self) -> None:
        if self._canvas is not None and self._canvas.shown:
            self._canvas.show(None)

    @property
    def _quickly_exchanged(self) -> bool:
        """Whether pictures can follow each other while the map moves."""
        link = getattr(self._plot.app, "link", None)
        slow = isinstance(link, Link) and link.gate.slow
        return self._canvas is not None and self._canvas.keeps and not slow


def map_painting(drawn: MapDrawing, view: MapView, coarse: int = 1) -> Painting:
    """Return a map for the cells of its view in half blocks.

    Parameters
    ----------
    drawn : MapDrawing
    view : MapView
    coarse : int
        Divides the sides of a cell.
    """
    halves, columns = view.shape
    rows = -(-halves // 2)

    def draw(cell: WholeCell) -> Pixels:
        width, height = (max(2, -(-side // coarse)) for side in cell)
        used = round(halves * height / 2)
        return _with_blank(drawn.draw(used, columns * width), rows * height - used)

    return Painting(b"map %d" % next(_numbers), columns, rows, draw, any_size=True)


def _with_blank(drawn: Picture | Indexed, blank: int) -> Pixels:
    """Return a picture with rows below it that show nothing."""
    if isinstance(drawn, Indexed):
        if not blank:
            return drawn
        return replace(drawn, entries=np.pad(drawn.entries, ((0, blank), (0, 0))), blank=blank)
    height, width = drawn.shape[:2]
    canvas = np.zeros((height + blank, width, 4), np.uint8)
    canvas[:height, :, :3] = drawn
    canvas[:height, :, 3] = 255
    return canvas


def coloured(shares: npt.NDArray[np.floating], colormap: Colormap) -> Indexed:
    """Return shares of a colormap's range in its colours, as `apply_colormap` does.

    NaN gets `colormap.bad`; the two lowest colours are then one, to make place for it.
    """
    missing = np.isnan(shares)
    some = bool(missing.any())
    levels = np.where(missing, 0, shares) if some else shares
    scaled = levels * levels.dtype.type(TABLE_SIZE)
    np.clip(scaled, 0, TABLE_SIZE - 1, out=scaled)
    entries = scaled.astype(np.uint8)
    if not some:
        return Indexed(entries, colormap.table, TABLE_SIZE)
    entries = np.maximum(entries, 1) - np.uint8(1)
    entries[missing] = TABLE_SIZE - 1
    palette = np.concatenate([colormap.table[1:], np.array([colormap.bad], np.uint8)])
    return Indexed(entries, palette, TABLE_SIZE - 1)


def crosshair_in(view: MapView, place: Place, *, long: bool) -> tuple[Laid | None, Laid | None]:
    """Return the crosshair at a place of the map, in the middle of its pixel; None out of view.

    Parameters
    ----------
    long : bool
        Whether its lines go from edge to edge.
    """
    top, bottom, left, right = view.extent
    halves, columns = view.shape
    column = (place[0] + 0.5 - left) * columns / (right - left)
    row = (place[1] + 0.5 - top) * halves / (bottom - top) / 2
    if not (0 <= column < columns and 0 <= row < halves / 2):
        return None, None
    if long:
        return hairlines_at(column, row, (columns, -(-halves // 2)))
    return crosshair_at(column, row), None
