"""Columns that are one array, told by their names: "dim_0 … dim_63", "0 … 767", "PC1 … PC50"."""

from __future__ import annotations

import re
from collections.abc import Sequence

VECTORS = "vectors"
"""The name of columns that are called by numbers alone, or not at all."""

_NUMBERED = re.compile(r"(.*?)[\s_.:-]*[\[(]?(\d{1,9})[\])]?")
_LONGEST_NAME = 200
_FEWEST = 3


def numbered_groups(names: Sequence[str], numeric: Sequence[bool]) -> dict[str, list[int]]:
    """Return the stem of consecutively numbered columns of numbers, and their places by number.

    Three and more make a group: a pair "x1, x2" may be anything.

    >>> numbered_groups(["emb_1", "emb_0", "emb_2", "y1", "y3", "y4"], [True] * 6)
    {'emb': [1, 0, 2]}
    """
    found: dict[str, dict[int, int]] = {}
    broken: set[str] = set()
    for place, (name, holds_numbers) in enumerate(zip(names, numeric, strict=True)):
        match = _NUMBERED.fullmatch(name) if len(name) <= _LONGEST_NAME else None
        if match is None:
            continue
        stem, number = match[1], int(match[2])
        group = found.setdefault(stem, {})
        if not holds_numbers or number in group:
            broken.add(stem)
        group[number] = place
    groups = {}
    for stem, group in found.items():
        numbers = sorted(group)
        consecutive = numbers[-1] - numbers[0] == len(numbers) - 1
        if stem not in broken and len(numbers) >= _FEWEST and consecutive:
            groups[stem or VECTORS] = [group[number] for number in numbers]
    return groups


def pixel_grid(names: Sequence[str], numeric: Sequence[bool]) -> tuple[list[int], tuple[int, int]]:
    """Return the places of columns called "1x1 … 28x28", row by row, and the grid's shape.

    >>> pixel_grid(["label", "1x1", "1x2", "2x1", "2x2"], [True] * 5)
    ([1, 2, 3, 4], (2, 2))
    """
    found: dict[tuple[int, int], int] = {}
    for place, (name, holds_numbers) in enumerate(zip(names, numeric, strict=True)):
        match = _PIXEL.fullmatch(name)
        if match is not None and holds_numbers:
            found[int(match[1]), int(match[2])] = place
    if not found:
        return [], (0, 0)
    pixels = sorted(found)
    (first_row, first_column), (last_row, last_column) = pixels[0], pixels[-1]
    shape = last_row - first_row + 1, last_column - first_column + 1
    if min(shape) < 2 or shape[0] * shape[1] != len(found):
        return [], (0, 0)
    if any(column < first_column or column > last_column for _, column in pixels):
        return [], (0, 0)
    return [found[pixel] for pixel in pixels], shape


_PIXEL = re.compile(r"(\d{1,5})x(\d{1,5})")
"""As in MNIST's csv files: row and column."""
