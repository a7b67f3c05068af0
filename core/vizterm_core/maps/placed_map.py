"""Maps on the pixels of an image, with a norm fitted to their values there."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vizterm_core.colour.colormaps import TABLE_SIZE
from vizterm_core.colour.norms import Norm, fit_norm
from vizterm_core.errors import DataError
from vizterm_core.maps.blend import Style, blend
from vizterm_core.maps.channels import PROJECTIONS, Numbers, as_channels
from vizterm_core.maps.missing import common_limits
from vizterm_core.pictures.image import Picture
from vizterm_core.pictures.resize import (
    View,
    checked_shape,
    extreme_lines,
    resize_bilinear,
    sample_bilinear,
    shrink,
)
from vizterm_core.text import describe_shape

_MOST_RANKED = 1 << 18
"""Pixels of a regular grid to which a norm that ranks values is fitted."""
_RANKING = ("percentile", "equalize")
_WITHOUT_LIMITS = ("sigmoid", "none")


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a norm that don't come from the extremes of a map."""

    low: float | None = None
    """The value at the lower end of the colours."""
    high: float | None = None
    robust: bool = False
    """Whether `minmax` leaves out absurd values; see `missing.common_limits`."""

    @property
    def given(self) -> bool:
        """Whether one of them was given by hand."""
        return self.low is not None or self.high is not None


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

    @property
    def beyond(self) -> tuple[bool, bool]:
        """Whether values lie below and above the norm's limits, and have the colours of these."""
        norm = self.norm
        if norm.name in (*_WITHOUT_LIMITS, "percentile") or self.constant:
            return False, False
        return self.least < norm.low, self.greatest > norm.high

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
    values: npt.ArrayLike,
    size: tuple[int, int],
    norm: str | Norm = "minmax",
    limits: Limits | None = None,
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
    limits : Limits, optional
        Those of the norm; without effect on a norm that has none.

    Raises
    ------
    DataError, UsageError
        If the values aren't a map, the norm is unknown, or the limits aren't in order.
    """
    return place_maps([values], size, norm, limits)[0]


def place_maps(
    maps: Sequence[npt.ArrayLike],
    size: tuple[int, int],
    norm: str | Norm = "minmax",
    limits: Limits | None = None,
) -> list[PlacedMap]:
    """Put maps on the pixels of an image, and fit one norm to all of them.

    Parameters, errors
        As for `place_map`.
    """
    name = norm if isinstance(norm, str) else norm.name
    height, width = checked_shape(size)
    fields = [_Field.of(values, (height, width), name) for values in maps]
    fitted = norm if isinstance(norm, Norm) else _fitted(fields, norm, limits or Limits())
    return [field.with_norm(fitted) for field in fields]


@dataclass(frozen=True, slots=True, eq=False)
class _Field:
    """A map on an image's pixels, before the norm."""

    numbers: Numbers
    size: tuple[int, int]
    extremes: Numbers
    """(0,) or (2,): the least and the greatest value on the image's pixels."""
    sample: Numbers
    """Values to which a norm is fitted."""

    @classmethod
    def of(cls, values: npt.ArrayLike, size: tuple[int, int], norm: str) -> _Field:
        numbers, levels = _prepared(one_channel(values), norm)
        height, width = size
        if numbers.shape[0] > height or numbers.shape[1] > width:
            numbers = shrink(numbers, size)
            numbers = _levels(numbers) if levels else numbers
        lines = [extreme_lines(*sides) for sides in zip(size, numbers.shape, strict=True)]
        sample = _on_lines(numbers, size, *lines)
        finite = sample[np.isfinite(sample)]
        extremes = np.array([finite.min(), finite.max()]) if finite.size else finite
        if norm in _RANKING:
            step = math.ceil(math.sqrt(height * width / _MOST_RANKED))
            grid = np.arange(0, height, step), np.arange(0, width, step)
            return cls(numbers, size, extremes, _on_lines(numbers, size, *grid))
        return cls(numbers, size, extremes, extremes)

    def with_norm(self, norm: Norm) -> PlacedMap:
        if self.extremes.size == 0:
            return PlacedMap(self.numbers, self.size, norm, math.nan, math.nan, math.nan)
        least, greatest = self.extremes
        peak = float(norm(self.extremes[1:])[0])
        return PlacedMap(self.numbers, self.size, norm, float(least), float(greatest), peak)


def _fitted(fields: Sequence[_Field], norm: str, limits: Limits) -> Norm:
    samples = [field.sample.ravel() for field in fields]
    sample = samples[0] if len(samples) == 1 else np.concatenate(samples)
    if norm in _WITHOUT_LIMITS:
        return fit_norm(sample, norm)
    if limits.robust and not limits.given and norm == "minmax":
        common = common_limits(np.concatenate([field.numbers.ravel() for field in fields]))
        if common is not None:
            return fit_norm(sample, norm, vmin=common[0], vmax=common[1])
    return fit_norm(sample, norm, vmin=limits.low, vmax=limits.high)


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
