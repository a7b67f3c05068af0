"""Half-block cells as styled text: run-length segments with cached styles."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from rich.color import Color, ColorType
from rich.color_triplet import ColorTriplet
from rich.segment import Segment
from rich.style import Style

from vizterm.cells.text import PLAIN
from vizterm_core.pictures.half_blocks import UPPER_HALF, to_shades
from vizterm_core.pictures.image import Picture

Cells = npt.NDArray[np.uint8]
Marks = Mapping[int, str]
"""By column: the character drawn over that cell."""

_PLACES = 1 << np.arange(40, -1, -8, dtype=np.int64)
_BRIGHT = 128
"""Luma from which black text is more readable than white."""


def pixel_cells(pixels: Picture) -> Cells:
    """Return (H, W, 3) pixels as (rows, W, 2, 3) half-block cells, padded with black."""
    if pixels.shape[0] % 2:
        pixels = np.concatenate([pixels, np.zeros_like(pixels[:1])])
    height, width = pixels.shape[:2]
    return pixels.reshape(height // 2, 2, width, 3).swapaxes(1, 2)


def picture_lines(cells: Cells, colours: str) -> list[list[Segment]]:
    """Return (rows, columns, 2, 3) half-block cells as lines."""
    return [picture_line(row, colours) for row in cells]


def picture_line(cells: Cells, colours: str, marks: Marks | None = None) -> list[Segment]:
    """Return (columns, 2, 3) half-block cells as a line, with marks drawn over some of them."""
    marks = {column: mark for column, mark in (marks or {}).items() if 0 <= column < len(cells)}
    if colours == "none":
        text = list(to_shades(cells[None])[0])
        for column, mark in marks.items():
            text[column] = mark
        return [Segment("".join(text), PLAIN)]
    codes = cells.reshape(-1, 6) @ _PLACES
    cuts = {0, *(np.flatnonzero(np.diff(codes)) + 1).tolist()} if len(codes) else set()
    cuts.update(cut for column in marks for cut in (column, column + 1) if cut < len(codes))
    starts = sorted(cuts)
    keys = codes[starts].tolist()
    line = []
    for start, end, key in zip(starts, [*starts[1:], len(codes)], keys, strict=True):
        if start in marks:
            line.append(Segment(marks[start], _mark_style(key, colours)))
            continue
        block, style = _block(key, colours)
        line.append(Segment(block * (end - start), style))
    return line


@lru_cache(1 << 15)
def _block(key: int, _colours: str) -> tuple[str, Style]:
    """Return the character and style of a cell, from its six levels.

    A style caches its bytes for the first colour system it is drawn in: hence one for each.
    """
    upper, lower = key >> 24, key & 0xFFFFFF
    if upper == lower:
        # Equal halves are drawn as background alone: some fonts' blocks leave a seam.
        return " ", Style.from_color(None, _colour(lower))
    return UPPER_HALF, Style.from_color(_colour(upper), _colour(lower))


def _mean(key: int) -> tuple[int, ...]:
    """Return the mean colour of a cell's halves."""
    halves = [[code >> shift & 255 for shift in (16, 8, 0)] for code in (key >> 24, key & 0xFFFFFF)]
    return tuple((a + b) // 2 for a, b in zip(*halves, strict=True))


@lru_cache(1 << 10)
def _mark_style(key: int, _colours: str) -> Style:
    """Return a style for readable text on the mean of a cell's halves."""
    mean = _mean(key)
    # Luma weights of ITU-R BT.601.
    dark = 0.299 * mean[0] + 0.587 * mean[1] + 0.114 * mean[2] < _BRIGHT
    text = Color.from_rgb(255, 255, 255) if dark else Color.from_rgb(0, 0, 0)
    return Style(color=text, bgcolor=Color.from_rgb(*mean), bold=True)


@lru_cache(1 << 15)
def _colour(code: int) -> Color:
    # Rich's own constructors also format the colour's name, which takes most of the time.
    triplet = ColorTriplet(code >> 16, code >> 8 & 255, code & 255)
    return Color("", ColorType.TRUECOLOR, None, triplet)
