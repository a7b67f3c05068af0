"""The tags of a data file, kept beside it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from vizterm_core.errors import UsageError
from vizterm_core.files.source import read_array
from vizterm_core.load.keys import Keys
from vizterm_core.load.opening import open_data
from vizterm_core.load.roles import choose_roles
from vizterm_core.scatter.encode import valid_text
from vizterm_core.tags.journal import Journal
from vizterm_core.tags.tags import Tags

Paths = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]
_PACKED = (".gz", ".zip")
_END = ".tags.csv"
_DIGITS, _LONGEST = 12, 80
"""Of the digest of a path, and characters of its name before that."""


def path_beside(data: Paths) -> Path:
    """Return where the tags of data are kept; of several files those of the first.

    >>> str(path_beside("runs/data.npz")), str(path_beside(["a.csv.gz", "b.csv.gz"]))
    ('runs/data.tags.csv', 'a.tags.csv')

    Raises
    ------
    UsageError
        If the file itself is one of tags.
    """
    first = Path(data if isinstance(data, str | os.PathLike) else data[0]).expanduser()
    name = first.name or first.resolve().name
    if name.endswith(_END):
        raise UsageError(f"{name} holds tags itself", "name the data that they are of")
    for packed in _PACKED:
        name = name.removesuffix(packed)
    stem = name.rpartition(".")[0] or name
    folder = first.parent if first.name else first.resolve().parent
    return folder / f"{stem or 'data'}{_END}"


def journal_of(data: Paths, personal: Path | None = None) -> Journal:
    """Return where the tags of data are kept: beside them, or with the person if they can't be.

    What is in the other of the two places is read as well, and first.

    Parameters
    ----------
    data : path-like, or a sequence of them
    personal : Path, optional
        A folder for the tags of data whose own folder can't be written to; made when needed.
    """
    beside = path_beside(data)
    if personal is None:
        return Journal(beside)
    whole = os.path.realpath(beside)
    digest = hashlib.sha256(os.fsencode(whole)).hexdigest()[:_DIGITS]
    stem = beside.name.removesuffix(_END)
    with_person = personal / f"{stem[:_LONGEST]}-{digest}{_END}"
    if _writable(beside):
        return Journal(beside, with_person if with_person.exists() else None)
    return Journal(with_person, beside, elsewhere=True)


def _writable(path: Path) -> bool:
    there = path if path.exists() else path.parent
    # A folder that isn't there is told of when it is written to.
    return not there.exists() or os.access(there, os.W_OK)


def read_tags(data: Paths, keys: Keys | None = None, personal: Path | None = None) -> Tags:
    """Read the tags of data, whose headers and names alone are read.

    Parameters
    ----------
    data : path-like, or a sequence of them
    keys : Keys, optional
        Arrays chosen by hand.
    personal : Path, optional
        As for `journal_of`.

    Raises
    ------
    DataError, UsageError
        If the data can't be read, or hold no points.
    """
    journal = journal_of(data, personal)
    source, keys = open_data(data, keys)
    choice = choose_roles(source, keys)
    names = None
    if choice.names is not None:
        names = valid_text(read_array(source, choice.names.name).ravel())
    return Tags(choice.coords.count, names, journal)
