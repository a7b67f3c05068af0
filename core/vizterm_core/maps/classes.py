"""Masks and class maps: nearest instead of bilinear, a colour for each class, no values between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.colour.colormaps import TABLE_SIZE, Colormap
from vizterm_core.colour.norms import Norm
from vizterm_core.colour.palette import MISSING_COLOUR, categorical_palette
from vizterm_core.maps.channels import Numbers
from vizterm_core.maps.overlay import Style, blend
from vizterm_core.pictures.image import Picture
from vizterm_core.pictures.resize import View

MOST_CLASSES = TABLE_SIZE
_FEW_CLASSES = 8
"""Distinct integers that are taken for classes if they lie in areas, however they are ordered."""
_EVEN = 0.7
"""Share of neighbouring pixels with the same value in a class map."""
_PIXELS_A_CLASS = 16
_STEPS = 0.125
"""Share of all classes that neighbouring ones are apart at least, on the mean, if there are many:
a picture of few levels goes up and down by single ones."""
_MOST_LOOKED_AT = 1 << 20
_IGNORED = 255
"""The number that usually stands for "no class", beside low ids."""
_HIGHEST_ID = 150
_APART = 2.0
"""Gaps between other ids that lie between these and 255: levels of a picture are even."""


def find_classes(values: npt.NDArray[Any]) -> npt.NDArray[np.int64] | None:
    """Return the ids of classes if an array is a mask or a class map, rising; None otherwise.

    Parameters
    ----------
    values : (..., h, w)
        bool is a mask.  Integers are classes if most neighbours are equal, and there are at most 8
        distinct ones, or 256 that don't change by single steps.
    """
    if values.dtype.kind == "b":
        return np.array([0, 1])
    if values.dtype.kind not in "iu" or values.ndim < 2:
        return None
    sample = values.reshape(-1, *values.shape[-2:])
    maps = max(1, _MOST_LOOKED_AT // max(1, sample.shape[1] * sample.shape[2]))
    looked_at = sample[:: -(-len(sample) // maps)]
    ids, ranks = np.unique(looked_at, return_inverse=True)
    if not 2 <= ids.size <= MOST_CLASSES or looked_at.size < _PIXELS_A_CLASS * ids.size:
        return None
    ranks = ranks.reshape(looked_at.shape)
    steps = np.abs(np.diff(ranks, axis=-1))
    if steps.size == 0 or np.count_nonzero(steps == 0) < _EVEN * steps.size:
        return None
    if ids.size > _FEW_CLASSES and steps[steps > 0].mean() < _STEPS * ids.size:
        return None
    if len(looked_at) < len(sample):
        ids = np.unique(values)
        if ids.size > MOST_CLASSES:
            return None
    return ids.astype(np.int64)


def no_class(ids: npt.NDArray[np.int64]) -> int | None:
    """Return the id that stands for "no class": 255 far above two or more others; None without.

    >>> no_class(np.array([0, 1, 20, 255]))
    255
    >>> no_class(np.array([0, 128, 255]))
    """
    if ids.size <= 2 or ids[-1] != _IGNORED or ids[0] < 0 or ids[-2] > _HIGHEST_ID:
        return None
    away = ids[-1] - ids[-2]
    return _IGNORED if away > _APART * np.diff(ids[:-1]).max() else None


def class_colours(ids: npt.NDArray[np.int64]) -> Picture:
    """Return a colour for each class, (k, 3) uint8; grey for one that is none."""
    colours = categorical_palette(len(ids)).copy()
    if no_class(ids) is not None:
        colours[-1] = MISSING_COLOUR
    return colours


@dataclass(frozen=True, slots=True, eq=False)
class PlacedClasses:
    """A class map on an image's pixels: what `maps.overlay.PlacedMap` is to quantities."""

    values: Numbers
    """(h, w) class ids; any other value is missing."""
    size: tuple[int, int]
    """(H, W) of the image."""
    ids: npt.NDArray[np.int64]
    """(k,) rising."""

    @property
    def mask(self) -> bool:
        """Whether there are two classes, of which the lower one is the background."""
        return self.ids.size == 2

    @property
    def constant(self) -> bool:
        """Never: a map of one class is a class map all the same."""
        return False

    @property
    def norm(self) -> Norm:
        """From class ids to shares, for a colour bar."""
        ids = self.ids.astype(np.float64)
        knots = np.stack([ids, np.linspace(0, 1, ids.size)])
        return Norm("classes", float(ids[0]), float(ids[-1]), knots)

    @property
    def colormap(self) -> Colormap:
        """A colour for each class, in steps."""
        colours = class_colours(self.ids) / 255
        ranks = np.rint(np.arange(TABLE_SIZE) * (self.ids.size - 1) / (TABLE_SIZE - 1))
        return Colormap("classes", colours[ranks.astype(np.intp)])

    def shares(self, view: View | None = None, display: tuple[int, int] | None = None) -> Numbers:
        """Return the place of each class among all, 0 to 1; of the middle of each display pixel."""
        height, width = self.size
        top, bottom, left, right = view or (0.0, float(height), 0.0, float(width))
        rows, columns = display or self.size
        down = self._lines(top, bottom, rows, height, 0)
        along = self._lines(left, right, columns, width, 1)
        values = self.values[np.ix_(down, along)]
        ranks = np.minimum(np.searchsorted(self.ids, values), self.ids.size - 1)
        shares = (ranks / (self.ids.size - 1)).astype(np.float32)
        return np.where(self.ids[ranks] == values, shares, np.float32(np.nan))

    def at(self, row: int, column: int) -> tuple[float, float]:
        """Return the class at a pixel of the image, twice: it has no share."""
        height, width = self.size
        line = self._lines(row, row + 1, 1, height, 0)[0]
        place = self._lines(column, column + 1, 1, width, 1)[0]
        value = float(self.values[line, place])
        if value not in self.ids:
            value = float("nan")
        return value, value

    def over(self, picture: Picture, shares: Numbers, style: Style) -> Picture:
        """Return the picture with the classes over it; the background of a mask stays as it is."""
        style = Style(style.mode, style.alpha, self.colormap)
        if self.mask and style.mode == "color":
            shares = np.where(shares > 0, shares, np.float32(np.nan))
        return blend(picture, shares, style)

    def _lines(
        self, start: float, stop: float, count: int, length: int, axis: int
    ) -> npt.NDArray[np.intp]:
        middles = start + (np.arange(count) + 0.5) * (stop - start) / count
        pixels = np.floor(middles * self.values.shape[axis] / length).astype(np.intp)
        return np.clip(pixels, 0, self.values.shape[axis] - 1)
