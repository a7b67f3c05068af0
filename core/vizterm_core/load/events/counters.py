"""Whether numbers only count: rows, frames, or the time."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FEWEST_RISING = 5
"""Rows from which it is no accident that numbers go up."""
_FEWEST_COUNTED = 3
"""Rows from which numbers that go up by the same step are a counter."""
_FEWEST_NUMBERED = 4
"""Rows from which numbers that go up by one are no weight."""
_RISING = 0.4
"""Share of steps up from which numbers that never fall rise."""


def is_rising(values: npt.NDArray[np.float64]) -> bool:
    """Whether each number is larger than the one before: a time, or a counter."""
    numbers = values[np.isfinite(values)]
    if len(numbers) < _FEWEST_COUNTED:
        return False
    steps = np.diff(numbers)
    if (steps > 0).all():
        return len(numbers) >= FEWEST_RISING or bool(np.allclose(steps, steps[0], rtol=1e-6))
    # Two samples at one moment are usual.
    enough = len(numbers) >= 2 * FEWEST_RISING
    return enough and bool((steps >= 0).all() and np.mean(steps > 0) > _RISING)


def numbers_rows(values: npt.NDArray[np.float64]) -> bool:
    """Whether numbers count rows, or frames of several rows each."""
    numbers = values[np.isfinite(values)]
    steps = np.diff(numbers)
    if len(numbers) >= _FEWEST_NUMBERED and (steps == 1).all():
        return True
    several = len(numbers) >= 2 * _FEWEST_NUMBERED and np.isin(steps, (0, 1)).all()
    return bool(several and (steps > 0).sum() > 1)


def never_falls(values: npt.NDArray[np.float64]) -> bool:
    """Whether numbers go up or stay: those of frames of several rows each."""
    numbers = values[np.isfinite(values)]
    steps = np.diff(numbers)
    return len(numbers) >= FEWEST_RISING and bool((steps >= 0).all() and (steps > 0).any())
