"""Files that hold the same points at several times, told apart from the parts of one data set."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from vizterm_core.errors import DataError, UsageError, VizError
from vizterm_core.files.beside import with_neighbours
from vizterm_core.files.concatenated import ConcatenatedSource, shared_name
from vizterm_core.files.formats import open_source
from vizterm_core.files.source import Source, read_array, unchanged
from vizterm_core.files.stored import Array
from vizterm_core.load.coords import Coords, Layout
from vizterm_core.load.joining import JoinedRows
from vizterm_core.load.keys import FILES, SHARDS, Keys
from vizterm_core.load.places import read_places
from vizterm_core.load.roles import Choice, choose_roles
from vizterm_core.load.times.match import Known, names_of, shared, tells_nothing
from vizterm_core.load.times.numbered import Speaks, in_order, speaks
from vizterm_core.load.times.source import TimedSource
from vizterm_core.scatter.epochs import Epochs, Places
from vizterm_core.text import clean

Referring = Callable[[Source, Keys], tuple[Source, Keys]]
"""Joins the files that keys refer to."""

_SAME = 0.5
"""The share of names that two files have in common if they hold the same points."""
_MOST_NAMES = 4_000_000
"""Names in all files that are compared when these are opened, even if they seem to be the same."""


@dataclass(frozen=True, slots=True)
class _File:
    """A file of one time."""

    path: Path
    count: int
    """Its points."""


class FileTimes:
    """Reads where points are from the file of each time, when it is asked for.

    No file is held open: there may be thousands.

    Parameters
    ----------
    paths : sequence of Path
        In the order of time.
    names : str
        The column of names in each of them; empty where points are the same by row.
    known : Known, optional
        The points by name; None where they are the same by row.
    """

    def __init__(self, paths: Sequence[Path], names: str = "", known: Known | None = None) -> None:
        self._paths, self._names, self._known = tuple(paths), names, known

    def epochs(self, choice: Choice) -> Epochs:
        """Return the places of the rows in each file."""
        total, coords, paths = choice.coords.count, choice.coords, self._paths

        def read(epoch: int) -> Places:
            return self._read(paths[epoch], coords, total)

        return Epochs(len(paths), read, called(paths), apart=coords.reduced)

    def _read(self, path: Path, coords: Coords, total: int) -> Places:
        source = open_source(path)
        with unchanged(source):
            found = coords_in(source, coords)
            x, y = read_places(source, found)
            if not self._names or self._names not in source.columns:
                if x.size == total:
                    return np.stack((x, y)).T
                raise DataError(
                    f"{source.name} has {x.size:,} points, the others have {total:,}",
                    "points are matched by name: name their column with --names KEY",
                )
            names = names_of(source, self._names)
        known = self._known
        assert known is not None
        points = known.find(names)
        if x.size == total and (points == np.arange(total)).all():
            return np.stack((x, y)).T
        if (points < 0).any():
            raise DataError(
                f"{source.name} has {np.count_nonzero(points < 0):,} points that the others lack",
                "press r, or open the files again",
            )
        if np.unique(points).size < points.size:
            raise DataError(f"{source.name}: names come twice: points can't be matched")
        places = np.full((2, total), np.nan, x.dtype)
        places[0, points], places[1, points] = x, y
        return places.T


def called(paths: Sequence[Path]) -> tuple[str, ...]:
    """Return short names of files: without folders, unless these tell them apart.

    >>> called([Path("run/epoch1/xy.npz"), Path("run/epoch2/xy.npz")])
    ('epoch1/xy.npz', 'epoch2/xy.npz')
    """
    names = tuple(path.name for path in paths)
    if len(set(names)) == len(names):
        return names
    parts = [path.parts for path in paths]
    shared = next(
        (place for place, column in enumerate(zip(*parts, strict=False)) if len(set(column)) > 1), 0
    )
    return tuple("/".join(each[shared:]) for each in parts)


def coords_in(source: Source, coords: Coords) -> Coords:
    """Return the same coordinates in another file.

    Raises
    ------
    DataError
        If it has no such columns, or they are of another kind.
    """
    columns = source.columns
    if len(coords.specs) == 1 and len(columns) == 1 and source.single:
        specs = tuple(columns.values())
    else:
        missing = [name for name in coords.names if name not in columns]
        if missing:
            raise DataError(f"{source.name} has no {clean(missing[0])!r}")
        specs = tuple(columns[name] for name in coords.names)
    for spec, known in zip(specs, coords.specs, strict=True):
        rows = 1 if coords.layout is Layout.TRANSPOSED else 0
        sides = [list(each.shape) for each in (spec, known)]
        for side in sides:
            del side[rows : rows + 1]
        if sides[0] != sides[1] or spec.form is not known.form:
            raise DataError(
                f"{source.name}: {spec.describe()} is another kind of coordinates than "
                f"{known.describe()}"
            )
    return replace(coords, specs=specs)


def times_of_files(
    paths: Sequence[str | os.PathLike[str]], keys: Keys, referring: Referring
) -> tuple[Source, Keys] | str:
    """Return files as one source of the same points at several times.

    Parameters
    ----------
    paths : sequence of path-like
        Two or more, or one that is the first of more to come.
    keys : Keys
        `time` decides where it is `FILES`; otherwise what the files hold does.
    referring : callable

    Returns
    -------
    (TimedSource, Keys), or str
        If they are no times: what is to be said of that; perhaps nothing.

    Raises
    ------
    DataError, UsageError
        If they are to be times and can't be.
    """
    ordered, forced = in_order(paths), keys.time == FILES
    if keys.time == SHARDS or (ordered is None and not forced):
        return ""
    said = Speaks.NOTHING if ordered is None else speaks(ordered)
    files = ordered or [Path(path) for path in paths]
    if said is Speaks.SHARDS and not forced:
        return ""
    opened = _Files(files, keys, referring)
    try:
        opened.look()
        if not forced and not opened.same_points(said):
            return opened.doubt
        return opened.source(), opened.keys
    except VizError:
        if forced or said is Speaks.TIME:
            raise
        return ""


class _Files:
    """Files that are looked at, to tell what they are."""

    def __init__(self, paths: Sequence[Path], keys: Keys, referring: Referring) -> None:
        self._paths, self._keys, self._referring = list(paths), keys, referring
        self.keys = keys
        """As they are called in the newest file and what it is joined with."""
        self._by_hand = keys.time == FILES
        self._files: list[_File] = []
        self._skipped: dict[str, str] = {}
        self.doubt = ""
        """What is to be said where they are taken for shards and could be times."""

    def look(self) -> None:
        """Open the newest file that can be read, find its columns, and count the others' points."""
        self._last = self._newest()
        self.keys = replace(self.keys, time=None)
        self._choice = choose_roles(self._last, self.keys)
        for path in self._paths:
            try:
                source = open_source(path)
                count = coords_in(source, self._choice.coords).count
            except VizError as error:
                self._skipped[clean(path.name)] = error.message
                continue
            self._files.append(_File(path, count))
        if not self._files:
            raise DataError(
                f"the coordinates {self._choice.coords.called} are in none of the files themselves",
                "name a column that each of them has with --coords KEY",
            )

    def _newest(self) -> Source:
        failed: VizError | None = None
        for path in reversed(self._paths):
            try:
                source, self.keys = self._referring(with_neighbours(open_source(path)), self._keys)
            except UsageError:
                raise
            except VizError as error:
                failed = failed or error
                continue
            return source
        assert failed is not None
        raise failed

    @property
    def _same_count(self) -> bool:
        return len({file.count for file in self._files}) == 1

    def _names(self, source: Source) -> Array | None:
        """Return the names of the points of a file; None if it has none that say anything."""
        names = self._choice.names
        if names is None or names.name not in source.columns:
            return None
        found = names_of(source, names.name)
        return None if tells_nothing(found) and self._keys.names is None else found

    def same_points(self, said: Speaks) -> bool:
        """Whether the first and the last file hold the same points."""
        if said is Speaks.TIME:
            return True
        first = open_source(self._files[0].path)
        ours, theirs = self._names(self._last), self._names(first)
        if ours is not None and theirs is not None:
            return shared(ours, theirs) >= _SAME
        if not self._same_count:
            return False
        labels = self._choice.labels
        if labels is not None and labels.name in first.columns:
            here, there = (read_array(each, labels.name).ravel() for each in (self._last, first))
            same = here.tolist() == there.tolist()
            if not same or len(set(here.tolist())) > 1:
                return same
        self.doubt = (
            f"{len(self._files):,} files one after another; "
            "--time files if they hold the same points at several times"
        )
        return False

    def source(self) -> Source:
        """Return the source of the points, and of the times.

        Raises
        ------
        DataError
            If the files have different numbers of points, and no names to match them by.
        """
        paths = [file.path for file in self._files]
        names = self._choice.names
        ours = self._names(self._last)
        counts = sorted({file.count for file in self._files})
        if ours is None and len(counts) > 1:
            raise DataError(
                f"{shared_name([path.name for path in paths])} hold from {counts[0]:,} to "
                f"{counts[-1]:,} points, and no names to match them by",
                "name the column that says which point it is with --names KEY, "
                "or take the files one after another with --time shards",
            )
        source, notes = self._last, list[str]()
        times = FileTimes(paths)
        if ours is not None and names is not None:
            if (known := Known.of(ours)) is None:
                if len(counts) > 1 or self._keys.names is not None:
                    raise DataError(
                        f"{clean(names.name)}: names come twice: points can't be matched by them",
                        "name another column with --names KEY",
                    )
            else:
                source, known = self._with_the_others(known, ours, names.name)
                times = FileTimes(paths, names.name, known)
                if len(counts) > 1:
                    notes.append(f"points matched by {clean(names.name)}")
        if len(paths) > 1:
            notes.insert(0, f"{len(paths):,} files, the same points at several times")
            if not self._by_hand:
                notes[0] += "; --time shards puts them one after another"
        name = shared_name([clean(name) for name in called(paths)])
        exact = source is self._last
        return TimedSource(source, times, name, notes=notes, skipped=self._skipped, exact=exact)

    def _with_the_others(self, known: Known, ours: Array, names: str) -> tuple[Source, Known]:
        """Return the newest file with the points that only earlier ones have, and all names."""
        first = open_source(self._files[0].path)
        theirs = self._names(first)
        many = sum(file.count for file in self._files) > _MOST_NAMES
        if many and self._same_count and theirs is not None and np.array_equal(ours, theirs):
            # Whoever reads the others finds out if they differ.
            return self._last, known
        parts, rows, start = [self._last], [np.arange(ours.size)], ours.size
        last = self._last.files[0].path if self._last.files else None
        for file in reversed(self._files):
            if last is not None and file.path == last:
                continue
            source = open_source(file.path)
            if names not in source.columns:
                continue
            there = names_of(source, names)
            new = np.flatnonzero(known.find(there) < 0)
            if new.size:
                ours = np.concatenate([ours, there[new]])
                found = Known.of(ours)
                if found is None:
                    raise DataError(f"{source.name}: {clean(names)}: names come twice")
                known = found
                parts.append(source)
                rows.append(start + new)
                start += there.size
        if len(parts) == 1:
            return self._last, known
        joined = ConcatenatedSource(parts)
        gone = ours.size - rows[0].size
        note = f"{gone:,} points are in earlier files only"
        return JoinedRows(joined, np.concatenate(rows), note), known
