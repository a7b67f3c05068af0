"""All times of some points at once: how far they reach, and how far they go between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import VizError
from vizterm_core.scatter.epochs import Epochs, Places
from vizterm_core.scatter.grid import bulk_box, data_extent
from vizterm_core.scatter.viewport import FARTHEST, Extent

_SAMPLE = 20_000
"""Points whose ways are measured."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How far points reach at all times together."""

    extent: Extent
    bulk: Extent
    """Without what lies far off, as `grid.bulk_box` has it."""

    def with_other(self, other: Reach) -> Reach:
        """Return how far both reach."""
        return Reach(_around(self.extent, other.extent), _around(self.bulk, other.bulk))


def _around(one: Extent, other: Extent) -> Extent:
    return Extent(
        min(one.left, other.left),
        max(one.right, other.right),
        min(one.bottom, other.bottom),
        max(one.top, other.top),
    )


@dataclass(frozen=True, slots=True)
class Survey:
    """What is known of all times."""

    reaches: tuple[Reach | None, ...]
    """How far the points reach at each; None where they can't be read."""
    went: npt.NDArray[np.float64]
    """(epochs,) how far a point went from the time before, on average; NaN where it isn't known."""

    @classmethod
    def of(cls, epochs: Epochs, earlier: Survey | None = None) -> Survey:
        """Look at all times; it is meant for a worker.

        Parameters
        ----------
        epochs : Epochs
        earlier : Survey, optional
            Of the first ones of them, which aren't looked at again.
        """
        known = 0 if earlier is None else len(earlier.reaches)
        reaches = [] if earlier is None else list(earlier.reaches)
        went = np.full(len(epochs), np.nan)
        if earlier is not None:
            went[:known] = earlier.went
        before = _read(epochs, known - 1) if known else None
        for epoch in range(known, len(epochs)):
            places = _read(epochs, epoch)
            reaches.append(None if places is None else reach_of(places))
            if before is not None and places is not None:
                went[epoch] = _mean_way(before, places)
            before = places
        return cls(tuple(reaches), went)

    @property
    def reach(self) -> Reach | None:
        """How far the points reach at all times together."""
        found = None
        for each in self.reaches:
            if each is not None:
                found = each if found is None else found.with_other(each)
        return found


def _read(epochs: Epochs, epoch: int) -> Places | None:
    try:
        return epochs.places(epoch)
    except VizError:
        return None


def reach_of(places: Places) -> Reach | None:
    """Return how far places reach; None if none is finite."""
    single = places.dtype in (np.float16, np.float32)
    dtype: type[np.floating] = np.float32 if single else np.float64
    x, y = (np.ascontiguousarray(column, dtype) for column in (places[:, 0], places[:, 1]))
    farthest = dtype(min(FARTHEST, float(np.finfo(dtype).max)))
    keep = (np.abs(x) <= farthest) & (np.abs(y) <= farthest)
    if not keep.all():
        x, y = x[keep], y[keep]
    if not x.size:
        return None
    extent = data_extent(x, y)
    return Reach(extent, bulk_box(x, y, extent))


def _mean_way(before: Places, after: Places) -> float:
    step = max(1, len(before) // _SAMPLE)
    with np.errstate(invalid="ignore", over="ignore"):
        ways = np.hypot(*(after[::step].astype(np.float64) - before[::step]).T)
    ways = ways[np.isfinite(ways)]
    return float(ways.mean()) if ways.size else np.nan
