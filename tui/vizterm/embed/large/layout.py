"""Where pictures and facts stand so that the pictures are largest: beside or below each other.

Lengths are cells.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual.geometry import Region

from vizterm.maps.arrangement import HEAD, LEAD, arrange

Fit = Callable[[int, int], tuple[int, int]]
"""Returns the (columns, rows) that a picture fills in a box of (columns, rows)."""
_Placed = Sequence[tuple[Region, Region | None]]
"""Places of pictures, each with that of its title."""

_GAP = 3
"""Columns between pictures and the facts beside them."""
_LEAST_BESIDE, _MOST_BESIDE = 28, 60
"""Columns of facts beside a picture: a quarter of the screen, within these limits."""
_LEAST_PICTURE = 8
_TALL = 30
"""Rows from which a row stays free above and below."""
_WIDEST_TEXT = 100
"""Columns of facts alone: longer lines are hard to read."""


@dataclass(frozen=True, slots=True)
class LargeLayout:
    """Places on a screen."""

    pictures: tuple[Region, ...]
    titles: tuple[Region, ...]
    """A line above each picture; none for a single one."""
    facts: Region
    beside: bool
    """Whether the facts stand beside the pictures, or alone; else centred below them."""


def laid_out(
    count: int, columns: int, rows: int, proportion: float, fit: Fit, below: int
) -> LargeLayout:
    """Return the layout with the largest pictures; of equal ones that with the facts beside them.

    Parameters
    ----------
    count : int
        Pictures of one shape.
    columns, rows : int
        Of the screen.
    proportion : float
        Columns of a picture for each of its rows.
    fit : callable
    below : int
        Lines of facts where these stand below.
    """
    top = int(rows >= _TALL)
    rows = max(1, rows - 2 * top)
    if not count:
        width = max(1, min(_WIDEST_TEXT, columns - 4))
        facts = Region((columns - width) // 2, top + 1, width, max(1, rows - 1))
        return LargeLayout((), (), facts, beside=True)
    width = min(_MOST_BESIDE, max(_LEAST_BESIDE, columns // 4))
    under = _placed(count, columns, max(1, rows - below - 1), proportion, fit)
    if columns - width - 2 * _GAP >= _LEAST_PICTURE:
        other = _placed(count, columns - width - 2 * _GAP, rows, proportion, fit)
        if _area(other) >= _area(under):
            return _facts_beside(other, columns, rows, width, top)
    bottom = max(picture.bottom for picture, _ in under) + 1
    facts = Region(0, top + bottom, columns, max(1, rows - bottom))
    return _made(under, facts, (0, top), beside=False)


def _placed(count: int, columns: int, rows: int, proportion: float, fit: Fit) -> _Placed:
    """Return places in the middle of a room."""
    if count == 1:
        width, height = fit(columns, rows)
        return [(Region((columns - width) // 2, (rows - height) // 2, width, height), None)]
    arranged = arrange(count, columns, rows, proportion, count - 1)
    used = [fit(*room) for room in arranged.rooms]
    corners = arranged.corners(used, (columns, rows))
    return [
        (Region(x + LEAD, y + HEAD, *size), Region(x + LEAD, y, size[0], HEAD))
        for (x, y), size in zip(corners, used, strict=True)
    ]


def _area(placed: _Placed) -> int:
    return sum(picture.area for picture, _ in placed)


def _facts_beside(placed: _Placed, columns: int, rows: int, width: int, top: int) -> LargeLayout:
    left = min(picture.x for picture, _ in placed)
    right = max(picture.right for picture, _ in placed)
    shift = (columns - (right - left) - _GAP - width) // 2 - left
    first = min((title or picture).y for picture, title in placed)
    facts = Region(right + shift + _GAP, first + top, width, max(1, rows - first))
    return _made(placed, facts, (shift, top), beside=True)


def _made(placed: _Placed, facts: Region, shift: tuple[int, int], *, beside: bool) -> LargeLayout:
    pictures = tuple(picture.translate(shift) for picture, _ in placed)
    titles = tuple(title.translate(shift) for _, title in placed if title is not None)
    return LargeLayout(pictures, titles, facts, beside)
