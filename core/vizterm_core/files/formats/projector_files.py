"""The files of a projector: raw vectors, metadata, and a sprite with a picture a point."""

from __future__ import annotations

import warnings

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.memory import require_memory
from vizterm_core.files.source import Access, ArraySpec
from vizterm_core.files.stored import SAVE_AGAIN, Array, StoredArray, in_memory
from vizterm_core.files.table import TableSource
from vizterm_core.files.text.content import text_content
from vizterm_core.files.text.layout import names_a_column
from vizterm_core.files.text.table import table_of_cells
from vizterm_core.text import clean

SPRITE = "sprite"
LABEL = "label"
"""The only column of metadata, which has no name there."""
MOST_PIXELS = 1 << 26

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
_MOST_COLUMNS = 4096
_FLOAT32 = np.dtype("<f4")


class BytesSource:
    """Vectors as raw float32, one after the other.

    Parameters
    ----------
    file : DataFile
    column : str
    shape : tuple of int
        (n, d) as the configuration has it, or ().
    metadata : DataFile, optional
        With a line a point, where the shape isn't known.

    Raises
    ------
    DataError
        If their shape isn't known, or isn't that of the file.
    """

    single = True

    def __init__(
        self, file: DataFile, column: str, shape: tuple[int, ...], metadata: DataFile | None
    ) -> None:
        self.name = file.name
        self.files = (file,)
        self.skipped: dict[str, str] = {}
        if len(shape) != 2 or min(shape) < 1:
            shape = self._shape(file, metadata)
        size = shape[0] * shape[1] * _FLOAT32.itemsize
        if size != file.size:
            raise DataError(
                f"{file.name} has {file.size:,} bytes, {shape[0]:,} vectors of {shape[1]:,} "
                f"float32 take {size:,}",
                "correct tensor_shape in projector_config.pbtxt",
            )
        spec = ArraySpec(column, shape, _FLOAT32, "stored", Access.ROW)
        self.columns = {column: spec}

    def called(self, column: str) -> str:  # noqa: ARG002
        """The vectors in messages: by the file's name."""
        return self.name

    def open(self, column: str, max_bytes: int | None = None) -> StoredArray:  # noqa: ARG002
        """Return the vectors where they lie in the file; errors as of `StoredArray`."""
        (file,) = self.files
        with file.unchanged():
            return StoredArray(file, self.name, 0, self.columns[column].shape, _FLOAT32)

    def read(self, column: str, max_bytes: int | None = None) -> Array:
        """Return the vectors, in memory; errors as of `open`."""
        return in_memory(self.open(column, max_bytes))

    @staticmethod
    def _shape(file: DataFile, metadata: DataFile | None) -> tuple[int, int]:
        if metadata is not None:
            lines = _lines(metadata)
            for count in (len(lines), len(lines) - 1):
                width, left = divmod(file.size, max(1, count) * _FLOAT32.itemsize)
                if width and not left:
                    return count, width
        raise DataError(
            f"{file.name} holds vectors without their shape",
            "name the folder with its projector_config.pbtxt, which has tensor_shape",
        )


def metadata_source(file: DataFile, count: int) -> TableSource:
    """Read the metadata of points: one column without a header, or several with one.

    Parameters
    ----------
    file : DataFile
    count : int
        Points.  Of one row too many, a header or the last one is left out; empty lines are rows if
        that makes the number right.

    Raises
    ------
    DataError
        If it doesn't have a row a point.
    """
    lines = _lines(file)
    filled = [line for line in lines if line.strip()]
    notes: list[str] = []
    several = bool(filled) and "\t" in filled[0]
    header = 1 if several else 0
    for rows in (lines, filled):
        if len(rows) - header == count:
            break
    else:
        rows, header, surplus = _mended(filled, header, count)
        if surplus:
            notes.append(f"{file.name}: row {count + 1:,}, one more than points, left out")
        if len(rows) - header != count:
            raise DataError(f"has {len(filled) - header:,} rows, not {count:,}")
    fields = [row.split("\t") for row in rows]
    if several:
        width = max(len(row) for row in fields)
        names = fields[0] if header else []
        cells = [[row[at] if at < len(row) else "" for row in fields[header:]]
                 for at in range(min(width, _MOST_COLUMNS))]  # fmt: skip
    else:
        names = rows[0:1] if header else [LABEL]
        cells = [rows[header:]]
    table = table_of_cells(names, cells)
    return TableSource(
        table.columns,
        file.name,
        files=[file],
        skipped=table.skipped,
        notes=[*notes, *table.notes],
    )


def _mended(rows: list[str], header: int, count: int) -> tuple[list[str], int, bool]:
    """Return rows that fit, how many of them are a header, and whether the last was left out."""
    if header and len(rows) == count:
        return rows, 0, False
    if not header and len(rows) == count + 1 and names_a_column(rows[0], rows[1:]):
        return rows, 1, False
    if len(rows) - header == count + 1:
        return rows[:-1], header, True
    return rows, header, False


def _lines(file: DataFile) -> list[str]:
    content = text_content(file)
    lines = content.text().replace("\r\n", "\n").split("\n")
    return lines[:-1] if not lines[-1] else lines


class SpriteSource:
    """Pictures of points in one large picture, row by row.

    The picture is decoded when the column is read.

    Parameters
    ----------
    file : DataFile
    tile : (width, height)
        Of one picture, in pixels; (0, 0) where it isn't known.
    count : int
        Points; there may be more pictures.

    Raises
    ------
    DataError
        If it isn't a picture, is too large, or holds fewer than `count`.
    """

    single = True

    def __init__(self, file: DataFile, tile: tuple[int, int], count: int) -> None:
        self.name = file.name
        self.files = (file,)
        self.skipped: dict[str, str] = {}
        with file.unchanged():
            self._size = _picture_size(file)
        width, height = self._tile = tile if min(tile) > 0 else _square_tile(self._size, count)
        self._per_row, down = self._size[0] // width, self._size[1] // height
        if self._per_row * down < count:
            raise DataError(
                f"has {self._per_row * down:,} pictures of {width:,}x{height:,} pixels "
                f"for {count:,} points"
            )
        spec = ArraySpec(
            SPRITE,
            (count, height, width, 3),
            np.dtype(np.uint8),
            f"{width:,}x{height:,} pixels each",
            Access.WHOLE,
        )
        self.columns = {SPRITE: spec}

    def called(self, column: str) -> str:  # noqa: ARG002
        """The pictures in messages: by the file's name."""
        return self.name

    def open(self, column: str, max_bytes: int | None = None) -> Array:
        """Return (n, height, width, 3) uint8; errors as of `read`."""
        return self.read(column, max_bytes)

    def read(self, column: str, max_bytes: int | None = None) -> Array:
        """Return (n, height, width, 3) uint8.

        Raises
        ------
        DataError
            If it is damaged, beyond the limit, doesn't fit into memory, or was rewritten in place.
        """
        spec = self.columns[column]
        size = self._size[0] * self._size[1] * 3
        if max_bytes is not None and size > max_bytes:
            raise DataError(
                f"{self.name} unpacks to {size:,} bytes, the limit is {max_bytes:,}",
                "raise --max-bytes",
            )
        require_memory(2 * size, self.name)
        (file,) = self.files
        with file.unchanged():
            pixels = _decoded(file)
        (width, height), across = self._tile, self._per_row
        down = pixels.shape[0] // height
        if pixels.shape[:2] != self._size[::-1]:
            raise DataError(f"{self.name} is damaged: it isn't of the size it says", SAVE_AGAIN)
        tiles = pixels[: down * height, : across * width].reshape(down, height, across, width, 3)
        rows = tiles.swapaxes(1, 2).reshape(-1, height, width, 3)
        return np.ascontiguousarray(rows[: spec.shape[0]])


def _square_tile(size: tuple[int, int], count: int) -> tuple[int, int]:
    """Return the pictures' size in a sprite that is as many pictures wide as high."""
    across = max(1, int(np.ceil(np.sqrt(count))))
    width, height = size[0] // across, size[1] // across
    if not width or not height or size[0] % across or size[1] % across:
        raise DataError(
            "the size of its pictures isn't known; single_image_dim in projector_config.pbtxt"
        )
    return width, height


def _picture_size(file: DataFile) -> tuple[int, int]:
    """Return (width, height), from the picture's header."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with file.stream() as stream, Image.open(stream, formats=_FORMATS) as image:
                width, height = image.size
    except _PICTURE_DAMAGE as error:
        raise DataError(f"can't be read as a picture ({clean(str(error), 80)})") from error
    except Image.DecompressionBombError as error:
        raise DataError(f"has more than the {MOST_PIXELS:,} pixels that are decoded") from error
    if width * height > MOST_PIXELS:
        raise DataError(
            f"is {width:,}x{height:,} pixels, more than the {MOST_PIXELS:,} that are decoded"
        )
    return width, height


_PICTURE_DAMAGE = (
    OSError, SyntaxError, ValueError, TypeError, LookupError, EOFError, OverflowError, MemoryError,
    RuntimeError, ArithmeticError,
)  # fmt: skip
"""Raised by Pillow for damaged pictures; its own errors are among them."""


def _decoded(file: DataFile) -> npt.NDArray[np.uint8]:
    """Return (h, w, 3) pixels; what is transparent is white, as in a browser."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with file.stream() as stream, Image.open(stream, formats=_FORMATS) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise ValueError("it is too large")
                if "A" in image.getbands() or "transparency" in image.info:
                    layer = image.convert("RGBA")
                    white = Image.new("RGBA", layer.size, (255, 255, 255, 255))
                    return np.array(Image.alpha_composite(white, layer).convert("RGB"))
                return np.array(image.convert("RGB"))
    except (*_PICTURE_DAMAGE, Image.DecompressionBombError) as error:
        raise DataError(f"{file.name} is damaged ({clean(str(error), 80)})", SAVE_AGAIN) from error
