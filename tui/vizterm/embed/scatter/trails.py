"""Ways of a few points through all epochs, as lines on the plot: in braille, or in pixels."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from rich.color import Color
from rich.style import Style

from vizterm.cells.glyphs import GlyphCells, Overlay
from vizterm.embed.scatter.outline import in_reach
from vizterm.graphics.canvas import Canvas, Painting, WholeCell
from vizterm.graphics.indexed import Indexed
from vizterm_core.scatter.braille import BRAILLE, encode_dots
from vizterm_core.scatter.viewport import Viewport

Way = npt.NDArray[np.float64]
"""(epochs, 2) x and y, NaN where the point isn't there."""
_FARTHEST = 1e6
"""Dots from the view to a place: farther ones are drawn as if they were there."""
_GAP = 4
"""Of what is still to come, every so many dots is drawn."""


@dataclass(frozen=True, slots=True)
class Trail:
    """The way of a point."""

    way: Way
    epoch: int
    """The one that is shown: the way up to it is drawn as a line, the rest in dots."""
    style: Style
    rgb: tuple[int, int, int]


def _along(trail: Trail, view: Viewport, fineness: float) -> tuple[Way, npt.NDArray[np.bool_]]:
    """Return places along a way in parts of a dot, and which of them are of the past.

    Parameters
    ----------
    fineness : float
        Parts of a dot.
    """
    columns = (trail.way[:, 0] - view.left) * view.x_scale
    rows = (view.top - trail.way[:, 1]) * view.y_scale
    corners = np.clip(np.stack([columns, rows], axis=1), -_FARTHEST, _FARTHEST)
    numbers = np.flatnonzero(np.isfinite(corners).all(axis=1))
    corners = corners[numbers]
    if len(corners) < 2:
        return np.zeros((0, 2)), np.zeros(0, bool)
    starts, ends = in_reach(corners[:-1], corners[1:], view)
    starts, lengths = starts * fineness, (ends - starts) * fineness
    steps = np.ceil(np.abs(lengths).max(axis=1)).astype(np.int64) + 1
    edge = np.repeat(np.arange(steps.size), steps)
    number = np.arange(edge.size) - (np.cumsum(steps) - steps)[edge]
    places = starts[edge] + lengths[edge] * (number / steps[edge])[:, None]
    return places, numbers[1:][edge] <= trail.epoch


def trail_texts(trails: Sequence[Trail], view: Viewport) -> Overlay:
    """Return the lines of some ways in braille; the first of them lie above the others."""
    texts: dict[tuple[int, int], tuple[str, Style]] = {}
    for trail in reversed(trails):
        places, past = _along(trail, view, 1)
        columns, rows = np.floor(places).astype(np.int64).T
        inside = (columns >= 0) & (columns < view.across) & (rows >= 0) & (rows < view.down)
        inside &= past | (np.arange(past.size) % _GAP == 0)
        lit = np.zeros((view.down, view.across), bool)
        lit[rows[inside], columns[inside]] = True
        codes = encode_dots(lit)
        for row, column in np.argwhere(codes).tolist():
            texts[column, row] = BRAILLE[codes[row, column]], trail.style
    return texts


def on_cells(texts: Overlay, cells: GlyphCells) -> Overlay:
    """Return texts on the colours behind the cells that they stand in."""
    paper = cells.paper
    rows, columns = cells.shape
    standing: dict[tuple[int, int], tuple[str, Style]] = {}
    for (column, row), (text, style) in texts.items():
        if column < columns and row < rows:
            level = int(paper[row, column])
            red, green, blue = level >> 16 & 255, level >> 8 & 255, level & 255
            behind = Style(bgcolor=Color.from_rgb(red, green, blue)) if level >= 0 else Style.null()
            standing[column, row] = text, style + behind
    return standing


def with_trails(painting: Painting, trails: Sequence[Trail], view: Viewport) -> Painting:
    """Return a painting of a view with lines of some ways over it."""
    digest = hashlib.blake2b(painting.key, digest_size=16)
    for trail in trails:
        digest.update(np.ascontiguousarray(trail.way).tobytes())
        digest.update(repr((trail.epoch, trail.rgb, view)).encode())

    def draw(cell: WholeCell) -> Canvas:
        pixels = painting.draw(cell)
        if isinstance(pixels, Indexed):
            opaque = np.full((*pixels.shape, 1), 255, np.uint8)
            canvas: Canvas = np.concatenate([pixels.rgb(), opaque], axis=2)
        else:
            canvas = pixels.copy()
        fineness = canvas.shape[1] / view.across, canvas.shape[0] / view.down
        for trail in reversed(trails):
            _draw(canvas, trail, view, fineness)
        return canvas

    return replace(painting, key=digest.digest(), draw=draw, any_size=False)


def _draw(canvas: Canvas, trail: Trail, view: Viewport, fineness: tuple[float, float]) -> None:
    """Draw a way over opaque pixels: a line as thick as a quarter of a dot."""
    scale = max(fineness)
    places, past = _along(trail, view, scale)
    kept = past | (np.arange(past.size) % round(_GAP * scale) < scale)
    places, past = places[kept] * (fineness[0] / scale, fineness[1] / scale), past[kept]
    thick = max(1, round(scale / 3))
    for across in range(thick):
        for down in range(thick):
            columns = np.floor(places[:, 0]).astype(np.int64) + across - thick // 2
            rows = np.floor(places[:, 1]).astype(np.int64) + down - thick // 2
            inside = (columns >= 0) & (columns < canvas.shape[1])
            inside &= (rows >= 0) & (rows < canvas.shape[0])
            columns, rows = columns[inside], rows[inside]
            opaque = canvas[rows, columns, 3] == 255
            canvas[rows[opaque], columns[opaque], :3] = trail.rgb
