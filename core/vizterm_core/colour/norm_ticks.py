"""Round values for the colour bar of a norm, spaced evenly where the norm isn't."""

from __future__ import annotations

import math
from collections.abc import Iterator

from vizterm_core.colour.norms import Norm
from vizterm_core.ticks import tick_values

_LINEAR = ("minmax", "max", "percentile", "symmetric", "none")
_EDGE = 0.02
"""Share of a sigmoid that is left out at both ends, which are at infinity."""
_DECADES = 12
_FINER = (3, 6, 12)
"""Numbers of linear ticks that are tried, coarse ones first."""
_DIGITS = (1.0, 5.0, 2.0)
"""First digits of round numbers within a decade, the roundest first."""


def norm_ticks(norm: Norm, most: int) -> list[float]:
    """Return round values within the limits of a norm, rising, for a bar linear in the share.

    Parameters
    ----------
    norm : Norm
    most : int
        Ticks that there is room for; shares of neighbours are `1 / most` apart at least.

    Returns
    -------
    list of float
        The one value of a constant norm; about the limits where nothing round lies between them.

    Examples
    --------
    >>> norm_ticks(Norm("max", 0.0, 2.54), 6)
    [0.0, 0.5, 1.0, 1.5, 2.0, 2.5]
    >>> norm_ticks(Norm("log", 0.0, 1000.0), 6)
    [0.0, 10.0, 100.0, 1000.0]
    """
    if norm.constant:
        return [norm.low]
    most = max(most, 1)
    low, high = _range(norm)
    ticks = tick_values(low, high, most) if is_linear(norm) else _spaced(norm, low, high, most)
    return ticks if len(ticks) > 1 or most == 1 else _limits(low, high)


def is_linear(norm: Norm) -> bool:
    """Whether equal steps of the value are equal steps of the share."""
    return norm.name in _LINEAR


def _range(norm: Norm) -> tuple[float, float]:
    if norm.name == "sigmoid":
        low, high = norm.inverse([_EDGE, 1 - _EDGE]).tolist()
        return low, high
    return (0.0, 1.0) if norm.name == "none" else (norm.low, norm.high)


def _limits(low: float, high: float) -> list[float]:
    """Return the limits in as many digits as tell them well apart."""
    span = high - low
    if not math.isfinite(span):
        return [low, high]
    digits = 2 - math.floor(math.log10(span))
    return [round(low, digits), round(high, digits)]


def _spaced(norm: Norm, low: float, high: float, most: int) -> list[float]:
    """Take candidates, the roundest first, as long as they keep their distance."""
    gap = 1 / most
    taken: dict[float, float] = {}
    for value in _candidates(low, high):
        if not low <= value <= high or value in taken:
            continue
        share = float(norm(value))
        if all(abs(share - other) >= gap for other in taken.values()):
            taken[value] = share
            if len(taken) > most:
                break
    return sorted(taken)


def _candidates(low: float, high: float) -> Iterator[float]:
    yield 0.0
    size = max(abs(low), abs(high))
    if not (size > 0 and math.isfinite(high - low)):
        return
    top = math.floor(math.log10(size))
    signs = [sign for sign, limit in ((1.0, high), (-1.0, -low)) if limit > 0]
    if low <= 0 or high / low >= 10:
        for first in _DIGITS:
            for power in range(top, max(top - _DECADES, -300), -1):
                for sign in signs:
                    yield sign * float(f"{first:g}e{power}")
    for count in _FINER:
        yield from tick_values(low, high, count)
