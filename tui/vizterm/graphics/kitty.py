"""The kitty graphics protocol: escape sequences for pictures that the terminal keeps by number.

A picture is transmitted once and placed as often as wanted; each place on screen has a number, so
that what moves leaves nothing behind, and one picture can be in two places.  ``q=2`` keeps the
terminal from answering.  Source: "Terminal graphics protocol", kitty's documentation.
"""

from __future__ import annotations

import base64
import os
import struct
import zlib
from collections import OrderedDict

import numpy as np
import numpy.typing as npt

from vizterm_core.pictures.image import Picture

_CHUNK = 4096
"""Bytes of base64 that one sequence may carry."""
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_STRATEGIES = (zlib.Z_FILTERED, zlib.Z_RLE)
"""The second is better where photographs of few pixels are enlarged."""
_SUB, _UP = 1, 2
"""PNG filters: the difference to the pixel at the left, and to the one above."""
_LARGEST_ID = (1 << 24) - 1
MOST_IMAGES = 500
MOST_BYTES = 64 << 20
"""What a terminal is asked to keep; kitty itself stops at 320 MB."""


def encode_data(picture: Picture) -> str:
    """A picture's pixels for `transmit_data`: format keys, a semicolon, base64.

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


def encode_grey_png(levels: npt.NDArray[np.uint8]) -> bytes:
    """A PNG file of an (H, W) uint8 array.

    Rows like the one above are coded by their difference to it, others by differences along the
    row: pictures enlarged by whole factors become little larger than the small ones.
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
    return (
        _PNG_SIGNATURE + _png_chunk(b"IHDR", header) + _png_chunk(b"IDAT", data)
        + _png_chunk(b"IEND", b"")
    )  # fmt: skip


def _deflate(data: bytes, strategy: int) -> bytes:
    packer = zlib.compressobj(6, strategy=strategy)
    return packer.compress(data) + packer.flush()


def _png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def transmit_data(data: str, image_id: int) -> str:
    """Send pixels made by `encode_data`, to be placed later."""
    return _send(f"a=t,t=d,i={image_id},q=2", data)


def show_here(picture: Picture) -> str:
    """Send a picture and show it at the cursor, as in a scrollback; the cursor stays."""
    return _send("a=T,t=d,C=1,q=2", encode_data(picture))


def _send(control: str, data: str) -> str:
    keys, _, payload = data.partition(";")
    pieces = [payload[at : at + _CHUNK] for at in range(0, len(payload), _CHUNK)] or [""]
    last = len(pieces) - 1
    sequences = [f"\x1b_G{control},{keys},m={int(last > 0)};{pieces[0]}\x1b\\"]
    for place, piece in enumerate(pieces[1:], 1):
        sequences.append(f"\x1b_Gm={int(place < last)},q=2;{piece}\x1b\\")
    return "".join(sequences)


def place(image_id: int, placement: int, column: int, row: int) -> str:
    """Show a transmitted picture, pixel by pixel, from a cell on; moves that placement of it."""
    return (
        f"\x1b7\x1b[{row + 1};{column + 1}H\x1b_Ga=p,i={image_id},p={placement},C=1,q=2\x1b\\\x1b8"
    )


def delete_placement(image_id: int, placement: int) -> str:
    """Take a picture out of one place; the terminal keeps its pixels."""
    return f"\x1b_Ga=d,d=i,i={image_id},p={placement},q=2\x1b\\"


def delete_image(image_id: int) -> str:
    """Take a picture off the screen, and its pixels out of the terminal's memory."""
    return f"\x1b_Ga=d,d=I,i={image_id},q=2\x1b\\"


class ImageIds:
    """Numbers for pictures, so that one seen before needn't be sent again.

    They begin at random, so that two programs in one terminal don't take each other's pictures, and
    stay below 2**24, which a placeholder's colour can hold.
    """

    def __init__(self, most_images: int = MOST_IMAGES, most_bytes: int = MOST_BYTES) -> None:
        self._most_images, self._most_bytes = most_images, most_bytes
        self._next = int.from_bytes(os.urandom(2), "big") << 7 | 1
        self._kept: OrderedDict[bytes, tuple[int, int]] = OrderedDict()
        self._bytes = 0

    def id_for(self, key: bytes, size: int) -> tuple[int, bool, list[int]]:
        """The number of a picture.

        Parameters
        ----------
        key : bytes
            Tells pictures apart.
        size : int
            Bytes that it takes in the terminal.

        Returns
        -------
        image_id : int
        new : bool
            Whether it has to be transmitted.
        evicted : list of int
            Numbers of pictures that were looked at longest ago and have to be deleted.
        """
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key][0], False, []
        image_id, self._next = self._next, self._next % _LARGEST_ID + 1
        self._kept[key] = image_id, size
        self._bytes += size
        evicted = []
        while len(self._kept) > 1 and (
            len(self._kept) > self._most_images or self._bytes > self._most_bytes
        ):
            old, old_size = self._kept.popitem(last=False)[1]
            self._bytes -= old_size
            evicted.append(old)
        return image_id, True, evicted

    def forget_all(self) -> list[int]:
        """All numbers that are in use; they count as deleted from now on."""
        numbers = [image_id for image_id, _ in self._kept.values()]
        self._kept.clear()
        self._bytes = 0
        return numbers
