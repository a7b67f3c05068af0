"""Fields of JSON objects by their paths, and the pairs of numbers among them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from vizterm_core.load.events.json_values import JsonObject, pairs_of
from vizterm_core.load.events.names import find_pairs
from vizterm_core.load.events.numbers import EntryError, number, parse_number

DEEPEST = 3
"""Levels of objects in an entry that are looked into."""
MOST_FIELDS = 512
_LONGEST_PAIR = 4
_NO_POSITION = 9.0
"""The rank of a pair from which it is something else: a size, a speed."""

Path = tuple[str | int, ...]


def fields_of(entry: Any) -> Iterator[tuple[str, Path, Any]]:
    """Return (name, path, value) of what an object holds: numbers, text, and pairs of numbers."""
    stack: list[tuple[str, Path, Any]] = [("", (), entry)]
    count = 0
    while stack and count < MOST_FIELDS:
        stem, path, held = stack.pop()
        nested = []
        for key, value in pairs_of(held):
            name = f"{stem}.{key}" if stem else str(key)
            inner = (*path, key)
            if isinstance(value, dict | JsonObject):
                if len(inner) <= DEEPEST:
                    nested.append((name, inner, value))
            elif is_pair(value):
                geographic = name.endswith("geometry.coordinates")
                x, y = ("longitude", "latitude") if geographic else (f"{name} x", f"{name} y")
                yield x, (*inner, 0), value[0]
                yield y, (*inner, 1), value[1]
                count += 2
            elif not isinstance(value, list | tuple):
                yield name, inner, value
                count += 1
        stack += reversed(nested)


def is_pair(value: Any) -> bool:
    """Whether a value is a list of two to four numbers, which begins with x and y."""
    return (
        isinstance(value, list | tuple)
        and not isinstance(value, JsonObject)
        and 2 <= len(value) <= _LONGEST_PAIR
        and all(isinstance(each, int | float) and not isinstance(each, bool) for each in value[:2])
    )


def is_event(entry: Any) -> bool:
    """Whether an object has a pair of numbers that may be x and y."""
    names, values = [], []
    for name, _, value in fields_of(entry):
        names.append(name)
        values.append(value)
    return any(
        np.isfinite(as_float(values[pair.x])) and np.isfinite(as_float(values[pair.y]))
        for pair in find_pairs(names)
        if pair.rank < _NO_POSITION
    )


def is_list(value: Any) -> bool:
    """Whether a value is a list, and no object in disguise."""
    return isinstance(value, list | tuple) and not isinstance(value, JsonObject)


def as_float(value: Any) -> float:
    """Return a number, also one that is written as text; NaN for anything else."""
    try:
        return real_number(value)
    except EntryError:
        return np.nan


def real_number(value: Any) -> float:
    """Return a number, also one that is written as text."""
    return parse_number(value) if isinstance(value, str) else number(value)


def reached(entry: Any, path: Path) -> Any:
    """Return what stands at a path, None if nothing does."""
    for step in path:
        if isinstance(entry, JsonObject):
            entry = dict(entry)
        try:
            entry = entry[step]
        except (KeyError, IndexError, TypeError):
            return None
    return entry


def is_there(entry: Any, path: Path) -> bool:
    """Whether something stands at a path, if only null."""
    *above, last = path
    held = reached(entry, tuple(above))
    if isinstance(last, int) and is_list(held):
        return last < len(held)
    if isinstance(held, JsonObject):
        held = dict(held)
    return isinstance(held, Mapping) and last in held


def path_name(path: Path) -> str:
    """Return the names on a path, for a message."""
    return ".".join(str(step) for step in path if not isinstance(step, int))
