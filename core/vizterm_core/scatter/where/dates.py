"""Dates of a condition: a written one covers all of its day, month or year."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.scatter.encode import seconds_of
from vizterm_core.scatter.where.values import MismatchError, Value, elementwise
from vizterm_core.text import clean

_TURNED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_DATE = re.compile(
    r"\d{4}(-\d\d(-\d\d([T ]\d\d(:\d\d(:\d\d(\.\d{1,9})?)?)?)?)?)?(Z|\+00:?00)?", re.ASCII
)
_YEARS = 1000, 9999
_TICKS = {
    "W": Fraction(604_800), "D": Fraction(86_400), "h": Fraction(3600), "m": Fraction(60),
    "s": Fraction(1), "ms": Fraction(1, 10**3), "us": Fraction(1, 10**6),
    "ns": Fraction(1, 10**9), "ps": Fraction(1, 10**12), "fs": Fraction(1, 10**15),
    "as": Fraction(1, 10**18),
}  # fmt: skip
_INT64 = 1 << 63

AnyArray = npt.NDArray[Any]


def compare_dates(sign: str, left: Value, right: Value) -> Value:
    """Return where a comparison holds, of a date with a date or with what was written for one.

    Raises
    ------
    MismatchError
        If it isn't a date.
    """
    if left.kind != "date" or left.single:
        if right.kind != "date" or right.single:
            raise MismatchError(f"{left.described()} can't be compared with {right.described()}")
        return compare_dates(_TURNED[sign], right, left)
    if right.kind == "date":
        return elementwise(sign, *_one_unit(left, right))
    if not right.single or right.kind == "truth":
        raise MismatchError(f"dates can't be compared with {right.described()}")
    first, end = date_span(right.data)
    ticks, tick = _as_ticks(left.data)
    # The first tick at or after a moment, exactly.
    low, high = -(-first // tick), -(-end // tick)
    match sign:
        case "<":
            found = ticks < low
        case "<=":
            found = ticks < high
        case ">":
            found = ticks >= high
        case ">=":
            found = ticks >= low
        case _:
            found = (ticks >= low) & (ticks < high)
            found = ~found if sign == "!=" else found
    return Value("truth", found, left.missing, left.column)


def date_span(written: str | int | float) -> tuple[Fraction, Fraction]:
    """Return what a written date covers, as seconds since 1970: its start, and the next one's.

    "2023-05" is the whole month, 2023 the year, "2023-05-01 12:30" that minute.

    Raises
    ------
    MismatchError
        If it isn't a date.
    """
    text = written.strip() if isinstance(written, str) else str(written)
    number = isinstance(written, str) or (
        type(written) is int and _YEARS[0] <= written <= _YEARS[1]
    )
    try:
        if not number or not _DATE.fullmatch(text):
            raise ValueError(text)
        moment = np.datetime64(re.sub(r"(Z|\+00:?00)$", "", text).replace(" ", "T"))
    except ValueError:
        raise MismatchError(
            f'these are dates; write one as "2023-05-01" or "2023-05", not "{clean(text, 24)}"'
        ) from None
    start, end = (_as_ticks(np.array([each])) for each in (moment, moment + 1))
    return int(start[0][0]) * start[1], int(end[0][0]) * end[1]


def _as_ticks(dates: AnyArray) -> tuple[npt.NDArray[np.int64], Fraction]:
    """Return dates as whole ticks since 1970, and the seconds of a tick."""
    unit, count = np.datetime_data(dates.dtype)
    if unit in ("Y", "M"):
        dates = dates.astype("M8[D]")
        unit, count = "D", 1
    ticks = dates.astype(dates.dtype.newbyteorder("="), copy=False).view(np.int64)
    return ticks, _TICKS.get(unit, Fraction(1)) * count


def _one_unit(left: Value, right: Value) -> tuple[Value, Value]:
    """Return dates of two columns as whole ticks of one size, or as seconds if these overflow."""
    sides = (_as_ticks(left.data), _as_ticks(right.data))
    finer = min(tick for _, tick in sides)
    scales = [tick / finer for _, tick in sides]
    numbers: list[AnyArray] = []
    for value, (ticks, _), scale in zip((left, right), sides, scales, strict=True):
        there = ticks if value.missing is None else ticks[~value.missing]
        most = max(abs(int(there.min())), abs(int(there.max()))) if there.size else 0
        if scale.denominator != 1 or most * scale >= _INT64:
            return _seconds(left), _seconds(right)
        numbers.append(ticks * int(scale))
    return replace(left, data=numbers[0]), replace(right, data=numbers[1])


def _seconds(value: Value) -> Value:
    return replace(value, kind="number", data=seconds_of(value.data))
