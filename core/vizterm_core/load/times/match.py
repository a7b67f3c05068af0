"""Points that are the same at several times: by name."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vizterm_core.files.source import Source, read_array
from vizterm_core.files.stored import Array
from vizterm_core.text import whole_text

Rows = npt.NDArray[np.int64]


def names_of(source: Source, column: str) -> Array:
    """Return names as they can be compared: (n,) text or whole numbers."""
    return comparable(read_array(source, column).ravel())


def comparable(names: Array) -> Array:
    """Return names as text, unless they are whole numbers."""
    if names.dtype.kind in "iu" and not np.ma.is_masked(names):
        return np.ma.getdata(names)
    if names.dtype.kind == "U" and not np.ma.isMA(names):
        return names
    return np.array([whole_text(name) for name in names.tolist()], str)


@dataclass(frozen=True, slots=True)
class Known:
    """Names in order, each once, to find the points of other names by."""

    ordered: Array
    """(m,) ascending."""
    points: Rows
    """(m,) the point of each."""

    @classmethod
    def of(cls, names: Array) -> Known | None:
        """Return the names of points 0, 1, ...; None if one comes twice."""
        ordered, points = np.unique(names, return_index=True)
        return cls(ordered, points.astype(np.int64)) if ordered.size == names.size else None

    def find(self, names: Array) -> Rows:
        """Return the point of each name, -1 for one that isn't known: (n,) int64."""
        if not self.ordered.size or not names.size:
            return np.full(names.size, -1, np.int64)
        if (names.dtype.kind in "iu") != (self.ordered.dtype.kind in "iu"):
            return np.full(names.size, -1, np.int64)
        places = np.minimum(np.searchsorted(self.ordered, names), self.ordered.size - 1)
        return np.where(self.ordered[places] == names, self.points[places], -1)


def tells_nothing(names: Array) -> bool:
    """Whether names only count the rows, from 0 or 1: every part of a data set has those."""
    if names.dtype.kind not in "iu" or not names.size:
        return False
    return bool((names == np.arange(names.size) + names[0]).all()) and int(names[0]) in (0, 1)


def shared(one: Array, other: Array) -> float:
    """Return how many of the fewer names are among the others, 0 to 1."""
    fewer, more = sorted((np.unique(one), np.unique(other)), key=len)
    if not fewer.size or (fewer.dtype.kind in "iu") != (more.dtype.kind in "iu"):
        return 0.0
    return float(np.isin(fewer, more).mean())
