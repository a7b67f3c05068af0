"""Vectors made ready: as float32, where distances keep their meaning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.files.stored import Array
from vizterm_core.neighbours.metric import FARTHEST, Floats, Metric, as_floats

Single = npt.NDArray[np.float32]
Truths = npt.NDArray[np.bool_]

_FARTHEST_SINGLE = 1e15
"""Beyond this the squares of float32 would overflow."""


@dataclass(frozen=True, slots=True, eq=False)
class Preparation:
    """Turns vectors into others whose squared Euclidean distances are what is asked for.

    For the cosine they get length 1: half the squared distance is the cosine distance.  For the
    Euclidean distance they are moved and scaled, as float32 would lose small distances far from
    zero; a map doesn't depend on either.
    """

    metric: Metric
    shift: npt.NDArray[np.float64]
    """(d,) subtracted first; zeros for the cosine."""
    scale: float = 1.0

    @classmethod
    def of(cls, block: Array, metric: Metric) -> Preparation:
        """Find out from some rows how all are to be moved and scaled."""
        rows = as_floats(block)
        if metric is Metric.COSINE:
            return cls(metric, np.zeros(rows.shape[1]))
        finite = rows[_usable(rows)]
        if not finite.size:
            return cls(metric, np.zeros(rows.shape[1]))
        shift = finite.mean(axis=0, dtype=np.float64)
        return cls(metric, shift, float(np.abs(finite - shift).max()) or 1.0)

    def __call__(self, block: Array) -> tuple[Single, Truths]:
        """Return prepared rows, (m, d) float32, and which of them can be compared: (m,) bool.

        Rows can't that are missing, not finite or enormous; for the cosine those of zeros, too.
        """
        rows = as_floats(block)
        with np.errstate(all="ignore"):
            usable = _usable(rows)
            if self.metric is Metric.COSINE:
                made, lengths = _directions(rows)
                usable &= lengths > 0
            else:
                moved = np.subtract(rows, self.shift, dtype=rows.dtype, casting="same_kind")
                made = (moved / rows.dtype.type(self.scale)).astype(np.float32)
            usable &= np.asarray((np.abs(made) <= _FARTHEST_SINGLE).all(axis=1))
        made[~usable] = 0
        return made, usable


def _usable(rows: Floats) -> Truths:
    """Return which rows are finite, and not enormous: (m,) bool."""
    limit = min(FARTHEST, float(np.finfo(rows.dtype).max))
    # NaN compares false.
    return np.asarray((np.abs(rows) <= rows.dtype.type(limit)).all(axis=1))


def _directions(rows: npt.NDArray[Any]) -> tuple[Single, npt.NDArray[Any]]:
    largest = np.abs(rows).max(axis=1, keepdims=True, initial=0)
    scaled = rows / np.where(largest > 0, largest, 1)
    lengths = np.sqrt(np.square(scaled).sum(axis=1, keepdims=True))
    return (scaled / lengths).astype(np.float32), lengths[:, 0]
