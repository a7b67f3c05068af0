"""Grids of patches: how the tokens of a vision transformer lie on its image."""

from __future__ import annotations

import math
from dataclasses import dataclass

LEADING = {1: 0.0, 0: 0.0, 5: 1.0, 2: 2.0, 4: 2.0, 9: 3.0, 8: 3.0, 3: 3.0}
"""Tokens before the patches -> how unusual they are: a class token, none, class and four
registers, class and distillation, ..."""

_LEAST_SIDE = 2
_SQUASHED = 0.25
"""Cost of a square grid on an image that isn't square: networks often squash it."""
_ROUNDED = 0.5
"""Cost of a grid with the image's proportions, but not those of whole patches."""
_MOST_LEADING = 32
"""Tokens before the patches where the grid is found in a layout that is given by hand."""


@dataclass(frozen=True, slots=True)
class TokenGrid:
    """Patches in rows, after tokens that stand for no place."""

    leading: int
    """Tokens before the patches: the class token, registers."""
    rows: int
    columns: int

    @property
    def tokens(self) -> int:
        """All tokens."""
        return self.leading + self.rows * self.columns

    def patch_at(self, y: float, x: float) -> int:
        """Return the token of the patch at a place of the image, 0 to 1 down and across."""
        row = min(max(int(y * self.rows), 0), self.rows - 1)
        column = min(max(int(x * self.columns), 0), self.columns - 1)
        return self.leading + row * self.columns + column

    def place_of(self, token: int) -> tuple[int, int] | None:
        """Return (row, column) of a token's patch; None for one before the patches."""
        patch = token - self.leading
        return divmod(patch, self.columns) if patch >= 0 else None

    def describe(self) -> str:
        """Return "16 x 24 patches after the class token"."""
        patches = f"{self.rows} x {self.columns} patches"
        if self.leading == 0:
            return patches
        if self.leading == 1:
            return f"{patches} after a class token"
        return f"{patches} after {self.leading} other tokens"


def find_grid(
    tokens: int, image: tuple[int, int] | None, *, least: int = 2 * _LEAST_SIDE
) -> TokenGrid | None:
    """Return the grid on which tokens lie best; None if there is none.

    The tokens before the patches are as few as is usual (`LEADING`).  The grid has the proportions
    of the image, best as whole patches, or is square, as where the image was squashed.

    Parameters
    ----------
    tokens : int
    image : (height, width), optional
        Of the image; without it only a square grid fits.
    least : int
        The fewest patches.

    >>> find_grid(197, (480, 640))
    TokenGrid(leading=1, rows=14, columns=14)
    >>> find_grid(385, (224, 336))
    TokenGrid(leading=1, rows=16, columns=24)
    """
    best: tuple[float, TokenGrid] | None = None
    for leading, unusual in LEADING.items():
        patches = tokens - leading
        if patches < least:
            continue
        for cost, grid in _grids(patches, leading, image):
            if best is None or cost + unusual < best[0]:
                best = cost + unusual, grid
    return None if best is None else best[1]


def forced_grid(tokens: int, image: tuple[int, int] | None) -> TokenGrid | None:
    """Return the grid of tokens that are said to be patches, after however many others."""
    found = find_grid(tokens, image)
    if found is not None:
        return found
    for leading in range(min(tokens // 2, _MOST_LEADING + 1)):
        side = math.isqrt(tokens - leading)
        if side * side == tokens - leading:
            return TokenGrid(leading, side, side)
    return None


def _grids(
    patches: int, leading: int, image: tuple[int, int] | None
) -> list[tuple[float, TokenGrid]]:
    """Return the grids of so many patches, each with its cost."""
    found = []
    side = math.isqrt(patches)
    if side * side == patches:
        square = image is None or image[0] == image[1]
        found.append((0.0 if square else _SQUASHED, TokenGrid(leading, side, side)))
    if image is None or image[0] == image[1]:
        return found
    height, width = image
    ideal = math.sqrt(patches * height / width)
    for rows in range(max(1, math.floor(ideal) - 1), math.ceil(ideal) + 2):
        columns, rest = divmod(patches, rows)
        if rest or min(rows, columns) < _LEAST_SIDE or not same_proportions(rows, columns, image):
            continue
        whole = height % rows == 0 and width % columns == 0 and height // rows == width // columns
        found.append((0.0 if whole else _ROUNDED, TokenGrid(leading, rows, columns)))
    return found


def same_proportions(rows: int, columns: int, image: tuple[int, int]) -> bool:
    """Whether a grid can be an image's, made smaller: either side within rounding of a pixel."""
    height, width = image
    return abs(columns - rows * width / height) < 1 or abs(rows - columns * height / width) < 1


def misfit(rows: int, columns: int, image: tuple[int, int] | None) -> float:
    """Return how unlike an image's the proportions of a map are: 0 if they are the same.

    A square map fits any image a little: networks often squash it.
    """
    proportions = math.log(columns / rows)
    square = abs(proportions)
    if image is None:
        return square
    if same_proportions(rows, columns, image) and min(rows, columns) > 1:
        return 0.0
    return min(abs(proportions - math.log(image[1] / image[0])), square + _SQUARE)


_SQUARE = 0.15
"""Misfit of a square map on an image that isn't square."""
