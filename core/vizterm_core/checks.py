"""Checks of objects from Python code; whatever such an object does, a VizError names it."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError, UsageError
from vizterm_core.text import clean

_SHOWN = 60


def as_array(value: Any, name: str) -> npt.NDArray[Any]:
    """Return `numpy.asarray(value)`, with a DataError for anything that it raises.

    Parameters
    ----------
    value : object
        Its `__array__` or `__iter__` may raise anything.
    name : str
        Its name in the message.
    """
    try:
        return np.asarray(value)
    except MemoryError:
        raise
    except Exception as error:
        if isinstance(error, ValueError) and "inhomogeneous" in str(error):
            raise DataError(
                f"{name}: ragged lists, whose entries have different lengths",
                "give entries of the same shape",
            ) from error
        raise DataError(
            f"{name}: a {type(value).__name__} can't be made an array: {_said(error)}",
            "give a numpy array; for a torch tensor, tensor.detach().float().cpu().numpy()",
        ) from error


def as_list(value: Iterable[Any], name: str) -> list[Any]:
    """Return `list(value)`, with a DataError for anything that the iterable raises."""
    try:
        return list(value)
    except MemoryError:
        raise
    except Exception as error:
        raise DataError(
            f"{name}: a {type(value).__name__} can't be iterated over: {_said(error)}"
        ) from error


def as_text(value: Any, name: str) -> str:
    """Return a string as it is; a UsageError for anything else."""
    if isinstance(value, str):
        return value
    raise UsageError(f"{name}: {shown(value)} is not text", f"write {name}='...'")


def as_choice(value: Any, choices: Sequence[str], kind: str) -> str:
    """One of some names; a UsageError for anything else.

    Parameters
    ----------
    kind : str
        What the choices are: "norm", "mode".
    """
    if isinstance(value, str) and value in choices:
        return value
    raise UsageError(f"there is no {kind} {shown(value)}", f"choose from {', '.join(choices)}")


def as_number(value: Any, name: str) -> float:
    """Return a finite float; a UsageError for anything else."""
    if isinstance(value, int | float | np.integer | np.floating):
        try:
            number = float(value)
        except OverflowError:
            number = np.inf
        if np.isfinite(number):
            return number
    raise UsageError(f"{name}: {shown(value)} is not a finite number", f"write {name}=0.5")


def as_image_shape(value: Any) -> tuple[int, ...]:
    """(rows, columns) or (rows, columns, channels); a UsageError for anything else."""
    try:
        sides = tuple(operator.index(side) for side in value)
    except Exception:  # noqa: BLE001 - a stranger's code
        sides = ()
    if len(sides) in (2, 3) and min(sides) > 0:
        return sides
    raise UsageError(
        f"image_shape: {shown(value)} is no shape of an image",
        "write (rows, columns) or (rows, columns, channels)",
    )


def as_index(value: Any, name: str) -> int:
    """Return a whole number of at least 0; a UsageError for anything else."""
    try:
        number = operator.index(value)
    except Exception:  # noqa: BLE001 - a stranger's code
        number = -1
    if number >= 0:
        return number
    raise UsageError(f"{name}: {shown(value)} is no whole number from 0", f"write {name}=0")


def as_range(value: Any, name: str = "value_range") -> tuple[float, float]:
    """(low, high), finite and in this order; a UsageError for anything else."""
    try:
        low, high = (float(end) for end in value)
    except Exception:  # noqa: BLE001 - a stranger's code
        low = high = np.nan
    if np.isfinite(low) and np.isfinite(high) and low < high:
        return low, high
    raise UsageError(
        f"{name}: {shown(value)} is no range",
        "give the values of black and white: low < high",
    )


def shown(value: Any) -> str:
    """Return an object as short and harmless text for a message, even if its `__repr__` fails.

    >>> shown([1, 2])
    '[1, 2]'
    """
    try:
        return clean(repr(value), _SHOWN)
    except Exception:  # noqa: BLE001 - a stranger's code
        return f"a {type(value).__name__}"


def _said(error: Exception) -> str:
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:  # noqa: BLE001 - a stranger's code
        return type(error).__name__
