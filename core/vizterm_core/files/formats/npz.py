"""Reading `.npz` files: headers first, uncompressed arrays where they lie in the file.

`numpy.load` reads every array as a whole and unpickles objects when asked; this reader does
neither.  It reads the zip directory and each member's header, checks what they declare against each
other, and then reads stored members part by part or unpacks deflated ones within a limit.
"""

from __future__ import annotations

import os
import struct
import zipfile
import zlib
from dataclasses import dataclass

import numpy as np

from vizterm_core.errors import DataError
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.formats.npy import MAGIC, empty_array, npy_header
from vizterm_core.files.stored import SAVE_AGAIN, Array, Checksum, StoredArray, in_memory
from vizterm_core.text import clean, describe_bytes, describe_shape

_LOCAL_HEADER = struct.Struct("<4sHHHHHIIIHH")
_PIECE = 1 << 20
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, OSError, EOFError, LookupError, ValueError, RuntimeError,
    struct.error,
)  # fmt: skip
"""What zipfile raises for members that are not what the directory says."""
_SUPPORTED = {zipfile.ZIP_STORED: "stored", zipfile.ZIP_DEFLATED: "deflated"}


@dataclass(frozen=True, slots=True)
class ArrayInfo:
    """What the headers say about one array."""

    key: str
    """The array's name in the file."""
    shape: tuple[int, ...]
    dtype: np.dtype[np.generic]
    fortran_order: bool
    stored: bool
    """Whether it lies uncompressed in the file, so that parts of it can be read."""
    packed_bytes: int
    """Bytes it takes in the file."""
    header_bytes: int
    """Length of the .npy header before the data."""

    @property
    def data_bytes(self) -> int:
        """Size of the unpacked data."""
        count = self.dtype.itemsize
        for side in self.shape:
            count *= side
        return count

    @property
    def objects(self) -> bool:
        """Whether reading it would mean unpickling."""
        return bool(self.dtype.hasobject)

    def describe(self) -> str:
        """Name, shape and dtype, as errors and `vizterm info` show them."""
        return f"{clean(self.key)} {describe_shape(self.shape)} {self.dtype}"


class NpzFile:
    """An `.npz` file whose headers have been read; it is read as it was then, or not at all.

    Parameters
    ----------
    source : path-like or DataFile

    Raises
    ------
    DataError
        If there is no such file, it can't be read, or it is no npz file.
    """

    def __init__(self, source: str | os.PathLike[str] | DataFile) -> None:
        self.file = source if isinstance(source, DataFile) else DataFile(source, ".npz")
        self.path = self.file.path
        self.name = self.file.name
        self.arrays: dict[str, ArrayInfo] = {}
        self._members: dict[str, zipfile.ZipInfo] = {}
        """Of the arrays, by key: of several members with one name, the last that is whole."""
        self.skipped: dict[str, str] = {}
        """Members that are no readable array, and why."""
        with self.file.unchanged():
            try:
                self._archive = zipfile.ZipFile(self.file.stream())
                for member in self._archive.infolist():
                    self._read_member(member)
            except zipfile.BadZipFile as error:
                raise DataError(*self._not_a_zip()) from error
            except OSError as error:
                raise DataError(f"can't read {self.name}: {error.strerror or error}") from error
            except (ValueError, NotImplementedError, RuntimeError, EOFError, struct.error) as error:
                raise DataError(f"{self.name} is damaged: {clean(str(error))}") from error

    def read(self, key: str, max_bytes: int | None = None) -> Array:
        """One array, in memory.

        Raises
        ------
        DataError
            If it is an object array, is damaged, unpacks to more than `max_bytes`, doesn't fit
            into memory, or if the file was rewritten in place.
        """
        return in_memory(self.open(key, max_bytes))

    def open(self, key: str, max_bytes: int | None = None) -> Array | StoredArray:
        """One array: where it lies in the file if it is stored, else unpacked; errors as `read`."""
        info = self.arrays[key]
        if info.objects:
            raise DataError(
                f"{self.name}: {clean(key)!r} is an object array, which only pickle can read",
                "save it as a plain array, e.g. np.array(values.tolist()) or values.astype(str)",
            )
        if info.data_bytes == 0:
            return empty_array(info.shape, info.dtype, f"{self.name}: {clean(key)!r}")
        if info.stored:
            with self.file.unchanged():
                return self._stored(info)
        if max_bytes is not None and info.data_bytes > max_bytes:
            raise DataError(
                f"{self.name}: {clean(key)!r} unpacks to {describe_bytes(info.data_bytes)}, "
                f"more than the limit of {describe_bytes(max_bytes)}",
                "raise --max-bytes, or save with np.savez (uncompressed)",
            )
        with self.file.unchanged():
            return self._unpack(info)

    def _read_member(self, member: zipfile.ZipInfo) -> None:
        key = member.filename.removesuffix(".npy")
        if not member.filename.endswith(".npy"):
            self.skipped[clean(member.filename)] = "not a .npy array"
            return
        if member.compress_type not in _SUPPORTED or member.flag_bits & 0x1:
            self.skipped[clean(key)] = "compressed or encrypted in a way numpy doesn't write"
            return
        try:
            with self._archive.open(member) as stream:
                shape, fortran_order, dtype, header_bytes = npy_header(stream)
        except (DataError, zlib.error, zipfile.BadZipFile, EOFError) as error:
            self.skipped[clean(key)] = f"damaged: {clean(str(error))}"
            return
        info = ArrayInfo(
            key=key,
            shape=shape,
            dtype=dtype,
            fortran_order=fortran_order,
            stored=member.compress_type == zipfile.ZIP_STORED,
            packed_bytes=member.compress_size,
            header_bytes=header_bytes,
        )
        declared = header_bytes + info.data_bytes
        if not info.objects and declared != member.file_size:
            self.skipped[clean(key)] = (
                f"damaged: its header says {declared:,} bytes, the archive {member.file_size:,}"
            )
            return
        self.arrays[key] = info
        self._members[key] = member

    def _stored(self, info: ArrayInfo) -> StoredArray:
        member = self._members[info.key]
        local = self.file.read(member.header_offset, _LOCAL_HEADER.size)
        if len(local) < _LOCAL_HEADER.size:
            raise DataError(f"{self.name} is damaged: {clean(info.key)!r} is not in it", SAVE_AGAIN)
        *_, name_bytes, extra_bytes = _LOCAL_HEADER.unpack(local)
        start = member.header_offset + _LOCAL_HEADER.size + name_bytes + extra_bytes
        header = self.file.read(start, info.header_bytes)
        return StoredArray(
            self.file,
            f"{self.name}: {clean(info.key)!r}",
            start + info.header_bytes,
            info.shape,
            info.dtype,
            fortran_order=info.fortran_order,
            checksum=Checksum(zlib.crc32(header), member.CRC),
        )

    def _unpack(self, info: ArrayInfo) -> Array:
        flat = np.empty(info.data_bytes, np.uint8)
        try:
            with self._archive.open(self._members[info.key]) as stream:
                stream.read(info.header_bytes)
                at = 0
                while piece := stream.read(_PIECE):
                    if at + len(piece) > flat.size:
                        raise DataError(
                            f"{self.name}: {clean(info.key)!r} is longer than it says", SAVE_AGAIN
                        )
                    flat[at : at + len(piece)] = np.frombuffer(piece, np.uint8)
                    at += len(piece)
        except _DAMAGE as error:
            raise DataError(
                f"{self.name} is damaged: {clean(info.key)!r} can't be unpacked "
                f"({clean(str(error))})",
                SAVE_AGAIN,
            ) from error
        if at != flat.size:
            raise DataError(f"{self.name} is damaged: {clean(info.key)!r} is cut short", SAVE_AGAIN)
        values = flat.view(info.dtype)
        return values.reshape(info.shape, order="F" if info.fortran_order else "C")

    def _not_a_zip(self) -> tuple[str, str]:
        start = self.file.read(0, len(MAGIC))
        how = "save several arrays into one file with np.savez('data.npz', X=X, y=y)"
        if start == MAGIC:
            return f"{self.name} is a single .npy array, not an .npz file", how
        if start[:4] == b"PK\x03\x04":
            return f"{self.name} is a truncated or damaged .npz file", SAVE_AGAIN
        if not start:
            return f"{self.name} is empty", how
        return f"{self.name} is not an .npz file", how
