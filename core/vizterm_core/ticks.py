"""Round numbers for axes."""

from __future__ import annotations

import math
from itertools import pairwise

_ALL_DIGITS = 17
"""Significant digits that tell any two floats apart."""
_LONGEST = 1e9
"""Values from which on labels have an exponent: "1,000,000" is easier to read than "1e+06"."""
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_SMALL, _LARGE = 1e-3, 1e6
"""Between these, ticks are written out; beyond them, in units of a power of ten."""
_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def tick_values(low: float, high: float, most: int) -> list[float]:
    """Return at most `most` multiples of 1, 2, 2.5 or 5 times a power of ten in [low, high].

    >>> tick_values(0.3, 9.7, 5)
    [2.0, 4.0, 6.0, 8.0]
    """
    span = high - low
    if most < 1 or not math.isfinite(span) or span <= 0:
        return []
    magnitude = 10.0 ** math.floor(math.log10(span / most)) if span / most > 1e-300 else 0.0
    for scale in (magnitude, magnitude * 10):
        for step in _STEPS:
            size = scale * step
            if size == 0:
                continue
            if math.floor(high / size) - math.ceil(low / size) + 1 <= most:
                return multiples(low, high, size)
    return []


def multiples(low: float, high: float, step: float) -> list[float]:
    """Return the multiples of `step` in [low, high].

    >>> multiples(-3, 5, 2.5)
    [-2.5, 0.0, 2.5, 5.0]
    """
    first, last = math.ceil(low / step), math.floor(high / step)
    return [0.0 if k == 0 else k * step for k in range(first, last + 1)]


def tick_labels(values: list[float]) -> list[str]:
    """Return the ticks as text, with as many decimals as tell them apart.

    >>> tick_labels([0.0, 0.25, 0.5])
    ['0.00', '0.25', '0.50']
    """
    if not values:
        return []
    largest = max(abs(value) for value in values)
    step = min((b - a for a, b in pairwise(values)), default=0.0)
    if step >= 1e-4 and largest < _LONGEST:
        texts = [f"{value:,.{_decimals(step)}f}" for value in values]
    elif len(values) == 1 and largest < _LONGEST:
        texts = [f"{values[0]:,.15g}"]
    else:
        texts = _short_texts(values)
    return ["−" + text[1:] if text.startswith("-") else text for text in texts]


def power_of_ten(exponent: int) -> str:
    """Return a power of ten as people write it.

    >>> power_of_ten(-6)
    '10⁻⁶'
    """
    return "10" + str(exponent).translate(_RAISED)


def scaled_labels(values: list[float], *, even: bool = True) -> tuple[list[str], int]:
    """Return ticks as text in units of one power of ten, and its exponent.

    Parameters
    ----------
    values : list of float
    even : bool
        Whether they are evenly spaced, and have the same number of decimals.

    Returns
    -------
    labels : list of str
    exponent : int
        0 for values of a common size, else a multiple of three.

    Examples
    --------
    >>> scaled_labels([0.0, 2e-6, 4e-6])
    (['0', '2', '4'], -6)
    >>> scaled_labels([0.0, 0.01, 0.1, 1.0], even=False)
    (['0', '0.01', '0.1', '1'], 0)
    """
    largest = max((abs(value) for value in values), default=0.0)
    exponent = 0
    if largest and not _SMALL <= largest < _LARGE:
        exponent = 3 * math.floor(math.log10(largest) / 3)
    # In two steps: a power of ten alone may overflow where the quotient doesn't.
    half = exponent // 2
    scaled = [value / 10.0**half / 10.0 ** (exponent - half) for value in values]
    return tick_labels(scaled) if even else [_shortest(value) for value in scaled], exponent


def _shortest(value: float) -> str:
    """Return a round value with the digits that it has: 0.02, 1,500."""
    text = f"{round(value, 9):,.9f}".rstrip("0").rstrip(".")
    if float(text.replace(",", "")) == 0 != value:
        mantissa, exponent = f"{value:.3g}".split("e")
        text = f"{mantissa} × {power_of_ten(int(exponent))}"
    return text.replace("-", "−", 1) if text.startswith("-") else text


def _decimals(step: float) -> int:
    """Return the decimals that multiples of a step need, six at most."""
    decimals = 0
    while decimals < 6 and abs(round(step, decimals) - step) > step * 1e-3:
        decimals += 1
    return decimals


def _short_texts(values: list[float]) -> list[str]:
    """Return the values with as few significant digits as tell them apart, six at least."""
    for digits in range(6, _ALL_DIGITS):
        texts = [f"{value:.{digits}g}" for value in values]
        if len(set(texts)) == len(values):
            return texts
    return [f"{value:.{_ALL_DIGITS}g}" for value in values]
