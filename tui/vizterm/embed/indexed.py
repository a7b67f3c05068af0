"""An embedding with the index of its points."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from vizterm_core.errors import UsageError
from vizterm_core.files.data_file import DataFile
from vizterm_core.scatter.embedding import Embedding
from vizterm_core.scatter.index import PointIndex


@dataclass(frozen=True, slots=True)
class IndexedEmbedding:
    """An embedding, and the index of its points."""

    embedding: Embedding
    index: PointIndex

    @property
    def files(self) -> tuple[DataFile, ...]:
        """The files that it was read from."""
        return self.embedding.files


def indexed(
    load: Callable[[], Embedding], row: int | None = None
) -> Callable[[], IndexedEmbedding]:
    """Return a function that loads an embedding and makes the index of its points.

    Parameters
    ----------
    load : callable
    row : int, optional
        Row that must be one of the points; the function raises a UsageError otherwise.
    """

    def run() -> IndexedEmbedding:
        embedding = load()
        if row is not None:
            check_row(embedding, row)
        labels = embedding.labels
        # The first frame doesn't wait for tables.
        index = PointIndex(embedding.x, embedding.y, labels.codes, len(labels.names), tables=False)
        return IndexedEmbedding(embedding, index)

    return run


def check_row(embedding: Embedding, row: int) -> None:
    """Raise a UsageError unless a row of the arrays is a point that can be shown."""
    if not 0 <= row < embedding.total:
        last = embedding.total - 1
        raise UsageError(
            f"--point {row}: there are {embedding.total:,} points", f"they count from 0 to {last:,}"
        )
    if embedding.point_of(row) is None:
        raise UsageError(f"--point {row}: its coordinates are not finite", "choose another point")
