"""Where a map lies in the coordinates of its events, and how fine it is.

What was asked for decides; else what the positions look like.  Screens begin at the top left, so
that their y grows downwards; on every other map y grows upwards, as in a plot or an atlas.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from vizterm_core.checks import as_choice, shown
from vizterm_core.errors import DataError, UsageError
from vizterm_core.maps.axes import SHORTEST, Axis, Extent, MapAxes, checked_extent
from vizterm_core.maps.counts import Numbers, checked_size
from vizterm_core.maps.events import LARGEST_CELLS
from vizterm_core.maps.recognise import LARGEST_SCREEN, Kind, Seen, kind_of
from vizterm_core.pictures.image import LONGEST_SIDE

Upwards = Literal["up", "down"]
"""Where y grows."""
UPWARDS = ("up", "down")
FINEST = 1024
"""Pixels along the longer side of a map in units, at most; rounding may halve that."""
SHARES_SIDE = 1000
"""Pixels along both sides of a map of fractions: the screen's proportions aren't known."""
_LARGEST = 1e15
_ENOUGH = 0.25
"""The share of the events that make a screen of the size of the map plausible."""
_FENCE = 4
"""How many spans of the bulk beyond it a value is a far outlier."""
_UNLIKE = 20
"""Times the span of one axis from which on the other has a scale of its own."""
_THINNEST = 24
"""A map is at most this many times as long as it is high."""
_ROUND = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True)
class Placing:
    """What is asked for of a map's coordinates.

    Raises
    ------
    UsageError
        If one of them is none.
    """

    size: tuple[int, int] | None = None
    """(width, height) in pixels."""
    usual: tuple[int, int] | None = None
    """The size, where none is asked for: the background's, or one that the file declares."""
    extent: Extent | None = None
    """(left, right, top, bottom): the coordinates at the map's outer edges."""
    upwards: Upwards | None = None
    """Where y grows; by default downwards on screens and upwards elsewhere."""
    transpose: bool = False
    """Whether x and y are exchanged first."""
    names: tuple[str, ...] = ()
    """Names of x and y, once exchanged."""

    def __post_init__(self) -> None:
        if self.size is not None:
            object.__setattr__(self, "size", checked_size(self.size))
        if self.extent is not None:
            object.__setattr__(self, "extent", checked_extent(self.extent))
        if self.upwards is not None:
            as_choice(self.upwards, UPWARDS, "way for y to grow")
        if not isinstance(self.transpose, bool | np.bool_):
            raise UsageError(f"transpose: {shown(self.transpose)} is neither True nor False")

    def named(self, names: tuple[str, ...]) -> Placing:
        """Return the same with the names of the data's x and y, before they are exchanged."""
        names = names[:2] if len(names) >= 2 else ()
        return replace(self, names=names[::-1] if self.transpose else names)

    @property
    def oriented_extent(self) -> Extent | None:
        """The extent with its top and bottom as `upwards` has them."""
        if self.extent is None:
            return None
        left, right, top, bottom = self.extent
        return left, right, *_oriented(top, bottom, self.upwards)


@dataclass(frozen=True, slots=True)
class Placed:
    """A map's coordinates, and why they are these."""

    axes: MapAxes
    kind: Kind
    note: str = ""
    """What was assumed, and the option that says otherwise."""
    grows: bool = False
    """Whether there is no end to the map but that of its events."""
    unlike: bool = False
    """Whether both axes have scales of their own."""


def _oriented(top: float, bottom: float, upwards: Upwards | None) -> tuple[float, float]:
    if upwards is None or (top > bottom) == (upwards == "up"):
        return top, bottom
    return bottom, top


def place_events(x: Numbers, y: Numbers, wanted: Placing) -> Placed:
    """Choose the coordinates of a map of events.

    Parameters
    ----------
    x, y : (n,)
        Positions, finite, at least one.
    wanted : Placing

    Raises
    ------
    DataError
        If positions are too large for any map.
    """
    seen = Seen.of(x, y, wanted.names)
    size = wanted.size or wanted.usual
    extent = wanted.oriented_extent
    if extent is not None:
        return Placed(_given_axes(extent, size, seen), "given")
    kind = kind_of(seen)
    if kind == "offset" and size is not None and _share_on(seen, size) >= _ENOUGH:
        kind = "pixels"
    placed = _place(x, y, seen, kind, size)
    usually_up = kind == "units" or (kind == "shares" and seen.from_below)
    up = (wanted.upwards or ("up" if usually_up else "down")) == "up"
    if wanted.upwards is None and (usually_up or kind == "offset"):
        placed = replace(
            placed, note=placed.note + (", y up (--y down)" if up else ", y down (--y up)")
        )
    if kind == "units" and seen.exchanged:
        placed = replace(placed, note=placed.note + ", x is the latitude (--transpose)")
    if not up:
        return placed
    return replace(placed, axes=MapAxes(placed.axes.across, placed.axes.down.turned()))


def _place(x: Numbers, y: Numbers, seen: Seen, kind: Kind, size: tuple[int, int] | None) -> Placed:
    """Choose the coordinates of positions of a kind, y downwards."""
    if kind == "pixels":
        if size is not None:
            return Placed(MapAxes.pixels(size, seen.names), kind)
        return Placed(_screen_axes(x, y, seen), kind, "size from the data", True)
    if kind == "shares":
        axes = MapAxes.of((0.0, 1.0, 0.0, 1.0), size or (SHARES_SIDE, SHARES_SIDE), seen.names)
        note = "positions are fractions of a screen"
        return Placed(axes, kind, note if size else note + " (--size for its proportions)")
    ends = _ends(x, y, seen, LARGEST_SCREEN if kind == "offset" else 0)
    note = "extent from the data (--extent)"
    if size is not None:
        (left, right), (top, bottom) = (_widened(*end) for end in ends)
        return Placed(MapAxes.of((left, right, top, bottom), size, seen.names), kind, note)
    if kind == "offset":
        return Placed(_offset_axes(ends, seen.names), kind, note, True)
    axes = _unit_axes(ends, seen)
    unlike = not seen.geographic and axes.across.step != axes.down.step
    if unlike:
        note += ", x and y at scales of their own"
    return Placed(axes, kind, note, True, unlike)


def _ends(x: Numbers, y: Numbers, seen: Seen, least_reach: float) -> list[tuple[float, float]]:
    """Return (low, high) of x and of y, without far outliers."""
    ends = [
        _fenced(values, bulk, least_reach) for values, bulk in zip((x, y), seen.spans, strict=True)
    ]
    if max(abs(end) for pair in ends for end in pair) >= _LARGEST:
        raise DataError(
            f"positions reach x = {_farthest(ends[0]):.3g}, y = {_farthest(ends[1]):.3g}",
            "choose other columns with --columns, or say what to show with --extent",
        )
    return ends


def place_grid(
    grid: npt.NDArray[Any], extent: Extent | None, wanted: Placing
) -> tuple[npt.NDArray[Any], Placed]:
    """Return a grid as it is drawn, and its coordinates.

    Parameters
    ----------
    grid : (H, W)
        Row 0 at the top of the extent.
    extent : (left, right, top, bottom) or None
        The coordinates at its edges that came with it; None for none.
    wanted : Placing

    Returns
    -------
    grid : (H, W), or (W, H) where it is transposed
        Perhaps with its rows turned over: towards the top as y grows.
    placed : Placed
    """
    if wanted.transpose:
        grid = grid.T
        extent = None if extent is None else (*extent[2:], *extent[:2])
    height, width = grid.shape
    note = ""
    if wanted.extent is not None:
        extent, upwards = wanted.extent, wanted.upwards
    elif extent is not None:
        upwards = wanted.upwards or _usual_direction(extent, wanted.names)
        if wanted.upwards is None:
            note = f"y {'up (--y down)' if upwards == 'up' else 'down (--y up)'}"
    else:
        upwards = wanted.upwards or "down"
    if extent is None:
        axes = MapAxes.pixels((width, height), wanted.names)
        turned = upwards == "up"
    else:
        axes = MapAxes.of(extent, (width, height), wanted.names)
        turned = upwards is not None and axes.down.reversed != (upwards == "up")
    if turned:
        grid, axes = grid[::-1], MapAxes(axes.across, axes.down.turned())
    return grid, Placed(axes, "given", note)


def _usual_direction(extent: Extent, names: tuple[str, ...]) -> Upwards:
    """Return where y grows in coordinates that came with a grid."""
    x, y = (np.array(ends, np.float64) for ends in (extent[:2], extent[2:]))
    return "up" if kind_of(Seen.of(x, y, names)) == "units" else "down"


def too_large(axes: MapAxes) -> bool:
    """Whether a map in pixels is larger than one is made of its data."""
    width, height = axes.size
    return width * height > LARGEST_CELLS or max(width, height) > LONGEST_SIDE


def _farthest(ends: tuple[float, float]) -> float:
    return max(ends, key=abs)


def _share_on(seen: Seen, size: tuple[int, int]) -> float:
    on = (seen.x >= 0) & (seen.x < size[0]) & (seen.y >= 0) & (seen.y < size[1])
    return float(np.mean(on))


# Where the map ends


def _fenced(values: Numbers, bulk: tuple[float, float], least_reach: float) -> tuple[float, float]:
    """Return the least and the greatest value that is no far outlier.

    Parameters
    ----------
    least_reach : float
        How far values may at least be from the bulk.
    """
    low, high = bulk
    least, greatest = float(values.min()), float(values.max())
    reach = max(_FENCE * (high - low), least_reach)
    if reach:
        if least < low - reach:
            least = float(values.min(initial=low, where=values >= low - reach))
        if greatest > high + reach:
            greatest = float(values.max(initial=high, where=values <= high + reach))
    return least, greatest


def _screen_axes(x: Numbers, y: Numbers, seen: Seen) -> MapAxes:
    """Return the axes of the smallest screen, from 0, that holds all but far outliers."""
    sides = []
    for values, (_, high) in zip((x, y), seen.spans, strict=True):
        limit = max(LARGEST_SCREEN, _FENCE * high)
        on = (values >= 0) & (values < limit)
        sides.append(int(values.max(initial=0, where=on)) + 1)
    axes = MapAxes.pixels((sides[0], sides[1]), seen.names)
    while too_large(axes):
        axes = axes.halved()
    return axes


def _offset_axes(ends: list[tuple[float, float]], names: tuple[str, str]) -> MapAxes:
    """Return axes in pixels around the data and the main screen's corner."""
    across, down = (
        Axis.around(min(low, 0.0), high, (1, 1), name=name)
        for (low, high), name in zip(ends, names, strict=True)
    )
    axes = MapAxes(across, down)
    while too_large(axes):
        axes = axes.halved()
    return axes


def _unit_axes(ends: list[tuple[float, float]], seen: Seen) -> MapAxes:
    """Return axes around the data, with pixels of a round length."""
    (left, right), (bottom, top) = ends
    # A degree of longitude is shorter than one of latitude.
    shrink = max(math.cos(math.radians((bottom + top) / 2)), 0.1) if seen.geographic else 1.0
    spans = ((right - left) * shrink, top - bottom)
    longer = max(spans)
    if longer <= max(SHORTEST, 1e-9 * max(map(abs, (left, right, bottom, top)))):
        # A single place.
        longer = max(1.0, 1e-3 * max(map(abs, (left, right, bottom, top))))
        spans = (longer, longer)
        left, right, bottom, top = (
            left - longer / 2, right + longer / 2, bottom - longer / 2, top + longer / 2,
        )  # fmt: skip
    coarse = 0.0 if seen.geographic else _decimal_step(seen)
    if coarse > longer:
        # Tiny positions are all close to the whole number 0.
        coarse = 0.0
    finest = max(map(abs, (left, right, bottom, top))) * 2.0**-40
    if not seen.geographic and _UNLIKE * min(spans) < longer and min(spans) > 0:
        steps = [round_step(max(span / FINEST, finest)) for span in spans]
    else:
        down = round_step(max(longer / FINEST, coarse, finest))
        steps = [down if shrink == 1.0 else _three_digits(down[0] / down[1] / shrink), down]
    across = Axis.around(left, right, steps[0], name=seen.names[0])
    down_axis = Axis.around(bottom, top, steps[1], name=seen.names[1])
    return MapAxes(
        across.at_least(down_axis.count // _THINNEST), down_axis.at_least(across.count // _THINNEST)
    )


def _decimal_step(seen: Seen) -> float:
    """Return the step of which most positions are multiples: 1, 0.1, 0.01, 0.001; 0 for none."""
    for decimals in range(4):
        scaled = [values * 10.0**decimals for values in (seen.x, seen.y)]
        if all(np.count_nonzero(np.abs(v - np.rint(v)) < 1e-6) >= 0.99 * len(v) for v in scaled):
            return float(10.0**-decimals)
    return 0.0


def round_step(least: float) -> tuple[int, int]:
    """Return the least of 1, 2 and 5 times a power of ten that isn't below a length, as a ratio.

    >>> round_step(0.1025), round_step(0.0004), round_step(30.0)
    ((2, 10), (5, 10000), (50, 1))
    """
    exponent = math.floor(math.log10(least))
    for mantissa in _ROUND:
        if mantissa * 10.0**exponent >= least * (1 - 1e-9):
            break
    return _ratio(1, exponent + 1) if mantissa == 10 else _ratio(mantissa, exponent)


def _three_digits(length: float) -> tuple[int, int]:
    exponent = math.floor(math.log10(length)) - 2
    return _ratio(round(length / 10.0**exponent), exponent)


def _ratio(mantissa: int, exponent: int) -> tuple[int, int]:
    if exponent >= 0:
        return mantissa * 10**exponent, 1
    return mantissa, 10**-exponent


def _widened(low: float, high: float) -> tuple[float, float]:
    """Return an extent of some length around values that have none."""
    if high - low > max(SHORTEST, 1e-9 * max(abs(low), abs(high))):
        return low, high
    half = max(abs(low) * 1e-3, 0.5)
    return low - half, high + half


def _given_axes(extent: Extent, size: tuple[int, int] | None, seen: Seen) -> MapAxes:
    """Return the axes of an extent; without a size, of as many pixels as its units suggest."""
    left, right, top, bottom = extent
    spans = abs(right - left), abs(bottom - top)
    whole = seen.whole and all(float(edge).is_integer() for edge in extent)
    if size is None:
        size = _usual_size(spans, whole, extent, seen)
    axes = MapAxes.of(extent, size, seen.names)
    if whole and size == spans:
        return axes.in_pixels()
    return axes


def _usual_size(
    spans: tuple[float, float], whole: bool, extent: Extent, seen: Seen
) -> tuple[int, int]:
    if whole and max(spans) >= 2 and spans[0] * spans[1] <= LARGEST_CELLS:
        return int(spans[0]), int(spans[1])
    shrink = 1.0
    if seen.geographic:
        shrink = max(math.cos(math.radians((extent[2] + extent[3]) / 2)), 0.1)
    across, down = spans[0] * shrink, spans[1]
    longer = max(across, down)
    if _UNLIKE * min(across, down) < longer:
        return FINEST, FINEST // 2
    numerator, denominator = round_step(longer / FINEST)
    step = numerator / denominator
    return max(1, round(across / step)), max(1, round(down / step))
