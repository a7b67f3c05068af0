"""Groups of events by the values of a column: a button, a user, a session."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError
from vizterm_core.files.text.cells import is_missing
from vizterm_core.maps.events import Events, Groups

MOST_GROUPS = 10_000
MISSING_GROUP = "(missing)"


class GroupNames:
    """Names of groups, by the order of their first event; each block of events adds to them.

    Parameters
    ----------
    column : str
        The column in messages.
    """

    def __init__(self, column: str) -> None:
        self._column = column
        self._seen: set[str] = set()

    def groups(self, names: Sequence[str]) -> Groups:
        """Return the groups of some events.

        Raises
        ------
        DataError
            If there are more than `MOST_GROUPS` in all blocks together.
        """
        places: dict[str, int] = {}
        codes = np.array([places.setdefault(name, len(places)) for name in names], np.intp)
        self._seen.update(places)
        if len(self._seen) > MOST_GROUPS:
            raise DataError(
                f"{self._column} has more than {MOST_GROUPS:,} different values: too many groups",
                "name another column with --by, or leave it out",
            )
        return Groups(codes, tuple(places))


def group_name(value: Any) -> str:
    """Return the name of the group that a value stands for.

    >>> group_name(2.0), group_name(None), group_name(" left ")
    ('2', '(missing)', 'left')
    """
    if value is None or value is np.ma.masked or (isinstance(value, float) and value != value):
        return MISSING_GROUP
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    if isinstance(value, dict | list | tuple):
        return MISSING_GROUP
    text = str(value).strip()
    return MISSING_GROUP if is_missing(text) or text in ("<NA>", "NaT") else text


def group_names(values: Iterable[Any]) -> list[str]:
    """Return the name of each value's group."""
    return [group_name(value) for value in values]


def make_events(
    columns: Sequence[npt.NDArray[np.float64]],
    why: Callable[[int], str],
    *,
    groups: Sequence[str] | None = None,
    names: GroupNames | None = None,
    times: npt.NDArray[np.float64] | None = None,
) -> Events:
    """Make events of columns, without the rows in which a number is missing.

    Parameters
    ----------
    columns : two or three (n,) arrays
        x, y and perhaps weights, NaN where there is none.
    why : callable
        Index of a row -> its place and what is wrong with it.
    groups : n names, optional
    names : GroupNames, optional
        What the names are added to.
    times : (n,) array, optional
        Seconds, NaN where there are none.
    """
    given = [*columns] if times is None else [*columns, times]
    finite = np.logical_and.reduce([np.isfinite(column) for column in given])
    skipped = int(finite.size - np.count_nonzero(finite))
    first_bad = why(int(finite.argmin())) if skipped else ""
    if skipped:
        columns = [column[finite] for column in columns]
        times = None if times is None else times[finite]
        if groups is not None:
            groups = [name for name, good in zip(groups, finite.tolist(), strict=True) if good]
    told = None
    if groups is not None:
        told = (names or GroupNames("--by")).groups(groups)
    x, y, *weights = columns
    return Events(x, y, weights[0] if weights else None, skipped, first_bad, told, times)
