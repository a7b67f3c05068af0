"""The pictures of points among a source's columns: by name, then by shape and form.

Headers are looked at, and of text and of flat rows the first few, where these are cheap to read.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from vizterm_core.errors import DataError, UsageError
from vizterm_core.files.source import ArraySpec, Form, Source
from vizterm_core.load.choose import check_length, given, only_one
from vizterm_core.load.coords import Coords, Layout
from vizterm_core.load.image_paths import WEB, is_text, most_texts, names_images, peek_few
from vizterm_core.load.keys import NONE, Keys
from vizterm_core.load.words import Word
from vizterm_core.pictures.flat import flat_shapes, look_like_pictures
from vizterm_core.pictures.image import channel_axis, picture_size

IMAGES_NAMES = (
    *("X_plot", "images", "imgs", "thumbnails", "image", "img", "pictures", "picture", "photos"),
    *("photo", "thumbnail", "X_images", "pixels", "pixel", "sprite", "data"),
    *("image_paths", "image_path", "img_path", "filepath", "file_path", "filepaths", "paths"),
    *("path", "filenames", "filename", "file_names", "file_name", "files", "file", "url"),
)
MAPS_NAMES = ("maps", "cam", "saliency", "attributions")

_VAGUE = ("data", "sprite")
"""Names whose flat rows may be vectors as well."""
_PIXELS = ("pixel", "pixels")
"""Names of flat rows that are pictures, whatever they look like."""
_MOST_TEXTS = 8
"""Columns of text without a telling name that are looked at."""
_LEAST_SIDE = 4
"""Pixels of a side below which an array without a telling name holds something else."""

Fits = Callable[[Source, ArraySpec, Keys], bool]


def choose_images(
    source: Source, keys: Keys, coords: Coords
) -> tuple[ArraySpec | None, tuple[int, ...] | None]:
    """Return the column of pictures, and the shape of one of them as it is read.

    The shape is None where single pictures have their own (encoded ones, and files that text
    names), and of flat rows, whose shape is found when they are read.  What doesn't fit is passed
    over, unless it was named by hand.

    Raises
    ------
    DataError, UsageError
        If what was named by hand can't be pictures, or more than one array could.
    """
    if keys.images == NONE:
        return None, None
    if keys.images is not None:
        spec: ArraySpec | None = _by_hand(source, keys, keys.images, coords)
    else:
        spec = _found(source, keys, coords)
    return (None, None) if spec is None else (spec, _read_shape(spec, keys))


def _read_shape(spec: ArraySpec, keys: Keys) -> tuple[int, ...] | None:
    if spec.form is not Form.ARRAY or is_text(spec):
        return None
    return keys.image_shape if len(spec.shape) == 2 else spec.shape[1:]


def _by_hand(source: Source, keys: Keys, key: str, coords: Coords) -> ArraySpec:
    spec = given(source, "images", key)
    check_length(spec, "images", coords.count, coords.called)
    if spec.form is Form.ENCODED or (is_text(spec) and _is_column(spec)) or _is_stack(spec):
        return spec
    numbers = spec.form is Form.ARRAY and spec.dtype.kind in "biuf"
    if len(spec.shape) == 2 and numbers:
        if keys.image_shape is not None:
            _check_flat(spec, keys.image_shape)
            return spec
        if flat_shapes(spec.shape[1]):
            return spec
    raise DataError(f"{spec.describe()} can't be images", _hint(spec))


def _hint(spec: ArraySpec) -> str:
    if len(spec.shape) != 2:
        return (
            "images are (n, h, w), (n, h, w, channels), (n, channels, h, w), encoded, or paths; "
            "or use --images none"
        )
    shapes = flat_shapes(spec.shape[1])
    side = math.isqrt(spec.shape[1])
    if not shapes and side * side == spec.shape[1]:
        shapes = ((side, side),)
    examples = " or ".join("x".join(map(str, shape)) for shape in shapes) or "ROWSxCOLUMNS"
    return f"flat images need --image-shape, e.g. --image-shape {examples}"


def _check_flat(spec: ArraySpec, image_shape: tuple[int, ...]) -> None:
    """Raise an error unless rows of (n, values) can be images of a given shape."""
    if spec.dtype.kind not in "biuf" or min(image_shape) < 1:
        raise DataError(
            f"{spec.describe()} can't be images", "they must be numbers; or use --images none"
        )
    pixels = math.prod(image_shape)
    if pixels != spec.shape[1]:
        given = "x".join(str(side) for side in image_shape)
        raise UsageError(
            f"--image-shape {given} is {pixels:,} values, but {spec.describe()} has "
            f"{spec.shape[1]:,} an image",
            _hint(spec) if flat_shapes(spec.shape[1]) else "",
        )


def _found(source: Source, keys: Keys, coords: Coords) -> ArraySpec | None:
    """Find pictures: the surest kinds first, of each kind the known names."""
    split = Word.of(coords.specs[0].name).split
    others = [
        spec
        for spec in source.columns.values()
        if spec not in coords.specs
        and not spec.objects
        and spec.name not in (*MAPS_NAMES, keys.maps)
        and spec.shape[:1] == (coords.count,)
        and (not split or Word.of(spec.name).split in ("", split))
    ]
    known = sorted((spec for spec in others if _place(spec) is not None), key=_place_of)
    for spec in known:
        if _is_stack(spec) or spec.form is Form.ENCODED or _is_flat_by_name(spec, keys):
            return spec
    stacks = [spec for spec in others if _is_stack(spec, _LEAST_SIDE)]
    if (found := only_one(stacks, "images", "choose with --images KEY|none")) is not None:
        return found
    reduced = coords.specs if coords.layout is Layout.VECTORS else ()
    if coords.layout in (Layout.THUMBNAILS, Layout.GRID):
        return coords.specs[0]
    for spec in reduced:
        if _is_stack(spec, _LEAST_SIDE):
            # Pixels that are reduced to coordinates are the pictures themselves.
            return spec
    encoded = (spec for spec in others if spec.form is Form.ENCODED)
    return (
        next(encoded, None)
        or next(_naming_files(source, known, others), None)
        or next(_flat(source, keys, [*known, *others, *reduced]), None)
        or next(_on_the_web(source, known), None)
    )


def _place(spec: ArraySpec) -> int | None:
    """Return the place of a column's name among those known; None for others."""
    word = Word.of(spec.name)
    place = word.rank(IMAGES_NAMES)
    return Word.of(word.stem.replace(" ", "_")).rank(IMAGES_NAMES) if place is None else place


def _place_of(spec: ArraySpec) -> int:
    place = _place(spec)
    return len(IMAGES_NAMES) if place is None else place


def _is_stack(spec: ArraySpec, least_side: int = 1) -> bool:
    """Return whether an array holds pictures in rows and columns."""
    shape = spec.shape[1:]
    if spec.form is not Form.ARRAY or spec.dtype.kind not in "biuf" or 0 in shape:
        return False
    if len(shape) == 3 and (channel_axis(shape) is None):
        return False
    return len(shape) in (2, 3) and min(picture_size(shape)) >= least_side


def _is_column(spec: ArraySpec) -> bool:
    return len(spec.shape) == 1 or spec.shape[1:] == (1,)


def _is_flat(spec: ArraySpec) -> bool:
    numbers = spec.form is Form.ARRAY and spec.dtype.kind in "biuf"
    return numbers and len(spec.shape) == 2 and bool(flat_shapes(spec.shape[1]))


def _is_flat_by_name(spec: ArraySpec, keys: Keys) -> bool:
    if spec.form is not Form.ARRAY or len(spec.shape) != 2 or spec.name in _VAGUE:
        return False
    if keys.image_shape is not None and spec.dtype.kind in "biuf" and spec.shape[1] > 1:
        _check_flat(spec, keys.image_shape)
        return True
    return _is_flat(spec)


def _flat(source: Source, keys: Keys, specs: Sequence[ArraySpec]) -> Iterator[ArraySpec]:
    """Return flat rows: of the shape that was given; bytes, or where neighbours are alike."""
    for spec in specs:
        if keys.image_shape is not None:
            wide = spec.form is Form.ARRAY and len(spec.shape) == 2 and spec.dtype.kind in "biuf"
            if wide and spec.shape[1] == math.prod(keys.image_shape):
                yield spec
        elif _is_flat(spec):
            sure = spec.dtype == np.uint8 or Word.of(spec.name).stem.lower() in _PIXELS
            if sure or _looks_flat(source, spec):
                yield spec


def _looks_flat(source: Source, spec: ArraySpec) -> bool:
    rows = peek_few(source, spec)
    return rows is not None and len(rows) > 0 and look_like_pictures(rows)


def _naming_files(
    source: Source, known: Sequence[ArraySpec], others: Sequence[ArraySpec]
) -> Iterator[ArraySpec]:
    """Return columns of text whose first values are the paths of images."""
    rest = [spec for spec in others if spec not in known and is_text(spec)]
    for spec in (*known, *rest[:_MOST_TEXTS]):
        if names_images(source, spec):
            yield spec


def _on_the_web(source: Source, known: Sequence[ArraySpec]) -> Iterator[ArraySpec]:
    """Return columns of addresses: each point then says that they aren't fetched."""
    for spec in known:
        if most_texts(source, spec, lambda text: text.lower().startswith(WEB)):
            yield spec
