"""Pixels as the kitty graphics protocol transmits them: PNG where grey, else compressed RGB."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from vizterm.graphics.indexed import MOST_COLOURS, Indexed
from vizterm_core.pictures.image import Picture

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_STRATEGIES = (zlib.Z_FILTERED, zlib.Z_RLE)
"""The second is better for small photographs that are enlarged."""
_QUICK = 1
"""Effort of compressing a plot, which changes many times a second."""
_THOROUGH = 6
_SMALL = 1 << 18
"""Bytes of pixels that are quickly compressed, however thoroughly: those of a mark."""
_SUB, _UP = 1, 2
"""PNG filters: the difference from the pixel to the left, and from the one above."""


def encode_data(picture: Picture) -> str:
    """Return a picture's pixels for the commands: format keys, a semicolon, base64.

    Grey pictures become a PNG of 8 bits a pixel, others RGB compressed by zlib.
    """
    height, width = picture.shape[:2]
    grey = bool(
        (picture[..., 0] == picture[..., 1]).all() and (picture[..., 1] == picture[..., 2]).all()
    )
    if grey:
        keys, data = "f=100", encode_grey_png(picture[..., 0])
    else:
        keys = f"f=24,o=z,s={width},v={height}"
        data = zlib.compress(np.ascontiguousarray(picture).tobytes(), 6)
    return f"{keys};{base64.standard_b64encode(data).decode()}"


def encode_canvas(pixels: npt.NDArray[np.uint8]) -> str:
    """Return (H, W, 4) pixels with opacity for the commands, as a PNG.

    Rows are coded as their difference from the one above: plots are empty, or even.
    """
    height, width = pixels.shape[:2]
    opaque = bool((pixels[..., 3] == 255).all())
    used = pixels[..., :3] if opaque else pixels
    lines = np.ascontiguousarray(used).reshape(height, -1)
    rows = np.empty((height, 1 + lines.shape[1]), np.uint8)
    rows[:, 0] = _UP
    rows[0, 1:] = lines[0]
    np.subtract(lines[1:], lines[:-1], out=rows[1:, 1:])
    header = struct.pack(">IIBBBBB", width, height, 8, 2 if opaque else 6, 0, 0, 0)
    data = zlib.compress(rows.tobytes(), _THOROUGH if rows.nbytes < _SMALL else _QUICK)
    return f"f=100;{base64.standard_b64encode(_png(header, data)).decode()}"


def encode_indexed(pixels: Indexed) -> str:
    """Return indexed pixels for the commands, as a PNG with their palette.

    Blank rows are transparent: in a colour that nothing else has, made free where there is none.
    """
    height, width = pixels.shape
    pixels = _with_used_entries(pixels)
    entries, palette = pixels.entries, pixels.palette
    chunks = [(b"PLTE", palette.tobytes())]
    if pixels.blank:
        entries, palette, clear = _with_clear_entry(pixels)
        opacity = np.full(clear + 1, 255, np.uint8)
        opacity[clear] = 0
        chunks = [(b"PLTE", palette.tobytes()), (b"tRNS", opacity.tobytes())]
    rows = np.empty((height, 1 + width), np.uint8)
    rows[:, 0] = _UP
    rows[0, 1:] = entries[0]
    np.subtract(entries[1:], entries[:-1], out=rows[1:, 1:])
    packer = zlib.compressobj(_QUICK, strategy=zlib.Z_RLE)
    data = packer.compress(rows.tobytes()) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    return f"f=100;{base64.standard_b64encode(_png(header, data, chunks)).decode()}"


def _with_used_entries(pixels: Indexed) -> Indexed:
    """Return the same picture without the colours that it doesn't have, the others in order."""
    used = np.bincount(pixels.entries.ravel(), minlength=len(pixels.palette)) > 0
    if used.all():
        return pixels
    place = (np.cumsum(used) - 1).astype(np.uint8)
    return replace(pixels, entries=place[pixels.entries], palette=pixels.palette[used])


def _with_clear_entry(pixels: Indexed) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8], int]:
    """Return entries and palette with one for nothing, in the blank rows, and its place."""
    entries, palette = pixels.entries.copy(), pixels.palette
    clear = len(palette)
    if clear < MOST_COLOURS:
        palette = np.concatenate([palette, np.zeros((1, 3), np.uint8)])
    else:
        drawn = entries[: len(entries) - pixels.blank]
        unused = np.flatnonzero(np.bincount(drawn.ravel(), minlength=clear) == 0)
        clear = int(unused[0]) if unused.size else 1
        if not unused.size:
            drawn[drawn == clear] = 0
    entries[len(entries) - pixels.blank :] = clear
    return entries, palette, clear


def encode_grey_png(levels: npt.NDArray[np.uint8]) -> bytes:
    """Return a PNG file of an (H, W) uint8 array.

    Rows equal to the one above are coded as their difference from it, others as differences along
    the row: pictures enlarged by whole factors take few more bytes than the originals.
    """
    height, width = levels.shape
    rows = np.zeros((height, width + 1), np.uint8)
    rows[:, 1] = levels[:, 0]
    rows[:, 2:] = levels[:, 1:] - levels[:, :-1]
    rows[:, 0] = _SUB
    repeated = np.flatnonzero((levels[1:] == levels[:-1]).all(axis=1)) + 1
    rows[repeated] = 0
    rows[repeated, 0] = _UP
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = min((_deflate(rows.tobytes(), how) for how in _STRATEGIES), key=len)
    return _png(header, data)


def _png(header: bytes, data: bytes, before: Sequence[tuple[bytes, bytes]] = ()) -> bytes:
    """Return a PNG file; `before` are chunks before the data."""
    chunks = (b"IHDR", header), *before, (b"IDAT", data), (b"IEND", b"")
    return _PNG_SIGNATURE + b"".join(_png_chunk(*chunk) for chunk in chunks)


def _deflate(data: bytes, strategy: int) -> bytes:
    packer = zlib.compressobj(6, strategy=strategy)
    return packer.compress(data) + packer.flush()


def _png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
