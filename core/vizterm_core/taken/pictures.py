"""The pictures of points as files in a folder: as they are stored, or else as they are shown."""

from __future__ import annotations

import contextlib
import csv
import math
import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vizterm_core.errors import DataError, UsageError
from vizterm_core.pictures.image import Picture
from vizterm_core.pictures.value_range import Levels
from vizterm_core.scatter.embedding import Embedding
from vizterm_core.taken.fields import Points
from vizterm_core.taken.file_names import picture_stem
from vizterm_core.text import clean, whole_text

INDEX = "index.csv"
INDEX_FIELDS = ("row", "name", "label", "file", "problem")
_MOST_NUMBERED = 10_000
_LINE, _MOST_ROOM = 128, 32 << 20
"""Bytes that are set aside for each line of the table, and for all of them."""


@dataclass(frozen=True, slots=True)
class PicturesWritten:
    """What became of pictures that were to be written."""

    asked: int
    copied: int = 0
    """Files with the bytes that the data hold."""
    drawn: int = 0
    """PNG files of pixels as they are shown."""
    unreadable: int = 0
    problem: str = ""
    """Why the first of those can't be read."""
    stopped: str = ""
    """Why not all were gone through: a disk's reason, or "stopped"; empty if they were."""
    index: str = ""
    """The name of the table of them; empty if it could not be written."""

    @property
    def written(self) -> int:
        """Files that are there."""
        return self.copied + self.drawn

    @property
    def left(self) -> int:
        """Pictures that were not gone through."""
        return self.asked - self.written - self.unreadable


def write_pictures(
    embedding: Embedding,
    points: Points,
    folder: Path,
    *,
    levels: Levels = Levels.FOUND,
    told: Callable[[int], object] | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> PicturesWritten:
    """Write the pictures of points to a folder, and a table of them.

    A picture that the data hold encoded, or as a file, is copied byte by byte; others become PNG.
    Each file is complete once it has its name, and none that is there already is replaced: a name
    that is taken gets a number. One picture is in memory at a time.

    Parameters
    ----------
    embedding : Embedding
        With pictures that are ready.
    points : (k,) int64
    folder : Path
        Made where it is missing; its parent is there.
    levels : Levels
        Which values are drawn black and white.
    told : callable, optional
        Called with the number of pictures that have been gone through.
    stopped : callable
        Asked before each picture whether to stop.

    Returns
    -------
    PicturesWritten
        A picture that can't be read is in the table with the reason, and the next one is written;
        a disk that takes no more ends it, and what is written stays.

    Raises
    ------
    DataError
        If the folder can't be made.
    UsageError
        If there are no pictures, or they are still being unpacked.
    """
    images = embedding.images
    if images is None:
        raise UsageError("the points have no pictures")
    if not images.ready:
        raise UsageError("the pictures are still being unpacked", "try again in a moment")
    fresh = not folder.is_dir()
    try:
        folder.mkdir(exist_ok=not fresh)
    except OSError as error:
        shown = clean(str(folder))
        raise DataError(f"can't make the folder {shown}: {error.strerror or error}") from error
    writing = _Writing(embedding, _Folder(folder, fresh), levels)
    return writing.all_of(points, told, stopped)


class _Writing:
    def __init__(self, embedding: Embedding, folder: _Folder, levels: Levels) -> None:
        self._embedding, self._folder, self._levels = embedding, folder, levels
        self._part = folder.part()
        self._digits = len(str(max(0, embedding.total - 1)))
        self._copied = self._drawn = self._unreadable = 0
        self._problem = ""

    def all_of(
        self, points: Points, told: Callable[[int], object] | None, stopped: Callable[[], bool]
    ) -> PicturesWritten:
        """Write all, until something ends it."""
        why = index = ""
        try:
            with _Index(self._folder, len(points)) as table:
                for done, point in enumerate(points.tolist(), 1):
                    if stopped():
                        why = "stopped"
                        break
                    if why := self._one(point, table):
                        break
                    if told is not None:
                        told(done)
                index = table.finish()
        except OSError as error:
            why = why or error.strerror or str(error)
        return PicturesWritten(
            len(points), self._copied, self._drawn, self._unreadable, self._problem, why, index
        )

    def _one(self, point: int, table: _Index) -> str:
        """Write the picture of a point; returns why the disk takes no more."""
        row = self._embedding.row_of(point)
        facts = row, self._embedding.name_of(point), _label(self._embedding, point)
        try:
            ending, content, drawn = self._content(row)
            with contextlib.ExitStack() as cleared:
                cleared.callback(self._clear)
                written = self._write(content)
                if written:
                    return written
                stem = picture_stem(row, self._digits, facts[1])
                name = self._folder.placed(self._part, stem, ending)
        except (DataError, MemoryError) as error:
            said = error.message if isinstance(error, DataError) else "not enough memory"
            self._unreadable += 1
            self._problem = self._problem or f"#{row:,}: {said}"
            table.add((*facts, "", said))
            return ""
        except OSError as error:
            return error.strerror or str(error)
        self._drawn += drawn
        self._copied += not drawn
        table.add((*facts, name, ""))
        return ""

    def _content(self, row: int) -> tuple[str, Iterator[bytes], bool]:
        """Return the ending of a picture's file, its bytes, and whether these are made here."""
        images = self._embedding.images
        assert images is not None
        try:
            original = images.original(row)
            if original is not None:
                return original.ending, original.pieces(), False
            picture = images.picture(row, self._levels)
        except OSError as error:
            raise DataError(f"it can't be read: {error.strerror or error}") from error
        if picture is None:
            raise DataError("it is not unpacked yet")
        return ".png", iter((_png(picture),)), True

    def _write(self, content: Iterator[bytes]) -> str:
        """Write a part file; returns why it can't be written. What can't be read is raised."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        try:
            descriptor = os.open(self._part, flags, 0o666)
        except OSError as error:
            return error.strerror or str(error)
        try:
            for piece in content:
                left = memoryview(piece)
                while left:
                    left = left[os.write(descriptor, left) :]
        except OSError as error:
            return error.strerror or str(error)
        finally:
            os.close(descriptor)
        return ""

    def _clear(self) -> None:
        with contextlib.suppress(OSError):
            self._part.unlink(missing_ok=True)


class _Index:
    """The table of the pictures, written as they are."""

    def __init__(self, folder: _Folder, count: int) -> None:
        self._folder = folder
        self._room = min(count * _LINE, _MOST_ROOM)
        self._part = folder.part()

    def __enter__(self) -> _Index:
        self._file = self._part.open("x", encoding="utf-8", errors="replace", newline="")
        with contextlib.suppress(OSError, AttributeError):
            # A disk that gets full has still room for what tells of the pictures on it.
            os.posix_fallocate(self._file.fileno(), 0, self._room)
        self._plain: Any = csv.writer(self._file, lineterminator="\n")
        # Not every version of the module quotes a lone carriage return.
        self._careful: Any = csv.writer(
            self._file, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC
        )
        self.add(INDEX_FIELDS)
        return self

    def add(self, values: tuple[object, ...]) -> None:
        """Write a line."""
        returns = any(isinstance(value, str) and "\r" in value for value in values)
        (self._careful if returns else self._plain).writerow(values)

    def finish(self) -> str:
        """Complete it; returns its name."""
        self._file.flush()
        descriptor = self._file.fileno()
        os.ftruncate(descriptor, os.lseek(descriptor, 0, os.SEEK_CUR))
        os.fsync(descriptor)
        stem, ending = os.path.splitext(INDEX)  # noqa: PTH122 - a name, not a path
        return self._folder.placed(self._part, stem, ending)

    def __exit__(self, *_: object) -> None:
        # A full disk is told once.
        with contextlib.suppress(OSError):
            self._file.close()
        with contextlib.suppress(OSError):
            self._part.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class _Folder:
    """The folder of the pictures."""

    path: Path
    fresh: bool
    """Whether it was made for them: nobody else writes to it."""

    def part(self) -> Path:
        """Return the name of a file that isn't complete."""
        return self.path / f".vizterm-{secrets.token_hex(6)}.part"

    def placed(self, part: Path, stem: str, ending: str) -> str:
        """Give a complete file its name, or one with a number where that is taken; returns it."""
        for number in range(1, _MOST_NUMBERED):
            path = self.path / (f"{stem}{ending}" if number == 1 else f"{stem}-{number}{ending}")
            if os.path.lexists(path):
                continue
            try:
                if not self.fresh:
                    # Unlike renaming, it never replaces what has come meanwhile; but it is slow.
                    os.link(part, path)
                    return path.name
            except FileExistsError:
                continue
            except OSError:
                # A file system without links.
                pass
            part.rename(path)
            return path.name
        raise DataError(f"{_MOST_NUMBERED:,} files are called {stem}{ending} already")


def _label(embedding: Embedding, point: int) -> str:
    """Return the label of a point, whole; empty where there are no labels, or its is missing."""
    labels = embedding.labels
    if labels.values is not None and labels.scale is not None and not labels.scale.date_unit:
        value = float(labels.values[point])
        return repr(value) if math.isfinite(value) else ""
    told = len(labels.names) > 1 or embedding.coloured_by
    return whole_text(labels.text_of(point)) if told else ""


def _png(picture: Picture) -> bytes:
    """Return a picture as PNG, grey ones as such."""
    import io

    from PIL import Image

    grey = picture[..., :1]
    pixels = grey[..., 0] if (picture == grey).all() else picture
    stream = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(stream, "PNG")
    return stream.getvalue()
