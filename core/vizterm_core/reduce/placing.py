"""Places in a map for points that it wasn't made of: among their nearest that are in it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vizterm_core.reduce.cells import Whole
from vizterm_core.reduce.prepared import Single

_TOGETHER = 3.0
"""Times the median distance from the middlemost neighbour within which others belong to it."""
_TINY = 1e-12


def placed(places: Single, rows: Whole, apart: Single) -> npt.NDArray[np.float32]:
    """Return a weighted mean of the places of each point's neighbours: (q, 2) float32.

    A neighbour weighs exp(-(d - nearest) / spread), as UMAP weighs edges (McInnes, Healy,
    Melville, arXiv:1802.03426, section 3.1).  Only those count that lie together with the
    middlemost of them in the map: the mean of two islands would lie in the sea between.

    Parameters
    ----------
    places : (m, 2) float32
        In the map.
    rows : (q, k) int64
        The neighbours of each point among those.
    apart : (q, k) float32
        Their distances, ascending.
    """
    beyond = apart - apart[:, :1]
    weights = np.exp(-beyond / np.maximum(beyond.mean(axis=1, keepdims=True), _TINY))
    around = places[rows]
    between = np.linalg.norm(around[:, :, None] - around[:, None], axis=3)
    middle = (between * weights[:, None, :]).sum(axis=2).argmin(axis=1)
    away = np.take_along_axis(between, middle[:, None, None], axis=1)[:, 0]
    near = away <= _TOGETHER * np.median(away, axis=1, keepdims=True) + _TINY
    weights *= near
    found = (around * weights[:, :, None]).sum(axis=1) / weights.sum(axis=1, keepdims=True)
    return np.asarray(found, np.float32)
