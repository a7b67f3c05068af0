"""The image under a map: a file or an array, a batch of them, tensors as networks take them."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError, VizError
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.masked import is_masked
from vizterm_core.files.source import Categories
from vizterm_core.load.objects import as_values
from vizterm_core.pictures.decode import from_pillow
from vizterm_core.pictures.image import BLACK, Picture, PictureFormat
from vizterm_core.pictures.image_file import MOST_PIXELS, read_image_noted, require_size
from vizterm_core.pictures.normalised import Normalisation, find_normalisation
from vizterm_core.pictures.rgb import find_layout, picture_sides, read_rgb
from vizterm_core.pictures.value_range import ValueRange, found_range
from vizterm_core.text import clean, describe_shape

_SAMPLED = 16
"""Images of a batch in which the range is looked for."""
_LESS_A_MEAN = 20.0
"""Levels below 0 from which on a picture may be one of 0 to 255 less a mean."""


@dataclass(frozen=True, slots=True)
class ImageOptions:
    """Options for reading an image."""

    layout: str | None = None
    """One of `rgb.LAYOUTS`, for an image in an array."""
    value_range: tuple[float, float] | None = None
    """The values drawn black and white, where they aren't levels of 0 to 255 already."""
    background: tuple[int, int, int] = BLACK
    """The colour under transparent pixels."""
    max_pixels: int = MOST_PIXELS


@dataclass(frozen=True, slots=True, eq=False)
class OverlayImages:
    """An image, or a batch of images of one size."""

    count: int
    size: tuple[int, int]
    """(H, W)."""
    at: Callable[[int], Picture]
    """Return the image of an index, (H, W, 3) uint8."""

    @classmethod
    def of_picture(cls, picture: Picture) -> OverlayImages:
        """Return a single picture."""
        return cls(1, (picture.shape[0], picture.shape[1]), lambda _: picture)


def images_of_file(
    file: DataFile, options: ImageOptions, limit: int
) -> tuple[OverlayImages, tuple[str, ...]]:
    """Read an image file; return it with notes."""
    picture, note = read_image_noted(
        file,
        max_pixels=options.max_pixels,
        max_bytes=limit,
        reduce=True,
        background=options.background,
        value_range=options.value_range,
    )
    return OverlayImages.of_picture(picture), (note,) if note else ()


def images_of_object(value: Any, options: ImageOptions) -> tuple[OverlayImages, tuple[str, ...]]:
    """Read an object of Python: an array, a tensor, a Pillow image."""
    if is_pillow(value):
        decoded = loaded(value, lambda: from_pillow(value, options.background))
        if not decoded.numbers:
            note = " · ".join(filter(None, (decoded.kind, decoded.note)))
            return OverlayImages.of_picture(decoded.pixels), (note,) if note else ()
        value = decoded.pixels
    array = as_numbers(value, "image")
    return images_of_array(array, "image", options)


_PART = 1 << 20
"""Values that are looked at together."""


def images_of_array(
    array: npt.NDArray[Any], name: str, options: ImageOptions
) -> tuple[OverlayImages, tuple[str, ...]]:
    """Read one picture or a batch of them from an array; return them with notes.

    Raises
    ------
    DataError, UsageError
        As of `rgb.read_rgb`.
    """
    # Its size first: what can't be a picture is refused before anything goes through its values.
    layout, batch = image_layout(array.shape, array.dtype, name, options)
    missing = _said_of_missing(array)
    if is_masked(array):
        array = array.filled(0) if array.dtype.kind in "biu" else array.filled(np.nan)
    array = np.asarray(array)
    pictures = array if batch else array[None]
    held = f"{describe_shape(array.shape)} {array.dtype}"
    read = f"a batch of {len(pictures)}, {layout}" if batch else layout
    if len(layout) == 4:
        pictures, layout = pictures[:, 0], layout[1:]
    sample = pictures[:: -(-len(pictures) // _SAMPLED)]
    known = None if options.value_range is not None else _normalisation(sample, layout)
    size = picture_sides(pictures.shape[1:], layout)
    if known is not None:
        note = f"{held} as {read}, {known.name} undone"
        return (
            OverlayImages(len(pictures), size, lambda at: _undone(pictures[at], layout, known)),
            (note, *missing),
        )
    found = options.value_range or found_range(sample)

    def at(index: int) -> Picture:
        return read_rgb(
            pictures[index],
            layout=layout,
            value_range=found,
            background=options.background,
            name=name,
        ).pixels

    first = read_rgb(
        pictures[0], layout=layout, value_range=found, background=options.background, name=name
    )
    low, high = first.low, first.high
    over = ", alpha laid over the background" if first.alpha else ""
    note = f"{held} as {read}, {low:g} to {high:g}{over}{_perhaps(sample, found)}"
    images = OverlayImages(len(pictures), size, at)
    images = images if batch else OverlayImages.of_picture(first.pixels)
    return images, (note, *missing)


def _said_of_missing(array: npt.NDArray[Any]) -> tuple[str, ...]:
    """Return a note of values that are masked, NaN or infinite, if there are some."""
    count, size = 0, array.size
    if is_masked(array):
        count = int(np.count_nonzero(np.ma.getmaskarray(array)))
        array = array.compressed()
    if array.dtype.kind == "f":
        # A part at a time, so that a batch needs little memory.
        flat = array.reshape(-1)
        count += sum(
            int(np.count_nonzero(~np.isfinite(flat[start : start + _PART])))
            for start in range(0, size, _PART)
        )
    return (f"{count:,} of {size:,} image values missing",) if count else ()


def image_layout(
    shape: tuple[int, ...], dtype: np.dtype[Any], name: str, options: ImageOptions
) -> tuple[str, bool]:
    """Return the layout of an image, one of `rgb.LAYOUTS`, and whether it is one of a batch.

    Raises
    ------
    DataError, UsageError
        If it is no image, or too large; from the header alone.
    """
    batch = len(shape) == 4 and shape[0] > 1 and options.layout in (None, "HWC", "CHW")
    inner = shape[1:] if batch else shape
    try:
        layout = find_layout(inner, dtype, layout=options.layout, name=name)
    except DataError:
        if not batch:
            raise
        # The message is to name the whole array.
        find_layout(shape, dtype, layout=options.layout, name=name)
        raise
    height, width = picture_sides(inner, layout)
    require_size(name, width, height, options.max_pixels)
    return layout, batch


def _normalisation(sample: npt.NDArray[Any], layout: str) -> Normalisation | None:
    if "C" not in layout:
        return None
    axis = 1 if layout == "CHW" else -1
    if sample.shape[axis] != 3:
        return None
    return find_normalisation(np.moveaxis(sample, axis, 0))


def _undone(picture: npt.NDArray[Any], layout: str, known: Normalisation) -> Picture:
    channels = picture if layout == "CHW" else np.moveaxis(picture, -1, 0)
    levels = [
        PictureFormat(False, low, high).to_rgb(channel)[..., 0]
        for channel, low, high in zip(channels, known.low, known.high, strict=True)
    ]
    return np.stack(levels[::-1] if known.swapped else levels, axis=-1)


def _perhaps(sample: npt.NDArray[Any], found: ValueRange) -> str:
    if sample.dtype.kind == "f" and found[0] < -_LESS_A_MEAN and found[1] <= 255:
        return ", perhaps less a mean, and perhaps blue, green, red"
    return ""


# Objects of Python


def is_pillow(value: Any) -> bool:
    """Whether an object is a Pillow image."""
    return hasattr(value, "getexif") and hasattr(value, "getbands")


def loaded(image: Any, read: Callable[[], Any]) -> Any:
    """Return what is read of a Pillow image, with a DataError for anything that it raises."""
    try:
        image.load()
        return read()
    except (MemoryError, VizError):
        raise
    except Exception as error:
        raise DataError(
            f"a Pillow image can't be read: {clean(str(error)) or type(error).__name__}",
            "give numpy.asarray(image.convert('RGB'))",
        ) from error


def as_numbers(value: Any, name: str) -> npt.NDArray[Any]:
    """Return an array, masks kept; a DataError for what is none, or for other than numbers."""
    values = as_values(value, name)
    if isinstance(values, Categories):
        raise DataError(f"{name}: categories are no numbers", "give an array")
    if values.dtype != object:
        return values
    try:
        return np.asarray(np.asarray(values).astype(np.float64))
    except (ValueError, TypeError, OverflowError):
        return np.asarray(values)


def is_path(value: Any) -> bool:
    """Whether an object names a file."""
    return isinstance(value, str | os.PathLike)
