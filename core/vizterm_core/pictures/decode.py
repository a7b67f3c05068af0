"""Decoding images with Pillow: within limits, upright, the first frame; nothing else is trusted."""

from __future__ import annotations

import ctypes
import logging
import math
import re
import struct
import threading
import warnings
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from typing import IO, TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError
from vizterm_core.files.memory import memory_limit
from vizterm_core.pictures.image import BLACK, LONGEST_SIDE, Picture
from vizterm_core.pictures.rgb import to_rgb
from vizterm_core.text import clean, describe_bytes

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

MOST_PIXELS = 1 << 26
"""The largest image that is read by default: 200 MB as RGB."""
IMAGE_STARTS = (
    b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"BM", b"II*\0", b"MM\0*",
    b"II+\0", b"MM\0+", b"RIFF",
)  # fmt: skip
"""The first bytes of PNG, JPEG, GIF, BMP, TIFF and WebP files; see `is_image`."""
_NETPBM = re.compile(rb"P[1-6f]\s(\d|\s|#|-)")
"""How PBM, PGM, PPM and PFM files begin."""
KINDS_READ = "PNG, JPEG, WebP, GIF, BMP or TIFF"
SNIFFED = 12
"""Bytes that tell whether a file is an image."""

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "PPM")
_KINDS = {
    "1": "black and white",
    "L": "grey",
    "LA": "grey",
    "La": "grey",
    "I;16": "16-bit grey",
    "I;16B": "16-bit grey",
    "I": "16-bit grey",
    "F": "floating grey",
    "P": "palette",
    "PA": "palette",
    "RGB": "RGB",
    "RGBA": "RGB",
    "RGBa": "RGB",
    "RGBX": "RGB",
    "CMYK": "CMYK",
    "YCbCr": "YCbCr",
    "LAB": "LAB",
}
_TRANSPARENT = ("LA", "La", "PA", "RGBA", "RGBa")
_BYTES_A_PIXEL = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16B": 2}
"""Bytes in which Pillow keeps a pixel; four in other modes."""
_STRIP = 1 << 20
"""Pixels that are converted at a time."""
_MOST_DEFLATED = 1032
"""Bytes that a byte of deflated data can stand for (zlib's documentation)."""
_BLOCK = 64
"""Pixels of a JPEG's block, which takes at least one bit of each component."""
_SCALES = (1, 2, 4, 8)
"""Factors by which a JPEG can be reduced while it is decoded."""
_ORIENTATION = 0x0112
"""The EXIF tag that says which way is up."""
_DAMAGE = (
    OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError,
    EOFError, RuntimeError, AssertionError, NotImplementedError, struct.error, zlib.error,
)  # fmt: skip
"""Raised by Pillow for files that aren't what they claim."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What decoding an image may take."""

    pixels: int = MOST_PIXELS
    bytes: int | None = None
    """Three quarters of the free memory otherwise."""
    reduce: bool = False
    """Whether a JPEG that is too large is read at a reduced size."""
    side: int | None = None
    """Pixels of a side that are enough: a larger image is read at a reduced size."""
    stored: bool = False
    """Whether grey is returned as it is stored, and palettes as indices: for maps."""


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """An image as it is stored: colours, or numbers whose range isn't known."""

    pixels: npt.NDArray[Any]
    """(H, W, 3) uint8; or (H, W) of 16-bit or floating grey; (H, W, 4) if `Limits.stored`."""
    kind: str
    """Empty for 8-bit RGB and grey: "palette", "16-bit grey", "transparent RGB …"."""
    note: str
    """How it was reduced, or turned; may be empty."""

    @property
    def numbers(self) -> bool:
        """Whether the pixels are numbers that need a range."""
        return self.pixels.ndim == 2


def is_image(start: bytes) -> bool:
    """Return whether a file that begins so, with at least `SNIFFED` bytes, is an image."""
    if start.startswith(b"RIFF"):
        return start[8:12] == b"WEBP"
    return start.startswith(IMAGE_STARTS) or _NETPBM.match(start) is not None


def decode(
    stream: IO[bytes],
    size: int,
    name: str,
    limits: Limits | None = None,
    background: tuple[int, int, int] = BLACK,
) -> Decoded:
    """Decode an image: the first frame, upright.

    Parameters
    ----------
    stream : seekable binary file
    size : int
        Bytes in it.
    name : str
        Of the image in messages, harmless for a terminal.
    limits : Limits, optional
    background : (red, green, blue)
        The colour under transparent pixels.

    Raises
    ------
    DataError
        If it is no image, damaged, cut short or too large.
    """
    limits = limits or Limits()
    start = stream.read(SNIFFED)
    stream.seek(0)
    if not is_image(start):
        what = f"isn't a {KINDS_READ} image" if start else "is empty"
        raise DataError(f"{name} {what}", "save it as PNG or JPEG")
    try:
        return _decoded(stream, size, name, limits, background)
    except MemoryError as error:
        raise DataError(f"{name} doesn't fit into memory", "shrink it first") from error
    except _DAMAGE as error:
        raise DataError(
            f"{name} is damaged: {clean(str(error)) or type(error).__name__}",
            "copy or save it again",
        ) from error


def stored_size(stream: IO[bytes]) -> tuple[int, int] | None:
    """Return (H, W) of an image from its header alone, upright; None if it can't be read."""
    import PIL.Image

    if not is_image(stream.read(SNIFFED)):
        return None
    stream.seek(0)
    try:
        with quiet(), PIL.Image.open(stream, formats=_FORMATS) as image:
            width, height = image.size
            turned = _orientation(image) >= _FIRST_SIDEWAYS
            return (width, height) if turned else (height, width)
    except (MemoryError, *_DAMAGE):
        return None


def require_size(name: str, width: int, height: int, max_pixels: int) -> None:
    """Raise a DataError for an image that is too large."""
    if width * height > max_pixels:
        limit = f"{width * height:,} pixels, more than the limit of {max_pixels:,}"
    elif max(width, height) > LONGEST_SIDE:
        limit = f"a side of more than {LONGEST_SIDE:,} pixels"
    else:
        return
    raise DataError(f"{name} is {width:,} x {height:,}: {limit}", "shrink it first")


class _Quiet:
    """Pillow's limit and Python's warning filters, global both, while any thread decodes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._restore = ExitStack()

    def enter(self) -> None:
        with self._lock:
            self._inside += 1
            if self._inside == 1:
                import PIL.Image

                self._restore.enter_context(warnings.catch_warnings())
                warnings.simplefilter("ignore")
                # Opening reads only the header; its size is checked against our own limit.
                limit, PIL.Image.MAX_IMAGE_PIXELS = PIL.Image.MAX_IMAGE_PIXELS, None
                self._restore.callback(setattr, PIL.Image, "MAX_IMAGE_PIXELS", limit)

    def leave(self) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside:
                self._restore.close()


_QUIET = _Quiet()


@contextmanager
def quiet() -> Iterator[None]:
    """A block in which Pillow neither warns nor has a limit of its own; for several threads."""
    _QUIET.enter()
    try:
        yield
    finally:
        _QUIET.leave()


def _decoded(
    stream: IO[bytes], size: int, name: str, limits: Limits, background: tuple[int, int, int]
) -> Decoded:
    import PIL.Image

    allowed = memory_limit(limits.bytes)
    if size > allowed:
        # Pillow reads some formats as a whole before it decodes them.
        raise DataError(f"{name} is {describe_bytes(size)} long", "shrink it first")
    _silence()
    with quiet():
        try:
            with PIL.Image.open(stream, formats=_FORMATS) as image:
                full = image.size
                reduced = _reduce(image, limits, allowed)
                _check_size(name, image, full, limits.pixels, allowed)
                _check_length(image, size, full)
                image.load()
                if limits.stored:
                    return stored_levels(image)
                return from_pillow(image, background, limits.side, reduced)
        except PIL.UnidentifiedImageError as error:
            # Its own message names the stream.
            raise ValueError("its header can't be read") from error


@cache
def _silence() -> None:
    """Keep libtiff and Pillow from writing on standard error, where the terminal's screen is."""
    import PIL._imaging

    # Without any handler, logging itself writes there.
    logging.getLogger("PIL").addHandler(logging.NullHandler())
    with suppress(OSError, AttributeError):
        # What a library depends on is found by its own handle (POSIX, dlsym).
        library = ctypes.CDLL(PIL._imaging.__file__)
        for name in ("TIFFSetErrorHandler", "TIFFSetWarningHandler"):
            getattr(library, name)(None)


def from_pillow(
    image: Image, background: tuple[int, int, int] = BLACK, side: int | None = None, note: str = ""
) -> Decoded:
    """Return a loaded Pillow image, upright.

    Parameters
    ----------
    side : int, optional
        Pixels of a side that are enough.
    note : str
        What was done to it already.

    Raises
    ------
    ValueError
        If its mode isn't known.
    """
    kind = _KINDS.get(image.mode)
    if kind is None:
        raise ValueError(f"its mode {image.mode} is not known")
    orientation = _orientation(image)
    turned = "turned upright" if orientation > 1 else ""
    note = " · ".join(filter(None, (note, turned)))
    if image.mode[0] in "IF":
        numbers = np.asarray(image)
        numbers = numbers.astype(numbers.dtype.newbyteorder("="), copy=False)
        return Decoded(_upright(numbers, orientation), kind, note)
    transparent = image.mode in _TRANSPARENT or "transparency" in image.info
    picture = _shrunk(_as_rgb(image, background, transparent=transparent), side)
    if transparent:
        kind = f"transparent {kind} over a background"
    elif image.mode in ("L", "RGB"):
        kind = ""
    return Decoded(_upright(picture, orientation), kind, note)


def stored_levels(image: Image) -> Decoded:
    """Return a loaded Pillow image upright, and otherwise as it is stored.

    Returns
    -------
    Decoded
        (H, W) bool, uint8, 16-bit or floating grey, or indices of a palette; else (H, W, 3|4).

    Raises
    ------
    ValueError
        If its mode isn't known.
    """
    if image.mode not in _KINDS:
        raise ValueError(f"its mode {image.mode} is not known")
    orientation = _orientation(image)
    transparent = image.mode in _TRANSPARENT or "transparency" in image.info
    if image.mode not in ("1", "L", "P", "I;16", "I;16B", "I", "F"):
        levels = image.convert("RGBA" if transparent else "RGB")
    else:
        levels = image
    pixels = np.asarray(levels)
    pixels = pixels.astype(pixels.dtype.newbyteorder("="), copy=False)
    note = "turned upright" if orientation > 1 else ""
    return Decoded(_upright(pixels, orientation), _KINDS[image.mode], note)


def _as_rgb(image: Image, background: tuple[int, int, int], *, transparent: bool) -> Picture:
    width, height = image.size
    if image.mode in ("La", "RGBa"):
        image = image.convert("LA" if image.mode == "La" else "RGBA")
    picture = np.empty((height, width, 3), np.uint8)
    rows = max(1, _STRIP // max(1, width))
    for top in range(0, height, rows):
        strip = image.crop((0, top, width, min(height, top + rows)))
        if transparent:
            levels = to_rgb(np.asarray(strip.convert("RGBA")), background=background)
        else:
            levels = np.asarray(strip.convert("RGB"))
        picture[top : top + rows] = levels
    return picture


def _shrunk(picture: Picture, side: int | None) -> Picture:
    """Return a picture averaged by a whole factor, with at least so many pixels along a side."""
    factor = 1 if side is None else max(picture.shape[:2]) // max(1, side)
    if factor < 2:
        return picture
    import PIL.Image

    return np.array(PIL.Image.fromarray(picture).reduce(factor))


_FIRST_SIDEWAYS = 5
"""The first of the orientations that exchange width and height."""


def _orientation(image: Image) -> int:
    """Return 1 to 8 as EXIF has it; 1, upright, where nothing is said."""
    try:
        found = image.getexif().get(_ORIENTATION, 1)
    except (MemoryError, *_DAMAGE):
        return 1
    return found if isinstance(found, int) and 1 <= found <= 8 else 1


def _upright(pixels: npt.NDArray[Any], orientation: int) -> npt.NDArray[Any]:
    """Turn pixels as their orientation says; source: EXIF 2.32, table 4, tag 274."""
    if orientation >= _FIRST_SIDEWAYS:
        pixels = pixels.swapaxes(0, 1)
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    return np.ascontiguousarray(pixels)


def _check_length(image: ImageFile, size: int, full: tuple[int, int]) -> None:
    """Raise a ValueError if a file is too short for the pixels that its header declares."""
    width, height = full
    if image.format == "PNG":
        bits = 1 if image.mode in ("1", "L", "P") else 8 * len(image.getbands())
        most = size * _MOST_DEFLATED * 8 // bits
    elif image.format == "JPEG":
        most = size * 8 * _BLOCK
    else:
        return
    if width * height > most:
        raise ValueError(f"cut short: {size:,} bytes can't hold {width:,} x {height:,} pixels")


def _bytes_taken(image: ImageFile, size: tuple[int, int], full: tuple[int, int]) -> int:
    """Return the memory that decoding to a size takes; `full` is the size without reduction."""
    pixels = math.prod(size) * (_BYTES_A_PIXEL.get(image.mode, 4) + 3)
    # All coefficients of a progressive JPEG are kept until the last scan, two bytes each.
    progressive = image.format == "JPEG" and "progressive" in image.info
    return pixels + (2 * len(image.getbands()) * math.prod(full) if progressive else 0)


def _reduce(image: ImageFile, limits: Limits, allowed: int) -> str:
    """Make a JPEG that is larger than wanted be decoded at a reduced scale; say if it is."""
    if image.format != "JPEG" or not (limits.reduce or limits.side):
        return ""
    full = width, height = image.size
    wanted = 1
    if limits.side:
        wanted = max(scale for scale in _SCALES if scale == 1 or max(full) // scale >= limits.side)
    size = full
    for scale in _SCALES:
        size = -(-width // scale), -(-height // scale)
        small = math.prod(size) <= limits.pixels and max(size) <= LONGEST_SIDE
        if scale >= wanted and small and _bytes_taken(image, size, full) <= allowed:
            break
    if size == full:
        return ""
    # Only once: a second call would reduce the reduced size again.
    image.draft(None, (width // scale, height // scale))
    return f"{width:,} x {height:,} read as {image.width:,} x {image.height:,}"


def _check_size(
    name: str, image: ImageFile, full: tuple[int, int], pixels: int, allowed: int
) -> None:
    """Raise a DataError for an image that is too large, before it is decoded."""
    width, height = image.size
    require_size(name, width, height, pixels)
    needed = _bytes_taken(image, image.size, full)
    if needed > allowed:
        raise DataError(
            f"{name} is {width:,} x {height:,}: decoding it takes {describe_bytes(needed)}, "
            f"more than the limit of {describe_bytes(allowed)}",
            "shrink it first, or raise --max-bytes",
        )
