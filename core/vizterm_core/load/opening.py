"""Opening what a person names: a file and what its keys refer to in others."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vizterm_core.errors import DataError, UsageError
from vizterm_core.files.beside import with_neighbours
from vizterm_core.files.formats import open_source, open_sources, opened_whole
from vizterm_core.files.joined import JoinedSource
from vizterm_core.files.source import Source
from vizterm_core.load.choose import find_key
from vizterm_core.load.joining import in_order_of
from vizterm_core.load.keys import FILES, NONE, SHARDS, Keys
from vizterm_core.load.times.column import times_of_column
from vizterm_core.load.times.files import times_of_files
from vizterm_core.load.times.numbered import Speaks, family_in, speaks
from vizterm_core.load.words import COORDS_NAMES, LABELS_NAMES, NAMES_NAMES, VECTORS_NAMES, Word
from vizterm_core.text import clean

_ROLES = {
    "coords": COORDS_NAMES,
    "labels": LABELS_NAMES,
    "images": NAMES_NAMES,
    "maps": (),
    "names": NAMES_NAMES,
    "vectors": VECTORS_NAMES,
}
"""The names by which a column is taken of a file that has several."""
_MOST_LISTED = 12


def open_data(
    paths: str | os.PathLike[str] | Sequence[str | os.PathLike[str]], keys: Keys | None = None
) -> tuple[Source, Keys]:
    """Open a file and those that keys refer to; only headers are read.

    Parameters
    ----------
    paths : path-like, or a sequence of them
        A file or a folder; or several files with the same columns: parts of one data set, whose
        rows follow each other, or the same points at several times, as `keys.time` says or as
        their names and what they hold tell.
    keys : Keys, optional
        A key that is no column of the file may be `FILE` or `FILE:COLUMN`.

    Returns
    -------
    (Source, Keys)
        The columns of all of them, and the keys as they are called there.

    Raises
    ------
    DataError
        If a file can't be opened.
    UsageError
        If a key refers to a column that isn't in its file.
    """
    if isinstance(paths, str | os.PathLike):
        paths = [paths]
    keys = keys or Keys()
    notes: list[str] = []
    family = _family(paths, keys)
    if family is not None and family.of_time:
        paths = family.files
    if len(paths) > 1 or keys.time == FILES or family is not None:
        files = paths if family is None else family.files
        found = times_of_files(files, keys, _with_references)
        if not isinstance(found, str):
            return found
        notes += [found] if found and family is None else []
    source = open_sources(paths, notes=notes) if notes else open_sources(paths)
    source, keys = _with_references(with_neighbours(source), keys)
    if keys.time not in (None, FILES, SHARDS):
        return times_of_column(source, keys), keys
    return source, keys


@dataclass(frozen=True, slots=True)
class _Family:
    """The numbered files of a folder."""

    files: Sequence[Path]
    of_time: bool
    """Whether their names, or a key, say that they are of several times."""


def _family(paths: Sequence[str | os.PathLike[str]], keys: Keys) -> _Family | None:
    """Return the numbered files of a folder, unless it is opened as a whole or holds none."""
    if len(paths) != 1 or keys.time == SHARDS:
        return None
    folder = Path(paths[0]).expanduser()
    try:
        files = family_in(folder) if folder.is_dir() else []
        if not files:
            return None
        of_time = keys.time == FILES or speaks(files) is Speaks.TIME
        return _Family(files, of_time) if of_time or not opened_whole(folder) else None
    except OSError:
        return None


def _with_references(source: Source, keys: Keys) -> tuple[Source, Keys]:
    found: dict[str, tuple[Source, str]] = {}
    opened: dict[str, Source] = {}
    for role in _ROLES:
        key = getattr(keys, role)
        if key is None or key == NONE or find_key(source, key) is not None:
            continue
        path, column = _reference(key)
        if path is None:
            continue
        if path not in opened:
            opened[path] = in_order_of(source, open_source(path))
        found[role] = opened[path], _column(opened[path], role, key, column)
    if not found:
        return source, keys
    joined = JoinedSource([source, *opened.values()])
    names: dict[str, Any] = {
        role: joined.name_of(other, column) for role, (other, column) in found.items()
    }
    return joined, replace(keys, **names)


def _reference(key: str) -> tuple[str | None, str | None]:
    """Return file and column of a key "FILE" or "FILE:COLUMN"; None where there is no such file."""
    if _is_file(key):
        return key, None
    path, colon, column = key.rpartition(":")
    if colon and _is_file(path):
        return path, column
    looks_like_one = Path(path or key).suffix and (os.sep in key or colon)
    if looks_like_one:
        raise DataError(f"no such file: {clean(path or key)}")
    return None, None


def _is_file(path: str) -> bool:
    try:
        return bool(path) and Path(path).expanduser().exists()
    except (OSError, ValueError):
        return False


def _column(source: Source, role: str, key: str, column: str | None) -> str:
    if column is not None:
        found = find_key(source, column)
        if found is None:
            raise UsageError(f"--{role} {clean(key)}: no such column; it has {_listed(source)}")
        return found
    names = list(source.columns)
    if len(names) == 1:
        return names[0]
    ranked = [(Word.of(name).rank(_ROLES[role]), name) for name in names]
    known = sorted((rank, name) for rank, name in ranked if rank is not None)
    if known:
        return known[0][1]
    raise UsageError(
        f"--{role} {clean(key)}: it has several columns: {_listed(source)}",
        f"name one of them: --{role} {clean(key)}:COLUMN",
    )


def _listed(source: Source) -> str:
    names = [clean(name) for name in source.columns]
    more = len(names) - _MOST_LISTED
    return ", ".join(names[:_MOST_LISTED]) + (f" and {more:,} more" if more > 0 else "")
