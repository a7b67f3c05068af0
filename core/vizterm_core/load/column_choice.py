"""Columns as they are read from a source: whole, or as a part or the argmax of a matrix."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from vizterm_core.errors import DataError
from vizterm_core.files.source import ArraySpec, Categories, Source, read_array
from vizterm_core.files.stored import row_blocks
from vizterm_core.scatter.columns import Column, Values
from vizterm_core.scatter.grid import CHUNK
from vizterm_core.text import clean


class Taken(Enum):
    """What of an array is a column."""

    ALL = "all"
    ARGMAX = "argmax"
    """The position of the largest value in each row: one-hot labels, probabilities."""
    NTH = "nth"
    """One column of a matrix."""


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """A column of the data, and how it is read."""

    spec: ArraySpec
    taken: Taken = Taken.ALL
    nth: int = 0
    """Which column of the matrix, if one is."""
    classes: ArraySpec | None = None
    """The names of the classes whose numbers the values are."""

    @property
    def name(self) -> str:
        """The column's name: "y", "scores[:, 2]"."""
        return f"{self.spec.name}[:, {self.nth}]" if self.taken is Taken.NTH else self.spec.name

    def describe(self) -> str:
        """Name, shape and dtype, and what is done with them."""
        text = self.spec.describe()
        if self.taken is Taken.ARGMAX:
            text += ", the argmax of each row"
        elif self.taken is Taken.NTH:
            text += f", column {self.nth}"
        if self.classes is not None:
            text += f", named by {clean(self.classes.name)}"
        return text

    def column(self, source: Source) -> Column:
        """Return the column, to be read when it is looked at."""
        classes = self.classes
        names = None if classes is None else lambda: class_names(source, classes)
        return Column(self.name, lambda: self._read(source), names)

    def _read(self, source: Source) -> Values:
        if self.taken is Taken.ALL:
            return _along_rows(source.read(self.spec.name))
        rows = source.open(self.spec.name)
        if self.taken is Taken.NTH:
            parts = [block[:, self.nth] for _, block in row_blocks(rows, CHUNK)]
            return np.concatenate(parts) if parts else np.zeros(0, self.spec.dtype)
        numbers = np.full(len(rows), -1, np.int64)
        for part, block in row_blocks(rows, CHUNK):
            scores = np.nan_to_num(block.astype(np.float64), nan=-np.inf)
            known = scores.max(axis=1) > -np.inf
            numbers[part][known] = scores.argmax(axis=1)[known]
        return np.ma.masked_equal(numbers, -1) if (numbers < 0).any() else numbers


def _along_rows(values: Values) -> Values:
    if isinstance(values, Categories) or values.ndim == 1:
        return values
    return values.reshape(len(values)) if len(values) else values.reshape(0)


def class_names(source: Source, spec: ArraySpec) -> tuple[str, ...]:
    """Return names of classes as text; none if they can't be read.

    The labels are then shown as numbers: their own column can be read.
    """
    try:
        values = read_array(source, spec.name).ravel()
    except DataError:
        return ()
    return tuple(
        value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
        for value in values.tolist()
    )
