"""Heat from Python's objects: counts, arrays, tensors, tables, lists of points, documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

import numpy as np

from vizterm_core.checks import as_array, as_list
from vizterm_core.errors import DataError
from vizterm_core.files.source import Categories
from vizterm_core.load.events.counts import events_from_counts
from vizterm_core.load.events.document import read_object
from vizterm_core.load.events.entries import EntryReader
from vizterm_core.load.events.names import find_pairs
from vizterm_core.load.events.options import NO_OPTIONS, EventOptions
from vizterm_core.load.heat.arrays import from_array
from vizterm_core.load.heat.data import HeatSource, Kind, skipped_rows
from vizterm_core.load.heat.tables import columns_of, has_pair, real_numbers, table_source
from vizterm_core.load.objects import as_table, as_values
from vizterm_core.maps.events import Events, finite_events, no_events, require_events
from vizterm_core.text import clean

_FORMS = "give {(x, y): n}, events (n, 2|3) or a grid, e.g. vizterm.heat({(12, 34): 5})"
_POINT = (2, 3)
"""Numbers in a point."""


def from_object(
    data: Any, title: str, kind: Kind | None = None, options: EventOptions = NO_OPTIONS
) -> HeatSource:
    """Return the heat that an object is; see `heat_source`."""
    if isinstance(data, Mapping):
        return _of_mapping(data, title, options)
    if isinstance(data, str | bytes) or not (isinstance(data, Iterable) or _is_array(data)):
        raise DataError(f"a {type(data).__name__} can't be drawn as heat", _FORMS)
    counted = _value_counts(data, title)
    if counted is not None:
        return counted
    if not _is_array(data):
        columns = _apart(data, title)
        if columns is not None:
            apart = replace(options, columns=options.columns or tuple(columns))
            return replace(_of_columns(columns, title, apart), names=(), notes=())
        data = as_list(data, title)
        return _of_list(data, title, kind, options)
    if _is_frame(data):
        found = _of_frame(data, title, kind, options)
        if found is not None:
            return found
    values = as_values(data, title)
    if isinstance(values, Categories):
        raise DataError(f"{title}: categories can't be drawn as heat", _FORMS)
    if values.dtype == object and values.ndim == 2:
        # A data frame of several types; a list of lists with a number too large for float64.
        values = _real_objects(values, title)
    return from_array(values, title, title, kind, options)


def _is_array(data: Any) -> bool:
    return any(hasattr(data, name) for name in ("__array__", "detach", "tocsr")) or (
        _is_frame(data)
    )


def _is_frame(data: Any) -> bool:
    if isinstance(data, np.ndarray):
        return bool(data.dtype.names)
    return (hasattr(data, "columns") or hasattr(data, "column_names")) and hasattr(data, "shape")


def _of_list(data: list[Any], title: str, kind: Kind | None, options: EventOptions) -> HeatSource:
    """Return what a list holds: points, records, or the rows of a grid."""
    try:
        array = as_array(data, title)
    except DataError:
        array = np.asarray([], object)
    if kind is None and (
        array.ndim != 2 or array.shape[1] in _POINT or array.dtype.kind not in "biuf"
    ):
        kind = "events"
    plain = array.ndim == 2 and array.dtype.kind in "biuf"
    if kind == "events" and not plain:
        reader = EntryReader(data, options, title)
        events = reader.events(data, lambda index: f"entry {index}")
        if events.skipped:
            require_events(events, title)
        return HeatSource(
            title, events=events, notes=(*reader.notes, *skipped_rows(events)), names=reader.names
        )
    if not plain:
        array = as_array(data, title)
    return from_array(array, title, title, kind, options)


def _of_mapping(data: Mapping[Any, Any], title: str, options: EventOptions) -> HeatSource:
    if not data:
        return HeatSource(title, events=no_events())
    keys = list(data)
    if not all(isinstance(key, str) for key in keys):
        return _of_events(_counts(data, keys), title)
    if any(_is_position(key) for key in keys[:50]):
        return _of_events(events_from_counts([*data.items()]), title)
    if any(_is_column(data[key]) for key in keys):
        table = {
            key: as_values(data[key], key)
            for key in keys
            if _is_column(data[key]) or isinstance(data[key], list | tuple)
        }
        return _of_columns(table, title, options)
    found = read_object(data, title, options)
    if found.grid is not None:
        return replace(from_array(found.grid, title, title, "grid"), notes=found.notes)
    if found.events.skipped:
        require_events(found.events, title)
    return HeatSource(
        title,
        events=found.events,
        size=found.size,
        notes=(*found.notes, *skipped_rows(found.events)),
        names=found.names,
    )


def _is_position(key: str) -> bool:
    return key.count(",") == 1 and key.strip("()[] ")[:1].lstrip("+-.").isdecimal()


def _is_column(value: Any) -> bool:
    """Whether a value is an array, a tensor or a series."""
    return not isinstance(value, str | bytes | Mapping | list | tuple) and (
        _is_array(value) or hasattr(value, "to_numpy")
    )


def _of_columns(table: Mapping[str, Any], title: str, options: EventOptions) -> HeatSource:
    """Return the events of columns by name."""
    arrays = {name: values for name, values in table.items() if getattr(values, "ndim", 1) > 0}
    return table_source(columns_of(arrays), title, title, options)


def _counts(counts: Mapping[Any, Any], keys: Sequence[Any]) -> Events:
    """Return the events of `{(x, y): n}`."""
    if {*map(type, keys)} != {tuple} or {*map(len, keys)} != {2}:
        odd = next((key for key in keys if not isinstance(key, tuple) or len(key) != 2), None)
        if odd is not None:
            raise DataError(f"key {clean(_text(odd), 40)} isn't a position", "write {(x, y): n}")
    try:
        flat = np.fromiter(chain.from_iterable(keys), np.float64, 2 * len(keys))
        weights = np.fromiter(counts.values(), np.float64, len(keys))
    except (TypeError, ValueError, OverflowError) as error:
        raise DataError(f"a value of the dict isn't a number: {clean(str(error))}") from error
    return finite_events(
        [flat[::2], flat[1::2], weights], lambda index: f"key {clean(_text(keys[index]), 40)}"
    )


def _text(value: Any) -> str:
    try:
        return repr(value)
    except Exception:  # noqa: BLE001 - a stranger's code
        return f"a {type(value).__name__}"


def _of_events(events: Events, title: str) -> HeatSource:
    """Return a source of events; there may be none, but not bad ones only."""
    if events.skipped:
        require_events(events, title)
    return HeatSource(title, events=events, notes=skipped_rows(events))


def _apart(data: Any, title: str) -> dict[str, Any] | None:
    """Return x, y and perhaps weights that were given as columns, `(xs, ys)`; None for others."""
    if not isinstance(data, tuple) or len(data) not in _POINT or not all(map(_is_vector, data)):
        return None
    columns = [as_values(each, title) for each in data]
    if any(isinstance(values, Categories) or values.dtype.kind not in "biuf" for values in columns):
        return None
    shapes = {values.shape for values in columns if isinstance(values, np.ndarray)}
    shape = next(iter(shapes))
    if len(shapes) != 1 or len(shape) != 1 or shape[0] <= max(_POINT):
        return None
    return dict(zip(("x", "y", "weight"), columns, strict=False))


def _is_vector(value: Any) -> bool:
    if isinstance(value, list | tuple | range):
        return len(value) > max(_POINT)
    return _is_column(value) and getattr(value, "ndim", 1) == 1


def _value_counts(data: Any, title: str) -> HeatSource | None:
    """Return a Series whose index has two levels, x and y, as `value_counts` returns it."""
    index = getattr(data, "index", None)
    if getattr(index, "nlevels", 0) != 2 or hasattr(data, "columns"):
        return None
    assert index is not None
    names = [str(name) if name is not None else "" for name in index.names]
    levels = [np.asarray(index.get_level_values(level), np.float64) for level in (0, 1)]
    pairs = find_pairs(names)
    across, down = (pairs[0].x, pairs[0].y) if pairs else (0, 1)
    counts = real_numbers(as_values(data, title), title)
    events = finite_events([levels[across], levels[down], counts], lambda row: f"row {row:,}")
    told = (
        f"x, y are the index's {clean(names[across])}, {clean(names[down])}"
        if pairs
        else ("x, y are the two levels of the index")
    )
    shown = (names[across], names[down], "count") if pairs else ()
    return HeatSource(title, events=events, notes=(told, *skipped_rows(events)), names=shown)


def _of_frame(data: Any, title: str, kind: Kind | None, options: EventOptions) -> HeatSource | None:
    """Return the events of a table by its names; None where it is an array with names for show."""
    table = as_table(data)
    if table is None:
        return None
    names = list(table)
    chosen = options.columns is not None
    if kind == "grid" or not (chosen or has_pair(names)):
        numbered = all(name.lstrip("-").replace(".", "", 1).isdecimal() for name in names)
        if numbered or kind == "grid" or isinstance(data, np.ndarray):
            return None
    values = {}
    for name, take in table.items():
        try:
            each = as_values(take(), name)
        except DataError:
            continue
        if isinstance(each, Categories) or each.ndim > 0:
            values[name] = each
    return _of_columns(values, title, options)


def _real_objects(values: Any, title: str) -> Any:
    try:
        return values.astype(np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise DataError(
            f"{title}: an array of objects, which aren't all numbers", _FORMS
        ) from error
