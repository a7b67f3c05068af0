"""From files and objects to an `OverlaySource`: an image and the maps to lay over it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from vizterm_core.errors import DataError, UsageError
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.formats import open_source
from vizterm_core.files.memory import memory_limit
from vizterm_core.files.source import ArraySpec, Source, object_array, read_array
from vizterm_core.load.choose import naming, skipped_notes
from vizterm_core.load.overlay.choice import (
    FEATURE_NAMES,
    IMAGE_NAMES,
    choose_both,
    choose_features,
    choose_image,
)
from vizterm_core.load.overlay.features import (
    Below,
    FeatureOptions,
    FeatureReading,
    check_feature,
    read_feature,
    read_feature_object,
    read_feature_picture,
)
from vizterm_core.load.overlay.images import (
    ImageOptions,
    OverlayImages,
    image_layout,
    images_of_array,
    images_of_file,
    images_of_object,
    is_path,
    is_pillow,
)
from vizterm_core.maps.channels import Numbers
from vizterm_core.maps.feature_maps import FeatureMaps
from vizterm_core.pictures.image import Picture
from vizterm_core.pictures.image_file import SNIFFED, is_image
from vizterm_core.text import clean

__all__ = [
    "FEATURE_NAMES",
    "IMAGE_NAMES",
    "FeatureOptions",
    "ImageOptions",
    "OverlaySource",
    "load_overlay",
    "overlay_source",
]

Path = str | os.PathLike[str]

_MOST_MAPS = 64
"""Maps that are laid over an image side by side at most."""


@dataclass(frozen=True, slots=True, eq=False)
class OverlaySource:
    """An image, or a batch of them, and the maps that belong to it."""

    name: str
    """The title, harmless for a terminal."""
    images: OverlayImages
    maps: tuple[FeatureMaps, ...]
    """One for each feature."""
    notes: tuple[str, ...] = ()
    """Choices and assumptions, doubts first."""
    files: tuple[DataFile, ...] = ()
    """The files that it was read from: one, or the image's and the features'."""

    @property
    def image(self) -> Picture:
        """The first image, (H, W, 3) uint8."""
        return self.images.at(0)

    @property
    def features(self) -> Numbers:
        """The channels of the first feature, (C, h, w)."""
        return self.maps[0].stack()


def overlay_source(
    image: Any,
    feature: Any,
    *,
    options: ImageOptions | None = None,
    feature_options: FeatureOptions | None = None,
    title: str = "overlay",
) -> OverlaySource:
    """Check objects as `load_overlay` checks files.

    Parameters
    ----------
    image : array_like, Pillow image or path
        Whatever `to_rgb` takes, or a batch of these; anything that numpy can make an array of; a
        tensor on any device.
    feature : array_like, Pillow image, path, or several of these
        As `find_feature_layout` has it.  A list of arrays, tensors, images or paths, or a dict of
        them by name, is several maps.
    options : ImageOptions, optional
    feature_options : FeatureOptions, optional
    title : str

    Raises
    ------
    DataError, UsageError
        Naming the array, its shape, and what was expected.
    """
    chosen, how = options or ImageOptions(), feature_options or FeatureOptions()
    limit = memory_limit(None)
    files: list[DataFile] = []
    with ExitStack() as stack:

        def opened(path: Path, wanted: str) -> DataFile:
            file = DataFile(path, wanted)
            stack.enter_context(file.unchanged())
            files.append(file)
            return file

        if is_path(image):
            file = opened(image, "image.png, .jpg, .npy or .npz")
            images, notes = _open_image(file, None, chosen, limit)
        else:
            images, notes = images_of_object(image, chosen)
        below = Below(images.size, images.count)
        readings: list[FeatureReading] = []
        for name, value in _several(feature):
            if is_path(value):
                file = opened(value, "features.npy or .npz")
                readings += _open_features(file, None, below, how, limit)
            else:
                readings.append(read_feature_object(value, name, below, how))
    return _put_together(clean(title), images, notes, readings, files, plain_arrays=True)


def load_overlay(
    image_path: Path,
    feature_path: Path | Sequence[Path] | None = None,
    *,
    image_key: str | None = None,
    feature_key: str | None = None,
    options: ImageOptions | None = None,
    feature_options: FeatureOptions | None = None,
    title: str | None = None,
    max_bytes: int | None = None,
) -> OverlaySource:
    """Read an image and the maps to lay over it.

    The first bytes of a file decide what it is, before its suffix does.

    Parameters
    ----------
    image_path : path-like
        An image file, a `.npy` array, or an `.npz` file, in which arrays are found by name
        (`IMAGE_NAMES`, `FEATURE_NAMES`), then by shape.
    feature_path : path-like or several, optional
        Files of arrays, or image files, each a map; by default the features are in the image's
        `.npz` file.
    image_key, feature_key : str, optional
        Arrays of `.npz` files; several features with commas between.
    options : ImageOptions, optional
    feature_options : FeatureOptions, optional
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
    chosen, how = options or ImageOptions(), feature_options or FeatureOptions()
    limit = memory_limit(max_bytes)
    image_file = DataFile(image_path, "image.png, .jpg, .npy or .npz")
    shown = clean(title) if title is not None else image_file.name
    paths = [feature_path] if is_path(feature_path) else list(feature_path or ())  # type: ignore[arg-type]
    if not paths:
        with image_file.unchanged():
            images, notes, readings = _read_both(
                image_file, image_key, feature_key, chosen, how, limit
            )
        return _put_together(shown, images, notes, readings, [image_file])
    _check_number(len(paths))
    feature_files = [DataFile(path, "features.npy or .npz") for path in paths]  # type: ignore[arg-type]
    with ExitStack() as stack:
        for file in (image_file, *feature_files):
            stack.enter_context(file.unchanged())
        images, notes = _open_image(image_file, image_key, chosen, limit)
        below = Below(images.size, images.count)
        readings = [
            reading
            for file in feature_files
            for reading in _open_features(file, feature_key, below, how, limit)
        ]
    return _put_together(shown, images, notes, readings, [image_file, *feature_files])


def _put_together(
    name: str,
    images: OverlayImages,
    notes: tuple[str, ...],
    readings: Sequence[FeatureReading],
    files: Sequence[DataFile],
    *,
    plain_arrays: bool = False,
) -> OverlaySource:
    """Return a source with its notes: doubts first, then the image's, then the features'.

    Parameters
    ----------
    plain_arrays : bool
        Whether a feature is an array at hand, whose shape needn't be told where nothing else is.
    """
    _check_number(len(readings))
    doubts = [doubt for reading in readings for doubt in reading.doubts]
    said = [
        note
        for reading in readings
        for place, note in enumerate(reading.notes)
        if not (plain_arrays and place == 0 and " as " not in note)
    ]
    maps = tuple(reading.maps for reading in readings)
    said += _notes_of_several(maps, images)
    return OverlaySource(name, images, maps, (*doubts, *notes, *said), tuple(files))


def _notes_of_several(maps: Sequence[FeatureMaps], images: OverlayImages) -> list[str]:
    notes = []
    counts = {each.channels for each in maps}
    if len(counts) > 1:
        least = min(counts)
        notes.append(f"the maps have {min(counts)} to {max(counts)} channels: {least} are shown")
    batches = {each.count for each in maps} | {images.count}
    if len(batches - {1}) > 1:
        notes.append(f"batches of {', '.join(map(str, sorted(batches - {1})))}: the least is shown")
    return notes


def _check_number(count: int) -> None:
    if count == 0:
        raise DataError("no map to lay over the image", "give one, (h, w) or (C, h, w)")
    if count > _MOST_MAPS:
        raise UsageError(
            f"{count} maps over one image", f"give at most {_MOST_MAPS}, or stack them: np.stack"
        )


# Files


def _is_picture(file: DataFile) -> bool:
    return is_image(file.read(0, SNIFFED))


def _read_both(
    file: DataFile,
    image_key: str | None,
    feature_key: str | None,
    options: ImageOptions,
    how: FeatureOptions,
    limit: int,
) -> tuple[OverlayImages, tuple[str, ...], list[FeatureReading]]:
    """Read image and features of one file."""
    source = None if _is_picture(file) else open_source(file)
    if source is None or source.single:
        raise DataError(
            f"{file.name} holds an image but no features",
            "name a second file, features.npy, or save both: np.savez('sample.npz', ...)",
        )
    with naming(source):
        with_image, with_features = choose_both(source, image_key, feature_key)
    images, notes = _read_image(source, with_image, options, limit)
    below = Below(images.size, images.count)
    readings = [_read_features(source, spec, below, how, limit) for spec in with_features]
    return images, notes, readings


def _open_image(
    file: DataFile, key: str | None, options: ImageOptions, limit: int
) -> tuple[OverlayImages, tuple[str, ...]]:
    """Read the image of a file of its own."""
    source = None if _is_picture(file) else open_source(file)
    if source is not None and not source.single:
        with naming(source):
            spec = choose_image(source, key)
        return _read_image(source, spec, options, limit)
    if key is not None:
        raise UsageError(f"--image-key is for .npz files, and {file.name} is a single image")
    if source is not None:
        (spec,) = source.columns.values()
        return _read_image(source, spec, options, limit)
    return images_of_file(file, options, limit)


def _open_features(
    file: DataFile, key: str | None, below: Below, how: FeatureOptions, limit: int
) -> list[FeatureReading]:
    """Read the features of a file of their own."""
    picture = _is_picture(file)
    source = None if picture else open_source(file)
    if source is not None and not source.single:
        with naming(source):
            specs = choose_features(source, key)
        return [_read_features(source, spec, below, how, limit) for spec in specs]
    if key is not None:
        raise UsageError(f"--feature-key is for .npz files, and {file.name} is a single array")
    if source is None:
        return [read_feature_picture(file, below, how, limit)]
    (spec,) = source.columns.values()
    return [_read_features(source, spec, below, how, limit)]


def _read_image(
    source: Source, spec: ArraySpec, options: ImageOptions, limit: int
) -> tuple[OverlayImages, tuple[str, ...]]:
    name = source.called(spec.name)
    if spec.objects:
        raise object_array(name)
    # The header tells whether it can be an image, and how large, before anything is unpacked.
    image_layout(spec.shape, spec.dtype, name, options)
    images, notes = images_of_array(read_array(source, spec.name, limit), name, options)
    if source.single:
        return images, notes
    return images, (f"{clean(spec.name)} {notes[0]}", *notes[1:], *skipped_notes(source))


def _read_features(
    source: Source, spec: ArraySpec, below: Below, how: FeatureOptions, limit: int
) -> FeatureReading:
    name = source.called(spec.name)
    if spec.objects:
        raise object_array(name)
    check_feature(spec.shape, spec.dtype, name, below, how)
    shown = source.name if source.single else clean(spec.name)
    values = read_array(source, spec.name, limit)
    return read_feature(values, name, below, how, shown=shown)


# Objects


def _several(feature: Any) -> list[tuple[str, Any]]:
    """Return each map with its name: of a list or a dict of maps, or the only one."""
    if isinstance(feature, Mapping):
        return [(str(name), value) for name, value in feature.items()]
    if isinstance(feature, list | tuple) and feature and all(map(_is_map, feature)):
        if len(feature) == 1:
            return [("feature", feature[0])]
        return [(f"map {number}", value) for number, value in enumerate(feature, 1)]
    return [("feature", feature)]


def _is_map(value: Any) -> bool:
    """Whether an entry of a list is a map of its own, not a row of numbers."""
    if is_path(value) or is_pillow(value):
        return True
    shape = getattr(value, "shape", None)
    try:
        return shape is not None and len(shape) > 1
    except TypeError:
        return False
