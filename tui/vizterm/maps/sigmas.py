"""Steps of the blur keys."""

from __future__ import annotations

SIGMAS = (
    *(0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 12.0, 15.0, 20.0, 25.0, 30.0, 40.0),
    *(50.0, 60.0, 80.0, 100.0, 120.0, 150.0, 200.0, 250.0, 300.0, 400.0, 500.0),
)
"""In pixels of the map, or in dots."""


def next_sigma(sigma: float, step: int) -> float:
    """Return the next step of `SIGMAS` above (1) or below (-1) a sigma, or it if there is none."""
    if step > 0:
        return min((known for known in SIGMAS if known > sigma), default=sigma)
    return max((known for known in SIGMAS if known < sigma), default=sigma)
