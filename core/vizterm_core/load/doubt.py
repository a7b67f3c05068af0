"""Notes of choices that may be wrong."""

from __future__ import annotations

from collections.abc import Iterable


class Doubt(str):
    """A note of a choice that may be wrong: it is said before all others, and never cut.

    >>> by_doubt(["size from the data", Doubt("x may be the latitude")])
    ['x may be the latitude', 'size from the data']
    """

    __slots__ = ()


def by_doubt(notes: Iterable[str]) -> list[str]:
    """Return notes with doubts first, otherwise as they are."""
    return sorted(notes, key=lambda note: not isinstance(note, Doubt))
