"""Heat blended over a picture, pixel by pixel.

The arithmetic is that of the usual numpy expressions, truncated by `astype(np.uint8)`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vizterm_core.checks import as_choice, as_number
from vizterm_core.colour.colormaps import TABLE_SIZE, Colormap, find_colormap
from vizterm_core.errors import DataError, UsageError
from vizterm_core.maps.channels import Numbers
from vizterm_core.pictures.image import Picture
from vizterm_core.text import describe_shape

MODES = ("color", "gray", "multiply")
"""In the order in which a key steps through them; the first is the default."""

_CHUNK = 1 << 13
"""Pixels blended at a time: working arrays of this size stay in the processor's cache."""


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
