"""The messages of an Arrow stream: where each lies, and how many rows a record batch has.

Arrow's own reader tells the rows of a batch only once it has read all of it.  Here the few fields
that say it are taken from each message's header, which is a FlatBuffers table.

Source: "Arrow Columnar Format", Serialization and Interprocess Communication, and the schemas
`Message.fbs` beside it; "FlatBuffers Internals".
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from vizterm_core.errors import DataError
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.stored import SAVE_AGAIN

CONTINUED = b"\xff\xff\xff\xff"
"""Before a message's length, since version 0.15."""
_LONGEST_HEADER = 64 << 20


class Kind(IntEnum):
    """What a message holds, of those that matter here."""

    SCHEMA = 1
    DICTIONARY = 2
    BATCH = 3


@dataclass(frozen=True, slots=True)
class Message:
    """A message in its file."""

    kind: int
    offset: int
    """The first byte of its length, or of what comes before it."""
    size: int
    """Bytes of prefix, header and body."""
    rows: int = 0
    """Of a record batch."""
    unpacked: int = 0
    """Bytes that its body has once it is unpacked."""


def messages(file: DataFile, offset: int, end: int) -> Iterator[Message]:
    """Return the messages of a stream from its first byte to its end, or to the stream's own.

    Raises
    ------
    DataError
        If it is cut short or damaged.
    """
    stream = file.stream()
    if offset < 0:
        raise ValueError
    while offset < end:
        stream.seek(offset)
        prefix = stream.read(8)
        skipped = 4 if prefix[:4] == CONTINUED else 0
        length = int.from_bytes(prefix[skipped : skipped + 4], "little")
        if length == 0:
            return
        start = offset + skipped + 4
        if length > _LONGEST_HEADER or start + length > end:
            raise _cut(file)
        stream.seek(start)
        try:
            message = _message(file, stream.read(length), offset, start + length)
        except (struct.error, IndexError, ValueError, OverflowError) as error:
            raise DataError(
                f"{file.name} is damaged: a message in it can't be read", SAVE_AGAIN
            ) from error
        if message.offset + message.size > end:
            raise _cut(file)
        yield message
        offset += message.size


def indexed_batches(file: DataFile, index: bytes, end: int) -> list[Message]:
    """Return the record batches of a file, as the index at its end lists them.

    Parameters
    ----------
    index : bytes
        The footer, a FlatBuffers table.
    end : int
        Where the batches end.

    Raises
    ------
    DataError
        If it is damaged.
    """
    try:
        offsets = _Table.root(index).blocks(3)
        found = [next(messages(file, offset, end)) for offset in offsets]
    except (struct.error, ValueError, StopIteration) as error:
        raise DataError(f"{file.name} is damaged: its index can't be read", SAVE_AGAIN) from error
    if any(message.kind != Kind.BATCH for message in found):
        raise DataError(f"{file.name} is damaged: its index leads elsewhere", SAVE_AGAIN)
    return found


def begins_stream(file: DataFile) -> bool:
    """Whether a file begins with a schema, as a stream does."""
    length = int.from_bytes(file.read(4, 4), "little")
    if not 0 < length <= _LONGEST_HEADER:
        return False
    try:
        return _Table.root(file.read(8, length)).number(1, "<B") == Kind.SCHEMA
    except (struct.error, ValueError):
        return False


def _message(file: DataFile, header: bytes, offset: int, body: int) -> Message:
    message = _Table.root(header)
    kind, length = message.number(1, "<B"), message.number(3, "<q")
    if length < 0:
        raise ValueError
    size = body - offset + length
    if kind not in (Kind.DICTIONARY, Kind.BATCH):
        return Message(kind, offset, size)
    batch = message.table(2)
    if kind == Kind.DICTIONARY:
        batch = batch.table(1)
    rows = batch.number(0, "<q")
    if rows < 0:
        raise ValueError
    unpacked = _unpacked(file, batch, body, length) if batch.has(3) else length
    return Message(kind, offset, size, rows, unpacked)


def _unpacked(file: DataFile, batch: _Table, body: int, length: int) -> int:
    """Return the bytes that compressed buffers state before their content."""
    size = 0
    for offset, packed in batch.pairs(2):
        if not 0 <= offset <= length or packed < 0:
            raise ValueError
        if packed:
            (stated,) = struct.unpack("<q", file.read(body + offset, 8))
            size += max(stated, 0) or packed
    return size


def _cut(file: DataFile) -> DataError:
    return DataError(
        f"{file.name} is cut short: a message in it goes on beyond its end", SAVE_AGAIN
    )


class _Table:
    """A FlatBuffers table: fields by number, each at a place that the table's own list tells.

    Whatever is read outside of the bytes is a `struct.error`.
    """

    def __init__(self, data: bytes, place: int) -> None:
        self._data = data
        self._place = place
        self._fields = place - self._at("<i", place)
        self._fields_bytes = self._at("<H", self._fields)

    @classmethod
    def root(cls, data: bytes) -> _Table:
        """Return the outermost table."""
        return cls(data, *struct.unpack_from("<I", data, 0))

    def has(self, field: int) -> bool:
        """Whether a field is there, not left at its default."""
        return self._field(field) != 0

    def number(self, field: int, format_: str) -> int:
        """Return a number; 0 by default."""
        place = self._field(field)
        return self._at(format_, self._place + place) if place else 0

    def table(self, field: int) -> _Table:
        """Return a table inside."""
        place = self._place + self._field(field)
        return _Table(self._data, place + self._at("<I", place))

    def pairs(self, field: int) -> list[tuple[int, int]]:
        """Return the entries of a list of structs of two int64; none by default."""
        found = self._structs(field, 16)
        return list(zip(found[::2], found[1::2], strict=True))

    def blocks(self, field: int) -> list[int]:
        """Return the offsets in a list of blocks, which are structs of three words of 8 bytes."""
        return list(self._structs(field, 24)[::3])

    def _structs(self, field: int, size: int) -> tuple[int, ...]:
        """Return a list of structs as the int64 that they take the place of."""
        if not self.has(field):
            return ()
        place = self._place + self._field(field)
        place += self._at("<I", place)
        count = self._at("<I", place)
        if place + 4 + size * count > len(self._data):
            raise ValueError
        return struct.unpack_from(f"<{count * size // 8}q", self._data, place + 4)

    def _field(self, field: int) -> int:
        place = 4 + 2 * field
        return self._at("<H", self._fields + place) if place < self._fields_bytes else 0

    def _at(self, format_: str, place: int) -> int:
        if place < 0:
            raise ValueError
        found: tuple[int] = struct.unpack_from(format_, self._data, place)
        return found[0]
