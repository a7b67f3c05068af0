"""Pictures of the blurred density, alone or behind the dots."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from textual.geometry import Region

from vizterm.embed.scatter.density_look import DIMMED, OPAQUE, DensityLook
from vizterm.embed.scatter.plot_pictures import with_holes
from vizterm.graphics.canvas import Painting, Pixels, WholeCell, as_picture
from vizterm.graphics.indexed import Indexed
from vizterm.maps.pixel_map import coloured
from vizterm_core.colour.norms import Norm
from vizterm_core.colour.oklab import to_rgb8
from vizterm_core.pictures.image import Picture
from vizterm_core.scatter.density import Density
from vizterm_core.scatter.shade import Inks

_GREYS, _FAINT, _BRIGHT = 32, 5, 96
"""Steps of the grey behind selected points, of these where it shines through, and where not: 256
colours together."""
_DOT = 96
"""Levels by which a pixel of a dot differs from the paper; its halo does by less."""


@dataclass(frozen=True, slots=True)
class BlurredDensity:
    """A density in some resolution, and that of the selected points."""

    every: Density
    norm: Norm
    selected: Density | None = None
    selected_norm: Norm | None = None

    @classmethod
    def of(
        cls,
        look: DensityLook,
        every: Density,
        selected: Density | None = None,
        fitted: Density | None = None,
        fitted_selected: Density | None = None,
    ) -> BlurredDensity:
        """Return densities with norms that are fitted to them, or to others.

        Parameters
        ----------
        fitted, fitted_selected : Density, optional
            The same in half blocks, which have the same colours then.
        """
        norm = look.norm(every if fitted is None else fitted)
        if selected is None:
            return cls(every, norm)
        other = selected if fitted_selected is None else fitted_selected
        return cls(every, norm, selected, look.norm(other))

    def key(self) -> bytes:
        """Identify the values and the norms."""
        digest = hashlib.blake2b(np.ascontiguousarray(self.every).tobytes(), digest_size=16)
        if self.selected is not None:
            digest.update(np.ascontiguousarray(self.selected).tobytes())
        norms = [norm for norm in (self.norm, self.selected_norm) if norm is not None]
        digest.update(repr([(norm.name, norm.low, norm.high) for norm in norms]).encode())
        return digest.digest()

    def picture(self, look: DensityLook) -> Indexed:
        """Return it in its colours: all of it, or the selected points' over grey."""
        if self.selected is None or self.selected_norm is None:
            return coloured(self.norm(self.every), look.colours.colormap)
        return in_few_colours(self, look)


def in_few_colours(density: BlurredDensity, look: DensityLook) -> Indexed:
    """Return selected points in colours over grey: the grey is told only where it is seen."""
    assert density.selected is not None and density.selected_norm is not None
    tones = density.selected_norm(density.selected)
    faint = np.clip(np.nan_to_num(tones) / OPAQUE, 0, 1) * (_FAINT - 1)
    bright = np.clip((tones - OPAQUE) / (1 - OPAQUE), 0, 1) * (_BRIGHT - 1)
    grey = np.clip(np.nan_to_num(density.norm(density.every)), 0, 1) * (_GREYS - 1)
    over_grey = np.rint(faint) * _GREYS + np.rint(grey)
    entries = np.where(tones > OPAQUE, _FAINT * _GREYS + np.rint(bright), over_grey)
    greys = np.tile(np.linspace(0, 1, _GREYS), _FAINT)
    front = np.concatenate(
        [
            np.linspace(0, OPAQUE, _FAINT).repeat(_GREYS),
            np.linspace(OPAQUE, 1, _BRIGHT),
        ]
    )
    palette = look.two_tone(np.concatenate([greys, np.zeros(_BRIGHT)]), front)
    return Indexed(entries.astype(np.uint8), palette)


def blurred_painting(
    density: BlurredDensity,
    look: DensityLook,
    size: tuple[int, int],
    inks: Inks,
    holes: Sequence[Region],
    dots: Painting | None,
) -> Painting:
    """Return a density in its colours, with holes for text.

    Parameters
    ----------
    density : BlurredDensity
        Of any resolution: it fills the plot.
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
    dimmed, colours = look.with_dots, look.colours.colormap.name
    how = (colours, size, tuple(holes), dimmed, None if dots is None else dots.key)
    key = hashlib.blake2b(density.key() + repr(how).encode(), digest_size=16).digest()

    def draw(cell: WholeCell) -> Pixels:
        picture = density.picture(look)
        if dimmed:
            picture = replace(picture, palette=picture.palette // DIMMED)
        if dots is None and not holes:
            return picture
        whole = _enlarged(picture, size, cell)
        if dots is not None:
            whole = _laid_over(whole, as_picture(dots.pixels(cell), size, cell), inks)
        return with_holes(whole, holes, cell, inks)

    return Painting(key, *size, draw)


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
