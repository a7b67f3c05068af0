"""Colouring by another column, by keys: chosen from a list, the next one, as another kind."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt
from textual.message import Message

from vizterm.embed.indexed import IndexedEmbedding
from vizterm.embed.wanted import NOTHING
from vizterm.shell.choices import Choice
from vizterm.shell.keyed_screen import Actions
from vizterm_core.errors import VizError
from vizterm_core.scatter.column_facts import describe_column, is_text
from vizterm_core.scatter.meaning import Meaning
from vizterm_core.scatter.where import WhereError
from vizterm_core.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.screen import Screen

    from vizterm.embed.model import EmbedModel
    from vizterm_core.scatter.viewport import Viewport

AT_ONCE = 200_000
"""Points up to which another colour takes no noticeable time."""
_READ_AHEAD = 20_000_000
"""Values that are read after the start, for the list and the panel."""
_DROPPED = "nothing"


@dataclass
class Changed(Message):
    """The same points with other labels, or fewer of them; or the reason why not."""

    ticket: int
    before: IndexedEmbedding
    loaded: IndexedEmbedding | None
    problem: str = ""
    place: int | None = None
    """Where in a condition the problem is."""


class ColumnsRead(Message):
    """Columns have been read: there is more to say of a point."""


class ShowsColumns(Protocol):
    """The screen, as far as these keys need it."""

    model: EmbedModel
    loaded: IndexedEmbedding

    def exchange(self, loaded: IndexedEmbedding) -> None:
        """Show the same points with other labels."""

    def remark(self, text: str) -> None:
        """Show a short remark until something else happens."""


class ColumnKeys:
    """Colours the points by other columns, in a worker where that takes time.

    Parameters
    ----------
    screen : Screen
        Runs the workers, and is sent `Changed`, to be passed to `take`, and `ColumnsRead`.
    shows : ShowsColumns
        The same screen.
    """

    def __init__(self, screen: Screen[None], shows: ShowsColumns) -> None:
        self._screen, self._shows = screen, shows
        self._ticket = 0
        self._done: Callable[[Changed], None] = self._coloured
        self._told: dict[str, str] = {}
        """What is said of each column that has been read."""

    def actions(self) -> Actions:
        """Return what these keys do, by the names in the table of actions."""
        return {
            "column": self.next_column,
            "meaning": self.next_meaning,
        }

    # what there is

    def read_ahead(self) -> None:
        """Read columns in a worker, as long as they are few values: for the list and the panel."""
        self._told = {}
        loaded = self._shows.loaded
        if loaded.embedding.columns:
            self._screen.run_worker(
                lambda: self._read(loaded, self._told), thread=True, group="columns ahead"
            )

    def _read(self, loaded: IndexedEmbedding, told: dict[str, str]) -> None:
        embedding = loaded.embedding
        left = _READ_AHEAD
        for name, column in embedding.columns.items():
            if column.waits:
                told[name] = column.about
                continue
            left -= embedding.total
            if left < 0 and not column.ready:
                continue
            if told is not self._told or not self._screen.is_running:
                return
            try:
                told[name] = describe_column(column, embedding.rows)
            except (VizError, OSError, MemoryError) as error:
                told[name] = error.message if isinstance(error, VizError) else str(error)
        self._screen.post_message(ColumnsRead())

    def choice(self) -> Choice | None:
        """Return the columns to choose from; None, with a remark, if there are none."""
        embedding = self._shows.loaded.embedding
        if not embedding.columns:
            self._shows.remark("the data have no columns to colour by")
            return None
        names = {clean(name): name for name in embedding.columns}
        names[_DROPPED if _DROPPED not in names else f"({_DROPPED})"] = NOTHING
        details = {shown: self._told.get(name, "") for shown, name in names.items()}
        now = next(
            (shown for shown, name in names.items() if name == (embedding.coloured_by or NOTHING)),
            "",
        )
        return Choice(
            "colour by", list(names), now, lambda shown: self.colour_by(names[shown]), details
        )

    @property
    def now(self) -> str:
        """What the points are coloured by, in words; empty if by nothing that has a name."""
        return clean(self._shows.loaded.embedding.coloured_by)

    # changes

    def colour_by(self, column: str, meaning: Meaning | None = None) -> None:
        """Colour the points by a column, or by `NOTHING`."""
        loaded = self._shows.loaded
        held = loaded.embedding.columns.get(column)
        loaded.wanted.colour_by, loaded.wanted.meaning = column, meaning
        ready = held is None or held.ready
        if not ready:
            doing = "finding" if held is not None and held.costly else "reading"
            self._shows.remark(f"{doing} {clean(column)} …")
        self.change(
            lambda: loaded.coloured(column, meaning),
            self._coloured,
            at_once=ready and len(loaded.embedding) <= AT_ONCE,
        )

    def next_column(self, step: int) -> None:
        """Colour by the next column (1) or the previous one (-1), round and round."""
        embedding = self._shows.loaded.embedding
        names = [name for name, column in embedding.columns.items() if not column.waits]
        if not names:
            self._shows.remark("the data have no columns to colour by")
            return
        at = names.index(embedding.coloured_by) if embedding.coloured_by in names else -(step > 0)
        self.colour_by(names[(at + step) % len(names)])

    def next_meaning(self) -> None:
        """Take the values for a quantity instead of categories, or the other way round."""
        embedding = self._shows.loaded.embedding
        column = embedding.columns.get(embedding.coloured_by)
        if column is None:
            self._shows.remark("the points are coloured by no column: o chooses one")
        elif is_text(column):
            self._shows.remark(f"{self.now} has no numbers: it stays a category")
        else:
            quantity = embedding.labels.continuous
            self.colour_by(column.name, Meaning.CATEGORY if quantity else Meaning.QUANTITY)

    def change(
        self,
        make: Callable[[], IndexedEmbedding],
        done: Callable[[Changed], None],
        *,
        at_once: bool,
    ) -> None:
        """Make other data of those that are shown, and pass them on unless that is overtaken.

        Parameters
        ----------
        make : callable
            Called in a worker, unless `at_once`.
        done : callable
            Called with the outcome.
        at_once : bool
        """
        self._ticket += 1
        self._done = done
        model = self._shows.model
        shown = self._shows.loaded, model.viewport, model.visible.copy()
        run = partial(_made, make, self._ticket, *shown)
        if at_once:
            self.take(run())
        else:
            self._screen.run_worker(
                lambda: self._screen.post_message(run()), thread=True, group="columns"
            )

    def forget(self) -> None:
        """Drop what is being made."""
        self._ticket += 1

    def take(self, changed: Changed) -> None:
        """Pass on what was made, unless something else has been asked for meanwhile."""
        if changed.ticket == self._ticket and changed.before is self._shows.loaded:
            self._done(changed)

    def _coloured(self, changed: Changed) -> None:
        wanted = self._shows.loaded.wanted
        if changed.loaded is None:
            embedding = self._shows.loaded.embedding
            wanted.colour_by, wanted.meaning = embedding.coloured_by, embedding.meaning
            self._shows.remark(changed.problem)
            return
        self._shows.exchange(changed.loaded)
        self._shows.remark(_said(changed.loaded))


def _made(
    make: Callable[[], IndexedEmbedding],
    ticket: int,
    before: IndexedEmbedding,
    view: Viewport,
    visible: npt.NDArray[np.bool_],
) -> Changed:
    """Return what is made, and what it takes to draw it: not on the screen's time."""
    try:
        loaded = make()
    except (VizError, OSError, MemoryError) as error:
        place = error.place if isinstance(error, WhereError) else None
        words = error.message if isinstance(error, VizError) else str(error)
        if isinstance(error, WhereError):
            words = error.problem
        return Changed(ticket, before, None, words, place)
    same = loaded.embedding.labels.names is before.embedding.labels.names
    loaded.index.quick_frame(view, visible if same else loaded.index.all_visible())
    return Changed(ticket, before, loaded)


def _said(loaded: IndexedEmbedding) -> str:
    embedding = loaded.embedding
    if not embedding.coloured_by:
        return "coloured by nothing"
    scale = embedding.labels.scale
    told = embedding.columns[embedding.coloured_by].scale_said
    if scale is not None and told:
        return f"{clean(embedding.coloured_by)} · {told}"
    if scale is not None and not scale.date_unit:
        return f"coloured by {clean(embedding.coloured_by)}, a quantity"
    return f"coloured by {clean(embedding.coloured_by)}"
