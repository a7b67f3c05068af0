"""Columns of the data: a value a row, to colour by, to filter by, to read beside the point."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError
from vizterm_core.files.masked import mask_of, unmasked
from vizterm_core.files.source import Categories
from vizterm_core.scatter.distinct import factored, needs_factoring
from vizterm_core.scatter.encode import encode_labels, valid_text
from vizterm_core.scatter.labels import MISSING_NAME, Labels
from vizterm_core.scatter.meaning import Meaning, meaning_of
from vizterm_core.text import clean, drawable, whole_text

Values = npt.NDArray[Any] | Categories


class Column:
    """One value a row, read when it is first asked for, and kept.

    Parameters
    ----------
    name : str
        As it is in its source: not made harmless for a terminal.
    read : callable
        Returns the values: (n,) or (n, 1) numbers, dates, text or objects, or `Categories`; raises
        a DataError if they can't be read.  It may be called in any thread.
    classes : sequence of str, optional
        The names of classes, where the values are their numbers.
    """

    costly = False
    """Whether its values are made, in many seconds, and only for one who asks for them."""
    about = ""
    """What is told of one that is costly, before it is made."""
    example = ""
    """A condition on its values, for an example."""

    def __init__(
        self,
        name: str,
        read: Callable[[], Values],
        classes: Callable[[], tuple[str, ...]] | None = None,
    ) -> None:
        self.name = name
        self._read, self._classes = read, classes
        self._values: Values | None = None
        self._meaning: Meaning | None = None
        self._lock = threading.Lock()
        self._distinct: Categories | None = None
        self._last: tuple[Any, Labels] | None = None

    @property
    def ready(self) -> bool:
        """Whether the values have been read; else `values` may take long."""
        return self._values is not None

    @property
    def scale_said(self) -> str:
        """What its lowest and highest values mean, where that is no matter of course."""
        return ""

    @property
    def waits(self) -> bool:
        """Whether it is costly and has not been made."""
        return self.costly and not self.ready

    @property
    def values(self) -> Values:
        """The values by row: (n,) array, masked where some are missing, or `Categories`.

        Raises
        ------
        DataError
            If they can't be read.
        """
        with self._lock:
            if self._values is None:
                self._values = self._named(_flat(self._checked(self._read())))
            return self._values

    @property
    def meaning(self) -> Meaning:
        """What the values are, found from themselves; errors as of `values`."""
        if self._meaning is None:
            self._meaning = meaning_of(self.values)
        return self._meaning

    def distinct(self) -> Categories | None:
        """Return text and objects as categories, whole and as they are, found once.

        Returns
        -------
        Categories or None
            Its values are str objects (None where one is missing), numbers or dates; None for a
            column that holds numbers or dates by row.  Errors as of `values`.
        """
        held = self.values
        with self._lock:
            if self._distinct is None and needs_factoring(held):
                self._distinct = factored(held)
            return self._distinct

    def labels(
        self, rows: npt.NDArray[np.int64] | None = None, meaning: Meaning | None = None
    ) -> Labels:
        """Return the labels of points.

        Parameters
        ----------
        rows : (points,) int64, optional
            The row of each point; all rows without.
        meaning : Meaning, optional
            Category or quantity; by default as `meaning` says.

        Raises
        ------
        DataError
            As of `values`.
        """
        key = (meaning, None if rows is None else id(rows))
        last = self._last
        if last is not None and last[0] == key:
            return last[1]
        labels = encode_labels(_taken(self.values, rows), self.name, meaning or self.meaning)
        self._last = key, labels
        return labels

    def text(self, row: int) -> str:
        """Return the value of a row as harmless text; errors as of `values`."""
        values = self.values
        if isinstance(values, Categories):
            code = int(values.codes[row])
            value = None if code < 0 else values.values[code]
        else:
            value = values[row]
        return value_text(value)

    def missing(self) -> npt.NDArray[np.bool_]:
        """Return which rows have no value: (n,) bool; errors as of `values`."""
        return missing_in(self.values)

    def _checked(self, values: Values) -> Values:
        """Return values whose codes, if they have any, all stand for something."""
        if isinstance(values, Categories) and len(values):
            highest, known = int(values.codes.max()), len(values.values)
            if highest >= known:
                raise DataError(
                    f"column {clean(self.name)!r} has a code {highest:,} for {known:,} categories",
                    "the file is damaged: write it anew",
                )
        return values

    def _named(self, values: Values) -> Values:
        """Return class numbers as categories with their names, if there are names."""
        if self._classes is None or isinstance(values, Categories):
            return values
        return with_class_names(values, self._classes())


def value_text(value: Any) -> str:
    """Return a value as harmless text: six digits of a number, a date without its T."""
    if value is None or type(value).__name__ == "MaskedConstant":
        return MISSING_NAME
    if isinstance(value, float | np.floating):
        return MISSING_NAME if np.isnan(value) else f"{float(value) + 0.0:.6g}"
    if isinstance(value, np.datetime64):
        return MISSING_NAME if np.isnat(value) else date_text(value)
    return drawable(whole_text(value))


def date_text(value: np.datetime64[Any]) -> str:
    """Return a date without what is zero at its end: the time of day, fractions of a second.

    >>> date_text(np.datetime64("2024-03-26T00:00:00.000000"))
    '2024-03-26'
    >>> date_text(np.datetime64("2024-03-26T12:30:00.500000"))
    '2024-03-26 12:30:00.5'
    """
    day, _, time = str(value).partition("T")
    time = time.rstrip("0").rstrip(".") if "." in time else time
    return day if not time.strip("0:") else f"{day} {time}"


def missing_in(values: Values) -> npt.NDArray[np.bool_]:
    """Return which values are missing: masked, None, NaN or NaT; (n,) bool."""
    if isinstance(values, Categories):
        return np.asarray(values.codes < 0)
    missing = mask_of(values)
    plain = unmasked(values)
    if plain.dtype.kind == "f":
        found = np.isnan(plain)
    elif plain.dtype.kind in "Mm":
        found = np.isnat(plain)
    elif plain.dtype.kind == "O":
        found = np.array([value is None or value != value for value in plain.tolist()], bool)
    else:
        found = np.zeros(plain.shape, bool)
    return found if missing is None else found | missing


def with_class_names(values: npt.NDArray[Any], classes: tuple[str, ...]) -> Values:
    """Return class numbers with the names of the classes; as they are, if they don't fit.

    Parameters
    ----------
    values : (n,) whole numbers, also as floats
    classes : tuple of str
        Named from 0; from 1, if there is no 0 but the number of classes itself.
    """
    missing = missing_in(values)
    plain = unmasked(values)
    if plain.dtype.kind not in "biuf" or missing.all() or not classes:
        return values
    there = plain[~missing]
    if plain.dtype.kind == "f" and (there != np.floor(there)).any():
        return values
    low, high = int(there.min()), int(there.max())
    first = 1 if low == 1 and high == len(classes) else 0
    if low < -1 or high - first >= len(classes):
        return values
    codes = np.full(plain.shape, -1, np.int64)
    codes[~missing] = there.astype(np.int64) - first
    names = list(classes)
    if low == -1:
        codes[~missing & (plain == -1)] = len(names)
        names.append("noise (-1)")
    return Categories(codes, np.array(names, object))


def _flat(values: Values) -> Values:
    if isinstance(values, Categories):
        return values
    if values.ndim == 2 and values.shape[1] == 1:
        values = values[:, 0]
    return valid_text(values) if values.dtype.kind == "U" else values


def _taken(values: Values, rows: npt.NDArray[np.int64] | None) -> Values:
    if rows is None:
        return values
    if isinstance(values, Categories):
        return Categories(values.codes[rows], values.values, values.colours)
    return values[rows]
