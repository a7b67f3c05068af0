"""Finding points by index, label or name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vizterm_core.scatter.embedding import Embedding
from vizterm_core.text import clean, whole_text

_INDEX = re.compile(r"#[\d,_]+", re.ASCII)
_TOGETHER = 1024
"""Texts that are searched as one."""
_LONGEST_INDEX = 18
"""Digits; more don't fit into 64 bits."""


@dataclass(frozen=True, slots=True)
class Found:
    """The outcome of a search."""

    points: npt.NDArray[np.int64]
    """Matching points, ascending."""
    how: str
    """'index', 'label', 'name' or 'label or name'; empty if nothing matches."""
    why: str = ""
    """Why an index that was asked for isn't there; empty otherwise."""


class Wanted:
    """A text to look for in others: as they are, or as people see them.

    Neither case matters, nor how blanks, tabs, line ends and accents are written.
    """

    def __init__(self, text: str) -> None:
        self._forms = _forms(text)
        self._different = tuple(dict.fromkeys(filter(None, self._forms)))

    def is_in(self, text: str) -> bool:
        """Whether the text is a part of another."""
        if _is_simple(text):
            folded = text.casefold()
            return any(form in folded for form in self._different)
        return any(form in other for form, other in self._beside(text))

    def are_in(self, texts: list[str]) -> npt.NDArray[np.bool_]:
        """Return in which texts the text is: (len(texts),) bool."""
        hits = np.zeros(len(texts), bool)
        for start in range(0, len(texts), _TOGETHER):
            part = texts[start : start + _TOGETHER]
            if not _is_simple("".join(part)):
                hits[start : start + len(part)] = [self.is_in(text) for text in part]
                continue
            together = "\0".join(part).casefold()
            for form in self._different:
                # Mostly it is in none of them.
                if form in together:
                    found = [form in text for text in together.split("\0")]
                    hits[start : start + len(part)] |= np.array(found)
        return hits

    def equals(self, text: str) -> bool:
        """Whether another text is the same."""
        return any(form == other for form, other in self._beside(text))

    def _beside(self, text: str) -> Iterator[tuple[str, str]]:
        pairs = zip(self._forms, _forms(text), strict=True)
        return ((form, other) for form, other in pairs if form)


def _is_simple(text: str) -> bool:
    """Whether a text looks as it is."""
    return text.isascii() and text.isprintable() and "  " not in text


def _forms(text: str) -> tuple[str, str, str]:
    """Return a text as it is, as it is seen, and in one way of writing blanks and accents."""
    folded = text.casefold()
    if _is_simple(text):
        return folded, folded, folded
    seen = clean(text, len(text)).casefold()
    return folded, seen, " ".join(unicodedata.normalize("NFC", text).split()).casefold()


def find_points(embedding: Embedding, text: str) -> Found:
    r"""Find the points that a text names.

    ``#412`` is only the point at index 412; ``\#412`` looks for that text.  Of any other text, the
    first of these that matches: the whole name of a label; a part of the names of labels or
    points, wherever it is in them; a plain number as an index.  A number is never taken as a part
    of a label.
    """
    asked = text.strip()
    nothing = Found(np.zeros(0, np.int64), "")
    if _INDEX.fullmatch(asked):
        return _by_index(embedding, asked[1:]) or nothing
    text = asked.removeprefix("\\") if asked.startswith("\\#") else asked
    if text in ("", "#"):
        return nothing
    wanted = Wanted(text)
    found = _by_whole_label(embedding, wanted) or _by_part(embedding, wanted, text)
    return found or _by_index(embedding, text) or nothing


def _by_index(embedding: Embedding, digits: str) -> Found | None:
    digits = digits.replace(",", "").replace("_", "")
    if not (digits.isascii() and digits.isdecimal()):
        return None
    nothing = np.zeros(0, np.int64)
    if len(digits) > _LONGEST_INDEX:
        return Found(nothing, "", f"there is no row of {len(digits):,} digits")
    point = embedding.point_of(int(digits))
    if point is None:
        return Found(nothing, "", embedding.why_absent(int(digits)))
    return Found(np.array([point], np.int64), "index")


def _by_whole_label(embedding: Embedding, wanted: Wanted) -> Found | None:
    return _labelled(embedding, [wanted.equals(name) for name in embedding.labels.names])


def _by_part(embedding: Embedding, wanted: Wanted, text: str) -> Found | None:
    """Find points by a part of a label or name."""
    by_label = None
    if not text.isdecimal():
        by_label = _labelled(embedding, [wanted.is_in(name) for name in embedding.labels.names])
    by_name = _named(embedding, wanted)
    if by_label is None or by_name is None:
        return by_label or by_name
    return Found(np.union1d(by_label.points, by_name.points), "label or name")


def _labelled(embedding: Embedding, hits: list[bool]) -> Found | None:
    if embedding.labels.continuous or not any(hits):
        return None
    points = np.flatnonzero(np.array(hits)[embedding.labels.codes])
    return Found(points, "label") if points.size else None


def _named(embedding: Embedding, wanted: Wanted) -> Found | None:
    names = embedding.names
    if names is None:
        return None
    rows = np.flatnonzero(wanted.are_in([whole_text(name) for name in names.tolist()]))
    points = np.flatnonzero(np.isin(embedding.rows, rows)) if embedding.rows is not None else rows
    return Found(points.astype(np.int64), "name") if points.size else None
