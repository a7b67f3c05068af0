"""Files and arrays -> an `OverlaySource`: an image and the feature tensor to lay over it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError, UsageError, VizError
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.formats.npy import MAGIC, open_npy
from vizterm_core.files.formats.npz import ArrayInfo, NpzFile
from vizterm_core.files.memory import memory_limit
from vizterm_core.files.stored import in_memory
from vizterm_core.maps.channels import Numbers, as_channels, channels_shape
from vizterm_core.pictures.image import BLACK, Picture
from vizterm_core.pictures.image_file import (
    IMAGE_STARTS,
    MOST_PIXELS,
    read_image_noted,
    require_size,
)
from vizterm_core.pictures.rgb import find_layout, picture_sides, read_rgb
from vizterm_core.text import clean, describe_shape

IMAGE_NAMES = ("image", "img", "picture", "X_plot")
FEATURE_NAMES = (
    *("feature", "features", "feature_map", "maps"),
    *("cam", "activation", "attention", "heat"),
)

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_SNIFFED = 8
_MOST_LISTED = 12
_COLOURS = (3, 4)
_GREY = 1


@dataclass(frozen=True, slots=True)
class ImageOptions:
    """How an image is to be read."""

    layout: str | None = None
    """One of `rgb.LAYOUTS`, for an image held in an array."""
    value_range: tuple[float, float] | None = None
    """The values drawn black and white, for an image held in an array."""
    background: tuple[int, int, int] = BLACK
    """What lies under transparent pixels."""
    max_pixels: int = MOST_PIXELS


@dataclass(frozen=True, slots=True, eq=False)
class OverlaySource:
    """An image and the feature tensor that belongs to it."""

    name: str
    """The title, harmless for a terminal."""
    image: Picture
    """(H, W, 3) uint8."""
    features: Numbers
    """(C, h, w) real, as they are in the file."""
    notes: tuple[str, ...] = ()
    """What was chosen and assumed, for the status line."""
    files: tuple[DataFile, ...] = ()
    """What it was read from: one file, or the image's and the features'."""


def overlay_source(
    image: Any,
    feature: Any,
    *,
    options: ImageOptions | None = None,
    title: str = "overlay",
) -> OverlaySource:
    """Check arrays as `read_overlay` checks a file's.

    Parameters
    ----------
    image : array_like
        Whatever `to_rgb` takes; like the feature, anything that numpy can make an array of, such
        as a torch tensor on the CPU.
    feature : (h, w), (C, h, w) or (1, C, h, w) array_like
    options : ImageOptions, optional
    title : str

    Raises
    ------
    DataError, UsageError
        Naming the array, its shape, and what was expected.
    """
    chosen = options or ImageOptions()
    picture, note = _picture(_as_array(image, "image"), "image", chosen)
    features = as_channels(_as_array(feature, "feature"))
    return OverlaySource(clean(title), picture, features, (note,))


def read_overlay(
    image_path: str | os.PathLike[str],
    feature_path: str | os.PathLike[str] | None = None,
    *,
    image_key: str | None = None,
    feature_key: str | None = None,
    options: ImageOptions | None = None,
    title: str | None = None,
    max_bytes: int | None = None,
) -> OverlaySource:
    """Read an image and a feature tensor.

    What a file begins with decides, not its suffix.

    Parameters
    ----------
    image_path : path-like
        A PNG or JPEG file, a `.npy` array, or an `.npz` file, in which arrays are found by name
        (`IMAGE_NAMES`, `FEATURE_NAMES`), then by shape.
    feature_path : path-like, optional
        A `.npy` or `.npz` file; by default the features are in the image's `.npz` file.
    image_key, feature_key : str, optional
        Arrays of `.npz` files.
    options : ImageOptions, optional
    title : str, optional
        The image file's name otherwise.
    max_bytes : int, optional
        What a deflated array may unpack to; three quarters of the free memory otherwise.

    Raises
    ------
    DataError, UsageError
        Naming the file, or the array with its shape and dtype, and what was expected; also if a
        file was rewritten in place while they were read.
    """
    chosen = options or ImageOptions()
    limit = memory_limit(max_bytes)
    image_file = DataFile(image_path, "image.png, .jpg, .npy or .npz")
    shown = clean(title) if title is not None else image_file.name
    if feature_path is None:
        with image_file.unchanged():
            if not _start_of(image_file).startswith(_ZIP):
                raise DataError(
                    f"{image_file.name} holds an image but no features",
                    "name a second file, features.npy, or save both: np.savez('sample.npz', ...)",
                )
            file = NpzFile(image_file)
            with_image, with_features = _choose_both(file, image_key, feature_key)
            picture, notes = _from_npz(file, with_image, chosen, limit)
            features, feature_note = _features_from_npz(file, with_features, limit)
        return OverlaySource(shown, picture, features, (*notes, feature_note), (image_file,))
    feature_file = DataFile(feature_path, "features.npy or .npz")
    with image_file.unchanged(), feature_file.unchanged():
        picture, notes = _read_picture(image_file, image_key, chosen, limit)
        features, feature_note = _read_features(feature_file, feature_key, limit)
    files = (image_file, feature_file)
    return OverlaySource(shown, picture, features, (*notes, feature_note), files)


def _start_of(file: DataFile) -> bytes:
    return file.read(0, _SNIFFED)


def _read_picture(
    data: DataFile, key: str | None, options: ImageOptions, limit: int
) -> tuple[Picture, tuple[str, ...]]:
    start = _start_of(data)
    if start.startswith(_ZIP):
        file = NpzFile(data)
        return _from_npz(file, _choose_image(file, key), options, limit)
    if key is not None:
        raise UsageError(f"--image-key is for .npz files, and {data.name} is a single image")
    if start.startswith(MAGIC):
        stored = open_npy(data)
        _check_picture(stored.shape, stored.dtype, data.name, options)
        picture, note = _picture(in_memory(stored), data.name, options)
        return picture, (note,)
    if not start.startswith(IMAGE_STARTS):
        what = "is no PNG, JPEG, .npy or .npz file" if start else "is empty"
        raise DataError(f"{data.name} {what}", "save the image as one of these")
    picture, note = read_image_noted(
        data, max_pixels=options.max_pixels, background=options.background
    )
    return picture, (note,) if note else ()


def _read_features(data: DataFile, key: str | None, limit: int) -> tuple[Numbers, str]:
    start = _start_of(data)
    if start.startswith(_ZIP):
        file = NpzFile(data)
        return _features_from_npz(file, _choose_feature(file, key, None), limit)
    if key is not None:
        raise UsageError(f"--feature-key is for .npz files, and {data.name} is a single array")
    if not start.startswith(MAGIC):
        what = "is no .npy or .npz file" if start else "is empty"
        raise DataError(
            f"{data.name} {what}", "save the features with np.save('features.npy', features)"
        )
    stored = open_npy(data)
    name = data.name
    channels_shape(stored.shape, stored.dtype, name=name)
    note = f"{name} {describe_shape(stored.shape)} {stored.dtype}"
    return as_channels(in_memory(stored), name=name), note


def _from_npz(
    file: NpzFile, info: ArrayInfo, options: ImageOptions, limit: int
) -> tuple[Picture, tuple[str, ...]]:
    name = f"{file.name}: {clean(info.key)}"
    # Before it is unpacked, the header says whether it can be an image, and how large.
    _check_picture(info.shape, info.dtype, name, options)
    picture, note = _picture(file.read(info.key, limit), name, options)
    skipped = tuple(f"{key} skipped: {why}" for key, why in file.skipped.items())
    return picture, (f"{clean(info.key)} {note}", *skipped)


def _features_from_npz(file: NpzFile, info: ArrayInfo, limit: int) -> tuple[Numbers, str]:
    name = f"{file.name}: {clean(info.key)}"
    channels_shape(info.shape, info.dtype, name=name)
    return as_channels(file.read(info.key, limit), name=name), info.describe()


def _picture(array: npt.NDArray[Any], name: str, options: ImageOptions) -> tuple[Picture, str]:
    _check_picture(array.shape, array.dtype, name, options)
    reading = read_rgb(
        array,
        layout=options.layout,
        value_range=options.value_range,
        background=options.background,
        name=name,
    )
    return reading.pixels, f"{describe_shape(array.shape)} {array.dtype} as {reading.describe()}"


def _check_picture(
    shape: tuple[int, ...], dtype: np.dtype[Any], name: str, options: ImageOptions
) -> None:
    layout = find_layout(shape, dtype, layout=options.layout, name=name)
    height, width = picture_sides(shape, layout)
    require_size(name, width, height, options.max_pixels)


def _as_array(value: Any, name: str) -> npt.NDArray[Any]:
    try:
        return np.asarray(value)
    except (TypeError, ValueError, RuntimeError) as error:
        raise DataError(
            f"{name}: a {type(value).__name__} is no array: {clean(str(error))}",
            "give a numpy array; of a torch tensor, tensor.detach().float().cpu().numpy()",
        ) from error


def _choose_both(
    file: NpzFile, image_key: str | None, feature_key: str | None
) -> tuple[ArrayInfo, ArrayInfo]:
    """The image by name first; by shape only after the features have been found by name."""
    named = _named(file, FEATURE_NAMES, feature_key, "feature")
    image = _choose_image(file, image_key, named)
    return image, named or _choose_feature(file, feature_key, image)


def _choose_image(file: NpzFile, key: str | None, other: ArrayInfo | None = None) -> ArrayInfo:
    info = _named(file, IMAGE_NAMES, key, "image", other)
    if info is not None:
        return info
    left = [info for info in file.arrays.values() if info is not other]
    for channels in (_COLOURS, (_GREY,)):
        if found := _only_one(file, [i for i in left if _channels_of(i) in channels], "image"):
            return found
    raise _none_fits(file, "image", "an image is (H, W), (H, W, 1|3|4) or (1|3|4, H, W)")


def _choose_feature(file: NpzFile, key: str | None, other: ArrayInfo | None) -> ArrayInfo:
    info = _named(file, FEATURE_NAMES, key, "feature", other)
    if info is not None:
        return info
    left = [info for info in file.arrays.values() if info is not other and _can_be_features(info)]
    found = _only_one(file, left, "feature")
    if found is None:
        raise _none_fits(file, "feature", "features are (h, w), [C, h, w] or [1, C, h, w]")
    return found


def _named(
    file: NpzFile,
    names: tuple[str, ...],
    key: str | None,
    role: str,
    other: ArrayInfo | None = None,
) -> ArrayInfo | None:
    """The array of a key given by hand, else of the first known name that is there."""
    if key is not None:
        if key not in file.arrays:
            held = f"the file has {_listed(file)}" if file.arrays else "the file has no arrays"
            raise UsageError(f"--{role}-key {clean(key)}: no such array in {file.name}; {held}")
        return file.arrays[key]
    found = (file.arrays[name] for name in names if name in file.arrays)
    return next((info for info in found if info is not other), None)


def _channels_of(info: ArrayInfo) -> int | None:
    """Channels of the picture that an array could be; None if it can't be one."""
    try:
        layout = find_layout(info.shape, info.dtype)
    except VizError:
        return None
    return info.shape[layout.index("C")] if "C" in layout else _GREY


def _can_be_features(info: ArrayInfo) -> bool:
    try:
        channels_shape(info.shape, info.dtype)
    except VizError:
        return False
    return True


def _only_one(file: NpzFile, candidates: list[ArrayInfo], role: str) -> ArrayInfo | None:
    if len(candidates) > 1:
        which = ", ".join(info.describe() for info in candidates[:_MOST_LISTED])
        raise DataError(
            f"{file.name}: more than one array could be the {role}: {which}",
            f"choose with --{role}-key KEY",
        )
    return candidates[0] if candidates else None


def _none_fits(file: NpzFile, role: str, shapes: str) -> DataError:
    damaged = "".join(f"; {key!r} is {why}" for key, why in file.skipped.items())
    if not file.arrays:
        return DataError(
            f"{file.name} holds no arrays{damaged}",
            "np.savez('sample.npz', image=image, feature=feature)",
        )
    return DataError(f"{file.name}: no {role} among {_listed(file)}{damaged}", shapes)


def _listed(file: NpzFile) -> str:
    shown = [info.describe() for info in list(file.arrays.values())[:_MOST_LISTED]]
    more = len(file.arrays) - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more > 0 else "")
