"""Numbers as people read them: values under a crosshair, beside colour bars, in headings."""

from __future__ import annotations

import math

from vizterm_core.ticks import power_of_ten

_SMALL, _LARGE = 1e-4, 1e9
"""Between these a number is written out."""


def short_number(value: float) -> str:
    """Format a value in three digits, or in all of a whole number's: 0.0123, 1,280, 3.4 × 10⁻⁷.

    >>> [short_number(v) for v in (0.0, 0.012345, 3.0, 12.5, 1280.0, 3.4e10, -0.5)]
    ['0', '0.0123', '3', '12.5', '1,280', '3.4 × 10¹⁰', '−0.5']
    """
    if math.isnan(value):
        return "missing"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    size = abs(value)
    if size and not _SMALL <= size < _LARGE:
        mantissa, exponent = f"{value:.2e}".split("e")
        text = f"{float(mantissa):g} × {power_of_ten(int(exponent))}"
    elif size >= 1000:
        text = f"{value:,.0f}"
    else:
        text = f"{value:.3g}"
    return text.replace("-", "−", 1) if value and text.startswith("-") else text.lstrip("-")
