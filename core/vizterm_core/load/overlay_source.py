"""From files and arrays to an `OverlaySource`: an image and the feature tensor to lay over it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.checks import as_array
from vizterm_core.errors import DataError, UsageError, VizError
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.formats import open_source
from vizterm_core.files.memory import memory_limit
from vizterm_core.files.source import ArraySpec, Source, object_array, read_array
from vizterm_core.load.choose import asked_for, listed, named, naming, only_one, skipped_notes
from vizterm_core.maps.channels import Numbers, as_channels, channels_shape
from vizterm_core.pictures.image import BLACK, Picture
from vizterm_core.pictures.image_file import (
    MOST_PIXELS,
    SNIFFED,
    is_image,
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

_COLOURS = (3, 4)
_GREY = 1


@dataclass(frozen=True, slots=True)
class ImageOptions:
    """Options for reading an image."""

    layout: str | None = None
    """One of `rgb.LAYOUTS`, for an image in an array."""
    value_range: tuple[float, float] | None = None
    """The values drawn black and white, for an image in an array."""
    background: tuple[int, int, int] = BLACK
    """The colour under transparent pixels."""
    max_pixels: int = MOST_PIXELS


@dataclass(frozen=True, slots=True, eq=False)
class OverlaySource:
    """An image and the feature tensor that belongs to it."""

    name: str
    """The title, harmless for a terminal."""
    image: Picture
    """(H, W, 3) uint8."""
    features: Numbers
    """(C, h, w) real, as in the file."""
    notes: tuple[str, ...] = ()
    """Choices and assumptions, for the status line."""
    files: tuple[DataFile, ...] = ()
    """The files that it was read from: one, or the image's and the features'."""


def overlay_source(
    image: Any,
    feature: Any,
    *,
    options: ImageOptions | None = None,
    title: str = "overlay",
) -> OverlaySource:
    """Check arrays as `load_overlay` checks those of a file.

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
    picture, note = _picture(as_array(image, "image"), "image", chosen)
    features = as_channels(as_array(feature, "feature"))
    return OverlaySource(clean(title), picture, features, (note,))


def load_overlay(
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

    The first bytes of a file decide what it is, before its suffix does.

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
        The most bytes that a deflated array may unpack to; three quarters of the free memory
        otherwise.

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
            source = None if _is_picture(image_file) else open_source(image_file)
            if source is None or source.single:
                raise DataError(
                    f"{image_file.name} holds an image but no features",
                    "name a second file, features.npy, or save both: np.savez('sample.npz', ...)",
                )
            with naming(source):
                with_image, with_features = _choose_both(source, image_key, feature_key)
            picture, notes = _read_image(source, with_image, chosen, limit)
            features, feature_note = _read_features(source, with_features, limit)
        return OverlaySource(shown, picture, features, (*notes, feature_note), (image_file,))
    feature_file = DataFile(feature_path, "features.npy or .npz")
    with image_file.unchanged(), feature_file.unchanged():
        picture, notes = _open_image(image_file, image_key, chosen, limit)
        features, feature_note = _open_features(feature_file, feature_key, limit)
    files = (image_file, feature_file)
    return OverlaySource(shown, picture, features, (*notes, feature_note), files)


def _is_picture(file: DataFile) -> bool:
    return is_image(file.read(0, SNIFFED))


def _open_image(
    file: DataFile, key: str | None, options: ImageOptions, limit: int
) -> tuple[Picture, tuple[str, ...]]:
    """Read the image of a file of its own."""
    source = None if _is_picture(file) else open_source(file)
    if source is not None and not source.single:
        with naming(source):
            spec = _choose_image(source, key)
        return _read_image(source, spec, options, limit)
    if key is not None:
        raise UsageError(f"--image-key is for .npz files, and {file.name} is a single image")
    if source is not None:
        (spec,) = source.columns.values()
        return _read_image(source, spec, options, limit)
    picture, note = read_image_noted(
        file,
        max_pixels=options.max_pixels,
        max_bytes=limit,
        reduce=True,
        background=options.background,
    )
    return picture, (note,) if note else ()


def _open_features(file: DataFile, key: str | None, limit: int) -> tuple[Numbers, str]:
    """Read the features of a file of their own."""
    source = open_source(file)
    if not source.single:
        with naming(source):
            spec = _choose_feature(source, key)
    elif key is not None:
        raise UsageError(f"--feature-key is for .npz files, and {file.name} is a single array")
    else:
        (spec,) = source.columns.values()
    return _read_features(source, spec, limit)


def _read_image(
    source: Source, spec: ArraySpec, options: ImageOptions, limit: int
) -> tuple[Picture, tuple[str, ...]]:
    name = source.called(spec.name)
    if spec.objects:
        raise object_array(name)
    # The header tells whether it can be an image, and how large, before anything is unpacked.
    _check_picture(spec.shape, spec.dtype, name, options)
    picture, note = _picture(read_array(source, spec.name, limit), name, options)
    if source.single:
        return picture, (note,)
    return picture, (f"{clean(spec.name)} {note}", *skipped_notes(source))


def _read_features(source: Source, spec: ArraySpec, limit: int) -> tuple[Numbers, str]:
    name = source.called(spec.name)
    if spec.objects:
        raise object_array(name)
    channels_shape(spec.shape, spec.dtype, name=name)
    features = as_channels(read_array(source, spec.name, limit), name=name)
    shown = source.name if source.single else clean(spec.name)
    return features, f"{shown} {describe_shape(spec.shape)} {spec.dtype}"


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


def _choose_both(
    source: Source, image_key: str | None, feature_key: str | None
) -> tuple[ArraySpec, ArraySpec]:
    """Choose the image by name first, by shape only after the features were found by name."""
    feature = _by_name(source, "--feature-key", feature_key, FEATURE_NAMES, None)
    image = _choose_image(source, image_key, feature)
    return image, feature or _choose_feature(source, feature_key, image)


def _choose_image(source: Source, key: str | None, other: ArraySpec | None = None) -> ArraySpec:
    spec = _by_name(source, "--image-key", key, IMAGE_NAMES, other)
    if spec is not None:
        return spec
    left = [spec for spec in source.columns.values() if spec is not other]
    for channels in (_COLOURS, (_GREY,)):
        fitting = [spec for spec in left if _channels_of(spec) in channels]
        if found := only_one(fitting, "image", "choose with --image-key KEY"):
            return found
    raise _none_fits(source, "image", "an image is (H, W), (H, W, 1|3|4) or (1|3|4, H, W)")


def _choose_feature(source: Source, key: str | None, other: ArraySpec | None = None) -> ArraySpec:
    spec = _by_name(source, "--feature-key", key, FEATURE_NAMES, other)
    if spec is not None:
        return spec
    left = [spec for spec in source.columns.values() if spec is not other]
    fitting = [spec for spec in left if _can_be_features(spec)]
    if found := only_one(fitting, "feature", "choose with --feature-key KEY"):
        return found
    raise _none_fits(source, "feature", "features are (h, w), [C, h, w] or [1, C, h, w]")


def _by_name(
    source: Source, option: str, key: str | None, names: tuple[str, ...], other: ArraySpec | None
) -> ArraySpec | None:
    """Return the array of a key given by hand, else the first with a known name."""
    if key is not None:
        return asked_for(source, option, key)
    return next(iter(named(source, names, () if other is None else (other.name,))), None)


def _channels_of(spec: ArraySpec) -> int | None:
    """Return the channels of the picture that an array could be; None if it can't be one."""
    try:
        layout = find_layout(spec.shape, spec.dtype)
    except VizError:
        return None
    return spec.shape[layout.index("C")] if "C" in layout else _GREY


def _can_be_features(spec: ArraySpec) -> bool:
    try:
        channels_shape(spec.shape, spec.dtype)
    except VizError:
        return False
    return True


def _none_fits(source: Source, role: str, shapes: str) -> DataError:
    if not source.columns:
        return DataError(
            "the file holds no arrays", "np.savez('sample.npz', image=image, feature=feature)"
        )
    return DataError(f"no {role} among {listed(source.columns.values())}", shapes)
