"""From events to counts per pixel.

x is the column and y the row, row 0 on top.  No files here (see `load`) and no blur (see `blur`).
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.checks import shown
from vizterm_core.errors import DataError, UsageError
from vizterm_core.files.memory import require_memory
from vizterm_core.maps.axes import Axis, Extent, MapAxes
from vizterm_core.maps.events import Events
from vizterm_core.pictures.image import LONGEST_SIDE

Numbers = npt.NDArray[Any]
"""Any real dtype."""

_BYTES_A_PIXEL = 8
"""Memory for a pixel of a map of counts and of the counts that are added to it."""
MOST_PIXELS = 1 << 28
"""The largest map that is built: 1 GB of float32."""

_CHUNK = 1 << 17
"""Events handled at a time: the working arrays of one chunk stay in the processor's cache."""
_BATCH = 1 << 24
"""Events per `bincount`: limits the memory for their pixel numbers to 128 MB."""
_WIDEST_SLACK = 0.1
"""Pixels of doubt up to which a value's pixel is computed, and only looked up near an edge."""
_FORMS = "give {(x, y): count}, an array (n, 2) or (n, 3), or tuples of x, y[, weight]"


@dataclass(frozen=True, slots=True, eq=False)
class Binned:
    """Counts per pixel, and how many events could not be counted."""

    counts: npt.NDArray[np.float32]
    """(H, W), summed in float64 or integers and rounded once."""
    inside: int
    """Events counted."""
    inside_weight: float
    """The sum of their weights."""
    outside: int
    """Events outside the map."""
    outside_weight: float
    invalid: int
    """Events whose position or weight is NaN or infinite."""


def event_counts(
    events: object, size: tuple[int, int], extent: Extent | None = None
) -> npt.NDArray[np.float32]:
    """Count events per pixel; those outside the map are left out (`bin_events` counts them).

    Parameters
    ----------
    events : mapping, array, iterable or Events
        {(x, y): count}, an array (n, 2) or (n, 3) of x, y and weight, or tuples of them; or the
        events of a file that `load_heat` read.  Fractional positions belong to the pixel they lie
        in, [0, 1) being pixel 0.
    size : (width, height)
        Of the map, in pixels.
    extent : (left, right, top, bottom), optional
        The events' coordinates at the outer edges of the map; both ends belong to it.  By default
        they are pixels from 0.

    Returns
    -------
    (height, width) float32

    Raises
    ------
    DataError
        If the events have another form.
    UsageError
        If the size isn't positive, or is absurd; if the extent isn't one.

    >>> event_counts({(2, 0): 5, (1.5, 1): 1, (-1, 0): 9}, (3, 2))
    array([[0., 0., 5.],
           [0., 1., 0.]], dtype=float32)
    """
    size = checked_size(size)
    axes = MapAxes.pixels(size) if extent is None else MapAxes.of(extent, size)
    return bin_events(*event_columns(events), axes).counts


def event_columns(events: object) -> tuple[Numbers, Numbers, Numbers | None]:
    """Return x, y and weights, (n,) each, of events in any form that `event_counts` takes.

    Weights are None where each event counts one.

    Raises
    ------
    DataError
        If the events have another form.
    """
    if isinstance(events, Events):
        return events.x, events.y, events.weights
    if isinstance(events, Mapping):
        x, y = _columns_of(events, 2)
        return x, y, _floats(events.values(), len(events))
    if not hasattr(events, "__array__"):
        if isinstance(events, str | bytes) or not isinstance(events, Iterable):
            raise DataError(f"events: a {type(events).__name__} isn't events", _FORMS)
        events = list(events)
        if not events or not isinstance(events[0], np.ndarray):
            return _tuple_columns(events)
    return _array_columns(events)


def _tuple_columns(rows: list[Any]) -> tuple[Numbers, Numbers, Numbers | None]:
    try:
        width = len(rows[0]) if rows else 2
    except TypeError:
        width = 0
    if width not in (2, 3):
        raise DataError("events: the first one is not x, y[, weight]", _FORMS)
    columns = _columns_of(rows, width)
    return columns[0], columns[1], columns[2] if width == 3 else None


def _array_columns(events: Any) -> tuple[Numbers, Numbers, Numbers | None]:
    try:
        array = np.asarray(events)
    except ValueError:
        raise DataError("events: they differ in length", _FORMS) from None
    if array.size == 0 and array.ndim < 2:
        array = array.reshape(0, 2)
    if array.ndim != 2 or array.shape[1] not in (2, 3) or array.dtype.kind not in "biuf":
        raise DataError(f"events: an array {array.shape} of {array.dtype} isn't events", _FORMS)
    return array[:, 0], array[:, 1], array[:, 2] if array.shape[1] == 3 else None


def _columns_of(rows: Iterable[Any], width: int) -> tuple[Numbers, ...]:
    """Return the `width` columns of a sized collection of tuples of that length, as float64."""
    count = len(rows)  # type: ignore[arg-type]
    first = next(iter(rows), None)
    # A string would be read digit by digit.
    flat = None if isinstance(first, str | bytes) else _floats(chain.from_iterable(rows))
    if flat is None or flat.size != count * width:
        raise DataError(f"events: not all of them are {width} numbers", _FORMS)
    return tuple(flat.reshape(count, width).T)


def _floats(numbers: Iterable[Any], count: int = -1) -> npt.NDArray[np.float64]:
    try:
        return np.fromiter(numbers, np.float64, count=count)
    except (TypeError, ValueError):
        raise DataError("events: not all of them are numbers", _FORMS) from None


def bin_events(
    x: Numbers, y: Numbers, weights: Numbers | None, where: tuple[int, int] | MapAxes
) -> Binned:
    """Count events per pixel, and those that can't be counted.

    Parameters
    ----------
    x, y : (n,)
        Positions in the map's coordinates, integer or fractional.
    weights : (n,), or None where each event counts one
    where : MapAxes, or (width, height)
        The map's coordinates; with a size alone they are its pixels.

    Raises
    ------
    UsageError
        If the size isn't positive, or is absurd.
    """
    axes = where if isinstance(where, MapAxes) else MapAxes.pixels(checked_size(where))
    checked_size(axes.size)
    if x.shape != y.shape or x.ndim != 1 or (weights is not None and weights.shape != x.shape):
        shapes = ", ".join(str(a.shape) for a in (x, y, weights) if a is not None)
        raise DataError(f"events: columns of shapes {shapes}", "give all the same length")
    tally = _Counter(axes)
    for start in range(0, len(x), _BATCH):
        part = slice(start, start + _BATCH)
        tally.add(x[part], y[part], None if weights is None else weights[part])
    return tally.result()


def checked_size(size: tuple[int, int]) -> tuple[int, int]:
    """Return (width, height) if a map can have that size.

    Raises
    ------
    UsageError
        If it isn't two whole numbers of at least 1, has over `MOST_PIXELS` pixels, or a side
        longer than `LONGEST_SIDE`.
    DataError
        If there isn't as much memory.
    """
    try:
        width, height = (operator.index(side) for side in size)
    except Exception:  # noqa: BLE001 - a stranger's code
        raise UsageError(
            f"size {shown(size)} isn't a width and height", "give two whole numbers"
        ) from None
    if width < 1 or height < 1:
        raise UsageError(f"size {width}x{height} has no pixel", "give at least 1x1")
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise UsageError(
            f"size {width}x{height} is too large",
            f"at most {MOST_PIXELS:,} pixels can be shown, {LONGEST_SIDE:,} along a side",
        )
    require_memory(_BYTES_A_PIXEL * width * height, f"a map of {width:,} x {height:,}")
    return width, height


@np.errstate(over="ignore")
def _total(weights: Numbers) -> float:
    return float(weights.sum())


class _Counter:
    """Sums over batches of events."""

    def __init__(self, axes: MapAxes) -> None:
        self.width, self.height = axes.size
        self._across, self._down = axes.across, axes.down
        self._columns, self._rows = Places(axes.across), Places(axes.down)
        self.sums: Numbers | None = None
        self.inside = self.outside = self.invalid = 0
        self.inside_weight = self.outside_weight = 0.0

    def add(self, x: Numbers, y: Numbers, weights: Numbers | None) -> None:
        pixels = np.empty(len(x), np.intp)
        kept_weights = None if weights is None else np.empty(len(x), np.float64)
        # A reversed axis is counted from its far end.
        across = -1 if self._across.reversed else 1
        down = -self.width if self._down.reversed else self.width
        corner = (self.height - 1) * self.width if self._down.reversed else 0
        corner += self.width - 1 if self._across.reversed else 0
        corner -= down * self._rows.base + across * self._columns.base
        kept = 0
        for start in range(0, len(x), _CHUNK):
            part = slice(start, start + _CHUNK)
            columns, rows = x[part], y[part]
            shares = None if weights is None else weights[part].astype(np.float64, copy=False)
            if not self._holds_all(columns, rows, shares):
                columns, rows, shares = self._select(columns, rows, shares)
            end = kept + len(columns)
            np.multiply(self._rows.of(rows), down, out=pixels[kept:end])
            if across < 0:
                pixels[kept:end] -= self._columns.of(columns)
            else:
                pixels[kept:end] += self._columns.of(columns)
            if corner:
                pixels[kept:end] += corner
            if kept_weights is not None:
                kept_weights[kept:end] = shares
            kept = end
        used = None if kept_weights is None else kept_weights[:kept]
        sums = np.bincount(pixels[:kept], used, self.width * self.height)
        self.sums = sums if self.sums is None else self.sums + sums
        self.inside += kept
        self.inside_weight += kept if used is None else _total(used)

    def _holds_all(self, x: Numbers, y: Numbers, weights: Numbers | None) -> bool:
        """Whether all are inside; NaN fails every comparison."""
        if weights is not None and not np.isfinite(weights).all():
            return False
        return self._columns.hold_all(x) and self._rows.hold_all(y)

    def _select(
        self, x: Numbers, y: Numbers, weights: Numbers | None
    ) -> tuple[Numbers, Numbers, Numbers | None]:
        """Return the events inside, and count the others."""
        valid = np.isfinite(x) & np.isfinite(y)
        if weights is not None:
            valid &= np.isfinite(weights)
        inside = valid & inside_axis(x, self._across) & inside_axis(y, self._down)
        outside = valid & ~inside
        count = int(np.count_nonzero(outside))
        self.outside += count
        self.outside_weight += count if weights is None else _total(weights[outside])
        self.invalid += len(x) - int(np.count_nonzero(valid))
        return x[inside], y[inside], None if weights is None else weights[inside]

    def result(self) -> Binned:
        sums = np.zeros(self.width * self.height) if self.sums is None else self.sums
        with np.errstate(over="ignore"):  # weights beyond float32 become infinite
            counts = sums.astype(np.float32)
        return Binned(
            counts.reshape(self.height, self.width),
            self.inside,
            self.inside_weight,
            self.outside,
            self.outside_weight,
            self.invalid,
        )


def inside_axis(values: Numbers, axis: Axis) -> npt.NDArray[np.bool_]:
    """Return which values lie on an axis."""
    beyond = values <= axis.high if axis.closed else values < axis.high
    inside: npt.NDArray[np.bool_] = (values >= axis.low) & beyond
    return inside


class Places:
    """The pixels of values along an axis, counted from its lowest value: exact at the edges."""

    def __init__(self, axis: Axis) -> None:
        self._axis = axis
        self.base = int(axis.low) if axis.whole else 0
        """What is to be subtracted from the pixels."""
        self._scale = axis.count / (axis.high - axis.low)
        # What subtracting and multiplying may round, in pixels.
        largest = max(abs(axis.low), abs(axis.high)) * self._scale
        self._slack = 8 * np.finfo(np.float64).eps * max(largest, axis.count)

    def hold_all(self, values: Numbers) -> bool:
        """Whether all values lie on the axis; NaN doesn't."""
        axis, highest = self._axis, values.max()
        beyond = highest <= axis.high if axis.closed else highest < axis.high
        return bool(values.min() >= axis.low and beyond)

    def of(self, values: Numbers) -> npt.NDArray[np.intp]:
        """Return the pixels of values that lie on the axis, `base` too large: (n,)."""
        axis = self._axis
        # Truncation is floor where nothing is negative.
        if axis.whole:
            if axis.low < 0 and values.dtype.kind == "f":
                values = np.floor(values)
            places = values.astype(np.intp, copy=False)
            return np.minimum(places, self.base + axis.count - 1) if axis.closed else places
        shares = np.subtract(values, axis.low, dtype=np.float64)
        shares *= self._scale
        if self._slack > _WIDEST_SLACK:
            places = np.searchsorted(axis.edges, values, side="right") - 1
            return np.minimum(places, axis.count - 1)
        places = shares.astype(np.intp)
        shares -= places
        if shares.size and (shares.min() < self._slack or shares.max() > 1 - self._slack):
            self._settle(values, places, shares)
        return places

    def _settle(
        self, values: Numbers, places: npt.NDArray[np.intp], fractions: npt.NDArray[np.float64]
    ) -> None:
        """Compare values near the edge of a pixel with the edge itself."""
        near = np.flatnonzero((fractions < self._slack) | (fractions > 1 - self._slack))
        edge = places[near] + (fractions[near] > 0.5)
        edge -= values[near] < self._axis.edges[edge]
        places[near] = np.minimum(edge, self._axis.count - 1)
