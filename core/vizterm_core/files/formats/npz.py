"""`.npz` files: headers first, uncompressed arrays where they lie in the file.

`numpy.load` reads every array as a whole and unpickles objects when asked; this reader does
neither.  It reads the zip directory and each member's header, checks what they declare against each
other, and then reads stored members part by part or unpacks deflated ones within a limit.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass, replace

import numpy as np

from vizterm_core.errors import DataError
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.formats.npy import (
    Header,
    Part,
    UnreadableDtypeError,
    empty_array,
    npy_header,
    parts,
)
from vizterm_core.files.source import Access, ArraySpec, object_array
from vizterm_core.files.stored import (
    SAVE_AGAIN,
    Array,
    Checksum,
    Rows,
    StoredArray,
    in_memory,
)
from vizterm_core.text import clean, describe_bytes

STARTS = (b"PK\x03\x04", b"PK\x05\x06")
"""First bytes of a zip file with members, and of one without."""
SAVE = "save several arrays into one file with np.savez('data.npz', X=X, y=y)"

_LOCAL_HEADER = struct.Struct("<4sHHHHHIIIHH")
_PIECE = 1 << 20
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, OSError, EOFError, LookupError, ValueError, RuntimeError,
    struct.error,
)  # fmt: skip
"""Raised by zipfile for members that differ from what the directory says."""
_SUPPORTED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


@dataclass(frozen=True, slots=True)
class _Member:
    """The place of an array in the archive, and what a column is of it."""

    entry: zipfile.ZipInfo
    key: str
    """The array's name, which a column of records shares with others."""
    header: Header
    part: Part


class NpzFile:
    """An `.npz` file as a source; it is read as it was when it was opened, or not at all.

    Parameters
    ----------
    file : DataFile

    Raises
    ------
    DataError
        If it isn't an npz file, is damaged, can't be read, or was rewritten in place.
    """

    single = False

    def __init__(self, file: DataFile) -> None:
        self.name = file.name
        self.files = (file,)
        self.columns: dict[str, ArraySpec] = {}
        self.skipped: dict[str, str] = {}
        self._file = file
        self._members: dict[str, _Member] = {}
        """By column; of several members with one name, the last one that is whole."""
        with file.unchanged():
            try:
                self._archive = zipfile.ZipFile(file.stream())
                for entry in self._archive.infolist():
                    self._read_member(entry)
                self._name_fields()
            except zipfile.BadZipFile as error:
                raise DataError(*self._not_a_zip()) from error
            except OSError as error:
                raise DataError(f"can't read {self.name}: {error.strerror or error}") from error
            except (ValueError, NotImplementedError, RuntimeError, EOFError, struct.error) as error:
                raise DataError(f"{self.name} is damaged: {clean(str(error))}") from error

    def called(self, column: str) -> str:
        """A column in messages: "data.npz: X"."""
        return f"{self.name}: {clean(column)}"

    def read(self, column: str, max_bytes: int | None = None) -> Array:
        """Return an array, in memory; errors as of `open`, and if it doesn't fit."""
        return in_memory(self.open(column, max_bytes))

    def open(self, column: str, max_bytes: int | None = None) -> Array | Rows:
        """Return an array where it lies in the file if it is stored, else unpacked.

        Raises
        ------
        DataError
            If it holds objects, is damaged, unpacks to more than `max_bytes`, or if the file was
            rewritten in place.
        """
        spec, member = self.columns[column], self._members[column]
        name = f"{self.name}: {clean(column)!r}"
        if spec.objects:
            raise object_array(name)
        size = member.header.nbytes
        if size == 0:
            return empty_array(spec.shape, spec.dtype, name)
        if spec.access is not Access.WHOLE:
            with self._file.unchanged():
                return member.part.of(self._stored(member, name))
        if max_bytes is not None and size > max_bytes:
            raise DataError(
                f"{name} unpacks to {describe_bytes(size)}, "
                f"more than the limit of {describe_bytes(max_bytes)}",
                "raise --max-bytes, or save with np.savez (uncompressed)",
            )
        with self._file.unchanged():
            return member.part.of(self._unpack(member, name))

    def _read_member(self, entry: zipfile.ZipInfo) -> None:
        key = entry.filename.removesuffix(".npy")
        if not entry.filename.endswith(".npy"):
            self.skipped[clean(entry.filename)] = "not a .npy array"
            return
        if entry.compress_type not in _SUPPORTED or entry.flag_bits & 0x1:
            self.skipped[clean(key)] = "compressed or encrypted in a way numpy doesn't write"
            return
        try:
            with self._archive.open(entry) as stream:
                header = npy_header(stream)
        except UnreadableDtypeError as error:
            self.skipped[clean(key)] = error.message
            return
        except (DataError, zlib.error, zipfile.BadZipFile, EOFError) as error:
            self.skipped[clean(key)] = f"damaged: {clean(str(error))}"
            return
        if entry.compress_type == zipfile.ZIP_STORED:
            place, access = "stored", Access.BLOCK if header.fortran_order else Access.ROW
        else:
            place, access = f"deflated to {describe_bytes(entry.compress_size)}", Access.WHOLE
        declared = header.length + header.nbytes
        if not header.dtype.hasobject and declared != entry.file_size:
            self.skipped[clean(key)] = (
                f"damaged: its header says {declared:,} bytes, the archive {entry.file_size:,}"
            )
            return
        for part in parts(header, key, place, access):
            self.columns[part.spec.name] = part.spec
            self._members[part.spec.name] = _Member(entry, key, header, part)

    def _name_fields(self) -> None:
        """Call the fields of records by their own names where no other column has those."""
        names = Counter(
            ".".join(member.part.field) or name for name, member in self._members.items()
        )
        for name, member in list(self._members.items()):
            field = ".".join(member.part.field)
            column = field if field and names[field] == 1 else name
            # All are put back, so that they stay in order.
            spec = self.columns.pop(name)
            self.columns[column] = replace(spec, name=column)
            self._members[column] = self._members.pop(name)

    def _stored(self, member: _Member, name: str) -> StoredArray:
        offset = member.entry.header_offset
        local = self._file.read(offset, _LOCAL_HEADER.size)
        if len(local) < _LOCAL_HEADER.size:
            raise DataError(
                f"{self.name} is damaged: {clean(member.key)!r} is not in it", SAVE_AGAIN
            )
        *_, name_bytes, extra_bytes = _LOCAL_HEADER.unpack(local)
        start = offset + _LOCAL_HEADER.size + name_bytes + extra_bytes
        header = self._file.read(start, member.header.length)
        return StoredArray(
            self._file,
            name,
            start + member.header.length,
            member.header.shape,
            member.header.dtype,
            fortran_order=member.header.fortran_order,
            checksum=Checksum(zlib.crc32(header), member.entry.CRC),
        )

    def _unpack(self, member: _Member, name: str) -> Array:
        flat = np.empty(member.header.nbytes, np.uint8)
        try:
            with self._archive.open(member.entry) as stream:
                stream.read(member.header.length)
                filled = 0
                while piece := stream.read(_PIECE):
                    if filled + len(piece) > flat.size:
                        raise DataError(f"{name} is longer than it says", SAVE_AGAIN)
                    flat[filled : filled + len(piece)] = np.frombuffer(piece, np.uint8)
                    filled += len(piece)
        except _DAMAGE as error:
            raise DataError(
                f"{self.name} is damaged: {clean(member.key)!r} can't be unpacked "
                f"({clean(str(error))})",
                SAVE_AGAIN,
            ) from error
        if filled != flat.size:
            raise DataError(
                f"{self.name} is damaged: {clean(member.key)!r} is cut short", SAVE_AGAIN
            )
        values = flat.view(member.header.dtype)
        return values.reshape(
            member.header.shape, order="F" if member.header.fortran_order else "C"
        )

    def _not_a_zip(self) -> tuple[str, str]:
        start = self._file.read(0, len(STARTS[0]))
        if not start:
            return f"{self.name} is empty", SAVE
        if start.startswith(STARTS):
            return f"{self.name} is a truncated or damaged .npz file", SAVE_AGAIN
        return f"{self.name} is not an .npz file", SAVE
