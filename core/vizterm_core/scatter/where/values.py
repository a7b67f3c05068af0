"""Values of a condition: numbers, truths, text and dates, with what is missing beside them.

A comparison with a missing value is neither true nor false, and `and or not` keep that (Kleene's
logic, as in SQL): a condition holds where it is true.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.scatter.encode import seconds_of
from vizterm_core.text import clean

Truths = npt.NDArray[np.bool_]
AnyArray = npt.NDArray[Any]

_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt,
    ">=": operator.ge,
}  # fmt: skip


class MismatchError(Exception):
    """Values that can't be taken together; its text says which, and what to write."""


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """A value by row, by distinct value of a column, or one for all."""

    kind: str
    """'number', 'truth', 'text', 'date', or 'missing' where nothing else is known."""
    data: Any
    """(n,) array: numbers, bool, str objects, datetime64; or a Python scalar."""
    missing: Truths | None = None
    """(n,) bool, if some are."""
    column: str | None = None
    """Set where the data are by distinct value of this column, the last of them missing."""

    @property
    def single(self) -> bool:
        """Whether it is one value for all rows."""
        return not isinstance(self.data, np.ndarray)

    def described(self) -> str:
        """The kind of its values for a message: 'numbers', 'text ("cat", "dog")'."""
        if self.kind != "text":
            return {"number": "numbers", "truth": "True and False", "date": "dates"}.get(
                self.kind, "nothing"
            )
        if self.single:
            return "text"
        seen = [clean(str(each), 16) for each in self.data[:-1][:2].tolist()]
        return "text (" + ", ".join(f'"{each}"' for each in seen) + ", …)"


def either(first: Truths | None, second: Truths | None) -> Truths | None:
    """Return where one of two values is missing."""
    if first is None or second is None:
        return second if first is None else first
    return first | second


def of_array(values: AnyArray) -> Value:
    """Return numbers, bool, dates or durations as a value; durations are seconds.

    Parameters
    ----------
    values : (n,) array of kind b i u f M m, masked where some are missing
    """
    missing: Truths | None = None
    if np.ma.isMA(values):
        missing = np.ma.getmaskarray(values)
        values = np.ma.getdata(values)
    values = np.asarray(values)
    kind = values.dtype.kind
    if kind in "Mm":
        missing = either(missing, np.isnat(values))
        if kind == "m":
            return Value("number", seconds_of(values), missing)
        return Value("date", values, missing if missing is not None and missing.any() else None)
    if kind == "f":
        missing = either(missing, np.isnan(values))
    if missing is not None and not missing.any():
        missing = None
    return Value("truth" if kind == "b" else "number", values, missing)


def of_distinct(values: AnyArray, column: str) -> Value:
    """Return the distinct values of a column, with one more that is missing.

    Parameters
    ----------
    values : (k,) numbers, dates, or str objects, of which some may be missing
    """
    if values.dtype.kind != "O":
        found = of_array(values)
        data = np.append(found.data, np.zeros(1, found.data.dtype))
        missing = np.append(np.zeros(len(values), bool), True)
        if found.missing is not None:
            missing[:-1] = found.missing
        return replace(found, data=data, missing=missing, column=column)
    missing = np.array([*(value is None for value in values.tolist()), True])
    data = np.empty(len(values) + 1, object)
    data[:-1] = values
    data[missing] = ""
    return Value("text", data, missing, column)


def single(value: str | int | float | bool | None) -> Value:
    """Return a value that was written down."""
    if value is None:
        return Value("missing", None)
    if isinstance(value, str):
        return Value("text", value)
    return Value("truth" if isinstance(value, bool) else "number", value)


# truths
def elementwise(sign: str, left: Value, right: Value) -> Value:
    """Return where a comparison holds of values that numpy or Python can compare."""
    with np.errstate(all="ignore"):
        found = _OPERATORS[sign](left.data, right.data)
    missing = either(left.missing, right.missing)
    if isinstance(found, np.ndarray):
        found = found.astype(bool, copy=False)
    return Value("truth", found, missing, left.column or right.column)


def negated(value: Value) -> Value:
    """Return the opposite of truths."""
    if value.kind == "missing":
        return value
    return replace(value, data=not value.data if value.single else ~value.data)


def joined(every: bool, left: Value, right: Value) -> Value:
    """Return left and right, or left or right: what one side settles isn't missing."""
    column = left.column or right.column
    if left.kind == right.kind == "truth" and left.missing is None and right.missing is None:
        both = operator.and_ if every else operator.or_
        return Value("truth", both(left.data, right.data), None, column)
    (yes, no), (also, nor) = _settled(left), _settled(right)
    yes, no = (yes & also, no | nor) if every else (yes | also, no & nor)
    if left.single and right.single:
        return Value("truth", yes) if yes or no else Value("missing", None)
    return Value("truth", yes, np.logical_not(yes | no), column)


def _settled(value: Value) -> tuple[Any, Any]:
    """Return where truths are true, and where they are false."""
    if value.kind == "missing":
        return False, False
    if value.single:
        return value.data, not value.data
    if value.missing is None:
        return value.data, ~value.data
    return value.data & ~value.missing, ~(value.data | value.missing)


def missing_where(value: Value) -> Value:
    """Return where a value is missing."""
    if value.kind == "missing":
        return Value("truth", True)
    if value.single:
        return Value("truth", False)
    gone = np.zeros(len(value.data), bool) if value.missing is None else value.missing
    return Value("truth", gone, None, value.column)


def holds(value: Value) -> Truths | bool:
    """Return where truths are true, and not missing."""
    if value.single:
        return bool(value.data)
    return value.data if value.missing is None else value.data & ~value.missing


def as_number(value: Value) -> Value:
    """Return truths as 0 and 1; numbers as they are."""
    if value.kind != "truth":
        return value
    data = int(value.data) if value.single else value.data.astype(np.int8)
    return replace(value, kind="number", data=data)
