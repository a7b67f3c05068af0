"""Colormaps for continuous values: 256 colours each, the same as matplotlib's of that name."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.checks import as_text
from vizterm_core.colour import colormap_tables as tables
from vizterm_core.colour.palette import MISSING_COLOUR
from vizterm_core.errors import UsageError

FloatTable = npt.NDArray[np.float64]
ControlPoints = tuple[tuple[tuple[float, float], ...], ...]
"""For each of red, green, blue: (place, level) pairs, places from 0 to 1."""

TABLE_SIZE = 256
"""Colours in a colormap."""
_CHUNK = 1 << 15
"""Values coloured at a time: working arrays of this size stay in the processor's cache."""
COLORMAPS = (
    *("inferno", "magma", "viridis", "plasma", "cividis", "turbo"),
    *("jet", "hot", "gray", "coolwarm", "RdBu_r", "sample"),
)
"""The names in the order in which a key steps through them; the first is the default.

The first five can be read with any colour vision and in greyscale.
"""

_DIVERGING = ("coolwarm", "RdBu", "RdBu_r")
_HEX = re.compile("#[0-9a-fA-F]{6}")


@dataclass(frozen=True, eq=False)
class Colormap:
    """256 colours from low to high."""

    name: str
    colours: FloatTable
    """(256, 3) float64 red, green, blue in [0, 1], read-only; matplotlib's `cmap(range(256))`."""
    bad: tuple[int, int, int] = MISSING_COLOUR
    """The colour of NaN, levels 0-255."""
    diverging: bool = False
    """Whether the middle is neutral and the ends are opposites, as for signed values."""
    points: ControlPoints | None = None
    """Control points that `colours` was interpolated from, if any."""

    @cached_property
    def table(self) -> npt.NDArray[np.uint8]:
        """(256, 3) uint8, read-only: `colours` in 0-255, truncated as matplotlib does."""
        return _frozen((self.colours * 255).astype(np.uint8))

    @classmethod
    def from_colors(
        cls,
        colors: Sequence[Any] | npt.NDArray[np.generic],
        name: str = "custom",
        *,
        diverging: bool = False,
    ) -> Colormap:
        """Make a colormap through evenly spaced colours, linear in between.

        Equal to `matplotlib.colors.LinearSegmentedColormap.from_list(name, colors)`.

        Parameters
        ----------
        colors : sequence
            At least two, low to high; each "#rrggbb" or (r, g, b). Numbers are 0-255 if they are
            of an integer type and one of them exceeds 1, or are uint8; else they are 0-1.

        Raises
        ------
        UsageError
            For fewer than two colours, or a value that isn't a colour.
        """
        levels = _levels(colors, name)
        places = np.linspace(0, 1, len(levels)).tolist()
        points = tuple(tuple(zip(places, channel, strict=True)) for channel in levels.T.tolist())
        return _from_points(name, points, diverging=diverging)

    def reversed(self) -> Colormap:
        """Return the colours from high to low, with `_r` added to the name or removed from it."""
        name = self.name.removesuffix("_r") if self.name.endswith("_r") else self.name + "_r"
        if self.points is None:
            colours = _frozen(self.colours[::-1].copy())
            return Colormap(name, colours, self.bad, self.diverging)
        # Interpolated again: matplotlib's reversed maps aren't flipped tables to the last bit.
        points = tuple(
            tuple((1.0 - place, level) for place, level in channel[::-1]) for channel in self.points
        )
        return _from_points(name, points, self.bad, diverging=self.diverging)


def _levels(colors: Sequence[Any] | npt.NDArray[np.generic], name: str) -> FloatTable:
    """Return colours as (n, 3) in [0, 1]."""
    hint = "give at least two colours, each '#rrggbb' or (r, g, b) with numbers of 0 to 1"
    try:
        rows = [_from_hex(color) if isinstance(color, str) else color for color in colors]
        array = np.asarray(rows)
        levels = array.astype(np.float64)
    except (TypeError, ValueError):
        raise UsageError(f"the colours of colormap {name!r} can't be read", hint) from None
    if levels.ndim != 2 or levels.shape[0] < 2 or levels.shape[1] != 3:
        raise UsageError(f"colormap {name!r} was given an array {levels.shape} of colours", hint)
    if array.dtype == np.uint8 or (array.dtype.kind in "iu" and levels.max() > 1):
        levels /= 255
    if not ((levels >= 0) & (levels <= 1)).all():
        raise UsageError(f"a colour of colormap {name!r} is out of range", hint)
    return levels


def _from_hex(text: str) -> tuple[float, ...]:
    if not _HEX.fullmatch(text):
        raise ValueError(text)
    return tuple(int(text[k : k + 2], 16) / 255 for k in (1, 3, 5))


def _from_points(
    name: str,
    points: ControlPoints,
    bad: tuple[int, int, int] = MISSING_COLOUR,
    *,
    diverging: bool = False,
) -> Colormap:
    colours = _frozen(np.stack([_interpolated(channel) for channel in points], axis=1))
    return Colormap(name, colours, bad, diverging, points)


def _interpolated(channel: tuple[tuple[float, float], ...]) -> FloatTable:
    """Return 256 levels between control points, bit for bit as matplotlib computes them."""
    places, levels = np.array(channel, np.float64).T
    places = places * (TABLE_SIZE - 1)
    at = (TABLE_SIZE - 1) * np.linspace(0, 1, TABLE_SIZE)
    right = np.searchsorted(places, at)[1:-1]
    left = right - 1
    share = (at[1:-1] - places[left]) / (places[right] - places[left])
    inner = share * (levels[right] - levels[left]) + levels[left]
    return np.clip(np.concatenate([levels[:1], inner, levels[-1:]]), 0.0, 1.0)


def _listed(name: str) -> FloatTable:
    digits = np.frombuffer(base64.b64decode(tables.LISTED[name]), np.uint8).reshape(-1, 3)
    return (digits @ np.array([1 << 16, 1 << 8, 1]) / 1e6).reshape(TABLE_SIZE, 3)


def _frozen(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    array.flags.writeable = False
    return array


@cache
def _known(name: str) -> Colormap | None:
    diverging = name in _DIVERGING
    if name in tables.LISTED:
        return Colormap(name, _frozen(_listed(name)))
    if name in ("jet", "hot"):
        return _from_points(name, tables.JET if name == "jet" else tables.HOT)
    if name == "gray":
        return Colormap.from_colors([(0.0, 0.0, 0.0), (1.0, 1.0, 1.0)], name)
    if name == "sample":
        return Colormap.from_colors(tables.SAMPLE, name)
    if name == "coolwarm":
        return Colormap.from_colors(tables.COOLWARM, name, diverging=diverging)
    if name == "RdBu":
        return Colormap.from_colors(tables.RDBU, name, diverging=diverging)
    if name.endswith("_r") and (forward := _known(name.removesuffix("_r"))) is not None:
        return forward.reversed()
    return None


def find_colormap(name: str) -> Colormap:
    """Return the colormap of a name; with `_r`, the reversed one.  The same object each time.

    Raises
    ------
    UsageError
        For an unknown name; the known ones are listed.
    """
    found = _known(as_text(name, "colormap"))
    if found is None:
        names = ", ".join(COLORMAPS)
        raise UsageError(
            f"there is no colormap {name!r}", f"choose from {names}; NAME_r is reversed"
        )
    return found


def apply_colormap(
    values: npt.ArrayLike, colormap: str | Colormap = COLORMAPS[0]
) -> npt.NDArray[np.uint8]:
    """Colour each value, as matplotlib's `cmap(values, bytes=True)[..., :3]`.

    Parameters
    ----------
    values : array of any shape
        Floats and bools in [0, 1]; integers index the table.  Values outside get the colour of
        the nearest end, NaN gets `colormap.bad`.
    colormap : str or Colormap

    Returns
    -------
    (..., 3) uint8
    """
    chosen = find_colormap(colormap) if isinstance(colormap, str) else colormap
    array = np.asarray(values)
    if array.dtype == np.uint8:
        return chosen.table.take(array, axis=0)
    if array.dtype.kind in "iu":
        return chosen.table.take(np.clip(array, 0, TABLE_SIZE - 1).astype(np.uint8), axis=0)
    if array.dtype.kind != "f":
        array = array.astype(np.float64)
    flat = array.reshape(-1)
    coloured = np.empty((flat.size, 3), np.uint8)
    for start in range(0, flat.size, _CHUNK):
        part = slice(start, start + _CHUNK)
        _colour(flat[part], chosen, coloured[part])
    return coloured.reshape(*array.shape, 3)


def _colour(
    values: npt.NDArray[np.floating[Any]], colormap: Colormap, out: npt.NDArray[np.uint8]
) -> None:
    # A power of two: exact, and truncation then picks the level that holds the value.
    with np.errstate(over="ignore"):
        scaled = values * values.dtype.type(TABLE_SIZE)
    missing = np.isnan(scaled)
    any_missing = bool(missing.any())
    if any_missing:
        scaled[missing] = 0
    np.clip(scaled, 0, TABLE_SIZE - 1, out=scaled)
    # Any mode but the default writes to `out` without a copy; no index is out of range.
    colormap.table.take(scaled.astype(np.uint8), axis=0, out=out, mode="clip")
    if any_missing:
        out[missing] = colormap.bad


VIRIDIS = find_colormap("viridis").table
"""(256, 3) from dark violet, low, to yellow, high; readable with any colour vision."""


def sample_colours(count: int) -> npt.NDArray[np.uint8]:
    """Return `count` evenly spaced colours of viridis: (count, 3) uint8.

    The darkest quarter is left out: its dots would be lost on a black background, where few points
    dim them further.
    """
    positions = np.linspace(0.25, 1.0, count) if count > 1 else np.full(count, 0.5)
    return VIRIDIS[np.rint(positions * 255).astype(int)]
