"""A feature map over its image: place it, normalise, blend.

The arithmetic is that of the usual numpy expressions, truncated by `astype(np.uint8)`, so that
full-size results equal theirs to the last byte.  For a display, picture and map are averaged over
its pixels first and then blended in the same way.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vizterm_core.checks import as_choice, as_number
from vizterm_core.colour.colormaps import TABLE_SIZE, Colormap, apply_colormap, find_colormap
from vizterm_core.colour.norms import Norm, fit_norm
from vizterm_core.errors import DataError, UsageError
from vizterm_core.maps.channels import PROJECTIONS, Numbers, as_channels
from vizterm_core.pictures.image import Picture, resize_area
from vizterm_core.pictures.resize import (
    View,
    checked_shape,
    extreme_lines,
    resize_bilinear,
    sample_bilinear,
    shrink,
)
from vizterm_core.pictures.rgb import to_rgb
from vizterm_core.text import describe_shape

MODES = ("color", "gray", "multiply")
"""In the order in which a key steps through them; the first is the default."""
OVERLAY_NORMS = ("minmax", "max", "sigmoid", "percentile", "symmetric", "none")
"""Norms that make sense for features, in the order in which a key steps through them."""
FITS = ("feature", "image")
"""Which of the two is resized to the other's size."""

_CHUNK = 1 << 13
"""Pixels blended at a time: working arrays of this size stay in the processor's cache."""
_MOST_RANKED = 1 << 18
"""Pixels of a regular grid to which a norm that ranks values is fitted."""
_RANKING = ("percentile", "equalize")


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

    >>> overlay(np.full((1, 2, 3), 100, np.uint8), [[0.0, 2.0]], mode="gray")[..., 0].tolist()
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


@dataclass(frozen=True, slots=True, eq=False)
class Style:
    """The mode, weight and colours of heat over a picture."""

    mode: str
    """One of `MODES`."""
    alpha: float
    """The weight of the heat, 0-1."""
    colormap: Colormap


def checked_style(mode: str, alpha: float, colormap: str | Colormap) -> Style:
    """Return a `Style` of valid options.

    Raises
    ------
    UsageError
        For an unknown mode or colormap, or an alpha outside of 0-1.
    """
    as_choice(mode, MODES, "mode")
    if not 0 <= as_number(alpha, "alpha") <= 1:
        raise UsageError(f"alpha is {alpha:g}", "give the weight of the heat, 0 to 1")
    if not isinstance(colormap, Colormap):
        colormap = find_colormap(colormap)
    return Style(mode, float(alpha), colormap)


@dataclass(frozen=True, slots=True, eq=False)
class PlacedMap:
    """A map on an image's pixels, with a norm fitted to its values there; see `place_map`."""

    values: Numbers
    """(h, w), no larger than the image; uint8 levels if it is an integer map with norm `none`."""
    size: tuple[int, int]
    """(H, W) of the image."""
    norm: Norm
    least: float
    """The least value on the image's pixels; NaN if there is none."""
    greatest: float
    peak: float
    """`greatest` after the norm."""

    @property
    def constant(self) -> bool:
        """Whether the norm has no range; `over` then leaves the picture unchanged."""
        return self.norm.constant

    def shares(self, view: View | None = None, display: tuple[int, int] | None = None) -> Numbers:
        """Return the map after the norm, (H, W), or as a display shows it.

        Parameters
        ----------
        view : (top, bottom, left, right), optional
            The part that is shown, in pixels of the image.
        display : (rows, columns), optional
            The map is averaged over the area of each display pixel, before the norm.

        Returns
        -------
        array
            Floats, NaN where missing; uint8 levels for an integer map with norm `none`.
        """
        if view is None and display is None and self.values.shape == self.size:
            return self.norm(self.values)
        resized = resize_bilinear(self.values, self.size, view=view, display=display)
        return self.norm(self._bounded(resized))

    def at(self, row: int, column: int) -> tuple[float, float]:
        """Return the value at a pixel of the image before and after the norm; levels stay 0-255."""
        raw = self.values[row : row + 1, column : column + 1]
        if self.values.shape != self.size:
            lines = np.array([row]), np.array([column])
            raw = self._bounded(sample_bilinear(self.values, self.size, *lines))
        return float(raw[0, 0]), float(self.norm(raw)[0, 0])

    def over(self, picture: Picture, shares: Numbers, style: Style) -> Picture:
        """Return the picture with this map over it.

        Parameters
        ----------
        picture : (rows, columns, 3) uint8
            All of the image, or what a display shows of it.
        shares : (rows, columns)
            As returned by `shares`, for the same pixels.
        style : Style
        """
        undefined = self.constant or (style.mode == "multiply" and not self.peak > 0)
        return picture.copy() if undefined else blend(picture, shares, style, self.peak)

    def _bounded(self, values: Numbers) -> Numbers:
        # Rounding must not carry a mean beyond the extremes, e.g. of a constant map.
        np.clip(values, self.least, self.greatest, out=values)
        levels = self.norm.name == "none" and self.values.dtype == np.uint8
        return _levels(values) if levels else values


def place_map(
    values: npt.ArrayLike, size: tuple[int, int], norm: str | Norm = "minmax"
) -> PlacedMap:
    """Put a map on the pixels of an image, and fit a norm to its values there.

    The cost is that of the map's pixels, not the image's: the extremes of an enlarged map are on
    a few of its lines.  A norm that ranks values is fitted to at most 2^18 pixels of a grid.

    Parameters
    ----------
    values : (h, w) real
    size : (H, W)
        Of the image.
    norm : str or Norm
        As for `fit_norm`, or a norm with given limits.

    Raises
    ------
    DataError, UsageError
        If the values aren't a map, or the norm is unknown.
    """
    name = norm if isinstance(norm, str) else norm.name
    numbers, levels = _prepared(one_channel(values), name)
    height, width = checked_shape(size)
    if numbers.shape[0] > height or numbers.shape[1] > width:
        numbers = shrink(numbers, (height, width))
        numbers = _levels(numbers) if levels else numbers
    lines = [extreme_lines(*sides) for sides in zip((height, width), numbers.shape, strict=True)]
    sample = _on_lines(numbers, (height, width), *lines)
    finite = sample[np.isfinite(sample)]
    if name in _RANKING:
        step = math.ceil(math.sqrt(height * width / _MOST_RANKED))
        grid = np.arange(0, height, step), np.arange(0, width, step)
        sample = _on_lines(numbers, (height, width), *grid)
    fitted = fit_norm(sample, norm) if isinstance(norm, str) else norm
    if finite.size == 0:
        return PlacedMap(numbers, (height, width), fitted, math.nan, math.nan, math.nan)
    greatest = finite.max(keepdims=True)
    peak = float(fitted(greatest)[0])
    least = float(finite.min())
    return PlacedMap(numbers, (height, width), fitted, least, float(greatest[0]), peak)


def one_channel(feature: npt.ArrayLike) -> Numbers:
    """Return the only map, (h, w), of a feature tensor.

    Raises
    ------
    DataError
        If it has more than one channel, or isn't a feature tensor; see `as_channels`.
    """
    channels = as_channels(feature)
    if len(channels) > 1:
        raise DataError(
            f"feature {describe_shape(np.shape(feature))} has {len(channels):,} channels",
            f"choose one with project(feature, 0), or one of {', '.join(PROJECTIONS)}",
        )
    return channels[0]


def _prepared(values: Numbers, norm: str) -> tuple[Numbers, bool]:
    """Return values to compute with, NaN where not finite, and whether they are levels."""
    if values.dtype.kind in "iu":
        levels = norm == "none"
        return (np.clip(values, 0, TABLE_SIZE - 1).astype(np.uint8) if levels else values), levels
    if values.dtype.kind == "b" or values.dtype == np.float16:
        values = values.astype(np.float32)
    elif values.dtype.itemsize > 8 or not values.dtype.isnative:
        values = values.astype(np.float64 if values.dtype.itemsize >= 8 else np.float32)
    finite = np.isfinite(values)
    return (values if finite.all() else np.where(finite, values, values.dtype.type(np.nan))), False


def _on_lines(
    numbers: Numbers,
    size: tuple[int, int],
    rows: npt.NDArray[np.intp],
    columns: npt.NDArray[np.intp],
) -> Numbers:
    if numbers.shape != size:
        return sample_bilinear(numbers, size, rows, columns)
    return numbers if (len(rows), len(columns)) == size else numbers[np.ix_(rows, columns)]


def _levels(values: Numbers) -> npt.NDArray[np.uint8]:
    return np.rint(values).astype(np.uint8)


def blend(picture: Picture, shares: Numbers, style: Style, peak: float = 1.0) -> Picture:
    """Blend heat over a picture, pixel by pixel, by the expressions of `overlay`.

    Parameters
    ----------
    picture : (rows, columns, 3) uint8
    shares : (rows, columns)
        uint8 levels, or floats: 0-1, values outside as at the nearest end, NaN for no heat.
    style : Style
    peak : float
        The share at which mode `multiply` shows the picture unchanged; above 0.

    Returns
    -------
    (rows, columns, 3) uint8
    """
    if shares.shape != picture.shape[:2]:
        raise DataError(
            f"a map {describe_shape(shares.shape)} over a picture {describe_shape(picture.shape)}",
            "give both the same rows and columns",
        )
    pixels, heat = picture.reshape(-1, 3), shares.reshape(-1)
    blended = np.empty_like(pixels)
    lay = _LAYERS[style.mode]
    for start in range(0, heat.size, _CHUNK):
        part = slice(start, start + _CHUNK)
        below, above = pixels[part], heat[part]
        missing = np.isnan(above) if above.dtype.kind == "f" else None
        if missing is not None and missing.any():
            lay(below, np.where(missing, above.dtype.type(0), above), style, peak, blended[part])
            blended[part][missing] = below[missing]
        else:
            lay(below, above, style, peak, blended[part])
    return blended.reshape(picture.shape)


def _color(below: Picture, heat: Numbers, style: Style, _peak: float, out: Picture) -> None:
    levels = heat
    if heat.dtype != np.uint8:
        # A power of two: exact, and truncation then picks matplotlib's level.
        scaled = heat * heat.dtype.type(TABLE_SIZE)
        levels = np.clip(scaled, 0, TABLE_SIZE - 1, out=scaled).astype(np.uint8)
    table = style.colormap.colours * 255 * style.alpha
    mixed = table.take(levels, axis=0)
    mixed += below * (1 - style.alpha)
    np.copyto(out, mixed, casting="unsafe")


def _gray(below: Picture, heat: Numbers, style: Style, _peak: float, out: Picture) -> None:
    levels = heat if heat.dtype == np.uint8 else np.clip(heat, 0, 1) * 255
    mixed = below * (1 - style.alpha)
    # Repeated: an inner loop over three levels is slow.
    mixed += (levels * style.alpha).repeat(3).reshape(-1, 3)
    np.copyto(out, mixed, casting="unsafe")


def _multiply(below: Picture, heat: Numbers, _style: Style, peak: float, out: Picture) -> None:
    with np.errstate(over="ignore"):
        weights = np.clip(heat / peak, 0, 1)
    np.copyto(out, below * weights.repeat(3).reshape(-1, 3), casting="unsafe")


_LAYERS = {"color": _color, "gray": _gray, "multiply": _multiply}
