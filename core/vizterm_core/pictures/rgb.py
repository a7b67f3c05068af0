"""Pictures from arrays of any usual layout and range, and what was assumed about them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vizterm_core.checks import as_array, as_choice
from vizterm_core.errors import DataError, UsageError
from vizterm_core.files.memory import require_memory
from vizterm_core.pictures.image import (
    BLACK,
    CHANNELS,
    LONGEST_SIDE,
    Picture,
    PictureFormat,
    assumed_range,
)
from vizterm_core.text import clean, describe_shape

LAYOUTS = ("HW", "HWC", "CHW", "1CHW", "1HWC")

_EIGHT_BITS = 255
_SIXTEEN_BITS = 65535
_BY_AXES = {2: ("HW",), 3: ("HWC", "CHW"), 4: ("1HWC", "1CHW")}
"""Layouts by number of axes, in the order in which they are tried."""
_SHAPES = "give (H, W), (H, W, 1|3|4), (1|3|4, H, W) or one of those with a 1 in front"


@dataclass(frozen=True, slots=True, eq=False)
class RgbReading:
    """A picture, and how its array was read."""

    pixels: Picture
    """(H, W, 3) uint8."""
    layout: str
    """One of `LAYOUTS`."""
    low: float
    """The value drawn black."""
    high: float
    """The value drawn white."""
    alpha: bool
    """Whether an alpha channel was laid over the background."""

    def describe(self) -> str:
        """Say what was assumed, for a status line: 'CHW, 0 to 1'."""
        over = ", alpha laid over the background" if self.alpha else ""
        return f"{self.layout}, {self.low:g} to {self.high:g}{over}"


def to_rgb(
    array: npt.ArrayLike,
    *,
    layout: str | None = None,
    value_range: tuple[float, float] | None = None,
    background: tuple[int, int, int] = BLACK,
) -> Picture:
    """Make a picture of an array of any usual layout and range.

    Parameters
    ----------
    array, layout, value_range, background
        As for `read_rgb`, which also tells what was assumed.

    Returns
    -------
    (H, W, 3) uint8

    Raises
    ------
    DataError
        If the array isn't a picture.
    UsageError
        For a layout, range or background that makes no sense.


    >>> to_rgb(np.array([[0.0, 0.2, 1.0]]))[..., 0].tolist()
    [[0, 51, 255]]
    """
    reading = read_rgb(array, layout=layout, value_range=value_range, background=background)
    return reading.pixels


def read_rgb(
    array: npt.ArrayLike,
    *,
    layout: str | None = None,
    value_range: tuple[float, float] | None = None,
    background: tuple[int, int, int] = BLACK,
    name: str = "image",
) -> RgbReading:
    """Make a picture of an array, and tell what was assumed about it.

    Parameters
    ----------
    array : (H, W), (H, W, C), (C, H, W), (1, C, H, W) or (1, H, W, C), C of 1, 3 or 4
        Real numbers.  uint8 (H, W, 3) isn't copied.
    layout : {"HW", "HWC", "CHW", "1CHW", "1HWC"}, optional
        By default by the number of axes; of three, the last holds the channels if it can, else
        the first.
    value_range : (low, high), optional
        The values drawn black and white; values beyond are clipped.  By default by dtype and
        extremes: bool and uint8 as they are; floats 0-1 if they fit; any numbers 0-255
        if they fit; uint16 0-65535; else from the least to the greatest.
    background : (red, green, blue)
        The colour, 0-255, under the fourth channel, alpha.
    name : str
        The array's name in errors.

    Returns
    -------
    RgbReading
        Levels are rounded; NaN is drawn as `low`.

    Raises
    ------
    DataError
        If the array isn't a picture, doesn't have that layout, or has a side of more than
        `LONGEST_SIDE`.
    UsageError
        For a layout, range or background that makes no sense.
    """
    values = as_array(array, name)
    found = find_layout(values.shape, values.dtype, layout=layout, name=name)
    _check_background(background)
    sides = picture_sides(values.shape, found)
    if max(sides) > LONGEST_SIDE:
        raise DataError(
            f"{clean(name)}: {describe_shape(values.shape)} has a side of more than "
            f"{LONGEST_SIDE:,} pixels",
            "shrink it first",
        )
    require_memory(3 * math.prod(sides), f"{clean(name)} as a picture")
    low, high = _range_of(values) if value_range is None else _checked_range(value_range)
    picture = values[0] if values.ndim == 4 else values
    channels_first = found.endswith("CHW")
    alpha = picture.ndim == 3 and picture.shape[0 if channels_first else -1] == 4
    pixels = PictureFormat(channels_first, low, high).to_rgb(picture, background)
    return RgbReading(pixels, found, low, high, alpha)


def find_layout(
    shape: tuple[int, ...],
    dtype: np.dtype[np.generic],
    *,
    layout: str | None = None,
    name: str = "image",
) -> str:
    """Return the layout in which `read_rgb` would read an array: one of `LAYOUTS`.

    Raises
    ------
    DataError, UsageError
        As for `read_rgb`.
    """
    held = f"{clean(name)} {describe_shape(shape)} {dtype}"
    if layout is not None:
        layout = as_choice(layout, LAYOUTS, "layout")
    if dtype.kind not in "biuf":
        raise DataError(f"{held} holds no real numbers", "save it with .astype(np.uint8)")
    if 0 in shape:
        raise DataError(f"{held} has no pixel", _SHAPES)
    if layout is not None:
        if not _fits(shape, layout):
            raise DataError(f"{held} isn't a picture of layout {layout}", _SHAPES)
        return layout
    for candidate in _BY_AXES.get(len(shape), ()):
        if _fits(shape, candidate):
            return candidate
    raise DataError(f"{held} isn't a picture", _SHAPES)


def picture_sides(shape: tuple[int, ...], layout: str) -> tuple[int, int]:
    """Return (H, W) of an array of that shape and layout."""
    return shape[layout.index("H")], shape[layout.index("W")]


def _fits(shape: tuple[int, ...], layout: str) -> bool:
    if len(shape) != len(layout) or (layout[0] == "1" and shape[0] != 1):
        return False
    return "C" not in layout or shape[layout.index("C")] in CHANNELS


def _range_of(values: npt.NDArray[np.generic]) -> tuple[float, float]:
    low, high = assumed_range(values)
    if values.dtype.kind == "u" and values.dtype.itemsize == 2 and high > _EIGHT_BITS:
        return 0.0, float(_SIXTEEN_BITS)
    return low, high


def _checked_range(value_range: tuple[float, float]) -> tuple[float, float]:
    try:
        low, high = (float(end) for end in value_range)
    except (TypeError, ValueError):
        low = high = math.nan
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise UsageError(
            f"value range {value_range!r} isn't a range",
            "give the values of black and white: low < high",
        )
    return low, high


def _check_background(background: tuple[int, int, int]) -> None:
    levels = as_array(background, "background")
    right = levels.shape == (3,) and levels.dtype.kind in "iu"
    if not right or levels.min() < 0 or levels.max() > _EIGHT_BITS:
        raise UsageError(
            f"background {background!r} isn't a colour", "give red, green and blue of 0 to 255"
        )
