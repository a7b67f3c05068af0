"""Columns that any array of a tree may be: numbers, text, names, vectors, pictures, fields."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError
from vizterm_core.files.formats.tree import Branch, Findings, Kind, Leaf
from vizterm_core.files.formats.tree_source import Column, TreeRows, leaf_column, quoted, whole
from vizterm_core.files.source import Access, ArraySpec, Categories, Form, values_of
from vizterm_core.files.stored import SAVE_AGAIN, Array
from vizterm_core.text import clean

PICKLED = "pickled objects, which are not unpickled"
"""Reason why PyTables' objects aren't read."""

_PICTURES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")
_SAMPLED = 1_000
_COUNTED_BYTES = 8 << 20
"""Bytes up to which all lists are looked at when a file is opened, so that odd ones are counted."""
_LISTS = 10_000
"""Lists to read at a time."""
_PICTURE_ROWS = 64
_FEW = 8


def columns_of(leaf: Leaf, findings: Findings, notes: list[str]) -> list[Column]:
    """Return the columns that an array is, by its path; what can't be one is noted."""
    try:
        if leaf.kind is Kind.RECORDS:
            return _field_columns(leaf, findings, notes)
        if leaf.kind is Kind.NAMED:
            return [_named_column(leaf)]
        if leaf.kind is Kind.BYTES:
            return _pictures(leaf, findings)
        if leaf.kind is Kind.LISTS:
            return _list_columns(leaf, findings, notes)
        return [leaf_column(leaf)]
    except DataError as error:
        findings.skip(leaf.path, error.message)
        return []


def category_column(
    name: str, codes: Leaf, values: Leaf, colours: Sequence[str] = (), place: str = "categories"
) -> Column:
    """Return a column of codes, and of what they stand for, negative where it is missing."""

    def read() -> Categories:
        read_codes, read_values = whole(codes), whole(values)
        if read_codes.dtype.kind not in "iu" or (
            read_codes.size and int(read_codes.max()) >= len(read_values)
        ):
            raise DataError(
                f"{quoted(codes)} is damaged: codes beyond its {len(read_values):,} categories",
                SAVE_AGAIN,
            )
        return Categories(read_codes.astype(np.int64), read_values, tuple(colours))

    spec = ArraySpec(name, codes.shape, values.dtype, place, codes.access, Form.CATEGORIES)
    return Column(spec, lambda: values_of(read()), read)


def masked_column(name: str, values: Leaf, mask: Leaf) -> Column:
    """Return a column of values, some of them missing: numbers with a mask, or text with None."""

    def read() -> Array:
        read_values: npt.NDArray[Any] = whole(values)
        missing = whole(mask).astype(bool)
        if read_values.shape != missing.shape:
            raise DataError(f"{quoted(values)} is damaged: its mask has another shape", SAVE_AGAIN)
        if read_values.dtype == object:
            read_values[missing] = None
            return read_values
        return np.ma.MaskedArray(read_values, missing)

    form = Form.TEXT if values.kind is Kind.TEXT else Form.ARRAY
    spec = ArraySpec(name, values.shape, values.dtype, "values and a mask", values.access, form)
    return Column(spec, read)


def keyed_pictures(keys: Leaf, pictures: Branch, findings: Findings) -> list[Column]:
    """Return a column of encoded pictures, each found by the text of its row.

    Parameters
    ----------
    keys : Leaf
        (n,) text: names of members; empty where there is no picture.
    pictures : Branch
        Its members are bytes.
    """

    def take(part: slice) -> Array:
        rows = keys.take(part)
        found = np.empty(rows.shape, object)
        found[:] = [_encoded(pictures.leaf(key)) if key else None for key in rows]
        return found

    first = next((key for key in keys.take(slice(0, min(_SAMPLED, keys.shape[0]))) if key), "")
    if not _is_picture(_encoded(pictures.leaf(first)) if first else None):
        findings.skip(keys.path, "names of parts that aren't pictures")
        return []
    place = f"in {clean(pictures.path)}"
    spec = ArraySpec(keys.path, keys.shape, np.dtype(object), place, Access.ROW, Form.ENCODED)
    return [
        Column(spec, lambda: TreeRows(quoted(keys), keys.shape, spec.dtype, take, _PICTURE_ROWS))
    ]


def _encoded(leaf: Leaf | None) -> bytes | None:
    """Bytes of an opaque entry, or of an array of bytes."""
    if leaf is None or len(leaf.shape) > 1:
        return None
    found = leaf.take(slice(0, leaf.shape[0]) if leaf.shape else ())
    if leaf.kind in (Kind.BYTES, Kind.LISTS) and found.size == 1:
        entry = found.reshape(1)[0]
        return entry if isinstance(entry, bytes) else np.asarray(entry).tobytes()
    return found.tobytes() if found.dtype == np.uint8 else None


def _is_picture(data: bytes | None) -> bool:
    if not data:
        return False
    return data.startswith(_PICTURES) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")


def _pictures(leaf: Leaf, findings: Findings) -> list[Column]:
    """Column of opaque entries, if they are encoded pictures."""
    if len(leaf.shape) != 1:
        findings.skip(leaf.path, "opaque bytes")
        return []
    sample = leaf.take(slice(0, min(leaf.shape[0], _PICTURE_ROWS)))
    if not any(_is_picture(entry) for entry in sample):
        findings.skip(leaf.path, "opaque bytes, which aren't pictures")
        return []
    return [leaf_column(leaf)]


def _field_columns(leaf: Leaf, findings: Findings, notes: list[str]) -> list[Column]:
    if len(leaf.shape) != 1:
        findings.skip(leaf.path, f"records in {len(leaf.shape)} axes")
        return []
    return [column for part in leaf.fields for column in columns_of(part, findings, notes)]


def _named_column(leaf: Leaf) -> Column:
    """Column of integers with names, as categories of these names."""
    numbers = sorted(leaf.names)

    def read() -> Categories:
        values = whole(leaf)
        places = np.searchsorted(numbers, values).clip(0, len(numbers) - 1)
        known = np.asarray(numbers)[places] == values
        names = np.array([leaf.names[number] for number in numbers], object)
        return Categories(np.where(known, places, -1), names)

    spec = ArraySpec(
        leaf.path, leaf.shape, np.dtype(object), leaf.layout.place, leaf.access, Form.CATEGORIES
    )
    return Column(spec, lambda: values_of(read()), read)


def _list_columns(leaf: Leaf, findings: Findings, notes: list[str]) -> list[Column]:
    """Column of lists: encoded pictures, or vectors of the length that most of them have."""
    if leaf.attribute("PSEUDOATOM") == "object":
        findings.skip(leaf.path, PICKLED)
        return []
    if len(leaf.shape) != 1 or not leaf.shape[0]:
        findings.skip(leaf.path, "lists in several axes, or none")
        return []
    count = leaf.shape[0]
    if leaf.dtype == np.uint8:
        sample = leaf.take(slice(0, min(count, _FEW)))
        if any(_is_picture(entry.tobytes()) for entry in sample):
            return [_list_pictures(leaf)]
    sample = leaf.take(slice(0, min(count, _SAMPLED)))
    lengths = Counter(len(entry) for entry in sample if len(entry))
    if not lengths:
        findings.skip(leaf.path, "empty lists")
        return []
    (width, most), *_ = lengths.most_common(1)
    if 2 * most <= lengths.total():
        findings.skip(
            leaf.path, f"lists of different lengths: {min(lengths):,} to {max(lengths):,}"
        )
        return []
    if count * (width + 1) * leaf.dtype.itemsize <= _COUNTED_BYTES:
        odd = _odd_lists(leaf, width)
        if odd:
            notes.append(f"{clean(leaf.path)}: {odd:,} of {count:,} have no {width:,} numbers")
    else:
        notes.append(f"{clean(leaf.path)}: rows without {width:,} numbers are left out")
    return [_vectors(leaf, width)]


def _odd_lists(leaf: Leaf, width: int) -> int:
    parts = (slice(start, start + _LISTS) for start in range(0, leaf.shape[0], _LISTS))
    return sum(len(entry) != width for part in parts for entry in leaf.take(part))


def _vectors(leaf: Leaf, width: int) -> Column:
    dtype = leaf.dtype if leaf.dtype.kind == "f" else np.result_type(leaf.dtype, np.float32)
    shape = (leaf.shape[0], width)

    def take(part: slice) -> Array:
        lists = leaf.take(part)
        rows = np.full((len(lists), width), np.nan, dtype)
        for row, entry in zip(rows, lists, strict=True):
            if len(entry) == width:
                row[:] = entry
        return rows

    spec = ArraySpec(leaf.path, shape, dtype, "lists", Access.BLOCK)
    return Column(spec, lambda: TreeRows(quoted(leaf), shape, dtype, take, _LISTS))


def _list_pictures(leaf: Leaf) -> Column:
    def take(part: slice) -> Array:
        lists = leaf.take(part)
        rows = np.empty(lists.shape, object)
        rows[:] = [entry.tobytes() or None for entry in lists]
        return rows

    spec = ArraySpec(
        leaf.path, leaf.shape, np.dtype(object), leaf.layout.place, Access.ROW, Form.ENCODED
    )
    return Column(spec, lambda: TreeRows(quoted(leaf), leaf.shape, spec.dtype, take, _PICTURE_ROWS))
