"""From a source's column, or from objects in memory, to the pictures of points."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from vizterm_core.checks import as_list
from vizterm_core.files.source import Access, ArraySpec, Form, Source, read_array
from vizterm_core.files.stored import Array, Rows
from vizterm_core.load.image_paths import is_text
from vizterm_core.load.objects import as_table
from vizterm_core.load.picture_roles import IMAGES_NAMES
from vizterm_core.load.words import Word
from vizterm_core.pictures.flat import flat_shapes
from vizterm_core.pictures.loose import LoosePictures
from vizterm_core.pictures.point_pictures import PointPictures
from vizterm_core.pictures.stacks import Images
from vizterm_core.pictures.value_range import ValueRange

_HOLDING_IMAGES = IMAGES_NAMES[: IMAGES_NAMES.index("image_paths")]
_LOOKED_AT = 1000
"""Objects among which the first that isn't missing is looked for."""


def open_images(
    source: Source,
    spec: ArraySpec,
    shape: tuple[int, ...] | None,
    total: int,
    *,
    root: str | os.PathLike[str] | None = None,
    value_range: ValueRange | None = None,
) -> PointPictures:
    """Return the pictures of a column, read when they are looked at.

    Parameters
    ----------
    source : Source
    spec : ArraySpec
        The column, as `choose_images` found it.
    shape : tuple of int, optional
        Of one picture, as found by `choose_images`.
    total : int
        Rows.
    root : path-like, optional
        The folder that paths are relative to; that of the source otherwise.
    value_range : (low, high), optional
        The values drawn black and white; found in the data otherwise.

    Raises
    ------
    DataError
        If the column can't be read, or a file was rewritten in place.
    """
    rows = _later(source, spec)
    if spec.form is Form.ENCODED or is_text(spec):
        return LoosePictures(
            total,
            rows,
            folder=_folder(source) if root is None else root,
            moved=root is not None,
            paths=is_text(spec),
            value_range=value_range,
        )
    shapes = flat_shapes(spec.shape[1]) if shape is None else (shape,)
    return Images(total, shapes[0], rows, value_range=value_range, alternatives=shapes[1:])


def pictures_from_objects(
    value: Any, name: str = "images", *, value_range: ValueRange | None = None
) -> Any:
    """Return pictures of objects in memory; what numpy can make an array of is returned as it is.

    Parameters
    ----------
    value : list, tuple, or another sequence
        Of Pillow images, encoded bytes, paths, arrays of different shapes, dicts
        ``{"bytes": …, "path": …}``, or None; mixed as they come.  Relative paths start at the
        current folder.
    name : str
        Of the sequence in messages.
    value_range : (low, high), optional
        The values drawn black and white; found in the data otherwise.

    Returns
    -------
    PointPictures, or `value`

    Raises
    ------
    DataError
        If iterating over it fails.
    """
    items = _items(value, name)
    if items is None:
        return value
    first = _first(items)
    if isinstance(first, str | os.PathLike) or _holds_image(first):
        return LoosePictures(len(items), items, value_range=value_range)
    shapes = {tuple(shape) for item in items if (shape := getattr(item, "shape", None)) is not None}
    missing = any(item is None for item in items)
    if first is not None and hasattr(first, "shape") and (len(shapes) > 1 or missing):
        return LoosePictures(len(items), items, value_range=value_range)
    return value if isinstance(value, list | tuple) else items


def _items(value: Any, name: str) -> list[Any] | None:
    """Return the objects of a sequence; None for what numpy makes an array of numbers of."""
    dtype = getattr(value, "dtype", None)
    of_objects = isinstance(dtype, np.dtype) and dtype.kind in "OUS"
    if of_objects or isinstance(value, list | tuple) or _is_column_of_objects(value):
        return as_list(value, name)
    return None


def _first(items: list[Any]) -> Any:
    return next((item for item in items[:_LOOKED_AT] if item is not None), None)


def _holds_image(item: Any) -> bool:
    """Return whether an object is an image: encoded, as Hugging Face has it, or Pillow's."""
    if isinstance(item, dict):
        return "bytes" in item or "path" in item
    return isinstance(item, bytes | bytearray) or hasattr(item, "getexif")


def loose_pictures(
    images: Any, data: Any = None, *, value_range: ValueRange | None = None
) -> LoosePictures | None:
    """Return pictures of objects in memory, given themselves or as a column of a table.

    Parameters
    ----------
    images : sequence, or the name of a column, optional
        Without it, a column of a known name that holds encoded or Pillow images is taken.
    data : table, optional
    value_range : (low, high), optional

    Returns
    -------
    LoosePictures, or None for what is made an array, or isn't there
    """
    if images is not None and not isinstance(images, str):
        found = pictures_from_objects(images, value_range=value_range)
        return found if isinstance(found, LoosePictures) else None
    table = as_table(data)
    if table is None:
        return None
    for name in [images] if images is not None else _likely(table):
        items = _items(table[name](), name) if name in table else None
        if items is not None and (images is not None or _holds_image(_first(items))):
            found = pictures_from_objects(items, name, value_range=value_range)
            if isinstance(found, LoosePictures):
                return found
    return None


def _likely(table: Mapping[str, Any]) -> list[str]:
    """Return the columns that may hold pictures, by their names; not those that are paths."""
    ranked = [(Word.of(name).rank(_HOLDING_IMAGES), name) for name in table]
    return [
        name for rank, name in sorted((rank, name) for rank, name in ranked if rank is not None)
    ]


def _is_column_of_objects(value: Any) -> bool:
    """Return whether it is a column of a data frame that numpy would make an array of objects."""
    kind = str(getattr(value, "dtype", ""))
    return kind.lower() in ("object", "string", "str", "utf8", "binary") or kind.startswith("List")


def _later(source: Source, spec: ArraySpec) -> Array | Rows | Callable[[], Array]:
    """Return an array whose rows can be read one by one, or else what reads all of it."""
    in_blocks = spec.form is Form.ENCODED and spec.access is Access.BLOCK
    by_row = spec.access is Access.ROW and spec.form is not Form.CATEGORIES
    if by_row or in_blocks or (spec.form is Form.ARRAY and spec.nbytes == 0):
        return source.open(spec.name)
    return lambda: read_array(source, spec.name)


def _folder(source: Source) -> Path:
    """Return the folder that a source's paths are relative to."""
    root = getattr(source, "root", None)
    if root is not None:
        return Path(root)
    return source.files[0].path.parent if source.files else Path()
