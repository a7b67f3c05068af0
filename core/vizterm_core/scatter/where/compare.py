"""Comparisons of a condition, of values of any two kinds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.scatter.where.dates import compare_dates
from vizterm_core.scatter.where.values import (
    MismatchError,
    Truths,
    Value,
    as_number,
    elementwise,
    single,
)
from vizterm_core.text import clean

AnyArray = npt.NDArray[Any]

_TRUE, _FALSE = ("true", "1"), ("false", "0")


def compare(sign: str, left: Value, right: Value) -> Value:
    """Return where a comparison holds; missing where one of the values is.

    Both are by the same rows, or one of them is single.

    Raises
    ------
    MismatchError
        If values of these kinds can't be compared.
    """
    kinds = left.kind, right.kind
    if "missing" in kinds:
        return _nowhere(left if right.single else right)
    if kinds == ("number", "number") or kinds == ("truth", "truth"):
        return elementwise(sign, left, right)
    if set(kinds) == {"number", "truth"}:
        return elementwise(sign, as_number(left), as_number(right))
    if kinds == ("text", "text"):
        return elementwise(sign, left, right)
    if "date" in kinds:
        return compare_dates(sign, left, right)
    # Text on one side: it is what it looks like, a number or a truth.
    if left.kind == "text":
        return compare(sign, read_as(right.kind, left, right), right)
    return compare(sign, left, read_as(left.kind, right, left))


def _nowhere(like: Value) -> Value:
    if like.single:
        return Value("missing", None)
    count = len(like.data)
    return Value("truth", np.zeros(count, bool), np.ones(count, bool), like.column)


def read_as(kind: str, text: Value, other: Value) -> Value:
    """Return text as the numbers or truths it looks like; NaN, which equals nothing, for the rest.

    Parameters
    ----------
    kind : 'number' or 'truth'
    text : Value
    other : Value
        What it is compared with, for the message.

    Raises
    ------
    MismatchError
        If none of it looks like one.
    """
    read = _number_in if kind == "number" else _truth_in
    if text.single:
        one = read(text.data)
        if one is None:
            wanted = "a number" if kind == "number" else "True or False"
            raise MismatchError(
                f'{other.described()}, not text; write {wanted} instead of "{clean(text.data, 16)}"'
            )
        return Value(kind, one)
    found = [read(each) for each in text.data.tolist()]
    if all(each is None for each in found) and any(text.data.tolist()):
        raise MismatchError(f"{text.described()}, not {other.described()}; write text in quotes")
    plain = np.array([np.nan if each is None else each for each in found], np.float64)
    return Value("number", plain, text.missing, text.column)


def ranked(left: Value, right: Value) -> tuple[Value, Value]:
    """Return text of two columns as numbers in the order of the text."""
    both = sorted({*left.data.tolist(), *right.data.tolist()})
    place = {text: rank for rank, text in enumerate(both)}
    return tuple(  # type: ignore[return-value]
        replace(side, kind="number", data=np.array([place[text] for text in side.data.tolist()]))
        for side in (left, right)
    )


def _number_in(text: str) -> int | float | None:
    try:
        if len(text) > 400:
            return None
        if text.isdecimal() and len(text) < 20:
            return int(text)
        number = float(text)
    except ValueError:
        return None
    return None if number != number else number


def _truth_in(text: str) -> bool | None:
    small = text.strip().casefold()
    return True if small in _TRUE else False if small in _FALSE else None


def member(value: Value, wanted: tuple[Any, ...]) -> Value:
    """Return which values are in a list; None in it stands for those that are missing.

    Raises
    ------
    MismatchError
        If the list holds values of another kind.
    """
    there = [each for each in wanted if each is not None]
    if value.single:
        found: Any = any(compare("==", value, single(each)).data for each in there)
        if value.kind == "missing":
            return Value("truth", True) if None in wanted else value
        return Value("truth", bool(found))
    found = np.zeros(len(value.data), bool)
    if value.kind == "date":
        for each in there:
            found |= compare("==", value, single(each)).data
    else:
        texts = [each for each in there if isinstance(each, str)]
        numbers = [each for each in there if not isinstance(each, str)]
        if value.kind == "text":
            known = set(texts)
            found |= np.array([each in known for each in value.data.tolist()], bool)
        else:
            numbers += [read_as(value.kind, single(each), value).data for each in texts]
        if numbers:
            like = single(numbers[0])
            plain = read_as(like.kind, value, like) if value.kind == "text" else as_number(value)
            found |= _numbers_among(plain.data, numbers)
    missing = value.missing
    if None in wanted and missing is not None:
        found, missing = found | missing, None
    return Value("truth", found, missing, value.column)


def _numbers_among(numbers: AnyArray, wanted: list[int | float]) -> Truths:
    dtype = numbers.dtype
    wanted = [int(each) if isinstance(each, bool) else each for each in wanted]
    if dtype.kind in "iu":
        low, high = np.iinfo(dtype).min, np.iinfo(dtype).max
        whole = [int(each) for each in wanted if abs(each) < 1 << 65 and each == int(each)]
        wanted = [each for each in whole if low <= each <= high]
    with np.errstate(all="ignore"):
        return np.isin(numbers, np.array(wanted, dtype.newbyteorder("=")))
