"""`.arrow`, `.feather` and `.ipc` files: record batches, in a file of their own or as a stream.

Hugging Face's datasets write streams; Feather's second version is an Arrow file.  Its first is
refused: pyarrow ends the process where such a file is damaged.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from vizterm_core.errors import DataError
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.formats.arrow_messages import Kind, indexed_batches, messages
from vizterm_core.files.formats.arrow_rows import ArrowSource, inside, reading
from vizterm_core.files.memory import require_memory
from vizterm_core.files.stored import SAVE_AGAIN

_FILE = b"ARROW1"
_FIRST_FEATHER = b"FEA1"
_LONGEST_INDEX = 64 << 20
_TAIL = 10
"""The index's length, and the magic again."""


def open_arrow(file: DataFile) -> ArrowSource:
    """Return an Arrow file or stream, or a Feather file, as a source.

    Raises
    ------
    DataError
        If it is none of these, is damaged or cut short, or was rewritten in place.
    """
    if not file.size:
        raise DataError(f"{file.name} is empty")
    with file.unchanged():
        start = file.read(0, len(_FILE))
        if start.startswith(_FIRST_FEATHER):
            raise DataError(
                f"{file.name} is a Feather file of the first version, which isn't read any more",
                "save it again: pandas.read_feather('old.feather').to_feather('new.feather')",
            )
        return ArrowSource(file, FileTable(file) if start == _FILE else StreamTable(file))


class FileTable:
    """Record batches of an Arrow file, listed in the index at its end.

    Parameters
    ----------
    file : DataFile

    Raises
    ------
    DataError
        As `open_arrow`.
    """

    def __init__(self, file: DataFile) -> None:
        self._file = file
        self._batches = indexed_batches(file, *_index(file))
        self._readers: dict[tuple[str, ...], pa.ipc.RecordBatchFileReader] = {}
        """By the columns that it reads: of the others, not even the bytes are read."""
        self.parts = tuple(message.rows for message in self._batches)
        with reading(file, file.name):
            reader = pa.ipc.open_file(file.stream())
            self.schema: pa.Schema = reader.schema
            if reader.num_record_batches != len(self.parts):
                raise ValueError("its index can't be read")

    def pieces(
        self,
        part: int,
        path: tuple[str, ...],
        beside: tuple[str, ...] = (),
        *,
        few: bool = False,  # noqa: ARG002
    ) -> Iterator[pa.Array]:
        """Return a column of a record batch, in one piece."""
        batch = self._batches[part]
        require_memory(max(batch.size, batch.unpacked), self._file.name)
        wanted = (path[0], *beside)
        if wanted not in self._readers:
            options = _only(self.schema, wanted)
            self._readers[wanted] = pa.ipc.open_file(self._file.stream(), options=options)
        record = self._readers[wanted].get_batch(part)
        _check(record, batch.rows)
        yield inside(record, path, beside)


class StreamTable:
    """Record batches of an Arrow stream; each is read when its rows are wanted.

    Parameters
    ----------
    file : DataFile

    Raises
    ------
    DataError
        As `open_arrow`.
    """

    def __init__(self, file: DataFile) -> None:
        self._file = file
        found = list(messages(file, 0, file.size))
        if not found or found[0].kind != Kind.SCHEMA:
            raise DataError(f"{file.name} is not an Arrow file: it begins without a schema")
        self._schema, *rest = found
        self._dictionaries = [message for message in rest if message.kind == Kind.DICTIONARY]
        self._batches = [message for message in rest if message.kind == Kind.BATCH]
        self.parts = tuple(message.rows for message in self._batches)
        with reading(file, file.name):
            content = pa.py_buffer(file.read(self._schema.offset, self._schema.size))
            self.schema: pa.Schema = pa.ipc.open_stream(content).schema

    def pieces(
        self,
        part: int,
        path: tuple[str, ...],
        beside: tuple[str, ...] = (),
        *,
        few: bool = False,  # noqa: ARG002
    ) -> Iterator[pa.Array]:
        """Return a column of a record batch, in one piece."""
        batch = self._batches[part]
        before = [message for message in self._dictionaries if message.offset < batch.offset]
        needed = (self._schema, *before, batch)
        require_memory(sum(max(one.size, one.unpacked) for one in needed), self._file.name)
        content = b"".join(self._file.read(one.offset, one.size) for one in needed)
        options = _only(self.schema, (path[0], *beside))
        with pa.ipc.open_stream(pa.py_buffer(content), options=options) as stream:
            record = stream.read_next_batch()
        _check(record, batch.rows)
        yield inside(record, path, beside)


def _only(schema: pa.Schema, names: tuple[str, ...]) -> pa.ipc.IpcReadOptions:
    fields = [schema.get_field_index(name) for name in names]
    return pa.ipc.IpcReadOptions(included_fields=fields, use_threads=False)


def _check(record: pa.RecordBatch, rows: int) -> None:
    """Raise what Arrow does for offsets and codes that point anywhere: nobody has looked yet."""
    record.validate(full=True)
    if record.num_rows != rows:
        raise ValueError("a record batch has other rows than it says")


def _index(file: DataFile) -> tuple[bytes, int]:
    """Return the index of a file, and where it begins."""
    tail = file.read(max(0, file.size - _TAIL), _TAIL)
    length = int.from_bytes(tail[:4], "little")
    if tail[4:] != _FILE or file.size < len(_FILE) + _TAIL:
        raise DataError(f"{file.name} is cut short: an Arrow file ends with its index", SAVE_AGAIN)
    start = file.size - _TAIL - length
    if start < len(_FILE) or length > _LONGEST_INDEX:
        raise DataError(f"{file.name} is damaged: its index is too long", SAVE_AGAIN)
    return file.read(start, length), start
