"""Columns of AnnData: `obsm`, `obs` and `X` of a tree, as three generations of it are written.

The oldest has `obs` and `obsm` as one array of records each, with what codes stand for in
`uns/<column>_categories`; then `obs` was a group, with `obs/__categories/<column>`; now a column is
a group of its own, with `codes` and `categories`, or `values` and `mask`.  Source: "AnnData
on-disk format", in anndata's documentation, and the files of its test archives.

Left out is what has no row a cell, `var`, `varm`, `uns`; and what nobody would draw or colour by:
`layers`, `obsp`, `raw`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from vizterm_core.errors import DataError
from vizterm_core.files.formats.sparse_rows import sparse_column
from vizterm_core.files.formats.tree import Branch, Findings, Kind, Leaf, joined
from vizterm_core.files.formats.tree_columns import category_column, columns_of, masked_column
from vizterm_core.files.formats.tree_source import Column, TreeRows, leaf_column, one_axis
from vizterm_core.files.source import Access, ArraySpec
from vizterm_core.files.stored import Array

_COLOUR = re.compile("#[0-9a-fA-F]{6}")
_OLD_CATEGORIES = "__categories"


def is_anndata(root: Branch) -> bool:
    """Whether a tree is that of AnnData, or of MuData, which holds several."""
    if root.attribute("encoding-type") in ("anndata", "MuData"):
        return True
    names = set(root.names())
    return "obs" in names and bool(names & {"obsm", "X", "var"})


def anndata_columns(root: Branch, findings: Findings, notes: list[str]) -> list[Column]:
    """Return the columns of AnnData: what is in `obsm`, then in `obs`, then `X`.

    Parameters
    ----------
    root : Branch
    findings : Findings
        For what can't be read.
    notes : list of str
        For what is to be said of the source.
    """
    columns = _AnnData(root, findings, notes).columns()
    modalities = root.branch("mod")
    if modalities is not None:
        for name in findings.counted("mod", modalities.names()):
            part = modalities.branch(name)
            if part is not None:
                columns += _AnnData(part, findings, notes).columns()
    return columns


class _AnnData:
    def __init__(self, root: Branch, findings: Findings, notes: list[str]) -> None:
        self._root = root
        self._uns = root.branch("uns")
        self._findings = findings
        self._notes = notes

    def columns(self) -> list[Column]:
        return [*self._obsm(), *self._obs(), *self._matrix("X")]

    def _obsm(self) -> Iterator[Column]:
        found = self._root.member("obsm")
        if isinstance(found, Leaf):
            yield from self._of_leaf(found)
        elif found is not None:
            for name in self._findings.counted(found.path, found.names()):
                yield from self._entry(found, name)

    def _matrix(self, name: str) -> Iterator[Column]:
        if name in self._root.names():
            yield from self._entry(self._root, name)

    def _entry(self, branch: Branch, name: str) -> Iterator[Column]:
        """Columns of an entry of `obsm`, or of X: an array, a sparse one, or a table."""
        found = branch.member(name)
        if isinstance(found, Leaf):
            yield from self._of_leaf(found)
        elif found is not None:
            if found.attribute("encoding-type") == "dataframe" or found.attribute("_index"):
                yield from self._table(found)
            else:
                yield from sparse_column(found, self._findings)

    def _of_leaf(self, leaf: Leaf) -> list[Column]:
        return columns_of(leaf, self._findings, self._notes)

    def _table(self, table: Branch) -> Iterator[Column]:
        """Table of numbers as one array; any other table column by column."""
        left_out = (table.attribute("_index"), _OLD_CATEGORIES)
        names = [name for name in _order(table) if name not in left_out]
        parts = [one_axis(table.member(name)) for name in names]
        numbers = [part for part in parts if part is not None and part.dtype.kind in "biuf"]
        numbers = [part for part in numbers if part.kind is Kind.NUMBERS]
        if len(numbers) == len(parts) > 1 and len({part.shape for part in numbers}) == 1:
            yield _stacked(table.path, numbers)
        else:
            for name in names:
                yield from self._series(table, name, table.branch(_OLD_CATEGORIES))

    def _obs(self) -> Iterator[Column]:
        obs = self._root.member("obs")
        if isinstance(obs, Leaf):
            for place, part in enumerate(obs.fields):
                if place == 0 and part.kind is Kind.TEXT:
                    yield leaf_column(part, joined(obs.path, "_index"))
                else:
                    yield from self._old_series(part)
        elif obs is not None:
            index = obs.attribute("_index")
            index = index if isinstance(index, str) else "_index"
            cells = one_axis(obs.member(index))
            if cells is not None and cells.kind in (Kind.TEXT, Kind.NUMBERS):
                yield leaf_column(cells, joined(obs.path, "_index"))
            old = obs.branch(_OLD_CATEGORIES)
            for name in self._findings.counted(obs.path, _order(obs)):
                if name not in (index, _OLD_CATEGORIES):
                    yield from self._series(obs, name, old)

    def _series(self, table: Branch, name: str, old: Branch | None) -> Iterator[Column]:
        """Columns of a table's column; `old` is the group that may hold its categories."""
        found = _descend(table, name)
        if isinstance(found, Branch):
            yield from self._group_series(found)
        elif found is not None:
            values = one_axis(old.member(name)) if old else None
            if values is not None and len(found.shape) == 1 and found.dtype.kind in "iu":
                yield self._categories(found, found, values)
            else:
                yield from self._old_series(found)

    def _old_series(self, leaf: Leaf) -> list[Column]:
        """Columns of an array; its categories may lie in `uns`."""
        values = one_axis(self._uns.member(f"{leaf.name}_categories")) if self._uns else None
        if values is not None and len(leaf.shape) == 1 and leaf.dtype.kind in "iu":
            return [self._categories(leaf, leaf, values)]
        return self._of_leaf(leaf)

    def _group_series(self, group: Branch) -> Iterator[Column]:
        codes, values = (one_axis(group.member(name)) for name in ("codes", "categories"))
        if codes is not None and values is not None:
            yield self._categories(group, codes, values)
            return
        values, mask = (group.leaf(name) for name in ("values", "mask"))
        if values is not None and mask is not None and values.shape == mask.shape:
            yield masked_column(group.path, values, mask)
        else:
            kind = group.attribute("encoding-type")
            self._findings.skip(group.path, f"a column of the kind {kind or 'unknown'}")

    def _categories(self, column: Leaf | Branch, codes: Leaf, values: Leaf) -> Column:
        colours = self._colours(column.name, values.shape[0])
        return category_column(column.path, codes, values, colours)

    def _colours(self, name: str, count: int) -> tuple[str, ...]:
        """Colours of a column's categories, as scanpy keeps them; none unless all are good."""
        leaf = one_axis(self._uns.member(f"{name}_colors")) if self._uns else None
        if leaf is None or leaf.kind is not Kind.TEXT or not 0 < count <= leaf.shape[0]:
            return ()
        try:
            found = [colour_code(text) for text in leaf.take(slice(0, count))]
        except DataError as error:
            self._findings.skip(leaf.path, error.message)
            return ()
        return tuple(found) if all(found) else ()


def colour_code(text: str) -> str:
    """Return a colour as "#rrggbb"; empty if it is none.

    >>> colour_code("#1F77B4FF"), colour_code("red"), colour_code("?")
    ('#1f77b4', '#ff0000', '')
    """
    if _COLOUR.match(text):
        return text[:7].lower()
    from PIL import ImageColor

    try:
        red, green, blue, *_ = ImageColor.getrgb(text)
    except ValueError:
        return ""
    return f"#{red:02x}{green:02x}{blue:02x}"


def _order(table: Branch) -> list[str]:
    """Names of a table's columns, in its own order where it says one."""
    there = table.names()
    order = table.attribute("column-order")
    wanted = [str(name) for name in order] if isinstance(order, list) else []
    known = set(there)
    first = [name for name in dict.fromkeys(wanted) if name in known or "/" in name]
    return [*first, *(name for name in there if name not in set(first))] if first else there


def _descend(branch: Branch, path: str) -> Leaf | Branch | None:
    """Member of a group by its name, which may hold "/": such names were made groups."""
    *outer, name = path.split("/")
    for part in outer:
        inner = branch.branch(part)
        if inner is None:
            return None
        branch = inner
    return branch.member(name)


def _stacked(path: str, parts: list[Leaf]) -> Column:
    """One array of several columns."""
    dtype = np.result_type(*(part.dtype for part in parts))
    shape = (*parts[0].shape, len(parts))

    def take(rows: slice) -> Array:
        return np.stack([part.take(rows) for part in parts], axis=1).astype(dtype, copy=False)

    piece = min(part.piece for part in parts)
    spec = ArraySpec(path, shape, dtype, f"{len(parts):,} columns of a table", Access.BLOCK)
    return Column(spec, lambda: TreeRows(f"'{path}'", shape, dtype, take, piece))
