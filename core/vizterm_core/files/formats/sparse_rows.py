"""Sparse matrices of a tree, as scipy has them: dense where they are narrow enough."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError
from vizterm_core.files.formats.tree import Branch, Findings, Kind, Leaf
from vizterm_core.files.formats.tree_source import Column, TreeRows, one_axis, quoted, whole
from vizterm_core.files.memory import memory_limit, require_memory
from vizterm_core.files.source import Access, ArraySpec
from vizterm_core.files.stored import SAVE_AGAIN, Array
from vizterm_core.text import describe_shape

WIDEST = 4096
"""Columns up to which a sparse matrix is made dense; wider ones aren't reduced either."""

_PIECE_BYTES = 16 << 20


def sparse_column(group: Branch, findings: Findings) -> list[Column]:
    """Return the column of a sparse matrix by rows or by columns; what can't be one is noted.

    Parameters
    ----------
    group : Branch
        With `data`, `indices`, `indptr`, and the shape as an attribute.
    findings : Findings
    """
    kind = str(group.attribute("encoding-type") or group.attribute("h5sparse_format") or "")
    shape = _shape(group.attribute("shape") or group.attribute("h5sparse_shape"))
    parts = [one_axis(group.member(name)) for name in ("data", "indices", "indptr")]
    data, indices, indptr = parts
    if shape is None or data is None or indices is None or indptr is None:
        findings.skip(group.path, f"of the kind {kind or 'unknown'}")
        return []
    by_row = not kind.startswith("csc")
    if any(part.kind is not Kind.NUMBERS for part in (data, indices, indptr)) or (
        indptr.shape[0] != shape[0 if by_row else 1] + 1 or indices.shape != data.shape
    ):
        findings.skip(group.path, "a damaged sparse matrix")
        return []
    size = math.prod(shape) * data.dtype.itemsize
    if shape[1] > WIDEST or size > memory_limit():
        findings.skip(
            group.path,
            f"sparse {describe_shape(shape)}: too wide to be reduced here"
            if shape[1] > WIDEST
            else f"sparse {describe_shape(shape)}: {size:,} bytes once dense",
        )
        return []
    matrix = _Sparse(shape, data, indices, indptr)
    place = f"sparse, {data.shape[0]:,} values"
    access = Access.BLOCK if by_row else Access.WHOLE
    spec = ArraySpec(group.path, shape, data.dtype, place, access)
    if not by_row:
        return [Column(spec, matrix.by_columns)]
    piece = max(1, _PIECE_BYTES // max(1, shape[1] * data.dtype.itemsize))
    return [
        Column(spec, lambda: TreeRows(quoted(data), shape, data.dtype, matrix.rows, piece)),
    ]


def _shape(found: object) -> tuple[int, int] | None:
    """Shape as an attribute gives it, if it is one."""
    if not isinstance(found, list) or len(found) != 2:
        return None
    if not all(isinstance(side, int) and 0 <= side < 1 << 48 for side in found):
        return None
    return int(found[0]), int(found[1])


class _Sparse:
    """A matrix whose rows, or columns, are pairs of a place and a value."""

    def __init__(self, shape: tuple[int, int], data: Leaf, indices: Leaf, indptr: Leaf) -> None:
        self._shape = shape
        self._data = data
        self._indices = indices
        self._indptr = indptr
        self._read: npt.NDArray[np.int64] | None = None

    def rows(self, part: slice) -> Array:
        """Return some rows, dense."""
        ends = self._ends()[part.start : part.stop + 1]
        return self._dense(ends, self._shape[1])

    def by_columns(self) -> Array:
        """Return all of a matrix that is stored by columns."""
        require_memory(2 * math.prod(self._shape) * self._data.dtype.itemsize, quoted(self._data))
        return np.ascontiguousarray(self._dense(self._ends(), self._shape[0]).T)

    def _dense(self, ends: npt.NDArray[np.int64], width: int) -> npt.NDArray[np.number]:
        dense = np.zeros((ends.size - 1, width), self._data.dtype)
        chosen = slice(int(ends[0]), int(ends[-1]))
        if chosen.start == chosen.stop or not dense.size:
            return dense
        values, places = self._data.take(chosen), self._indices.take(chosen)
        if places.dtype.kind not in "iu" or not 0 <= int(places.min()) <= int(places.max()) < width:
            raise DataError(
                f"{quoted(self._indices)} is damaged: it leads beyond {width:,}", SAVE_AGAIN
            )
        lines = np.repeat(np.arange(ends.size - 1), np.diff(ends))
        np.add.at(dense, (lines, places.astype(np.intp)), values)
        return dense

    def _ends(self) -> npt.NDArray[np.int64]:
        """Where each row's pairs begin, and the last one's end."""
        if self._read is not None:
            return self._read
        ends = whole(self._indptr)
        good = ends.dtype.kind in "iu" and bool((np.diff(ends.astype(np.int64)) >= 0).all())
        if not good or int(ends[0]) < 0 or int(ends[-1]) > self._data.shape[0]:
            raise DataError(f"{quoted(self._indptr)} is damaged: it doesn't ascend", SAVE_AGAIN)
        self._read = ends.astype(np.int64)
        return self._read
