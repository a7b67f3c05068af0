"""The blurred density of a scatter: where millions of dots merge into one blot, it still tells."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from vizterm_core.maps.blur import blur
from vizterm_core.scatter.index import PointIndex, Visible
from vizterm_core.scatter.viewport import DOTS_ACROSS, DOTS_DOWN, Viewport

Density = npt.NDArray[np.floating]

TRUNCATE = 4.0
"""Where the kernel is cut off, in sigmas."""
PIXELS_DOWN = 2
"""Display pixels in a cell, one above the other."""


def blurred_density(
    index: PointIndex,
    viewport: Viewport,
    visible: Visible,
    sigma: tuple[float, float],
    *,
    exact: bool = False,
) -> Density | None:
    """Visible points per dot, blurred, averaged over the halves of the view's cells.

    The index's counts are blurred, not the points: the cost is that of a frame.  Points beside the
    view take part as far as the kernel reaches, so that panning moves the density and changes it
    nowhere.

    Parameters
    ----------
    visible : (labels,) bool
    sigma : (sigma_y, sigma_x)
        In dots.
    exact : bool
        Whether to count the points one by one; meant for a worker.

    Returns
    -------
    (2 * rows, columns) float32, or None where only the exact counts would do
    """
    across = math.ceil(sigma[1] * TRUNCATE / DOTS_ACROSS) + 1
    down = math.ceil(sigma[0] * TRUNCATE / DOTS_DOWN) + 1
    wide = viewport.padded(across, down)
    counts = index.exact_counts(wide, visible) if exact else index.quick_counts(wide, visible)
    if counts is None:
        return None
    top, left = down * DOTS_DOWN, across * DOTS_ACROSS
    return blur(
        counts.astype(np.float32),
        sigma,
        shape=(viewport.rows * PIXELS_DOWN, viewport.columns),
        view=(top, top + viewport.down, left, left + viewport.across),
        mode="constant",
        truncate=TRUNCATE,
    )
