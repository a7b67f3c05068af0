"""Reading `.npz` files: headers first, uncompressed arrays mapped in place.

`numpy.load` copies every array and unpickles objects when asked; this reader does neither.  It
reads the zip directory and each member's header, checks what they declare against each other, and
then maps stored members where they lie in the file or unpacks deflated ones within a limit.
"""

from __future__ import annotations

import os
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vizterm_core.errors import DataError
from vizterm_core.load.npy import MAGIC, SAVE_AGAIN, Array, not_a_file, npy_header
from vizterm_core.text import clean, describe_bytes, describe_shape

_LOCAL_HEADER = struct.Struct("<4sHHHHHIIIHH")
_PIECE = 1 << 20
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
    """Whether it lies uncompressed in the file, so that it can be mapped."""
    packed_bytes: int
    """Bytes it takes in the file."""
    member: str
    """Name of the zip member."""
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
    """An `.npz` file whose headers have been read.

    Parameters
    ----------
    path : path-like

    Raises
    ------
    DataError
        If there is no such file, it can't be read, or it is no npz file.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self.name = clean(self.path.name or str(self.path))
        self.arrays: dict[str, ArrayInfo] = {}
        self.skipped: dict[str, str] = {}
        """Members that are no readable array, and why."""
        try:
            if not self.path.is_file():
                raise DataError(*not_a_file(self.path, ".npz"))
            with zipfile.ZipFile(self.path) as archive:
                for member in archive.infolist():
                    self._read_member(archive, member)
        except zipfile.BadZipFile as error:
            raise DataError(*self._not_a_zip()) from error
        except OSError as error:
            raise DataError(f"can't read {self.name}: {error.strerror or error}") from error
        except (ValueError, NotImplementedError, RuntimeError, EOFError, struct.error) as error:
            raise DataError(f"{self.name} is damaged: {clean(str(error))}") from error

    def read(self, key: str, max_bytes: int | None = None) -> Array:
        """One array: mapped read-only if it is stored, else unpacked.

        Raises
        ------
        DataError
            If it is an object array, is damaged, or unpacks to more than `max_bytes`.
        """
        info = self.arrays[key]
        if info.objects:
            raise DataError(
                f"{self.name}: {clean(key)!r} is an object array, which only pickle can read",
                "save it as a plain array, e.g. np.array(values.tolist()) or values.astype(str)",
            )
        if info.data_bytes == 0:
            return self._empty(info)
        if info.stored:
            return self._map(info)
        if max_bytes is not None and info.data_bytes > max_bytes:
            raise DataError(
                f"{self.name}: {clean(key)!r} unpacks to {describe_bytes(info.data_bytes)}, "
                f"more than the limit of {describe_bytes(max_bytes)}",
                "raise --max-bytes, or save with np.savez (uncompressed), which is read in place",
            )
        return self._unpack(info)

    def _read_member(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
        key = member.filename.removesuffix(".npy")
        if not member.filename.endswith(".npy"):
            self.skipped[clean(member.filename)] = "not a .npy array"
            return
        if member.compress_type not in _SUPPORTED or member.flag_bits & 0x1:
            self.skipped[clean(key)] = "compressed or encrypted in a way numpy doesn't write"
            return
        try:
            with archive.open(member) as stream:
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
            member=member.filename,
            header_bytes=header_bytes,
        )
        declared = header_bytes + info.data_bytes
        if not info.objects and declared != member.file_size:
            self.skipped[clean(key)] = (
                f"damaged: its header says {declared:,} bytes, the archive {member.file_size:,}"
            )
            return
        self.arrays[key] = info

    def _empty(self, info: ArrayInfo) -> Array:
        try:
            return np.zeros(info.shape, info.dtype)
        except ValueError as error:
            raise DataError(
                f"{self.name} is damaged: {info.describe()} is no shape", SAVE_AGAIN
            ) from error

    def _map(self, info: ArrayInfo) -> Array:
        try:
            with zipfile.ZipFile(self.path) as archive, self.path.open("rb") as stream:
                local = archive.getinfo(info.member).header_offset
                stream.seek(local)
                fields = _LOCAL_HEADER.unpack(stream.read(_LOCAL_HEADER.size))
        except (KeyError, OSError, zipfile.BadZipFile, struct.error) as error:
            raise DataError(
                f"{self.name} changed while it was read: {clean(info.key)!r} is gone",
                "open it again",
            ) from error
        offset = local + _LOCAL_HEADER.size + fields[-2] + fields[-1] + info.header_bytes
        if offset + info.data_bytes > self.path.stat().st_size:
            raise DataError(f"{self.name} is damaged: {clean(info.key)!r} is cut short", SAVE_AGAIN)
        return np.memmap(
            self.path,
            info.dtype,
            "r",
            offset,
            info.shape,
            "F" if info.fortran_order else "C",
        )

    def _unpack(self, info: ArrayInfo) -> Array:
        flat = np.empty(info.data_bytes, np.uint8)
        try:
            with zipfile.ZipFile(self.path) as archive, archive.open(info.member) as stream:
                stream.read(info.header_bytes)
                at = 0
                while piece := stream.read(_PIECE):
                    if at + len(piece) > flat.size:
                        raise DataError(
                            f"{self.name}: {clean(info.key)!r} is longer than it says", SAVE_AGAIN
                        )
                    flat[at : at + len(piece)] = np.frombuffer(piece, np.uint8)
                    at += len(piece)
        except (zlib.error, zipfile.BadZipFile, EOFError, OSError, KeyError) as error:
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
        with self.path.open("rb") as stream:
            start = stream.read(len(MAGIC))
        how = "save several arrays into one file with np.savez('data.npz', X=X, y=y)"
        if start == MAGIC:
            return f"{self.name} is a single .npy array, not an .npz file", how
        if start[:4] == b"PK\x03\x04":
            return f"{self.name} is a truncated or damaged .npz file", SAVE_AGAIN
        if not start:
            return f"{self.name} is empty", how
        return f"{self.name} is not an .npz file", how
