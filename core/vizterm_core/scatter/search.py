"""Finding points by index, label or name."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vizterm_core.scatter.embedding import Embedding
from vizterm_core.scatter.labels import as_text
from vizterm_core.text import clean


@dataclass(frozen=True, slots=True)
class Found:
    """The outcome of a search."""

    points: npt.NDArray[np.int64]
    """Matching points, ascending."""
    how: str
    """'index', 'label', 'name' or 'label or name'; empty if nothing matches."""


def find_points(embedding: Embedding, text: str) -> Found:
    """Find the points that a text names.

    The first of these that matches: ``#412``, the point at index 412; the whole name of a label;
    a part of the names of labels or points; a plain number as an index.  Case doesn't matter, and
    a number is never taken as a part of a label.
    """
    wanted = text.strip()
    nothing = Found(np.zeros(0, np.int64), "")
    if not wanted:
        return nothing
    if wanted.startswith("#"):
        return _by_index(embedding, wanted[1:]) or nothing
    return (
        _by_whole_label(embedding, wanted)
        or _by_part(embedding, wanted)
        or _by_index(embedding, wanted)
        or nothing
    )


def _by_index(embedding: Embedding, digits: str) -> Found | None:
    digits = digits.replace(",", "").replace("_", "")
    if not (digits.isascii() and digits.isdecimal()):
        return None
    point = embedding.point_of(int(digits)) if len(digits) < 19 else None
    return None if point is None else Found(np.array([point], np.int64), "index")


def _by_whole_label(embedding: Embedding, wanted: str) -> Found | None:
    target = clean(wanted).casefold()
    return _labelled(embedding, [name.casefold() == target for name in embedding.labels.names])


def _by_part(embedding: Embedding, wanted: str) -> Found | None:
    """Find points by a part of a label or name, as these are shown on screen."""
    target = clean(wanted).casefold()
    by_label = None
    if not target.isdecimal():
        by_label = _labelled(
            embedding, [target in name.casefold() for name in embedding.labels.names]
        )
    by_name = _named(embedding, target)
    if by_label is None or by_name is None:
        return by_label or by_name
    return Found(np.union1d(by_label.points, by_name.points), "label or name")


def _labelled(embedding: Embedding, hits: list[bool]) -> Found | None:
    if embedding.labels.continuous or not any(hits):
        return None
    points = np.flatnonzero(np.array(hits)[embedding.labels.codes])
    return Found(points, "label") if points.size else None


def _named(embedding: Embedding, target: str) -> Found | None:
    names = embedding.names
    if names is None:
        return None
    hits = [target in as_text(name).casefold() for name in names.tolist()]
    rows = np.flatnonzero(hits)
    points = np.flatnonzero(np.isin(embedding.rows, rows)) if embedding.rows is not None else rows
    return Found(points.astype(np.int64), "name") if points.size else None
