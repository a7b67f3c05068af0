"""Folders of Parquet or Arrow files: the shards of a data set, opened as one."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import unquote

import numpy as np

from vizterm_core.files.concatenated import ConcatenatedSource
from vizterm_core.files.joined import JoinedSource
from vizterm_core.files.source import Categories, Source
from vizterm_core.files.stored import Array
from vizterm_core.files.table import TableSource
from vizterm_core.text import clean, natural_key

_SUFFIXES = (".parquet", ".arrow")
_BESIDE = (".json", ".md", ".txt", ".yaml", ".yml", ".crc", "")
"""Suffixes of files that describe shards; those of anything else make it another folder."""
_SPLIT = re.compile(r"(.+?)[-_.]\d+(?:[-_]of[-_]\d+)?\.\w+")
_DEEPEST = 8
"""Levels of folders called `key=value`."""
_NO_VALUE = "__HIVE_DEFAULT_PARTITION__"
_MOST_ENTRIES = 100_000


def holds_shards(path: Path) -> bool:
    """Whether a folder holds Parquet or Arrow files and nothing else but words about them.

    They may lie in its folder `data`, as Hugging Face has it, or in folders called `key=value`.
    """
    return bool(shards(path))


def shards(path: Path) -> list[Path]:
    """Return the files of a folder of shards, in the order of their numbers; none of another."""
    found, folders, clear = _looked_at(path)
    if found or not clear:
        return found if clear else []
    waiting = [folder for folder in folders if folder.name == "data" or "=" in folder.name]
    while waiting and len(found) < _MOST_ENTRIES:
        folder = waiting.pop(0)
        inner, folders, clear = _looked_at(folder)
        if not clear:
            return []
        found += inner
        deep = len(folder.relative_to(path).parts) >= _DEEPEST
        waiting += [] if deep else [inside for inside in folders if "=" in inside.name]
    return found


def open_shards(path: Path) -> Source:
    """Return the shards of a folder as one source.

    Raises
    ------
    DataError
        As of the files, and if they have no column in common.
    """
    from vizterm_core.files.formats import open_source

    files = shards(path)
    sources = [_with_partition(open_source(file), file, path) for file in files]
    if len(sources) == 1:
        return sources[0]
    splits = {match[1] for file in files if (match := _SPLIT.fullmatch(file.name))}
    notes = [f"{' and '.join(sorted(map(clean, splits)))} together"] if len(splits) > 1 else []
    return ConcatenatedSource(
        sources, name=f"{clean(path.name)} ({len(files):,} files)", notes=notes
    )


def _looked_at(path: Path) -> tuple[list[Path], list[Path], bool]:
    """Return shards, folders, and whether there is nothing else; all sorted by name."""
    found, folders = [], []
    with os.scandir(path) as entries:
        for count, entry in enumerate(entries):
            if entry.name.startswith((".", "_")):
                continue
            suffix = Path(entry.name).suffix.lower()
            if entry.is_dir():
                folders.append(path / entry.name)
            elif suffix in _SUFFIXES:
                found.append(path / entry.name)
            elif suffix not in _BESIDE or count > _MOST_ENTRIES:
                return [], [], False
    found.sort(key=lambda file: natural_key(file.name))
    folders.sort(key=lambda folder: natural_key(folder.name))
    return found, folders, True


def _with_partition(source: Source, file: Path, top: Path) -> Source:
    """Return a source with the columns that its folders below the top tell: "species=cat"."""
    parts = [part.partition("=") for part in file.relative_to(top).parts[:-1]]
    count = next((spec.shape[0] for spec in source.columns.values() if spec.shape), 0)
    columns: dict[str, Array | Categories] = {}
    for key, equals, value in parts:
        if not equals or key in source.columns:
            continue
        text = unquote(value)
        known = text != _NO_VALUE
        columns[key] = Categories(
            np.full(count, 0 if known else -1, np.int32), np.array([text] if known else [], object)
        )
    return JoinedSource([source, TableSource(columns, source.name)]) if columns else source
