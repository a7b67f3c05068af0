"""Moving from dot to dot, as one sees them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

DIRECTIONS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
"""Unit steps in dots: columns to the right, rows down."""

_ASIDE = 2.0
"""How much farther a step aside counts than a step ahead, within 45 degrees."""
_FAR_ASIDE = 4.0
"""The same beyond 45 degrees."""


def next_dot(
    lit: npt.NDArray[np.bool_], column: float, row: float, direction: str
) -> tuple[int, int] | None:
    """The lit dot that a step in `direction` leads to.

    A dot within 45 degrees of the direction is preferred to any outside, so that a step goes where
    it is seen to go; if there is none there, any dot farther in that direction will do, so that a
    step is refused only where nothing lies ahead.

    Parameters
    ----------
    lit : (rows, columns) bool
    column, row : float
        Where to start, in dots; may be outside of `lit`.
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
    """The point that a step leads to, of points anywhere, by the rule of `next_dot`.

    Parameters
    ----------
    across, down : (n,) float64
        Distances from where the step begins, in dots, to the right and downwards.

    Returns
    -------
    (position, cost) or None
        Within 45 degrees the cost is below `OUTSIDE`, elsewhere above.
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
"""Added to the cost of what lies beyond 45 degrees."""
