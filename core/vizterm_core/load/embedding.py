"""An `.npz` file or arrays -> an `Embedding`, checked and ready to be indexed."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np

from vizterm_core.errors import DataError, UsageError
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.formats.npz import ArrayInfo, NpzFile
from vizterm_core.files.memory import memory_limit, require_memory
from vizterm_core.files.stored import Array, StoredArray, row_blocks
from vizterm_core.load.roles import NONE, Choice, Keys, choose_roles
from vizterm_core.pictures.stacks import Images, Maps
from vizterm_core.scatter.embedding import Embedding
from vizterm_core.scatter.grid import CHUNK
from vizterm_core.scatter.labels import encode_labels, no_labels, valid_text
from vizterm_core.scatter.viewport import FloatArray
from vizterm_core.text import clean

WIDEST_PCA = 4096
"""Dimensions up to which coordinates are reduced here: the work grows with their cube."""

FARTHEST = 1e140
"""Coordinates beyond this are dropped like non-finite ones: their differences would overflow."""

_BLOCK = 2 * CHUNK
"""Points read at a time: each read waits its turn among threads that start the app meanwhile."""
_PCA_VALUES = 1 << 22
"""Values in memory at a time, as float64, while coordinates are reduced."""


def load_embedding(
    path: str | os.PathLike[str],
    keys: Keys | None = None,
    *,
    title: str | None = None,
    max_bytes: int | None = None,
) -> Embedding:
    """Read an `.npz` file.

    Stored images and maps are read when they are looked at; deflated ones, and those in Fortran
    order, wait for their `unpack`.  All the rest is in memory, and from one state of the file.

    Parameters
    ----------
    path : path-like
    keys : Keys, optional
        Arrays chosen by hand.
    title : str, optional
        Shown above the plot; the file's name otherwise.
    max_bytes : int, optional
        What all deflated arrays together may unpack to; three quarters of the free memory
        otherwise.

    Raises
    ------
    DataError, UsageError
        With the array's name and what to do; also if the file was rewritten in place meanwhile.
    """
    file = NpzFile(path)
    with file.file.unchanged():
        return _from_npz(file, keys or Keys(), title, max_bytes)


def _from_npz(file: NpzFile, keys: Keys, title: str | None, max_bytes: int | None) -> Embedding:
    if not file.arrays and file.skipped:
        key, why = next(iter(file.skipped.items()))
        raise DataError(f"{file.name}: array {key!r} is {why}", "save the file again")
    try:
        choice = choose_roles(file.arrays, keys)
    except (DataError, UsageError) as error:
        skipped = "".join(f"; {key!r} is {why}" for key, why in file.skipped.items())
        raise type(error)(f"{file.name}: {error.message}{skipped}", error.hint) from error
    _check_unpacked_size(file, choice, memory_limit(max_bytes))
    images = None
    if choice.images is not None and choice.image_shape is not None:
        images = Images(choice.images.shape[0], choice.image_shape, _later(file, choice.images))
    maps = None
    if choice.maps is not None:
        maps = Maps(choice.maps.shape[0], choice.maps.shape[-2:], _later(file, choice.maps))
    return _assemble(
        file.open(choice.coords.key),
        None if choice.labels is None else file.read(choice.labels.key),
        images=images,
        maps=maps,
        names=None if choice.names is None else np.asarray(file.read(choice.names.key)).ravel(),
        title=clean(title) if title is not None else file.name,
        keys=choice.keys(),
        extra_notes=tuple(f"{key} skipped: {why}" for key, why in file.skipped.items()),
        files=(file.file,),
    )


def embedding_from_arrays(
    coords: Any,
    labels: Any = None,
    *,
    images: Any = None,
    maps: Any = None,
    names: Any = None,
    image_shape: tuple[int, ...] | None = None,
    title: str = "embedding",
) -> Embedding:
    """Check arrays as `load_embedding` checks a file's.

    Parameters
    ----------
    coords : (n, 2) or (n, d) array_like of real numbers
    labels, names : (n,) array_like, optional
    images : (n, h, w[, c]), (n, c, h, w) or, with `image_shape`, (n, h * w) array_like, optional
    maps : (n, h, w) or (n, 1, h, w) array_like, optional

    Raises
    ------
    DataError, UsageError
    """
    given = {"coords": coords, "labels": labels, "images": images, "maps": maps, "names": names}
    arrays = {role: _as_array(role, value) for role, value in given.items() if value is not None}
    called = {"coords": "X", "labels": "y"}
    keys = {role: called.get(role, role) if role in arrays else NONE for role in given}
    infos = {
        keys[role]: ArrayInfo(keys[role], array.shape, array.dtype, False, True, array.nbytes, 0)
        for role, array in arrays.items()
    }
    choice = choose_roles(infos, Keys(**keys, image_shape=image_shape))
    pictures = None
    if choice.images is not None and choice.image_shape is not None:
        pictures = Images(len(arrays["images"]), choice.image_shape, arrays["images"])
    heat = None
    if choice.maps is not None:
        heat = Maps(len(arrays["maps"]), choice.maps.shape[-2:], arrays["maps"])
    return _assemble(
        arrays["coords"],
        arrays.get("labels"),
        images=pictures,
        maps=heat,
        names=arrays["names"].ravel() if "names" in arrays else None,
        title=clean(title),
        keys={},
    )


def _as_array(role: str, value: Any) -> Array:
    try:
        return np.asarray(value)
    except ValueError as error:
        raise DataError(
            f"{role} are ragged: their entries have different lengths",
            "give every point an entry of the same shape",
        ) from error


def _later(file: NpzFile, info: ArrayInfo) -> Array | StoredArray | Callable[[], Array]:
    """An array whose entries lie in the file in one piece each, or what gets it into memory."""
    if info.data_bytes == 0 or (info.stored and not info.fortran_order):
        return file.open(info.key)
    return lambda: file.read(info.key)


def _check_unpacked_size(file: NpzFile, choice: Choice, limit: int) -> None:
    chosen = (choice.coords, choice.labels, choice.images, choice.maps, choice.names)
    packed = [info for info in chosen if info is not None and not info.stored]
    if sum(info.data_bytes for info in packed) > limit:
        largest = max(packed, key=lambda info: info.data_bytes)
        raise DataError(
            f"{file.name}: unpacking {clean(largest.key)!r} and the others chosen takes "
            f"{sum(info.data_bytes for info in packed):,} bytes, the limit is {limit:,}",
            "raise --max-bytes, or save with np.savez (uncompressed), which is read in place",
        )


def _assemble(
    coords: Array | StoredArray,
    labels: Array | None,
    *,
    images: Images | None,
    maps: Maps | None,
    names: Array | None,
    title: str,
    keys: dict[str, str | None],
    extra_notes: tuple[str, ...] = (),
    files: tuple[DataFile, ...] = (),
) -> Embedding:
    total = len(coords)
    name = clean(keys.get("coords") or "coords")
    notes = [name] if keys else []
    if coords.shape[1] > 2:
        notes = [f"PCA of {name}, {coords.shape[1]} dimensions"]
        coords = first_components(coords)
    x, y = _columns(coords)
    rows = None
    if total and not (_usable(x) and _usable(y)):
        keep = np.isfinite(x) & np.isfinite(y)
        if x.dtype == np.float64:
            keep &= (np.abs(x) <= FARTHEST) & (np.abs(y) <= FARTHEST)
        rows = np.flatnonzero(keep)
        x, y = x[rows], y[rows]
        if rows.size == 0:
            raise DataError(
                f"coordinates {name!r} hold no finite point: all {total:,} are NaN or infinite"
            )
    if labels is None:
        encoded = no_labels(int(x.size))
    else:
        flat = valid_text(labels.reshape(total))
        encoded = encode_labels(flat if rows is None else flat[rows], keys.get("labels") or "y")
    if names is not None:
        names = valid_text(names)
    said = (*notes, *extra_notes)
    return Embedding(x, y, encoded, images, names, rows, total, title, said, maps, files)


def _columns(coords: Array | StoredArray) -> tuple[FloatArray, FloatArray]:
    """Both coordinates as contiguous columns in native float32 or float64."""
    narrow = coords.dtype in (np.float16, np.float32, np.int8, np.uint8)
    dtype = np.dtype(np.float32 if narrow else np.float64)
    if not isinstance(coords, StoredArray):
        return np.ascontiguousarray(coords[:, 0], dtype), np.ascontiguousarray(coords[:, 1], dtype)
    require_memory(2 * len(coords) * dtype.itemsize, f"{len(coords):,} points")
    x, y = np.empty(len(coords), dtype), np.empty(len(coords), dtype)
    for part, block in coords.blocks(_BLOCK):
        x[part], y[part] = block[:, 0], block[:, 1]
        # Before the next one is read.
        del block
    return x, y


def _usable(values: FloatArray) -> bool:
    # NaN spreads through min and max, and infinities are extremes: no mask is needed.
    low, high = float(values.min()), float(values.max())
    return low >= -FARTHEST and high <= FARTHEST


def first_components(values: Array | StoredArray) -> FloatArray:
    """The first two principal components: (n, d) -> (n, 2) float64.

    Rows that are not finite become NaN.  Each component's sign is such that its largest loading is
    positive.
    """
    count, width = values.shape
    if width > WIDEST_PCA:
        raise DataError(
            f"coordinates have {width:,} dimensions, more than the {WIDEST_PCA:,} that are reduced",
            "reduce them first, e.g. with UMAP, t-SNE or sklearn's PCA, and save (n, 2)",
        )
    rows = max(1, min(CHUNK, _PCA_VALUES // max(width, 1)))
    finite = np.zeros(count, bool)
    mean = np.zeros(width)
    for part, block in row_blocks(values, rows):
        numbers = block.astype(np.float64)
        # NaN compares false; what is beyond the limit would overflow when squared.
        finite[part] = (np.abs(numbers) <= FARTHEST).all(axis=1)
        mean += numbers[finite[part]].sum(axis=0)
    mean /= max(int(np.count_nonzero(finite)), 1)
    scatter = np.zeros((width, width))
    for part, block in row_blocks(values, rows):
        centred = block.astype(np.float64)[finite[part]] - mean
        scatter += centred.T @ centred
    _, _, directions = np.linalg.svd(scatter)
    axes = directions[:2].T
    signs = np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(2)])
    axes = axes * np.where(signs == 0, 1, signs)
    reduced = np.full((count, 2), np.nan, order="F")
    for part, block in row_blocks(values, rows):
        reduced[part][finite[part]] = (block.astype(np.float64)[finite[part]] - mean) @ axes
    return reduced
