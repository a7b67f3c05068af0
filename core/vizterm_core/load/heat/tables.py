"""Events from columns: of a data frame, a Parquet file, an archive of arrays, a record array."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError
from vizterm_core.files.source import Categories, values_of
from vizterm_core.load.events.column import Choice, Column
from vizterm_core.load.events.columns import choose_columns
from vizterm_core.load.events.groups import GroupNames, group_names, make_events
from vizterm_core.load.events.names import find_pairs, quoted, shown_name
from vizterm_core.load.events.options import EventOptions
from vizterm_core.load.events.times import seconds_of
from vizterm_core.load.heat.data import HeatSource, skipped_rows
from vizterm_core.maps.events import require_events

Values = npt.NDArray[Any] | Categories

SAMPLE_ROWS = 200
_WIDEST_PAIR = 4
_REAL = "biuf"


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column to choose from: of a table, or one place of the vectors in it."""

    name: str
    start: npt.NDArray[Any] | None
    """Its first rows; None where they can't be read."""
    read: Callable[[], Values]
    """Returns all of the column that it is, or that it is in."""
    place: int | None = None
    """Which of the numbers in each row; None where that is one."""
    width: int = 0
    """How many numbers are in each row."""

    def values(self) -> Values:
        """Return all of the column."""
        values = self.read()
        if self.place is None or isinstance(values, Categories):
            return values
        return values[:, self.place]


def pieces_of(
    name: str, start: npt.NDArray[Any] | None, read: Callable[[], Values]
) -> list[TableColumn]:
    """Return what can be chosen of a column: of pairs of numbers, x and y."""
    if start is not None and start.ndim == 2 and start.dtype.kind in _REAL:
        width = start.shape[1]
        if 2 <= width <= _WIDEST_PAIR:
            return [
                TableColumn(f"{name} {axis}", start[:, place], read, place, width)
                for place, axis in enumerate("xy")
            ]
    if start is None or start.ndim == 1:
        return [TableColumn(name, start, read)]
    return []


def has_pair(names: Sequence[str]) -> bool:
    """Whether two of some names are a pair x and y."""
    return bool(find_pairs(names))


def table_source(
    columns: Sequence[TableColumn], title: str, name: str, options: EventOptions
) -> HeatSource:
    """Return the events of a table.

    Parameters
    ----------
    columns : sequence of TableColumn
    title : str
    name : str
        The table in messages.
    options : EventOptions

    Raises
    ------
    DataError, UsageError
        If no pair of columns is x and y, or none of those that were asked for; if they have
        different lengths or aren't numbers.
    """
    choice = choose_columns(
        [_beginning(column) for column in columns], options, name or "the table"
    )
    used = [columns[place] for place in choice.use]
    numbers = [real_numbers(column.values(), column.name) for column in used]
    lengths = {len(values) for values in numbers}
    if len(lengths) > 1:
        told = ", ".join(
            f"{quoted(column.name)} {len(values):,}"
            for column, values in zip(used, numbers, strict=True)
        )
        raise DataError(f"{name}: columns of different lengths: {told}", "a row is an event")
    notes = list(choice.said)
    if used[0].width == _WIDEST_PAIR:
        notes.insert(
            0, f"{shown_name(used[0].name[:-2])} has 4 numbers a row: the first two are taken"
        )
    said, groups, times = by_and_time(choice, columns, len(numbers[0]))
    by = None if options.by is None else GroupNames(quoted(options.by))
    events = make_events(
        numbers,
        lambda row: _why(row, used, numbers),
        groups=groups,
        names=by,
        times=times,
    )
    return HeatSource(
        title,
        events=require_events(events, name or title),
        notes=(*notes, *said, *skipped_rows(events)),
        names=choice.names,
    )


def by_and_time(
    choice: Choice, columns: Sequence[TableColumn], count: int
) -> tuple[list[str], list[str] | None, npt.NDArray[np.float64] | None]:
    """Return what is to be said of them, each event's group, and its seconds."""
    said: list[str] = []
    groups = times = None
    if choice.time is not None:
        column = columns[choice.time]
        values = column.values()
        array = values_of(values) if isinstance(values, Categories) else values
        times, how = seconds_of(array, column.name)
        said.append(f"time from {shown_name(column.name)}, {how}")
        _check_length(column, len(times), count)
    if choice.by is not None:
        column = columns[choice.by]
        values = column.values()
        array = values_of(values) if isinstance(values, Categories) else values
        if array.dtype.kind == "M":
            array = array.astype(str)
        groups = group_names(array.tolist())
        said.append(f"groups from {shown_name(column.name)}")
        _check_length(column, len(groups), count)
    return said, groups, times


def real_numbers(values: Values, name: str) -> npt.NDArray[np.float64]:
    """Return a column as float64, NaN where it is masked, missing or infinite.

    Raises
    ------
    DataError
        If it holds no real numbers.
    """
    array = values_of(values) if isinstance(values, Categories) else values
    if array.ndim != 1:
        raise DataError(f"{quoted(name)} has more than one number a row", "a column is (n,)")
    if array.dtype.kind not in _REAL:
        try:
            if array.dtype.kind not in "OUS":
                raise TypeError
            array = np.array([_as_float(value) for value in array.tolist()], np.float64)
        except (TypeError, ValueError) as error:
            raise DataError(
                f"{quoted(name)} holds no real numbers, but {array.dtype}",
                "convert it with .astype(float)",
            ) from error
        if len(array) and np.isnan(array).all():
            raise DataError(f"{quoted(name)} holds no numbers", "choose others with --columns X,Y")
    with np.errstate(over="ignore"):
        numbers = np.ma.filled(np.ma.asarray(array).astype(np.float64), np.nan)
    numbers = np.array(numbers, np.float64)
    numbers[~np.isfinite(numbers)] = np.nan
    return numbers


def _as_float(value: Any) -> float:
    """Return a number of whatever is one, NaN for what is missing, or text."""
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return np.nan


def _beginning(column: TableColumn) -> Column:
    start = column.start
    if start is None:
        return Column(column.name, np.empty(0), 1)
    if start.dtype.kind in _REAL:
        with np.errstate(over="ignore"):
            numbers = np.ma.filled(np.ma.asarray(start).astype(np.float64), np.nan)
        return Column(column.name, np.asarray(numbers), pair=column.place is not None)
    if start.dtype.kind == "O":
        numbers = np.array([_as_float(value) for value in start.tolist()], np.float64)
        given = sum(value is not None for value in start.tolist())
        return Column(column.name, numbers, given - int(np.isfinite(numbers).sum()))
    return Column(column.name, np.full(len(start), np.nan), len(start))


def _check_length(column: TableColumn, length: int, count: int) -> None:
    if length != count:
        raise DataError(
            f"{quoted(column.name)} has {length:,} rows, x and y have {count:,}",
            "a row is an event",
        )


def _why(row: int, used: Sequence[TableColumn], numbers: Sequence[npt.NDArray[np.float64]]) -> str:
    for column, values in zip(used, numbers, strict=True):
        if np.isnan(values[row]):
            return f"row {row:,}: {shown_name(column.name)} is no finite number"
    return f"row {row:,}: no time"


def columns_of(table: Mapping[str, Values], length: int | None = None) -> list[TableColumn]:
    """Return columns in memory to choose from, those of one length."""
    columns: list[TableColumn] = []
    for name, values in table.items():
        if length is not None and len(values) != length:
            continue
        start = (
            values_of(Categories(values.codes[:SAMPLE_ROWS], values.values))
            if isinstance(values, Categories)
            else values[:SAMPLE_ROWS]
        )
        columns += pieces_of(name, start, _given(values))
    return columns


def _given(values: Values) -> Callable[[], Values]:
    return lambda: values
