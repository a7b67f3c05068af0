"""PNG and JPEG files as pictures: only the first frame, without EXIF rotation."""

from __future__ import annotations

import math
import os
import struct
import threading
import warnings
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vizterm_core.errors import DataError
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.memory import memory_limit
from vizterm_core.pictures.image import BLACK, LONGEST_SIDE, Picture
from vizterm_core.pictures.rgb import to_rgb
from vizterm_core.text import clean, describe_bytes

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

MOST_PIXELS = 1 << 26
"""The largest image that is read by default: 200 MB as RGB."""
IMAGE_STARTS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
"""The first bytes of PNG and JPEG files."""

_FORMATS = ("PNG", "JPEG")
_SIXTEEN_BITS = (0, 65535)
_KINDS = {
    "1": "black and white",
    "L": "grey",
    "LA": "grey",
    "I;16": "16-bit grey",
    "I": "16-bit grey",
    "P": "palette",
    "RGB": "RGB",
    "RGBA": "RGB",
    "CMYK": "CMYK",
}
_BYTES_A_PIXEL = {"1": 1, "L": 1, "P": 1, "I;16": 2}
"""Bytes in which Pillow keeps a pixel; four in other modes."""
_STRIP = 1 << 20
"""Pixels that are converted at a time."""
_MOST_DEFLATED = 1032
"""Bytes that a byte of deflated data can stand for (zlib's documentation)."""
_BLOCK = 64
"""Pixels of a JPEG's block, which takes at least one bit of each component."""
_SCALES = (1, 2, 4, 8)
"""Factors by which a JPEG can be reduced while it is decoded."""
_DAMAGE = (
    OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError,
    EOFError, struct.error, zlib.error,
)  # fmt: skip
"""Raised by Pillow for files that aren't what they claim."""
_LOCK = threading.Lock()
"""Held while Pillow's limit and Python's warning filters, which are global, are changed."""


def read_image(
    path: str | os.PathLike[str],
    *,
    max_pixels: int = MOST_PIXELS,
    max_bytes: int | None = None,
    background: tuple[int, int, int] = BLACK,
) -> Picture:
    """Read a PNG or JPEG file as a picture.

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
) -> tuple[Picture, str]:
    """Read a PNG or JPEG file, and say how it was converted.

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

    Returns
    -------
    ((H, W, 3) uint8, str)
        The note is empty for images that are 8-bit RGB or grey already.

    Raises
    ------
    DataError
        As for `read_image`.
    """
    file = path if isinstance(path, DataFile) else DataFile(path, "PNG or JPEG")
    with file.unchanged():
        start = file.read(0, max(map(len, IMAGE_STARTS)))
        if not start.startswith(IMAGE_STARTS):
            what = "isn't a PNG or JPEG image" if start else "is empty"
            raise DataError(f"{file.name} {what}", "save it as PNG or JPEG")
        try:
            return _decoded(file, _Limits(max_pixels, memory_limit(max_bytes), reduce), background)
        except MemoryError as error:
            raise DataError(f"{file.name} doesn't fit into memory", "shrink it first") from error
        except _DAMAGE as error:
            raise DataError(
                f"{file.name} is damaged: {clean(str(error)) or type(error).__name__}",
                "copy or save it again",
            ) from error


@dataclass(frozen=True, slots=True)
class _Limits:
    pixels: int
    bytes: int
    reduce: bool


def require_size(name: str, width: int, height: int, max_pixels: int) -> None:
    """Raise a DataError for an image that is too large."""
    if width * height > max_pixels:
        limit = f"{width * height:,} pixels, more than the limit of {max_pixels:,}"
    elif max(width, height) > LONGEST_SIDE:
        limit = f"a side of more than {LONGEST_SIDE:,} pixels"
    else:
        return
    raise DataError(f"{name} is {width:,} x {height:,}: {limit}", "shrink it first")


def _decoded(
    file: DataFile, limits: _Limits, background: tuple[int, int, int]
) -> tuple[Picture, str]:
    import PIL.Image

    with _LOCK, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        limit = PIL.Image.MAX_IMAGE_PIXELS
        # Opening reads only the header; its size is checked here, against our own limit.
        PIL.Image.MAX_IMAGE_PIXELS = None
        try:
            with PIL.Image.open(file.stream(), formats=_FORMATS) as image:
                full = image.size
                reduced = _reduce(image, limits) if limits.reduce else ""
                _check_size(file.name, image, full, limits)
                _check_length(file, image, full)
                image.load()
                picture, note = _as_rgb(image, background)
                return picture, " · ".join(filter(None, (note, reduced)))
        except PIL.UnidentifiedImageError as error:
            # Its own message names the stream.
            raise ValueError("its header can't be read") from error
        finally:
            PIL.Image.MAX_IMAGE_PIXELS = limit


def _check_length(file: DataFile, image: ImageFile, full: tuple[int, int]) -> None:
    """Raise a ValueError if a file is too short for the pixels that its header declares."""
    width, height = full
    if image.format == "PNG":
        bits = 1 if image.mode in ("1", "L", "P") else 8 * len(image.getbands())
        most = file.size * _MOST_DEFLATED * 8 // bits
    else:
        most = file.size * 8 * _BLOCK
    if width * height > most:
        raise ValueError(f"cut short: {file.size:,} bytes can't hold {width:,} x {height:,} pixels")


def _bytes_taken(image: ImageFile, size: tuple[int, int], full: tuple[int, int]) -> int:
    """Return the memory that decoding to a size takes; `full` is the size without reduction."""
    pixels = math.prod(size) * (_BYTES_A_PIXEL.get(image.mode, 4) + 3)
    # All coefficients of a progressive JPEG are kept until the last scan, two bytes each.
    progressive = image.format == "JPEG" and "progressive" in image.info
    return pixels + (2 * len(image.getbands()) * math.prod(full) if progressive else 0)


def _reduce(image: ImageFile, limits: _Limits) -> str:
    """Make a JPEG that is too large be decoded at a reduced scale; return a note if it is."""
    if image.format != "JPEG":
        return ""
    full = width, height = image.size
    size = full
    for scale in _SCALES:
        size = -(-width // scale), -(-height // scale)
        small = math.prod(size) <= limits.pixels and max(size) <= LONGEST_SIDE
        if small and _bytes_taken(image, size, full) <= limits.bytes:
            break
    if size == full:
        return ""
    # Only once: a second call would reduce the reduced size again.
    image.draft(None, (width // scale, height // scale))
    return f"{width:,} x {height:,} read as {image.width:,} x {image.height:,}"


def _check_size(name: str, image: ImageFile, full: tuple[int, int], limits: _Limits) -> None:
    """Raise a DataError for an image that is too large, before it is decoded."""
    width, height = image.size
    require_size(name, width, height, limits.pixels)
    needed = _bytes_taken(image, image.size, full)
    if needed > limits.bytes:
        raise DataError(
            f"{name} is {width:,} x {height:,}: decoding it takes {describe_bytes(needed)}, "
            f"more than the limit of {describe_bytes(limits.bytes)}",
            "shrink it first, or raise --max-bytes",
        )


def _as_rgb(image: Image, background: tuple[int, int, int]) -> tuple[Picture, str]:
    kind = _KINDS.get(image.mode)
    if kind is None:
        raise ValueError(f"its mode {image.mode} is not known")
    transparent = image.mode in ("LA", "RGBA") or "transparency" in image.info
    width, height = image.size
    picture = np.empty((height, width, 3), np.uint8)
    rows = max(1, _STRIP // width)
    for top in range(0, height, rows):
        strip = image.crop((0, top, width, min(height, top + rows)))
        if image.mode.startswith("I"):
            levels = to_rgb(np.asarray(strip), value_range=_SIXTEEN_BITS)
        elif transparent:
            levels = to_rgb(np.asarray(strip.convert("RGBA")), background=background)
        else:
            levels = np.asarray(strip.convert("RGB"))
        picture[top : top + rows] = levels
    if transparent and not image.mode.startswith("I"):
        return picture, f"transparent {kind} over a background"
    return picture, "" if image.mode in ("L", "RGB") else kind
