"""Masked arrays, for code that meets them rarely: importing `numpy.ma` takes 20 ms."""

from __future__ import annotations

from typing import Any, TypeGuard

import numpy as np
import numpy.typing as npt


def is_masked(values: Any) -> TypeGuard[np.ma.MaskedArray[Any, Any]]:
    """Return whether an object is a masked array, perhaps with nothing masked."""
    return type(values) is not np.ndarray and isinstance(values, np.ma.MaskedArray)


def unmasked(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the array under a mask, or an array without one as it is."""
    return np.asarray(np.ma.getdata(values)) if is_masked(values) else np.asarray(values)


def mask_of(values: npt.NDArray[Any]) -> npt.NDArray[np.bool_] | None:
    """Return which entries are masked, as a copy of the values' shape; None if none is."""
    if not is_masked(values):
        return None
    mask = np.array(np.ma.getmaskarray(values))
    return mask if mask.any() else None
