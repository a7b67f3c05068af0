"""The vectors behind points: what the map was made of, where the data still have it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from vizterm_core.errors import DataError
from vizterm_core.files.source import Access, ArraySpec, Form, Source, read_array
from vizterm_core.files.stored import Array, Rows
from vizterm_core.load.choose import check_length, given
from vizterm_core.load.coords import Coords, Layout
from vizterm_core.load.find_coords import matrices
from vizterm_core.load.keys import NONE, Keys
from vizterm_core.load.pca import standardised
from vizterm_core.load.words import VECTORS_NAMES, Word
from vizterm_core.neighbours.vectors import Vectors
from vizterm_core.text import clean

_MOST_NAMED = 3
_TABLES = Layout.COLUMNS, Layout.TABLE


@dataclass(frozen=True, slots=True)
class VectorChoice:
    """The columns that vectors are made of."""

    specs: tuple[ArraySpec, ...]
    """A column of vectors, or several of numbers."""
    standardised: bool = False
    """Whether each of those numbers is taken with mean 0 and variance 1."""

    @property
    def name(self) -> str:
        """The columns by name; of many how many there are."""
        names = [spec.name for spec in self.specs]
        shown = ", ".join(names) if len(names) <= _MOST_NAMED else f"{len(names)} columns"
        return f"{shown}, standardised" if self.standardised else shown

    def describe(self) -> str:
        """Return the columns with shape and dtype."""
        if len(self.specs) == 1:
            return self.specs[0].describe()
        return clean(self.name)

    def open(self, source: Source) -> Vectors:
        """Return the vectors, of which nothing is read yet."""
        if len(self.specs) > 1:
            shape = self.specs[0].shape[0], len(self.specs)
            return Vectors(self.name, shape, np.dtype(np.float64), self._table(source))
        (spec,) = self.specs
        by_row = spec.access is not Access.BLOCK
        return Vectors(
            spec.name, spec.shape, spec.dtype, lambda: source.open(spec.name), by_row=by_row
        )

    def rows(self, source: Source) -> Array | Rows:
        """Return the vectors, (n, ...): read when they are asked for, or a table of the columns."""
        if len(self.specs) > 1:
            return self._table(source)()
        return source.open(self.specs[0].name)

    def _table(self, source: Source) -> Callable[[], Array | Rows]:
        def read() -> Array:
            columns = [read_array(source, spec.name).ravel() for spec in self.specs]
            if self.standardised:
                return standardised(columns)
            filled = [np.ma.filled(np.ma.asarray(each).astype(float), np.nan) for each in columns]
            return np.stack(filled, axis=1)

        return read


def choose_vectors(
    source: Source, keys: Keys, coords: Coords, others: Iterable[ArraySpec | None]
) -> VectorChoice | None:
    """Find the vectors of a source: those that are reduced to coordinates, else a matrix.

    Parameters
    ----------
    source : Source
    keys : Keys
    coords : Coords
    others : iterable of ArraySpec
        Columns with another role, which are vectors only by hand, or if they are called so.

    Raises
    ------
    UsageError
        If a key given by hand isn't in the source.
    DataError
        If what was given by hand can't be vectors.
    """
    if keys.vectors == NONE:
        return None
    if keys.vectors is not None:
        return _by_hand(source, keys.vectors, coords)
    if coords.layout is Layout.VECTORS:
        return VectorChoice(coords.specs)
    if coords.layout in _TABLES:
        return VectorChoice(coords.specs, standardised=coords.layout is Layout.TABLE)
    split = Word.of(coords.specs[0].name).split
    for spec in _likely(source, coords, others):
        if not split or Word.of(spec.name).split in ("", split):
            return VectorChoice((spec,))
    return None


def all_vectors(
    source: Source,
    coords: Coords,
    chosen: VectorChoice | None,
    others: Iterable[ArraySpec | None],
) -> tuple[VectorChoice, ...]:
    """Return the vectors that were chosen, and all others that there are; none without a choice.

    Parameters
    ----------
    source : Source
    coords : Coords
    chosen : VectorChoice, optional
        By `choose_vectors`.
    others : iterable of ArraySpec
        As for that.
    """
    if chosen is None:
        return ()
    more = [VectorChoice((spec,)) for spec in _likely(source, coords, others)]
    return chosen, *(each for each in more if each.specs != chosen.specs)


def _likely(source: Source, coords: Coords, others: Iterable[ArraySpec | None]) -> list[ArraySpec]:
    """Return the matrices that vectors can be, which are neither coordinates nor something else."""
    taken = [*others]
    return [
        spec
        for spec in matrices(source)
        if spec.shape[0] == coords.count
        and spec not in coords.specs
        and (
            Word.of(spec.name).rank(VECTORS_NAMES) is not None
            or (spec.dtype.kind == "f" and spec not in taken)
        )
    ]


def _by_hand(source: Source, key: str, coords: Coords) -> VectorChoice:
    spec = given(source, "vectors", key)
    numbers = spec.form is Form.ARRAY and spec.dtype.kind in "biuf"
    if not numbers or len(spec.shape) < 2 or 0 in spec.shape[1:]:
        raise DataError(
            f"{spec.describe()} can't be vectors",
            "they are real numbers, (n, d); name another array with --vectors KEY|none",
        )
    check_length(spec, "vectors", coords.count, coords.called)
    return VectorChoice((spec,))
