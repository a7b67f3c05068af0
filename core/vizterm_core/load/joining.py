"""Rows of another file brought into the order of the data, by a name that both have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import VizError
from vizterm_core.files.source import ArraySpec, Categories, Form, Source, read_array
from vizterm_core.files.stored import Array
from vizterm_core.load.words import NAMES_NAMES, Word
from vizterm_core.text import clean, whole_text

_LEAST_SHARE = 0.5
"""Of the rows of one of them, that must be found in the other."""
_MOST_KEYS = 4


@dataclass(frozen=True, slots=True)
class _Match:
    rows: npt.NDArray[np.int64]
    """(n,) the row of the other file for each row of the data, -1 where there is none."""
    by: str
    """The column that was compared, for people."""
    share: float


class JoinedRows:
    """A source whose rows stand in the order of another one; what isn't in it is missing.

    Parameters
    ----------
    source : Source
    rows : (n,) int64
        The row of `source` for each row, -1 where there is none.
    note : str
        What was compared.
    """

    single = False

    def __init__(self, source: Source, rows: npt.NDArray[np.int64], note: str) -> None:
        self._source, self._rows = source, rows
        self.name, self.files, self.skipped = source.name, source.files, source.skipped
        self.notes = (note, *getattr(source, "notes", ()))
        self.columns: Mapping[str, ArraySpec] = {
            name: replace(spec, shape=(rows.size, *spec.shape[1:]), form=_form(spec))
            for name, spec in source.columns.items()
            if spec.shape and spec.form is not Form.ENCODED and spec.dtype.kind != "V"
        }

    def called(self, column: str) -> str:
        """A column in messages, as its own source calls it."""
        return self._source.called(column)

    def open(self, column: str, max_bytes: int | None = None) -> Array:
        """Return a column, of categories the value of each row; errors as of its own source."""
        return read_array(self, column, max_bytes)

    def read(self, column: str, max_bytes: int | None = None) -> Array | Categories:
        """Return a column in the order of the data; errors as of its own source."""
        values = self._source.read(column, max_bytes)
        missing = self._rows < 0
        rows = np.where(missing, 0, self._rows)
        if isinstance(values, Categories):
            codes = np.where(missing, -1, values.codes[rows])
            return Categories(codes, values.values, values.colours)
        taken = values[rows]
        if self.columns[column].form is Form.TEXT:
            texts = taken.astype(object)
            texts[missing] = None
            return texts
        if not missing.any():
            return taken
        mask = np.broadcast_to(missing.reshape(-1, *[1] * (taken.ndim - 1)), taken.shape)
        return np.ma.MaskedArray(np.ma.getdata(taken), mask | np.ma.getmaskarray(taken))


def _form(spec: ArraySpec) -> Form:
    text = spec.form is Form.ARRAY and spec.dtype.kind in "US" and len(spec.shape) == 1
    return Form.TEXT if text else spec.form


def in_order_of(data: Source, other: Source) -> Source:
    """Return another source with its rows in the order of the data, if names say so.

    Where both have a column of unique names, and these are the same in another order or number,
    rows are joined by them; the source's note says so.  Otherwise it is returned as it is.
    """
    best: _Match | None = None
    for mine in _keys(data):
        for theirs in _keys(other):
            match = _matched(data, mine, other, theirs)
            if match is not None and (best is None or match.share > best.share):
                best = match
    if best is None or np.array_equal(best.rows, np.arange(best.rows.size)):
        return other
    found = int(np.count_nonzero(best.rows >= 0))
    note = f"{other.name} joined by {best.by}: {found:,} of {best.rows.size:,} rows"
    return JoinedRows(other, best.rows, note)


def _keys(source: Source) -> list[str]:
    """Return columns of text that may be unique names, those called so first."""
    ranked = []
    for name, spec in source.columns.items():
        text = spec.form in (Form.TEXT, Form.CATEGORIES) or spec.dtype.kind in "US"
        rank = Word.of(name).rank(NAMES_NAMES)
        if text and rank is not None and len(spec.shape) == 1 and not spec.objects:
            ranked.append((rank, name))
    return [name for _, name in sorted(ranked)][:_MOST_KEYS]


def _matched(data: Source, mine: str, other: Source, theirs: str) -> _Match | None:
    try:
        here, there = (_texts(source, name) for source, name in ((data, mine), (other, theirs)))
    except VizError:
        return None
    places = {text: row for row, text in enumerate(there)}
    if len(places) < len(there):
        return None
    rows = np.array([places.get(text, -1) for text in here], np.int64)
    found = np.count_nonzero(rows >= 0)
    share = max(found / max(1, len(here)), found / max(1, len(there)))
    return _Match(rows, clean(theirs), share) if share >= _LEAST_SHARE else None


def _texts(source: Source, name: str) -> list[str]:
    values = read_array(source, name).tolist()
    return [whole_text(value) for value in values]
