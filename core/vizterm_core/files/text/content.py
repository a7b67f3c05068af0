"""The text of a file: unpacked, decoded, in lines, within a limit."""

from __future__ import annotations

import codecs
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from vizterm_core.errors import DataError
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.memory import free_memory
from vizterm_core.files.stored import SAVE_AGAIN
from vizterm_core.text import describe_bytes

BOM = codecs.BOM_UTF8
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
GZIP = b"\x1f\x8b"
MEMORY_PART = 8
"""A text may be this fraction of the free memory: what is made of it takes more than it does."""
LONGEST_LINE = 1 << 24
"""Characters in a line, or in a row of several lines."""

_PIECE = 1 << 20
_SNIFFED = 1 << 16
_GZIP_WINDOW = 31
"""For `zlib.decompressobj`: a gzip header, and the largest window."""


@dataclass(frozen=True, slots=True)
class TextContent:
    """The content of a text file, as it was when it was opened."""

    name: str
    """The file in messages."""
    data: bytes
    """Without a byte order mark; whole lines if others append to the file."""
    encoding: str = "utf-8"
    notes: tuple[str, ...] = ()

    def text(self) -> str:
        """Return all of it."""
        return self.data.decode(self.encoding)

    def chunks(self, size: int = _PIECE) -> Iterator[list[str]]:
        r"""Return lines with their ends, about `size` characters at a time.

        Lines end at "\n", "\r\n" or "\r", also in turns.

        Raises
        ------
        DataError
            If a line is longer than `LONGEST_LINE`.
        """
        with io.TextIOWrapper(io.BytesIO(self.data), self.encoding, newline="") as stream:
            number = 1
            while lines := stream.readlines(size):
                if max(map(len, lines)) > LONGEST_LINE:
                    raise too_long(self.name, number)
                yield lines
                number += len(lines)


def too_long(name: str, number: int) -> DataError:
    """Return the refusal of a line, or of a row of several lines."""
    return DataError(
        f"{name}: from line {number:,} on, a row is longer than {describe_bytes(LONGEST_LINE)}",
        "is it a table? Arrays are smaller and faster as .npy: np.save('data.npy', array)",
    )


def text_content(file: DataFile, limit: int | None = None) -> TextContent:
    """Read a text file, plain or packed by gzip.

    Parameters
    ----------
    file : DataFile
    limit : int, optional
        The most bytes of text; an eighth of the free memory otherwise.

    Raises
    ------
    DataError
        If it is empty, isn't text, is too large, is damaged, or was rewritten in place.
    """
    limit = free_memory() // MEMORY_PART if limit is None else limit
    if file.read(0, len(GZIP)) == GZIP:
        with file.unchanged():
            data = unpacked(file, limit)
    else:
        if file.size > limit:
            raise _too_large(file.name, file.size, limit)
        data, growing = file.read_text()
        if growing:
            data = data[: data.rfind(b"\n") + 1]
    return _decodable(file.name, data)


def _decodable(name: str, data: bytes) -> TextContent:
    """Return content whose encoding is known and right for all of it."""
    try:
        if data.startswith(UTF_16):
            data = data.decode("utf-16").encode("utf-8")
        data = data.removeprefix(BOM)
    except UnicodeError as error:
        raise DataError(f"{name} is damaged: it isn't UTF-16", "save it as UTF-8") from error
    if not data.strip():
        raise DataError(f"{name} is empty", "a table has a row a line, and a name a column")
    if b"\0" in data[:_SNIFFED]:
        raise DataError(f"{name} is not text", "a .csv, .tsv or .jsonl file is UTF-8 text")
    if _is_utf8(data):
        return TextContent(name, data)
    return TextContent(name, data, "latin-1", ("not UTF-8: read as Latin-1",))


def _is_utf8(data: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), _PIECE):
            decoder.decode(data[start : start + _PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def unpacked(file: DataFile, limit: int) -> bytes:
    """Return what a gzip file holds; its members one after the other.

    Raises
    ------
    DataError
        If it is damaged, or larger than the limit.
    """
    pieces: list[bytes] = []
    size = 0
    unpacking = zlib.decompressobj(_GZIP_WINDOW)
    with file.stream() as stream:
        packed = stream.read(_PIECE)
        while packed:
            try:
                piece = unpacking.decompress(packed, _PIECE)
            except zlib.error as error:
                raise DataError(f"{file.name} is damaged: {error}", SAVE_AGAIN) from error
            size += len(piece)
            if size > limit:
                raise _too_large(file.name, size, limit, " unpacked")
            pieces.append(piece)
            packed = unpacking.unconsumed_tail or unpacking.unused_data
            if unpacking.eof:
                unpacking = zlib.decompressobj(_GZIP_WINDOW)
                # Zeros that fill up a block are no further member.
                packed = (packed or stream.read(_PIECE)).lstrip(b"\0")
            elif not packed:
                packed = stream.read(_PIECE)
                if not packed:
                    raise DataError(f"{file.name} is damaged: it is cut short", SAVE_AGAIN)
    return b"".join(pieces)


def _too_large(name: str, size: int, limit: int, how: str = "") -> DataError:
    return DataError(
        f"{name} is{' more than' if how else ''} {describe_bytes(size)} of text{how}, "
        f"the limit is {describe_bytes(limit)}",
        "save its columns with np.savez, or as parquet, which are read in parts",
    )
