"""File formats that hold arrays: a module each, found by the table below.

A new format is a new module, whose reader implements `files.source.Source`, and a line in
`FORMATS`.  A reader that needs another library imports it when it opens its first file.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

from vizterm_core.errors import DataError
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.formats import npy, npz
from vizterm_core.files.source import Source


@dataclass(frozen=True, slots=True)
class Format:
    """A file format: how it is recognised, and what opens it."""

    starts: tuple[bytes, ...]
    """The bytes that a file may begin with."""
    suffixes: tuple[str, ...]
    """In lower case; the first one is the format's name in messages."""
    open: Callable[[DataFile], Source]
    """Reads headers only."""


FORMATS = (
    Format(npz.STARTS, (".npz",), npz.NpzFile),
    Format(npy.STARTS, (".npy",), npy.NpyFile),
)


def find_format(file: DataFile) -> Format | None:
    """Return the format of a file: by its first bytes, by its suffix where they say nothing."""
    longest = max(len(start) for known in FORMATS for start in known.starts)
    start = file.read(0, longest)
    suffix = file.path.suffix.lower()
    by_content = (known for known in FORMATS if start.startswith(known.starts))
    by_suffix = (known for known in FORMATS if suffix in known.suffixes)
    return next(by_content, None) or next(by_suffix, None)


def open_source(path: str | os.PathLike[str] | DataFile) -> Source:
    """Open a file that holds arrays; only its headers are read.

    Parameters
    ----------
    path : path-like, or DataFile

    Raises
    ------
    DataError
        If there is no such file, it can't be read, is damaged, or is in none of the formats.
    """
    names = [known.suffixes[0] for known in FORMATS]
    wanted = " or ".join((", ".join(names[:-1]), names[-1]))
    file = path if isinstance(path, DataFile) else DataFile(path, wanted)
    known = find_format(file)
    if known is None:
        what = f"is not an {wanted} file" if file.size else "is empty"
        raise DataError(f"{file.name} {what}", npz.SAVE)
    return known.open(file)
