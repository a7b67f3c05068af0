"""A file that lines are appended to so that none is lost: by a crash, a full disk, two sessions."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from vizterm_core.errors import DataError
from vizterm_core.tags.lines import header, read_line
from vizterm_core.text import clean

try:
    import fcntl
except ImportError:  # no locks on this system: appending is all there is
    fcntl = None  # type: ignore[assignment]

LARGEST = 1 << 30
"""Bytes of a file of tags that are read."""
_PATIENCE = 2.0
"""Seconds that another session may hold the lock."""
_TAIL = 1 << 17


class Journal:
    """Appends lines, each piece at once and on the disk before it returns.

    Parameters
    ----------
    path : Path
        Made when the first line is written.
    before : Path, optional
        Another file, which is read first and never written.
    elsewhere : bool
        Whether the file isn't where one would look for it; its folders are made, too.
    """

    def __init__(self, path: Path, before: Path | None = None, *, elsewhere: bool = False) -> None:
        self.path, self.before, self.elsewhere = path, before, elsewhere
        self.pending = b""
        """What could not be written yet; it goes first the next time."""

    @property
    def name(self) -> str:
        """The file in messages."""
        return clean(str(self.path) if self.elsewhere else self.path.name)

    def read(self) -> bytes:
        """Return what the file holds, and what is pending; nothing where there is none.

        Raises
        ------
        DataError
            If it can't be read.
        """
        paths = [self.path] if self.before is None else [self.before, self.path]
        return b"".join(_ended(self._content(path)) for path in paths) + self.pending

    def _content(self, path: Path) -> bytes:
        name = self.name if path is self.path else clean(str(path))
        try:
            with path.open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                if size > LARGEST:
                    raise DataError(f"{name} is too large: {size:,} bytes", "move it away")
                return file.read(LARGEST)
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise DataError(f"can't read {name}: {error.strerror or error}") from error

    def append(self, lines: bytes) -> None:
        """Append lines, and what is pending before them.

        Raises
        ------
        DataError
            If they can't be written: they are pending then, and nothing half-written is left.
        """
        self.pending += lines
        if not self.pending:
            return
        try:
            self._write(self.pending)
        except OSError as error:
            raise DataError(
                f"not saved yet: can't write {self.name}: {error.strerror or error}",
                "tags are kept here meanwhile, and saved with the next change",
            ) from error
        self.pending = b""

    def _write(self, lines: bytes) -> None:
        if self.elsewhere:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        descriptor = os.open(self.path, flags, 0o666)
        try:
            with _locked(descriptor) as alone:
                size = os.fstat(descriptor).st_size
                if not size:
                    lines = header() + lines
                elif not _whole(descriptor, size):
                    size, lines = self._repaired(descriptor, size, lines, alone=alone)
                try:
                    _write_all(descriptor, lines)
                    os.fsync(descriptor)
                except OSError:
                    # Half a line would be read as a damaged one.
                    if alone:
                        with contextlib.suppress(OSError):
                            os.ftruncate(descriptor, size)
                    raise
        finally:
            os.close(descriptor)

    @staticmethod
    def _repaired(descriptor: int, size: int, lines: bytes, *, alone: bool) -> tuple[int, bytes]:
        """End a last line that lacks its end: one that a crash has cut is dropped."""
        start = max(0, size - _TAIL)
        tail = os.pread(descriptor, size - start, start).rpartition(b"\n")[2]
        if alone and read_line(tail) is None and len(tail) < size - start:
            os.ftruncate(descriptor, size - len(tail))
            return size - len(tail), lines
        return size, b"\n" + lines


def _ended(content: bytes) -> bytes:
    return content if not content or content.endswith(b"\n") else content + b"\n"


def _whole(descriptor: int, size: int) -> bool:
    return os.pread(descriptor, 1, size - 1) == b"\n"


def _write_all(descriptor: int, lines: bytes) -> None:
    left = memoryview(lines)
    while left:
        left = left[os.write(descriptor, left) :]


@contextlib.contextmanager
def _locked(descriptor: int) -> Iterator[bool]:
    """A block in which no other session appends; yields whether that is sure."""
    held = False
    give_up = time.monotonic() + _PATIENCE
    while fcntl is not None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > give_up:
                break
            time.sleep(0.01)
        except OSError:
            # A file system without locks.
            break
        else:
            held = True
            break
    try:
        yield held
    finally:
        if held:
            with contextlib.suppress(OSError):
                fcntl.flock(descriptor, fcntl.LOCK_UN)
