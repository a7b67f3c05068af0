"""What the first rows of columns tell of them: classes, names, numbers that count the rows."""

from __future__ import annotations

import numpy as np

from vizterm_core.files.masked import unmasked
from vizterm_core.files.source import ArraySpec, Categories, Form, Source
from vizterm_core.load.peek import ROWS, Peeked, peek, peek_all
from vizterm_core.scatter.encode import encode_labels
from vizterm_core.scatter.meaning import Meaning, meaning_of


class FirstRows:
    """The first rows of a source's columns, each looked at once.

    Parameters
    ----------
    source : Source
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._peeked: dict[str, Peeked | None] = {}

    def peek(self, spec: ArraySpec) -> Peeked | None:
        """Look at the first rows of a column, once."""
        if spec.name not in self._peeked:
            self._peeked[spec.name] = peek(self._source, spec)
        return self._peeked[spec.name]

    def meaning(self, spec: ArraySpec) -> Meaning | None:
        """Return what the first rows of a column are; None if they can't be had cheaply."""
        rows = self.peek(spec)
        if rows is None:
            return None
        if not isinstance(rows, Categories) and rows.dtype.kind not in "biufMmUSO":
            return None
        return meaning_of(rows)

    def is_constant(self, spec: ArraySpec) -> bool:
        """Whether a column is known to be the same in all rows, of which there are several."""
        rows = self.peek(spec)
        if spec.shape[0] < 2 or rows is None or not _is_constant(rows):
            return False
        all_rows = rows if isinstance(rows, Categories) else peek_all(self._source, spec)
        return all_rows is not None and _is_constant(all_rows)

    def all_differ(self, spec: ArraySpec) -> bool:
        """Whether texts are many, and none comes twice: labels by name, names by what they are."""
        rows = self.peek(spec)
        if rows is None or self.meaning(spec) is not Meaning.TEXT:
            return False
        if isinstance(rows, Categories):
            return len(rows.values) == len(rows)
        texts = rows.ravel().tolist()
        return len(set(texts)) == len(texts)

    def says_nothing(self, spec: ArraySpec) -> bool:
        """Whether a column counts the rows, every number once, or is the same in all of them."""
        rows = self.peek(spec)
        if rows is None:
            return False
        if isinstance(rows, Categories):
            return np.unique(rows.codes).size < 2
        flat = unmasked(rows).ravel()[:ROWS]
        different = len({*flat.tolist()})
        counts = spec.dtype.kind in "iu" and spec.form is Form.ARRAY
        return different < 2 or (counts and flat.size > 2 and different == flat.size)

    def entropy(self, spec: ArraySpec) -> float:
        """Return how much a column of categories tells, in bits a row; none where it is missing."""
        rows = self.peek(spec)
        if rows is None:
            return 0.0
        labels = encode_labels(rows, spec.name, Meaning.CATEGORY)
        total = max(1, int(labels.counts.sum()))
        missing = sum(int(labels.counts[label]) for label in labels.grey)
        shares = np.delete(labels.counts, list(labels.grey)) / max(1, total - missing)
        shares = shares[shares > 0]
        return float(-(shares * np.log2(shares)).sum() * (1 - missing / total))


def _is_constant(rows: Peeked) -> bool:
    if isinstance(rows, Categories):
        return np.unique(rows.codes).size < 2
    flat = unmasked(rows).ravel()
    first = flat[:1]
    gone = flat != flat
    return bool(((flat == first) | gone).all() and (gone.all() or not gone.any()))
