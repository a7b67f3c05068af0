"""Points in a JSON document, wherever they stand: lists, objects, columns, GeoJSON, counts."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from vizterm_core.errors import DataError, UsageError
from vizterm_core.files.stored import Array
from vizterm_core.load.events.counts import events_from_counts, is_counts
from vizterm_core.load.events.entries import FORMS, EntryReader
from vizterm_core.load.events.geojson import points_of
from vizterm_core.load.events.json_values import DECODER, JsonObject, as_json, pairs_of
from vizterm_core.load.events.names import find_pairs, quoted, shown_name
from vizterm_core.load.events.numbers import called
from vizterm_core.load.events.options import EventOptions
from vizterm_core.load.events.places import Place, find_places, holds_more
from vizterm_core.maps.events import Events, no_events, require_events

_MOST_NAMED = 4
_KNOWN = ("events", "counts")
"""Where points stand in this program's own form."""


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """What a document holds: events or a grid."""

    events: Events = field(default_factory=no_events)
    grid: Array | None = None
    size: tuple[int, int] | None = None
    names: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def read_document(text: str, name: str, options: EventOptions) -> Document:
    """Return the events of a JSON document; Python's literals are read as well.

    A position that is given twice counts twice.

    Parameters
    ----------
    text : str
    name : str
        The document's name in messages.
    options : EventOptions

    Raises
    ------
    json.JSONDecodeError
        If it isn't JSON.
    DataError, UsageError
        If it holds no events, or not where they were said to be.
    """
    try:
        document = _decoded(text)
    except RecursionError as error:
        raise DataError(f"{name}: nested too deeply to be events", FORMS) from error
    return read_object(document, name, options)


def read_object(document: Any, name: str, options: EventOptions) -> Document:
    """Return the events of a document that was decoded; errors as of `read_document`."""
    found = document
    where = ""
    if options.points is not None:
        found = _at(document, options.points, name)
        where = options.points
    if not isinstance(found, list | dict | JsonObject):
        raise DataError(f"{name} holds a single value, {called(found)}, not events", FORMS)
    size = _declared_size(document, name)
    if isinstance(document, dict) and options.points is None:
        known = next((key for key in _KNOWN if holds_more(document.get(key))), None)
        if known is not None:
            found = document[known]
    if is_counts(found):
        return Document(events_from_counts(pairs_of(found)), size=size)
    places = sorted(find_places(found), key=lambda place: -place.count)
    if not places:
        return replace(_without_places(found, name, options), size=size)
    best = places[0]
    read = _read_place(best, name, options)
    path = ".".join(part for part in (where, best.path) if part)
    notes = list(read.notes)
    if (path and found is document) or options.points is not None:
        others = [place.path for place in places[1:] if place.path]
        more = len(others) - _MOST_NAMED
        also = ", ".join(map(shown_name, others[:_MOST_NAMED])) + (
            f" and {more:,} more" * (more > 0)
        )
        notes.append(f"points of {shown_name(path)}" + (f"; also there: {also}" if others else ""))
    return replace(read, size=size, notes=tuple(notes))


def _decoded(text: str) -> Any:
    try:
        return DECODER.decode(text)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" or not ("'" in text or "(" in text or "None" in text):
            raise
        try:
            return DECODER.decode(as_json(text))
        except json.JSONDecodeError:
            raise error from None


def _at(document: Any, path: str, name: str) -> Any:
    """Return what stands at a dotted path; of several objects in a list, all of it together."""
    held = [document]
    for step in filter(None, path.split(".")):
        below: list[Any] = []
        for each in held:
            items = dict(each) if isinstance(each, JsonObject) else each
            if isinstance(items, dict) and step in items:
                below.append(items[step])
            elif isinstance(items, list) and step.isdecimal() and int(step[:9]) < len(items):
                below.append(items[int(step[:9])])
            elif isinstance(items, list):
                below += [
                    dict(pairs_of(item))[step] for item in items if step in dict(pairs_of(item))
                ]
        held = below
        if not held:
            places = sorted(find_places(document), key=lambda place: -place.count)
            listed = ", ".join(shown_name(place.path or "the whole") for place in places[:8])
            raise UsageError(
                f"--points {quoted(path)[1:-1]}: nothing there in {name}"
                + (f"; there are points in {listed}" if listed else ""),
                "write the keys with dots, e.g. --points data.clicks",
            )
    if len(held) == 1:
        return held[0]
    return [entry for each in held for entry in (each if isinstance(each, list) else [each])]


def _read_place(place: Place, name: str, options: EventOptions) -> Document:
    if place.kind == "grid":
        grid = np.array(place.held[0], np.float64)
        more = len(place.held) - 1
        said = ("read as a grid",) + ((f"the first of {more + 1:,}",) if more else ())
        return Document(grid=grid, notes=said)
    if place.kind == "geojson":
        points, left_out = points_of(place.held, name)
        read = _of_entries(points, options, name, "point")
        return replace(read, notes=(*read.notes, *left_out))
    entries: list[Any] = []
    for held in place.held:
        if place.kind == "split":
            entries += _rows_of_split(held)
        elif place.kind == "columns":
            entries += _rows_of_columns(held)
        else:
            entries += held.values() if place.kind == "index" else held
    return _of_entries(entries, options, name)


def _of_entries(
    entries: list[Any], options: EventOptions, name: str, kind: str = "entry"
) -> Document:
    """Read entries, each of which is an event; `kind` is what one is called in messages."""
    reader = EntryReader(entries, options, name)
    events = reader.events(entries, lambda index: f"{kind} {index + 1:,}")
    return Document(require_events(events, name), names=reader.names, notes=reader.notes)


def _rows_of_split(held: dict[str, Any]) -> list[Any]:
    names = [str(name) for name in held["columns"]]
    rows = held.get("data", held.get("rows"))
    return [
        dict(zip(names, row, strict=False)) if isinstance(row, list) else row for row in rows or ()
    ]


def _rows_of_columns(held: dict[str, Any]) -> list[Any]:
    columns = {
        key: list(each.values()) if isinstance(each, dict) else each
        for key, each in held.items()
        if isinstance(each, list | dict)
    }
    lengths = [len(each) for each in columns.values()]
    names = list(columns)
    pair = find_pairs(names)[0]
    length = len(columns[names[pair.x]])
    chosen = [name for name, count in zip(names, lengths, strict=True) if count == length]
    return [
        dict(zip(chosen, row, strict=True))
        for row in zip(*(columns[name] for name in chosen), strict=True)
    ]


def _without_places(document: Any, name: str, options: EventOptions) -> Document:
    """Read what has no place for points, so that the error says what is wrong with it."""
    if isinstance(document, list):
        return _of_entries(document, options, name)
    held = [key for key, value in pairs_of(document) if holds_more(value)]
    if held:
        raise DataError(
            f"{name}: no points in {', '.join(map(quoted, held[:8]))}",
            f"name where they stand with --points PATH; {FORMS}",
        )
    return Document(require_events(events_from_counts(pairs_of(document)), name))


def _declared_size(document: Any, name: str) -> tuple[int, int] | None:
    """Return the size that this program's own form declares: {"size": [w, h], "events": [...]}."""
    if not isinstance(document, dict) or document.get("size") is None:
        return None
    own = any(holds_more(document.get(key)) for key in _KNOWN)
    size = document["size"]
    usable = (
        isinstance(size, list)
        and len(size) == 2
        and all(type(side) is float and side >= 1 and side.is_integer() for side in size)
    )
    if usable:
        return int(size[0]), int(size[1])
    if own:
        raise DataError(f"{name}: {called(size)} is not a size", 'write "size": [width, height]')
    return None
