"""Columns of any tree of arrays: each by its path, with two layouts that need more than that."""

from __future__ import annotations

from vizterm_core.files.formats.anndata_tree import anndata_columns, is_anndata
from vizterm_core.files.formats.pandas_tree import frame_columns, is_frame, is_index
from vizterm_core.files.formats.tree import Branch, Findings, Kind, Leaf, parts
from vizterm_core.files.formats.tree_columns import columns_of, keyed_pictures
from vizterm_core.files.formats.tree_source import Column

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
    beside = root.branch(_PARTS) if _PARTS in root.names() else None
    columns = []
    for part in parts(root, findings, _entered):
        if isinstance(part, Leaf):
            columns += _leaf_columns(part, beside, findings, notes)
        elif is_frame(part):
            columns += frame_columns(part, findings, notes)
    return columns, notes


def _entered(group: Branch) -> bool:
    return not (group.name == _PARTS or is_frame(group) or is_index(group))


def _leaf_columns(
    leaf: Leaf, beside: Branch | None, findings: Findings, notes: list[str]
) -> list[Column]:
    """Columns of an array; `beside` holds the parts that texts of a table may name."""
    if beside is None:
        return columns_of(leaf, findings, notes)
    if leaf.name.startswith("__"):
        # When and by whom a row was edited.
        return []
    pictures = beside.branch(leaf.name) if leaf.kind is Kind.TEXT else None
    if pictures is not None and len(leaf.shape) == 1:
        return keyed_pictures(leaf, pictures, findings)
    return columns_of(leaf, findings, notes)


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
    findings.skip(
        group.path, f"counts only{size}: reduce them first, e.g. with scanpy, and write .h5ad"
    )
    return [] if cells is None else columns_of(cells, findings, notes)
