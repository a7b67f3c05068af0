"""Reading coordinates: two contiguous columns of floats, however they lie in their source."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError
from vizterm_core.files.masked import is_masked, mask_of, unmasked
from vizterm_core.files.memory import require_memory
from vizterm_core.files.source import Source, read_array
from vizterm_core.files.stored import Array, Rows, in_memory
from vizterm_core.load.coords import Coords, Layout
from vizterm_core.load.pca import first_components, standardised
from vizterm_core.load.point_pictures import open_images
from vizterm_core.pictures.image import resize_area
from vizterm_core.scatter.grid import CHUNK
from vizterm_core.scatter.viewport import FloatArray

_SIDE = 16
"""Pixels of a thumbnail's side."""
_WIDE = 1.5
"""Columns of a grid of pictures for each row."""
_BLOCK = 2 * CHUNK
"""Points read at a time: each read waits its turn among threads that start the app meanwhile."""


def read_places(
    source: Source, coords: Coords, root: str | os.PathLike[str] | None = None
) -> tuple[FloatArray, FloatArray]:
    """Return both coordinates: (n,) float32 or float64 each, NaN where they are masked.

    Parameters
    ----------
    source : Source
    coords : Coords
    root : path-like, optional
        Where the paths of pictures start that stand for vectors; at the source's own folder else.

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
    if coords.layout is Layout.THUMBNAILS:
        return _columns(first_components(_thumbnails(source, coords, root)))
    if coords.layout is Layout.GRID:
        return _in_rows(coords.count)
    if coords.layout in (Layout.TRANSPOSED, Layout.EPOCHS, Layout.STEPS):
        return _columns(_last_map(source, coords))
    if coords.layout is Layout.COMPLEX:
        values = read_array(source, name).ravel()
        return _native(values.real), _native(values.imag)
    parts = [read_array(source, each).ravel() for each in coords.names]
    if coords.layout is Layout.PAIR:
        return _same_width(_native(parts[0]), _native(parts[1]))
    if coords.layout is Layout.COLUMNS:
        return _columns(first_components(np.stack([_native(part) for part in parts], axis=1)))
    return _columns(first_components(standardised(parts)))


def _last_map(source: Source, coords: Coords) -> Array:
    """Return (n, 2) of one column that is transposed, or of the last epoch."""
    values, shape = source.open(coords.names[0]), coords.specs[0].shape
    if coords.layout is Layout.EPOCHS:
        return values[shape[0] - 1]
    held = in_memory(values)
    return held.T if coords.layout is Layout.TRANSPOSED else held[:, shape[1] - 1]


def _in_rows(count: int) -> tuple[FloatArray, FloatArray]:
    wide = max(1, int(np.ceil(np.sqrt(count * _WIDE))))
    rows, columns = np.divmod(np.arange(count), wide)
    return columns.astype(np.float32), -rows.astype(np.float32)


def _thumbnails(
    source: Source, coords: Coords, root: str | os.PathLike[str] | None
) -> npt.NDArray[np.float32]:
    """Return the pixels of small pictures, (n, values) float32: NaN where one can't be read."""
    pictures = open_images(source, coords.specs[0], None, coords.count, root=root)
    pictures.unpack()
    pixels = np.full((coords.count, _SIDE, _SIDE, 3), np.nan, np.float32)
    first: DataError | None = None
    for row in range(coords.count):
        try:
            picture = pictures.picture(row, side=2 * _SIDE)
        except DataError as error:
            # It has no place, and is counted among those.
            first = first or error
            continue
        if picture is not None:
            pixels[row] = resize_area(picture, _SIDE, _SIDE)
    if first is not None and np.isnan(pixels).all():
        raise DataError(
            f"no picture of {coords.called} can be read: {first.message}",
            "--image-root FOLDER says where paths start; --coords KEY names other coordinates",
        )
    return pixels.reshape(coords.count, -1)


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
