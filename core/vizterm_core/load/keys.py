"""Keys given by hand: which column of a source has which role."""

from __future__ import annotations

from dataclasses import dataclass

PCA = "pca"
"""The map that is made of the vectors where the data hold none of that name."""
NONE = "none"
"""The key that leaves a role without an array."""
FILES, SHARDS = "files", "shards"
"""What several files are: the same points at several times, or parts of one data set."""


@dataclass(frozen=True, slots=True)
class PictureOptions:
    """Choices about the pictures of points."""

    root: str | None = None
    """The folder that paths are relative to; that of the data otherwise."""
    value_range: tuple[float, float] | None = None
    """The values drawn black and white; found in the data otherwise."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys given by hand; None where the array is to be found, `NONE` for a role without one."""

    coords: str | None = None
    labels: str | None = None
    images: str | None = None
    maps: str | None = None
    names: str | None = None
    vectors: str | None = None
    image_shape: tuple[int, ...] | None = None
    """(rows, columns) or (rows, columns, channels) of flat images."""
    time: str | None = None
    """The column that says when a row was, or `FILES`, or `SHARDS`; found by the files' names."""
