"""The tags of rows as they are now, and what it takes to change them."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError, UsageError
from vizterm_core.tags.journal import Journal
from vizterm_core.tags.lines import LONGEST_TAG, Change, one_line, read_lines, written
from vizterm_core.text import clean

Rows = npt.NDArray[np.int64]
_NOBODY: Rows = np.zeros(0, np.int64)
_MOST_STEPS = 100
"""Changes that can be undone."""


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """What a change did: rows that a tag was given to, and rows that tags were taken from."""

    tag: str
    added: Mapping[str, Rows]
    removed: Mapping[str, Rows]

    @property
    def reverse(self) -> Step:
        """The change that takes it back."""
        return Step(self.tag, self.removed, self.added)

    @property
    def count(self) -> int:
        """Rows that it changed."""
        rows = [*self.added.values(), *self.removed.values()]
        return int(np.unique(np.concatenate(rows)).size) if rows else 0


def column_and_value(tag: str) -> tuple[str, str] | None:
    """Return the column and the value of a tag like "label=cat"; None for a plain one.

    >>> column_and_value("label = cat")
    ('label', 'cat')
    >>> column_and_value("blurry") is None
    True
    """
    column, sign, value = tag.partition("=")
    column, value = column.strip(), value.strip()
    return (column, value) if sign and column and value else None


def as_tag(text: str) -> str:
    """Return a tag as it is kept: in one line, "column=value" without blanks around the sign.

    Raises
    ------
    UsageError
        If it is empty or too long.
    """
    tag = " ".join(one_line(text).split())
    if not tag:
        raise UsageError("a tag needs a name")
    if len(tag) > LONGEST_TAG:
        raise UsageError(f"a tag has {LONGEST_TAG} characters at most")
    pair = column_and_value(tag)
    return tag if pair is None else "=".join(pair)


class Tags:
    """Which rows have which tags; each change is written before it counts as saved.

    Parameters
    ----------
    total : int
        Rows of the data.
    names : (total,) array, optional
        Of the rows; text.
    journal : Journal, optional
        Where they are kept; in memory only without one.
    """

    def __init__(
        self, total: int, names: npt.NDArray[Any] | None = None, journal: Journal | None = None
    ) -> None:
        self.total, self.journal = total, journal
        self.notes: tuple[str, ...] = ()
        """What was damaged, moved or lost when they were read, for people."""
        self._names = names
        self._rows: dict[str, Rows] = {}
        self._times: dict[tuple[int, str], str] = {}
        self._steps: list[Step] = []
        self._lock = threading.Lock()
        if journal is not None:
            self._read(journal)

    # what there is

    @property
    def counts(self) -> dict[str, int]:
        """How many rows have each tag, the one used most first."""
        held = [(tag, int(rows.size)) for tag, rows in self._rows.items() if rows.size]
        return dict(sorted(held, key=lambda each: (-each[1], each[0])))

    def rows(self, tag: str) -> Rows:
        """Return the rows that have a tag, ascending."""
        return self._rows.get(tag, _NOBODY)

    def of(self, row: int) -> tuple[str, ...]:
        """Return the tags of a row, in alphabetical order."""
        return tuple(sorted(tag for tag, rows in self._rows.items() if _has(rows, row)))

    def changes(self) -> list[Change]:
        """Return what is tagged now as changes, in the order of rows and tags."""
        found = [(int(row), tag) for tag, rows in self._rows.items() for row in rows]
        return [
            Change(row, self._name(row), tag, self._times.get((row, tag), ""))
            for row, tag in sorted(found)
        ]

    @property
    def unsaved(self) -> bool:
        """Whether there are changes that could not be written yet."""
        return self.journal is not None and bool(self.journal.pending)

    @property
    def unsaved_lines(self) -> list[str]:
        """The lines that could not be written yet, harmless for a terminal."""
        pending = b"" if self.journal is None else self.journal.pending
        return [clean(line) for line in pending.decode("utf-8", "replace").splitlines()]

    def __bool__(self) -> bool:
        return any(rows.size for rows in self._rows.values())

    # changes

    def add(self, rows: Rows, tag: str) -> Step:
        """Give a tag to rows; "column=value" takes the place of another value of that column.

        Returns
        -------
        Step
            What changed; rows that had the tag are not among them.

        Raises
        ------
        UsageError
            If the text can't be a tag.
        DataError
            If the change can't be written: it holds nevertheless, and is written with the next one.
        """
        tag, rows = as_tag(tag), np.unique(np.asarray(rows, np.int64))
        with self._lock:
            added = {tag: np.setdiff1d(rows, self.rows(tag))}
            removed = {}
            if (pair := column_and_value(tag)) is not None:
                for other, held in self._rows.items():
                    same = column_and_value(other)
                    if other != tag and same is not None and same[0] == pair[0]:
                        removed[other] = np.intersect1d(held, rows)
            return self._carry_out(Step(tag, added, removed), keep=True)

    def remove(self, rows: Rows, tag: str) -> Step:
        """Take a tag from rows; see `add`."""
        tag, rows = as_tag(tag), np.unique(np.asarray(rows, np.int64))
        with self._lock:
            return self._carry_out(
                Step(tag, {}, {tag: np.intersect1d(rows, self.rows(tag))}), keep=True
            )

    def undo(self) -> Step | None:
        """Take back the last change of this session; None if there is none. Errors as of `add`."""
        with self._lock:
            if not self._steps:
                return None
            return self._carry_out(self._steps.pop().reverse, keep=False)

    def save(self) -> None:
        """Write what could not be written yet; errors as of `add`."""
        with self._lock:
            if self.journal is not None:
                self.journal.append(b"")

    def _carry_out(self, step: Step, *, keep: bool) -> Step:
        step = Step(step.tag, _some(step.added), _some(step.removed))
        if not step.count:
            return step
        now = dt.datetime.now(dt.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")  # noqa: UP017
        for tag, rows in step.removed.items():
            self._rows[tag] = np.setdiff1d(self.rows(tag), rows)
        for tag, rows in step.added.items():
            self._rows[tag] = np.union1d(self.rows(tag), rows)
            self._times.update(((row, tag), now) for row in rows.tolist())
        if keep:
            self._steps = [*self._steps[1 - _MOST_STEPS :], step]
        if self.journal is not None:
            self.journal.append(written(self._told(step, now)))
        return step

    def _told(self, step: Step, now: str) -> Iterable[Change]:
        for changed, added in ((step.removed, False), (step.added, True)):
            for tag, rows in changed.items():
                for row in rows.tolist():
                    yield Change(row, self._name(row), tag, now, added)

    def _name(self, row: int) -> str:
        return "" if self._names is None else one_line(self._names[row])

    # reading

    def _read(self, journal: Journal) -> None:
        try:
            content = journal.read()
        except DataError as error:
            self.notes = (error.message,)
            return
        found: dict[tuple[int, str], str] = {}
        placing = _Placing(self.total, self._names)
        damaged = 0
        changes = list(read_lines(content))
        if journal.before is not None:
            # Of two files; each is in order.
            changes.sort(key=lambda change: "" if change is None else change.time)
        for change in changes:
            if change is None:
                damaged += 1
                continue
            row = placing.row(change)
            if row is None:
                continue
            if change.added:
                found[row, change.tag] = change.time
            else:
                found.pop((row, change.tag), None)
        by_tag: dict[str, list[int]] = {}
        for row, tag in found:
            by_tag.setdefault(tag, []).append(row)
        self._rows = {tag: np.unique(np.array(rows, np.int64)) for tag, rows in by_tag.items()}
        self._times = found
        self.notes = (*_said(damaged, "damaged line", "left out", journal.name), *placing.notes())


class _Placing:
    """Finds the rows of changes: by name where there are names, else by number."""

    def __init__(self, total: int, names: npt.NDArray[Any] | None) -> None:
        self._total, self._names = total, names
        self._places: dict[str, int] | None = None
        self._moved: set[int] = set()
        self._lost: set[tuple[int, str]] = set()

    def row(self, change: Change) -> int | None:
        """Return the row that a change is about now; None where there is none."""
        there = change.row < self._total
        if self._names is None or not change.name:
            if not there:
                self._lost.add((change.row, change.name))
            return change.row if there else None
        if there and one_line(self._names[change.row]) == change.name:
            return change.row
        if self._places is None:
            self._places = _unique_places(self._names)
        row = self._places.get(change.name, -1)
        if row < 0:
            self._lost.add((change.row, change.name))
            return None
        self._moved.add(row)
        return row

    def notes(self) -> tuple[str, ...]:
        """What to say of it."""
        moved, lost = len(self._moved), len(self._lost)
        told = []
        if moved:
            rows = "row was" if moved == 1 else "rows were"
            told.append(f"tags: {moved:,} {rows} found by name in another place")
        if lost:
            told.append(f"tags: {lost:,} tagged {'row is' if lost == 1 else 'rows are'} not here")
        return tuple(told)


def _unique_places(names: npt.NDArray[Any]) -> dict[str, int]:
    """Return the row of each name; -1 for one that several rows have."""
    places: dict[str, int] = {}
    for row, name in enumerate(names.ravel().tolist()):
        told = one_line(name)
        places[told] = -1 if told in places else row
    return places


def _said(count: int, what: str, how: str, where: str) -> tuple[str, ...]:
    if not count:
        return ()
    return (f"{where}: {count:,} {what}{'' if count == 1 else 's'} {how}",)


def _has(rows: Rows, row: int) -> bool:
    place = int(np.searchsorted(rows, row))
    return place < rows.size and int(rows[place]) == row


def _some(changed: Mapping[str, Rows]) -> dict[str, Rows]:
    return {tag: rows for tag, rows in changed.items() if rows.size}
