"""Tables as numpy arrays: .npy and .npz, which are read without unpickling."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
from numpy.lib import format as npy

from vizterm_core.taken.fields import Field, Part
from vizterm_core.taken.table import Table

_ALIGNED = 64


def write_npy(table: Table, stream: BinaryIO) -> None:
    """Write one field as an array (k,), several as a structured one with a field for each."""
    dtypes = [stored_dtype(table, field) for field in table.fields]
    if len(dtypes) == 1:
        _write_array(dtypes[0], table, _arrays(table, table.fields[0], dtypes[0]), stream)
        return
    names = [field.name for field in table.fields]
    dtype = np.dtype(list(zip(names, dtypes, strict=True)))
    _write_array(dtype, table, _records(table, dtype), stream)


def write_npz(table: Table, stream: BinaryIO) -> None:
    """Write an array (k,) for each field, under its name."""
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for field in table.fields:
            dtype = stored_dtype(table, field)
            with archive.open(f"{field.name}.npy", "w", force_zip64=True) as member:
                _write_array(dtype, table, _arrays(table, field, dtype), member)


def stored_dtype(table: Table, field: Field) -> np.dtype[Any]:
    """Return the dtype that holds all values of a field, and those that are missing.

    Whole numbers and truths of which some are missing become floats, with NaN for those.
    """
    if field.is_text:
        longest = max(
            (len(text) for part in table.parts_of(field) for text in part.values), default=1
        )
        return np.dtype(f"U{max(1, longest)}")
    if field.dtype.kind in "biu" and any(part.missing.any() for part in table.parts_of(field)):
        return np.dtype(np.float64)
    return field.dtype


def _arrays(table: Table, field: Field, dtype: np.dtype[Any]) -> Iterator[npt.NDArray[Any]]:
    for part in table.parts_of(field):
        yield _array(part, dtype)


def _records(table: Table, dtype: np.dtype[Any]) -> Iterator[npt.NDArray[Any]]:
    assert dtype.names is not None
    for parts in table.parts():
        records = np.empty(parts[0].values.size, dtype)
        for name, part in zip(dtype.names, parts, strict=True):
            records[name] = _array(part, dtype[name])
        yield records


def _array(part: Part, dtype: np.dtype[Any]) -> npt.NDArray[Any]:
    values = part.values.astype(dtype)
    if dtype.kind == "f":
        values[part.missing] = np.nan
    elif dtype.kind in "mM":
        values[part.missing] = "NaT"
    return values


def _write_array(
    dtype: np.dtype[Any], table: Table, arrays: Iterator[npt.NDArray[Any]], stream: Any
) -> None:
    """Write an array that is never whole in memory."""
    header = {
        "descr": npy.dtype_to_descr(dtype),
        "fortran_order": False,
        "shape": (int(table.points.size),),
    }
    try:
        npy.write_array_header_1_0(stream, header)
    except ValueError:
        # It is too long, or has names beyond Latin-1.
        text = f"{header!r}".encode()
        before = npy.MAGIC_LEN + 4
        text += b" " * (-(before + len(text) + 1) % _ALIGNED) + b"\n"
        stream.write(npy.magic(3, 0) + struct.pack("<I", len(text)) + text)
    for array in arrays:
        stream.write(array.tobytes())
