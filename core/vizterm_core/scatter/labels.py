"""Labels of points as small integer codes with names.

Few different values are categories; a continuous quantity is cut into `LEVELS` levels so that both
can be counted in the same way.  `encode` makes them of arrays.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vizterm_core.scatter.grid import Codes

LEVELS = 32
"""Levels of a continuous label."""
MISSING_NAME = "(missing)"
EMPTY_NAME = "(empty)"


@dataclass(frozen=True, slots=True)
class ContinuousScale:
    """The range of a continuous label; level k covers the k-th of `LEVELS` equal parts."""

    low: float
    high: float
    date_unit: str = ""
    """For dates, whose values are seconds since 1970: how finely to tell them, 'D' or 's'."""

    def level_bounds(self, level: int) -> tuple[float, float]:
        """Return the values at which a level begins and ends."""
        low, high = (
            self.low * (1 - edge / LEVELS) + self.high * (edge / LEVELS)
            for edge in (level, level + 1)
        )
        return low, high

    def text(self, value: float, digits: int = 4) -> str:
        """Return a value as people read it: a number of some digits, or a date."""
        if not self.date_unit:
            return f"{value:.{digits}g}"
        moment = np.datetime64(round(value), "s").astype(f"M8[{self.date_unit}]")
        return str(moment).replace("T", " ")


@dataclass(frozen=True, slots=True)
class Labels:
    """The label of every point."""

    codes: Codes
    """(n,) unsigned integers: positions in `names`."""
    names: tuple[str, ...]
    """The name of each label in natural order, whole and as it is: not harmless for a terminal."""
    counts: npt.NDArray[np.int64]
    """(labels,) number of points of each label."""
    scale: ContinuousScale | None = None
    """Set where the labels are levels of a continuous quantity."""
    values: npt.NDArray[np.floating] | None = None
    """(n,) the values of the continuous quantity."""
    grey: tuple[int, ...] = ()
    """Labels that say that there is none: noise and missing ones, the last of all."""
    colours: npt.NDArray[np.uint8] | None = None
    """(labels, 3) RGB, where the data bring their own."""

    @property
    def continuous(self) -> bool:
        """Whether the labels are levels of a quantity."""
        return self.scale is not None

    def text_of(self, index: int) -> str:
        """Return the label of one point as text, which isn't harmless for a terminal."""
        if self.values is not None and self.scale and np.isfinite(self.values[index]):
            return self.scale.text(float(self.values[index]), 6)
        return self.names[int(self.codes[index])]


def no_labels(count: int) -> Labels:
    """Return one label for all points."""
    return Labels(np.zeros(count, np.uint8), ("points",), np.array([count], np.int64))
