"""Times and lengths of time for people."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_DATE, _LAST_DATE = 2e8, 5e9
"""Seconds since 1970 that are taken for dates, 1976 to 2128: other clocks start at about 0."""
_FINEST = 6
"""Decimals of a second at most."""


def is_date(seconds: float) -> bool:
    """Whether seconds are those since 1970, and not since the beginning of a recording."""
    return _FIRST_DATE <= seconds < _LAST_DATE


def time_text(seconds: float, span: float) -> str:
    """Return a time as a clock shows it, as finely as a span of time needs it.

    Parameters
    ----------
    seconds : float
        Since 1970 (`is_date`), in UTC, or since the beginning of a recording.
    span : float
        Seconds from the first to the last time that are shown together.

    >>> time_text(75.26, 30), time_text(7384.0, 9000), time_text(-1.5, 10)
    ('1:15.3', '2:03:04', '−1.5 s')
    >>> time_text(1389780460.0, 600), time_text(1389780460.0, 1e6)
    ('10:07:40', '2014-01-15 10:07')
    """
    decimals = _decimals(span)
    if is_date(seconds):
        return _date_text(seconds, span, decimals)
    if seconds < 0 or max(seconds, span) < _MINUTE:
        return f"{seconds:.{decimals}f} s".replace("-", "−")
    rounded = round(seconds, decimals)
    minutes, rest = divmod(rounded, _MINUTE)
    second = f"{rest:0{3 + decimals if decimals else 2}.{decimals}f}"
    hours, minutes = divmod(int(minutes), 60)
    return f"{hours}:{minutes:02d}:{second}" if hours else f"{minutes}:{second}"


def day_text(seconds: float) -> str:
    """Return the day of a time since 1970; empty for a recording's own clock.

    >>> day_text(1389780460.0), day_text(12.5)
    ('2014-01-15', '')
    """
    return f"{_date(seconds):%Y-%m-%d}" if is_date(seconds) else ""


def length_text(seconds: float) -> str:
    """Return a length of time in its largest unit.

    >>> [length_text(s) for s in (0.005, 0.5, 30, 90, 300, 5400, 172800)]
    ['5 ms', '500 ms', '30 s', '90 s', '5 min', '90 min', '2 d']
    """
    if seconds < 1:
        return f"{seconds * 1000:.3g} ms"
    unit, name = 1, "s"
    for larger, called in ((_MINUTE, "min"), (_HOUR, "h"), (_DAY, "d")):
        if seconds >= 2 * larger or seconds == larger:
            unit, name = larger, called
    return f"{seconds / unit:,.3g} {name}"


def _date_text(seconds: float, span: float, decimals: int) -> str:
    moment = _date(round(seconds, decimals))
    if span >= 30 * _DAY:
        return f"{moment:%Y-%m-%d}"
    if span >= _DAY:
        return f"{moment:%Y-%m-%d %H:%M}"
    text = f"{moment:%H:%M:%S}"
    return f"{text}.{moment.microsecond:06d}"[: len(text) + 1 + decimals] if decimals else text


def _date(seconds: float) -> datetime:
    return _EPOCH + timedelta(seconds=seconds)


def _decimals(span: float) -> int:
    """Return the decimals of a second that tell a hundredth of a span."""
    if not span > 0:
        return 1
    return min(max(math.ceil(-math.log10(span / 100) - 1e-9), 0), _FINEST)
