"""`.npz` files: headers first, uncompressed arrays where they lie in the file.

`numpy.load` reads every array as a whole and unpickles objects when asked; this reader does
neither.  It reads the zip directory and each member's header, checks what they declare against each
other, and then reads stored members part by part or unpacks deflated ones within a limit.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from dataclasses import dataclass

import numpy as np

from vizterm_core.errors import DataError
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.formats.npy import empty_array, npy_header
from vizterm_core.files.source import Access, ArraySpec, object_array
from vizterm_core.files.stored import SAVE_AGAIN, Array, Checksum, StoredArray, in_memory
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
    """The place of an array in the archive."""

    entry: zipfile.ZipInfo
    header_bytes: int
    """Length of the .npy header before the data."""
    fortran_order: bool


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

    def open(self, column: str, max_bytes: int | None = None) -> Array | StoredArray:
        """Return an array where it lies in the file if it is stored, else unpacked.

        Raises
        ------
        DataError
            If it holds objects, is damaged, unpacks to more than `max_bytes`, or if the file was
            rewritten in place.
        """
        spec = self.columns[column]
        name = f"{self.name}: {clean(column)!r}"
        if spec.objects:
            raise object_array(name)
        if spec.nbytes == 0:
            return empty_array(spec.shape, spec.dtype, name)
        if spec.access is not Access.WHOLE:
            with self._file.unchanged():
                return self._stored(spec, name)
        if max_bytes is not None and spec.nbytes > max_bytes:
            raise DataError(
                f"{name} unpacks to {describe_bytes(spec.nbytes)}, "
                f"more than the limit of {describe_bytes(max_bytes)}",
                "raise --max-bytes, or save with np.savez (uncompressed)",
            )
        with self._file.unchanged():
            return self._unpack(spec, name)

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
                shape, fortran_order, dtype, header_bytes = npy_header(stream)
        except (DataError, zlib.error, zipfile.BadZipFile, EOFError) as error:
            self.skipped[clean(key)] = f"damaged: {clean(str(error))}"
            return
        if entry.compress_type == zipfile.ZIP_STORED:
            place, access = "stored", Access.BLOCK if fortran_order else Access.ROW
        else:
            place, access = f"deflated to {describe_bytes(entry.compress_size)}", Access.WHOLE
        spec = ArraySpec(key, shape, dtype, place, access)
        declared = header_bytes + spec.nbytes
        if not spec.objects and declared != entry.file_size:
            self.skipped[clean(key)] = (
                f"damaged: its header says {declared:,} bytes, the archive {entry.file_size:,}"
            )
            return
        self.columns[key] = spec
        self._members[key] = _Member(entry, header_bytes, fortran_order)

    def _stored(self, spec: ArraySpec, name: str) -> StoredArray:
        member = self._members[spec.name]
        offset = member.entry.header_offset
        local = self._file.read(offset, _LOCAL_HEADER.size)
        if len(local) < _LOCAL_HEADER.size:
            raise DataError(
                f"{self.name} is damaged: {clean(spec.name)!r} is not in it", SAVE_AGAIN
            )
        *_, name_bytes, extra_bytes = _LOCAL_HEADER.unpack(local)
        start = offset + _LOCAL_HEADER.size + name_bytes + extra_bytes
        header = self._file.read(start, member.header_bytes)
        return StoredArray(
            self._file,
            name,
            start + member.header_bytes,
            spec.shape,
            spec.dtype,
            fortran_order=member.fortran_order,
            checksum=Checksum(zlib.crc32(header), member.entry.CRC),
        )

    def _unpack(self, spec: ArraySpec, name: str) -> Array:
        member = self._members[spec.name]
        flat = np.empty(spec.nbytes, np.uint8)
        try:
            with self._archive.open(member.entry) as stream:
                stream.read(member.header_bytes)
                filled = 0
                while piece := stream.read(_PIECE):
                    if filled + len(piece) > flat.size:
                        raise DataError(f"{name} is longer than it says", SAVE_AGAIN)
                    flat[filled : filled + len(piece)] = np.frombuffer(piece, np.uint8)
                    filled += len(piece)
        except _DAMAGE as error:
            raise DataError(
                f"{self.name} is damaged: {clean(spec.name)!r} can't be unpacked "
                f"({clean(str(error))})",
                SAVE_AGAIN,
            ) from error
        if filled != flat.size:
            raise DataError(
                f"{self.name} is damaged: {clean(spec.name)!r} is cut short", SAVE_AGAIN
            )
        values = flat.view(spec.dtype)
        return values.reshape(spec.shape, order="F" if member.fortran_order else "C")

    def _not_a_zip(self) -> tuple[str, str]:
        start = self._file.read(0, len(STARTS[0]))
        if not start:
            return f"{self.name} is empty", SAVE
        if start.startswith(STARTS):
            return f"{self.name} is a truncated or damaged .npz file", SAVE_AGAIN
        return f"{self.name} is not an .npz file", SAVE
