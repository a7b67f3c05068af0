"""A file, a source or arrays -> an `Embedding`, checked and ready to be indexed."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.checks import as_array, as_image_shape
from vizterm_core.errors import DataError
from vizterm_core.files.formats import open_source
from vizterm_core.files.memory import memory_limit, require_memory
from vizterm_core.files.source import Access, ArraySource, ArraySpec, Source, read_array, unchanged
from vizterm_core.files.stored import Array, Rows, row_blocks
from vizterm_core.load.choose import skipped_notes
from vizterm_core.load.keys import NONE, Keys
from vizterm_core.load.roles import Choice, choose_roles
from vizterm_core.pictures.stacks import Images, Maps
from vizterm_core.scatter.embedding import Embedding
from vizterm_core.scatter.encode import encode_labels, valid_text
from vizterm_core.scatter.grid import CHUNK
from vizterm_core.scatter.labels import no_labels
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
    source: str | os.PathLike[str] | Source,
    keys: Keys | None = None,
    *,
    choice: Choice | None = None,
    title: str | None = None,
    max_bytes: int | None = None,
) -> Embedding:
    """Read an embedding.

    Images and maps are read when they are looked at; those that are compressed, or in Fortran
    order, wait for their `unpack`.  The rest is read now, from one state of the file.

    Parameters
    ----------
    source : path-like or Source
        A file, or a file that is open already.
    keys : Keys, optional
        Arrays chosen by hand.
    choice : Choice, optional
        The result of `choose_roles` for this source and these keys, where it is known already.
    title : str, optional
        Shown above the plot; the file's name otherwise.
    max_bytes : int, optional
        The most bytes that all compressed arrays together may unpack to; three quarters of the
        free memory otherwise.

    Raises
    ------
    DataError, UsageError
        Naming the array, and what to do; also if the file was rewritten in place meanwhile.
    """
    if isinstance(source, str | os.PathLike):
        source = open_source(source)
    with unchanged(source):
        if choice is None:
            choice = choose_roles(source, keys)
        _check_unpacked_size(source, choice, memory_limit(max_bytes))
        shown = source.name if title is None else clean(title)
        notes = (_coords_note(choice.coords), *skipped_notes(source))
        coloured_by = "" if choice.labels is None else choice.labels.name
        return _assemble(source, choice, shown, notes, coloured_by)


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
    """Check arrays as `load_embedding` checks those of a file.

    Parameters
    ----------
    coords : (n, 2) or (n, d) array_like of real numbers
    labels, names : (n,) array_like, optional
    images : (n, h, w[, c]), (n, c, h, w) or, with `image_shape`, (n, h * w) array_like, optional
    maps : (n, h, w) or (n, 1, h, w) array_like, optional
    image_shape : (rows, columns) or (rows, columns, channels), optional
        Of flat images.
    title : str

    Raises
    ------
    DataError, UsageError
        Naming the array, its shape and dtype, and what was expected.
    """
    if image_shape is not None:
        image_shape = as_image_shape(image_shape)
    called = {"coords": "X", "labels": "y", "images": "images", "maps": "maps", "names": "names"}
    given = {"coords": coords, "labels": labels, "images": images, "maps": maps, "names": names}
    arrays = {
        called[role]: as_array(value, role) for role, value in given.items() if value is not None
    }
    keys = {role: name if name in arrays else NONE for role, name in called.items()}
    source = ArraySource(arrays)
    choice = choose_roles(source, Keys(**keys, image_shape=image_shape))
    notes = () if choice.coords.shape[1] == 2 else (_coords_note(choice.coords),)
    return _assemble(source, choice, clean(title), notes)


def _check_unpacked_size(source: Source, choice: Choice, limit: int) -> None:
    packed = [spec for spec in choice.specs() if spec.access is Access.WHOLE]
    size = sum(spec.nbytes for spec in packed)
    if size > limit:
        largest = max(packed, key=lambda spec: spec.nbytes)
        raise DataError(
            f"{source.name}: unpacking {clean(largest.name)!r} and the others chosen takes "
            f"{size:,} bytes, the limit is {limit:,}",
            "raise --max-bytes, or save with np.savez (uncompressed), which is read in place",
        )


def _coords_note(coords: ArraySpec) -> str:
    name = clean(coords.name)
    width = coords.shape[1]
    return f"coordinates {name}" if width == 2 else f"PCA of {name}, {width} dimensions"


def _assemble(
    source: Source, choice: Choice, title: str, notes: tuple[str, ...], coloured_by: str = ""
) -> Embedding:
    coords = source.open(choice.coords.name)
    total = len(coords)
    x, y = _columns(coords if coords.shape[1] == 2 else first_components(coords))
    rows = None
    if total and not (_usable(x) and _usable(y)):
        rows = _finite_rows(x, y)
        x, y = x[rows], y[rows]
        if rows.size == 0:
            raise DataError(
                f"coordinates {clean(choice.coords.name)!r} hold no finite point: "
                f"all {total:,} are NaN or infinite"
            )
    images = None
    if choice.images is not None and choice.image_shape is not None:
        images = Images(total, choice.image_shape, _later(source, choice.images))
    maps = None
    if choice.maps is not None:
        maps = Maps(total, choice.maps.shape[-2:], _later(source, choice.maps))
    labels = no_labels(int(x.size))
    if choice.labels is not None:
        values = valid_text(read_array(source, choice.labels.name).reshape(total))
        labels = encode_labels(values if rows is None else values[rows], choice.labels.name)
    names = None
    if choice.names is not None:
        names = valid_text(read_array(source, choice.names.name).ravel())
    return Embedding(
        x,
        y,
        labels,
        images,
        names,
        rows,
        total,
        title,
        notes,
        maps,
        files=source.files,
        coloured_by=coloured_by,
    )


def _later(source: Source, spec: ArraySpec) -> Array | Rows | Callable[[], Array]:
    """Return an array whose rows can be read one by one, or else what reads all of it."""
    if spec.nbytes == 0 or spec.access is Access.ROW:
        return source.open(spec.name)
    return lambda: read_array(source, spec.name)


def _finite_rows(x: FloatArray, y: FloatArray) -> npt.NDArray[np.intp]:
    keep = np.isfinite(x) & np.isfinite(y)
    if x.dtype == np.float64:
        keep &= (np.abs(x) <= FARTHEST) & (np.abs(y) <= FARTHEST)
    return np.flatnonzero(keep)


def _columns(coords: Array | Rows) -> tuple[FloatArray, FloatArray]:
    """Return both coordinates as contiguous columns in native float32 or float64."""
    narrow = coords.dtype in (np.float16, np.float32, np.int8, np.uint8)
    dtype = np.dtype(np.float32 if narrow else np.float64)
    if isinstance(coords, np.ndarray):
        return np.ascontiguousarray(coords[:, 0], dtype), np.ascontiguousarray(coords[:, 1], dtype)
    require_memory(2 * len(coords) * dtype.itemsize, f"{len(coords):,} points")
    x, y = np.empty(len(coords), dtype), np.empty(len(coords), dtype)
    for part, block in coords.blocks(_BLOCK):
        x[part], y[part] = block[:, 0], block[:, 1]
        # Free the block before the next one is read.
        del block
    return x, y


def _usable(values: FloatArray) -> bool:
    # NaN spreads through min and max, and infinities are extremes: no mask is needed.
    low, high = float(values.min()), float(values.max())
    return low >= -FARTHEST and high <= FARTHEST


def first_components(values: Array | Rows) -> FloatArray:
    """Return the first two principal components.

    Parameters
    ----------
    values : (n, d) real

    Returns
    -------
    (n, 2) float64
        NaN for rows that aren't finite.  Each component's sign makes its largest loading positive.

    Raises
    ------
    DataError
        If d is more than `WIDEST_PCA`.
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
        # NaN compares false; values beyond the limit would overflow when squared.
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
