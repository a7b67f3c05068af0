"""The cells that the picture of a point takes."""

from __future__ import annotations

from collections.abc import Sequence

from vizterm_core.load import Embedding
from vizterm_core.pictures.image import nearly_square, picture_size

SMALL = 64
"""Pixels of a side below which a picture is enlarged by whole pixels, unless chosen otherwise."""
PRINTED = 34
"""Most columns of a printed picture."""


def picture_shape(embedding: Embedding) -> tuple[int, ...] | None:
    """Return the shape of the pictures, or else of the maps; None without either."""
    stack = embedding.images or embedding.maps
    return None if stack is None else stack.shape


def is_small(shape: Sequence[int]) -> bool:
    """Return whether pictures of a shape have so few pixels that these are to be seen."""
    return min(picture_size(shape)) < SMALL


def picture_box(
    shape: Sequence[int], columns: int, rows: int, cell_aspect: float, *, whole: bool
) -> tuple[int, int]:
    """Return the (columns, rows) that a picture fills in a box of cells.

    Parameters
    ----------
    shape : tuple of int
        Of one picture.
    columns, rows : int
        Of the box.
    cell_aspect : float
        Height of a cell over its width.
    whole : bool
        Whether it is drawn in half blocks and enlarged by whole pixels.
    """
    height, width = picture_size(shape)
    columns, rows = max(1, columns), max(1, rows)
    if whole and nearly_square(cell_aspect / 2):
        # Pixels of small pictures stay whole and square.
        if (factor := min(columns // width, 2 * rows // height)) >= 1:
            return factor * width, -(-factor * height // 2)
        cell_aspect = 2.0
    high = columns * height / width / cell_aspect
    if high <= rows:
        return columns, max(1, min(rows, -(-round(2 * high) // 2)))
    return max(1, min(columns, round(rows * width / height * cell_aspect))), rows


def printed_box(shape: Sequence[int], cell_aspect: float) -> tuple[int, int]:
    """Return the (columns, rows) that a printed picture takes."""
    return picture_box(shape, PRINTED, PRINTED, cell_aspect, whole=is_small(shape))
