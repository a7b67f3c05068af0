"""Columns of any tree of arrays: each by its path, with two layouts that need more than that."""

from __future__ import annotations

from vizterm_core.files.formats.anndata_tree import anndata_columns, is_anndata
from vizterm_core.files.formats.tree import Branch, Findings, Kind, leaves
from vizterm_core.files.formats.tree_columns import columns_of, keyed_pictures
from vizterm_core.files.formats.tree_source import Column
from vizterm_core.text import clean

_PARTS = "__group__"
"""A group beside a table's columns: in it a group for a column, with what its rows name."""
_COUNTS = {"barcodes", "data", "indices", "indptr", "shape"}
"""Members of a group of counts, genes by cells, as Cell Ranger writes them."""


def tree_columns(root: Branch, findings: Findings) -> tuple[list[Column], list[str]]:
    """Return the columns of a tree, and what is to be said of them.

    Parameters
    ----------
    root : Branch
    findings : Findings
        For what can't be read.
    """
    notes: list[str] = []
    if is_anndata(root):
        return anndata_columns(root, findings, notes), notes
    counts = _counts(root)
    if counts is not None:
        return _count_columns(counts, findings, notes), notes
    columns = []
    parts = root.branch(_PARTS) if _PARTS in root.names() else None
    for leaf in leaves(root, findings, beside=_PARTS):
        pictures = parts.branch(leaf.name) if parts and leaf.kind is Kind.TEXT else None
        if parts and leaf.name.startswith("__"):
            # When and by whom a row was edited.
            continue
        if pictures is not None and len(leaf.shape) == 1:
            columns += keyed_pictures(leaf, pictures, findings)
        else:
            columns += columns_of(leaf, findings, notes)
    return columns, notes


def _counts(root: Branch) -> Branch | None:
    """Group of counts, genes by cells: the only one of a file."""
    names = root.names()
    group = root.branch(names[0]) if len(names) == 1 else None
    return group if group is not None and set(group.names()) >= _COUNTS else None


def _count_columns(group: Branch, findings: Findings, notes: list[str]) -> list[Column]:
    cells, shape = group.leaf("barcodes"), group.leaf("shape")
    size = ""
    if shape is not None and shape.shape == (2,) and shape.dtype.kind in "iu":
        genes, count = (int(side) for side in shape.take(slice(0, 2)))
        size = f" ({genes:,} genes x {count:,} cells)"
    why = f"counts only{size}: reduce them first, e.g. with scanpy, and write .h5ad"
    findings.skip(group.path, why)
    notes.append(f"{clean(group.path)}: {why}")
    return [] if cells is None else columns_of(cells, findings, notes)
