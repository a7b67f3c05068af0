"""From files and Python data to a `HeatSource`: a grid of values, or events to be counted."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, Literal

import numpy as np

from vizterm_core.checks import as_array, as_list
from vizterm_core.errors import DataError, UsageError
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.formats import find_format
from vizterm_core.files.memory import free_memory, memory_limit
from vizterm_core.files.source import ArraySpec, Source, object_array, read_array
from vizterm_core.files.stored import Array
from vizterm_core.files.text.content import BOM, GZIP, MEMORY_PART, UTF_16
from vizterm_core.load.choose import asked_for, listed, named, naming, only_one, skipped_notes
from vizterm_core.load.event_json import (
    ExtraDataError,
    events_from_counts,
    events_from_document,
    events_from_entries,
)
from vizterm_core.load.event_text import EventLines
from vizterm_core.maps.events import (
    Events,
    finite_events,
    join_events,
    no_events,
    require_events,
)
from vizterm_core.text import clean, describe_bytes, describe_shape

Kind = Literal["events", "grid"]

GRID_NAMES = ("counts", "heat", "heatmap", "grid")
EVENTS_NAMES = ("events", "xy", "points", "clicks")

_SNIFFED = 1 << 16
_SHAPES = "a grid is (rows, columns), events are (n, 2) or (n, 3): x, y[, weight]"


@dataclass(frozen=True, slots=True, eq=False)
class HeatSource:
    """The data of a heatmap: either a grid or events."""

    name: str
    """The title, harmless for a terminal."""
    grid: Array | None = None
    """(H, W) real values, as in the file."""
    events: Events | None = None
    size: tuple[int, int] | None = None
    """(width, height) of the grid, or as declared in the file; None without either."""
    notes: tuple[str, ...] = ()
    """Choices, assumptions and skipped parts, for the status line."""
    files: tuple[DataFile, ...] = ()
    """The files that it was read from."""
    names: tuple[str, ...] = ()
    """Names of the x, y and perhaps the weight column in the data; empty where they have none."""
    extent: tuple[float, float, float, float] | None = None
    """(left, right, top, bottom): the data's values at a grid's outer edges; None for pixels."""


def heat_source(data: Any, *, kind: Kind | None = None, title: str = "heat") -> HeatSource:
    """Check Python data as `load_heat` checks a file's.

    Parameters
    ----------
    data : dict, array_like, iterable, Events or HeatSource
        `{(x, y): n}`; an (n, 2) or (n, 3) array of events; an (H, W) grid; or tuples `(x, y)`,
        `(x, y, n)`.  A list of two or three numbers each is events; an array is, if it also has
        more rows than columns.
    kind : {"events", "grid"}, optional
        Which of the two an array is.
    title : str

    Raises
    ------
    DataError
        If it is none of these, or an event doesn't have two coordinates.
    """
    title = clean(title)
    if isinstance(data, HeatSource):
        return data
    if isinstance(data, Events):
        return HeatSource(title, events=data, notes=_skipped(data))
    if isinstance(data, Mapping):
        return _of_events(_events_from_dict(data), title)
    if isinstance(data, str | bytes) or not isinstance(data, Iterable):
        raise DataError(
            f"a {type(data).__name__} can't be drawn as heat",
            "give {(x, y): n}, events (n, 2|3) or a grid, e.g. vizterm.heat({(12, 34): 5})",
        )
    if not hasattr(data, "__array__"):
        data = as_list(data, title)
        try:
            array = as_array(data, title)
        except DataError:
            array = np.asarray([], object)
        if kind is None and (array.ndim != 2 or array.shape[1] in (2, 3)):
            kind = "events"
        if kind == "events" and (array.ndim != 2 or array.dtype.kind not in "biuf"):
            return _of_events(events_from_entries(data, lambda index: f"entry {index}"), title)
    return _from_array(as_array(data, title), title, title, kind)


def load_heat(
    path: str | os.PathLike[str],
    *,
    kind: Kind | None = None,
    key: str | None = None,
    columns: tuple[str, ...] | None = None,
    title: str | None = None,
    max_bytes: int | None = None,
) -> HeatSource:
    """Read events or a grid from a `.csv`, `.tsv`, `.txt`, `.json`, `.npy` or `.npz` file.

    The first bytes of a file decide what it is, before its suffix does.  Of a text file that is
    being appended to, the lines are read that were complete when it was opened.

    Parameters
    ----------
    path : path-like
    kind : {"events", "grid"}, optional
        The kind of an array of two or three columns; events if it has more rows than columns.
    key : str, optional
        The array of an `.npz` file.
    columns : tuple of str, optional
        x, y and perhaps the weight in a text file: names, or places counted from 1.
    title : str, optional
        The file's name otherwise.
    max_bytes : int, optional
        The limit for a text file, or for a deflated array when unpacked; otherwise an eighth and
        three quarters of the free memory.

    Raises
    ------
    DataError, UsageError
        Naming the file, and the line, entry or array; also if the file was rewritten in place
        while it was read.
    """
    file = DataFile(path, ".csv, .json, .npy or .npz", otherwise="pipe it into: vizterm heat -")
    shown = clean(title) if title is not None else file.name
    known = find_format(file)
    if known is not None and not known.text:
        if columns is not None:
            raise UsageError(f"--columns is for text files, and {file.name} holds arrays")
        source = _read_array(known.open(file), shown, kind, key, max_bytes)
    elif key is not None or kind == "grid":
        option = f"--key {clean(key)}" if key is not None else "kind 'grid'"
        raise UsageError(f"{option} is for .npy and .npz files, and {file.name} is text")
    else:
        source = _read_text(file, shown, columns, max_bytes)
    return replace(source, files=(file,))


def _read_text(
    file: DataFile, title: str, columns: tuple[str, ...] | None, max_bytes: int | None
) -> HeatSource:
    name = file.name
    limit = max_bytes if max_bytes is not None else free_memory() // MEMORY_PART
    if file.size > limit:
        raise DataError(
            f"{name} is {describe_bytes(file.size)}, "
            f"more than the limit of {describe_bytes(limit)}",
            "raise --max-bytes, or save the counts as a grid with np.save",
        )
    content, growing = file.read_text()
    start = content[:_SNIFFED]
    if not start.strip():
        raise DataError(f"{name} is empty", "an event is a line of x,y or x,y,weight")
    if start.startswith(GZIP):
        raise DataError(f"{name} is compressed", f"zcat {name} | vizterm heat -")
    suffix = file.path.suffix.lower()
    one_a_line = suffix in (".csv", ".tsv", ".jsonl", ".ndjson")
    looks_json = start.removeprefix(BOM).lstrip()[:1] in (b"{", b"[")
    if suffix == ".json" or (looks_json and not one_a_line):
        try:
            events, declared = events_from_document(_json_text(content, name), name, columns)
            return HeatSource(
                title, events=require_events(events, name), size=declared, notes=_skipped(events)
            )
        except ExtraDataError as error:
            if not looks_json:
                raise DataError(error.message, error.hint) from error
    if b"\r" in start and b"\n" not in start:
        # Line breaks of old Macs.
        content = content.replace(b"\r", b"\n")
    if growing:
        content = content[: content.rfind(b"\n") + 1]
    lines = EventLines(columns, name=name)
    events = require_events(join_events([lines.feed(content), lines.finish()]), name)
    return HeatSource(title, events=events, notes=(lines.note, *_skipped(events)))


def _json_text(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-16" if data.startswith(UTF_16) else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(
            f"{name} is not text: byte {error.start:,} isn't UTF-8", "save it as UTF-8"
        ) from error


def _of_events(events: Events, title: str) -> HeatSource:
    """Return a source of events; there may be none, but not bad ones only."""
    if events.skipped:
        require_events(events, title)
    return HeatSource(title, events=events, notes=_skipped(events))


def _events_from_dict(counts: Mapping[Any, Any]) -> Events:
    """Return the events of `{(x, y): n}`, or of `{"x,y": n}`."""
    if not counts:
        return no_events()
    keys = list(counts)
    if all(isinstance(key, str) for key in keys):
        return events_from_counts([*counts.items()])
    if {*map(type, keys)} != {tuple} or {*map(len, keys)} != {2}:
        odd = next((key for key in keys if not isinstance(key, tuple) or len(key) != 2), None)
        if odd is not None:
            raise DataError(f"key {clean(repr(odd), 40)} isn't a position", "write {(x, y): n}")
    try:
        flat = np.fromiter(chain.from_iterable(keys), np.float64, 2 * len(keys))
        weights = np.fromiter(counts.values(), np.float64, len(keys))
    except (TypeError, ValueError, OverflowError) as error:
        raise DataError(f"a value of the dict isn't a number: {clean(str(error))}") from error
    return finite_events(
        [flat[::2], flat[1::2], weights], lambda index: f"key {clean(repr(keys[index]), 40)}"
    )


def _read_array(
    source: Source, title: str, kind: Kind | None, key: str | None, max_bytes: int | None
) -> HeatSource:
    """Read the array that is the heat."""
    if not source.single:
        with naming(source):
            spec, known_kind = _choose(source, kind, key)
        notes: tuple[str, ...] = (spec.describe(),)
    elif key is not None:
        raise UsageError(f"--key is for .npz files, and {source.name} is a single array")
    else:
        (spec,), known_kind, notes = source.columns.values(), kind, ()
    name = source.called(spec.name)
    if spec.objects:
        raise object_array(name)
    _check_array(spec.shape, spec.dtype, name, known_kind)
    array = read_array(source, spec.name, memory_limit(max_bytes))
    heat = _from_array(array, title, name, known_kind)
    return replace(heat, notes=(*notes, *heat.notes, *skipped_notes(source)))


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
    raise DataError(f"neither a grid nor events among {listed(columns)}", _SHAPES)


def _fits(shape: tuple[int, ...], dtype: np.dtype[Any], kind: Kind | None) -> bool:
    if len(shape) != 2 or dtype.kind not in "biuf" or 0 in shape:
        return False
    return kind != "events" or shape[1] in (2, 3)


def _check_array(
    shape: tuple[int, ...], dtype: np.dtype[np.generic], name: str, kind: Kind | None
) -> None:
    """Raise a DataError, from the header alone, unless an array is a grid or events."""
    held = f"{name} {describe_shape(shape)} {dtype}"
    if dtype.kind not in "biuf":
        raise DataError(f"{held} holds no real numbers", "save it with .astype(np.float32)")
    if len(shape) != 2:
        raise DataError(f"{held} is neither a grid nor events", _SHAPES)
    if 0 in shape:
        raise DataError(f"{held} is empty", _SHAPES)
    if kind == "events" and shape[1] not in (2, 3):
        raise DataError(f"{held} can't be events", _SHAPES)


def _from_array(array: Array, title: str, name: str, kind: Kind | None) -> HeatSource:
    """Return a source of an array that is a grid or events.

    Parameters
    ----------
    name : str
        The array's name in messages.
    """
    _check_array(array.shape, array.dtype, name, kind)
    rows, width = array.shape
    notes: tuple[str, ...] = ()
    if kind is None and width in (2, 3):
        kind = "events" if rows > width else "grid"
        notes = (f"{describe_shape(array.shape)} read as {'' if kind == 'events' else 'a '}{kind}",)
    if kind == "events":
        events = finite_events(list(array.T), lambda row: f"row {row:,}")
        return HeatSource(
            title, events=require_events(events, name), notes=notes + _skipped(events)
        )
    return HeatSource(title, grid=array, size=(width, rows), notes=notes)


def _skipped(events: Events) -> tuple[str, ...]:
    return (events.describe_skipped(),) if events.skipped else ()
