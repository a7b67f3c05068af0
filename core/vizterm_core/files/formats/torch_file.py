"""`.pt` and `.pth` files: tensors where they lie, without torch, and without running anything.

`torch.save` writes a zip: a pickle that says what there is, and a member for each storage.  Until
version 1.6 it wrote pickles one after the other, and the storages behind them.
"""

from __future__ import annotations

import io
import math
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError
from vizterm_core.files.bfloat16 import BFloat16Rows, widened
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.formats.beginnings import LEGACY_TORCH, TORCH_PICKLE
from vizterm_core.files.formats.torch_columns import Content, Stack, columns, spec_of
from vizterm_core.files.formats.torch_pickle import finished, plain_values
from vizterm_core.files.formats.torch_values import (
    BFLOAT16,
    DamagedError,
    Pairs,
    RefusedError,
    Storage,
    Tensor,
)
from vizterm_core.files.memory import require_memory
from vizterm_core.files.source import Access, ArraySpec
from vizterm_core.files.state_dict import weights_notes
from vizterm_core.files.stored import SAVE_AGAIN, Array, Rows, StoredArray, in_memory
from vizterm_core.text import clean, describe_bytes

_LONGEST_PICKLE = 64 << 20
_LOCAL_HEADER = struct.Struct("<4sHHHHHIIIHH")
_ZIP_DAMAGE = (
    zipfile.BadZipFile, zlib.error, OSError, EOFError, LookupError, ValueError, RuntimeError,
    NotImplementedError, struct.error,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """The bytes of a storage in the file."""

    offset: int
    size: int


class Container(Protocol):
    """What a file keeps its storages in."""

    @property
    def root(self) -> Any:
        """The values that the file is about."""

    @property
    def big_endian(self) -> bool:
        """The order of bytes in storages."""

    def place(self, key: str) -> Place:
        """Return where a storage lies; a `DamagedError` if there is none."""


class TorchFile:
    """A file of `torch.save` as a source.

    Parameters
    ----------
    file : DataFile

    Raises
    ------
    DataError
        If it isn't one, asks for anything but values, is damaged, or was rewritten in place.
    """

    def __init__(self, file: DataFile) -> None:
        self.name = file.name
        self.files = (file,)
        self.columns: dict[str, ArraySpec] = {}
        self.skipped: dict[str, str] = {}
        self._file = file
        self._contents: dict[str, Content] = {}
        with file.unchanged(), _refusing(file):
            legacy = file.read(0, len(LEGACY_TORCH)) == LEGACY_TORCH
            self._container: Container = _Legacy(file) if legacy else _Zip(file)
            for name, content in columns(self._container.root, file.path.stem):
                self._add(name, content)
        root = finished(self._container.root)
        self.single = len(self.columns) == 1 and not isinstance(root, Pairs)
        self.notes = weights_notes(self.columns.values())

    def called(self, column: str) -> str:
        """A column in messages: "out.pt: embeddings", the file's name if it is just a tensor."""
        return self.name if self.single else f"{self.name}: {clean(column)}"

    def open(self, column: str, max_bytes: int | None = None) -> Array | Rows:  # noqa: ARG002
        """Return a tensor where it lies in the file, or else in memory.

        Raises
        ------
        DataError
            If it doesn't fit into memory, or the file was rewritten in place.
        """
        content = self._contents[column]
        name = self.called(column)
        with self._file.unchanged(), _refusing(self._file):
            if isinstance(content, np.ndarray):
                return content.astype(content.dtype.newbyteorder("="), copy=False)
            if isinstance(content, Tensor):
                return self._tensor(content, name)
            spec = self.columns[column]
            require_memory(spec.nbytes, name)
            rows: Array = np.empty(spec.shape, spec.dtype)
            for place, row in enumerate(content.rows):
                rows[place] = in_memory(self._tensor(row, name)) if isinstance(row, Tensor) else row
            return rows

    def read(self, column: str, max_bytes: int | None = None) -> Array:
        """Return a column, in memory; errors as of `open`, and if it doesn't fit."""
        return in_memory(self.open(column, max_bytes))

    def _add(self, name: str, content: Content) -> None:
        if name in self.columns:
            self.skipped[clean(name)] = "a name that several have; the first is taken"
            return
        rows = content.rows if isinstance(content, Stack) else (content,)
        tensors = [row for row in rows if isinstance(row, Tensor)]
        try:
            for tensor in tensors:
                self._bounds(tensor)
        except DamagedError as error:
            self.skipped[clean(name)] = f"damaged: {error}"
            return
        spec = spec_of(name, content, _words(content))
        if isinstance(content, Stack) or not all(tensor.contiguous for tensor in tensors):
            spec = ArraySpec(name, spec.shape, spec.dtype, spec.place, Access.BLOCK)
        self.columns[name] = spec
        self._contents[name] = content

    def _bounds(self, tensor: Tensor) -> int:
        """Return the first byte of a tensor, all of which is in its storage.

        Raises
        ------
        DamagedError
            If it isn't.
        """
        storage = tensor.storage
        place = self._container.place(storage.key)
        itemsize = tensor.stored.itemsize
        end = (tensor.offset + tensor.extent) * itemsize
        if end > min((storage.count + storage.offset) * storage.width, place.size):
            raise DamagedError(
                f"it ends {describe_bytes(end)} into its storage, which has "
                f"{describe_bytes(place.size)}"
            )
        return place.offset + tensor.offset * itemsize

    def _tensor(self, tensor: Tensor, name: str) -> Array | Rows:
        start = self._bounds(tensor)
        dtype = tensor.stored.newbyteorder(">" if self._container.big_endian else "<")
        half = tensor.dtype == BFLOAT16
        if not math.prod(tensor.shape):
            return np.zeros(tensor.shape, tensor.read_as)
        if tensor.shape and (tensor.contiguous or tensor.fortran_order):
            order = not tensor.contiguous
            stored = StoredArray(self._file, name, start, tensor.shape, dtype, fortran_order=order)
            if half:
                return BFloat16Rows(stored, name)
            return stored if dtype.isnative or dtype.itemsize == 1 else _native(stored.read())
        require_memory(
            tensor.extent * dtype.itemsize + math.prod(tensor.shape) * tensor.read_as.itemsize, name
        )
        flat: npt.NDArray[Any] = np.empty(tensor.extent, dtype)
        self._file.read_into(flat, start)
        strides = tuple(stride * dtype.itemsize for stride in tensor.strides)
        view = np.ndarray(tensor.shape, dtype, flat.data, 0, strides)
        return widened(view) if half else _native(view.copy())


class _Zip:
    """A zip of a pickle and storages."""

    def __init__(self, file: DataFile) -> None:
        self._file = file
        try:
            archive = zipfile.ZipFile(file.stream())
        except _ZIP_DAMAGE as error:
            if not file.size:
                raise DamagedError("it is empty") from error
            raise DamagedError("it is cut short, or no file of torch.save") from error
        self._members = {entry.filename: entry for entry in archive.infolist()}
        pickles = [name for name in self._members if name.rpartition("/")[2] == TORCH_PICKLE]
        if not pickles:
            raise DamagedError("it is a zip file without a data.pkl: not of torch.save")
        self._folder = pickles[0].removesuffix(TORCH_PICKLE)
        if any(name.startswith(f"{self._folder}code/") for name in self._members):
            raise RefusedError("a TorchScript model, which is a program")
        order = self._content(archive, f"{self._folder}byteorder", 16)
        self.big_endian = order.strip() == b"big"
        self.root = plain_values(io.BytesIO(self._content(archive, pickles[0], _LONGEST_PICKLE)))

    def place(self, key: str) -> Place:
        """Return where the member of a storage lies."""
        entry = self._members.get(f"{self._folder}data/{key}")
        if entry is None:
            raise DamagedError(f"its storage {clean(key, 30)} is not in the file")
        if entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & 1:
            raise DamagedError("its storage is compressed, which torch.save doesn't do")
        local = self._file.read(entry.header_offset, _LOCAL_HEADER.size)
        if len(local) < _LOCAL_HEADER.size:
            raise DamagedError(f"its storage {clean(key, 30)} is not in the file")
        *_, name_bytes, extra_bytes = _LOCAL_HEADER.unpack(local)
        start = entry.header_offset + _LOCAL_HEADER.size + name_bytes + extra_bytes
        return Place(start, max(0, min(entry.file_size, self._file.size - start)))

    def _content(self, archive: zipfile.ZipFile, name: str, most: int) -> bytes:
        """Return a member, which must be short; empty without one."""
        if name not in self._members:
            return b""
        try:
            with archive.open(name) as member:
                content = member.read(most + 1)
        except _ZIP_DAMAGE as error:
            raise DamagedError(f"{name.rpartition('/')[2]} in it can't be read") from error
        if len(content) > most:
            raise DamagedError(
                f"{name.rpartition('/')[2]} in it takes more than {describe_bytes(most)}"
            )
        return content


class _Legacy:
    """Pickles in a row, then the storages: a count and the elements of each."""

    def __init__(self, file: DataFile) -> None:
        start = io.BytesIO(file.read(0, _LONGEST_PICKLE))
        plain_values(start)
        version = plain_values(start)
        system = plain_values(start)
        if version != 1001:
            raise DamagedError("it is of a version that isn't known")
        told = dict(system.pairs()) if isinstance(system, Pairs) and len(system.items) < 9 else {}
        self.big_endian = told.get("little_endian", True) is False
        storages: dict[str, Storage] = {}
        self.root = plain_values(start, storages)
        keys = plain_values(start)
        if not isinstance(keys, list):
            raise DamagedError("it doesn't list its storages")
        order = ">q" if self.big_endian else "<q"
        offset = start.tell()
        self._places: dict[str, Place] = {}
        for key in map(str, keys):
            header = file.read(offset, 8)
            if len(header) < 8:
                raise DamagedError("it is cut short")
            (count,) = struct.unpack(order, header)
            if key not in storages or count < 0:
                raise DamagedError("it lists storages that nothing uses")
            self._places[key] = Place(offset + 8, count * storages[key].width)
            offset += 8 + self._places[key].size
        if offset > file.size:
            raise DamagedError("it is cut short")

    def place(self, key: str) -> Place:
        """Return where a storage lies."""
        if key not in self._places:
            raise DamagedError(f"its storage {clean(key, 30)} is not in the file")
        return self._places[key]


def _words(content: Content) -> str:
    if isinstance(content, Stack):
        return f"{len(content.rows):,} tensors"
    if isinstance(content, Tensor):
        return f"{content.dtype}, stored" if content.dtype == BFLOAT16 else "stored"
    return "in memory"


def _native(values: Array) -> Array:
    return values.astype(values.dtype.newbyteorder("="), copy=False)


@contextmanager
def _refusing(file: DataFile) -> Iterator[None]:
    """A block whose refusals become a DataError that names the file."""
    try:
        yield
    except RefusedError as error:
        raise DataError(
            f"{file.name} is refused: it holds {clean(str(error))}; nothing of it was run",
            "save tensors, lists and dicts alone: torch.save({'embeddings': x, 'labels': y}, path)",
        ) from error
    except DamagedError as error:
        raise DataError(f"{file.name} can't be read: {clean(str(error))}", SAVE_AGAIN) from error
