"""What the positions of events are: pixels, fractions of a screen, or any other units."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from vizterm_core.maps.axes import is_pixels, split_unit
from vizterm_core.maps.counts import Numbers
from vizterm_core.maps.events import LARGEST_CELLS

Float64 = npt.NDArray[np.float64]

Kind = Literal["pixels", "offset", "shares", "units", "given"]
"""What coordinates are: a screen's pixels from 0; pixels of screens that lie left of or above it,
too; fractions of a screen; any other units; those that were asked for."""

FARTHEST = 1 << 16
"""Positions beyond this are on no screen."""
LARGEST_SCREEN = 1 << 14
"""Pixels along a side that screens side by side may have."""
_SAMPLE = 100_000
_WHOLE = 0.9
"""The share of the positions from which on they count as whole numbers,"""
_NONNEGATIVE = 0.95
"""as pixels from 0,"""
_SHARES = 0.85
"""as fractions of a screen."""
_LEAST_SHARE = 0.01
"""No position beyond this: a screen would be bare but for its corner, as in metres of a cell."""
_PARTS = 0.03
"""A share of the events that may be called far outliers, on each side."""
_SPAN_OF_PIXELS, _SPAN_OF_SCREENS = 50, 200
"""Spans from which on fractional positions look like pixels; also to the left of a screen."""
_LEAST = 2
"""Fractional positions below this are no pixels; nor are many within such a span."""
_FEW = 100
_GEOGRAPHIC = ({"lon", "lng", "long", "longitude"}, {"lat", "latitude"})
_PLANE = {"easting", "northing", "eastings", "northings", "utm", "utmx", "utmy", "ra", "dec"}
_LENGTHS = {"m", "cm", "mm", "km", "ft", "yd", "deg", "°", "degrees", "metres", "meters", "in"}


@dataclass(frozen=True, slots=True)
class Seen:
    """A sample of the positions, and what it shows."""

    x: Float64
    y: Float64
    names: tuple[str, str]
    whole: bool
    """Whether most are whole numbers."""
    geographic: bool
    """Whether the names are those of longitude and latitude."""
    lengths: bool
    """Whether the names, or their units, are those of lengths or degrees."""
    pixels: bool
    """Whether the units are pixels."""
    exchanged: bool
    """Whether x is named latitude, and y longitude."""
    spans: tuple[tuple[float, float], tuple[float, float]]
    """(low, high) of the bulk of x and of y."""

    @property
    def from_below(self) -> bool:
        """Whether the names are those of an eye tracker that counts from the lower left corner."""
        return all(_words(name)[:2] == ["norm", "pos"] for name in self.names)

    @classmethod
    def of(cls, x: Numbers, y: Numbers, names: tuple[str, ...]) -> Seen:
        """Look at positions, and at the names of x and y if there are any."""
        step = -(-len(x) // _SAMPLE)
        xs, ys = (np.asarray(values[::step], np.float64) for values in (x, y))
        near = (np.abs(xs) < FARTHEST) & (np.abs(ys) < FARTHEST)
        if 2 * np.count_nonzero(near) > len(xs):
            xs, ys = xs[near], ys[near]
        whole = all(np.count_nonzero(v == np.rint(v)) >= _WHOLE * len(v) for v in (xs, ys))
        both = (names[0], names[1]) if len(names) >= 2 else ("", "")
        words = [_words(name) for name in both]
        longitude, latitude = _GEOGRAPHIC
        geographic = not (longitude.isdisjoint(words[0]) or latitude.isdisjoint(words[1]))
        exchanged = not (latitude.isdisjoint(words[0]) or longitude.isdisjoint(words[1]))
        units = [split_unit(name)[1].lower() for name in both]
        lengths = geographic or any(
            set(found) & _PLANE or {unit, *found[-1:]} & _LENGTHS
            for found, unit in zip(words, units, strict=True)
        )
        pixels = all(_in_pixels(name) for name in both)
        bulk = (_bulk(xs), _bulk(ys))
        return cls(xs, ys, both, whole, geographic, lengths, pixels, exchanged, bulk)


def _words(name: str) -> list[str]:
    """Return the words of a column's name: 'pickupLongitude' -> pickup, longitude."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return [word.lower() for word in re.split(r"[^A-Za-z°]+", parted) if word]


def _in_pixels(name: str) -> bool:
    return any(is_pixels(word) for word in _words(name))


def _bulk(values: Float64) -> tuple[float, float]:
    """Return (low, high) of the values without those that may be outliers."""
    beyond = max(int(_PARTS * len(values)), 1) if len(values) >= 8 else 0
    ordered = np.partition(values, (beyond, len(values) - 1 - beyond))
    return float(ordered[beyond]), float(ordered[len(values) - 1 - beyond])


def kind_of(seen: Seen) -> Kind:
    """Say what positions are, by their units and what they look like."""
    if seen.geographic or seen.lengths:
        return "units"
    if _are_shares(seen):
        return "shares"
    both = [
        _bulk_of_screen(values, bulk, seen)
        for values, bulk in zip((seen.x, seen.y), seen.spans, strict=True)
    ]
    if all(both):
        return "pixels"
    lows, highs = zip(*seen.spans, strict=True)
    if max(map(abs, (*lows, *highs))) > FARTHEST:
        return "units"
    if min(lows) >= 0 and not seen.pixels:
        return "units"
    spans = [high - low for low, high in seen.spans]
    middled = all(
        low < 0 < high and abs(low + high) < 0.3 * (high - low) for low, high in seen.spans
    )
    on_screens = seen.pixels or seen.whole or min(spans) >= _SPAN_OF_SCREENS
    fits = (spans[0] + 1) * (spans[1] + 1) <= LARGEST_CELLS
    return "offset" if on_screens and fits and (seen.pixels or not middled) else "units"


def _bulk_of_screen(values: Float64, bulk: tuple[float, float], seen: Seen) -> bool:
    """Whether positions along an axis may be pixels of a screen, from 0."""
    low, high = bulk
    if np.count_nonzero(values >= 0) < _NONNEGATIVE * len(values) or high >= FARTHEST:
        return False
    if not (seen.pixels or seen.whole):
        spans = [ends[1] - ends[0] for ends in seen.spans]
        reach = max(ends[1] for ends in seen.spans)
        near = reach >= _SPAN_OF_SCREENS and (max(spans) >= _LEAST or len(values) < _FEW)
        if high < _LEAST or (max(spans) < _SPAN_OF_PIXELS and not near):
            return False
    return high < LARGEST_SCREEN or low <= 4 * (high - low)


def _are_shares(seen: Seen) -> bool:
    """Whether positions are fractions of a screen, a few of them beyond it.

    Events in the corners only are pixels 0 and 1.
    """
    inside = (seen.x >= 0) & (seen.x <= 1) & (seen.y >= 0) & (seen.y <= 1)
    found = np.count_nonzero(inside)
    if not found or found < _SHARES * len(inside):
        return False
    x, y = seen.x[inside], seen.y[inside]
    if max(x.max(), y.max()) < _LEAST_SHARE:
        return False
    fractions = np.count_nonzero((x != np.rint(x)) | (y != np.rint(y)))
    return bool(2 * fractions >= found)
