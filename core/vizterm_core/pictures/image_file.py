"""PNG and JPEG files as pictures; no other formats, no frames but the first, no EXIF rotation."""

from __future__ import annotations

import os
import struct
import threading
import warnings
import zlib
from typing import TYPE_CHECKING

import numpy as np

from vizterm_core.errors import DataError
from vizterm_core.files.data_file import DataFile
from vizterm_core.pictures.image import BLACK, LONGEST_SIDE, Picture
from vizterm_core.pictures.rgb import to_rgb
from vizterm_core.text import clean

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PIXELS = 1 << 26
"""The largest image that is read by default: 200 MB as RGB."""
IMAGE_STARTS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
"""What PNG and JPEG files begin with."""

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
_DAMAGE = (
    OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError,
    EOFError, struct.error, zlib.error,
)  # fmt: skip
"""What Pillow raises for files that are not what they say."""
_LOCK = threading.Lock()
"""Held while Pillow's own limit and Python's warnings, which are global, are ours."""


def read_image(
    path: str | os.PathLike[str],
    *,
    max_pixels: int = MOST_PIXELS,
    background: tuple[int, int, int] = BLACK,
) -> Picture:
    """A PNG or JPEG file as uint8 (H, W, 3); see `read_image_noted`."""
    return read_image_noted(path, max_pixels=max_pixels, background=background)[0]


def read_image_noted(
    path: str | os.PathLike[str] | DataFile,
    *,
    max_pixels: int = MOST_PIXELS,
    background: tuple[int, int, int] = BLACK,
) -> tuple[Picture, str]:
    """A PNG or JPEG file, and what was done to it.

    Parameters
    ----------
    path : path-like or DataFile
    max_pixels : int
        The most that are decoded.
    background : (red, green, blue)
        What lies under transparent pixels.

    Returns
    -------
    ((H, W, 3) uint8, str)
        The note is empty for what is 8-bit RGB or grey already.

    Raises
    ------
    DataError
        If there is no such file, it is no such image, damaged, cut short or too large, or if it
        was rewritten in place while it was read.
    """
    file = path if isinstance(path, DataFile) else DataFile(path, "PNG or JPEG")
    with file.unchanged():
        start = file.read(0, max(map(len, IMAGE_STARTS)))
        if not start.startswith(IMAGE_STARTS):
            what = "is no PNG or JPEG image" if start else "is empty"
            raise DataError(f"{file.name} {what}", "save it as PNG or JPEG")
        try:
            return _decoded(file, max_pixels, background)
        except MemoryError as error:
            raise DataError(f"{file.name} doesn't fit into memory", "shrink it first") from error
        except _DAMAGE as error:
            raise DataError(
                f"{file.name} is damaged: {clean(str(error)) or type(error).__name__}",
                "copy or save it again",
            ) from error


def require_size(name: str, width: int, height: int, max_pixels: int) -> None:
    """Raise a DataError for an image that is too large to be worked with."""
    if width * height > max_pixels:
        limit = f"{width * height:,} pixels, more than the limit of {max_pixels:,}"
    elif max(width, height) > LONGEST_SIDE:
        limit = f"a side of more than {LONGEST_SIDE:,} pixels"
    else:
        return
    raise DataError(f"{name} is {width:,} x {height:,}: {limit}", "shrink it first")


def _decoded(
    file: DataFile, max_pixels: int, background: tuple[int, int, int]
) -> tuple[Picture, str]:
    import PIL.Image

    with _LOCK, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        limit = PIL.Image.MAX_IMAGE_PIXELS
        # Opening reads the header only; its size is checked here, against our own limit.
        PIL.Image.MAX_IMAGE_PIXELS = None
        try:
            with PIL.Image.open(file.stream(), formats=_FORMATS) as image:
                width, height = image.size
                require_size(file.name, width, height, max_pixels)
                image.load()
                return _as_rgb(image, background)
        except PIL.UnidentifiedImageError as error:
            # Its own message names the stream.
            raise ValueError("its header can't be read") from error
        finally:
            PIL.Image.MAX_IMAGE_PIXELS = limit


def _as_rgb(image: Image, background: tuple[int, int, int]) -> tuple[Picture, str]:
    kind = _KINDS.get(image.mode)
    if kind is None:
        raise ValueError(f"its mode {image.mode} is not known")
    if image.mode.startswith("I"):
        return to_rgb(np.asarray(image), value_range=_SIXTEEN_BITS), kind
    if image.mode in ("LA", "RGBA") or "transparency" in image.info:
        levels = np.asarray(image.convert("RGBA"))
        return to_rgb(levels, background=background), f"transparent {kind} over a background"
    note = "" if image.mode in ("L", "RGB") else kind
    return np.array(image.convert("RGB")), note
