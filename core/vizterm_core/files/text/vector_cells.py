"""Vectors in text cells: "[0.1, 0.2]", "[0.1 0.2]", "0.1 0.2 0.3"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]

CUT = re.compile(r"\[[^\[\]]*\.\.\.[^\[\]]*\]")
"""A long array as numpy prints it: most of its values aren't there."""

_REPR = re.compile(r"np\.float\d+\(([^()]*)\)")
"""A number in a list, as numpy 2 writes it: "[np.float32(0.5), …]"."""
_CALL = re.compile(r"(?:np\.)?(?:array|tensor)\(\s*(\[[^\[\]]*\])[^\[\]]*\)")
"""An array, or a tensor, as Python writes it."""
_BRACKETS = {"[": "]", "(": ")"}
_FEWEST_BARE = 3
"""Numbers without brackets that make a vector: fewer may be anything."""
_WORDS = frozenset({"", "NA", "N/A", "NaN", "nan", "NaT", "None", "null", "NULL", "<NA>"})


class VectorCells:
    """Vectors of the length that most have; rows of NaN for the others."""

    def __init__(self) -> None:
        self.note = ""
        self._pieces: list[Vector | list[Vector | None]] = []

    def add(self, cells: Sequence[str]) -> bool:
        """Add cells that are all vectors of any length, empty lists, or missing."""
        block = _uniform(cells)
        if block is not None:
            self._pieces.append(block)
            return True
        rows: list[Vector | None] = []
        for cell in cells:
            vector = parse_vector(cell)
            if vector is None and cell.strip() not in _WORDS:
                return False
            rows.append(vector)
        self._pieces.append(rows)
        # A column that begins without any vector is of another kind.
        return len(self._pieces) > 1 or any(row is not None for row in rows)

    def finish(self) -> Vector:
        """Return (n, d) float64."""
        stacked, self.note = stack_vectors(self._pieces)
        return stacked


def stack_vectors(pieces: list[Vector | list[Vector | None]]) -> tuple[Vector, str]:
    """Return vectors as one array, and a note on rows without one; empties the list.

    Parameters
    ----------
    pieces : list of (m, d) arrays, or of lists of m vectors, None where there is none
        The length that most vectors have is d; others become NaN.
    """
    count = sum(map(len, pieces))
    width = usual_width(pieces)
    stacked = np.full((count, width), np.nan)
    good = 0
    end = 0
    while pieces:
        # The parsed pieces are freed one by one, while the whole grows.
        piece = pieces.pop(0)
        start, end = end, end + len(piece)
        if isinstance(piece, np.ndarray):
            if piece.shape[1] == width:
                stacked[start:end] = piece
                good += len(piece)
            continue
        for row, vector in enumerate(piece, start):
            if vector is not None and len(vector) == width and not np.isnan(vector).any():
                stacked[row] = vector
                good += 1
    note = f"{count - good:,} of {count:,} rows have no vector of {width:,} numbers"
    return stacked, note if good < count else ""


def usual_width(pieces: Iterable[Vector | list[Vector | None]]) -> int:
    """Return the length that most vectors have; of several, the largest."""
    widths: Counter[int] = Counter()
    for piece in pieces:
        if isinstance(piece, np.ndarray):
            widths[piece.shape[1]] += len(piece)
        else:
            widths.update(len(vector) for vector in piece if vector is not None and len(vector))
    return max(widths, key=lambda width: (widths[width], width), default=0)


def _uniform(cells: Sequence[str]) -> Vector | None:
    """Return (m, d) of cells that all are bracketed lists of d numbers with commas, else None."""
    first = cells[0] if cells else ""
    if first[:1] != "[" or not all(cell[:1] == "[" and cell[-1:] == "]" for cell in cells):
        return None
    width = first.count(",") + 1
    if any(cell.count(",") + 1 != width for cell in cells):
        return None
    numbers = _numbers(",".join([cell[1:-1] for cell in cells]).split(","))
    return None if width < 2 or numbers is None else numbers.reshape(-1, width)


def parse_vector(cell: str) -> Vector | None:
    """Return the numbers of a cell, None if it isn't a vector; null is NaN."""
    text = cell.strip()
    if text.endswith(")") or "np." in text[:8]:
        text = _REPR.sub(r"\1", text)
        if (call := _CALL.fullmatch(text)) is not None:
            text = call[1]
    closing = _BRACKETS.get(text[:1])
    if closing is not None:
        if not text.endswith(closing):
            return None
        text = text[1:-1].strip()
        if not text:
            return np.empty(0)
    fields = text.split(",") if "," in text else text.split()
    if closing is None and ("," in text or len(fields) < _FEWEST_BARE):
        return None
    return _numbers(fields) if len(fields) > 1 else None


def _numbers(fields: Sequence[str]) -> Vector | None:
    try:
        try:
            values = np.array(list(map(float, fields)))
        except ValueError:
            words = [np.nan if field.strip() in _WORDS else float(field) for field in fields]
            values = np.array(words)
    except ValueError:
        return None
    return None if any("_" in field for field in fields[:1]) else values
