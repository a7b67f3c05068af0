"""Requests for an embedding, from the command line or from Python."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from vizterm.embed.figure.options import FigureOptions
from vizterm.embed.reduce_options import AUTO, Origin, ReduceOptions
from vizterm.embed.wanted import Wanted
from vizterm.embed.ways import BRAILLE
from vizterm.shell.directories import tags_directory
from vizterm.shell.session import Display
from vizterm_core.files.watch import Watch
from vizterm_core.load import Embedding, Keys, choose_roles, load_embedding, open_data
from vizterm_core.load.keys import PictureOptions
from vizterm_core.load.times.followed import followed_files, paths_now
from vizterm_core.tags.beside import journal_of
from vizterm_core.tags.tags import Tags

Path = str | os.PathLike[str]


@dataclass(frozen=True, slots=True)
class EmbedRequest:
    """An embedding to show, and how."""

    data: Path | Sequence[Path] | Embedding
    """A file, several with the same columns, or an embedding in memory."""
    keys: Keys = field(default_factory=Keys)
    """Arrays of the file chosen by hand."""
    title: str | None = None
    """Shown above the plot; the file's name otherwise."""
    max_bytes: int | None = None
    """The most bytes that compressed arrays may unpack to."""
    point: int | None = None
    """Row of the point to start at; printed, its picture follows the frame."""
    dots: str = BRAILLE
    """One of `WAYS`; pixels only where the terminal has them."""
    display: Display = field(default_factory=Display)
    pictures: PictureOptions = field(default_factory=PictureOptions)
    wanted: Wanted = field(default_factory=Wanted)
    """Which column colours the points, and what its values are."""
    figure: FigureOptions = field(default_factory=FigureOptions)
    """The figure to write instead of opening the app, or what figures from it look like."""
    map_names: bool = True
    """Whether the labels' names stand on the map."""
    keeps_tags: bool = True
    """Whether tags are kept in a file beside the data."""
    reducing: ReduceOptions = field(default_factory=ReduceOptions)
    """What maps are to be made of vectors."""
    follow: bool = False
    """Whether what is written to the files is shown as soon as it is whole."""

    def loaders(self) -> tuple[Callable[[], Embedding], Callable[[], Embedding]]:
        """Return what loads the data the first time, and what loads them again.

        The headers of a file are read here, so that a wrong name is said before the screen
        changes; the first load goes on with them.

        Raises
        ------
        DataError, UsageError
            If the file can't be read, or has no such arrays.
        """
        data = self.data
        if isinstance(data, Embedding):
            return (lambda: self._as_asked(data)), (lambda: self._as_asked(data))
        source, keys = open_data(self._paths, self.keys)
        choice = choose_roles(source, keys)

        def first() -> Embedding:
            loaded = load_embedding(
                source,
                choice=choice,
                title=self.title,
                max_bytes=self.max_bytes,
                pictures=self.pictures,
            )
            return self._as_asked(loaded)

        def again() -> Embedding:
            source, keys = open_data(self._paths, self.keys)
            loaded = load_embedding(
                source,
                keys,
                title=self.title,
                max_bytes=self.max_bytes,
                pictures=self.pictures,
            )
            return self._as_asked(loaded)

        return first, again

    def _as_asked(self, embedding: Embedding) -> Embedding:
        """Return data with the map that is asked for, unless that is a UMAP, which takes long."""
        if self.reducing.method == AUTO:
            return embedding
        from vizterm.embed.reduce.asked_map import as_asked

        return as_asked(embedding, self.reducing.method)

    def origin(self) -> Origin | None:
        """Return where the data come from; None for data in memory."""
        data = self.data
        if isinstance(data, Embedding):
            return None
        paths = (data,) if isinstance(data, str | os.PathLike) else data
        root = self.pictures.root
        return Origin(tuple(os.fspath(path) for path in paths), self.keys, root)

    @property
    def _paths(self) -> Sequence[Path]:
        """The files, with those that have come since where they are followed."""
        assert not isinstance(self.data, Embedding)
        if self.follow:
            return paths_now(self.data)
        return [self.data] if isinstance(self.data, str | os.PathLike) else self.data

    def watch(self) -> Watch | None:
        """Return what tells that the files have been written to; None if they aren't followed."""
        data = self.data
        if not self.follow or isinstance(data, Embedding):
            return None
        return Watch(lambda: followed_files(data))

    def tag_reader(self) -> Callable[[Embedding], Tags]:
        """Return what reads the tags of the data; those of data in memory are kept in memory."""
        data = self.data
        if isinstance(data, Embedding):
            held = Tags(data.total, data.names)
            return lambda _: held
        journal = journal_of(data, tags_directory()) if self.keeps_tags else None
        return lambda embedding: Tags(embedding.total, embedding.names, journal)
