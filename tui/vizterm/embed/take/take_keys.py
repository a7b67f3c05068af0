"""Taking away what is selected: columns to a file, pictures to a folder, rows and names to copy."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt
from textual.message import Message

from vizterm.cells.text import cut_name
from vizterm.embed.status import SURE_TO_COPY
from vizterm.embed.take.figure_keys import free_name, path_of
from vizterm.embed.take.take_pictures import TakePictures
from vizterm.files import check_output, write_atomically
from vizterm.shell.keyed_screen import Actions
from vizterm.widgets.find_bar import FindBar, Finder
from vizterm_core.errors import UsageError, VizError
from vizterm_core.taken.fields import FieldNames, fields_of
from vizterm_core.taken.table import Table
from vizterm_core.taken.writing import FORMATS, check_format, usual_fields, write_table
from vizterm_core.text import clean, whole_text

if TYPE_CHECKING:
    from textual.screen import Screen

    from vizterm.embed.indexed import IndexedEmbedding
    from vizterm.embed.model import EmbedModel
    from vizterm.embed.select.selection_keys import SelectionKeys
    from vizterm_core.scatter.embedding import Embedding

Points = npt.NDArray[np.int64]

_MOST_COPIED = 1 << 20
"""Points of which no more are copied: no terminal takes so much."""
_MOST_NAMED = 8
_STEPS = 10
"""Times that is told how far the writing is."""


@dataclass
class Taken(Message):
    """A worker is through with a file, or a part of it."""

    said: str


class ShowsTaken(Protocol):
    """The screen, as far as these keys need it."""

    loaded: IndexedEmbedding
    model: EmbedModel

    def remark(self, text: str) -> None:
        """Show a short remark until something else happens."""


class TakeKeys:
    """Asks for a file and for columns, and writes them; pictures too; copies rows and names.

    Parameters
    ----------
    screen : Screen
        Runs the worker, and is sent `Taken`.
    shows : ShowsTaken
        The same screen.
    selection : SelectionKeys
        Nothing is taken while it still changes.
    pictures : TakePictures
    find_bar : FindBar
    """

    def __init__(
        self,
        screen: Screen[None],
        shows: ShowsTaken,
        selection: SelectionKeys,
        pictures: TakePictures,
        *,
        find_bar: FindBar,
    ) -> None:
        self._screen, self._shows, self._selection = screen, shows, selection
        self._pictures = pictures
        self._find_bar = find_bar

    def actions(self) -> Actions:
        """Return what these keys do, by the names in the table of actions."""
        return {
            "take_file": self.open,
            "take_pictures": self.open_pictures,
            "take_copy": self.copy,
        }

    @property
    def whom(self) -> str:
        """What is taken away: the selected points, or the one under the cursor."""
        model = self._shows.model
        if count := model.selection.count:
            return "the selected point" if count == 1 else f"{count:,} selected points"
        return "nothing" if model.cursor is None else f"#{model.embedding.row_of(model.cursor):,}"

    def _points(self) -> Points:
        """Return the points to take, ascending; none, and says why, where none can be taken."""
        model = self._shows.model
        if not self._selection.settled:
            self._shows.remark("still selecting: once more in a moment")
            return np.empty(0, np.int64)
        points = model.selection.points()
        if not points.size and model.cursor is not None:
            points = np.array([model.cursor], np.int64)
        if not points.size:
            self._shows.remark("no point under the cursor, and none is selected")
        return points

    # pictures

    def open_pictures(self) -> None:
        """Ask for the folder to write pictures to."""
        points = self._points()
        if points.size:
            self._pictures.open(points, self.whom)

    # a file

    def open(self) -> None:
        """Ask for the file to write."""
        points, embedding = self._points(), self._shows.loaded.embedding
        if not points.size:
            return
        text = str(free_name(embedding.title, Path.cwd(), ".csv"))
        finder = Finder(
            f" {self.whom} to: ",
            self._typed,
            partial(self._named, embedding, points),
            partial(self._shows.remark, ""),
            text=text,
            accepts=self._accepts_file,
        )
        self._find_bar.open(finder)
        self._typed(text)

    def _typed(self, text: str) -> None:
        there = path_of(text, ".csv").is_file()
        self._find_bar.say("replaces the file that is there" if there else " ".join(FORMATS))

    def _accepts_file(self, text: str) -> bool:
        """Whether the file can be written; says why not otherwise."""
        if not text.strip():
            self._find_bar.say("type the name of a file, or esc", 0)
            return False
        path = path_of(text, ".csv")
        try:
            check_output(path, FORMATS)
            check_format(path.suffix.lower(), 1)
        except UsageError as error:
            said = error.message.removeprefix(f"--output {clean(str(path))}: ")
            self._find_bar.say(f"{said}; {error.hint}", 0)
            return False
        return True

    def _named(self, embedding: Embedding, points: Points, text: str) -> None:
        """Ask for the columns."""
        path, names = path_of(text, ".csv"), FieldNames.of(embedding)
        usual = usual_fields(path.suffix.lower(), names)
        finder = Finder(
            f" columns of {cut_name(path.name, 24)}: ",
            lambda _: self._find_bar.say(""),
            lambda text: self._chosen(embedding, points, path, _listed(text) or usual),
            partial(self._shows.remark, ""),
            accepts=partial(self._accepts_columns, path, names),
            complete=partial(_completed, names.all),
        )
        self._find_bar.open(finder)
        what = f"all {len(usual):,}" if len(usual) > 1 else clean(usual[0])
        self._find_bar.say(f"enter: {what} · or some of {_some(names.all)}")

    def _accepts_columns(self, path: Path, names: FieldNames, text: str) -> bool:
        """Whether there are such columns, and the format holds so many; says why not otherwise."""
        chosen = _listed(text)
        for each in chosen:
            if each not in names.all:
                self._find_bar.say(f"no column {cut_name(each, 24)}: {_some(names.all)}", 0)
                return False
        if len({*chosen}) < len(chosen):
            self._find_bar.say("a column is named twice", 0)
            return False
        try:
            check_format(path.suffix.lower(), len(chosen) or 1)
        except UsageError as error:
            self._find_bar.say(str(error), 0)
            return False
        return True

    def _chosen(
        self, embedding: Embedding, points: Points, path: Path, names: Sequence[str]
    ) -> None:
        self._shows.remark(f"writing {clean(str(path))} …")
        write = partial(self._write, embedding, points, path, names)
        self._screen.run_worker(write, thread=True, group="take")

    def _write(
        self, embedding: Embedding, points: Points, path: Path, names: Sequence[str]
    ) -> None:
        """Write a file, in a worker."""
        shown, told = clean(str(path)), 0

        def tell(through: int) -> None:
            nonlocal told
            step = through * _STEPS // points.size
            if told < step < _STEPS:
                told = step
                self._screen.post_message(Taken(f"writing {shown} … {step * 100 // _STEPS} %"))

        try:
            table = Table(fields_of(embedding, names), points, tell)
            write_atomically(path, lambda out: write_table(path.suffix.lower(), table, out))
            rows = "1 row" if points.size == 1 else f"{points.size:,} rows"
            columns = "1 column" if len(names) == 1 else f"{len(names):,} columns"
            said = f"wrote {shown}: {rows}, {columns}"
        except VizError as error:
            said = str(error)
        except (OSError, MemoryError) as error:
            reason = getattr(error, "strerror", None) or "not enough memory"
            said = f"can't write {shown}: {reason}"
        self._screen.post_message(Taken(said))

    # the clipboard

    def copy(self, what: str) -> None:
        """Copy 'rows' or 'names', one a line, to the clipboard of the machine one sits at."""
        points, embedding = self._points(), self._shows.loaded.embedding
        if not points.size:
            return
        if points.size > _MOST_COPIED:
            self._shows.remark(f"{points.size:,} are too many for a clipboard: Y w writes a file")
            return
        rows = points if embedding.rows is None else embedding.rows[points]
        if what == "rows":
            texts = [str(row) for row in rows.tolist()]
        elif embedding.names is None:
            self._shows.remark("the points have no names: Y y copies their rows")
            return
        else:
            texts = [whole_text(name) for name in embedding.names[rows].tolist()]
        text = "\n".join(texts)
        self._screen.app.copy_to_clipboard(text)
        said = [f"copied {len(texts):,} {what if len(texts) != 1 else what.removesuffix('s')}"]
        if broken := sum("\n" in each or "\r" in each for each in texts):
            said.append(f"{broken:,} with a line break")
        size = len(text.encode("utf-8", "replace"))
        if size > SURE_TO_COPY:
            said.append(f"{size:,} bytes: terminals may take no more than {SURE_TO_COPY:,}")
        self._shows.remark(" · ".join(said))


def _listed(text: str) -> tuple[str, ...]:
    """Return the names in a text with commas between; one that has a comma stands in quotes."""
    parts = next(csv.reader([text], skipinitialspace=True), [])
    return tuple(part.strip() for part in parts if part.strip())


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(cut_name(each, 16) for each in names[:_MOST_NAMED])
    return shown + (" …" if len(names) > _MOST_NAMED else "")


def _completed(names: Sequence[str], before: str) -> tuple[str, str]:
    """Return a text whose last name is completed as far as that is clear, and what is possible."""
    head, comma, last = before.rpartition(",")
    start = last.lstrip().removeprefix('"')
    found = [each for each in names if each.startswith(start)]
    if not found:
        return before, ""
    if len(found) > 1:
        common = found[0]
        while not all(each.startswith(common) for each in found):
            common = common[:-1]
    else:
        common = f'"{found[0]}"' if "," in found[0] else found[0]
    return f"{head}{comma}{' ' if comma else ''}{common}", _some(found) if len(found) > 1 else ""
