"""Categories of several parts of a column, made one list."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.files.stored import Array


class MergedValues:
    """Categories of several parts as one list: equal values have one number.

    Parameters
    ----------
    dtype : numpy dtype
        Of the values.
    """

    def __init__(self, dtype: np.dtype[np.generic]) -> None:
        self._dtype = dtype
        self._numbers: dict[object, int] = {}

    def renumbered(self, codes: npt.NDArray[np.integer], values: Array) -> npt.NDArray[np.int32]:
        """Return (n,) codes of a part as positions in all values so far; -1 stays.

        Raises
        ------
        IndexError
            If a code is beyond the part's values.
        """
        numbers = np.full(len(values) + 1, -1, np.int32)
        """By the part's own code; the last one is that of -1."""
        missing = np.ma.getmaskarray(values)
        for place, value in enumerate(values.tolist()):
            if value is not None and not missing[place] and value == value:
                numbers[place] = self._numbers.setdefault(value, len(self._numbers))
        return numbers[codes]

    def values(self) -> Array:
        """Return (k,) all values, in the order in which they came."""
        if self._dtype.hasobject:
            values: npt.NDArray[Any] = np.empty(len(self._numbers), object)
            values[:] = list(self._numbers)
            return values
        return np.array(list(self._numbers), self._dtype)
