"""A feature map over its image: place it, normalise, blend.

The arithmetic is that of the usual numpy expressions, truncated by `astype(np.uint8)`, so that
full-size results equal theirs to the last byte.  For a display, picture and map are averaged over
its pixels first and then blended in the same way.
"""

from __future__ import annotations

import numpy.typing as npt

from vizterm_core.checks import as_choice
from vizterm_core.colour.colormaps import Colormap, apply_colormap
from vizterm_core.colour.norms import Norm
from vizterm_core.maps.blend import MODES, Style, blend, checked_style
from vizterm_core.maps.placed_map import Limits, PlacedMap, one_channel, place_map, place_maps
from vizterm_core.pictures.image import Picture, resize_area
from vizterm_core.pictures.rgb import to_rgb

__all__ = [
    "FITS",
    "MODES",
    "OVERLAY_NORMS",
    "Limits",
    "PlacedMap",
    "Style",
    "blend",
    "checked_style",
    "heatmap",
    "one_channel",
    "overlay",
    "place_map",
    "place_maps",
]

OVERLAY_NORMS = ("minmax", "max", "sigmoid", "percentile", "symmetric", "none")
"""Norms that make sense for features, in the order in which a key steps through them."""
FITS = ("feature", "image")
"""Which of the two is resized to the other's size."""


def overlay(
    image: npt.ArrayLike,
    feature: npt.ArrayLike,
    *,
    mode: str = "color",
    alpha: float = 0.5,
    colormap: str | Colormap = "jet",
    norm: str | Norm = "minmax",
    fit: str = "feature",
) -> Picture:
    """Lay a feature map over an image.

    With f the map, at the size of the image, after the norm, each mode is one numpy expression,
    truncated by `.astype(np.uint8)`:

    - `color`: `colormap(f)[..., :3] * 255 * alpha + image * (1 - alpha)`;
    - `gray`: `f * 255 * alpha + image * (1 - alpha)`: high values lighten, low ones darken;
    - `multiply`: `image * (f / f.max())`: low values darken; alpha isn't used.

    Parameters
    ----------
    image : (H, W[, C]) or (C, H, W) array
        Whatever `to_rgb` takes.
    feature : (h, w) real, or one channel [1, h, w], [1, 1, h, w]
        NaN and infinities are missing: the image is unchanged there.  It is unchanged everywhere
        if the norm has no range: for a constant map with `minmax` (0/0), and for one without a
        positive value with `max`, or with norm `none` in mode `multiply`.
    mode : {"color", "gray", "multiply"}
    alpha : float
        The weight of the heat, 0-1.
    colormap : str or Colormap
    norm : str or Norm
        As for `fit_norm`, after resizing.  `none` takes an integer map as colour table index or
        grey level, 0-255, and a float one as it is, 0-1; values outside are at the nearest end.
        float16 is computed in float32.
    fit : {"feature", "image"}
        Which of the two is resized to the other's size: the map as by `resize_bilinear` (rounded,
        if it is an integer one with norm `none`), or the image by area means.

    Returns
    -------
    (H, W, 3) uint8; (h, w, 3) with `fit="image"`

    Raises
    ------
    DataError
        If the image isn't a picture, or the feature isn't a map of one channel.
    UsageError
        For an option that makes no sense.

    >>> overlay([[100, 100]], [[0.0, 2.0]], mode="gray")[..., 0].tolist()
    [[50, 177]]
    """
    as_choice(fit, FITS, "fit")
    style = checked_style(mode, alpha, colormap)
    picture = to_rgb(image)
    values = one_channel(feature)
    if fit == "image":
        picture = resize_area(picture, *values.shape)
    placed = place_map(values, picture.shape[:2], norm)
    return placed.over(picture, placed.shares(), style)


def heatmap(
    feature: npt.ArrayLike,
    *,
    shape: tuple[int, int] | None = None,
    colormap: str | Colormap = "jet",
    norm: str | Norm = "minmax",
) -> Picture:
    """Draw a feature map in colours: `(colormap(f)[..., :3] * 255).astype(np.uint8)`.

    A constant map is drawn in the lowest colour, missing values in the colormap's `bad` colour.

    Parameters
    ----------
    feature, colormap, norm
        As for `overlay`.
    shape : (H, W), optional
        The size to which it is resized before the norm.

    Returns
    -------
    (H, W, 3) uint8
    """
    values = one_channel(feature)
    placed = place_map(values, values.shape if shape is None else shape, norm)
    return apply_colormap(placed.shares(), colormap)
