"""Reading coordinates: two contiguous columns of floats, however they lie in their source."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.files.masked import is_masked, mask_of, unmasked
from vizterm_core.files.memory import require_memory
from vizterm_core.files.source import Source, read_array
from vizterm_core.files.stored import Array, Rows, in_memory
from vizterm_core.load.coords import Coords, Layout
from vizterm_core.load.pca import first_components, standardised
from vizterm_core.scatter.grid import CHUNK
from vizterm_core.scatter.viewport import FloatArray

_BLOCK = 2 * CHUNK
"""Points read at a time: each read waits its turn among threads that start the app meanwhile."""


def read_places(source: Source, coords: Coords) -> tuple[FloatArray, FloatArray]:
    """Return both coordinates: (n,) float32 or float64 each, NaN where they are masked.

    Raises
    ------
    DataError
        If they can't be read, or don't fit into memory.
    """
    name = coords.names[0]
    if coords.layout in (Layout.PLANE, Layout.LABELLED):
        return _columns(source.open(name))
    if coords.layout is Layout.VECTORS:
        return _columns(first_components(source.open(name)))
    if coords.layout is Layout.TRANSPOSED:
        return _columns(in_memory(source.open(name)).T)
    if coords.layout is Layout.EPOCHS:
        return _columns(source.open(name)[coords.specs[0].shape[0] - 1])
    if coords.layout is Layout.COMPLEX:
        values = read_array(source, name).ravel()
        return _native(values.real), _native(values.imag)
    parts = [read_array(source, each).ravel() for each in coords.names]
    if coords.layout is Layout.PAIR:
        return _same_width(_native(parts[0]), _native(parts[1]))
    if coords.layout is Layout.COLUMNS:
        return _columns(first_components(np.stack([_native(part) for part in parts], axis=1)))
    return _columns(first_components(standardised(parts)))


def _columns(coords: Array | Rows) -> tuple[FloatArray, FloatArray]:
    """Return the first two columns as contiguous ones in native float32 or float64."""
    dtype = _width(coords.dtype)
    if isinstance(coords, np.ndarray):
        return _native(coords[:, 0]), _native(coords[:, 1])
    require_memory(2 * len(coords) * dtype.itemsize, f"{len(coords):,} points")
    x, y = np.empty(len(coords), dtype), np.empty(len(coords), dtype)
    for part, block in coords.blocks(_BLOCK):
        if is_masked(block):
            x[part], y[part] = _native(block[:, 0]), _native(block[:, 1])
        else:
            x[part], y[part] = block[:, 0], block[:, 1]
        # Free the block before the next one is read.
        del block
    return x, y


def _width(dtype: np.dtype[Any]) -> np.dtype[np.floating]:
    narrow = dtype in (np.float16, np.float32, np.int8, np.uint8)
    return np.dtype(np.float32 if narrow else np.float64)


def _native(values: npt.NDArray[Any]) -> FloatArray:
    """Return numbers as contiguous native floats, NaN where they are masked."""
    numbers = np.ascontiguousarray(unmasked(values), _width(values.dtype))
    if (mask := mask_of(values)) is not None:
        numbers = np.where(mask, numbers.dtype.type(np.nan), numbers)
    return numbers


def _same_width(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    if x.dtype == y.dtype:
        return x, y
    return x.astype(np.float64), y.astype(np.float64)
