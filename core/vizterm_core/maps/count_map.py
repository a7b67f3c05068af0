"""A map of counts that events are added to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError
from vizterm_core.maps.axes import Axis, MapAxes, number_text
from vizterm_core.maps.counts import bin_events, checked_size, inside_axis
from vizterm_core.maps.events import Events, join_events, no_events
from vizterm_core.maps.placing import FINEST, Placed, Placing, place_events, too_large
from vizterm_core.maps.recognise import FARTHEST, LARGEST_SCREEN

Floats = npt.NDArray[np.floating]

_KEPT = 4096
"""Events up to which the map is placed anew with each batch, from all of them."""
_LONGEST = FINEST * 3 // 2
"""Pixels of a side of a map in units, before it halves its resolution."""
_FENCE = 4
"""A map grows at once for events that are as many spans beyond it; others wait aside."""
_LARGEST = 1e15
_WAITING = 0.05
"""The share of all events that wait aside, before the map grows for them."""
_MOST_WAITING = 1 << 20


class CountMap:
    """Counts per pixel, of a grid or of events; more events can be added.

    While there are few events, each batch may change where the map lies.  Later, a map without a
    size grows by whole pixels to every side, and halves its resolution when it gets too large:
    each event stays counted once, in the pixel that it lies in.

    Parameters
    ----------
    placing : Placing or (width, height), optional
        The map's coordinates, as far as they are asked for; the events decide about the rest.

    Raises
    ------
    UsageError
        If no map can have that size.
    """

    def __init__(self, placing: Placing | tuple[int, int] | None = None) -> None:
        if not isinstance(placing, Placing):
            placing = Placing(size=placing)
        self._placing = placing
        axes = _first_axes(placing)
        self._placed = Placed(axes, "given")
        self._counts: Floats = np.zeros(axes.size[::-1], np.float32)
        self._kept: list[Events] | None = []
        self._aside: list[Events] = []
        self.events = 0
        """Events counted."""
        self.outside = 0
        """Events outside the map, not counted."""
        self.weighted = False
        """Whether events have weights."""
        self.weight_name = ""
        """Name of the weights in the data; empty where they have none."""
        self._is_grid = False
        self._skipped = 0
        self._first_bad = ""
        self._reach: list[tuple[float, float]] = []

    @classmethod
    def of_grid(cls, grid: npt.NDArray[Any], placed: Placed | None = None) -> CountMap:
        """Make a map of values that are there already.

        Parameters
        ----------
        grid : (H, W) real
            float64 is kept where float32 would round whole numbers.
        placed : Placed, optional
            The data's coordinates on it; its pixels otherwise.

        Raises
        ------
        UsageError
            If no map can have that size.
        """
        height, width = grid.shape
        checked_size((width, height))
        made = cls()
        made._placed = placed or Placed(MapAxes.pixels((width, height)), "given")
        made._is_grid = True
        exact = grid.dtype.kind in "bu" and grid.dtype.itemsize <= 2
        narrow = exact or grid.dtype in (np.float16, np.float32)
        made._counts = grid.astype(np.float32 if narrow else np.float64, order="C")
        return made

    @classmethod
    def of_events(
        cls, events: Events, placing: Placing | tuple[int, int] | None = None
    ) -> CountMap:
        """Count events.

        Parameters
        ----------
        events : Events
            At least one.
        placing : Placing or (width, height), optional
            The map's coordinates, as far as they are asked for.  A few events that are far out
            are left outside where the events decide.

        Raises
        ------
        DataError
            If positions are too large for any map.
        UsageError
            If no map can have that size.
        """
        made = cls(placing)
        made.add(events)
        return made

    def of_part(self, events: Events) -> CountMap:
        """Return a map of some of the events, on the coordinates of this one.

        Parameters
        ----------
        events : Events
            Perhaps none.
        """
        made = CountMap(self._placing)
        made._placed, made._kept = self._placed, None
        made._counts = np.zeros(self._counts.shape, np.float32)
        made.weighted = events.weights is not None
        made._count(self._turned(events))
        return made

    def pixels(self, events: Events) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Return where events lie on the map: fractional columns and rows, (n,) each."""
        turned = self._turned(events)
        return self.axes.across.places(turned.x), self.axes.down.places(turned.y)

    def _turned(self, events: Events) -> Events:
        """Return events with x across the map."""
        return replace(events, x=events.y, y=events.x) if self._placing.transpose else events

    @property
    def counts(self) -> Floats:
        """(H, W) float32 or float64; not to be changed."""
        return self._counts

    @property
    def axes(self) -> MapAxes:
        """The data's coordinates on the map."""
        return self._placed.axes

    @property
    def assumed(self) -> str:
        """What was assumed about the coordinates, and the options that say otherwise."""
        return self._placed.note

    @property
    def is_grid(self) -> bool:
        """Whether the values came as a grid, not as events."""
        return self._is_grid

    @property
    def size(self) -> tuple[int, int]:
        """(width, height)."""
        height, width = self._counts.shape
        return width, height

    @property
    def total(self) -> float:
        """The sum of all finite values on the map."""
        return float(np.sum(self._counts, dtype=np.float64, where=np.isfinite(self._counts)))

    @property
    def missing(self) -> int:
        """Number of cells of a grid that are NaN or infinite."""
        return int(self._counts.size - np.count_nonzero(np.isfinite(self._counts)))

    @property
    def skipped(self) -> str:
        """Bad rows of the input: how many, and where the first is; empty without any."""
        return no_events(self._skipped, self._first_bad).describe_skipped()

    def require_any(self, name: str) -> None:
        """Raise a DataError if nothing is on the map.

        Parameters
        ----------
        name : str
            Of the data, in the message.
        """
        if self._is_grid:
            if self.missing == self._counts.size:
                raise DataError(
                    f"{name}: none of its {self._counts.size:,} values is a number",
                    "NaN and infinite values are missing",
                )
            return
        if self.events or not self.outside:
            return
        width, height = self.size
        (left, right), (low, high) = self._reach
        where = f"{width}x{height}" if self.axes.plain else "the map of " + self.axes.describe()
        all_of = "its event lies" if self.outside == 1 else f"all {self.outside:,} events lie"
        ends = [_end_text(end) for end in (left, right, low, high)]
        raise DataError(
            f"{name}: {all_of} outside {where}: x {ends[0]} to {ends[1]}, y {ends[2]} to {ends[3]}",
            f"--extent {left:.10g},{right:.10g},{low:.10g},{high:.10g} shows them",
        )

    def name(self, names: tuple[str, ...]) -> None:
        """Take the names of x, y and perhaps the weight in the data: before its first event.

        Names tell units: longitude and latitude, metres, pixels.
        """
        if self._kept == [] and names:
            self._placing = self._placing.named(names)
            self._placed = replace(self._placed, axes=self.axes.named(self._placing.names))
            self.weight_name = names[2] if len(names) > 2 else ""

    def add(self, events: Events) -> None:
        """Count more events; those outside the map are only counted in `outside`."""
        if events.skipped:
            self._first_bad = self._first_bad or events.first_bad
            self._skipped += events.skipped
        if not len(events):
            return
        events = self._turned(events)
        self.weighted |= events.weights is not None
        self._note_reach(events)
        if self._kept is not None:
            self._place(self._kept, events)
            return
        if self._placed.grows:
            events = self._make_room(events)
        self._count(events)

    def _note_reach(self, events: Events) -> None:
        """Remember how far events reach, for the case that none is on the map."""
        ends = [(float(v.min()), float(v.max())) for v in (events.x, events.y)]
        if self._reach:
            ends = [
                (min(a[0], b[0]), max(a[1], b[1])) for a, b in zip(ends, self._reach, strict=True)
            ]
        self._reach = ends

    def _place(self, kept: list[Events], events: Events) -> None:
        """Place the map by all events so far, and count those that aren't yet."""
        kept.append(events)
        first = join_events(kept)
        placed = place_events(first.x, first.y, self._placing)
        if placed.axes != self.axes or len(kept) == 1:
            width, height = checked_size(placed.axes.size)
            self._counts = np.zeros((height, width), np.float32)
            self.events = self.outside = 0
            events = first
        self._placed = placed
        if len(first) > _KEPT:
            self._kept = None
        self._count(events)

    def _count(self, events: Events) -> None:
        if not len(events):
            return
        binned = bin_events(events.x, events.y, events.weights, self.axes)
        if self.events:
            # With many small batches, float32 would lose additions to large counts.
            self._counts = self._counts + binned.counts.astype(np.float64)
        else:
            self._counts = binned.counts
        self.events += binned.inside
        self.outside += binned.outside + binned.invalid

    # Growth

    def _make_room(self, events: Events) -> Events:
        """Grow for events that are near; return those to count, the others wait aside."""
        axes = self.axes
        if inside_axis(events.x, axes.across).all() and inside_axis(events.y, axes.down).all():
            return events
        near = self._near(events.x, axes.across) & self._near(events.y, axes.down)
        if near.any():
            self._grow(_ends(events.x, near, axes.across), _ends(events.y, near, axes.down))
        if near.all():
            return events
        far = _part(events, ~near)
        self._aside.append(far)
        self.outside += len(far)
        waiting = sum(map(len, self._aside))
        if waiting > _WAITING * (self.events + self.outside):
            back = join_events(self._aside)
            self._aside = []
            self.outside -= len(back)
            limit = FARTHEST if self._placed.kind != "units" else _LARGEST
            held = (np.abs(back.x) < limit) & (np.abs(back.y) < limit)
            self._grow(_ends(back.x, held, self.axes.across), _ends(back.y, held, self.axes.down))
            self._count(back)
        elif waiting > _MOST_WAITING:
            self._aside = []
        return _part(events, near)

    def _near(self, values: npt.NDArray[np.float64], axis: Axis) -> npt.NDArray[np.bool_]:
        """Return which events a map grows for at once."""
        reach = _FENCE * (axis.high - axis.low)
        if self._placed.kind == "units":
            low, high = axis.low - reach, axis.high + reach
        else:
            low = 0.0 if self._placed.kind == "pixels" else -float(LARGEST_SCREEN)
            high = min(max(float(LARGEST_SCREEN), reach), float(FARTHEST))
        near: npt.NDArray[np.bool_] = (values >= low) & (values < high)
        return near

    def _grow(self, across: tuple[float, float], down: tuple[float, float]) -> None:
        """Make the map hold two ranges of coordinates, at half its resolution if need be."""
        axes, counts = self.axes, self._counts
        grown = MapAxes(axes.across.holding(*across), axes.down.holding(*down))
        while any(halve := self._too_large(grown)):
            x_axis, y_axis = axes.across, axes.down
            if halve[0]:
                x_axis, counts = _halved(x_axis, counts, 1)
            if halve[1]:
                y_axis, counts = _halved(y_axis, counts, 0)
            axes = MapAxes(x_axis, y_axis)
            grown = MapAxes(axes.across.holding(*across), axes.down.holding(*down))
        if grown == self.axes:
            return
        width, height = checked_size(grown.size)
        self._counts = np.zeros((height, width), counts.dtype)
        left, top = _shift(axes.across, grown.across), _shift(axes.down, grown.down)
        rows, columns = counts.shape
        self._counts[top : top + rows, left : left + columns] = counts
        self._placed = replace(self._placed, axes=grown)

    def _too_large(self, axes: MapAxes) -> tuple[bool, bool]:
        """Return which of both axes have too many pixels: both, where their pixels are square."""
        width, height = axes.size
        if self._placed.kind != "units":
            large = too_large(axes)
            return large, large
        across, down = width > _LONGEST, height > _LONGEST
        return (across, down) if self._placed.unlike else (across or down, across or down)


def _first_axes(placing: Placing) -> MapAxes:
    """Return the axes of a map before its first event."""
    size = placing.size or placing.usual or (1, 1)
    if placing.oriented_extent is not None:
        return MapAxes.of(placing.oriented_extent, size, placing.names)
    return MapAxes.pixels(size, placing.names)


def _part(events: Events, kept: npt.NDArray[np.bool_]) -> Events:
    weights = None if events.weights is None else events.weights[kept]
    return Events(events.x[kept], events.y[kept], weights)


def _ends(
    values: npt.NDArray[np.float64], used: npt.NDArray[np.bool_], axis: Axis
) -> tuple[float, float]:
    """Return the least and the greatest of some values; those of the axis at least."""
    least = float(values.min(initial=axis.low, where=used))
    greatest = float(values.max(initial=axis.low, where=used))
    return least, greatest


def _halved(axis: Axis, counts: Floats, dimension: int) -> tuple[Axis, Floats]:
    """Return an axis of half the resolution, and the counts summed to it: (H, W) float64."""
    half = axis.halved()
    before = axis.start - 2 * half.start
    after = 2 * half.count - before - axis.count
    margins = [(0, 0), (0, 0)]
    margins[dimension] = (after, before) if axis.reversed else (before, after)
    padded = np.pad(counts.astype(np.float64), margins)
    if dimension == 0:
        return half, padded[::2] + padded[1::2]
    return half, padded[:, ::2] + padded[:, 1::2]


def _shift(old: Axis, new: Axis) -> int:
    """Return the pixel of a longer axis at which an older one begins."""
    if new.reversed:
        return (new.start + new.count) - (old.start + old.count)
    return old.start - new.start


def _end_text(value: float) -> str:
    return number_text(value, 0) if float(value).is_integer() else f"{value:,.6g}".replace("-", "−")
