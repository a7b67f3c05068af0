"""Events in JSON entries: `[x, y, n]`, `{"x": x, "y": y}`, `{"location": [x, y]}`."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

import numpy as np

from vizterm_core.errors import DataError
from vizterm_core.load.events.column import Choice, Column
from vizterm_core.load.events.columns import choose_columns
from vizterm_core.load.events.groups import GroupNames, group_name, make_events
from vizterm_core.load.events.json_fields import (
    MOST_FIELDS,
    Path,
    as_float,
    fields_of,
    is_list,
    is_there,
    path_name,
    reached,
    real_number,
)
from vizterm_core.load.events.json_values import NUMBERS, JsonObject, NotJson
from vizterm_core.load.events.names import quoted, shown_name
from vizterm_core.load.events.numbers import PLAIN, EntryError, called, number
from vizterm_core.load.events.options import NO_OPTIONS, EventOptions
from vizterm_core.load.events.times import Clock, find_clock
from vizterm_core.maps.events import Events, Float64, finite_events, no_events
from vizterm_core.text import clean

FORMS = 'write {"x,y": n}, [[x, y, n], ...] or [{"x": x, "y": y, "weight": n}, ...]'
_SAMPLED = 200
_MOST_KINDS = 64
_USUAL = (("x, y are columns 1, 2",), ("x, y, weight are columns 1, 2, 3",))
"""What needn't be said of lists."""


class EntryReader:
    """Turns JSON values into events; the first ones decide which of their fields are taken.

    Parameters
    ----------
    entries : sequence
        The first ones.
    options : EventOptions
    name : str
        The file in messages.

    Raises
    ------
    DataError, UsageError
        If a column that was asked for isn't there.
    """

    def __init__(self, entries: Sequence[Any], options: EventOptions, name: str) -> None:
        self._options = options
        self.notes: tuple[str, ...] = ()
        self.names: tuple[str, ...] = ()
        self._kinds: dict[tuple[str, ...], tuple[Path, Path, Path | None]] = {}
        self._object: tuple[Path, Path, Path | None] | None = None
        self._list: Choice | None = None
        self._width = 0
        self._by: Path | None = None
        self._time: Path | None = None
        self._clock: Clock | None = None
        self._groups = None if options.by is None else GroupNames(quoted(options.by))
        some = list(entries[:_SAMPLED])
        objects = [entry for entry in some if isinstance(entry, dict | JsonObject)]
        lists = [entry for entry in some if _is_row(entry)]
        if objects:
            self._choose_fields(objects, name, alone=not lists)
        if lists:
            self._choose_places(lists, name, alone=self._object is None)

    def events(self, entries: Sequence[Any], place: Callable[[int], str]) -> Events:
        """Return the events of entries; bad ones are skipped.

        Parameters
        ----------
        entries : sequence
        place : callable
            Index of an entry -> its name in messages.
        """
        plain = self._plain(entries)
        if plain is not None:
            return finite_events(plain, place)
        rows: list[tuple[float, float, float | None]] = []
        groups: list[str] = []
        times: list[Any] = []
        places: list[int] = []
        skipped, first_bad = 0, ""
        for index, entry in enumerate(entries):
            try:
                rows.append(self._event(entry))
                places.append(index)
            except EntryError as error:
                skipped += 1
                first_bad = first_bad or f"{place(index)}: {error}"
                continue
            if self._by is not None:
                groups.append(group_name(reached(entry, self._by)))
            if self._time is not None:
                times.append(reached(entry, self._time))
        if not rows:
            return no_events(skipped, first_bad)
        x, y, weights = zip(*rows, strict=True)
        columns = [np.array(x), np.array(y)]
        if any(weight is not None for weight in weights):
            columns.append(np.array([1.0 if weight is None else weight for weight in weights]))
        seconds = None if self._clock is None else self._clock.seconds(_as_cells(times))
        events = make_events(
            columns,
            lambda row: f"{place(places[row])}: {quoted(times[row])} tells no time",
            groups=groups if self._by is not None else None,
            names=self._groups,
            times=seconds,
        )
        if not skipped:
            return events
        return Events(events.x, events.y, events.weights, skipped + events.skipped,
                      first_bad, events.groups, events.times)  # fmt: skip

    def _choose_fields(self, objects: Sequence[Any], name: str, *, alone: bool) -> None:
        paths: dict[str, Path] = {}
        samples: dict[str, list[Any]] = {}
        for row, entry in enumerate(objects):
            for field, path, value in fields_of(entry):
                if field not in samples and len(samples) >= MOST_FIELDS:
                    continue
                paths.setdefault(field, path)
                held = samples.setdefault(field, [])
                held += [None] * (row - len(held)) + [value]
        columns = [_column(field, held) for field, held in samples.items()]
        try:
            choice = choose_columns(columns, self._options, name)
        except DataError:
            if alone:
                raise
            return
        self.notes, self.names = choice.said, choice.names
        at = [*paths.values()]
        weight = None if choice.weight is None else at[choice.weight]
        self._object = at[choice.x], at[choice.y], weight
        self._begin_by_and_time(choice, [*samples.items()], at)

    def _choose_places(self, lists: Sequence[Any], name: str, *, alone: bool) -> None:
        widths = [len(entry) for entry in lists]
        self._width = width = max(
            set(widths), key=lambda each: (widths.count(each), each in (2, 3), each)
        )
        rows = [entry for entry in lists if len(entry) == width]
        samples = [("", [row[at] for row in rows]) for at in range(min(width, MOST_FIELDS))]
        columns = [_column(field, held) for field, held in samples]
        options = self._options if alone else NO_OPTIONS
        try:
            self._list = choice = choose_columns(columns, options, name, named=False)
        except DataError:
            if options.columns is not None:
                raise
            return
        if alone:
            told = tuple(each.removeprefix("no header: ") for each in choice.said)
            self.notes = () if told in _USUAL else told
            self._begin_by_and_time(choice, samples, [(at,) for at in range(width)])

    def _begin_by_and_time(
        self, choice: Choice, samples: Sequence[tuple[str, list[Any]]], paths: Sequence[Path]
    ) -> None:
        said: list[str] = []
        if choice.time is not None:
            field, values = samples[choice.time]
            field = field or f"column {choice.time + 1}"
            self._time = paths[choice.time]
            self._clock = find_clock(_as_cells(values), field, PLAIN)
            said.append(f"time from {shown_name(field)}, {self._clock.note}")
        if choice.by is not None:
            field = samples[choice.by][0] or f"column {choice.by + 1}"
            self._by = paths[choice.by]
            said.append(f"groups from {shown_name(field)}")
        self.notes += tuple(said)

    def _event(self, entry: Any) -> tuple[float, float, float | None]:
        if isinstance(entry, dict | JsonObject):
            return self._of_object(entry if isinstance(entry, dict) else dict(entry))
        if isinstance(entry, NotJson):
            raise EntryError(f"{quoted(entry)} is not JSON")
        if not isinstance(entry, list | tuple):
            raise EntryError(f"{called(entry)} is not an event")
        return self._of_list(entry)

    def _of_list(self, entry: Sequence[Any]) -> tuple[float, float, float | None]:
        choice, count = self._list, len(entry)
        columns = self._options.columns
        if columns is not None and (
            choice is None or self._object is not None or max(choice.use) >= count
        ):
            raise EntryError(f"a list has no columns {clean(', '.join(columns))}")
        if choice is None or (count not in (2, 3) and count != self._width):
            raise EntryError(f"{count:,} values, not x, y or x, y, weight")
        if max(choice.x, choice.y) >= count or (count in (2, 3) and count != self._width):
            choice = Choice(0, 1, 2 if count > 2 else None)
        weight = choice.weight
        return (
            number(entry[choice.x]),
            number(entry[choice.y]),
            number(entry[weight]) if weight is not None and weight < count else None,
        )

    def _of_object(self, entry: dict[str, Any]) -> tuple[float, float, float | None]:
        paths = self._object
        if paths is None or not (is_there(entry, paths[0]) and is_there(entry, paths[1])):
            paths = self._own_paths(entry) or paths
        if paths is None:
            missing = next((axis for axis in ("x", "y") if axis not in entry), None)
            if missing is not None:
                raise EntryError(f"no {quoted(missing)} in it")
            paths = (("x",), ("y",), None)
        x, y, weight = paths
        for path in (x, y):
            if not is_there(entry, path):
                raise EntryError(f"no {quoted(path_name(path))} in it")
        heavy = None
        if weight is not None:
            if is_there(entry, weight):
                heavy = real_number(reached(entry, weight))
            elif self._options.columns is not None:
                raise EntryError(f"no {quoted(path_name(weight))} in it")
        return real_number(reached(entry, x)), real_number(reached(entry, y)), heavy

    def _own_paths(self, entry: dict[str, Any]) -> tuple[Path, Path, Path | None] | None:
        """Return the paths in an object whose names are not those of the first ones."""
        fields = list(fields_of(entry))
        names = tuple(name for name, _, _ in fields)
        if names in self._kinds:
            return self._kinds[names]
        columns = [_column(name, [value]) for name, _, value in fields]
        try:
            choice = choose_columns(columns, EventOptions(self._options.columns), "")
        except DataError:
            return None
        found = (
            fields[choice.x][1],
            fields[choice.y][1],
            None if choice.weight is None else fields[choice.weight][1],
        )
        if len(self._kinds) < _MOST_KINDS:
            self._kinds[names] = found
        return found

    def _plain(self, entries: Sequence[Any]) -> list[Float64] | None:
        """Return the columns of entries that all are lists of as many numbers, or None."""
        if self._list is None or not entries or not {*map(type, entries)} <= {list, tuple}:
            return None
        if self._by is not None or self._time is not None:
            return None
        widths = {*map(len, entries)}
        if widths != {self._width}:
            return None
        if not {*map(type, chain.from_iterable(entries))} <= NUMBERS:
            return None
        try:
            flat = np.fromiter(chain.from_iterable(entries), np.float64, self._width * len(entries))
        except OverflowError:
            return None
        columns = flat.reshape(-1, self._width).T
        return [columns[place] for place in self._list.use]


def _is_row(value: Any) -> bool:
    """Whether a list may be a point: it has two values and more, which are no lists."""
    return (
        is_list(value)
        and len(value) > 1
        and not any(isinstance(each, list | tuple | dict) for each in value[:2])
    )


def _column(name: str, values: Sequence[Any]) -> Column:
    """Return the beginning of a column of JSON values."""
    numbers = np.array([as_float(value) for value in values], np.float64)
    text = sum(
        value is not None and not isinstance(value, int | float) and not math.isfinite(real)
        for value, real in zip(values, numbers.tolist(), strict=True)
    )
    return Column(name, numbers, text, pair=name.endswith((" x", " y")))


def _as_cells(values: Sequence[Any]) -> list[str]:
    return ["" if value is None else str(value) for value in values]
