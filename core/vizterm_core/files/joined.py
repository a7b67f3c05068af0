"""Several sources side by side as one: a file and what lies beside it, parts of a folder."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace
from pathlib import PurePath

from vizterm_core.files.data_file import DataFile
from vizterm_core.files.source import ArraySpec, Categories, Source
from vizterm_core.files.stored import Array, Rows
from vizterm_core.files.table import unused_name
from vizterm_core.text import clean


class JoinedSource:
    """The columns of several sources, in their order; each is read by the source it comes from.

    A name that an earlier source has already is qualified by its file's stem, "labels.label", and
    numbered where that is taken too.

    Parameters
    ----------
    sources : sequence of Source
        The first one is the main one: its columns keep their names.
    name : str, optional
        Of the whole in messages; the first source's otherwise.
    notes : sequence of str
        What is to be said about the whole, before what the sources say about themselves.
    skipped : dict of str to str
        What was left out when they were joined, and why.
    """

    single = False

    def __init__(
        self,
        sources: Sequence[Source],
        name: str | None = None,
        *,
        notes: Sequence[str] = (),
        skipped: dict[str, str] | None = None,
    ) -> None:
        self.name = sources[0].name if name is None else clean(name)
        self.files: tuple[DataFile, ...] = tuple(
            dict.fromkeys(file for source in sources for file in source.files)
        )
        self._sources, self._notes = tuple(sources), tuple(notes)
        self.columns: dict[str, ArraySpec] = {}
        self.skipped: dict[str, str] = {}
        self._owners: dict[str, tuple[Source, str]] = {}
        for source in sources:
            stem = _stem(source)
            for inner, spec in source.columns.items():
                column = _unused(inner, stem, self.columns)
                self.columns[column] = replace(spec, name=column, place=_place(source, spec))
                self._owners[column] = source, inner
            for part, why in source.skipped.items():
                self.skipped[_unused(part, clean(stem), self.skipped)] = why
        self.skipped |= skipped or {}

    @property
    def notes(self) -> tuple[str, ...]:
        """What is said about the whole, and what the sources say; reading may add to that."""
        said = (note for source in self._sources for note in getattr(source, "notes", ()))
        return (*self._notes, *said)

    def name_of(self, source: Source, column: str) -> str:
        """Return what a column of one of the sources is called here."""
        owner = next(each for each in self._owners.items() if each[1] == (source, column))
        return owner[0]

    def called(self, column: str) -> str:
        """A column in messages, as its own source calls it: "labels.csv: species"."""
        source, inner = self._owners[column]
        return source.called(inner)

    def open(self, column: str, max_bytes: int | None = None) -> Array | Rows:
        """Return a column's rows as its own source does, with its errors."""
        source, inner = self._owners[column]
        return source.open(inner, max_bytes)

    def read(self, column: str, max_bytes: int | None = None) -> Array | Categories:
        """Return all of a column as its own source does, with its errors."""
        source, inner = self._owners[column]
        return source.read(inner, max_bytes)


def _place(source: Source, spec: ArraySpec) -> str:
    return f"{spec.place}, {source.name}" if source.files else spec.place


def _stem(source: Source) -> str:
    """The name of a source's file without suffixes: "labels" of labels.csv.gz."""
    name = source.files[0].path.name if source.files else source.name
    return PurePath(name.removesuffix(".gz")).stem or "other"


def _unused(name: str, stem: str, taken: Container[str]) -> str:
    """Return a name that isn't taken: as it is, qualified, or numbered."""
    return name if name not in taken else unused_name(f"{stem}.{name}", taken)
