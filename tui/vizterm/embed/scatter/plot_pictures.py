"""Pictures of a plot: a disc a point, or the density of many; a ring around a point."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from textual.geometry import Region

from vizterm.embed.scatter.map_thumbnails import Thumbnail, drawn_over
from vizterm.embed.scatter.selected_look import SelectedInView
from vizterm.embed.scatter.view_of_points import ViewOfPoints
from vizterm.graphics.canvas import Canvas, Laid, Painting, WholeCell
from vizterm_core.colour.oklab import Lab, to_rgb8
from vizterm_core.scatter.discs import MOST_DISCS, draw_discs
from vizterm_core.scatter.frame import Frame
from vizterm_core.scatter.marks import PointsInView
from vizterm_core.scatter.shade import Inks, shade_dots
from vizterm_core.scatter.spots import with_spots
from vizterm_core.scatter.viewport import DOTS_ACROSS, DOTS_DOWN

IN_MOTION, AT_REST = 2, 4
"""Pixels of a density in a braille dot, each way."""
_ROUND = 4
"""Radius in pixels of the corners of a hole."""
_RING_COLUMNS, _RING_ROWS = 5, 3
"""Cells that hold a ring and its glow."""


def drawn_as_discs(frame: Frame, view: ViewOfPoints) -> bool:
    """Whether each point of a frame is a disc; else the density is drawn."""
    return frame.shown <= MOST_DISCS and view.index.sorted


def discs_painting(
    view: ViewOfPoints,
    points: PointsInView,
    inks: Inks,
    holes: Sequence[Region],
    thumbnails: Sequence[Thumbnail] = (),
    selected: SelectedInView | None = None,
) -> Painting:
    """Return the points of a view as discs, some of them as pictures, with holes for text.

    Parameters
    ----------
    view : ViewOfPoints
    points : PointsInView
    inks : Inks
    holes : sequence of Region
    thumbnails : sequence of Thumbnail
    selected : SelectedInView, optional
        Points that stand out: they have labels and inks of their own.
    """
    viewport, rarity, highlight = view.viewport, view.index.rarity, view.highlight
    if selected is not None:
        rarity, highlight = selected.rarity(view), selected.leading(view)
    digest = hashlib.blake2b(digest_size=16)
    for array in (points.columns, points.rows, points.labels, inks.labels, inks.paper):
        digest.update(array.tobytes())
    for one in thumbnails:
        digest.update(repr((one.left, one.top)).encode())
        digest.update(one.picture.tobytes())

    def draw(cell: WholeCell) -> Canvas:
        picture = draw_discs(points, viewport, inks, rarity, cell, highlight)
        drawn_over(picture, thumbnails)
        return with_holes(picture, holes, cell, inks)

    key = _key(digest, ("discs", viewport.columns, viewport.rows, highlight, tuple(holes)))
    return Painting(key, viewport.columns, viewport.rows, draw)


def density_painting(
    fine: Frame,
    fineness: int,
    view: ViewOfPoints,
    inks: Inks,
    holes: Sequence[Region],
    left_out: npt.NDArray[np.integer] | None = None,
    selected: SelectedInView | None = None,
) -> Painting:
    """Return the density of a view, with holes for text.

    Parameters
    ----------
    fine : Frame
        Of the view with each dot divided.
    fineness : int
        Into how many, each way.
    view : ViewOfPoints
    inks : Inks
    holes : sequence of Region
        In cells of the plot.
    left_out : integer array, optional
        Of the shape of `fine.dots`: points to be seen behind the others, in the last ink.
    selected : SelectedInView, optional
        Points that stand out, of which the view has been counted in pixels, too.
    """
    viewport, highlight = view.viewport, view.highlight
    digest = hashlib.blake2b(digest_size=16)
    front = None if selected is None else selected.fine
    frames = [fine] if front is None else [fine, front]
    arrays: list[npt.NDArray[np.number]] = [inks.labels, inks.paper]
    arrays += [] if left_out is None else [left_out]
    for frame in frames:
        arrays += [frame.dots, frame.counts.cells, frame.counts.labels, frame.counts.counts]
    for array in arrays:
        digest.update(np.ascontiguousarray(array).tobytes())

    def draw(_: WholeCell) -> Canvas:
        per_cell = DOTS_ACROSS * DOTS_DOWN * fineness**2
        behind = inks if front is None else inks.behind_selection(highlight)
        picture = shade_dots(fine, behind, highlight, per_cell)
        if left_out is not None:
            picture[(left_out > 0) & (fine.dots == 0)] = to_rgb8(inks.labels[-1])
        if front is not None:
            picture = with_spots(picture, front, inks.of_selection(), fineness, highlight)
        dot = (DOTS_ACROSS * fineness, DOTS_DOWN * fineness)
        return with_holes(picture, holes, dot, inks)

    key = _key(digest, ("density", viewport.columns, viewport.rows, highlight, tuple(holes)))
    return Painting(key, viewport.columns, viewport.rows, draw)


def with_holes(
    picture: npt.NDArray[np.uint8], holes: Sequence[Region], cell: WholeCell, inks: Inks
) -> Canvas:
    """Return a picture that is transparent, but for round corners, over some cells."""
    canvas = np.empty((*picture.shape[:2], 4), np.uint8)
    canvas[..., :3] = picture
    canvas[..., 3] = 255
    width, height = cell
    for hole in holes:
        rows = slice(max(0, hole.y) * height, hole.bottom * height)
        columns = slice(max(0, hole.x) * width, hole.right * width)
        part = canvas[rows, columns]
        if part.size:
            part[..., 3] = _corners(part.shape[0], part.shape[1], min(_ROUND, width // 2))
            part[..., :3] = np.where(part[..., 3:] > 0, to_rgb8(inks.paper), 0)
    return canvas


def _corners(height: int, width: int, radius: int) -> npt.NDArray[np.uint8]:
    """Return the opacity around a rectangle with round corners: (height, width)."""
    y = np.maximum(radius - 0.5 - np.minimum(np.arange(height), np.arange(height)[::-1]), 0)
    x = np.maximum(radius - 0.5 - np.minimum(np.arange(width), np.arange(width)[::-1]), 0)
    outside = np.clip(np.hypot(y[:, None], x) - radius + 0.5, 0, 1)
    return (outside * 255).astype(np.uint8)


def ring_around(column: float, row: float, ink: Lab, inks: Inks) -> Laid:
    """Return a ring around a point: in its ink, between two dark lines, with a soft glow.

    Parameters
    ----------
    column, row : float
        The point in cells of the plot, with fractions.
    ink : (3,) OKLab
    inks : Inks
    """
    left, top = int(column) - _RING_COLUMNS // 2, int(row) - _RING_ROWS // 2
    at = column - left, row - top
    cells = _RING_COLUMNS, _RING_ROWS
    colour = to_rgb8(ink).astype(np.float64)
    light = inks.light

    def draw(cell: WholeCell) -> Canvas:
        width, height = cell
        y, x = np.mgrid[: cells[1] * height, : cells[0] * width] + 0.5
        far = np.hypot(x - round(at[0] * width), y - round(at[1] * height))
        radius = 1.15 * width
        glow = 0.45 * np.exp(-0.5 * ((far - radius) / (0.5 * width)) ** 2)
        glow[far < radius - 0.7 * width] = 0
        edge = 0.85 * _band(far, radius, width / 3)
        line = _band(far, radius, 0.155 * width)
        canvas = _Layers(far.shape, colour)
        canvas.add(glow, colour)
        canvas.add(edge, np.full(3, 255.0 if light else 0.0))
        canvas.add(line, 0.35 * colour + 0.65 * (0 if light else 255))
        return canvas.pixels()

    key = repr(("ring", colour.tolist(), light, at)).encode()
    return Laid(Painting(key, *cells, draw), (left, top))


def _band(far: npt.NDArray[np.float64], radius: float, half: float) -> npt.NDArray[np.float64]:
    """Return how much of each pixel a ring covers."""
    band: npt.NDArray[np.float64] = np.clip(half + 0.5 - np.abs(far - radius), 0, 1)
    return band


class _Layers:
    """Colours laid over each other, the first at the bottom."""

    def __init__(self, shape: tuple[int, ...], colour: npt.NDArray[np.float64]) -> None:
        self._colour = np.broadcast_to(colour, (*shape, 3)).copy()
        self._opacity = np.zeros(shape)

    def add(self, opacity: npt.NDArray[np.float64], colour: npt.NDArray[np.float64]) -> None:
        """Lay a colour over what is there."""
        below = self._opacity * (1 - opacity)
        self._opacity = opacity + below
        weight = (opacity / np.maximum(self._opacity, 1e-9))[..., None]
        self._colour += (colour - self._colour) * weight

    def pixels(self) -> Canvas:
        """Return what is seen: (H, W, 4) uint8."""
        return np.dstack([self._colour, self._opacity * 255]).round().astype(np.uint8)


def _key(digest: hashlib.blake2b, how: object) -> bytes:
    digest.update(repr(how).encode())
    return digest.digest()
