"""A folder of pictures as a source: a point each, its class the folder that it lies in.

Only names are looked at to begin with.  There are no coordinates: the pixels of small thumbnails
stand in for them, to be reduced by PCA, or, of very many pictures, places in a grid.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError, VizError
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.formats.photo_table import METADATA, JoinedColumn, open_table
from vizterm_core.files.source import Access, ArraySpec, Categories, Form
from vizterm_core.files.stored import Array
from vizterm_core.text import clean, natural_key

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff")
"""Of pictures, in lower case."""

_SIDE = 16
"""Pixels of a thumbnail's side."""
_FEWEST = 3
"""Pictures below which their pixels tell nothing."""
_SPLITS = frozenset(("train", "training", "val", "valid", "validation", "dev", "test", "testing"))
"""Folders, in lower case, that are the parts of a data set."""
_MOST_ENTRIES = 2_000_000
_MOST_PICTURES = 1_000_000
_DEEPEST = 12
"""Folders within folders that are looked into."""
_LOOKED_AT = 2_000
"""Entries among which a folder of pictures has one."""
_MEASURED = 64
"""Files whose sizes are looked at to find out how long decoding takes."""
_PATIENCE = 30.0
"""Seconds that decoding all thumbnails may take."""
_SECONDS_EACH = 0.002
_BYTES_A_SECOND = 40e6
_MOST_THREADS = 8
_MOST_TOLD = 5
"""Damaged pictures that are told by name."""
_WIDE = 1.5
"""Columns of the grid for each row."""

Thumbnail = Callable[[Path, int], npt.NDArray[Any]]
"""Returns a square picture of a file; raises a DataError where it can't be read."""


def holds(path: Path) -> bool:
    """Return whether a folder has pictures among its first entries, or in its folders."""
    return next(_pictures(path, _LOOKED_AT), None) is not None


class PhotoFolder:
    """A folder of pictures as a source.

    Columns are `path`, relative to the folder; `folder`, where they lie in several; `pixels`,
    (n, 768), or `grid`, (n, 2), where decoding all of them would take too long; and those of a
    table beside them that names them, as Hugging Face's ImageFolder has it.

    Parameters
    ----------
    path : Path

    Raises
    ------
    DataError
        If there is no picture, or the folder can't be read.
    """

    single = False

    def __init__(self, path: Path) -> None:
        self.root = path
        """Where its paths start."""
        self.name = clean(path.resolve().name or str(path))
        self.skipped: dict[str, str] = {}
        try:
            found = sorted(_pictures(path, _MOST_ENTRIES), key=_in_order)
            more = len(found) > _MOST_PICTURES
        except OSError as error:
            raise DataError(f"can't read {self.name}: {error.strerror or error}") from error
        del found[_MOST_PICTURES:]
        if not found:
            raise DataError(f"{self.name} has no pictures", f"they end in {' '.join(SUFFIXES)}")
        self._paths = found
        self.files: tuple[DataFile, ...] = ()
        """That of the metadata, where there is one."""
        self._joined: dict[str, JoinedColumn] = {}
        self._table_notes: tuple[str, ...] = ()
        self._lock = threading.Lock()
        self._pixels: npt.NDArray[np.float32] | None = None
        count = len(found)
        self._values: dict[str, Array | Categories] = {"path": np.array(found, object)}
        self.columns = {"path": ArraySpec("path", (count,), np.dtype(object), form=Form.TEXT)}
        for name, folders in _folders(found).items():
            self._values[name] = folders
            self.columns[name] = ArraySpec(
                name, (count,), folders.values.dtype, form=Form.CATEGORIES
            )
        self._join(path)
        told = "1 picture" if count == 1 else f"{count:,} pictures"
        if count < _FEWEST or _seconds(path, found) > _PATIENCE:
            self._values["grid"] = _grid(count)
            self.columns["grid"] = ArraySpec("grid", (count, 2), np.dtype(np.float32), "by name")
            said = f"{told} in a grid, by folder and name"
        else:
            shape = (count, 3 * _SIDE * _SIDE)
            place = f"thumbnails of {_SIDE} x {_SIDE}"
            self.columns["pixels"] = ArraySpec(
                "pixels", shape, np.dtype(np.float32), place, Access.WHOLE
            )
            said = f"{told}, by the likeness of their pixels"
        self.notes: tuple[str, ...] = (said, *self._table_notes)
        if more:
            self.notes += (f"only the first {_MOST_PICTURES:,} of them",)

    def _join(self, path: Path) -> None:
        """Take the columns of a table beside the pictures that names them."""
        name = next((name for name in METADATA if (path / name).is_file()), None)
        if name is None:
            return
        try:
            table = open_table(path / name, self._paths)
        except VizError as error:
            self.skipped[name] = error.message
            return
        self.files = table.files
        self._joined = {
            key: column for key, column in table.columns.items() if key not in self._values
        }
        self.columns |= {key: column.spec for key, column in self._joined.items()}
        self._table_notes = table.notes

    def called(self, column: str) -> str:
        """A column in messages: "photos: pixels"."""
        return f"{self.name}: {clean(column)}"

    def open(self, column: str, max_bytes: int | None = None) -> Array:
        """Return a column, of the folders the names; errors as of `read`."""
        values = self.read(column, max_bytes)
        return values.values if isinstance(values, Categories) else values

    def read(self, column: str, max_bytes: int | None = None) -> Array | Categories:  # noqa: ARG002
        """Return all of a column; the pixels are decoded once.

        Rows of pixels are NaN where a picture can't be read; `skipped` then says which and why.
        """
        if column in self._joined:
            return self._joined[column].rows()
        if column != "pixels":
            return self._values[column]
        with self._lock:
            if self._pixels is None:
                self._pixels = self._decoded()
        return self._pixels

    def _decoded(self) -> npt.NDArray[np.float32]:
        # Decoding is a room above this one, which is entered only when pixels are asked for.
        thumbnail: Thumbnail = import_module("vizterm_core.pictures.image_file").thumbnail
        pixels = np.full((len(self._paths), _SIDE, _SIDE, 3), np.nan, np.float32)
        rows = iter(range(len(self._paths)))
        damaged: dict[int, str] = {}
        turn = threading.Lock()

        def work() -> None:
            while True:
                with turn:
                    row = next(rows, None)
                if row is None:
                    return
                try:
                    pixels[row] = thumbnail(self.root / self._paths[row], _SIDE)
                except VizError as error:
                    damaged[row] = error.message
                except MemoryError:
                    damaged[row] = "too large for the memory that is left"

        # No pool: one would keep the program from ending until the last picture is decoded.
        count = min(_MOST_THREADS, os.cpu_count() or 1, len(self._paths))
        threads = [
            threading.Thread(target=work, daemon=True, name="vizterm-photos") for _ in range(count)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for row in sorted(damaged)[:_MOST_TOLD]:
            self.skipped[clean(self._paths[row])] = damaged[row]
        if (more := len(damaged) - _MOST_TOLD) > 0:
            self.skipped[f"{more:,} more pictures"] = "damaged, or no pictures"
        return pixels.reshape(len(pixels), -1)


def _pictures(top: Path, most: int) -> Iterator[str]:
    """Return the paths of pictures, relative to a folder, among its first entries.

    Hidden ones are left out, and folders that are links aren't followed.
    """
    for path, entry in islice(_walk(top), most):
        named = entry.name.lower().endswith(SUFFIXES) and not entry.name.startswith(".")
        if named and entry.is_file():
            yield path


def _walk(top: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Return all entries below a folder, with their paths relative to it."""
    waiting: list[tuple[str, int]] = [("", 0)]
    while waiting:
        inside, depth = waiting.pop()
        for entry in _entries(top, inside):
            path = f"{inside}/{entry.name}" if inside else entry.name
            yield path, entry
            visible = depth < _DEEPEST and not entry.name.startswith(".")
            if visible and entry.is_dir(follow_symlinks=False):
                waiting.append((path, depth + 1))


def _entries(top: Path, inside: str) -> Iterator[os.DirEntry[str]]:
    """Return what is in a folder; nothing of one below the top that can't be read."""
    try:
        entries = os.scandir(top / inside)
    except OSError:
        if not inside:
            raise
        return
    with entries:
        yield from entries


def _in_order(path: str) -> tuple[Any, ...]:
    folder, _, name = path.rpartition("/")
    return natural_key(folder), natural_key(name), path


def _folders(paths: list[str]) -> dict[str, Categories]:
    """Return the folder of each picture: on the first level on which they differ.

    If these are the parts of a data set, "train" and "test", they are its split, and the folder is
    the one below.
    """
    parts = [path.split("/")[:-1] for path in paths]
    level = 0
    while all(len(part) > level for part in parts) and len({part[level] for part in parts}) == 1:
        level += 1
    folders = _on_level(parts, level)
    if folders is None:
        return {}
    below = _on_level(parts, level + 1)
    if below is not None and {str(name).lower() for name in folders.values} <= _SPLITS:
        return {"folder": below, "split": folders}
    return {"folder": folders}


def _on_level(parts: list[list[str]], level: int) -> Categories | None:
    names = [part[level] if len(part) > level else None for part in parts]
    known = sorted({name for name in names if name is not None}, key=natural_key)
    if not known:
        return None
    places = {name: place for place, name in enumerate(known)}
    codes = np.array([-1 if name is None else places[name] for name in names], np.int32)
    return Categories(codes, np.array(known, object))


def _seconds(top: Path, paths: list[str]) -> float:
    """Return about how long decoding all pictures takes, by the sizes of some."""
    step = max(1, len(paths) // _MEASURED)
    sizes = []
    for path in paths[::step][:_MEASURED]:
        try:
            sizes.append((top / path).stat().st_size)
        except OSError:
            continue
    each = _SECONDS_EACH + (sum(sizes) / len(sizes) if sizes else 0) / _BYTES_A_SECOND
    return len(paths) * each / min(_MOST_THREADS, os.cpu_count() or 1)


def _grid(count: int) -> npt.NDArray[np.float32]:
    """Return (n, 2) places in rows from the top left."""
    wide = max(1, int(np.ceil(np.sqrt(count * _WIDE))))
    rows, columns = np.divmod(np.arange(count), wide)
    return np.stack([columns, -rows], axis=1).astype(np.float32)
