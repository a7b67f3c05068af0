"""Pictures of points that are single things: encoded bytes, paths, Pillow images, arrays."""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
import numpy.typing as npt

from vizterm_core.checks import as_array
from vizterm_core.errors import DataError, VizError
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.stored import Array, Rows
from vizterm_core.pictures.bands import Bands
from vizterm_core.pictures.decode import Decoded, Limits, decode, from_pillow, stored_size
from vizterm_core.pictures.image import Picture, PictureFormat, picture_size
from vizterm_core.pictures.image_file import decode_file
from vizterm_core.pictures.originals import Original
from vizterm_core.pictures.value_range import (
    Levels,
    ValueRange,
    describe_range,
    found_range,
    full_range,
    own_range,
)
from vizterm_core.text import clean

Items = Array | Rows | Sequence[Any]
"""What each row has: bytes, text or a path, a Pillow image, an array, or None."""

_EIGHT_BITS = (0.0, 255.0)
_USUAL = (224, 224)
"""The shape that is assumed where none is known."""
_MEASURED = 8
"""Rows at the beginning whose pictures are measured."""
_SAMPLED = 12
_SAMPLED_PIXELS = 4096
_LOST_FOLDERS = 6
"""Folders at the end of a path that are looked for below the root."""
_SHORT = 60


class LoosePictures:
    """A picture a row, of any size, decoded when it is looked at.

    Parameters
    ----------
    count : int
    items : sequence, Rows or callable
        Of `count` items, or a function that returns it; see `unpack`.  Bytes are encoded images,
        text and paths name files.
    folder : path-like, optional
        Relative paths start here; at the current folder otherwise.
    moved : bool
        Whether pictures were moved to that folder: a path that isn't there is looked for below it.
    paths : bool
        Whether bytes are the names of files, too.
    value_range : (low, high), optional
        The values drawn black and white; 8-bit images are drawn as they are otherwise.
    """

    at_once = False

    def __init__(
        self,
        count: int,
        items: Items | Callable[[], Items],
        *,
        folder: str | os.PathLike[str] | None = None,
        moved: bool = False,
        paths: bool = False,
        value_range: ValueRange | None = None,
    ) -> None:
        self.count = count
        self.shape: tuple[int, ...] = _USUAL
        self._folder = Path() if folder is None else Path(folder)
        self._moved, self._paths = moved, paths
        self._given = value_range
        self._found: ValueRange | None = None
        self._dtype: np.dtype[Any] = np.dtype(np.uint8)
        self._lock = threading.RLock()
        """Held while Pillow images, which load when they are first used, are read."""
        self._items: Items | None = None
        self._source: Callable[[], Items] | None = None
        if callable(items):
            self._source = items
        else:
            self._use(items)

    @property
    def ready(self) -> bool:
        """Whether pictures can be read; otherwise call `unpack`, in a worker."""
        return self._items is not None

    def unpack(self) -> None:
        """Read the items into memory; errors as of what reads them."""
        if self._source is not None:
            self._use(self._source())
            self._source = None

    def picture(
        self, row: int, levels: Levels = Levels.FOUND, side: int | None = None
    ) -> Picture | None:
        """Return the picture of a row as uint8 (H, W, 3); None while not ready.

        Raises
        ------
        DataError
            If the row has none, or it can't be read: the message says why, in a few words.
        """
        if self._items is None:
            return None
        decoded = self._decoded(self._items[row], row, side)
        pixels = decoded.pixels
        if isinstance(decoded, _Numbers):
            low, high = self._range(pixels, levels)
        elif levels is Levels.EACH:
            low, high = own_range(pixels)
        else:
            low, high = self._given or _EIGHT_BITS
        return PictureFormat(False, low, high).to_rgb(pixels)

    def original(self, row: int) -> Original | None:
        """Return the picture of a row as it is stored; None where that is pixels, or not ready.

        Raises
        ------
        DataError
            If the row has none, or it can't be read: the message says why, in a few words.
        """
        if self._items is None:
            return None
        content = self._content(self._items[row])
        if content is None:
            raise DataError("no picture in this row")
        if isinstance(content, bytes):
            return Original.of(content, f"the picture of row {row:,}")
        if isinstance(content, str):
            file = self._file(content)
            return Original.of(file, file.name)
        return None

    def said(self, levels: Levels = Levels.FOUND) -> str:
        """Say in which range numbers are drawn; nothing of pictures drawn as they are."""
        if levels is Levels.EACH:
            return "each its own range"
        if levels is Levels.FOUND and self._given is not None:
            return f"range {describe_range(self._given)}"
        if self._found is None:
            return ""
        bits = "16-bit " if self._dtype == np.uint16 else ""
        if levels is Levels.FULL:
            return f"{bits}range {describe_range(full_range(self._dtype, self._found))} (full)"
        return f"{bits}range {describe_range(self._found)}"

    def _use(self, items: Items) -> None:
        sizes = [size for item in items[:_MEASURED] if (size := self._size(item)) is not None]
        if sizes:
            heights, widths = zip(*sizes, strict=True)
            self.shape = int(np.median(heights)), int(np.median(widths))
        self._items = items

    def _size(self, item: Any) -> tuple[int, int] | None:
        """Return (H, W) of an item's picture, as far as a header tells."""
        try:
            content = self._content(item)
            if isinstance(content, bytes):
                return stored_size(io.BytesIO(content))
            if isinstance(content, str):
                return stored_size(self._file(content).stream())
            if _is_pillow(content):
                return content.height, content.width
            shape = getattr(content, "shape", ())
            return picture_size(shape) if Bands.of(tuple(shape)) else None
        except Exception:  # noqa: BLE001 - a stranger's code; looking at the picture says why
            return None

    # single pictures

    def _decoded(self, item: Any, row: int, side: int | None = None) -> Decoded | _Numbers:
        content = self._content(item)
        if content is None:
            raise DataError("no picture in this row")
        decoded: Decoded
        if isinstance(content, bytes):
            name = f"the picture of row {row:,}"
            decoded = decode(io.BytesIO(content), len(content), name, Limits(side=side))
        elif isinstance(content, str):
            decoded = decode_file(self._file(content), Limits(side=side))
        elif _is_pillow(content):
            with self._lock:
                decoded = _loaded(content, row, side)
        else:
            return _Numbers(_drawn(content, row))
        return _Numbers(decoded.pixels) if decoded.numbers else decoded

    def _content(self, item: Any) -> Any:
        content = _content(item)
        if self._paths and isinstance(content, bytes):
            return os.fsdecode(content).strip() or None
        return content

    def _file(self, text: str) -> DataFile:
        """Open the file that a row names.

        Raises
        ------
        DataError
            If it isn't there, is no regular file, or is on the web.
        """
        scheme, separator, rest = text.partition("://")
        if separator and scheme.isalnum():
            if scheme.lower() != "file":
                raise DataError(
                    f"{clean(text, _SHORT)} is not fetched: pictures are read from files"
                )
            text = unquote(rest if rest.startswith("/") else "/" + rest.partition("/")[2])
        path = self._folder / text
        if not _exists(path):
            path = next((other for other in self._elsewhere(text) if _exists(other)), path)
        return DataFile(path, "image")

    def _elsewhere(self, text: str) -> list[Path]:
        """Return where else a picture may be: paths as Windows writes them, and moved ones."""
        plain = text.replace("\\", "/")
        found = [self._folder / plain] if plain != text else []
        if self._moved:
            parts = [part for part in plain.split("/") if part not in ("", ".", "..")]
            found += [self._folder.joinpath(*parts[k:]) for k in range(len(parts))][-_LOST_FOLDERS:]
        return found

    # the range of numbers

    def _range(self, pixels: npt.NDArray[Any], levels: Levels) -> ValueRange:
        if levels is Levels.EACH:
            return own_range(pixels)
        if levels is Levels.FOUND and self._given is not None:
            return self._given
        with self._lock:
            if self._found is None:
                self._dtype = pixels.dtype
                self._found = found_range(self._sample(pixels))
        return self._found if levels is Levels.FOUND else full_range(pixels.dtype, self._found)

    def _sample(self, first: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return (k, values) of some pictures of the same dtype, from all over the rows."""
        assert self._items is not None
        parts = [_some_of(first)]
        for row in np.unique(np.linspace(0, self.count - 1, _SAMPLED).astype(int)).tolist():
            try:
                decoded = self._decoded(self._items[row], row)
            except (VizError, OSError):
                continue
            if isinstance(decoded, _Numbers) and decoded.pixels.dtype == first.dtype:
                parts.append(_some_of(decoded.pixels))
        return np.stack(parts)


class _Numbers:
    """(H, W) or (H, W, C) numbers, whose range isn't known."""

    def __init__(self, pixels: npt.NDArray[Any]) -> None:
        self.pixels = pixels


def _content(item: Any) -> Any:
    """Return bytes, a path as text, another object, or None where there is no picture."""
    if isinstance(item, dict):
        item = item.get("bytes") or item.get("path")
    if item is None or item is np.ma.masked:
        return None
    if isinstance(item, float) and item != item:
        return None
    if isinstance(item, bytes | bytearray | memoryview):
        return bytes(item) or None
    if isinstance(item, str):
        return item.strip() or None
    return os.fspath(item) if isinstance(item, os.PathLike) else item


def _is_pillow(item: Any) -> bool:
    return hasattr(item, "getbands") and hasattr(item, "getexif") and hasattr(item, "load")


def _loaded(image: Any, row: int, side: int | None) -> Decoded:
    """Return a Pillow image's pixels; whatever it raises is a DataError."""
    try:
        image.load()
        return from_pillow(image, side=side)
    except MemoryError as error:
        raise DataError(f"the picture of row {row:,} doesn't fit into memory") from error
    except Exception as error:
        raise DataError(f"the picture of row {row:,} can't be loaded: {error}") from error


def _drawn(item: Any, row: int) -> npt.NDArray[Any]:
    """Return the bands of an array that are drawn."""
    pixels = as_array(item, f"the picture of row {row:,}")
    bands = Bands.of(pixels.shape)
    if bands is None or pixels.dtype.kind not in "biuf" or not pixels.size:
        raise DataError(f"the picture of row {row:,}, {pixels.shape} {pixels.dtype}, is none")
    return bands.take(pixels)


def _some_of(pixels: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return as many values of every picture, with the lowest and the highest."""
    flat = pixels.ravel()
    chosen = np.linspace(0, flat.size - 1, _SAMPLED_PIXELS).astype(int)
    return np.concatenate([flat[chosen], np.array([flat.min(), flat.max()], flat.dtype)])


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False
