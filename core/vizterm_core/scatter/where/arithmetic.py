"""Arithmetic of a condition: exact on whole numbers, missing where there is no result."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.scatter.where.values import Value, as_number, either

_INT64 = 1 << 63
_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
    "//": operator.floordiv, "%": operator.mod, "**": operator.pow,
}  # fmt: skip
_DIVISIONS = ("/", "//", "%")

Numbers = npt.NDArray[Any]


def arithmetic(sign: str, left: Value, right: Value) -> Value:
    """Return what + - * / // % or ** makes of two numbers.

    Whole numbers stay exact where 64 bits hold all results; else these are float64.  A division
    by zero, and whatever else is no number, is missing.

    Parameters
    ----------
    left, right : Value
        Of kind 'number' or 'truth', by the same rows or single.
    """
    left, right = as_number(left), as_number(right)
    first, second = _plain(left.data), _plain(right.data)
    with np.errstate(all="ignore"):
        found = _exact(sign, first, second) if _whole(first, second) else None
        if found is None:
            found = _OPERATORS[sign](first.astype(np.float64), second.astype(np.float64))
    gone = np.isnan(found) if found.dtype.kind == "f" else np.zeros(found.shape, bool)
    if sign in _DIVISIONS:
        gone |= np.broadcast_to(second == 0, gone.shape)
    elif sign == "**":
        gone |= np.broadcast_to((first == 0) & (second < 0), gone.shape)
    if left.single and right.single:
        return Value("missing", None) if gone[0] else Value("number", found[0].item())
    missing = either(either(left.missing, right.missing), gone if gone.any() else None)
    return Value("number", found, missing, left.column or right.column)


def absolute(value: Value) -> Value:
    """Return numbers without their signs."""
    value = as_number(value)
    if value.single:
        return replace(value, data=abs(value.data))
    numbers = value.data
    if numbers.dtype.kind == "i" and numbers.size:
        # The lowest integer has no opposite of its own width.
        low = int(numbers.min())
        if low == np.iinfo(numbers.dtype).min:
            numbers = numbers.astype(np.float64 if numbers.dtype.itemsize == 8 else np.int64)
    return replace(value, data=np.abs(numbers))


def _plain(data: Any) -> Numbers:
    """Return numbers as an array in which nothing overflows unseen: int64, uint64 or float."""
    if not isinstance(data, np.ndarray):
        return np.array([data])
    kind, size = data.dtype.kind, data.dtype.itemsize
    return data.astype(np.int64) if kind in "iu" and (size < 8 or kind == "i") else data


def _whole(*numbers: Numbers) -> bool:
    return all(each.dtype.kind in "iu" for each in numbers)


def _exact(sign: str, first: Numbers, second: Numbers) -> Numbers | None:
    """Return the result in whole numbers of 64 bits, or None where these can't hold it."""
    if sign == "/" or not first.size or not second.size:
        return None
    (low, high), (least, most) = ((int(each.min()), int(each.max())) for each in (first, second))
    reach, other = max(-low, high), max(-least, most)
    if sign in ("+", "-", "*"):
        return _modular(sign, first, second, reach + other if sign != "*" else reach * other)
    if reach < _INT64 and other < _INT64:
        first, second = first.astype(np.int64), second.astype(np.int64)
        if sign in _DIVISIONS:
            second = np.where(second == 0, 1, second)
        elif least < 0 or (reach > 1 and (most > 63 or reach**most >= _INT64)):
            return None
        result: Numbers = _OPERATORS[sign](first, second)
        return result
    if sign in _DIVISIONS and min(low, least) >= 0:
        second = second.astype(np.uint64)
        rest: Numbers = _OPERATORS[sign](first.astype(np.uint64), np.where(second == 0, 1, second))
        return rest
    return None


def _modular(sign: str, first: Numbers, second: Numbers, most: int) -> Numbers | None:
    """Return a sum, difference or product, which is right modulo 2⁶⁴, if it lies within 63 bits."""
    if most >= _INT64:
        about = _OPERATORS[sign](first.astype(np.float64), second.astype(np.float64))
        if not (np.abs(about) < 0.999 * _INT64).all():
            return None
    plain = _OPERATORS[sign](first.astype(np.uint64), second.astype(np.uint64))
    result: Numbers = plain.view(np.int64)
    return result
