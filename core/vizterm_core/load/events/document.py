"""Points in a JSON document, wherever they stand: lists, objects, columns, GeoJSON, counts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from vizterm_core.errors import DataError, UsageError
from vizterm_core.files.stored import Array
from vizterm_core.load.events.entries import (
    DECODER,
    FORMS,
    EntryReader,
    JsonObject,
    as_json,
    events_from_counts,
    is_event,
    pairs_of,
)
from vizterm_core.load.events.grid_text import FEWEST_WIDTH
from vizterm_core.load.events.names import find_pairs, quoted, shown_name
from vizterm_core.load.events.numbers import EntryError, called, parse_number
from vizterm_core.load.events.options import EventOptions
from vizterm_core.maps.events import Events, no_events, require_events

_DEEPEST = 12
_LOOKED_AT = 50
_MOST_NAMED = 4
_KNOWN = ("events", "counts")
"""Where points stand in this program's own form."""
_GEOMETRIES = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2}
"""GeoJSON's geometries -> levels of lists around a position."""
_AREAS = {"Polygon": 2, "MultiPolygon": 3}


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """What a document holds: events or a grid."""

    events: Events = field(default_factory=no_events)
    grid: Array | None = None
    size: tuple[int, int] | None = None
    names: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Place:
    """Points that stand at one path of the document."""

    path: str
    kind: str
    """"entries", "columns", "split", "geojson" or "grid"."""
    held: list[Any]
    count: int = 0


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
        known = next((key for key in _KNOWN if _holds(document.get(key))), None)
        if known is not None:
            found = document[known]
    if _is_counts(found):
        return Document(events_from_counts(pairs_of(found)), size=size)
    places = sorted(_places(found), key=lambda place: -place.count)
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
            places = sorted(_places(document), key=lambda place: -place.count)
            listed = ", ".join(shown_name(place.path or "the whole") for place in places[:8])
            raise UsageError(
                f"--points {quoted(path)[1:-1]}: nothing there in {name}"
                + (f"; there are points in {listed}" if listed else ""),
                "write the keys with dots, e.g. --points data.clicks",
            )
    if len(held) == 1:
        return held[0]
    return [entry for each in held for entry in (each if isinstance(each, list) else [each])]


def _places(document: Any) -> Iterator[_Place]:
    """Return where points stand; those of lists in several objects of one list are together."""
    found: dict[str, _Place] = {}
    stack: list[tuple[str, int, Any]] = [("", 0, document)]
    while stack:
        path, depth, value = stack.pop()
        kind = _kind_of(value)
        if kind:
            place = found.setdefault(path, _Place(path, kind, []))
            if place.kind == kind:
                place.held.append(value)
                place.count += _count(kind, value)
            continue
        if depth >= _DEEPEST:
            continue
        inner: list[tuple[str, int, Any]] = []
        if isinstance(value, list):
            inner = [(path, depth + 1, each) for each in value if _holds(each)]
        else:
            for key, each in pairs_of(value):
                if _holds(each):
                    inner.append((f"{path}.{key}" if path else str(key), depth + 1, each))
        stack += reversed(inner)
    return iter(found.values())


def _kind_of(value: Any) -> str:
    """Return which kind of points a value is itself, "" if it is none."""
    if isinstance(value, list):
        some = value[:_LOOKED_AT]
        if not some:
            return ""
        if _is_grid(value):
            return "grid"
        if sum(map(_is_entry, some)) * 2 > len(some):
            return "entries"
        return ""
    if not isinstance(value, dict):
        return ""
    if _geometry_of(value):
        return "geojson"
    names, rows = value.get("columns"), value.get("data", value.get("rows"))
    if isinstance(names, list) and isinstance(rows, list):
        return "split"
    if _is_columns(value):
        return "columns"
    objects = list(value.values())[:_LOOKED_AT]
    if len(objects) > 1 and all(isinstance(each, dict) and is_event(each) for each in objects):
        return "index"
    return ""


def is_row(value: Any) -> bool:
    """Whether a value that stands in a line alone is an event, and not a document of events."""
    if isinstance(value, list):
        return bool(value) and not any(isinstance(each, list | tuple | dict) for each in value)
    if not isinstance(value, dict) or not is_event(value):
        return False
    if _geometry_of(value):
        return value.get("type") == "Feature"
    return not _kind_of(value) and not any(place.count > 1 for place in _places(value))


def _is_entry(value: Any) -> bool:
    if isinstance(value, list):
        return len(value) > 1 and all(
            isinstance(each, int | float) and not isinstance(each, bool) for each in value[:2]
        )
    return isinstance(value, dict) and not _geometry_of(value) and is_event(value)


def _is_grid(value: list[Any]) -> bool:
    """Whether a list is rows of many numbers, all of the same length."""
    first = value[0]
    if not isinstance(first, list) or len(first) < FEWEST_WIDTH or len(value) < 2:
        return False
    width = len(first)
    return all(
        isinstance(row, list) and len(row) == width and all(map(_is_plain_number, row[:_LOOKED_AT]))
        for row in value
    )


def _is_plain_number(value: Any) -> bool:
    return value is None or type(value) in (int, float)


def _is_columns(value: dict[str, Any]) -> bool:
    names = list(value)
    for pair in find_pairs(names[:512]):
        sides = [value[names[pair.x]], value[names[pair.y]]]
        if all(isinstance(side, list) for side in sides) and len(sides[0]) == len(sides[1]) > 0:
            return not any(isinstance(each, list | dict) for side in sides for each in side[:9])
        if all(isinstance(side, dict) and side for side in sides):
            return sides[0].keys() == sides[1].keys()
    return False


def _count(kind: str, value: Any) -> int:
    if kind == "split":
        return len(value.get("data", value.get("rows")))
    if kind == "columns":
        return max(len(each) for each in value.values() if isinstance(each, list | dict))
    if kind == "geojson":
        return len(value.get("features") or value.get("geometries") or [0])
    if kind == "grid":
        return len(value) * len(value[0])
    return len(value)


def _read_place(place: _Place, name: str, options: EventOptions) -> Document:
    if place.kind == "grid":
        grid = np.array(place.held[0], np.float64)
        more = len(place.held) - 1
        said = ("read as a grid",) + ((f"the first of {more + 1:,}",) if more else ())
        return Document(grid=grid, notes=said)
    if place.kind == "geojson":
        return _read_geojson(place.held, name, options)
    entries: list[Any] = []
    for held in place.held:
        if place.kind == "split":
            entries += _rows_of_split(held)
        elif place.kind == "columns":
            entries += _rows_of_columns(held)
        else:
            entries += held.values() if place.kind == "index" else held
    reader = EntryReader(entries, options, name)
    events = reader.events(entries, lambda index: f"entry {index + 1:,}")
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


def _geometry_of(value: Mapping[str, Any]) -> bool:
    kind = value.get("type")
    if kind == "FeatureCollection":
        return isinstance(value.get("features"), list)
    if kind == "Feature":
        return isinstance(value.get("geometry"), dict) or "geometry" in value
    if kind == "GeometryCollection":
        return isinstance(value.get("geometries"), list)
    known = isinstance(kind, str) and (kind in _GEOMETRIES or kind in _AREAS)
    return known and isinstance(value.get("coordinates"), list)


def _read_geojson(held: Sequence[dict[str, Any]], name: str, options: EventOptions) -> Document:
    """Return the positions of GeoJSON: x is the longitude; those of areas don't count."""
    entries: list[Any] = []
    left_out: dict[str, int] = {}
    stack: list[tuple[Any, Any]] = [(value, {}) for value in reversed(held)]
    while stack:
        value, properties = stack.pop()
        if not isinstance(value, dict):
            entries.append(None)
            continue
        kind = value.get("type")
        if kind == "FeatureCollection":
            stack += [(each, {}) for each in reversed(value["features"])]
        elif kind == "Feature":
            own = value.get("properties")
            stack.append((value.get("geometry"), own if isinstance(own, dict) else {}))
        elif kind == "GeometryCollection":
            stack += [(each, properties) for each in reversed(value.get("geometries") or [])]
        elif kind in _GEOMETRIES:
            entries += _with_properties(value.get("coordinates"), _GEOMETRIES[kind], properties)
        else:
            shown = kind if isinstance(kind, str) else "unknown geometry"
            left_out[shown] = left_out.get(shown, 0) + 1
    if not entries:
        raise DataError(
            f"{name} holds no points: {', '.join(map(quoted, left_out)) or 'no features'}",
            "Point, MultiPoint and LineString are counted, areas aren't",
        )
    reader = EntryReader(entries, options, name)
    events = reader.events(entries, lambda index: f"point {index + 1:,}")
    notes = tuple(f"{count:,} × {shown_name(kind)} left out" for kind, count in left_out.items())
    return Document(require_events(events, name), names=reader.names, notes=(*reader.notes, *notes))


def _with_properties(coordinates: Any, levels: int, properties: Mapping[str, Any]) -> list[Any]:
    points = [coordinates]
    for _ in range(levels):
        points = [
            point for each in points for point in (each if isinstance(each, list) else [None])
        ]
    plain = {
        key: value
        for key, value in properties.items()
        if not isinstance(value, list | dict) and key not in ("longitude", "latitude")
    }
    return [
        {"longitude": point[0], "latitude": point[1], **plain}
        if isinstance(point, list) and len(point) > 1
        else point
        for point in points
    ]


def _without_places(document: Any, name: str, options: EventOptions) -> Document:
    """Read what has no place for points, so that the error says what is wrong with it."""
    if isinstance(document, list):
        reader = EntryReader(document, options, name)
        events = reader.events(document, lambda index: f"entry {index + 1:,}")
        return Document(require_events(events, name), names=reader.names, notes=reader.notes)
    held = [key for key, value in pairs_of(document) if _holds(value)]
    if held:
        raise DataError(
            f"{name}: no points in {', '.join(map(quoted, held[:8]))}",
            f"name where they stand with --points PATH; {FORMS}",
        )
    return Document(require_events(events_from_counts(pairs_of(document)), name))


def _is_counts(document: Any) -> bool:
    """Whether an object is {"x,y": n}."""
    if isinstance(document, list):
        return False
    some = pairs_of(document)[:_LOOKED_AT]
    return any(_is_position(key) for key, _ in some)


def _is_position(key: Any) -> bool:
    sides = str(key).strip().strip("()[]").split(",")
    try:
        return len(sides) == 2 and all(parse_number(side) is not None for side in sides)
    except EntryError:
        return False


def _holds(value: Any) -> bool:
    return isinstance(value, list | dict | JsonObject)


def _declared_size(document: Any, name: str) -> tuple[int, int] | None:
    """Return the size that this program's own form declares: {"size": [w, h], "events": [...]}."""
    if not isinstance(document, dict) or document.get("size") is None:
        return None
    own = any(_holds(document.get(key)) for key in _KNOWN)
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
