"""The pictures of points among a source's arrays: by name, then by shape; looks at headers only."""

from __future__ import annotations

import math

from vizterm_core.errors import DataError, UsageError
from vizterm_core.files.source import ArraySpec, Source
from vizterm_core.load.choose import check_length, given, named, only_one
from vizterm_core.load.coords import Coords
from vizterm_core.load.keys import NONE, Keys

IMAGES_NAMES = ("X_plot", "images", "imgs", "thumbnails")
MAPS_NAMES = ("maps", "cam", "saliency", "attributions")

_CHANNELS = (1, 3, 4)


def choose_images(
    source: Source, keys: Keys, coords: Coords
) -> tuple[ArraySpec | None, tuple[int, ...] | None]:
    """Return the array of pictures, and the shape of one of them as it is read.

    Raises
    ------
    DataError, UsageError
        If it can't be pictures, or more than one could.
    """
    if keys.images == NONE:
        return None, None
    if keys.images is not None:
        spec: ArraySpec | None = given(source, "images", keys.images)
    else:
        spec = next(iter(named(source, IMAGES_NAMES)), None) or _only_stack(source, keys, coords)
    if spec is None:
        return None, None
    check_length(spec, "images", coords.count, coords.called)
    if keys.image_shape is not None and len(spec.shape) == 2:
        _check_flat(spec, keys.image_shape)
        return spec, keys.image_shape
    shape = _picture_shape(spec)
    if shape is None:
        hint = "images are (n, h, w), (n, h, w, 1|3|4) or (n, 1|3|4, h, w); or use --images none"
        if len(spec.shape) == 2:
            side = round(spec.shape[1] ** 0.5)
            example = f"{side}x{side}" if side * side == spec.shape[1] else "ROWSxCOLUMNS"
            hint = f"flat images need --image-shape, e.g. --image-shape {example}"
        raise DataError(f"{spec.describe()} can't be images", hint)
    return spec, shape


def _only_stack(source: Source, keys: Keys, coords: Coords) -> ArraySpec | None:
    """Find images by shape: one for each point, with at least two axes."""
    stacks = [
        array
        for array in source.columns.values()
        if array not in coords.specs
        and array.name not in (*MAPS_NAMES, keys.maps)
        and array.shape[:1] == (coords.count,)
        and len(array.shape) >= 3
        and _picture_shape(array) is not None
    ]
    return only_one(stacks, "images", "choose with --images KEY|none")


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
            f"{spec.shape[1]:,} an image"
        )


def _picture_shape(spec: ArraySpec) -> tuple[int, ...] | None:
    shape = spec.shape[1:]
    if spec.dtype.kind not in "biuf" or 0 in shape:
        return None
    if len(shape) == 2:
        return shape
    if len(shape) == 3 and (shape[-1] in _CHANNELS or shape[0] in _CHANNELS):
        return shape
    return None
