"""Lines from a point to its neighbours, and rings around them, in pixels."""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

from vizterm.embed.scatter.spokes import Spokes
from vizterm.graphics.canvas import Canvas, Painting, WholeCell
from vizterm.graphics.indexed import Indexed
from vizterm_core.colour.oklab import to_rgb8
from vizterm_core.scatter.shade import Inks

_LINE, _EDGE = 0.065, 0.17
"""Half the width of a line, and of the dark edges below it, in widths of a cell."""
_RADIUS, _BAND = 0.52, 0.11
"""Radius of a ring, and half its width, in widths of a cell."""
_BASE = 1.5
"""Radius of the ring around the point that the lines begin at, in those of the others."""
_OPACITY, _BELOW = 0.75, 0.4
"""Of a line, and of what is below it."""

Colour = npt.NDArray[np.float64]


def painted_with(painting: Painting, spokes: Spokes, inks: Inks) -> Painting:
    """Return a painting of a plot with lines and rings over it; text stays as it is.

    Parameters
    ----------
    painting : Painting
    spokes : Spokes
        In the same view.
    inks : Inks
        Of the labels: each ring has the colour of its point's.
    """
    digest = hashlib.blake2b(painting.key, digest_size=16)
    digest.update(spokes.places.tobytes() + repr((spokes.labels, inks.light)).encode())

    def draw(cell: WholeCell) -> Canvas:
        pixels = painting.draw(cell)
        if isinstance(pixels, Indexed):
            opaque = np.full((*pixels.shape, 1), 255, np.uint8)
            pixels = np.concatenate([pixels.rgb(), opaque], axis=2)
        canvas = pixels.copy()
        _draw(canvas, spokes, inks)
        return canvas

    return Painting(digest.digest(), painting.columns, painting.rows, draw, painting.any_size)


def _draw(canvas: Canvas, spokes: Spokes, inks: Inks) -> None:
    view = spokes.viewport
    # A density has pixels of its own, fewer than the terminal.
    width = canvas.shape[1] / view.columns
    scale = np.array([canvas.shape[1] / view.across, canvas.shape[0] / view.down])
    pen, edge = (np.full(3, 0.0 if inks.light == own else 255.0) for own in (True, False))
    starts, ends, _ = spokes.lines()
    for half, colour, opacity in (
        (max(1.0, _EDGE * width), edge, _BELOW),
        (max(0.6, _LINE * width), pen, _OPACITY),
    ):
        for start, end in zip(starts * scale, ends * scale, strict=True):
            _stroke(canvas, start, end, half, colour, opacity)
    for number, (place, label) in enumerate(zip(spokes.places, spokes.labels, strict=True)):
        inside = 0 <= place[0] < view.across and 0 <= place[1] < view.down
        if inside:
            ink = 0.4 * to_rgb8(inks.labels[label]).astype(np.float64) + 0.6 * pen
            radius = _RADIUS * width * (1.0 if number else _BASE)
            _ring(canvas, place * scale, radius, _BAND * width, ink, edge)


def _stroke(
    canvas: Canvas,
    start: npt.NDArray[np.float64],
    end: npt.NDArray[np.float64],
    half: float,
    colour: Colour,
    opacity: float,
) -> None:
    """Draw a line, its edges smooth: for each pixel along it, some across."""
    along = int(np.abs(end - start).argmax())
    if start[along] > end[along]:
        start, end = end, start
    length = end - start
    steps = np.arange(np.floor(start[along]), np.floor(end[along]) + 1)
    middle = start[1 - along] + (steps + 0.5 - start[along]) * length[1 - along] / max(
        length[along], 1e-9
    )
    slant = abs(length[along]) / max(float(np.hypot(*length)), 1e-9)
    reach = int(np.ceil(half / slant)) + 1
    across = np.floor(middle)[:, None] + np.arange(-reach, reach + 1)
    cover = np.clip(half + 0.5 - np.abs(across + 0.5 - middle[:, None]) * slant, 0, 1)
    places = np.broadcast_to(steps[:, None], across.shape)
    columns, rows = (places, across) if along == 0 else (across, places)
    _blend(canvas, rows, columns, cover * opacity, colour)


def _ring(
    canvas: Canvas,
    place: npt.NDArray[np.float64],
    radius: float,
    half: float,
    ink: Colour,
    edge: Colour,
) -> None:
    """Draw a ring around a place, with an edge on both sides."""
    reach = int(np.ceil(radius + 3 * half)) + 1
    rows, columns = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    rows, columns = rows + np.floor(place[1]), columns + np.floor(place[0])
    far = np.abs(np.hypot(columns + 0.5 - place[0], rows + 0.5 - place[1]) - radius)
    _blend(canvas, rows, columns, np.clip(2.4 * half + 0.5 - far, 0, 1) * 0.8, edge)
    _blend(canvas, rows, columns, np.clip(half + 0.5 - far, 0, 1), ink)


def _blend(
    canvas: Canvas,
    rows: npt.NDArray[np.float64],
    columns: npt.NDArray[np.float64],
    opacity: npt.NDArray[np.float64],
    colour: Colour,
) -> None:
    """Lay a colour over pixels, each named once; those that are a hole for text stay holes."""
    height, width = canvas.shape[:2]
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width) & (opacity > 0)
    at = rows[inside].astype(np.int64), columns[inside].astype(np.int64)
    share = (opacity[inside] * (canvas[at][:, 3] > 0))[:, None]
    under = canvas[at][:, :3]
    canvas[at[0], at[1], :3] = np.rint(under + (colour - under) * share).astype(np.uint8)
