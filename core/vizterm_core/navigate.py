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
