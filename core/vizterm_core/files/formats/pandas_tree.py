"""Tables that pandas wrote into an HDF5 file: a column each, by the names of the DataFrame.

Columns of one type lie together in a block.  In the form "fixed" the names of a block are an array
beside it; in the form "table" they are an attribute that is pickled text, of which only the
strings are taken: nothing is unpickled.  Source: pandas' `io/pytables.py`, and the files it writes.
"""

from __future__ import annotations

import pickletools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError
from vizterm_core.files.formats.tree import MOST_MEMBERS, Branch, Findings, Kind, Leaf, joined
from vizterm_core.files.formats.tree_columns import PICKLED, category_column, columns_of
from vizterm_core.files.formats.tree_source import Column, TreeRows, one_axis, quoted, whole
from vizterm_core.files.source import ArraySpec, Form
from vizterm_core.files.stored import Array
from vizterm_core.text import natural_key

_MOST_BLOCKS = 10_000
_NUMBERED = re.compile(r"(.*?)[-_ .:\[(]*\d+[\])]?")
_WIDE = 8
"""Numbered columns beside each other from which on they are one vector."""
_NAME_CODES = ("UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "STRING", "INT", "BININT", "BININT1")
_OTHER_CODES = (
    *("PROTO", "FRAME", "MARK", "LIST", "EMPTY_LIST", "APPEND", "APPENDS", "STOP"),
    *("PUT", "BINPUT", "MEMOIZE"),
)


def is_frame(group: Branch) -> bool:
    """Whether a group is a DataFrame of pandas."""
    return group.attribute("pandas_type") in ("frame", "frame_table")


def is_index(group: Branch) -> bool:
    """Whether a group is there to look up rows of a table: PyTables keeps such beside it."""
    return group.attribute("CLASS") in ("TINDEX", "INDEX")


def frame_columns(group: Branch, findings: Findings, notes: list[str]) -> list[Column]:
    """Return the columns of a DataFrame; what can't be one is noted.

    Parameters
    ----------
    group : Branch
        For which `is_frame`.
    findings : Findings
    notes : list of str
    """
    table = group.leaf("table")
    try:
        if table is None:
            return list(_fixed(group, findings))
        return [
            column
            for part in table.fields
            for column in _table_columns(group, table, part, findings, notes)
        ]
    except DataError as error:
        findings.skip(group.path, error.message)
        return []


def _fixed(group: Branch, findings: Findings) -> Iterator[Column]:
    index = one_axis(group.member("axis1"))
    if index is not None and index.kind in (Kind.TEXT, Kind.NUMBERS):
        dates = index.attribute("kind") == "datetime64"
        yield _part(joined(group.path, "index"), index, None, dates=dates)
    count = group.attribute("nblocks")
    for place in range(min(count, _MOST_BLOCKS) if isinstance(count, int) else 0):
        items = one_axis(group.member(f"block{place}_items"))
        values = group.leaf(f"block{place}_values")
        if items is None or values is None or items.shape[0] > MOST_MEMBERS:
            why = "a block without values, or without names, or with too many"
            findings.skip(joined(group.path, f"block{place}"), why)
            continue
        names = [str(name) for name in whole(items)]
        if values.kind is Kind.NUMBERS and values.shape[1:] == (len(names),):
            dates = str(values.attribute("value_type")).startswith("datetime64")
            yield from _block(group.path, names, values, dates=dates)
        else:
            for name in names:
                findings.skip(joined(group.path, name), PICKLED)


def _table_columns(
    group: Branch, table: Leaf, part: Leaf, findings: Findings, notes: list[str]
) -> list[Column]:
    """Columns of a field: the index, a block, or a column that rows can be looked up by."""
    known = part.name
    if table.attribute(f"{known}_meta") == "category":
        return _categories(group, table, part)
    kinds = table.attribute(f"{known}_kind"), table.attribute(f"{known}_dtype")
    dates = any(str(kind).startswith("datetime64") for kind in kinds)
    if part.kind is Kind.TEXT:
        part = _with_missing(part, group.attribute("nan_rep"))
    if len(part.shape) == 1 and part.kind in (Kind.TEXT, Kind.NUMBERS):
        return [_part(joined(group.path, known), part, None, dates=dates)]
    names = listed_names(table.attribute(f"{known}_kind"))
    if part.kind in (Kind.TEXT, Kind.NUMBERS) and part.shape[1:] == (len(names),):
        return list(_block(group.path, names, part, dates=dates))
    return columns_of(part, findings, notes)


def _categories(group: Branch, table: Leaf, part: Leaf) -> list[Column]:
    inner: Branch | None = group
    for name in ("meta", part.name, "meta"):
        inner = inner.branch(name) if inner else None
    meanings = inner.leaf("table") if inner else None
    fields = meanings.fields if meanings else ()
    values = next((field for field in fields if field.name == "values"), None)
    if values is None:
        return []
    names = listed_names(table.attribute(f"{part.name}_kind")) or [part.name]
    codes = part if len(part.shape) == 1 else _slim(part, 0)
    return [category_column(joined(group.path, names[0]), codes, values)]


def _block(path: str, names: Sequence[str], values: Leaf, *, dates: bool) -> Iterator[Column]:
    """Columns of a block; numbered ones beside each other are one vector."""
    start = 0
    while start < len(names):
        stem = _stem(names[start])
        stop = start + 1
        while stem is not None and stop < len(names) and _stem(names[stop]) == stem:
            stop += 1
        if stop - start >= _WIDE and values.kind is Kind.NUMBERS and not dates:
            name = joined(path, stem or "values")
            # pandas may have sorted them as text: emb_1, emb_10, emb_2.
            places = sorted(range(start, stop), key=lambda place: natural_key(names[place]))
            yield _part(name, values, places, dates=False)
        else:
            for place in range(start, stop):
                yield _part(joined(path, names[place]), values, place, dates=dates)
        start = stop


def _stem(name: str) -> str | None:
    """Part of a name before its number; None if it doesn't end with one.

    >>> _stem("emb_12"), _stem("7"), _stem("x")
    ('emb', '', None)
    """
    found = _NUMBERED.fullmatch(name)
    return None if found is None else found[1]


def _part(name: str, values: Leaf, place: int | list[int] | None, *, dates: bool) -> Column:
    """Column of one or some of the columns of an array, or of one without columns."""
    slim = values if place is None else _slim(values, place)
    dtype = np.dtype("M8[ns]") if dates and slim.dtype == np.int64 else slim.dtype

    def take(rows: slice) -> Array:
        found: npt.NDArray[np.generic] = slim.take(rows)
        return found if dtype == slim.dtype else found.view(dtype)

    form = Form.TEXT if slim.kind is Kind.TEXT else Form.ARRAY
    spec = ArraySpec(name, slim.shape, dtype, values.layout.place, values.access, form)
    return Column(spec, lambda: TreeRows(quoted(values), slim.shape, dtype, take, values.piece))


def _slim(values: Leaf, place: int | list[int]) -> Leaf:
    """One or some of the columns of an array, as an array of its own."""
    width = () if isinstance(place, int) else (len(place),)
    chunk = (values.layout.chunk[0], *width) if values.layout.chunk else ()
    return Leaf(
        values.path,
        values.kind,
        (values.shape[0], *width),
        values.dtype,
        replace(values.layout, chunk=chunk),
        lambda rows: np.ascontiguousarray(values.take(rows)[:, place]),
        values.attribute,
    )


def _with_missing(text: Leaf, missing: object) -> Leaf:
    """Text in which one value stands for what is missing: None in its place."""

    def take(rows: slice | tuple[()]) -> Array:
        found: npt.NDArray[np.object_] = text.take(rows).astype(object)
        found[found == missing] = None
        return found

    return Leaf(text.path, text.kind, text.shape, text.dtype, text.layout, take, text.attribute)


def listed_names(pickled: object) -> list[str]:
    """Return the strings and whole numbers of a pickled list, which isn't unpickled.

    Parameters
    ----------
    pickled : str
        Of protocol 0, as PyTables keeps attributes.

    Returns
    -------
    list of str
        Empty if there is anything else in it.
    """
    if not isinstance(pickled, str):
        return []
    names = []
    try:
        for code, value, _ in pickletools.genops(pickled.encode("latin-1")):
            if code.name in _NAME_CODES:
                names.append(str(value))
            elif code.name not in _OTHER_CODES:
                return []
    except (ValueError, UnicodeError):
        return []
    return names
