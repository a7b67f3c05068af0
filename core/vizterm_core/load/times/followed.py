"""What is followed of what a person names: a file, the family of some files, a folder."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from vizterm_core.files.formats import opened_whole
from vizterm_core.load.times.numbered import family_in, relatives

_MOST_ENTRIES = 2000


def paths_now(
    paths: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
) -> list[str | os.PathLike[str]]:
    """Return what is to be opened now: of several files also those that have come since."""
    if isinstance(paths, str | os.PathLike):
        return [paths]
    return list(relatives(paths)) if len(paths) > 1 else list(paths)


def followed_files(
    paths: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
) -> list[Path]:
    """Return the files that are followed, the newest last; some may not be there.

    Of a folder these are its numbered files, or all where it is opened as a whole.
    """
    found: list[Path] = []
    for path in paths_now(paths):
        given = Path(path).expanduser()
        if given.is_dir():
            found += _inside(given)
        else:
            found.append(given)
    return found


def _inside(folder: Path) -> list[Path]:
    try:
        family = family_in(folder)
        if family or not opened_whole(folder):
            return family
        with os.scandir(folder) as entries:
            names = [entry.name for entry in islice(entries, _MOST_ENTRIES)]
    except OSError:
        return []
    return [folder, *(folder / name for name in sorted(names) if not name.startswith("."))]
