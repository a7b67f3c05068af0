"""The blurred density of a scatter, for plots in which the dots have merged."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from vizterm_core.maps.blur import blur
from vizterm_core.scatter.index import PointIndex, Visible
from vizterm_core.scatter.viewport import DOTS_ACROSS, DOTS_DOWN, Viewport

Density = npt.NDArray[np.floating]

TRUNCATE = 4.0
"""Sigmas at which the kernel is cut off."""
PIXELS_DOWN = 2
"""Display pixels in a cell, one above the other."""


def blurred_density(
    index: PointIndex,
    viewport: Viewport,
    visible: Visible,
    sigma: tuple[float, float],
    *,
    exact: bool = False,
    shape: tuple[int, int] | None = None,
) -> Density | None:
    """Return visible points per dot, blurred and averaged over the pixels of a display.

    The counts of the index are blurred, so that the cost is that of a frame.  Points outside the
    view count as far as the kernel reaches: panning moves the density without changing it.

    Parameters
    ----------
    visible : (labels,) bool
    sigma : (sigma_y, sigma_x)
        In dots.
    exact : bool
        Count the points one by one; meant for a worker.
    shape : (rows, columns), optional
        Display pixels; by default the halves of the view's cells, (2 * rows, columns).

    Returns
    -------
    shape, float32, or None where quick counts aren't good enough
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
        shape=shape or (viewport.rows * PIXELS_DOWN, viewport.columns),
        view=(top, top + viewport.down, left, left + viewport.across),
        mode="constant",
        truncate=TRUNCATE,
    )
