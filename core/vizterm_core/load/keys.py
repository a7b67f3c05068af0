"""Keys given by hand: which column of a source has which role."""

from __future__ import annotations

from dataclasses import dataclass

NONE = "none"
"""The key that leaves a role without an array."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys given by hand; None where the array is to be found, `NONE` for a role without one."""

    coords: str | None = None
    labels: str | None = None
    images: str | None = None
    maps: str | None = None
    names: str | None = None
    image_shape: tuple[int, ...] | None = None
    """(rows, columns) or (rows, columns, channels) of flat images."""
