"""Names of the files of groups: `maps/{group}.png` for each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from vizterm_core.errors import UsageError
from vizterm_core.text import clean

PLACE = "{group}"
"""What stands for a group's name in a path."""

_UNSAFE = re.compile(r"[^\w .+=@,()-]|^[.]+|[ .]+$")
"""What is no part of a file's name everywhere: separators, signs of shells, dots at the ends."""
_LONGEST = 120
"""Bytes of a name: file systems take 255, with a suffix and more around it."""


def has_place(path: Path) -> bool:
    """Whether a path has a place for a group's name."""
    return PLACE in str(path)


def group_paths(path: Path, names: Sequence[str]) -> list[Path]:
    """Return a path for each group, all of them different.

    Parameters
    ----------
    path : Path
        With `{group}` in it.
    names : sequence of str
        The groups' names as the data have them.

    Raises
    ------
    UsageError
        If the place for the name is not in the path's last part.

    >>> [str(made) for made in group_paths(Path("maps/{group}.png"), ["a/b", "a b", ""])]
    ['maps/a_b.png', 'maps/a b.png', 'maps/none.png']
    """
    if PLACE not in path.name:
        raise UsageError(
            f"--output {clean(str(path))}: {PLACE} has to be in the file's name",
            "e.g. maps/{group}.png",
        )
    taken: set[str] = set()
    paths = []
    for name in names:
        safe = known = _safe(name)
        number = 2
        # File systems may not tell upper case from lower.
        while safe.casefold() in taken:
            safe, number = f"{known}-{number}", number + 1
        taken.add(safe.casefold())
        paths.append(path.with_name(path.name.replace(PLACE, safe)))
    return paths


def _safe(name: str) -> str:
    """Return a name as a part of a file's name."""
    safe = _UNSAFE.sub("_", name.strip())
    return safe.encode()[:_LONGEST].decode(errors="ignore").strip() or "none"
