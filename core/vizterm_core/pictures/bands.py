"""Pictures of other than 1, 3 or 4 channels: which of their bands are drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.pictures.image import CHANNELS, channel_axis

_MOST_NAMED = 16
"""Bands up to which three of them are drawn; the mean of more, as these are no colours."""
_FEWEST_NATURAL = 6
"""Bands from which on a satellite's first is no colour: coastal, then blue, green, red."""


@dataclass(frozen=True, slots=True)
class Bands:
    """The axis of channels or bands of pictures, and which of them are drawn."""

    axis: int | None
    """-1 or 0; None for pictures without such an axis."""
    chosen: tuple[int, ...] = ()
    """Those drawn red, green and blue; none if all are channels, or where the mean is drawn."""
    count: int = 1
    mean: bool = False
    """Whether the mean of all bands is drawn."""

    @classmethod
    def of(cls, shape: tuple[int, ...]) -> Bands | None:
        """Return the bands to draw of pictures of a shape; None if no picture has it."""
        if len(shape) == 2:
            return cls(None)
        axis = channel_axis(shape) if len(shape) == 3 else None
        if axis is None:
            return None
        count = shape[axis]
        if count in CHANNELS:
            return cls(axis, (), count)
        if count < 3 or count > _MOST_NAMED:
            return cls(axis, (), count, mean=True)
        # Sentinel-2 and Landsat 8 have blue, green, red as their bands 2, 3, 4; others begin so.
        red = 3 if count >= _FEWEST_NATURAL else 2
        return cls(axis, (red, red - 1, red - 2), count)

    def as_colours(self) -> Bands:
        """Return the first three of four channels, where the fourth isn't alpha."""
        return Bands(self.axis, (0, 1, 2), self.count)

    def take(self, pictures: npt.NDArray[Any], first: int = 0) -> npt.NDArray[Any]:
        """Return pictures as (..., H, W) or (..., H, W, C), C of 1, 3 or 4.

        Parameters
        ----------
        pictures : array
        first : int
            Axes before those of a picture.
        """
        if self.axis is None:
            return pictures
        axis = -1 if self.axis == -1 else first
        if self.mean:
            return pictures.mean(axis=axis, dtype=np.float64)
        moved = np.moveaxis(pictures, axis, -1)
        return moved[..., list(self.chosen)] if self.chosen else moved

    def describe(self) -> str:
        """Say what is drawn; empty where all of it is.

        >>> Bands.of((64, 64, 13)).describe()
        'bands 4, 3, 2 of 13'
        """
        if self.mean:
            return f"mean of {self.count} bands"
        if not self.chosen:
            return ""
        return f"bands {', '.join(str(band + 1) for band in self.chosen)} of {self.count}"
