"""The same points at other places: another map of them, a later epoch, a new reduction."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError
from vizterm_core.scatter.embedding import Embedding, OtherMap
from vizterm_core.scatter.labels import no_labels
from vizterm_core.scatter.viewport import FARTHEST, FloatArray

NOT_HERE = "without a place at this time"
"""Why rows that have none at an epoch are no points there."""


def moved(embedding: Embedding, coords: npt.NDArray[np.floating]) -> Embedding:
    """Return an embedding with the same rows at other places.

    Everything that is told by row stays as it is: pictures, names, columns, vectors.  Rows without
    a finite place are no points there, and rows that had none before can be points now.

    Parameters
    ----------
    embedding : Embedding
    coords : (total, 2) array of floats
        By row.  Values too large for a map count as not finite.

    Raises
    ------
    DataError
        If the shape is another one, no place is finite, or a column that colours can't be read.
    """
    if coords.shape != (embedding.total, 2):
        raise DataError(
            f"coordinates of shape {coords.shape} for {embedding.total:,} points",
            "they are x and y, a row a point",
        )
    single = coords.dtype.itemsize <= np.dtype(np.float32).itemsize
    dtype: type[np.floating] = np.float32 if single else np.float64
    x: FloatArray = np.ascontiguousarray(coords[:, 0], dtype)
    y: FloatArray = np.ascontiguousarray(coords[:, 1], dtype)
    finite = np.isfinite(x) & np.isfinite(y)
    if not single:
        finite &= (np.abs(x) <= FARTHEST) & (np.abs(y) <= FARTHEST)
    rows = None
    if not finite.all():
        rows = np.flatnonzero(finite)
        x, y = x[rows], y[rows]
        if not rows.size:
            raise DataError(f"no finite point: all {embedding.total:,} are NaN or infinite")
    if same_rows(rows, embedding.rows):
        return replace(embedding, x=x, y=y, axes=("", ""))
    column = embedding.coloured_by
    labels = no_labels(x.size)
    if column:
        labels = embedding.columns[column].labels(rows, embedding.meaning)
    return replace(embedding, x=x, y=y, rows=rows, labels=labels, axes=("", ""))


def at_epoch(embedding: Embedding, epoch: int) -> Embedding:
    """Return an embedding with its rows where they are at another time; errors as of `moved`."""
    assert embedding.epochs is not None
    there = moved(embedding, embedding.epochs.places(epoch))
    return replace(there, epoch=epoch, absent=NOT_HERE if there.dropped else "")


def as_other(embedding: Embedding) -> OtherMap:
    """Return the map of an embedding as one that others are shown instead of, or beside."""
    said = embedding.map_said or embedding.map_name
    return OtherMap(
        said,
        embedding.by_row,
        embedding.axes,
        embedding.map_details,
        embedding.epochs,
        embedding.epoch,
    )


def called(embedding: Embedding, name: str, other: OtherMap) -> Embedding:
    """Return an embedding whose map is called, and told in the notes, as another one."""
    notes = embedding.notes
    if notes and notes[0] == embedding.map_said:
        notes = (other.said, *notes[1:])
    return replace(
        embedding,
        map_name=name,
        map_said=other.said,
        notes=notes,
        axes=other.axes,
        map_details=other.details,
        epochs=other.epochs,
        epoch=other.epoch,
    )


def same_rows(one: npt.NDArray[np.int64] | None, other: npt.NDArray[np.int64] | None) -> bool:
    """Whether points stand for the same rows; None stands for all rows."""
    if one is None or other is None:
        return one is other
    return one is other or np.array_equal(one, other)
