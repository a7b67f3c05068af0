"""The data's coordinates on the pixels of a map.

A map has pixels, column 0 on the left and row 0 on top, and an extent: the data's coordinates at
its outer edges, as matplotlib's `imshow` has them.  No choice of an extent here (see `placing`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from vizterm_core.checks import shown
from vizterm_core.errors import UsageError
from vizterm_core.text import clean
from vizterm_core.ticks import tick_labels, tick_values

Float64 = npt.NDArray[np.float64]

Extent = tuple[float, float, float, float]
"""(left, right, top, bottom): the data's coordinates at the outer edges of a map."""

_CORNERS = ("left", "right", "top", "bottom")
_MOST_DECIMALS = 9
SHORTEST = 1e-30
"""The length of an axis must be more."""
_NAME, _UNIT = 24, 8
"""Characters of a name and of a unit that are shown."""
_LARGEST = 1e15
"""Coordinates beyond this are not told apart well enough by floats to make a map of them."""


@dataclass(frozen=True)
class Axis:
    """The data's coordinates along one side of a map."""

    low: float
    """The least coordinate: that of one outer edge."""
    high: float
    count: int
    """Pixels from edge to edge."""
    reversed: bool = False
    """Whether coordinates fall from the first pixel to the last."""
    name: str = ""
    """The coordinate's name in the data."""
    step: tuple[int, int] | None = None
    """Numerator and denominator of a pixel's length, where edges are whole multiples of it."""
    closed: bool = False
    """Whether the highest edge belongs to the last pixel, as in `numpy.histogram`."""

    @classmethod
    def pixels(cls, count: int, name: str = "") -> Axis:
        """Return the axis of a map whose coordinates are its pixels."""
        return cls(0.0, float(count), count, name=name, step=(1, 1))

    @classmethod
    def stepped(
        cls, start: int, count: int, step: tuple[int, int], *, up: bool = False, name: str = ""
    ) -> Axis:
        """Return an axis whose edges are multiples of a step, from the start-th on.

        Parameters
        ----------
        step : (numerator, denominator)
            Both positive.
        up : bool
            Whether coordinates fall from the first pixel to the last.
        """
        numerator, denominator = step
        low = start * numerator / denominator
        high = (start + count) * numerator / denominator
        return cls(low, high, count, up, name, step)

    @classmethod
    def around(
        cls, least: float, greatest: float, step: tuple[int, int], *, name: str = ""
    ) -> Axis:
        """Return the shortest stepped axis that holds two values, and what lies between."""
        numerator, denominator = step
        start = math.floor(least * denominator / numerator)
        start -= start * numerator / denominator > least
        end = math.floor(greatest * denominator / numerator)
        end += end * numerator / denominator <= greatest
        return cls.stepped(start, end - start, step, name=name)

    @property
    def first(self) -> float:
        """The coordinate at the outer edge of the first pixel."""
        return self.high if self.reversed else self.low

    @property
    def last(self) -> float:
        """The coordinate at the outer edge of the last pixel."""
        return self.low if self.reversed else self.high

    @property
    def pixel(self) -> float:
        """The length of a pixel, in the data's units."""
        if self.step is not None:
            return self.step[0] / self.step[1]
        return (self.high - self.low) / self.count

    @property
    def start(self) -> int:
        """Which multiple of its step the lowest edge of a stepped axis is."""
        return round(self.low / self.pixel)

    @property
    def plain(self) -> bool:
        """Whether coordinates are the numbers of the pixels, from 0 on."""
        return self.low == 0 and self.high == self.count and not self.reversed

    @property
    def whole(self) -> bool:
        """Whether values are whole numbers, or pixels, and each has a pixel of its own."""
        return self.step == (1, 1)

    @cached_property
    def edges(self) -> Float64:
        """(count + 1,) edges of the pixels, rising; those of numpy.histogram for an extent."""
        if self.step is None:
            return np.linspace(self.low, self.high, self.count + 1)
        numerator, denominator = self.step
        start = self.start
        # Quotients of whole numbers are the floats that decimals in a file are read as.
        return np.arange(start, start + self.count + 1) * float(numerator) / denominator

    def place(self, value: float) -> float:
        """Return the fractional pixel of a coordinate; beyond the map, too."""
        place = (value - self.low) / self.pixel
        return self.count - place if self.reversed else place

    def places(self, values: Float64) -> Float64:
        """Return the fractional pixels of coordinates: (n,); both edges of a closed axis are in."""
        places = (values - self.low) / (self.high - self.low) * self.count
        if self.closed:
            places[values == self.high] = self.count - 0.5
        return self.count - places if self.reversed else places

    def value(self, place: float) -> float:
        """Return the coordinate of a fractional pixel.

        >>> Axis(-50.0, 50.0, 200, reversed=True).value(50)
        25.0
        """
        share = place / self.count
        return self.low + (1 - share if self.reversed else share) * (self.high - self.low)

    def at(self, pixel: int) -> float:
        """Return the coordinate of a pixel: its middle, or its only whole number."""
        if self.whole:
            return int(self.low) + (self.count - 1 - pixel if self.reversed else pixel)
        return round(self.value(pixel + 0.5), self.decimals)

    def text(self, pixel: int) -> str:
        """Return the coordinate of a pixel with as many decimals as tell pixels apart."""
        return number_text(self.at(pixel), 0 if self.whole else self.decimals)

    @property
    def decimals(self) -> int:
        """Decimals that tell the middles of two pixels apart."""
        if self.whole:
            return 0
        return min(max(math.ceil(-math.log10(self.pixel / 2) - 1e-9), 0), _MOST_DECIMALS)

    @property
    def range_text(self) -> str:
        """From where to where the axis goes, e.g. '−71.16 to −70.97'."""
        decimals = max(0, min(2 - math.floor(math.log10(self.high - self.low)), _MOST_DECIMALS))
        texts = []
        for end in (self.low, self.high):
            finer = number_text(end, decimals + 1)
            rounded = abs(end - round(end, decimals + 1)) > 1e-9 * (self.high - self.low)
            text = number_text(end, decimals) if rounded else finer
            texts.append(text.rstrip("0").rstrip(".") if "." in text else text)
        return " to ".join(texts)

    def ticks(self, first: float, last: float, most: int) -> list[tuple[float, str]]:
        """Return round values in a part of the axis: the fractional pixel of each, and its label.

        Parameters
        ----------
        first, last : float
            Edges of the part, as fractional pixels.
        most : int
            Ticks at most.
        """
        ends = sorted((self.value(first), self.value(last)))
        values = tick_values(ends[0], ends[1], most)
        # Within a pixel of whole numbers, fractions mean nothing.
        if self.whole:
            values = [value for value in values if value.is_integer()]
        shift = 0.5 if self.whole else 0.0
        if self.reversed:
            shift = -shift
        places = [self.place(value) + shift for value in values]
        found = zip(places, tick_labels(values), strict=True)
        return [(place, text) for place, text in found if first <= place <= last]

    def holding(self, least: float, greatest: float) -> Axis:
        """Return a stepped axis that is longer by as many pixels as two values need."""
        assert self.step is not None
        if self.low <= least and greatest < self.high:
            return self
        needed = Axis.around(least, greatest, self.step)
        start = min(self.start, needed.start)
        end = max(self.start + self.count, needed.start + needed.count)
        return Axis.stepped(start, end - start, self.step, up=self.reversed, name=self.name)

    def at_least(self, count: int) -> Axis:
        """Return a stepped axis of at least some pixels, the same in its middle."""
        assert self.step is not None
        missing = max(0, count - self.count)
        start = self.start - missing // 2
        return Axis.stepped(
            start, self.count + missing, self.step, up=self.reversed, name=self.name
        )

    def halved(self) -> Axis:
        """Return a stepped axis with pixels of twice the length, each of two of these."""
        assert self.step is not None
        start, end = self.start, self.start + self.count
        step = (self.step[0] * 2, self.step[1])
        first = start // 2
        return Axis.stepped(first, -(-end // 2) - first, step, up=self.reversed, name=self.name)

    def in_pixels(self) -> Axis:
        """Return an axis from one whole number to another, with a pixel for each."""
        return replace(self, step=(1, 1))

    def turned(self) -> Axis:
        """Return the axis with its first pixel last."""
        return replace(self, reversed=not self.reversed)


@dataclass(frozen=True, slots=True)
class MapAxes:
    """The data's coordinates on the pixels of a map."""

    across: Axis
    """From the left edge to the right one."""
    down: Axis
    """From the top edge to the bottom one."""

    @classmethod
    def pixels(cls, size: tuple[int, int], names: tuple[str, ...] = ()) -> MapAxes:
        """Return the axes of a map whose coordinates are its pixels."""
        x, y = names[:2] or ("", "")
        return cls(Axis.pixels(size[0], x), Axis.pixels(size[1], y))

    @classmethod
    def of(
        cls, extent: Extent, size: tuple[int, int], names: tuple[str, ...] = (), closed: bool = True
    ) -> MapAxes:
        """Return the axes of a map with an extent.

        Parameters
        ----------
        extent : (left, right, top, bottom)
            The data's coordinates at the outer edges; top > bottom where y grows upwards.
        size : (width, height)
            In pixels.
        names : (x, y), optional
        closed : bool
            Whether the highest coordinates belong to the last pixels.

        >>> axes = MapAxes.of((-52.5, 52.5, 34, -34), (105, 68))
        >>> axes.at(0, 0)
        (-52.0, 33.5)
        """
        left, right, top, bottom = checked_extent(extent)
        x, y = names[:2] or ("", "")
        return cls(
            Axis(min(left, right), max(left, right), size[0], left > right, x, None, closed),
            Axis(min(top, bottom), max(top, bottom), size[1], top > bottom, y, None, closed),
        )

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        return self.across.count, self.down.count

    @property
    def extent(self) -> Extent:
        """(left, right, top, bottom)."""
        return self.across.first, self.across.last, self.down.first, self.down.last

    @property
    def plain(self) -> bool:
        """Whether coordinates are the map's own pixels, row 0 on top."""
        return self.across.plain and self.down.plain

    def at(self, column: int, row: int) -> tuple[float, float]:
        """Return the coordinates (x, y) of a pixel."""
        return self.across.at(column), self.down.at(row)

    def to_pixels(self, x: float, y: float) -> tuple[float, float]:
        """Return the fractional (column, row) of coordinates; beyond the map, too."""
        return self.across.place(x), self.down.place(y)

    def halved(self) -> MapAxes:
        """Return stepped axes with pixels of twice the length."""
        return MapAxes(self.across.halved(), self.down.halved())

    def in_pixels(self) -> MapAxes:
        """Return axes from whole numbers to others, with a pixel for each."""
        return MapAxes(self.across.in_pixels(), self.down.in_pixels())

    def named(self, names: tuple[str, ...]) -> MapAxes:
        """Return the axes with other names."""
        if not names:
            return self
        return MapAxes(replace(self.across, name=names[0]), replace(self.down, name=names[1]))

    @property
    def labels(self) -> tuple[str, str]:
        """Short and harmless names of both coordinates, without their units."""
        x, y = (clean(split_unit(axis.name)[0], _NAME) for axis in (self.across, self.down))
        return x or "x", y or "y"

    @property
    def units(self) -> tuple[str, str]:
        """Units of both coordinates as they stand in the names; '' for pixels and none."""
        x, y = (clean(split_unit(axis.name)[1], _UNIT) for axis in (self.across, self.down))
        return x, y

    def describe(self) -> str:
        """Say what the map shows, e.g. 'lon −71.16 to −70.97 · lat 42.3 to 42.42, up'."""
        (x, y), (x_unit, y_unit) = self.labels, self.units
        across = f"{x} {self.across.range_text}{_after(x_unit)}"
        if self.across.reversed:
            across += ", leftwards"
        down = f"{y} {self.down.range_text}{_after(y_unit)}"
        return f"{across} · {down}, {'up' if self.down.reversed else 'down'}"

    def place_text(self, column: int, row: int) -> str:
        """Say where a pixel is, e.g. 'lon −3.71 · lat 40.42'."""
        return " · ".join(
            f"{label} {axis.text(pixel)}{_after(unit)}"
            for label, unit, axis, pixel in zip(
                self.labels, self.units, (self.across, self.down), (column, row), strict=True
            )
        )


def checked_extent(extent: object) -> Extent:
    """Return (left, right, top, bottom) if a map can have that extent.

    Raises
    ------
    UsageError
        Unless they are four finite numbers, and opposite edges differ.
    """
    hint = (
        "give LEFT,RIGHT,TOP,BOTTOM, e.g. -52.5,52.5,34,-34; top is above bottom where y grows up"
    )
    try:
        left, right, top, bottom = (float(edge) for edge in extent)  # type: ignore[attr-defined]
    except Exception:  # noqa: BLE001 - a stranger's code
        raise UsageError(f"extent {shown(extent)} isn't four numbers", hint) from None
    edges = (left, right, top, bottom)
    for edge, name in zip(edges, _CORNERS, strict=True):
        if not abs(edge) < _LARGEST:
            raise UsageError(f"extent: {name} is {edge:g}", hint)
    for one, other, names in ((left, right, "left and right"), (top, bottom, "top and bottom")):
        if abs(one - other) <= max(SHORTEST, 1e-12 * max(abs(one), abs(other))):
            raise UsageError(f"extent: {names} are both {one:g}", hint)
    return edges


def number_text(value: float, decimals: int) -> str:
    """Return a coordinate as text: a real minus, thousands set off.

    >>> number_text(-1920.0, 0), number_text(-0.001, 2)
    ('−1,920', '0.00')
    """
    text = f"{value:,.{decimals}f}"
    if text.startswith("-"):
        text = text[1:] if not float(text.replace(",", "")) else "−" + text[1:]
    return text


def split_unit(name: str) -> tuple[str, str]:
    """Return a column's name without its unit, and the unit; pixels are none.

    >>> split_unit("gaze x [px]"), split_unit("depth (m)"), split_unit("lon")
    (('gaze x', ''), ('depth', 'm'), ('lon', ''))
    """
    for opening, closing in (("[", "]"), ("(", ")")):
        stem, found, rest = name.rpartition(opening)
        if found and rest.endswith(closing) and stem.strip():
            unit = rest[:-1].strip()
            return stem.strip(), "" if is_pixels(unit) else unit
    return name.strip(), ""


def is_pixels(unit: str) -> bool:
    """Whether a unit as written means pixels.

    >>> [is_pixels(unit) for unit in ("px", "DACS px", "Pixels", "mm")]
    [True, True, True, False]
    """
    return unit.lower().rstrip("s").endswith(("px", "pixel", "pix"))


def _after(unit: str) -> str:
    """Return a unit as it follows a number."""
    return "" if not unit else unit if unit == "°" else f" {unit}"
