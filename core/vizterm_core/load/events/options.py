"""Options that say how events are read, wherever they come from."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Any

from vizterm_core.checks import shown
from vizterm_core.errors import UsageError


@dataclass(frozen=True, slots=True)
class EventOptions:
    """Choices about the columns of events; None where the data decide.

    Raises
    ------
    UsageError
        For other than two or three columns, points without a path, or a decimal mark that is none.
    """

    columns: tuple[str, ...] | None = None
    """x, y and perhaps the weight: names, or places counted from 1."""
    points: str | None = None
    """Where the points stand in a JSON document: "data.clicks"."""
    decimal: str | None = None
    """"." or ","."""
    by: str | None = None
    """The column that says which group an event belongs to."""
    time: str | None = None
    """The column of times."""

    def __post_init__(self) -> None:
        columns = self.columns
        if columns is not None and len(columns) not in (2, 3):
            raise UsageError(
                f"--columns takes two or three columns, not {len(columns)}",
                "name x, y and perhaps the weight, e.g. --columns pageX,pageY,n",
            )
        if self.points is not None and not self.points.strip(". "):
            raise UsageError(
                f"--points {shown(self.points)} names no place", "write it as --points data.clicks"
            )
        if self.decimal not in (None, ".", ","):
            raise UsageError(f"--decimal {shown(self.decimal)}: not a decimal mark", "write , or .")


NO_OPTIONS = EventOptions()
_MOST_COLUMNS = 9
"""Columns that are looked at: more than three are refused anyway."""


def as_event_options(
    *, columns: Any = None, points: Any = None, by: Any = None, time: Any = None
) -> EventOptions:
    """Return options that were given from Python; a UsageError for anything else.

    Parameters
    ----------
    columns : "x,y", or sequence of str or int
    points, by, time : str or int
    """
    if isinstance(columns, str):
        columns = columns.split(",")
    chosen = None
    if columns is not None:
        try:
            given = list(islice(columns, _MOST_COLUMNS))
        except Exception as error:
            raise UsageError(
                f"columns: {shown(columns)} names no columns", 'write columns=("x", "y")'
            ) from error
        chosen = tuple(_column(each, "columns") for each in given)
    return EventOptions(
        chosen,
        None if points is None else _column(points, "points"),
        None,
        None if by is None else _column(by, "by"),
        None if time is None else _column(time, "time"),
    )


def _column(value: Any, option: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise UsageError(f"{option}: {shown(value)} is no column", "give its name, or its place from 1")
