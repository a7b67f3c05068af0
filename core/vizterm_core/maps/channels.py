"""Feature tensors: their channels, and projections of them onto one map."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.checks import as_array, shown
from vizterm_core.errors import DataError, UsageError
from vizterm_core.pictures.image import LONGEST_SIDE
from vizterm_core.text import clean, describe_shape

Numbers = npt.NDArray[Any]
"""Any real dtype."""

PROJECTIONS = ("mean", "max", "l2")
"""Reductions of all channels to one map."""

_CHUNK = 1 << 18
"""Values projected at a time."""
_SHAPES = "features are (h, w), [C, h, w] or [1, C, h, w]"


def as_channels(array: npt.ArrayLike, *, name: str = "feature") -> Numbers:
    """Return a feature tensor as its channels, (C, h, w), without copying it.

    Parameters
    ----------
    array : (h, w), (C, h, w) or (1, C, h, w) real
    name : str
        Its name in errors.

    Raises
    ------
    DataError
        For another shape, an empty array, or values that aren't real numbers.
    """
    values = as_array(array, name)
    return values.reshape(channels_shape(values.shape, values.dtype, name=name))


def channels_shape(
    shape: tuple[int, ...], dtype: np.dtype[Any], *, name: str = "feature"
) -> tuple[int, int, int]:
    """Return (C, h, w) of a feature tensor, from its header alone; errors as for `as_channels`."""
    if dtype.kind not in "biuf":
        problem, hint = "holds no real numbers", "save it with .astype(np.float32)"
    elif len(shape) == 4 and shape[0] > 1:
        problem, hint = f"is a batch of {shape[0]:,}", "choose one of them: features[0]"
    elif not 2 <= len(shape) <= 4:
        axes = "1 axis" if len(shape) == 1 else f"{len(shape)} axes"
        problem, hint = f"has {axes}", _SHAPES
    elif 0 in shape:
        problem, hint = "is empty", _SHAPES
    elif max(shape[-2:]) > LONGEST_SIDE:
        problem, hint = f"has a side of more than {LONGEST_SIDE:,}", "average it down first"
    else:
        height, width = shape[-2:]
        return (shape[-3] if len(shape) > 2 else 1), height, width
    raise DataError(f"{clean(name)} {describe_shape(shape)} {dtype} {problem}", hint)


def project(features: npt.ArrayLike, how: int | str = "mean") -> Numbers:
    """Return one map, (h, w), of a feature tensor.

    Parameters
    ----------
    features : (h, w), (C, h, w) or (1, C, h, w) real
    how : int or {"mean", "max", "l2"}
        A channel, counted from 0, or the mean, maximum or Euclidean norm over the finite values
        of all channels; NaN where there are none.

    Returns
    -------
    (h, w)
        A channel is a view, with its dtype; else float32 for float32, float16, bool and integers
        of up to 16 bits, else float64, summed in float64.

    Raises
    ------
    DataError
        As for `as_channels`.
    UsageError
        For a channel that doesn't exist, or an unknown projection.

    >>> project([[[3, 0]], [[4, -1]]], "l2").tolist()
    [[5.0, 1.0]]
    """
    channels = as_channels(features)
    if how in PROJECTIONS:
        return _projected(channels, str(how))
    try:
        index = operator.index(how)  # type: ignore[arg-type]
    except Exception:  # noqa: BLE001 - a stranger's code
        raise UsageError(
            f"there is no projection {shown(how)}",
            f"choose a channel or one of {', '.join(PROJECTIONS)}",
        ) from None
    if not 0 <= index < len(channels):
        raise UsageError(
            f"channel {index} of {len(channels):,}", f"give one of 0 to {len(channels) - 1:,}"
        )
    return channels[index]


@np.errstate(over="ignore", invalid="ignore")
def _projected(channels: Numbers, how: str) -> Numbers:
    """Reduce the channels group by group, to bound the memory for float64 values.

    Values and sums beyond float64 are infinite.
    """
    sides = channels.shape[1:]
    total = np.zeros(sides) if how != "max" else np.full(sides, -np.inf)
    present = np.zeros(sides, np.intp)
    step = max(1, _CHUNK // (sides[0] * sides[1]))
    for start in range(0, len(channels), step):
        group = channels[start : start + step].astype(np.float64)
        finite = np.isfinite(group)
        present += np.count_nonzero(finite, axis=0)
        if not finite.all():
            group[~finite] = -np.inf if how == "max" else 0
        if how == "max":
            np.maximum(total, group.max(axis=0), out=total)
        else:
            total += (np.square(group, out=group) if how == "l2" else group).sum(axis=0)
    if how == "mean":
        total /= np.maximum(present, 1)
    elif how == "l2":
        np.sqrt(total, out=total)
    total[present == 0] = np.nan
    dtype = channels.dtype
    narrow = dtype.itemsize <= (4 if dtype.kind == "f" else 2)
    return total.astype(np.float32) if narrow else total
