"""Round moments for axes: whole years, months, days, hours, minutes and seconds."""

from __future__ import annotations

import math

import numpy as np

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_STEPS = tuple(
    (unit, count)
    for unit, counts in (
        ("s", (1, 2, 5, 10, 15, 30)),
        ("m", (1, 2, 5, 10, 15, 30)),
        ("h", (1, 2, 3, 6, 12)),
        ("D", (1, 2, 7, 14)),
        ("M", (1, 2, 3, 6)),
        ("Y", tuple(k * 10**n for n in range(10) for k in (1, 2, 5))),
    )
    for count in counts
)
_SECONDS = {"s": 1, "m": _MINUTE, "h": _HOUR, "D": _DAY, "M": 30 * _DAY, "Y": 365 * _DAY}
_SHOWN = {"s": "s", "m": "m", "h": "m", "D": "D", "M": "M", "Y": "Y"}
_EPOCH = 1970
_FARTHEST = 1e17
"""Seconds from 1970 that years as whole numbers can tell."""


def date_ticks(low: float, high: float, most: int) -> list[tuple[float, str]]:
    """Return at most `most` round moments from `low` to `high`, and how they are written.

    Parameters
    ----------
    low, high : float
        Seconds since 1970.
    most : int

    >>> date_ticks(0, 60 * 86_400, 4)
    [(0.0, '1970-01'), (2678400.0, '1970-02'), (5097600.0, '1970-03')]
    """
    if most < 1 or not (-_FARTHEST < low < high < _FARTHEST):
        return []
    for unit, count in _STEPS:
        if (high - low) / (_SECONDS[unit] * count) > most + 1:
            continue
        moments = _multiples(low, high, unit, count)
        if len(moments) <= most:
            texts = moments.astype(f"M8[{_SHOWN[unit]}]").astype(str).tolist()
            seconds = moments.astype("M8[s]").astype(np.int64).tolist()
            return [
                (float(second), text.replace("T", " "))
                for second, text in zip(seconds, texts, strict=True)
            ]
    return []


def _multiples(low: float, high: float, unit: str, count: int) -> np.ndarray:
    """Return the moments at whole multiples of a step: datetime64; years are those of dates."""
    ends = np.array([math.floor(low), math.ceil(high)]).astype("M8[s]")
    zero = _EPOCH if unit == "Y" else 0
    first, last = (ends.astype(f"M8[{unit}]").astype(np.int64) + zero).tolist()
    steps = np.arange(-(-first // count), last // count + 1) * count - zero
    moments = steps.astype(f"M8[{unit}]")
    seconds = moments.astype("M8[s]").astype(np.int64)
    return moments[(seconds >= low) & (seconds <= high)]
