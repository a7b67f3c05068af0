"""Heat from arrays: one that is a grid or events, or the fitting one of an archive."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from vizterm_core.errors import DataError, UsageError
from vizterm_core.files.formats.npz import NpzFile
from vizterm_core.files.masked import is_masked
from vizterm_core.files.memory import memory_limit
from vizterm_core.files.source import ArraySpec, Source, object_array, read_array
from vizterm_core.files.stored import Array
from vizterm_core.load.choose import asked_for, listed, named, naming, only_one, skipped_notes
from vizterm_core.load.doubt import Doubt
from vizterm_core.load.events.column import Column
from vizterm_core.load.events.columns import choose_columns
from vizterm_core.load.events.counters import is_rising, never_falls
from vizterm_core.load.events.groups import GroupNames, make_events
from vizterm_core.load.events.options import NO_OPTIONS, EventOptions
from vizterm_core.load.heat.axes import extent_of, find_axes
from vizterm_core.load.heat.data import SHAPES, HeatSource, Kind, skipped_rows
from vizterm_core.load.heat.tables import (
    SAMPLE_ROWS,
    TableColumn,
    by_and_time,
    columns_of,
    has_pair,
    pieces_of,
    real_numbers,
    table_source,
)
from vizterm_core.maps.events import require_events
from vizterm_core.text import clean, describe_shape

GRID_NAMES = ("counts", "heat", "heatmap", "grid")
EVENTS_NAMES = ("events", "xy", "points", "clicks")

_LONG = 8
"""A row of columns so many times longer than it is wide is none of a grid."""
_BOX = 4
_WIDEST = 10


def read_arrays(
    source: Source,
    title: str,
    kind: Kind | None,
    key: str | None,
    max_bytes: int | None,
    options: EventOptions = NO_OPTIONS,
) -> HeatSource:
    """Read the arrays of a file that are the heat.

    Raises
    ------
    DataError, UsageError
        If none fits, or several do.
    """
    notes: tuple[str, ...] = ()
    if source.single:
        if key is not None:
            raise UsageError(f"--key is for .npz files, and {source.name} is a single array")
        (spec,), known_kind = source.columns.values(), kind
    else:
        if key is None and kind != "grid" and _is_table(source):
            return _read_table(source, title, max_bytes, options)
        with naming(source):
            spec, known_kind = _choose(source, kind, key)
        notes = (spec.describe(),)
    name = source.called(spec.name)
    if spec.objects:
        raise object_array(name)
    check_array(spec.shape, spec.dtype, name, known_kind)
    array = read_array(source, spec.name, memory_limit(max_bytes))
    heat = from_array(array, title, name, known_kind, options)
    if heat.grid is not None and not source.single:
        heat = _with_axes(heat, source, spec, max_bytes)
    return replace(heat, notes=(*heat.notes, *notes, *skipped_notes(source)))


def from_array(
    array: Array,
    title: str,
    name: str,
    kind: Kind | None = None,
    options: EventOptions = NO_OPTIONS,
) -> HeatSource:
    """Return a source of an array that is a grid or events.

    Parameters
    ----------
    array : (H, W), (n, 2|3) or (2, n); also with axes of length 1, or of records
    title : str
    name : str
        The array's name in messages.
    kind : {"events", "grid"}, optional
    options : EventOptions

    Raises
    ------
    DataError
        If it is neither.
    """
    if array.dtype.names:
        records: Any = array
        table = {field: records[field].reshape(-1) for field in array.dtype.names}
        return table_source(columns_of(table), title, name, options)
    shape = array.shape
    if array.ndim > 2:
        array = array.reshape([side for side in array.shape if side != 1] or [1, 1])
        if array.ndim != 2:
            check_array(shape, array.dtype, name, kind)
    check_array(array.shape, array.dtype, name, kind)
    chosen = kind or (_kind_of(array) if options == NO_OPTIONS else "events")
    told: tuple[str, ...] = ()
    if kind is None and options == NO_OPTIONS and (chosen == "events" or array.shape[1] < _BOX):
        told = (f"{describe_shape(shape)} read as {'' if chosen == 'events' else 'a '}{chosen}",)
    if chosen == "grid":
        grid = _unmasked(array)
        return HeatSource(title, grid=grid, size=(grid.shape[1], grid.shape[0]), notes=told)
    rows, width = array.shape
    if width not in (2, 3) and rows in (2, 3) and width > rows:
        array = array.T
        told = (f"{describe_shape(shape)} read as events, transposed",)
    return _events_of(array, title, name, options, told)


def check_array(shape: tuple[int, ...], dtype: np.dtype[Any], name: str, kind: Kind | None) -> None:
    """Raise a DataError, from the header alone, unless an array is a grid or events."""
    held = f"{name} {describe_shape(shape)} {dtype}"
    if dtype.names:
        return
    if dtype.kind not in "biuf":
        raise DataError(f"{held} holds no real numbers", "save it with .astype(np.float32)")
    flat = tuple(side for side in shape if side != 1) if len(shape) > 2 else shape
    if len(flat) != 2:
        raise DataError(f"{held} is neither a grid nor events", SHAPES)
    if 0 in shape:
        raise DataError(f"{held} is empty", SHAPES)
    if kind == "events" and flat[1] not in (2, 3) and not _may_be_events(*flat):
        raise DataError(f"{held} can't be events", SHAPES)


def _may_be_events(rows: int, width: int) -> bool:
    """Whether an array of neither two nor three columns may hold a point a row, or a column."""
    return (rows in (2, 3) and width >= _LONG * rows) or (
        _BOX <= width <= _WIDEST and rows >= 2 * width
    )


def _kind_of(array: Array) -> Kind:
    """Return what an array is, by its shape and the beginning of its rows."""
    rows, width = array.shape
    if width in (2, 3):
        return "events" if rows > width else "grid"
    if rows in (2, 3):
        return "events" if width >= _LONG * rows else "grid"
    if width == _BOX and rows >= _LONG * width:
        return "events"
    if width <= _WIDEST and rows >= _LONG * width:
        first = np.asarray(array[:SAMPLE_ROWS, 0], np.float64)
        if is_rising(first) or never_falls(first):
            return "events"
    return "grid"


def _events_of(
    array: Array, title: str, name: str, options: EventOptions, told: tuple[str, ...]
) -> HeatSource:
    """Return the events in the rows of an array."""
    columns = [
        TableColumn("", array[:SAMPLE_ROWS, place], lambda place=place: array[:, place])  # type: ignore[misc]
        for place in range(array.shape[1])
    ]
    starts = [Column("", real_numbers(column.start, name)) for column in columns]  # type: ignore[arg-type]
    choice = choose_columns(starts, options, name, named=False)
    numbers = [real_numbers(array[:, place], name) for place in choice.use]
    said, groups, times = by_and_time(choice, columns, len(array))

    def why(row: int) -> str:
        bad = [array[row, place] for place in choice.use if not np.isfinite(array[row, place])]
        if not bad or bad[0] is np.ma.masked:
            return f"row {row:,}: {'masked' if bad else 'no time'}"
        return f"row {row:,}: {bad[0]} is not a finite number"

    by = None if options.by is None else GroupNames(f"column {options.by}")
    events = make_events(numbers, why, groups=groups, names=by, times=times)
    plain = choice.use in ((0, 1), (0, 1, 2)) and options.columns is None
    notes = tuple(each.removeprefix("no header: ") for each in choice.notes)
    return HeatSource(
        title,
        events=require_events(events, name),
        notes=(
            *(Doubt(each.removeprefix("no header: ")) for each in choice.doubts),
            *told,
            *(() if plain else notes),
            *said,
            *skipped_rows(events),
        ),
    )


def _unmasked(array: Array) -> Array:
    """Return a grid with NaN where it is masked."""
    if not is_masked(array):
        return array
    mask = np.ma.getmaskarray(array)
    if not mask.any():
        return np.asarray(array.data)
    dtype = np.result_type(array.dtype, np.float32)
    return np.where(mask, np.array(np.nan, dtype), array.data.astype(dtype))


def _is_table(source: Source) -> bool:
    """Whether the columns of a source are those of a table of events."""
    specs = list(source.columns.values())
    lengths = {spec.shape[0] for spec in specs if spec.shape}
    names: list[str] = []
    for spec in specs:
        if len(spec.shape) == 1 and (spec.dtype.kind in "biuf" or spec.objects):
            names.append(spec.name)
        elif _is_pair(spec) and len(lengths) == 1 and not isinstance(source, NpzFile):
            names += [f"{spec.name} x", f"{spec.name} y"]
    grids = [spec for spec in specs if _fits(spec.shape, spec.dtype, None)]
    known = named(source, GRID_NAMES + EVENTS_NAMES)
    if known and any(_fits(spec.shape, spec.dtype, None) for spec in known):
        return False
    if grids and len(lengths) > 1:
        return False
    return has_pair(names)


def _is_pair(spec: ArraySpec) -> bool:
    """Whether each row of a column begins with x and y."""
    return len(spec.shape) == 2 and spec.dtype.kind in "biuf" and 2 <= spec.shape[1] <= _BOX


def _read_table(
    source: Source, title: str, max_bytes: int | None, options: EventOptions
) -> HeatSource:
    columns: list[TableColumn] = []
    limit = memory_limit(max_bytes)
    counts = [spec.shape[0] for spec in source.columns.values() if spec.shape]
    usual = max(set(counts), key=counts.count)
    for spec in source.columns.values():
        if not spec.shape or (len(set(counts)) > 2 and spec.shape[0] != usual):
            continue
        columns += pieces_of(
            spec.name, _first_rows(source, spec, limit), _reading(source, spec.name, limit)
        )
    heat = table_source(columns, title, source.name, options)
    return replace(heat, notes=(*heat.notes, *skipped_notes(source)))


def _reading(source: Source, name: str, limit: int) -> Any:
    return lambda: source.read(name, limit)


def _first_rows(source: Source, spec: ArraySpec, limit: int) -> Array | None:
    """Return the first rows of a column; None if it isn't readable."""
    if len(spec.shape) > 2:
        return None
    try:
        rows = source.open(spec.name, limit)[:SAMPLE_ROWS]
    except DataError:
        return None
    return rows if isinstance(rows, np.ndarray) else np.asarray(rows)


def _choose(source: Source, kind: Kind | None, key: str | None) -> tuple[ArraySpec, Kind | None]:
    """Return the array to draw, and the kind that its name says it is."""
    if key is not None:
        return asked_for(source, "--key", key), kind
    grids = [] if kind == "events" else named(source, GRID_NAMES)
    if grids:
        return grids[0], "grid"
    events = [] if kind == "grid" else named(source, EVENTS_NAMES)
    if events:
        return events[0], "events"
    columns = source.columns.values()
    fitting = [spec for spec in columns if _fits(spec.shape, spec.dtype, kind)]
    found = only_one(fitting, "heat", "choose with --key KEY")
    if found is not None:
        return found, kind
    if not columns:
        raise DataError("the file holds no arrays", "np.savez('heat.npz', grid=grid)")
    raise DataError(f"neither a grid nor events among {listed(columns)}", SHAPES)


def _fits(shape: tuple[int, ...], dtype: np.dtype[Any], kind: Kind | None) -> bool:
    if len(shape) != 2 or dtype.kind not in "biuf" or 0 in shape:
        return False
    return kind != "events" or shape[1] in (2, 3)


def _with_axes(
    heat: HeatSource, source: Source, spec: ArraySpec, max_bytes: int | None
) -> HeatSource:
    """Return a grid with the axes that lie beside it, its rows being y."""
    assert heat.grid is not None
    lengths = {
        each.name: each.shape[0]
        for each in source.columns.values()
        if len(each.shape) == 1 and each.dtype.kind in "iuf"
    }
    axes = find_axes(heat.grid.shape, lengths, spec.name)
    if axes is None:
        return heat
    limit = memory_limit(max_bytes)
    x, y = (read_array(source, name, limit) for name in (axes.x, axes.y))
    grid = heat.grid.T if axes.transposed else heat.grid
    extent, said = extent_of(x, y, grid.shape, axes)
    return replace(
        heat,
        grid=grid,
        size=(grid.shape[1], grid.shape[0]),
        extent=extent,
        names=(clean(axes.x), clean(axes.y)),
        notes=(*said, *heat.notes),
    )
