"""The members of a zarr hierarchy, by key: in a folder, or in a zip file that is held open.

Only regular files of the folder itself are read: no links out of it, no pipes.  Of several members
of a zip file with one name, the last one counts, as for those who append to it.
"""

from __future__ import annotations

import itertools
import os
import stat
import threading
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from vizterm_core.errors import DataError
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.formats.tree import MOST_MEMBERS, simple
from vizterm_core.files.memory import require_memory
from vizterm_core.files.stored import SAVE_AGAIN
from vizterm_core.text import clean

GROUP_FILES = ("zarr.json", ".zgroup", ".zarray")
"""Names of the files that say what a folder of a hierarchy is."""

_ZIP_DAMAGE = (
    zipfile.BadZipFile, zlib.error, OSError, EOFError, LookupError, ValueError, RuntimeError,
)  # fmt: skip
"""Raised by zipfile for members that differ from what the directory says."""
_LOCAL_HEADER = 30
_NAME_LENGTH = slice(26, 28)
_MOST_COUNTED = 200_000
_ASKED = 1 << 20


class Members(Protocol):
    """Bytes by key, `obs/leiden/codes/c/0`, as zarr asks for them."""

    @property
    def files(self) -> tuple[DataFile, ...]:
        """The files that are held open."""

    def size(self, key: str) -> int | None:
        """Bytes of a member; None if there is none."""

    def read(self, key: str, start: int, stop: int) -> bytes:
        """Some bytes of a member that there is; raises DataError."""

    def inside(self, path: str) -> list[str]:
        """Names in a folder, of folders and perhaps of files."""

    def stored(self, path: str) -> int:
        """Bytes of all members below a folder; of very many, only of some."""


class ZipMembers:
    """Members of a zip file.

    Parameters
    ----------
    file : DataFile

    Raises
    ------
    DataError
        If it isn't a zip file with a hierarchy in it.
    """

    def __init__(self, file: DataFile) -> None:
        self.files = (file,)
        self._name = file.name
        self._lock = threading.Lock()
        try:
            self._archive = zipfile.ZipFile(file.stream())
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
            raise DataError(
                f"{file.name} is a truncated or damaged zip file", SAVE_AGAIN
            ) from error
        prefix = _zip_prefix(self._archive.namelist())
        self._entries: dict[str, zipfile.ZipInfo] = {}
        self._inside: dict[str, dict[str, None]] = {"": {}}
        for entry in self._archive.infolist():
            key = entry.filename
            if key.startswith(prefix) and not key.endswith("/"):
                key = key.removeprefix(prefix)
                self._entries[key] = entry
                self._add(key.rpartition("/")[0])
        for folder in [*self._inside][1:]:
            outer, _, name = folder.rpartition("/")
            self._inside[outer][name] = None
        if not any(name in self._entries for name in GROUP_FILES):
            raise DataError(f"{file.name} is a zip file without a zarr hierarchy")

    def size(self, key: str) -> int | None:
        """Bytes of a member; None if there is none."""
        entry = self._entries.get(key)
        return None if entry is None else entry.file_size

    def read(self, key: str, start: int, stop: int) -> bytes:
        """Some bytes of a member, unpacked if it is deflated."""
        entry = self._entries[key]
        name = f"{self._name}: '{clean(key)}'"
        _require_memory(stop - start, name)
        try:
            with self._lock, self._archive.open(entry) as stream:
                stream.seek(start)
                found = stream.read(stop - start)
        except _ZIP_DAMAGE as error:
            raise DataError(f"{name} can't be unpacked: {clean(str(error))}", SAVE_AGAIN) from error
        if len(found) != stop - start:
            raise DataError(f"{name} is cut short", SAVE_AGAIN)
        return found

    def inside(self, path: str) -> list[str]:
        """Names of the folders in a folder, sorted."""
        return sorted(self._inside.get(path, ()))

    def stored(self, path: str) -> int:
        """Bytes of all members below a folder."""
        return sum(
            entry.compress_size
            for key, entry in self._entries.items()
            if key.startswith(f"{path}/" if path else "")
        )

    def _add(self, folder: str) -> None:
        """Note a folder, and those that it is in."""
        while folder and folder not in self._inside:
            self._inside[folder] = {}
            folder = folder.rpartition("/")[0]


def _require_memory(size: int, name: str) -> None:
    # Asking how much is free takes longer than reading what is small.
    if size > _ASKED:
        require_memory(size, name)


def holds_zarr(file: DataFile) -> bool:
    """Whether a zip file holds a zarr hierarchy; reads its directory only."""
    start = file.read(0, _LOCAL_HEADER + 256)
    name = start[_LOCAL_HEADER:][: int.from_bytes(start[_NAME_LENGTH], "little")]
    if name.endswith(b".npy"):
        return False
    with suppress(zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        names = zipfile.ZipFile(file.stream()).namelist()
        prefix = _zip_prefix(names)
        return any(name.removeprefix(prefix) in GROUP_FILES for name in names)
    return False


def _zip_prefix(names: list[str]) -> str:
    """The one folder that everything in a zip file is in, with its "/"; empty without one."""
    if any(name in GROUP_FILES for name in names):
        return ""
    outer = {name.partition("/")[0] for name in names} - {"__MACOSX"}
    (only,) = outer if len(outer) == 1 else ("",)
    return f"{only}/" if only else ""


def is_zarr_folder(path: Path) -> bool:
    """Whether a folder is a zarr hierarchy."""
    return any((path / name).is_file() for name in GROUP_FILES)


class FolderMembers:
    """Members of a folder.

    What was read once must stay as it was; the file that describes the folder as a whole is held
    open.

    Parameters
    ----------
    path : Path

    Raises
    ------
    DataError
        If it can't be read.
    """

    def __init__(self, path: Path) -> None:
        self._root = Path(os.path.realpath(path))
        self._name = clean(path.name)
        described = next(name for name in GROUP_FILES if (path / name).is_file())
        self.files = (DataFile(self._inner(described) or path / described, ".zarr"),)
        self._seen: dict[str, tuple[int, int]] = {}

    def size(self, key: str) -> int | None:
        """Bytes of a member; None if there is none."""
        found = self._status(key)
        return None if found is None else found.st_size

    def read(self, key: str, start: int, stop: int) -> bytes:
        """Some bytes of a member."""
        path = self._inner(key)
        if path is None or self._status(key) is None:
            raise DataError(f"{self._name} has changed since it was opened", "open it again")
        _require_memory(stop - start, f"{self._name}: '{clean(key)}'")
        file = DataFile(path, ".zarr")
        with file.unchanged():
            return file.read(start, stop - start)

    def inside(self, path: str) -> list[str]:
        """Names in a folder, sorted."""
        inner = self._inner(path) if path else self._root
        if inner is None:
            return []
        try:
            with os.scandir(inner) as entries:
                found = itertools.islice(entries, MOST_MEMBERS + 1)
                return sorted(entry.name for entry in found if entry.is_dir())
        except OSError as error:
            raise DataError(f"can't read {self._name}: {error.strerror or error}") from error

    def stored(self, path: str) -> int:
        """Bytes of all members below a folder; of very many, only of some."""
        inner = self._inner(path) if path else self._root
        total = counted = 0
        for folder, _, names in os.walk(inner or ""):
            for name in names:
                with suppress(OSError):
                    total += (Path(folder) / name).lstat().st_size
            counted += len(names)
            if counted > _MOST_COUNTED:
                break
        return total

    def _status(self, key: str) -> os.stat_result | None:
        path = self._inner(key)
        try:
            status = None if path is None else path.stat()
        except (OSError, ValueError):
            status = None
        if status is None or not stat.S_ISREG(status.st_mode):
            if key in self._seen:
                raise DataError(f"{self._name} has changed since it was opened", "open it again")
            return None
        stamp = (status.st_size, status.st_mtime_ns)
        if self._seen.setdefault(key, stamp) != stamp:
            raise DataError(f"{self._name} has changed since it was opened", "open it again")
        return status

    def _inner(self, key: str) -> Path | None:
        """Path of a member, all links followed; None if it isn't in the folder."""
        if not all(simple(part) for part in key.split("/")):
            return None
        try:
            path = Path(os.path.realpath(self._root / key))
        except (OSError, ValueError):
            return None
        return path if path.is_relative_to(self._root) else None
