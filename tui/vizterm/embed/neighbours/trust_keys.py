"""The trust in the map by keys: found in a worker, with its progress; coloured by, and back."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Protocol

from textual.message import Message

from vizterm.cells.bar import Chip
from vizterm.embed.column_keys import Changed, ColumnKeys
from vizterm.embed.wanted import NOTHING
from vizterm.shell.keyed_screen import Actions
from vizterm_core.scatter.trust import TrustColumn, trust_of

if TYPE_CHECKING:
    from textual.screen import Screen

    from vizterm.embed.indexed import IndexedEmbedding
    from vizterm.embed.model import EmbedModel

_TOLD_EVERY = 0.25
"""Seconds between two words on the progress."""


@dataclass
class TrustFound(Message):
    """How much of the trust in a map has been found."""

    column: TrustColumn
    share: float


class ShowsTrust(Protocol):
    """The screen, as far as these keys need it."""

    loaded: IndexedEmbedding

    def exchange(self, loaded: IndexedEmbedding) -> None:
        """Show the same points with other labels, or fewer of them."""

    def remark(self, text: str) -> None:
        """Show a short remark until something else happens."""


class TrustKeys:
    """Colours by the trust in the map, and says how much of it has been found.

    Parameters
    ----------
    screen : Screen
        Is sent `TrustFound`, to be passed to `take`.
    shows : ShowsTrust
        The same screen.
    columns : ColumnKeys
        Makes the column, in a worker.
    """

    def __init__(self, screen: Screen[None], shows: ShowsTrust, columns: ColumnKeys) -> None:
        self._screen, self._shows, self._columns = screen, shows, columns
        self._before = ""
        self._share: float | None = None
        self._stopped = False
        self._told = 0.0

    def actions(self) -> Actions:
        """Return what these keys do, by the names in the table of actions."""
        return {"trust": self.toggle}

    def attach(self) -> None:
        """Follow the trust in the map that is shown now; find it, if it was asked for already."""
        loaded = self._shows.loaded
        self._share = None
        column = trust_of(loaded.embedding)
        if column is not None and not column.ready:
            column.stop = lambda: self._is_over(column)
            column.tell = lambda share: self._tell(column, share)
        if loaded.postponed:
            wanted = loaded.wanted
            self._columns.change(
                lambda: loaded.as_wanted(wanted, strict=False), self._caught_up, at_once=False
            )

    def _caught_up(self, changed: Changed) -> None:
        if changed.loaded is None:
            # What is shown is what is wanted now.
            loaded = self._shows.loaded
            loaded.wanted.colour_by, loaded.wanted.where = (
                loaded.embedding.coloured_by,
                loaded.where,
            )
            self._shows.remark(changed.problem)
            return
        self._shows.exchange(changed.loaded)
        self._shows.remark(" · ".join(changed.loaded.missed))

    def hide_others(self, loaded: IndexedEmbedding, model: EmbedModel) -> None:
        """Hide points outside the sample, where points are coloured by the trust of one.

        They are the most, and would be all that one sees; `A` shows them again.
        """
        column = trust_of(loaded.embedding)
        if column is not None and column.sampled and loaded.embedding.coloured_by == column.name:
            model.hide_missing()

    def toggle(self) -> None:
        """Colour by the trust in the map; once more, as before."""
        embedding = self._shows.loaded.embedding
        column = trust_of(embedding)
        if column is None:
            self._shows.remark("the data have no vectors that the map could be compared with")
        elif embedding.coloured_by == column.name:
            before = self._before if self._before in embedding.columns else NOTHING
            self._columns.colour_by(before)
        elif self._share is None:
            self._before = embedding.coloured_by
            self._columns.colour_by(column.name)
        else:
            self._shows.remark("the trust in the map is being found · esc stops it")

    # while it is found

    def _is_over(self, column: TrustColumn) -> bool:
        """Whether nobody waits for a column any more; asked in the worker's thread."""
        shown = trust_of(self._shows.loaded.embedding)
        return self._stopped or shown is not column or not self._screen.is_running

    def _tell(self, column: TrustColumn, share: float) -> None:
        if share <= 0:
            self._stopped = False
        now = monotonic()
        if share <= 0 or share >= 1 or now - self._told >= _TOLD_EVERY:
            self._told = now
            self._screen.post_message(TrustFound(column, share))

    def take(self, found: TrustFound) -> None:
        """Show how much has been found, unless that is over."""
        if found.column is trust_of(self._shows.loaded.embedding) and not self._stopped:
            self._share = found.share if found.share < 1 else None
            if found.share >= 1:
                # For what the list of columns says of it.
                self._columns.read_ahead()

    def chips(self) -> list[Chip]:
        """Return how much has been found, while it is."""
        if self._share is None:
            return []
        done = f"{int(100 * self._share)} %"
        return [Chip(f"trust {done} · esc stops", "cancel", needed=True, short=f"trust {done}")]

    def stop(self) -> bool:
        """Stop finding it; whether there was anything to stop."""
        if self._share is None:
            return False
        self._share, self._stopped = None, True
        return True
