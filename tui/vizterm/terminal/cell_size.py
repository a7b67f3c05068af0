"""Size of a cell in pixels, by the terminal's answers and by the kernel, which may disagree."""

from __future__ import annotations

import fcntl
import re
import struct
import sys
import termios
from typing import NamedTuple

CellSize = tuple[float, float]
"""(width, height)"""

QUESTIONS = b"\x1b[16t\x1b[14t"
"""XTWINOPS: size of a cell, and of all cells together; Warp answers only the latter."""
_CELL = re.compile(rb"\x1b\[6;(\d{1,5});(\d{1,5})t")
_AREA = re.compile(rb"\x1b\[4;(\d{1,5});(\d{1,5})t")
_LEAST, _LARGEST = 2, 500
"""Range of plausible widths of a cell in pixels."""
_NEAR = 1.0
"""Pixels by which sizes of a cell may differ: one is rounded, or has a share of the borders."""
_HIGH_DENSITY = 1.2
"""Pixels to a point from which a screen has a high density."""
_ALIKE = 0.05


class Window(NamedTuple):
    """The kernel's knowledge of the window."""

    columns: int
    rows: int
    width: int = 0
    """In pixels; 0 if it wasn't told."""
    height: int = 0

    @property
    def cell(self) -> CellSize | None:
        """Size of a cell, or somewhat more: some terminals count their borders; None if unknown."""
        if not (self.columns and self.rows and self.width and self.height):
            return None
        return _plausible((self.width / self.columns, self.height / self.rows))


def read_window() -> Window | None:
    """Ask the kernel for the window on standard output; None if there is none."""
    try:
        size = fcntl.ioctl(sys.__stdout__.fileno(), termios.TIOCGWINSZ, b"\0" * 8)  # type: ignore[union-attr]
    except (OSError, AttributeError, ValueError):
        return None
    rows, columns, width, height = struct.unpack("HHHH", size)
    return Window(columns, rows, width, height)


def find_cell(
    answers: bytes, window: Window | None, *, fractions: bool
) -> tuple[CellSize | None, bool]:
    """Size of a cell, and whether the kernel's is to be followed when the window changes.

    Parameters
    ----------
    answers : bytes
        To `QUESTIONS`, among others.
    window : Window, optional
    fractions : bool
        Whether the terminal draws cells of a fractional size, as browsers do: it rounds its answer.
    """
    own, area = _answer(_CELL, answers), None
    if window is not None and window.columns and window.rows:
        area = _answer(_AREA, answers, window.columns, window.rows)
    if area is not None and (own is None or (fractions and _near(area, own))):
        own = area
    kernel = None if window is None else window.cell
    if kernel is None or own is None:
        return kernel or own, own is None
    if _near(kernel, own):
        return kernel, True
    # Where a point is several pixels, pictures are drawn in pixels; a browser draws in points.
    # Others that disagree tell the kernel nonsense, or draw in cells of their own making, as
    # Windows Terminal does: its sixels count 10 x 20 to a cell, whatever the font.
    if not fractions and _has_high_density(kernel, own):
        return kernel, True
    return own, False


def _answer(
    form: re.Pattern[bytes], answers: bytes, columns: int = 1, rows: int = 1
) -> CellSize | None:
    found = form.search(answers)
    return _plausible((int(found[2]) / columns, int(found[1]) / rows)) if found else None


def _plausible(size: CellSize) -> CellSize | None:
    width, height = size
    return size if _LEAST <= width <= _LARGEST and 0.5 < height / width < 6 else None


def _near(one: CellSize, other: CellSize) -> bool:
    return all(abs(a - b) <= _NEAR for a, b in zip(one, other, strict=True))


def _has_high_density(pixels: CellSize, points: CellSize) -> bool:
    across, down = (a / b for a, b in zip(pixels, points, strict=True))
    return across >= _HIGH_DENSITY and abs(across / down - 1) < _ALIKE
