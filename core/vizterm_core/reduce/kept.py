"""Maps that were made before: one file each, by what they were made of and how; the oldest go."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from vizterm_core.files.stored import Array, Rows, row_blocks
from vizterm_core.reduce.facts import Facts
from vizterm_core.reduce.job import FileState

MOST_KEPT = 256 << 20
"""Bytes of all maps together."""
_FORMAT = 1
_WHOLE = 256 << 20
"""Bytes of vectors up to which all of them are hashed: a fraction of a second."""
_LOOKED_AT = 1024
"""Rows of larger ones that are hashed."""
_BLOCK = 1 << 20
_DAMAGED = (
    OSError, ValueError, LookupError, TypeError, AttributeError, EOFError, zipfile.BadZipFile
)  # fmt: skip

Places = npt.NDArray[np.float32]


def content_hash(vectors: Array | Rows, files: Iterable[FileState], *, by_row: bool = True) -> str:
    """Return what stands for the content of vectors.

    All of it is hashed up to 256 MB, and if it lies in no file.  Of more it is a thousand rows all
    over it, with the size and the time of the last change of each file: reading three gigabytes
    would take longer than one wants to wait for a map that is there.

    Parameters
    ----------
    vectors : (n, ...) array or rows
    files : iterable of FileState
        That they are read from; none for those in memory.
    by_row : bool
        Whether some rows can be read without the others.
    """
    summed = hashlib.blake2b(digest_size=20)
    summed.update(f"{_FORMAT} {vectors.shape} {vectors.dtype.str}".encode())
    size = int(np.prod(vectors.shape)) * vectors.dtype.itemsize
    count = vectors.shape[0]
    width = max(1, size // max(1, count))
    files = [*files]
    if size <= _WHOLE or not files:
        for _, block in row_blocks(vectors, max(1, _BLOCK // width)):
            _add(summed, block)
        return summed.hexdigest()
    for file in files:
        summed.update(f"{file.size} {file.modified} ".encode())
    if by_row or isinstance(vectors, np.ndarray):
        for row in np.unique(np.linspace(0, count - 1, _LOOKED_AT).astype(int)).tolist():
            _add(summed, vectors[row : row + 1])
    else:
        summed.update("\0".join(file.path for file in files).encode("utf-8", "surrogatepass"))
        for _, block in row_blocks(vectors, _LOOKED_AT):
            _add(summed, block)
            break
    return summed.hexdigest()


def _add(summed: hashlib.blake2b, block: Array) -> None:
    if isinstance(block, np.ma.MaskedArray):
        summed.update(np.ma.getmaskarray(block).tobytes())
        block = np.ma.filled(block, 0)
    summed.update(np.ascontiguousarray(block).tobytes())


def key_of(*parts: object) -> str:
    """Return a name for a map of the text of some parts, in hexadecimal digits."""
    return hashlib.blake2b(repr((_FORMAT, *parts)).encode(), digest_size=20).hexdigest()


class KeptMaps:
    """A folder with maps.

    Parameters
    ----------
    folder : Path
        Made when the first map is kept.
    most : int
        Bytes of all of them; the oldest are removed.
    """

    def __init__(self, folder: Path, most: int = MOST_KEPT) -> None:
        self._folder, self._most = folder, most

    def get(self, key: str, count: int) -> tuple[Places, Facts] | None:
        """Return a map of `count` points; None if it isn't there, or damaged."""
        path = self._path(key)
        try:
            with path.open("rb") as stream, np.load(stream, allow_pickle=False) as held:
                places = held["places"]
                facts = Facts.of(json.loads(bytes(held["facts"]).decode()))
        except _DAMAGED:
            return None
        if places.shape != (count, 2) or places.dtype != np.float32:
            return None
        with contextlib.suppress(OSError):
            # The ones that are used stay longest.
            os.utime(path)
        return places, replace(facts, kept=True)

    def keep(self, key: str, places: Places, facts: Facts) -> None:
        """Keep a map, whole or not at all; removes the oldest where there are too many.

        Raises
        ------
        OSError
            If it can't be written.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        told = np.frombuffer(json.dumps(facts.told()).encode(), np.uint8)
        descriptor, name = tempfile.mkstemp(dir=self._folder, suffix=".part")
        try:
            with os.fdopen(descriptor, "wb") as stream:
                np.savez(stream, places=places, facts=told)
            os.replace(name, self._path(key))  # noqa: PTH105 - a name of mkstemp
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(name)  # noqa: PTH108
            raise
        self._tidy()

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.npz"

    def _tidy(self) -> None:
        found = []
        for path in self._folder.iterdir():
            if path.suffix not in (".npz", ".part"):
                continue
            with contextlib.suppress(OSError):
                status = path.stat()
                found.append((status.st_mtime_ns, status.st_size, path))
        left = self._most
        for _, size, path in sorted(found, reverse=True):
            left -= size
            if left < 0:
                with contextlib.suppress(OSError):
                    path.unlink()
