"""Events in JSON: `{"x,y": n}`, `[[x, y, n], ...]`, `[{"x": x, "y": y, "weight": n}, ...]`.

Any of the last two may stand in an object: `{"size": [width, height], "events": [...]}`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import chain
from math import inf, isfinite
from typing import Any

import numpy as np

from vizterm_core.errors import DataError
from vizterm_core.load.event_names import POSITION_NAMES, WEIGHT_NAMES, plain_name, quoted
from vizterm_core.maps.events import Events, Float64, finite_events, no_events

FORMS = 'write {"x,y": n}, [[x, y, n], ...] or [{"x": x, "y": y, "weight": n}, ...]'

_KEYS_AT_ONCE = 8192
_NUMBERS = {float, int}

Columns = tuple[str, ...]


class EntryError(ValueError):
    """An entry that isn't an event; the text says why."""


class NotJson(str):
    """The text of an entry that could not be decoded."""

    __slots__ = ()


class JsonObject(tuple[tuple[str, Any], ...]):
    """A JSON object as its (name, value) pairs, so that a name given twice is not lost."""

    __slots__ = ()


DECODER = json.JSONDecoder(
    # Integers of any length become floats; those too large become infinite, and are skipped.
    parse_int=float,
    object_pairs_hook=JsonObject,
)


class ExtraDataError(DataError):
    """Text follows the first JSON value: the file may have one value per line."""


def events_from_document(
    text: str, name: str, columns: Columns | None = None
) -> tuple[Events, tuple[int, int] | None]:
    """Return the events of a JSON document, and the size that it declares, if any.

    A position that is given twice counts twice.

    Parameters
    ----------
    text : str
    name : str
        The document's name in messages.
    columns : tuple of str, optional
        Names of x, y and perhaps the weight in objects.

    Raises
    ------
    ExtraDataError
        If text follows the first value.
    DataError
        If it isn't JSON, or holds no events.
    """
    try:
        document = DECODER.decode(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        kind = ExtraDataError if error.msg == "Extra data" else DataError
        raise kind(f"{name} is not JSON: {error.msg} at {place}", FORMS) from error
    except RecursionError as error:
        raise DataError(f"{name}: nested too deeply to be events", FORMS) from error
    size = None
    if isinstance(document, JsonObject):
        inner = dict(document)
        held = next((key for key in ("events", "counts") if _holds(inner.get(key))), None)
        if held is None:
            return events_from_counts(document), None
        size = _declared_size(inner.get("size"), name)
        document = inner[held]
    if isinstance(document, JsonObject):
        return events_from_counts(document), size
    if not isinstance(document, list):
        raise DataError(f"{name} holds a single value, {quoted(document)}, not events", FORMS)
    return events_from_entries(document, lambda index: f"entry {index + 1}", columns), size


def events_from_entries(
    entries: Sequence[Any], place: Callable[[int], str], columns: Columns | None = None
) -> Events:
    """Return events from sequences `(x, y[, n])` and objects, also mixed; bad ones are skipped."""
    plain = _plain_columns(entries) if columns is None else None
    if plain is not None:
        return finite_events(plain, place)
    rows: list[tuple[float, float, float | None]] = []
    skipped, first_bad = 0, ""
    for index, entry in enumerate(entries):
        try:
            rows.append(event_of(entry, columns))
        except EntryError as error:
            skipped += 1
            first_bad = first_bad or f"{place(index)}: {error}"
    return _events_from_rows(rows, skipped, first_bad)


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


def event_of(entry: Any, columns: Columns | None = None) -> tuple[float, float, float | None]:
    """Return (x, y, weight or None) of one entry.

    Raises
    ------
    EntryError
    """
    if isinstance(entry, JsonObject):
        return _event_of_object(dict(entry), columns)
    if isinstance(entry, dict):
        return _event_of_object(entry, columns)
    if isinstance(entry, NotJson):
        raise EntryError(f"{quoted(entry)} is not JSON")
    if not isinstance(entry, list | tuple):
        raise EntryError(f"{_called(entry)} is not an event")
    if columns is not None:
        raise EntryError(f"a list has no columns {', '.join(columns)}")
    if len(entry) not in (2, 3):
        raise EntryError(f"{len(entry):,} values, not x, y or x, y, weight")
    return number(entry[0]), number(entry[1]), number(entry[2]) if len(entry) > 2 else None


def number(value: Any) -> float:
    """Return a value as a finite float.

    Raises
    ------
    EntryError
        For text, None, booleans, NaN and numbers beyond float64.
    """
    if type(value) is float and isfinite(value):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        raise EntryError(f"{_called(value)} is not a number")
    try:
        result = float(value)
    except OverflowError:
        result = inf
    if not isfinite(result):
        raise EntryError(f"{quoted(result)} is not a finite number")
    return result


def _event_of_object(
    entry: dict[str, Any], columns: Columns | None
) -> tuple[float, float, float | None]:
    x, y, weight = _names_in(tuple(entry), columns)
    try:
        return (
            number(entry[x]),
            number(entry[y]),
            None if weight is None else number(entry[weight]),
        )
    except KeyError as error:
        raise EntryError(f"no {quoted(error.args[0])} in it") from error


@lru_cache(maxsize=64)
def _names_in(names: tuple[str, ...], columns: Columns | None) -> tuple[str, str, str | None]:
    """Find the names of x, y and the weight among an object's names.

    Names that were asked for and aren't there are returned as they are.
    """
    called = {plain_name(str(name)): name for name in reversed(names)}
    if columns is not None:
        x, y, *rest = [called.get(plain_name(column), column) for column in columns]
        return x, y, rest[0] if rest else None
    x, y = next((pair for pair in POSITION_NAMES if called.keys() >= {*pair}), ("x", "y"))
    weight = next((called[name] for name in WEIGHT_NAMES if name in called), None)
    return called.get(x, x), called.get(y, y), weight


def _events_from_rows(
    rows: list[tuple[float, float, float | None]], skipped: int, first_bad: str
) -> Events:
    if not rows:
        return no_events(skipped, first_bad)
    x, y, weights = zip(*rows, strict=True)
    heavy = None
    if any(weight is not None for weight in weights):
        heavy = np.array([1.0 if weight is None else weight for weight in weights])
    return Events(np.array(x), np.array(y), heavy, skipped, first_bad)


def _plain_columns(entries: Sequence[Any]) -> list[Float64] | None:
    """Return the columns of entries that all are sequences of two or of three numbers, or None."""
    if not {*map(type, entries)} <= {list, tuple} or not entries:
        return None
    widths = {*map(len, entries)}
    if widths not in ({2}, {3}) or not {*map(type, chain.from_iterable(entries))} <= _NUMBERS:
        return None
    width = widths.pop()
    try:
        flat = np.fromiter(chain.from_iterable(entries), np.float64, width * len(entries))
    except OverflowError:
        return None
    return list(flat.reshape(-1, width).T)


def _plain_counts(
    counts: Sequence[tuple[str, Any]],
) -> Float64 | None:
    """Return (n, 3) of pairs whose keys are all plain and finite "x,y", else None."""
    keys = [key for key, _ in counts]
    if not {type(count) for _, count in counts} <= _NUMBERS or not all(map(str.strip, keys)):
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


def parse_number(text: str, decode: Callable[[str], str] = str) -> float:
    """Parse a finite float by the rules of `numpy.loadtxt`: no underscores, any blanks.

    Parameters
    ----------
    text : str
    decode : callable
        Returns the text as a message shows it.

    Raises
    ------
    EntryError
    """
    try:
        if "_" not in text:
            return number(float(text.strip()))
    except EntryError:
        raise
    except ValueError:
        pass
    raise EntryError(f"{quoted(decode(text))} is not a number")


def _called(value: Any) -> str:
    # The text of nested lists can be very long, or too deep to be built.
    if isinstance(value, JsonObject | dict):
        return "an object"
    return "a list" if isinstance(value, list | tuple) else quoted(value)


def _holds(value: Any) -> bool:
    return isinstance(value, list | JsonObject)


def _declared_size(size: Any, name: str) -> tuple[int, int] | None:
    if size is None:
        return None
    usable = (
        isinstance(size, list)
        and len(size) == 2
        and all(type(side) is float and side >= 1 and side.is_integer() for side in size)
    )
    if not usable:
        raise DataError(f"{name}: {_called(size)} is not a size", 'write "size": [width, height]')
    return int(size[0]), int(size[1])
