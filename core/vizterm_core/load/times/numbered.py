"""Files whose names differ by a number: their order, and whether the name speaks of time."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from enum import Enum
from itertools import islice
from pathlib import Path

from vizterm_core.files.formats import FORMATS
from vizterm_core.text import natural_key

_DIGITS = re.compile(r"(\d+)")
_TIME = re.compile(
    r"(?:^|[^a-z])(?:epochs?|ep|e|steps?|iter|iters|iterations?|it|ckpt|checkpoints?|chkpt|time|t|"
    r"frames?|snapshots?|snap|gen|generations?|rounds?|day|week|month|year|hour|min|minute|sec|"
    r"stage|state|update|tick)[^a-z0-9]*$",
    re.IGNORECASE,
)
_SHARD = re.compile(
    r"(?:^|[^a-z])(?:shards?|parts?|chunks?|splits?|folds?|batch|batches|rank|worker|gpu|train|"
    r"test|val|valid|pieces?|blocks?|files?|of)[^a-z0-9]*$",
    re.IGNORECASE,
)
_MOST_ENTRIES = 100_000
_TAGS = ".tags.csv"
_BEGUN = (".tmp", ".part", ".partial", "~")
"""Ends of the names of files that are being written."""


class Speaks(Enum):
    """What the names of files say of what is in them."""

    TIME = "time"
    SHARDS = "shards"
    NOTHING = "nothing"


def in_order(paths: Sequence[str | os.PathLike[str]]) -> list[Path] | None:
    """Return files in the order of the number that their names differ by; None if they don't.

    Where several numbers differ, the one that speaks of time counts first: that of the epoch
    before a loss.

    >>> [path.name for path in in_order(["run/epoch_10.npz", "run/epoch_9.npz"])]
    ['epoch_9.npz', 'epoch_10.npz']
    """
    texts = [os.fspath(path) for path in paths]
    parts = [_DIGITS.split(text) for text in texts]
    words = {tuple(part[::2]) for part in parts}
    if len(words) != 1 or len(set(texts)) < len(texts) or not texts:
        return None
    numbers = [part[1::2] for part in parts]
    varying = [place for place, values in enumerate(zip(*numbers, strict=True)) if
               len(set(values)) > 1]  # fmt: skip
    before = next(iter(words))
    first = [place for place in varying if _TIME.search(before[place])]
    order = sorted(
        range(len(texts)),
        key=lambda file: ([int(numbers[file][place]) for place in first], natural_key(texts[file])),
    )
    return [Path(texts[file]) for file in order]


def speaks(paths: Sequence[str | os.PathLike[str]]) -> Speaks:
    """Return what the numbers that names differ by seem to count."""
    texts = [os.fspath(path) for path in paths]
    parts = [_DIGITS.split(text) for text in texts]
    words = next(iter(parts))[::2]
    numbers = list(zip(*(part[1::2] for part in parts), strict=True))
    varying = [
        place for place, values in enumerate(numbers) if len(set(values)) > 1 or len(texts) == 1
    ]
    said = [words[place] for place in varying]
    behind = [words[place + 1] for place in varying]
    if any(_TIME.search(word) for word in said):
        return Speaks.TIME
    if any(_SHARD.search(word) for word in said) or any(re.match(r"\W?of\W?", w) for w in behind):
        return Speaks.SHARDS
    return Speaks.NOTHING


def family_in(folder: Path) -> list[Path]:
    """Return the largest family of data files of a folder whose names differ by a number alone.

    Files that are being written by another name are none of it.  A single file is a family if its
    name speaks of time.

    Raises
    ------
    OSError
        If the folder can't be read.
    """
    suffixes = tuple(suffix for known in FORMATS for suffix in known.suffixes)
    families: dict[tuple[str, ...], list[Path]] = {}
    with os.scandir(folder) as entries:
        for entry in islice(entries, _MOST_ENTRIES):
            name = entry.name
            lower = name.lower()
            if name.startswith((".", "_")) or lower.endswith((_TAGS, *_BEGUN)):
                continue
            if lower.endswith(suffixes) or (lower.endswith(".zarr") and entry.is_dir()):
                parts = _DIGITS.split(name)
                if len(parts) > 1:
                    families.setdefault(tuple(parts[::2]), []).append(folder / name)
    found = [files for files in families.values() if len(files) > 1 or speaks(files) is Speaks.TIME]
    if not found:
        return []
    largest = max(found, key=lambda files: (speaks(files) is Speaks.TIME, len(files)))
    return in_order(largest) or []


def relatives(paths: Sequence[str | os.PathLike[str]]) -> list[Path]:
    """Return all files of a folder that are called as some files in it, but for the numbers.

    The files themselves where they are in several folders, or aren't called alike.
    """
    given = [Path(path) for path in paths]
    folders = {path.parent for path in given}
    words = {tuple(_DIGITS.split(path.name)[::2]) for path in given}
    if len(folders) > 1 or len(words) > 1 or len(next(iter(words), ())) < 2:
        return given
    (folder,), (word,) = folders, words
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in islice(entries, _MOST_ENTRIES)]
    except OSError:
        return given
    found = [folder / name for name in names if tuple(_DIGITS.split(name)[::2]) == word]
    return in_order(found) or given
