"""Pictures of the blurred density, alone or behind the dots."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from textual.geometry import Region

from vizterm.embed.density_look import DIMMED, DensityLook
from vizterm.embed.plot_pictures import with_holes
from vizterm.graphics.canvas import Painting, Pixels, WholeCell, as_picture
from vizterm.graphics.indexed import Indexed
from vizterm.maps.pixel_map import coloured
from vizterm_core.colour.norms import Norm
from vizterm_core.colour.oklab import to_rgb8
from vizterm_core.pictures.image import Picture
from vizterm_core.scatter.density import Density
from vizterm_core.scatter.shade import Inks

_DOT = 96
"""Levels by which a pixel of a dot differs from the paper; its halo does by less."""


def blurred_painting(
    density: Density,
    norm: Norm,
    look: DensityLook,
    size: tuple[int, int],
    inks: Inks,
    holes: Sequence[Region],
    dots: Painting | None,
) -> Painting:
    """Return a density in its colours, with holes for text.

    Parameters
    ----------
    density : (H, W)
        Of any resolution: it fills the plot.
    norm : Norm
    look : DensityLook
        Gives the colormap; behind dots it is dimmed.
    size : (columns, rows)
        Of the plot in cells.
    inks : Inks
    holes : sequence of Region
        In cells of the plot.
    dots : Painting, optional
        Dots to lie over it, on `inks.paper`.
    """
    colormap = look.colours.colormap
    digest = hashlib.blake2b(np.ascontiguousarray(density).tobytes(), digest_size=16)
    how = (norm.name, norm.low, norm.high, colormap.name, size, tuple(holes), look.with_dots)
    digest.update(repr((how, None if dots is None else dots.key)).encode())

    dimmed = look.with_dots

    def draw(cell: WholeCell) -> Pixels:
        picture = coloured(norm(density), colormap)
        if dimmed:
            picture = replace(picture, palette=picture.palette // DIMMED)
        if dots is None and not holes:
            return picture
        whole = _enlarged(picture, size, cell)
        if dots is not None:
            whole = _laid_over(whole, as_picture(dots.pixels(cell), size, cell), inks)
        return with_holes(whole, holes, cell, inks)

    return Painting(digest.digest(), *size, draw)


def _laid_over(below: Picture, dots: Picture, inks: Inks) -> Picture:
    """Return dots over a picture: the more a pixel differs from the paper, the less is below."""
    paper = to_rgb8(inks.paper).astype(np.int16)
    contrast = np.abs(dots.astype(np.int16) - paper).max(axis=2, keepdims=True)
    share = np.clip(contrast / np.float32(_DOT), 0, 1)
    mixed: Picture = np.rint(dots * share + below * (1 - share)).astype(np.uint8)
    return mixed


def _enlarged(picture: Indexed, size: tuple[int, int], cell: WholeCell) -> Picture:
    """Return a picture in the pixels of its cells, each the nearest: (H, W, 3)."""
    height, width = size[1] * cell[1], size[0] * cell[0]
    rows = np.arange(height) * picture.shape[0] // height
    columns = np.arange(width) * picture.shape[1] // width
    return picture.take(rows, columns).rgb()
