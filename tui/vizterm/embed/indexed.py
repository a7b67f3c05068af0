"""An embedding with the index of its points: coloured and filtered as a person wants it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from vizterm.embed.in_time import embedding_in_time, survey_if_small
from vizterm.embed.wanted import NOTHING, Wanted, column_called
from vizterm_core.errors import UsageError, VizError
from vizterm_core.files.data_file import DataFile
from vizterm_core.scatter.column_facts import is_text, too_many_labels
from vizterm_core.scatter.embedding import Embedding
from vizterm_core.scatter.epoch_survey import Survey
from vizterm_core.scatter.epochs import Epochs
from vizterm_core.scatter.index import PointIndex
from vizterm_core.scatter.labels import no_labels
from vizterm_core.scatter.meaning import Meaning
from vizterm_core.scatter.moved import NOT_HERE, moved, same_rows
from vizterm_core.scatter.trust import trust_of, with_trust
from vizterm_core.scatter.where import parse_where
from vizterm_core.tags.columns import with_tags
from vizterm_core.tags.tags import Tags
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
    where: str = ""
    """The condition that the points meet; empty for all points."""
    shown: npt.NDArray[np.bool_] | None = None
    """(n,) which points meet it; None for all of them."""

    postponed: bool = False
    """Whether what a person wants takes a column that has to be made first, in many seconds."""

    survey: Survey | None = None
    """What is known of all epochs, where it was soon found out."""
    tags: Tags = field(default_factory=lambda: Tags(0))
    """The tags of the rows; `retagged` shows what has been changed of them."""

    @classmethod
    def of(
        cls, embedding: Embedding, tags: Tags | None = None, *, tables: bool = False
    ) -> IndexedEmbedding:
        """Index an embedding; its tags become columns, and so does the trust in its map."""
        tags = Tags(embedding.total, embedding.names) if tags is None else tags
        embedding = with_trust(with_tags(embedding, tags))
        if tags.notes:
            notes = (*embedding.notes, *tags.notes), (*embedding.left_out, *tags.notes)
            embedding = replace(embedding, notes=notes[0], left_out=notes[1])
        labels = embedding.labels
        index = PointIndex(embedding.x, embedding.y, labels.codes, len(labels.names), tables=tables)
        return cls(embedding, index, tags=tags)

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

    def filtered(self, where: str) -> IndexedEmbedding:
        """Return the same points, of which only those are shown that meet a condition.

        Parameters
        ----------
        where : str
            As `parse_where` reads it; empty for all points.

        Raises
        ------
        WhereError
            If the condition can't be used; it says where in it.
        DataError
            If a column can't be read.
        """
        embedding, where = self.embedding, where.strip()
        shown = None
        if where:
            condition = parse_where(where, embedding.columns)
            shown = condition.mask(embedding.rows, embedding.total)
        return replace(self, where=where, shown=shown)._relabelled(embedding)

    def retagged(self) -> IndexedEmbedding:
        """Return the same data with the tags that there are now, coloured and filtered by them.

        A colour, or a condition, by a column that is gone with its last tag ends.
        """
        embedding = with_tags(self.embedding, self.tags)
        before, columns = self.embedding.columns, embedding.columns
        shown = replace(self, embedding=embedding)
        gone = {name for name in before if before[name] is not columns.get(name)}
        if self.where and gone & {*self._used_by(self.where)}:
            try:
                shown = shown.filtered(self.where)
            except VizError:
                shown = shown.filtered("")
        if embedding.coloured_by in gone:
            kept = embedding.coloured_by in columns
            colour = embedding.coloured_by if kept else NOTHING
            shown = shown.coloured(colour, embedding.meaning if kept else None)
        return shown

    def at_epoch(self, epoch: int) -> IndexedEmbedding:
        """Return the same rows where they are at another time; errors as of `moved`."""
        epochs = self.embedding.epochs
        assert epochs is not None
        there = self.moved(epochs.places(epoch))
        absent = NOT_HERE if there.embedding.dropped else ""
        return replace(there, embedding=replace(there.embedding, epoch=epoch, absent=absent))

    def with_epochs(self, epochs: Epochs) -> IndexedEmbedding:
        """Return the same points, which are elsewhere at other times."""
        return replace(self, embedding=replace(self.embedding, epochs=epochs))

    def moved(self, coords: npt.NDArray[np.floating]) -> IndexedEmbedding:
        """Return the same rows at other places, coloured and filtered as these are.

        Parameters
        ----------
        coords : (total, 2) array of floats
            By row; rows without a finite place are no points there.

        The trust in a map is another one there: what shows it, or filters by it, is `postponed`.

        Raises
        ------
        DataError
            If they can't be places of these rows, or a column can't be read.
        """
        trust = trust_of(self.embedding)
        if trust is not None:
            by_trust = trust.name == self.embedding.coloured_by
            filtered = bool(self.where) and trust.name in self._used_by(self.where)
            if by_trust or filtered:
                bare = self.filtered("") if filtered else self
                bare = bare.coloured(NOTHING) if by_trust else bare
                return replace(bare.moved(coords), postponed=True)
        embedding, shown = with_trust(moved(self.embedding, coords)), self.shown
        if shown is not None and not same_rows(embedding.rows, self.embedding.rows):
            condition = parse_where(self.where, embedding.columns)
            shown = condition.mask(embedding.rows, embedding.total)
        labels = embedding.labels
        index = PointIndex(
            embedding.x, embedding.y, labels.codes, len(labels.names), tables=False, shown=shown
        )
        embedding = replace(embedding, labels=replace(labels, counts=index.totals))
        return replace(self, embedding=embedding, index=index, shown=shown)

    def _used_by(self, where: str) -> tuple[str, ...]:
        return parse_where(where, self.embedding.columns).columns

    def placed_like(self, there: IndexedEmbedding) -> IndexedEmbedding:
        """Return the same rows at the places where others were put, without sorting them again.

        Parameters
        ----------
        there : IndexedEmbedding
            Made by `moved` of the same data, coloured or filtered otherwise.
        """
        mine, theirs = self.embedding, there.embedding
        if not same_rows(mine.rows, theirs.rows):
            return self.moved(theirs.by_row())
        embedding = replace(mine, x=theirs.x, y=theirs.y, rows=theirs.rows)
        placed = replace(self, embedding=embedding, index=there.index)
        return placed._relabelled(embedding)

    @property
    def matching(self) -> int:
        """The number of points that meet the condition; of all points without one."""
        return int(self.index.totals.sum())

    @property
    def filter_text(self) -> str:
        """The condition, and how many points meet it; empty without one."""
        if not self.where:
            return ""
        return f"{clean(self.where)}: {self.matching:,} of {len(self.embedding):,}"

    def _relabelled(self, embedding: Embedding) -> IndexedEmbedding:
        labels = embedding.labels
        index = self.index.relabelled(labels.codes, len(labels.names), self.shown)
        # The legend counts what is shown.
        labels = replace(labels, counts=index.totals)
        return replace(self, embedding=replace(embedding, labels=labels), index=index)

    def as_wanted(self, wanted: Wanted, *, strict: bool, costly: bool = True) -> IndexedEmbedding:
        """Return the same data as a person wants to see them.

        Parameters
        ----------
        wanted : Wanted
        strict : bool
            Whether what is impossible is an error; else it is left out, and named in `missed`.
        costly : bool
            Whether columns are made that take many seconds; else what needs them is `postponed`.
        """
        shown, missed = replace(self, wanted=wanted), list[str]()
        postponed = False
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
                later = not costly and colour in columns and columns[colour].waits
                postponed |= later
                shown = shown if later else shown.coloured(colour, wanted.meaning)
        except VizError as error:
            if strict:
                raise
            missed.append(error.message.removeprefix("--color-by "))
        try:
            if where := wanted.where.strip():
                used = parse_where(where, columns).columns
                later = not costly and any(columns[name].waits for name in used)
                postponed |= later
                shown = shown if later else shown.filtered(where)
        except VizError as error:
            if strict:
                raise
            missed.append(f"no filter: {error.message.removeprefix('--where: ')}")
        return replace(shown, missed=tuple(missed), postponed=postponed)


def indexed(
    load: Callable[[], Embedding],
    row: int | None = None,
    wanted: Wanted | None = None,
    *,
    strict: bool = True,
    costly: bool = True,
    tags: Callable[[Embedding], Tags] | None = None,
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
    costly : bool
        As of `IndexedEmbedding.as_wanted`.
    tags : callable, optional
        Reads the tags of an embedding.
    """
    wanted = wanted or Wanted()
    first = True

    def run() -> IndexedEmbedding:
        nonlocal first
        embedding = embedding_in_time(load(), wanted, strict=strict and first)
        if row is not None:
            check_row(embedding, row)
        # The first frame doesn't wait for tables.
        held = None if tags is None else tags(embedding)
        loaded = IndexedEmbedding.of(embedding, held)
        if not costly:
            loaded = replace(loaded, survey=survey_if_small(embedding))
        loaded = loaded.as_wanted(wanted, strict=strict and first, costly=costly)
        if row is not None and loaded.shown is not None:
            check_shown(loaded, row)
        first = False
        return loaded

    return run


def check_shown(loaded: IndexedEmbedding, row: int) -> None:
    """Raise a UsageError if a filter leaves out the point of a row."""
    point = loaded.embedding.point_of(row)
    if point is not None and not loaded.index.is_in(point):
        raise UsageError(f"--point {row}: --where leaves it out", "choose another point")


def check_row(embedding: Embedding, row: int) -> None:
    """Raise a UsageError unless a row of the arrays is a point that can be shown."""
    if not 0 <= row < embedding.total:
        last = embedding.total - 1
        raise UsageError(
            f"--point {row}: there are {embedding.total:,} points", f"they count from 0 to {last:,}"
        )
    if embedding.point_of(row) is None:
        raise UsageError(f"--point {row}: its coordinates are not finite", "choose another point")
