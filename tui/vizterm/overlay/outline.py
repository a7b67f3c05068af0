"""The outline of a patch, drawn into a picture."""

from __future__ import annotations

from vizterm_core.pictures.image import Picture

Box = tuple[int, int, int, int]
"""Top, bottom, left, right in pixels; the second of each pair is outside."""

_LIGHT, _DARK = 255, 0
_LEAST_LINED = 6
"""Pixels of a side from which on there is room for a dark line inside of the light one."""


def outlined(picture: Picture, box: Box) -> Picture:
    """Return a picture with a light frame around a box, and a dark one inside where there is room.

    Parameters
    ----------
    picture : (rows, columns, 3) uint8
    box : (top, bottom, left, right)
        May be partly or wholly outside.
    """
    top, bottom, left, right = box
    framed = picture.copy()
    _frame(framed, (top, bottom, left, right), _LIGHT)
    if min(bottom - top, right - left) >= _LEAST_LINED:
        _frame(framed, (top + 1, bottom - 1, left + 1, right - 1), _DARK)
    return framed


def _frame(picture: Picture, box: Box, level: int) -> None:
    top, bottom, left, right = box
    bottom, right = max(bottom, top + 1), max(right, left + 1)
    rows, columns = picture.shape[:2]
    across = slice(max(left, 0), min(right, columns))
    down = slice(max(top, 0), min(bottom, rows))
    for row in (top, bottom - 1):
        if 0 <= row < rows:
            picture[row, across] = level
    for column in (left, right - 1):
        if 0 <= column < columns:
            picture[down, column] = level
