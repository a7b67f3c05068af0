"""Columns of text that name the files of pictures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy.typing as npt

from vizterm_core.errors import VizError
from vizterm_core.files.formats.photos import SUFFIXES
from vizterm_core.files.source import Access, ArraySpec, Form, Source

WEB = ("http://", "https://")
_PEEKED = 16
"""Rows that are looked at to find out what a column holds."""
_MOST_PEEKED = 1 << 24
"""Bytes of a column that must be read as a whole, up to which it is looked at."""


def is_text(spec: ArraySpec) -> bool:
    """Return whether a column is text, which may name files."""
    return spec.form in (Form.TEXT, Form.CATEGORIES) or (
        spec.form is Form.ARRAY and spec.dtype.kind in "US"
    )


def names_images(source: Source, spec: ArraySpec) -> bool:
    """Return whether the first values of a column are the paths of images."""
    return most_texts(source, spec, is_image_path)


def is_image_path(text: str) -> bool:
    """Return whether a text ends as the names of images do, and is no address."""
    low = text.lower().strip()
    return low.endswith(SUFFIXES) and not low.startswith(WEB)


def most_texts(source: Source, spec: ArraySpec, fits: Callable[[str], bool]) -> bool:
    """Return whether more than half of a text column's first values are of a kind."""
    if not is_text(spec) or not _is_column(spec):
        return False
    rows = peek_few(source, spec)
    if rows is None:
        return False
    texts = [text for value in rows.ravel().tolist() if (text := as_path(value)) is not None]
    return bool(texts) and 2 * sum(map(fits, texts)) > len(texts)


def as_path(value: Any) -> str | None:
    """Return a value of a text column as the name of a file; None where it is missing."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "surrogateescape")
    return value.strip() or None if isinstance(value, str) else None


def peek_few(source: Source, spec: ArraySpec) -> npt.NDArray[Any] | None:
    """Return the first rows of a column; None where they cost too much, or can't be read."""
    if spec.access is Access.WHOLE and spec.nbytes > _MOST_PEEKED:
        return None
    try:
        rows: npt.NDArray[Any] = source.open(spec.name)[:_PEEKED]
    except (VizError, OSError, MemoryError):
        # Whoever reads the column will say why.
        return None
    return rows


def _is_column(spec: ArraySpec) -> bool:
    return len(spec.shape) == 1 or spec.shape[1:] == (1,)
