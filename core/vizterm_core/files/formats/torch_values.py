"""What a torch file is made of: tensors by reference, arrays, and containers that hash nothing."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.files.stored import Array
from vizterm_core.overrides import override

BFLOAT16 = "bfloat16"
DTYPES = {
    "double": "f8", "float64": "f8", "float": "f4", "float32": "f4", "half": "f2", "float16": "f2",
    "long": "i8", "int64": "i8", "int": "i4", "int32": "i4", "short": "i2", "int16": "i2",
    "char": "i1", "int8": "i1", "byte": "u1", "uint8": "u1", "uint16": "u2", "uint32": "u4",
    "uint64": "u8", "bool": "b1", "complexfloat": "c8", "complex64": "c8", "complexdouble": "c16",
    "complex128": "c16", BFLOAT16: "u2",
}  # fmt: skip
"""Names of torch's dtypes, and of its storages in lower case -> numpy's dtype of their bytes."""
UNTYPED = "untyped"
_NUMPY = re.compile(r"[<>|=]?(?:[iufbc]\d{1,2}|[US]\d{1,9})")


class RefusedError(Exception):
    """A file asks for something that isn't carried out; its text says for what."""


class DamagedError(Exception):
    """A file contradicts itself; its text says how."""


@dataclass(frozen=True, slots=True)
class Global:
    """A name of a Python module: never imported, only compared."""

    module: str
    name: str

    @override
    def __str__(self) -> str:
        return f"{self.module}.{self.name}"


@dataclass(frozen=True, slots=True)
class Storage:
    """A piece of memory that tensors share."""

    key: str
    dtype: str
    """A key of `DTYPES`, or `UNTYPED`."""
    count: int
    """Elements; bytes where it is untyped."""
    offset: int = 0
    """Of a view of another storage, in elements."""

    @property
    def width(self) -> int:
        """Bytes of an element."""
        return int(np.dtype(DTYPES.get(self.dtype, "u1")).itemsize)


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor: a place in a storage."""

    storage: Storage
    dtype: str
    """A key of `DTYPES`."""
    offset: int
    """In elements."""
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    """In elements."""

    @property
    def stored(self) -> np.dtype[Any]:
        """As its elements lie in the file, in little-endian order."""
        return np.dtype(DTYPES[self.dtype])

    @property
    def read_as(self) -> np.dtype[Any]:
        """As its elements are read."""
        return np.dtype(np.float32) if self.dtype == BFLOAT16 else self.stored

    @property
    def extent(self) -> int:
        """The elements of the storage from its first to its last one."""
        if 0 in self.shape:
            return 0
        steps = zip(self.shape, self.strides, strict=True)
        return 1 + sum((side - 1) * stride for side, stride in steps)

    @property
    def contiguous(self) -> bool:
        """Whether its elements lie row after row."""
        return self._packed(self.shape[::-1], self.strides[::-1])

    @property
    def fortran_order(self) -> bool:
        """Whether its elements lie column after column."""
        return self._packed(self.shape, self.strides)

    @staticmethod
    def _packed(shape: tuple[int, ...], strides: tuple[int, ...]) -> bool:
        step = 1
        for side, stride in zip(shape, strides, strict=True):
            if side != 1 and stride != step:
                return False
            step *= side
        return True


@dataclass(slots=True, eq=False)
class Pairs:
    """A dict as its pairs: keys aren't hashed, may come twice, and may be anything."""

    items: list[Any] = field(default_factory=list)

    def pairs(self) -> Iterator[tuple[Any, Any]]:
        """Return keys and values, of those that are pairs."""
        for pair in self.items:
            if isinstance(pair, list | tuple) and len(pair) == 2:
                yield pair[0], pair[1]


@dataclass(slots=True, eq=False)
class NumpyDtype:
    """A numpy dtype that is being described."""

    name: str
    big_endian: bool = False

    @property
    def dtype(self) -> np.dtype[Any]:
        """As numpy has it.

        Raises
        ------
        RefusedError
            Unless it is numbers, or text of a fixed width.
        """
        if not _NUMPY.fullmatch(self.name):
            raise RefusedError(f"a numpy array of dtype {self.name[:20]}")
        try:
            return np.dtype(self.name.lstrip("<>|=")).newbyteorder(">" if self.big_endian else "<")
        except (TypeError, ValueError) as error:
            raise DamagedError(f"there is no dtype {self.name[:20]}") from error


@dataclass(slots=True, eq=False)
class NumpyArray:
    """A numpy array; its values come after it was made."""

    values: Array | list[Any] | None = None


def numpy_array(shape: Any, dtype: Any, content: Any, *, fortran_order: bool) -> Array | list[Any]:
    """Return an array of bytes, or the entries of a one-dimensional array of objects.

    Raises
    ------
    DamagedError, RefusedError
        If shape, dtype and content don't match, or it holds objects in more dimensions.
    """
    if not is_shape(shape) or not isinstance(dtype, NumpyDtype):
        raise DamagedError("a numpy array in it is incomplete")
    if dtype.name.lstrip("|") in ("O", "O8"):
        if isinstance(content, list) and len(shape) == 1:
            return content
        raise RefusedError("a numpy array of objects")
    if not isinstance(content, bytes):
        raise DamagedError("a numpy array in it is incomplete")
    found = dtype.dtype
    if math.prod(shape) * found.itemsize != len(content):
        raise DamagedError("a numpy array in it has other bytes than its shape takes")
    flat: npt.NDArray[Any] = np.frombuffer(content, found)
    return flat.reshape(shape, order="F" if fortran_order else "C")


def is_shape(shape: Any) -> bool:
    """Whether a value is a tuple of a few whole numbers that are not negative."""
    return (
        isinstance(shape, tuple)
        and len(shape) <= 32
        and all(type(side) is int and 0 <= side < 1 << 62 for side in shape)
    )
