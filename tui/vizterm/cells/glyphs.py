"""Cells of characters in colours, as arrays: made at once, compared at once, drawn in runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from rich.cells import cell_len, set_cell_size
from rich.color import Color, ColorType
from rich.color_triplet import ColorTriplet
from rich.segment import Segment
from rich.style import Style

Colours = npt.NDArray[np.int32]
"""0xRRGGBB; -1 for the terminal's own; -2 - n for number n of the 16 colours."""
Overlay = Mapping[tuple[int, int], tuple[str, Style]]
"""By (column, row) of its first cell: a text over the cells of one row, and its style."""

OWN = -1
"""The terminal's own colour."""
BOLD, DIM = 1, 2
"""Bits of `GlyphCells.weight`."""
_INK_BITS = 26
_INK_ZERO = 1 << 6


@dataclass(frozen=True, slots=True, eq=False)
class GlyphCells:
    """A rectangle of cells, each a character in two colours."""

    characters: npt.NDArray[np.str_]
    """(rows, columns) of one character each, one cell wide."""
    ink: Colours
    """(rows, columns) colour of the character."""
    paper: Colours
    """(rows, columns) colour behind it."""
    weight: npt.NDArray[np.uint8]
    """(rows, columns) bits `BOLD` and `DIM`."""

    @classmethod
    def blank(cls, rows: int, columns: int) -> GlyphCells:
        """Return empty cells in the terminal's own colours."""
        shape = rows, columns
        own = np.full(shape, OWN, np.int32)
        return cls(np.full(shape, " "), own, own.copy(), np.zeros(shape, np.uint8))

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns)."""
        rows, columns = self.characters.shape
        return rows, columns

    def changed(self, before: GlyphCells) -> npt.NDArray[np.bool_]:
        """Return (rows, columns) bool: where these differ from others of the same shape."""
        differs = self.characters != before.characters
        differs |= self.ink != before.ink
        differs |= self.paper != before.paper
        differs |= self.weight != before.weight
        return differs

    def line(self, row: int, colours: str, overlay: Overlay | None = None) -> list[Segment]:
        """Return a row as run-length segments.

        Parameters
        ----------
        row : int
        colours : str
            The colours that the terminal has: styles keep their bytes for one kind.
        overlay : Overlay, optional
            Texts of all rows; what reaches beyond the right edge is cut.
        """
        width = self.shape[1]
        texts = {
            column: text for (column, at), text in (overlay or {}).items()
            if at == row and 0 <= column < width
        }  # fmt: skip
        characters = self.characters[row]
        # The ink of a blank can't be seen: it shall not cut a run.
        ink = np.where(characters == " ", OWN, self.ink[row]).astype(np.int64)
        keys = (ink + _INK_ZERO) << _INK_BITS | (self.paper[row].astype(np.int64) + _INK_ZERO)
        keys = keys << 2 | self.weight[row]
        text = "".join(characters.tolist())
        starts = [0, *(np.flatnonzero(keys[1:] != keys[:-1]) + 1).tolist()] if width else []
        ends = [*starts[1:], width]
        runs = zip(starts, ends, keys[starts].tolist(), strict=True)
        segments: list[Segment] = []
        done = 0
        for start, end, key in runs:
            at = max(start, done)
            for column in range(at, end) if texts else ():
                if column not in texts or column < done:
                    continue
                if column > at:
                    segments.append(Segment(text[at:column], _style(key, colours)))
                word, style = texts[column]
                word = set_cell_size(word, min(cell_len(word), width - column))
                segments.append(Segment(word, style))
                done = at = column + cell_len(word)
            if at < end:
                segments.append(Segment(text[at:end], _style(key, colours)))
                done = end
        return segments


def packed(rgb: npt.NDArray[np.uint8]) -> Colours:
    """Return (..., 3) uint8 as colours of `GlyphCells`."""
    wide = rgb.astype(np.int32)
    colours: Colours = wide[..., 0] << 16 | wide[..., 1] << 8 | wide[..., 2]
    return colours


@lru_cache(1 << 15)
def _style(key: int, _colours: str) -> Style:
    """Return a style, which caches its bytes for the first colour system it is drawn in."""
    weight, key = key & 3, key >> 2
    paper = (key & (1 << _INK_BITS) - 1) - _INK_ZERO
    ink = (key >> _INK_BITS) - _INK_ZERO
    plain = Style.from_color(_colour(ink), _colour(paper))
    if not weight:
        return plain
    return plain + Style(bold=bool(weight & BOLD), dim=bool(weight & DIM))


@lru_cache(1 << 15)
def _colour(code: int) -> Color | None:
    if code == OWN:
        return None
    if code < OWN:
        return Color.from_ansi(-2 - code)
    # Rich's own constructors also format the colour's name, which takes most of the time.
    triplet = ColorTriplet(code >> 16, code >> 8 & 255, code & 255)
    return Color("", ColorType.TRUECOLOR, None, triplet)
