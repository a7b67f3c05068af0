"""Image files: PNG written by hand, with checksums put right after every mutation."""

from __future__ import annotations

import io
import struct
import zlib
from functools import cache

import numpy as np
from hypothesis import strategies as st
from PIL import Image
from tests.fuzz.mutations import EXTREMES, mangled, perhaps_mangled, sometimes

SIGNATURE = b"\x89PNG\r\n\x1a\n"
Chunk = tuple[bytes, bytes]

_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""By colour type."""
KINDS = (
    *((0, 1), (0, 2), (0, 4), (0, 8), (0, 16), (2, 8), (2, 16), (3, 1), (3, 2), (3, 4), (3, 8)),
    *((4, 8), (4, 16), (6, 8), (6, 16)),
)
"""(colour type, bits) as the standard has them."""
_ADAM7 = (
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)
"""x, y, and steps across and down of the seven passes."""
_SIDES = (0, 1, 2, 7, 9, 256, 5000, 8192, 8193, 65535, 2**20, 2**31 - 1, 2**31, 2**32 - 1)
_MOST_PIXELS = 1 << 24
"""For which zeros are packed as large as the header says."""


def png_chunks(colour: int, bits: int, width: int, height: int, interlaced: int) -> list[Chunk]:
    """A PNG image of noise, or of zeros where it is large; format: W3C's PNG, third edition."""
    head = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, interlaced)
    chunks = [(b"IHDR", head)]
    if colour == 3:
        chunks.append((b"PLTE", bytes(range(3 * 2**bits % 768 or 255))))
    passes = _ADAM7 if interlaced else ((0, 0, 1, 1),)
    rows = b""
    for x, y, across, down in passes:
        columns, lines = -(-(width - x) // across), -(-(height - y) // down)
        if columns > 0 and lines > 0:
            size = (columns * _CHANNELS[colour] * bits + 7) // 8
            rows += _rows(size, lines)
    return [*chunks, (b"IDAT", _packed(rows)), (b"IEND", b"")]


def _rows(size: int, lines: int) -> bytes:
    if size * lines > 1 << 16:
        return bytes((size + 1) * lines)
    noise = np.random.default_rng(0).integers(0, 256, (lines, size + 1), np.uint8)
    noise[:, 0] = np.arange(lines) % 5
    return noise.tobytes()


@cache
def _packed(rows: bytes) -> bytes:
    return zlib.compress(rows, 6)


def png_file(chunks: list[Chunk]) -> bytes:
    """Chunks with the lengths and checksums that belong to them."""
    parts = [SIGNATURE]
    for kind, data in chunks:
        crc = zlib.crc32(kind + data)
        parts.append(struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc))
    return b"".join(parts)


_EXTRA: tuple[Chunk, ...] = (
    (b"tRNS", bytes(2)), (b"tRNS", bytes(6)), (b"tRNS", bytes(range(255, 250, -1))), (b"tRNS", b""),
    (b"PLTE", b""), (b"PLTE", bytes(7)), (b"PLTE", bytes(900)),
    (b"tEXt", b"a\0\x1b[31m"), (b"zTXt", b"a\0\0" + zlib.compress(bytes(1 << 23))),
    (b"iTXt", b"a\0\1\0\0\0" + zlib.compress(bytes(1 << 23))),
    (b"zTXt", b"a\0\7xx"), (b"zTXt", b""),
    (b"iCCP", b"p\0\0" + zlib.compress(bytes(1 << 22))), (b"iCCP", b"p\0"), (b"gAMA", b""),
    (b"cHRM", bytes(3)), (b"pHYs", b""), (b"pHYs", bytes(9)), (b"sRGB", b""), (b"eXIf", b"II*\0"),
    (b"acTL", struct.pack(">II", 2**31, 0)), (b"acTL", struct.pack(">II", 3, 0)), (b"acTL", b""),
    (b"fcTL", bytes(26)), (b"fdAT", bytes(4)), (b"IDAT", b""), (b"IEND", b""), (b"IHDR", bytes(13)),
    (b"ABCD", b"critical"), (b"a\x1b[m", b""), (b"\0\0\0\0", b""), (b"bKGD", bytes(1)),
)  # fmt: skip


@st.composite
def png_files(draw: st.DrawFn) -> bytes:
    """An image of any kind, with chunks changed, added, dropped, or out of order."""
    colour, bits = draw(st.sampled_from(KINDS))
    width, height = draw(st.tuples(*[st.sampled_from((1, 3, 9, 16))] * 2))
    if (large := draw(sometimes(st.tuples(*[st.sampled_from(_SIDES)] * 2), 8))) is not None:
        width, height = large
    interlaced = draw(st.integers(0, 1))
    told = width, height
    if width * height > _MOST_PIXELS or not width * height:
        width, height = 9, 7
    chunks = png_chunks(colour, bits, width, height, interlaced)
    head = struct.pack(">II", *told) + chunks[0][1][8:]
    chunks[0] = b"IHDR", draw(perhaps_mangled(head, one_in=6))
    for _ in range(draw(st.sampled_from((0, 0, 1, 2)))):
        at = draw(st.integers(0, len(chunks) - 1))
        how = draw(st.sampled_from(("add", "mangle", "drop", "double", "last", "inflated")))
        kind, data = chunks[at]
        if how == "add":
            chunks.insert(at + 1, draw(st.sampled_from(_EXTRA)))
        elif how == "mangle":
            chunks[at] = kind, draw(mangled(data))
        elif how == "inflated" and kind == b"IDAT":
            # The rows themselves are changed, and packed again.
            chunks[at] = kind, zlib.compress(draw(mangled(_rows_of(data))))
        elif how == "double":
            chunks.insert(at, chunks[at])
        elif len(chunks) > 1:
            chunks.append(chunks.pop(at)) if how == "last" else chunks.pop(at)
    return draw(perhaps_mangled(png_file(chunks), one_in=6))


def _rows_of(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, 1 << 16)
    except zlib.error:
        return b""


@cache
def jpeg_seed(mode: str, progressive: bool) -> bytes:
    """A JPEG image of noise."""
    shape = (24, 17) if mode == "L" else (24, 17, 4 if mode == "CMYK" else 3)
    noise = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    stream = io.BytesIO()
    image = Image.frombytes(mode, (17, 24), noise.tobytes())
    exif = Image.Exif()
    exif[0x0112] = 6
    image.save(stream, "JPEG", progressive=progressive, exif=exif, comment=b"\x1b[31m")
    return stream.getvalue()


@cache
def large_jpeg(mode: str, progressive: bool, size: tuple[int, int]) -> bytes:
    """A JPEG image of one colour: a few hundred kB that are many pixels."""
    stream = io.BytesIO()
    Image.new(mode, size).save(stream, "JPEG", progressive=progressive)
    return stream.getvalue()


_LARGE = ((1500, 1000), (3000, 2000), (6000, 4000), (20_000, 500), (65_500, 3), (9000, 7000))


@st.composite
def jpeg_files(draw: st.DrawFn) -> bytes:
    """An image whose segments are changed, dropped or doubled, and their lengths put right."""
    kind = draw(st.sampled_from(("RGB", "L", "CMYK"))), draw(st.booleans())
    seed = jpeg_seed(*kind)
    if (size := draw(sometimes(st.sampled_from(_LARGE), 6))) is not None:
        seed = large_jpeg(*kind, size)
    segments, scan = _segments(seed)
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(segments) - 1))
        how = draw(st.sampled_from(("mangle", "drop", "double", "sides", "marker")))
        marker, data = segments[at]
        if how == "mangle":
            segments[at] = marker, draw(mangled(data))[:65_000]
        elif how == "double":
            segments.insert(at, segments[at])
        elif how == "marker":
            segments[at] = draw(st.integers(0xC0, 0xFE)), data
        elif how == "sides" and 0xC0 <= marker <= 0xC2:
            sides = [draw(st.sampled_from(EXTREMES)) % 65536 for _ in range(2)]
            segments[at] = marker, data[:1] + struct.pack(">HH", *sides) + data[5:]
        elif how == "drop" and len(segments) > 1:
            segments.pop(at)
    parts = [struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data for marker, data in segments]
    return draw(perhaps_mangled(b"\xff\xd8" + b"".join(parts) + scan, (seed,), one_in=4))


def _segments(jpeg: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """(marker, data) pairs up to the first scan's, and what follows."""
    segments, at = [], 2
    while True:
        marker, length = jpeg[at + 1], struct.unpack_from(">H", jpeg, at + 2)[0]
        segments.append((marker, jpeg[at + 4 : at + 2 + length]))
        at += 2 + length
        if marker == 0xDA:
            return segments, jpeg[at:]


_MODES = {
    "GIF": ("P", "L", "1"),
    "BMP": ("RGB", "RGBA", "P", "L", "1"),
    "TIFF": ("RGB", "RGBA", "P", "L", "1", "I;16", "I", "F", "CMYK", "LAB", "YCbCr", "LA"),
    "WEBP": ("RGB", "RGBA"),
}
_COMPRESSIONS = ("raw", "tiff_lzw", "tiff_deflate", "jpeg", "packbits", "group4")


@cache
def image_seed(kind: str, mode: str, way: str, frames: int) -> bytes:
    """An image of noise in one of Pillow's formats; empty where it writes no such file."""
    noise = np.random.default_rng(0).integers(0, 256, 24 * 17 * 4, np.uint8).tobytes()
    base = Image.frombytes("RGBA", (17, 24), noise)
    grey = base.convert("L")
    image = grey.convert("I").convert(mode) if mode[0] in "IF" else base.convert("RGB")
    image = image if mode[0] in "IF" or mode == "RGB" else _as_mode(base, mode)
    exif = Image.Exif()
    exif[0x0112] = 6
    options = {"compression": way} if kind == "TIFF" and way != "raw" else {}
    if kind == "WEBP":
        options = {"lossless": way == "raw", "exif": exif}
    if frames > 1 and kind != "BMP":
        options |= {"save_all": True, "append_images": [image] * (frames - 1)}
    stream = io.BytesIO()
    try:
        image.save(stream, kind, **options)
    except (OSError, ValueError, KeyError, RuntimeError):
        return b""
    return stream.getvalue()


def _as_mode(image: Image.Image, mode: str) -> Image.Image:
    if mode == "LAB":
        return Image.frombytes("LAB", image.size, image.convert("RGB").tobytes())
    return image.convert(mode) if mode == "RGBA" else image.convert("RGB").convert(mode)


@st.composite
def other_image_files(draw: st.DrawFn, kind: str) -> bytes:
    """An image of a format, of any mode and compression, with parts of it changed."""
    mode, way = draw(st.sampled_from(_MODES[kind])), draw(st.sampled_from(_COMPRESSIONS))
    seed = image_seed(kind, mode, way, draw(st.sampled_from((1, 1, 2))))
    seed = seed or image_seed(kind, _MODES[kind][0], "raw", 1)
    data = draw(perhaps_mangled(seed, one_in=1))
    return draw(perhaps_mangled(data, (seed,), one_in=3))
