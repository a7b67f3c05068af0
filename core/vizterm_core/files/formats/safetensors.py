"""`.safetensors` files: a header in JSON, and tensors where they lie.

Source: the format's description in the README of huggingface/safetensors.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from vizterm_core.errors import DataError
from vizterm_core.files.bfloat16 import BFloat16Rows
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.source import ArraySpec
from vizterm_core.files.state_dict import weights_notes
from vizterm_core.files.stored import SAVE_AGAIN, Array, Rows, StoredArray, in_memory
from vizterm_core.text import clean, describe_bytes

_LENGTH_BYTES = 8
_LONGEST_HEADER = 32 << 20
_MOST_AXES = 32
_METADATA = "__metadata__"
_BFLOAT16 = "BF16"
_DTYPES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "|i1",
    "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "|u1", "BOOL": "|b1", "C64": "<c8",
    _BFLOAT16: "<u2",
}  # fmt: skip
"""As they lie in the file."""


@dataclass(frozen=True, slots=True)
class _Tensor:
    """The place of a tensor in the file."""

    dtype: str
    shape: tuple[int, ...]
    start: int
    end: int

    @property
    def stored(self) -> np.dtype[Any]:
        """As it lies in the file."""
        return np.dtype(_DTYPES[self.dtype])


class SafetensorsFile:
    """A `.safetensors` file as a source.

    Parameters
    ----------
    file : DataFile

    Raises
    ------
    DataError
        If its header can't be read, or it was rewritten in place.
    """

    single = False

    def __init__(self, file: DataFile) -> None:
        self.name = file.name
        self.files = (file,)
        self.columns: dict[str, ArraySpec] = {}
        self.skipped: dict[str, str] = {}
        self._file = file
        self._tensors: dict[str, _Tensor] = {}
        with file.unchanged():
            entries, start = self._header(file)
        self._data_bytes = file.size - start
        self._start = start
        for name, entry in entries:
            self._add(name, entry)
        self._skip_overlapping()
        self.notes = weights_notes(self.columns.values())

    def called(self, column: str) -> str:
        """A column in messages: "data.safetensors: X"."""
        return f"{self.name}: {clean(column)}"

    def open(self, column: str, max_bytes: int | None = None) -> Rows:  # noqa: ARG002
        """Return a tensor where it lies in the file; bfloat16 as float32.

        Raises
        ------
        DataError
            If the file was rewritten in place.
        """
        tensor = self._tensors[column]
        name = self.called(column)
        with self._file.unchanged():
            offset = self._start + tensor.start
            stored = StoredArray(self._file, name, offset, tensor.shape, tensor.stored)
        return BFloat16Rows(stored, name) if tensor.dtype == _BFLOAT16 else stored

    def read(self, column: str, max_bytes: int | None = None) -> Array:
        """Return a tensor, in memory; errors as of `open`, and if it doesn't fit."""
        return in_memory(self.open(column, max_bytes))

    def _header(self, file: DataFile) -> tuple[list[tuple[str, Any]], int]:
        """Return the entries of the header, and where the tensors begin."""
        if not file.size:
            raise DataError(f"{self.name} is empty")
        length = int.from_bytes(file.read(0, _LENGTH_BYTES), "little")
        if length > file.size - _LENGTH_BYTES:
            raise DataError(
                f"{self.name} is damaged or cut short: its header says that it has {length:,} "
                f"bytes, the file has {file.size:,}",
                SAVE_AGAIN,
            )
        if length > _LONGEST_HEADER:
            raise DataError(
                f"{self.name}: its header takes {describe_bytes(length)}, "
                f"more than the limit of {describe_bytes(_LONGEST_HEADER)}"
            )
        try:
            text = file.read(_LENGTH_BYTES, length).decode("utf-8")
            header: Any = json.loads(text, object_pairs_hook=_Entries)
        except (ValueError, RecursionError) as error:
            raise DataError(f"{self.name} is damaged: its header is no JSON", SAVE_AGAIN) from error
        if not isinstance(header, _Entries):
            raise DataError(f"{self.name} is damaged: its header lists no tensors", SAVE_AGAIN)
        return list(header), _LENGTH_BYTES + length

    def _add(self, name: str, entry: object) -> None:
        if name == _METADATA:
            return
        why = ""
        if name in self.columns or clean(name) in self.skipped:
            self.columns.pop(name, None)
            why = "damaged: its header has the name twice"
        else:
            tensor = _tensor(entry)
            why = tensor if isinstance(tensor, str) else self._wrong(tensor)
        if why:
            self.skipped[clean(name)] = why
        elif isinstance(tensor, _Tensor) and tensor.shape:
            dtype = np.dtype(np.float32) if tensor.dtype == _BFLOAT16 else tensor.stored
            place = "bfloat16, stored" if tensor.dtype == _BFLOAT16 else "stored"
            self.columns[name] = ArraySpec(name, tensor.shape, dtype, place)
            self._tensors[name] = tensor

    def _wrong(self, tensor: _Tensor) -> str:
        size = math.prod(tensor.shape) * tensor.stored.itemsize
        if not 0 <= tensor.start <= tensor.end <= self._data_bytes:
            return f"damaged: its bytes end at {tensor.end:,}, the file's at {self._data_bytes:,}"
        if tensor.end - tensor.start != size:
            return (
                f"damaged: {tensor.dtype} of shape {tensor.shape} takes {size:,} bytes, "
                f"its header says {tensor.end - tensor.start:,}"
            )
        return ""

    def _skip_overlapping(self) -> None:
        """Skip tensors that share bytes with the one before: a header that does so is wrong."""
        end = 0
        for name in sorted(self.columns, key=lambda name: self._tensors[name].start):
            tensor = self._tensors[name]
            if tensor.start < end and tensor.end > tensor.start:
                del self.columns[name]
                self.skipped[clean(name)] = "damaged: another tensor has the same bytes"
            end = max(end, tensor.end)


class _Entries(list[tuple[str, Any]]):
    """A JSON object as its pairs: keys may come twice."""

    def __init__(self, pairs: Iterable[tuple[str, Any]]) -> None:
        super().__init__(pairs)


def _tensor(entry: object) -> _Tensor | str:
    """Return what a header says of a tensor, or why it can't be read."""
    if not isinstance(entry, _Entries):
        return "damaged: its entry in the header is no object"
    fields = dict(entry)
    dtype, shape, offsets = (fields.get(key) for key in ("dtype", "shape", "data_offsets"))
    if not isinstance(dtype, str) or not _whole(shape, _MOST_AXES) or not _whole(offsets, 2):
        return "damaged: its entry in the header is incomplete"
    assert isinstance(shape, list) and isinstance(offsets, list)
    if dtype not in _DTYPES:
        return f"{clean(dtype, 20)}, which numpy has no dtype for"
    if len(offsets) != 2:
        return "damaged: its entry in the header is incomplete"
    return _Tensor(dtype, tuple(shape), *offsets)


def _whole(values: object, most: int) -> bool:
    """Whether a value is a list of a few whole numbers that fit into 62 bits."""
    return (
        isinstance(values, list)
        and len(values) <= most
        and all(type(value) is int and 0 <= value < 1 << 62 for value in values)
    )
