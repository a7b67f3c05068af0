"""The kitty graphics protocol: commands for pictures that the terminal keeps by number.

A picture is transmitted once and placed as often as wanted; each place on screen has a number, so
that a picture that moves leaves nothing behind, and one picture can be in two places.  ``q=2``
keeps the terminal from answering.  Source: "Terminal graphics protocol", kitty's documentation.
"""

from __future__ import annotations

import os
from collections import OrderedDict

_CHUNK = 4096
"""Bytes of base64 that one sequence may carry."""
_LARGEST_ID = (1 << 24) - 1
MOST_IMAGES = 500
MOST_BYTES = 64 << 20
"""Limits on what a terminal is asked to keep; kitty itself stops at 320 MB."""


def transmit_data(data: str, image_id: int) -> str:
    """Send pixels made by `kitty_data.encode_data`, to be placed later."""
    return _send(f"a=t,t=d,i={image_id},q=2", data)


def show_here(data: str) -> str:
    """Send pixels and show them at the cursor, as in a scrollback; the cursor stays."""
    return _send("a=T,t=d,C=1,q=2", data)


def _send(control: str, data: str) -> str:
    keys, _, payload = data.partition(";")
    pieces = [payload[at : at + _CHUNK] for at in range(0, len(payload), _CHUNK)] or [""]
    last = len(pieces) - 1
    sequences = [f"\x1b_G{control},{keys},m={int(last > 0)};{pieces[0]}\x1b\\"]
    for place, piece in enumerate(pieces[1:], 1):
        sequences.append(f"\x1b_Gm={int(place < last)},q=2;{piece}\x1b\\")
    return "".join(sequences)


def place(
    image_id: int,
    placement: int,
    column: int,
    row: int,
    *,
    size: tuple[int, int] | None = None,
    level: int = 0,
) -> str:
    """Show a transmitted picture from a cell on; an existing placement moves there.

    Parameters
    ----------
    image_id, placement, column, row : int
    size : (columns, rows), optional
        Cells to which the terminal enlarges it.
    level : int
        Pictures of higher levels lie above.
    """
    keys = f"a=p,i={image_id},p={placement},C=1,q=2"
    if size is not None:
        keys += f",c={size[0]},r={size[1]}"
    if level:
        keys += f",z={level}"
    return f"\x1b7\x1b[{row + 1};{column + 1}H\x1b_G{keys}\x1b\\\x1b8"


def delete_placement(image_id: int, placement: int) -> str:
    """Remove a picture from one place; the terminal keeps its pixels."""
    return f"\x1b_Ga=d,d=i,i={image_id},p={placement},q=2\x1b\\"


def delete_image(image_id: int) -> str:
    """Remove a picture from the screen, and its pixels from the terminal's memory."""
    return f"\x1b_Ga=d,d=I,i={image_id},q=2\x1b\\"


class ImageIds:
    """Gives numbers to pictures, so that one seen before needn't be sent again.

    Numbers start at random, so that two programs in one terminal don't use the same, and stay below
    2**24, which the colour of a placeholder can hold.
    """

    def __init__(self, most_images: int = MOST_IMAGES, most_bytes: int = MOST_BYTES) -> None:
        self._most_images, self._most_bytes = most_images, most_bytes
        self._next = int.from_bytes(os.urandom(2), "big") << 7 | 1
        self._kept: OrderedDict[bytes, tuple[int, int]] = OrderedDict()
        self._bytes = 0

    def id_for(self, key: bytes, size: int) -> tuple[int, bool, list[int]]:
        """Return the number of a picture.

        Parameters
        ----------
        key : bytes
            Identifies the picture.
        size : int
            Bytes that it takes in the terminal.

        Returns
        -------
        image_id : int
        new : bool
            Whether it has to be transmitted.
        evicted : list of int
            Numbers of the least recently used pictures, which have to be deleted.
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

    def forget(self, key: bytes) -> None:
        """Let go of a picture that was deleted."""
        if key in self._kept:
            self._bytes -= self._kept.pop(key)[1]

    def forget_all(self) -> list[int]:
        """Return all numbers in use; they count as deleted from now on."""
        numbers = [image_id for image_id, _ in self._kept.values()]
        self._kept.clear()
        self._bytes = 0
        return numbers
