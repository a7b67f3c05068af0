"""Pictures of points on the map, at their points' places: which ones, and how they are drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from vizterm.cells.glyphs import GlyphCells, packed
from vizterm.embed.scatter.inks import LabelInks
from vizterm.embed.scatter.thumbnail_store import ThumbnailStore
from vizterm.embed.scatter.view_of_points import ViewOfPoints
from vizterm_core.pictures.half_blocks import UPPER_HALF, to_shades
from vizterm_core.pictures.image import Picture
from vizterm_core.scatter.marks import PointsInView
from vizterm_core.scatter.thumbnails import place_thumbnails

MOST_IN_VIEW = 1_000
"""Points in view up to which pictures stand on the map: among more they would hide the plot."""
_AREA_EACH = 3.0
"""Areas of a picture that the map must have for each: some of it stays free."""
_CELLS_WIDE = 5.3
"""Width of a picture in pixels, in cells."""
_BORDER = 2
"""Pixels of its frame."""
_COLUMNS = 12
"""Width, and height in half cells, of a picture in half blocks."""


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A picture on the map."""

    point: int
    left: int
    """Its place, in pixels of the plot or in half cells."""
    top: int
    picture: Picture
    """(side, side, 3) uint8, with its frame."""


class MapThumbnails:
    """The pictures of points on the map.

    Parameters
    ----------
    store : ThumbnailStore
    row_of : callable
        Returns the row of a point in the arrays as given.
    """

    def __init__(self, store: ThumbnailStore, row_of: Callable[[int], int]) -> None:
        self._store, self._row_of = store, row_of
        self._drawn: frozenset[int] = frozenset()
        self._stood: npt.NDArray[np.int64] = np.zeros(0, np.int64)

    def close(self) -> None:
        """Fetch no more pictures."""
        self._store.close()

    def stands(self, point: int | None) -> bool:
        """Whether a point's picture stood on the map last."""
        return point is not None and point in self._drawn

    def in_pixels(
        self,
        points: PointsInView,
        view: ViewOfPoints,
        inks: LabelInks,
        cell: tuple[int, int],
        cursor: int | None,
    ) -> list[Thumbnail]:
        """Return the pictures that have come, for a plot of pixels."""
        viewport = view.viewport
        area = viewport.columns * cell[0], viewport.rows * cell[1]
        scale = area[0] / viewport.across, area[1] / viewport.down
        return self._placed(
            points, view, inks, area, scale, round(_CELLS_WIDE * cell[0]), cursor, _BORDER
        )

    def in_cells(
        self, points: PointsInView, view: ViewOfPoints, inks: LabelInks, cursor: int | None
    ) -> list[Thumbnail]:
        """Return the pictures that have come, for half blocks."""
        viewport = view.viewport
        area = viewport.columns, viewport.rows * 2
        return self._placed(points, view, inks, area, (0.5, 0.5), _COLUMNS, cursor, 1)

    def _placed(
        self,
        points: PointsInView,
        view: ViewOfPoints,
        inks: LabelInks,
        area: tuple[int, int],
        scale: tuple[float, float],
        side: int,
        cursor: int | None,
        border: int,
    ) -> list[Thumbnail]:
        first = None
        if cursor is not None:
            at = int(np.searchsorted(points.points, cursor))
            first = at if at < len(points) and points.points[at] == cursor else None
        stood = np.flatnonzero(np.isin(points.points, self._stood))
        most = max(1, int(area[0] * area[1] / (side * side * _AREA_EACH)))
        chosen, corners = place_thumbnails(
            points.columns * scale[0],
            points.rows * scale[1],
            side,
            area,
            most=most,
            first=first,
            before=stood,
            ahead=_selected(points, view, inks),
            gap=3 if border > 1 else 1,
        )
        placed = points.points[chosen]
        self._stood = placed
        rows = [self._row_of(int(point)) for point in placed]
        pictures = self._store.get(rows, side - 2 * border)
        colours = inks.inks.rgb()
        labels = points.labels[chosen].tolist()
        shown = zip(placed.tolist(), labels, corners.tolist(), pictures, strict=True)
        thumbnails = [
            Thumbnail(
                point,
                left,
                top - top % 2 if border == 1 else top,
                _framed(
                    picture,
                    border,
                    _white(inks) if point == cursor else colours[label],
                ),
            )
            for point, label, (left, top), picture in shown
            if picture is not None
        ]
        self._drawn = frozenset(one.point for one in thumbnails)
        return thumbnails


def _selected(points: PointsInView, view: ViewOfPoints, inks: LabelInks) -> npt.NDArray[np.int64]:
    """Return the numbers of the selected points, which have labels of their own."""
    if inks.inks.kept_from is None:
        return np.zeros(0, np.int64)
    count = view.index.label_count
    return np.flatnonzero((points.labels >= count) & (points.labels < 2 * count))


def _white(inks: LabelInks) -> npt.NDArray[np.uint8]:
    return np.full(3, 0 if inks.inks.light else 255, np.uint8)


def _framed(picture: Picture, border: int, colour: npt.NDArray[np.uint8]) -> Picture:
    framed = np.empty([side + 2 * border for side in picture.shape[:2]] + [3], np.uint8)
    framed[:] = colour
    framed[border:-border, border:-border] = picture
    return framed


def drawn_over(canvas: npt.NDArray[np.uint8], thumbnails: Sequence[Thumbnail]) -> None:
    """Draw pictures over (H, W, 3) pixels."""
    for one in thumbnails:
        side = one.picture.shape[0]
        canvas[one.top : one.top + side, one.left : one.left + side] = one.picture


def cells_with(cells: GlyphCells, thumbnails: Sequence[Thumbnail], colours: str) -> GlyphCells:
    """Return cells with pictures over them, in half blocks."""
    if not thumbnails:
        return cells
    characters, ink, paper = cells.characters.copy(), cells.ink.copy(), cells.paper.copy()
    weight = cells.weight.copy()
    for one in thumbnails:
        side = one.picture.shape[0]
        here = np.s_[one.top // 2 : (one.top + side) // 2, one.left : one.left + side]
        halves = one.picture.reshape(side // 2, 2, side, 3).swapaxes(1, 2)
        weight[here] = 0
        if colours == "none":
            characters[here] = [list(line) for line in to_shades(halves)]
            continue
        characters[here] = UPPER_HALF
        ink[here], paper[here] = packed(halves[:, :, 0]), packed(halves[:, :, 1])
    return replace(cells, characters=characters, ink=ink, paper=paper, weight=weight)
