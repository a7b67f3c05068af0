"""Reading a `.npy` file: its header first, then the array mapped in place; never unpickled."""

from __future__ import annotations

import ast
import math
import os
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError
from vizterm_core.text import clean, describe_shape

Array = npt.NDArray[np.generic]

MAGIC = b"\x93NUMPY"
SAVE_AGAIN = "copy or save it again"

_UNREADABLE = (
    SyntaxError, ValueError, TypeError, LookupError, MemoryError, RecursionError,
)  # fmt: skip
"""What a hostile header can make literal_eval or numpy's dtype parser raise."""
_LONGEST_HEADER = 1 << 16


def map_npy(path: str | os.PathLike[str]) -> Array:
    """The array of a `.npy` file, mapped read-only.

    Raises
    ------
    DataError
        If there is no such file, it is no .npy array, it is damaged, or it holds objects.
    """
    path = Path(path)
    name = clean(path.name or str(path))
    try:
        if not path.is_file():
            raise DataError(*not_a_file(path, ".npy"))
        with path.open("rb") as stream:
            shape, fortran_order, dtype, header_bytes = _named_header(stream, name)
            size = os.fstat(stream.fileno()).st_size
        declared = math.prod(shape) * dtype.itemsize
        if header_bytes + declared > size:
            raise DataError(
                f"{name} is damaged: its header says {declared:,} bytes of data, "
                f"the file has {size - header_bytes:,}",
                SAVE_AGAIN,
            )
        if declared == 0:
            return np.zeros(shape, dtype)
        return np.memmap(path, dtype, "r", header_bytes, shape, "F" if fortran_order else "C")
    except OSError as error:
        raise DataError(f"can't read {name}: {error.strerror or error}") from error
    except (ValueError, OverflowError) as error:
        raise DataError(
            f"{name} is damaged: {describe_shape(shape)} is no shape", SAVE_AGAIN
        ) from error


def _named_header(
    stream: IO[bytes], name: str
) -> tuple[tuple[int, ...], bool, np.dtype[np.generic], int]:
    try:
        header = npy_header(stream)
    except DataError as error:
        raise DataError(
            f"{name}: {error.message}", "save one array with np.save('grid.npy', grid)"
        ) from error
    if header[2].hasobject:
        raise DataError(
            f"{name} is an object array, which only pickle can read",
            "save it as a plain array, e.g. np.array(values.tolist())",
        )
    return header


def not_a_file(path: Path, suffix: str) -> tuple[str, str]:
    """Message and hint for a path that is no regular file; `suffix` is what was wanted."""
    name = clean(path.name or str(path))
    if path.is_dir():
        return f"{name} is a directory", f"name an {suffix} file"
    if path.exists():
        return f"{name} is not a regular file", "save it to disk first"
    return f"no such file: {clean(str(path))}", ""


def npy_header(stream: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[np.generic], int]:
    """Shape, order, dtype and length of a .npy header.

    Source: the format's description in numpy's own documentation, "NEP 1", versions 1.0 to 3.0.

    Raises
    ------
    DataError
        Without the file's name, which only the caller knows.
    """
    start = stream.read(len(MAGIC) + 2)
    if start[: len(MAGIC)] != MAGIC or len(start) < len(MAGIC) + 2:
        raise DataError("not a .npy array")
    major = start[len(MAGIC)]
    width = 2 if major == 1 else 4
    if major not in (1, 2, 3):
        raise DataError(f"unknown .npy version {major}")
    length = int.from_bytes(stream.read(width), "little")
    if length > _LONGEST_HEADER:
        raise DataError("its header is too long")
    text = stream.read(length)
    try:
        fields = ast.literal_eval(text.decode("utf-8" if major == 3 else "latin-1"))
        shape, descr, order = fields["shape"], fields["descr"], fields["fortran_order"]
        dtype = np.lib.format.descr_to_dtype(descr)
    except _UNREADABLE as error:
        raise DataError("its header can't be read") from error
    if not isinstance(shape, tuple) or not all(
        type(side) is int and 0 <= side < 1 << 62 for side in shape
    ):
        raise DataError("its header has an impossible shape")
    return shape, bool(order), dtype, len(start) + width + length
