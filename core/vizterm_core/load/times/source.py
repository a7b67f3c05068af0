"""A source whose rows are at several places in time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from vizterm_core.files.data_file import DataFile
from vizterm_core.files.source import ArraySpec, Categories, Source
from vizterm_core.files.stored import Array, Rows
from vizterm_core.load.roles import Choice
from vizterm_core.scatter.epochs import Epochs


class Times(Protocol):
    """What knows where the rows of a source are at each time."""

    def epochs(self, choice: Choice) -> Epochs:
        """Return the places of the rows, once it is known which columns they are in."""


class TimedSource:
    """A source of what stays, with the times at which its points are elsewhere.

    Parameters
    ----------
    source : Source
        A row a point.
    times : Times
    name : str
        Of all of it in messages.
    notes : sequence of str
        What is to be said of the times.
    hidden : sequence of str
        Columns that are none of the points.
    exact : bool
        Whether the source's own coordinates are those of the last time.
    skipped : dict of str to str
        Files that are left out, and why.
    """

    single = False

    def __init__(
        self,
        source: Source,
        times: Times,
        name: str,
        *,
        notes: Sequence[str] = (),
        hidden: Sequence[str] = (),
        exact: bool = True,
        skipped: Mapping[str, str] | None = None,
    ) -> None:
        self.name, self.times, self.exact = name, times, exact
        self._source, self._notes = source, tuple(notes)
        self.files: tuple[DataFile, ...] = source.files
        self.columns: Mapping[str, ArraySpec] = {
            column: spec for column, spec in source.columns.items() if column not in hidden
        }
        self.skipped: Mapping[str, str] = {**source.skipped, **(skipped or {})}

    @property
    def notes(self) -> tuple[str, ...]:
        """What is said of the times, and what the source says."""
        return (*self._notes, *getattr(self._source, "notes", ()))

    def called(self, column: str) -> str:
        """A column in messages, as its own source calls it."""
        return self._source.called(column)

    def open(self, column: str, max_bytes: int | None = None) -> Array | Rows:
        """Return a column's rows as its own source does, with its errors."""
        return self._source.open(column, max_bytes)

    def read(self, column: str, max_bytes: int | None = None) -> Array | Categories:
        """Return all of a column as its own source does, with its errors."""
        return self._source.read(column, max_bytes)
