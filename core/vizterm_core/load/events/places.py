"""Where points stand in a JSON document, and in which form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from vizterm_core.load.events.geojson import is_geojson
from vizterm_core.load.events.grid_text import FEWEST_WIDTH
from vizterm_core.load.events.json_fields import is_event
from vizterm_core.load.events.json_values import JsonObject, pairs_of
from vizterm_core.load.events.names import find_pairs

_DEEPEST = 12
_LOOKED_AT = 50


@dataclass(slots=True)
class Place:
    """Points that stand at one path of the document."""

    path: str
    kind: str
    """"entries", "columns", "split", "geojson" or "grid"."""
    held: list[Any]
    count: int = 0


def find_places(document: Any) -> Iterator[Place]:
    """Return where points stand; those of lists in several objects of one list are together."""
    found: dict[str, Place] = {}
    stack: list[tuple[str, int, Any]] = [("", 0, document)]
    while stack:
        path, depth, value = stack.pop()
        kind = _kind_of(value)
        if kind:
            place = found.setdefault(path, Place(path, kind, []))
            if place.kind == kind:
                place.held.append(value)
                place.count += _count(kind, value)
            continue
        if depth >= _DEEPEST:
            continue
        inner: list[tuple[str, int, Any]] = []
        if isinstance(value, list):
            inner = [(path, depth + 1, each) for each in value if holds_more(each)]
        else:
            for key, each in pairs_of(value):
                if holds_more(each):
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
    if is_geojson(value):
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
    if is_geojson(value):
        return value.get("type") == "Feature"
    return not _kind_of(value) and not any(place.count > 1 for place in find_places(value))


def _is_entry(value: Any) -> bool:
    if isinstance(value, list):
        return len(value) > 1 and all(
            isinstance(each, int | float) and not isinstance(each, bool) for each in value[:2]
        )
    return isinstance(value, dict) and not is_geojson(value) and is_event(value)


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


def holds_more(value: Any) -> bool:
    """Whether a value holds others."""
    return isinstance(value, list | dict | JsonObject)
