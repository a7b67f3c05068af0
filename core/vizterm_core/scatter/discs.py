"""A scatter in pixels: antialiased discs with a soft halo, rarer labels on top."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from vizterm_core.colour.oklab import to_rgb8
from vizterm_core.scatter.frame import EMPTY
from vizterm_core.scatter.marks import PointsInView
from vizterm_core.scatter.shade import Inks
from vizterm_core.scatter.viewport import Viewport

Picture = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

MOST_DISCS = 20_000
"""Points in view up to which each is a disc; of more the density is drawn."""
_SHARE = 0.07
"""Share of the plot that all discs cover, unless they would become too small or too large."""
_RADII = (0.28, 0.75)
"""Limits of a radius, in widths of a cell."""
PLACES = 4
"""Places in a pixel, each way, at which a disc's middle may be."""
COVER_LEVELS = 8
"""Steps of a disc's edge."""
_TILE, _STEP = 9, 3
"""Pixels of a side of the tiles in which the halo counts points, and of its own pixels."""
_SIGMA = 13.0
"""Of the halo, in pixels of cells that are 9 pixels wide."""
_GLOW = {False: 0.25, True: 0.2}
"""Share of the ink in the brightest places of the halo, on dark and on light backgrounds."""
_EDGE = 0.04
_TINTS = 48
"""Steps of the halo's strength: more take more bytes."""


def disc_radius(shown: int, width: int, height: int, cell_width: int) -> float:
    """Return the radius in pixels of each of `shown` discs in a plot of that size."""
    radius = (_SHARE * width * height / (np.pi * max(1, shown))) ** 0.5
    least, most = _RADII
    return float(np.clip(radius, least * cell_width, most * cell_width))


def draw_discs(
    points: PointsInView,
    viewport: Viewport,
    inks: Inks,
    rarity: npt.NDArray[np.int64],
    cell: tuple[int, int],
    highlight: int | None = None,
    *,
    radius: float | None = None,
) -> Picture:
    """Return a view with a disc for each point.

    A disc is cut out of those below it, so that neighbours in the same colour can be counted.

    Parameters
    ----------
    points : PointsInView
        At most `MOST_DISCS`.
    viewport : Viewport
    inks : Inks
    rarity : (labels,) int64
        The rarest label has the lowest rank.
    cell : (width, height)
        Pixels of a terminal cell.
    highlight : int, optional
        The label on top; the others step back.
    radius : float, optional
        In pixels; by their number otherwise.

    Returns
    -------
    (rows * height, columns * width, 3) uint8
    """
    width, height = viewport.columns * cell[0], viewport.rows * cell[1]
    x = points.columns * (width / viewport.across)
    y = points.rows * (height / viewport.down)
    labels = points.labels.astype(np.int64)
    inks = inks.with_highlight(highlight)
    picture = _halo(x, y, labels, inks, (width, height), cell[0], highlight)
    if not len(points):
        return picture
    if radius is None:
        radius = disc_radius(len(points), width, height, cell[0])
    on_top_last = np.lexsort((-rarity[labels], labels == highlight))
    owner, level = _discs(
        x[on_top_last], y[on_top_last], labels[on_top_last], width, height, radius
    )
    covered = np.flatnonzero(owner != EMPTY)
    share = (level[covered] / np.float32(COVER_LEVELS))[:, None]
    flat = picture.reshape(-1, 3)
    mixed = flat[covered] * (1 - share) + inks.rgb()[owner[covered]] * share
    flat[covered] = (mixed + 0.5).astype(np.uint8)
    return picture


def _discs(
    x: npt.NDArray[np.float64],
    y: npt.NDArray[np.float64],
    labels: npt.NDArray[np.int64],
    width: int,
    height: int,
    radius: float,
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint8]]:
    """Return the label of the disc on top at each pixel, and how much of the pixel it covers."""
    offsets, levels = disc_cover(round(radius * PLACES))
    column, row = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    place_x = ((x - column) * PLACES).astype(np.int64)
    place_y = ((y - row) * PLACES).astype(np.int64)
    columns = column[:, None] + offsets[:, 1]
    rows = row[:, None] + offsets[:, 0]
    level = levels[place_y, place_x]
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width) & (level > 0)
    pixels = (rows * width + columns)[inside]
    owner = np.full(width * height, EMPTY, np.int32)
    cover = np.zeros(width * height, np.uint8)
    owner[pixels] = np.broadcast_to(labels[:, None], inside.shape)[inside]
    cover[pixels] = level[inside]
    return owner, cover


@lru_cache(32)
def disc_cover(quarter_radius: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
    """Return the pixels of a disc and how much of each it covers, by the place of its middle.

    Returns
    -------
    offsets : (k, 2) int64
        Row and column from the pixel that holds the middle.
    levels : (4, 4, k) uint8
        0 to `COVER_LEVELS`, by quarters of a pixel from the upper left corner to the middle.
    """
    radius = quarter_radius / PLACES
    reach = int(np.ceil(radius + 1))
    pixels = np.arange(-reach, reach + 1) + 0.5
    middles = (np.arange(PLACES) + 0.5) / PLACES
    down = pixels[None, None, :, None] - middles[:, None, None, None]
    across = pixels[None, None, None, :] - middles[None, :, None, None]
    cover = np.clip(radius + 0.5 - np.hypot(down, across), 0, 1)
    levels = np.ceil(cover * COVER_LEVELS).astype(np.uint8)
    used = levels.max(axis=(0, 1)) > 0
    return np.argwhere(used) - reach, levels[:, :, used]


def _halo(
    x: npt.NDArray[np.float64],
    y: npt.NDArray[np.float64],
    labels: npt.NDArray[np.int64],
    inks: Inks,
    size: tuple[int, int],
    cell_width: int,
    highlight: int | None,
) -> Picture:
    """Return the background with a soft light around crowds of points: (height, width, 3)."""
    width, height = size
    across, down = -(-width // _TILE), -(-height // _TILE)
    if highlight is not None:
        shining = labels == highlight
        x, y, labels = x[shining], y[shining], labels[shining]
    paper = to_rgb8(inks.paper)
    if not labels.size:
        return np.broadcast_to(paper, (height, width, 3)).copy()
    tile = (y // _TILE).astype(np.int64) * across + (x // _TILE).astype(np.int64)
    colours = inks.labels[labels]
    sums = [np.bincount(tile, colours[:, channel], across * down) for channel in range(3)]
    count = np.bincount(tile, minlength=across * down)
    # A tile of many shall not outshine its neighbours.
    weight = np.sqrt(count)
    stack = np.stack([*(weight * total / np.maximum(count, 1) for total in sums), weight])
    stack = stack.reshape(4, down, across).astype(np.float32)
    sigma = _SIGMA * cell_width / 9
    light = _spread(height, down, sigma) @ stack @ _spread(width, across, sigma).T
    brightest = max(float(np.percentile(light[3], 99)), 0.5)
    tone = np.clip(light[3] / brightest, 0, 1) ** 0.7
    tone = np.where(tone < _EDGE, 0, np.rint(tone * _TINTS) / _TINTS)
    colour = (light[:3] / np.maximum(light[3], 1e-6)).transpose(1, 2, 0)
    strength = (_GLOW[inks.light] * tone)[..., None]
    small = to_rgb8(inks.paper + (colour - inks.paper) * strength)
    small[tone == 0] = paper
    large = small.repeat(_STEP, axis=0)[:height].repeat(_STEP, axis=1)[:, :width]
    return np.ascontiguousarray(large)


def _spread(pixels: int, tiles: int, sigma: float) -> Floats:
    """Return the matrix that blurs tiles and enlarges them to the halo's pixels."""
    at = (np.arange(-(-pixels // _STEP)) + 0.5) * _STEP
    middles = (np.arange(tiles) + 0.5) * _TILE
    return np.exp(-0.5 * ((at[:, None] - middles) / sigma) ** 2).astype(np.float32)
