"""Braille codes of lit dots, and back.

A code is the low byte of a character in the Unicode block "Braille Patterns": U+2800 + code.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vizterm_core.scatter.viewport import DOTS_ACROSS, DOTS_DOWN

DOT_BITS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]], np.uint8)
"""(4, 2) the bit of each dot in a cell, rows from the top (Unicode 15, chapter 21.1)."""

BRAILLE = " " + "".join(chr(0x2800 + code) for code in range(1, 256))
"""The 256 characters by code; the empty cell is a plain space, which every font has."""


def encode_dots(lit: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint8]:
    """Pack lit dots into braille codes.

    Parameters
    ----------
    lit : (4 * rows, 2 * columns) bool

    Returns
    -------
    (rows, columns) uint8

    >>> encode_dots(np.eye(4, 2, dtype=bool)).tolist()
    [[17]]
    """
    dots = lit.view(np.uint8)
    codes = np.zeros((lit.shape[0] // DOTS_DOWN, lit.shape[1] // DOTS_ACROSS), np.uint8)
    for row in range(DOTS_DOWN):
        for column in range(DOTS_ACROSS):
            codes |= dots[row::DOTS_DOWN, column::DOTS_ACROSS] * DOT_BITS[row, column]
    return codes


def thicken(codes: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Light the neighbours of each lit dot in its cell, so that single dots become 2 x 2 squares.

    No other cell is lit: a dot grows into the cell's other column, and down, or up from the
    lowest row.
    """
    wide = codes | _ACROSS[codes]
    return wide | _DOWN[wide]


def _neighbours(across: bool) -> npt.NDArray[np.uint8]:
    lit = (np.arange(256)[:, None, None] & DOT_BITS) != 0
    grown = lit.copy()
    if across:
        grown |= lit[:, :, ::-1]
    else:
        grown[:, 1:] |= lit[:, :-1]
        grown[:, -2] |= lit[:, -1]
    return (grown * DOT_BITS).sum(axis=(1, 2)).astype(np.uint8)


_ACROSS, _DOWN = _neighbours(across=True), _neighbours(across=False)


def decode_dots(codes: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """Unpack braille codes, (rows, columns) uint8, into lit dots, (4 * rows, 2 * columns) bool."""
    rows, columns = codes.shape
    lit = (codes[:, None, :, None] & DOT_BITS[None, :, None, :]) != 0
    return lit.reshape(rows * DOTS_DOWN, columns * DOTS_ACROSS)
