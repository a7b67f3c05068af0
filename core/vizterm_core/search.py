"""Finding points by index, label or name."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vizterm_core.labels import as_text
from vizterm_core.load import Embedding
from vizterm_core.text import clean


@dataclass(frozen=True, slots=True)
class Found:
    """The outcome of a search."""

    points: npt.NDArray[np.int64]
    """Matching points, ascending."""
    how: str
    """'index', 'label' or 'name'; '' where nothing matches."""


def find_points(embedding: Embedding, text: str) -> Found:
    """Points that `text` names.

    In this order, the first that matches: ``#412`` the point at index 412; a label's name (whole,
    then its beginning, without regard to case); a part of points' names; a bare number as an index.
    """
    wanted = text.strip()
    nothing = Found(np.zeros(0, np.int64), "")
    if not wanted:
        return nothing
    if wanted.startswith("#"):
        return _by_index(embedding, wanted[1:]) or nothing
    return (
        _by_label(embedding, wanted)
        or _by_name(embedding, wanted)
        or _by_index(embedding, wanted)
        or nothing
    )


def _by_index(embedding: Embedding, digits: str) -> Found | None:
    digits = digits.replace(",", "").replace("_", "")
    if not (digits.isascii() and digits.isdecimal()):
        return None
    point = embedding.point_of(int(digits)) if len(digits) < 19 else None
    return None if point is None else Found(np.array([point], np.int64), "index")


def _by_label(embedding: Embedding, wanted: str) -> Found | None:
    labels = embedding.labels
    if labels.continuous:
        return None
    folded = [name.casefold() for name in labels.names]
    target = wanted.casefold()
    hits = [i for i, name in enumerate(folded) if name == target]
    if not hits and not target.isdecimal():
        hits = [i for i, name in enumerate(folded) if name.startswith(target)]
    if not hits:
        return None
    wanted_labels = np.zeros(len(folded), bool)
    wanted_labels[hits] = True
    points = np.flatnonzero(wanted_labels[labels.codes])
    return Found(points, "label") if points.size else None


def _by_name(embedding: Embedding, wanted: str) -> Found | None:
    names = embedding.names
    if names is None:
        return None
    # As they are shown, so that what one sees can be found.
    target = clean(wanted).casefold()
    rows = np.flatnonzero([target in as_text(name).casefold() for name in names.tolist()])
    points = np.flatnonzero(np.isin(embedding.rows, rows)) if embedding.rows is not None else rows
    return Found(points.astype(np.int64), "name") if points.size else None
