"""Image files as pictures: the first frame, upright."""

from __future__ import annotations

import os

from vizterm_core.files.data_file import DataFile
from vizterm_core.pictures.decode import (
    IMAGE_STARTS,
    MOST_PIXELS,
    SNIFFED,
    Decoded,
    Limits,
    decode,
    is_image,
    require_size,
)
from vizterm_core.pictures.image import BLACK, Picture, resize_area
from vizterm_core.pictures.rgb import to_rgb
from vizterm_core.pictures.value_range import ValueRange, describe_range, found_range

__all__ = [
    "IMAGE_STARTS",
    "MOST_PIXELS",
    "SNIFFED",
    "decode_file",
    "is_image",
    "read_image",
    "read_image_noted",
    "require_size",
    "thumbnail",
]


def read_image(
    path: str | os.PathLike[str],
    *,
    max_pixels: int = MOST_PIXELS,
    max_bytes: int | None = None,
    background: tuple[int, int, int] = BLACK,
) -> Picture:
    """Read a PNG, JPEG, WebP, GIF, BMP or TIFF file as a picture.

    Of animations and of TIFF files with several pages it is the first one; it is turned upright as
    EXIF says.

    Parameters
    ----------
    path : path-like
    max_pixels : int
        The largest image that is decoded.
    max_bytes : int, optional
        The memory that decoding may take; three quarters of the free memory otherwise.
    background : (red, green, blue)
        The colour under transparent pixels.

    Returns
    -------
    (H, W, 3) uint8

    Raises
    ------
    DataError
        If there is no such file, it isn't such an image, is damaged, cut short or too large, or
        if it was rewritten in place while it was read.
    """
    return read_image_noted(
        path, max_pixels=max_pixels, max_bytes=max_bytes, background=background
    )[0]


def read_image_noted(
    path: str | os.PathLike[str] | DataFile,
    *,
    max_pixels: int = MOST_PIXELS,
    max_bytes: int | None = None,
    reduce: bool = False,
    background: tuple[int, int, int] = BLACK,
    value_range: ValueRange | None = None,
) -> tuple[Picture, str]:
    """Read an image file, and say how it was converted.

    Parameters
    ----------
    path : path-like or DataFile
    max_pixels : int
        The largest image that is decoded.
    max_bytes : int, optional
        The memory that decoding may take; three quarters of the free memory otherwise.
    reduce : bool
        Read a JPEG file that is too large at a half, a quarter or an eighth of its width and
        height, which its format makes cheap; the note then says so.
    background : (red, green, blue)
        The colour under transparent pixels.
    value_range : (low, high), optional
        The values drawn black and white.

    Returns
    -------
    ((H, W, 3) uint8, str)
        16-bit and floating grey is drawn in the range that `found_range` finds, which the note
        tells.  The note is empty for images that are 8-bit RGB or grey already.

    Raises
    ------
    DataError
        As for `read_image`.
    """
    decoded = decode_file(path, Limits(max_pixels, max_bytes, reduce), background)
    if not decoded.numbers:
        pixels, kind = decoded.pixels, decoded.kind
        if value_range is not None:
            pixels = to_rgb(pixels, value_range=value_range)
            kind = ", ".join(filter(None, (kind, describe_range(value_range))))
        return pixels, " · ".join(filter(None, (kind, decoded.note)))
    found = value_range or found_range(decoded.pixels[None])
    kind = f"{decoded.kind}, {describe_range(found)}"
    picture = to_rgb(decoded.pixels, value_range=found)
    return picture, " · ".join(filter(None, (kind, decoded.note)))


def thumbnail(path: str | os.PathLike[str], side: int) -> Picture:
    """Return a file's picture shrunk to (side, side, 3) uint8, whatever its proportions.

    Raises
    ------
    DataError
        As for `read_image`.
    """
    decoded = decode_file(path, Limits(side=2 * side))
    pixels = decoded.pixels
    if decoded.numbers:
        pixels = to_rgb(pixels, value_range=found_range(pixels[None]))
    return resize_area(pixels, side, side)


def decode_file(
    path: str | os.PathLike[str] | DataFile,
    limits: Limits | None = None,
    background: tuple[int, int, int] = BLACK,
) -> Decoded:
    """Decode an image file; errors as of `read_image`."""
    file = path if isinstance(path, DataFile) else DataFile(path, "image")
    with file.unchanged():
        return decode(file.stream(), file.size, file.name, limits, background)
