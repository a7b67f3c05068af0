"""`.parquet` files: the footer first, then columns by row group, and within it by pages.

Nothing is mapped into memory and nothing read ahead: a row group that is larger than what is kept
of a column is passed through piece by piece.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from vizterm_core.errors import DataError
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.formats.arrow_rows import ArrowSource, inside, reading
from vizterm_core.files.formats.arrow_schema import is_bytes, is_text
from vizterm_core.files.stored import SAVE_AGAIN
from vizterm_core.text import describe_bytes

MAGIC = b"PAR1"
_ENCRYPTED = b"PARE"
_TAIL = 8
"""Bytes at the end: the footer's length, and the magic."""
_LONGEST_FOOTER = 64 << 20
_PIECE_BYTES = 1 << 22
"""Bytes of a column that are decoded at a time: few enough that the memory is used again."""
_MOST_ROWS = 1 << 17
_MOST_LONG_ROWS = 1 << 13
"""Of lists and bytes: a short dictionary in the file may stand for long rows."""
_FEW = 64
_WIDEST_NUMBER = 8
_BUFFER = 1 << 20
"""Bytes of a column's pages that are read at a time."""


def open_parquet(file: DataFile) -> ArrowSource:
    """Return a Parquet file as a source.

    Raises
    ------
    DataError
        If it isn't one, is damaged, or was rewritten in place.
    """
    with file.unchanged():
        table = ParquetTable(file)
    return ArrowSource(file, table)


class ParquetTable:
    """Row groups of a Parquet file.

    Parameters
    ----------
    file : DataFile

    Raises
    ------
    DataError
        As `open_parquet`.
    """

    def __init__(self, file: DataFile) -> None:
        _check_ends(file)
        with reading(file, file.name):
            footer = self._open(file)
            metadata = footer.metadata
            self.schema: pa.Schema = footer.schema_arrow
            groups = map(metadata.row_group, range(metadata.num_row_groups))
            self.parts = tuple(int(group.num_rows) for group in groups)
            if min(self.parts, default=0) < 0 or sum(self.parts) != metadata.num_rows:
                raise ValueError("its row groups have other rows than it says")
            self._row_bytes: dict[tuple[str, ...], int] = {}
            """By column, of those whose rows may be long."""
            # Equal text is kept once, as it is in the file: else some bytes become gigabytes.
            self._reader = self._open(file, metadata, _text_paths(self.schema))

    @staticmethod
    def _open(
        file: DataFile, metadata: pq.FileMetaData | None = None, text: Sequence[str] = ()
    ) -> pq.ParquetFile:
        return pq.ParquetFile(
            file.stream(),
            metadata=metadata,
            read_dictionary=list(text),
            memory_map=False,
            buffer_size=_BUFFER,
            pre_buffer=False,
        )

    def pieces(
        self, part: int, path: tuple[str, ...], beside: tuple[str, ...] = (), *, few: bool = False
    ) -> Iterator[pa.Array]:
        """Return a column of a row group in pieces."""
        if beside:
            rows = max(1, _PIECE_BYTES // (_WIDEST_NUMBER * (1 + len(beside))))
        else:
            rows = _FEW if few else self._batch_rows(part, path)
        batches = self._reader.iter_batches(
            batch_size=rows,
            row_groups=[part],
            columns=[".".join(path), *beside],
            use_threads=False,
        )
        for batch in batches:
            yield inside(batch, path, beside)

    def _batch_rows(self, part: int, path: tuple[str, ...]) -> int:
        """Return how many rows to decode at a time, from the size that the first ones have.

        What the footer says of sizes isn't asked: it may be wrong, and pyarrow 26 ends the process
        for some footers that are.
        """
        type_ = self.schema.field(path[0]).type
        if not (pa.types.is_nested(type_) or is_bytes(type_)):
            return _MOST_ROWS
        if path not in self._row_bytes:
            first = next(self.pieces(part, path, few=True), None)
            if first is None or not len(first):
                return _MOST_LONG_ROWS
            self._row_bytes[path] = max(1, first.nbytes // len(first))
        return max(1, min(_PIECE_BYTES // self._row_bytes[path], _MOST_LONG_ROWS))


def _check_ends(file: DataFile) -> None:
    """Raise a DataError unless a file begins and ends as a Parquet file does."""
    start, tail = file.read(0, len(MAGIC)), file.read(max(0, file.size - _TAIL), _TAIL)
    if not start:
        raise DataError(f"{file.name} is empty")
    if start not in (MAGIC, _ENCRYPTED):
        raise DataError(f"{file.name} is not a Parquet file")
    if _ENCRYPTED in (start, tail[4:]):
        raise DataError(f"{file.name} is encrypted", "save it without encryption")
    if tail[4:] != MAGIC or file.size < len(MAGIC) + _TAIL:
        raise DataError(
            f"{file.name} is cut short: a Parquet file ends with its footer", SAVE_AGAIN
        )
    footer = int.from_bytes(tail[:4], "little")
    if footer > file.size - len(MAGIC) - _TAIL:
        raise DataError(f"{file.name} is damaged: its footer is longer than the file", SAVE_AGAIN)
    if footer > _LONGEST_FOOTER:
        raise DataError(
            f"{file.name}: its footer takes {describe_bytes(footer)}, "
            f"more than the limit of {describe_bytes(_LONGEST_FOOTER)}",
            "save fewer columns, or larger row groups",
        )


def _text_paths(schema: pa.Schema) -> list[str]:
    """Return the dotted paths of text columns and of text in structs."""
    found = []
    for field in schema:
        if is_text(field.type):
            found.append(field.name)
        elif pa.types.is_struct(field.type):
            inner = (field.type.field(place) for place in range(field.type.num_fields))
            found += [f"{field.name}.{child.name}" for child in inner if is_text(child.type)]
    return found
