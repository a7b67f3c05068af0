"""An embedding with the index of its points: coloured and filtered as a person wants it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from vizterm.embed.wanted import NOTHING, Wanted, column_called
from vizterm_core.errors import UsageError, VizError
from vizterm_core.files.data_file import DataFile
from vizterm_core.scatter.column_facts import is_text, too_many_labels
from vizterm_core.scatter.embedding import Embedding
from vizterm_core.scatter.index import PointIndex
from vizterm_core.scatter.labels import no_labels
from vizterm_core.scatter.meaning import Meaning
from vizterm_core.text import clean


@dataclass(frozen=True, slots=True)
class IndexedEmbedding:
    """An embedding, and the index of its points."""

    embedding: Embedding
    index: PointIndex
    wanted: Wanted = field(default_factory=Wanted)
    """What a person wants to see; shared with what loads the data again."""
    missed: tuple[str, ...] = ()
    """What of that was impossible with these data."""

    @classmethod
    def of(cls, embedding: Embedding, *, tables: bool = False) -> IndexedEmbedding:
        """Index an embedding."""
        labels = embedding.labels
        index = PointIndex(embedding.x, embedding.y, labels.codes, len(labels.names), tables=tables)
        return cls(embedding, index)

    @property
    def files(self) -> tuple[DataFile, ...]:
        """The files that it was read from."""
        return self.embedding.files

    def coloured(self, column: str, meaning: Meaning | None = None) -> IndexedEmbedding:
        """Return the same points, coloured by a column, or by `NOTHING`.

        Raises
        ------
        DataError
            If the column can't be read.
        UsageError
            If it has far too many different values.
        """
        embedding = self.embedding
        if column == NOTHING and column not in embedding.columns:
            bare = no_labels(len(embedding))
            return self._relabelled(replace(embedding, labels=bare, coloured_by="", meaning=None))
        if meaning is Meaning.QUANTITY and is_text(embedding.columns[column]):
            raise UsageError(f"{clean(column)} has no numbers: it can't be a quantity")
        if too_many_labels(embedding.columns[column], meaning):
            raise UsageError(
                f"{clean(column)} is different nearly everywhere: too many labels to colour by"
            )
        return self._relabelled(embedding.coloured(column, meaning))

    def _relabelled(self, embedding: Embedding) -> IndexedEmbedding:
        labels = embedding.labels
        index = self.index.relabelled(labels.codes, len(labels.names))
        return replace(self, embedding=embedding, index=index)

    def as_wanted(self, wanted: Wanted, *, strict: bool) -> IndexedEmbedding:
        """Return the same data as a person wants to see them.

        Parameters
        ----------
        wanted : Wanted
        strict : bool
            Whether what is impossible is an error; else it is left out, and named in `missed`.
        """
        shown, missed = replace(self, wanted=wanted), list[str]()
        columns = self.embedding.columns
        colour = wanted.colour_by or (self.embedding.coloured_by if wanted.meaning else "")
        try:
            if wanted.meaning and colour in ("", NOTHING):
                raise UsageError(
                    f"--as {wanted.meaning.value}: the points are coloured by no column",
                    "choose one with --color-by COLUMN",
                )
            if colour:
                if colour != NOTHING:
                    colour = column_called(colour, columns, "--color-by")
                shown = shown.coloured(colour, wanted.meaning)
        except VizError as error:
            if strict:
                raise
            missed.append(error.message.removeprefix("--color-by "))
        return replace(shown, missed=tuple(missed))


def indexed(
    load: Callable[[], Embedding],
    row: int | None = None,
    wanted: Wanted | None = None,
    *,
    strict: bool = True,
) -> Callable[[], IndexedEmbedding]:
    """Return a function that loads an embedding and makes the index of its points.

    Parameters
    ----------
    load : callable
    row : int, optional
        Row that must be one of the points; the function raises a UsageError otherwise.
    wanted : Wanted, optional
        What is to be seen of the columns.
    strict : bool
        Whether what is wanted must be possible.
    """
    wanted = wanted or Wanted()
    first = True

    def run() -> IndexedEmbedding:
        nonlocal first
        embedding = load()
        if row is not None:
            check_row(embedding, row)
        # The first frame doesn't wait for tables.
        loaded = IndexedEmbedding.of(embedding).as_wanted(wanted, strict=strict and first)
        first = False
        return loaded

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
