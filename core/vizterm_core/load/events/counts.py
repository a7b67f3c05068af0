"""Events in an object of counts: `{"x,y": n}`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from vizterm_core.load.events.json_values import NUMBERS, pairs_of
from vizterm_core.load.events.names import quoted
from vizterm_core.load.events.numbers import EntryError, number, parse_number
from vizterm_core.maps.events import Events, Float64, no_events

_KEYS_AT_ONCE = 8192
_LOOKED_AT = 50


def is_counts(document: Any) -> bool:
    """Whether an object is {"x,y": n}."""
    if isinstance(document, list):
        return False
    some = pairs_of(document)[:_LOOKED_AT]
    return any(_is_position(key) for key, _ in some)


def events_from_counts(counts: Sequence[tuple[str, Any]]) -> Events:
    """Return events from ("x,y", n) pairs; bad ones are skipped."""
    parts: list[Float64] = []
    skipped, first_bad = 0, ""
    for start in range(0, len(counts), _KEYS_AT_ONCE):
        some = counts[start : start + _KEYS_AT_ONCE]
        block = _plain_counts(some)
        if block is None:
            rows = []
            for key, count in some:
                try:
                    rows.append((*_position_of(key), number(count)))
                except EntryError as error:
                    skipped += 1
                    first_bad = first_bad or f"key {quoted(key)}: {error}"
            block = np.array(rows, np.float64).reshape(-1, 3)
        parts.append(block)
    if not parts:
        return no_events()
    x, y, weights = np.ascontiguousarray(np.concatenate(parts).T)
    return Events(x, y, weights, skipped, first_bad)


def _plain_counts(counts: Sequence[tuple[str, Any]]) -> Float64 | None:
    """Return (n, 3) of pairs whose keys are all plain and finite "x,y", else None."""
    keys = [key for key, _ in counts]
    if not {type(count) for _, count in counts} <= NUMBERS or not all(map(str.strip, keys)):
        return None
    try:
        positions = np.loadtxt(keys, delimiter=",", comments=None, ndmin=2)
        weights = np.array([count for _, count in counts], np.float64)
    except (ValueError, OverflowError):
        return None
    if positions.shape != (len(keys), 2):
        return None
    values = np.column_stack((positions, weights))
    return values if np.isfinite(values).all() else None


def _position_of(key: str) -> tuple[float, float]:
    sides = key.strip().strip("()[]").split(",")
    if len(sides) != 2:
        raise EntryError('it is not "x,y"')
    return parse_number(sides[0]), parse_number(sides[1])


def _is_position(key: Any) -> bool:
    try:
        _position_of(str(key))
    except EntryError:
        return False
    return True
