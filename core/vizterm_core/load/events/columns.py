"""Which columns of a table are x, y and the weight, and what is to be said about that.

One rule for all tables: text, JSON, arrays, data frames.  Names decide where there are any, with a
look at the first values; without names the values do, and doubt is said first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from vizterm_core.errors import DataError, UsageError
from vizterm_core.load.events.column import (
    HINT,
    Choice,
    Column,
    find_column,
    list_names,
    tell_choice,
)
from vizterm_core.load.events.named_columns import choose_by_name
from vizterm_core.load.events.names import quoted
from vizterm_core.load.events.options import EventOptions
from vizterm_core.load.events.unnamed_columns import choose_by_place


def choose_columns(
    columns: Sequence[Column], options: EventOptions, name: str, *, named: bool = True
) -> Choice:
    """Return which columns are the events.

    Parameters
    ----------
    columns : sequence of Column
    options : EventOptions
    name : str
        The file in messages.
    named : bool
        Whether the columns have names.

    Raises
    ------
    DataError
        If there is no pair that may be x and y, or none of the names that were asked for.
    """
    if options.columns is not None:
        choice = _asked_for(columns, options.columns, name, named=named)
    elif named:
        choice = choose_by_name(columns, name)
    else:
        choice = choose_by_place(columns, name)
    by = _one(columns, options.by, "--by", name)
    time = _one(columns, options.time, "--time", name)
    if choice.weight is not None and options.columns is None and choice.weight in (by, time):
        choice = replace(choice, weight=None, names=choice.names[:2], notes=())
        choice = replace(choice, notes=(tell_choice(choice, columns),))
    return replace(choice, by=by, time=time)


def _one(columns: Sequence[Column], wanted: str | None, option: str, name: str) -> int | None:
    if wanted is None:
        return None
    place = find_column(columns, wanted)
    if place is None:
        held = list_names(columns) if any(column.name for column in columns) else _count(columns)
        raise UsageError(
            f"{option} {quoted(wanted)[1:-1]}: {name} has no such column; there are {held}",
            "name one of them, or count from 1",
        )
    return place


def _count(columns: Sequence[Column]) -> str:
    return f"{len(columns):,} without names"


def _asked_for(
    columns: Sequence[Column], wanted: Sequence[str], name: str, *, named: bool
) -> Choice:
    places = [find_column(columns, each) for each in wanted]
    for place, each in zip(places, wanted, strict=True):
        if place is not None:
            continue
        if each.strip().isdecimal():
            raise DataError(
                f"{name} has {len(columns):,} columns, so there are no columns "
                f"{', '.join(quoted(column)[1:-1] for column in wanted)}",
                "they are counted from 1",
            )
        if not named:
            raise DataError(
                f"{name}: there is no header to name {', '.join(map(quoted, wanted))}",
                "count columns from 1 instead, e.g. --columns 1,2",
            )
        raise DataError(f"{name}: no column {quoted(each)} among {list_names(columns)}", HINT)
    x, y, *rest = [place for place in places if place is not None]
    names = tuple(columns[place].name.strip() for place in (x, y, *rest)) if named else ()
    choice = Choice(x, y, rest[0] if rest else None, names=names)
    return replace(choice, notes=(tell_choice(choice, columns),))
