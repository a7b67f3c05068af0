"""A data file that is opened once and may be rewritten by another process while it is open.

Nothing is memory-mapped: truncating a mapped file ends the process with SIGBUS.  Bytes that were
read are those the file held when it was opened, or an error says that it has changed.
"""

from __future__ import annotations

import errno
import io
import os
import stat
import sys
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError, VizError
from vizterm_core.overrides import override
from vizterm_core.text import clean

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY
"""Don't wait for a FIFO or a terminal that has taken the file's place: it is refused."""
_MISSING = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)
_FILE_CLOCK = 5 if sys.platform == "linux" else time.CLOCK_REALTIME
"""The clock that the kernel stamps files with: CLOCK_REALTIME_COARSE, a step every 1 to 10 ms."""
_LONGEST_WAIT = 0.02
_PIECE = 1 << 20


class DataFile:
    """A regular file, held open from the first byte that is read to the last.

    Once it is rewritten in place, `check` raises and `changed` is true.  Once it was replaced
    (`os.replace`) or removed, `changed` is true, and its old content can still be read.

    In-place changes show in the size or the modification time.  Writes through a shared memory map
    may show only when they are synchronised, and a network file system may report them late.

    Parameters
    ----------
    path : path-like
    wanted : str
        The kind of file that is expected, for messages: ".npz".
    otherwise : str
        The hint for a FIFO, a socket or a device.

    Raises
    ------
    DataError
        If there is no such file, it can't be read, or it isn't a regular file.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        wanted: str,
        *,
        otherwise: str = "save it to disk first",
    ) -> None:
        self.path = Path(path)
        self.name = clean(self.path.name or str(self.path))
        try:
            # Before it is opened: the writer of a FIFO would see a reader come and go.
            self._require_regular(self.path.stat().st_mode, wanted, otherwise)
            self._descriptor = os.open(self.path, _FLAGS)
            weakref.finalize(self, os.close, self._descriptor)
            self._require_regular(os.fstat(self._descriptor).st_mode, wanted, otherwise)
            self._opened = self._settled()
        except (OSError, ValueError) as error:
            if isinstance(error, ValueError) or error.errno in _MISSING:
                raise DataError(f"no such file: {clean(str(self.path))}") from error
            raise self._unreadable(error) from error

    @property
    def size(self) -> int:
        """Bytes in the file when it was opened."""
        return self._opened.st_size

    @property
    def modified(self) -> int:
        """When it was last changed, as of when it was opened: nanoseconds."""
        return self._opened.st_mtime_ns

    @property
    def changed(self) -> bool:
        """Whether the path now leads to other content; never raises."""
        try:
            there = self.path.stat()
        except (OSError, ValueError):
            return True
        return self._rewritten() or not os.path.samestat(there, self._opened)

    def check(self) -> None:
        """Raise a DataError if the file was rewritten in place since it was opened."""
        if self._rewritten():
            raise self._has_changed()

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        """A block in which the file must stay as it is.

        If the file did change, an error raised in the block is replaced by one that says so.

        Raises
        ------
        DataError
            As `check`, before and after the block.
        """
        self.check()
        try:
            yield
        except VizError as error:
            if self._rewritten():
                raise self._has_changed() from error
            raise
        self.check()

    def read(self, offset: int, size: int) -> bytes:
        """Return `size` bytes, fewer at the end that the file had when it was opened.

        Raises
        ------
        DataError
            If it has been cut short since, or can't be read.
        """
        pieces = []
        end = min(offset + size, self.size)
        while offset < end:
            try:
                piece = os.pread(self._descriptor, end - offset, offset)
            except OSError as error:
                raise self._unreadable(error) from error
            if not piece:
                raise self._has_changed()
            pieces.append(piece)
            offset += len(piece)
        return b"".join(pieces)

    def read_into(self, array: npt.NDArray[Any], offset: int) -> None:
        """Fill a contiguous array with bytes that were in the file when it was opened.

        Raises
        ------
        DataError
            As `read`.
        """
        left = array.reshape(-1).view(np.uint8).data
        while left:
            try:
                count = os.preadv(self._descriptor, [left], offset)
            except OSError as error:
                raise self._unreadable(error) from error
            if not count:
                raise self._has_changed()
            left = left[count:]
            offset += count

    def read_text(self) -> tuple[bytes, bool]:
        """Return the whole file as it was when opened, and whether others append to it meanwhile.

        If they do, its last line may be incomplete.

        Raises
        ------
        DataError
            If it changed in another way while it was read.
        """
        content = self.read(0, self.size)
        if not self._rewritten():
            return content, False
        for start in range(0, self.size, _PIECE):
            if self.read(start, _PIECE) != content[start : start + _PIECE]:
                raise self._has_changed()
        if os.fstat(self._descriptor).st_size <= self.size:
            raise self._has_changed()
        return content, True

    def stream(self) -> io.BufferedReader:
        """Return the file as a seekable stream with its own position."""
        return io.BufferedReader(_Stream(self))

    def _settled(self) -> os.stat_result:
        """Return the file's status, once a later write would show in it.

        A second write within one step of the clock leaves the modification time as it is.
        """
        give_up = time.monotonic() + _LONGEST_WAIT
        while True:
            now = time.clock_gettime_ns(_FILE_CLOCK)
            status = os.fstat(self._descriptor)
            if status.st_mtime_ns < now or time.monotonic() > give_up:
                break
            time.sleep(0.001)
        # A write is stamped when it begins.  Seeking data waits for a write in progress on file
        # systems that hold a lock while they write, as ext4 and tmpfs do.
        with suppress(OSError):
            os.lseek(self._descriptor, max(0, status.st_size - 1), os.SEEK_DATA)
        return status

    def _rewritten(self) -> bool:
        try:
            status = os.fstat(self._descriptor)
        except OSError:
            return True
        opened = self._opened
        return (status.st_size, status.st_mtime_ns) != (opened.st_size, opened.st_mtime_ns)

    def _has_changed(self) -> DataError:
        return DataError(f"{self.name} has changed since it was opened", "open it again")

    def _unreadable(self, error: OSError) -> DataError:
        # A file on NFS that was replaced or removed on another machine.
        if error.errno == errno.ESTALE:
            return self._has_changed()
        return DataError(f"can't read {self.name}: {error.strerror or error}")

    def _require_regular(self, mode: int, wanted: str, otherwise: str) -> None:
        if stat.S_ISDIR(mode):
            raise DataError(f"{self.name} is a directory", f"name an {wanted} file")
        if not stat.S_ISREG(mode):
            raise DataError(f"{self.name} is not a regular file", otherwise)


class _Stream(io.RawIOBase):
    """The bytes that a file had when it was opened."""

    def __init__(self, file: DataFile) -> None:
        self._file = file
        self._position = 0

    @override
    def readable(self) -> bool:
        """Always."""
        return True

    @override
    def seekable(self) -> bool:
        """Always."""
        return True

    @override
    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Move, also beyond the end; before the start is an OSError, as for any file."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._file.size}[whence]
        if start + offset < 0:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        self._position = start + offset
        return self._position

    @override
    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill a buffer up to the end of the file."""
        target = memoryview(buffer).cast("B")
        content = self._file.read(self._position, len(target))
        target[: len(content)] = content
        self._position += len(content)
        return len(content)
