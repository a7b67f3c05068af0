"""Files that others write to: whether they have changed, by their status alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

_MOST_FILES = 256
"""Files whose status is asked for: the last ones."""

State = tuple[tuple[str, int, int, int], ...]
"""(path, inode, bytes, nanoseconds of the last change) of what is there."""


class Watch:
    """Tells states of files apart.

    Parameters
    ----------
    files : callable
        Returns the files that there are now, or may be, the newest last.
    """

    def __init__(self, files: Callable[[], Sequence[Path]]) -> None:
        self._files = files

    def look(self) -> State:
        """Return the state of what is there now; empty if nothing is.

        Two states are equal if nothing was written, renamed or removed between them.
        """
        files = self._files()
        states = (_state(path) for path in files[-_MOST_FILES:])
        found = [state for state in states if state is not None]
        if found and len(files) > _MOST_FILES:
            found.append(("", 0, len(files), 0))
        return tuple(found)


def _state(path: Path) -> tuple[str, int, int, int] | None:
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return str(path), status.st_ino, status.st_size, status.st_mtime_ns
