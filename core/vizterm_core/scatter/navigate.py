"""Moving from dot to dot in a direction."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

DIRECTIONS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
"""Unit steps in dots: columns to the right, rows down."""

_ASIDE = 2.0
"""Cost of a step aside in steps ahead, within 45 degrees."""
_FAR_ASIDE = 4.0
"""Cost of a step aside in steps ahead, beyond 45 degrees."""


def next_dot(
    lit: npt.NDArray[np.bool_], column: float, row: float, direction: str
) -> tuple[int, int] | None:
    """Return the lit dot that a step in `direction` leads to.

    Dots within 45 degrees of the direction are preferred.  If there are none, any dot that is
    farther in that direction will do: only if nothing is ahead is there no step.

    Parameters
    ----------
    lit : (rows, columns) bool
    column, row : float
        The start, in dots; may be outside `lit`.
    direction : 'left', 'right', 'up' or 'down'

    Returns
    -------
    (column, row) or None
    """
    step_x, step_y = DIRECTIONS[direction]
    rows, columns = np.nonzero(lit)
    across, down = columns - column, rows - row
    ahead = across * step_x + down * step_y
    aside = np.abs(across * step_y) + np.abs(down * step_x)
    candidates = ahead >= 1
    in_cone = candidates & (aside <= ahead)
    weight = _ASIDE
    if in_cone.any():
        candidates = in_cone
    elif candidates.any():
        weight = _FAR_ASIDE
    else:
        return None
    cost = np.where(candidates, ahead + weight * aside, np.inf)
    best = int(cost.argmin())
    return int(columns[best]), int(rows[best])


def next_point(
    across: npt.NDArray[np.float64], down: npt.NDArray[np.float64], direction: str
) -> tuple[int, float] | None:
    """Return the point that a step leads to, by the rule of `next_dot` for points anywhere.

    Parameters
    ----------
    across, down : (n,) float64
        Distances from the start, in dots, to the right and downwards.

    Returns
    -------
    (position, cost) or None
        The cost is below `OUTSIDE` within 45 degrees, above it elsewhere.
    """
    step_x, step_y = DIRECTIONS[direction]
    ahead = across * step_x + down * step_y
    aside = np.abs(across * step_y) + np.abs(down * step_x)
    cost = np.where(aside <= ahead, ahead + _ASIDE * aside, ahead + _FAR_ASIDE * aside + OUTSIDE)
    cost[ahead < 1] = np.inf
    if cost.size == 0 or not np.isfinite(best := cost.min()):
        return None
    return int(cost.argmin()), float(best)


OUTSIDE = 1e100
"""Added to the cost of points beyond 45 degrees."""
