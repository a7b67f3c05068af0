"""Positions in GeoJSON: x is the longitude."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vizterm_core.errors import DataError
from vizterm_core.load.events.names import quoted, shown_name

_GEOMETRIES = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2}
"""GeoJSON's geometries -> levels of lists around a position."""
_AREAS = {"Polygon": 2, "MultiPolygon": 3}


def is_geojson(value: Mapping[str, Any]) -> bool:
    """Whether an object is a feature, a geometry, or a collection of them."""
    kind = value.get("type")
    if kind == "FeatureCollection":
        return isinstance(value.get("features"), list)
    if kind == "Feature":
        return isinstance(value.get("geometry"), dict) or "geometry" in value
    if kind == "GeometryCollection":
        return isinstance(value.get("geometries"), list)
    known = isinstance(kind, str) and (kind in _GEOMETRIES or kind in _AREAS)
    return known and isinstance(value.get("coordinates"), list)


def points_of(held: Sequence[dict[str, Any]], name: str) -> tuple[list[Any], tuple[str, ...]]:
    """Return positions as objects with their properties, and what is said of what was left out.

    Those of areas don't count.

    Parameters
    ----------
    held : sequence of dict
    name : str
        The document's name in messages.

    Raises
    ------
    DataError
        If there are none.
    """
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
    notes = tuple(f"{count:,} × {shown_name(kind)} left out" for kind, count in left_out.items())
    return entries, notes


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
