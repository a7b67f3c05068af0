"""Which points a contact sheet shows and in what order, as keys change it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from textual.message import Message

from vizterm.embed.sheet.sets import Order, Sets
from vizterm.shell.choices import Choice
from vizterm.shell.keyed_screen import Actions
from vizterm_core.errors import VizError
from vizterm_core.scatter.ordering import Points
from vizterm_core.scatter.selection import Selection
from vizterm_core.text import clean

if TYPE_CHECKING:
    from textual.screen import Screen

AT_ONCE = 200_000
"""Points among which some are found and put in order without a noticeable delay."""
UNDER_WAY = "putting them in order …"


@dataclass
class Arranged(Message):
    """The points to show, in their order; or why there are none."""

    ticket: int
    points: Points | None = None
    problem: str = ""


class Arranging:
    """Finds the points to show, in a worker where that takes time.

    Parameters
    ----------
    screen : Screen
        Runs the workers, and is sent `Arranged`, to be passed to `take`.
    sets : Sets
        What to choose from.
    selection : callable
        Returns what is selected by now.
    show : callable
        Given the points in their order, or None and why there are none.
    say : callable
        Told what is under way, or in the way.
    """

    def __init__(
        self,
        screen: Screen[int | None],
        sets: Sets,
        selection: Callable[[], Selection],
        show: Callable[[Points | None, str], object],
        say: Callable[[str], object],
    ) -> None:
        self._screen, self._selection = screen, selection
        self._show, self._say = show, say
        self.sets = sets
        self.what = sets.whats[0]
        self.order = sets.orders(self.what)[0]
        self._ticket = 0

    def actions(self) -> Actions:
        """Return what these keys do, by the names in the table of actions."""
        return {"what": self.next_what, "order": self.next_order}

    def take(self, arranged: Arranged) -> None:
        """Show what was found, unless something else has been asked for meanwhile."""
        if arranged.ticket == self._ticket:
            self._show(arranged.points, arranged.problem)

    def forget(self) -> None:
        """Drop what is under way."""
        self._ticket += 1

    def start(self) -> None:
        """Find the points, and have them shown."""
        self._ticket += 1
        ticket, sets, what, order = self._ticket, self.sets, self.what, self.order

        def arranged() -> Arranged:
            try:
                return Arranged(ticket, sets.arranged(what, order))
            except (VizError, OSError, MemoryError) as error:
                words = error.message if isinstance(error, VizError) else str(error)
                return Arranged(ticket, problem=words or "not enough memory")

        screen, column = self._screen, sets.embedding.columns.get(sets.column)
        if len(sets.embedding) <= AT_ONCE and (column is None or column.ready):
            self.take(arranged())
            return
        self._say(UNDER_WAY)
        screen.run_worker(lambda: screen.post_message(arranged()), thread=True, group="arrange")

    def next_what(self, step: int) -> None:
        """Go on to the next set of points (1), or the one before (-1), round and round."""
        self.sets = replace(self.sets, selection=self._selection())
        whats = self.sets.whats
        at = whats.index(self.what) if self.what in whats else -1
        self.what = whats[(at + step) % len(whats)]
        orders = self.sets.orders(self.what)
        if self.order not in orders or Order.FOUND in orders:
            self.order = orders[0]
        self.start()

    def next_order(self, step: int) -> None:
        """Go on to the next order (1), or the one before (-1), round and round."""
        orders = self.sets.orders(self.what)
        self.order = orders[(orders.index(self.order) + step) % len(orders)]
        self.start()

    def choice(self) -> Choice | None:
        """Return the columns that points can be put in order by; None, with a remark, without."""
        columns = self.sets.embedding.columns
        if not columns:
            self._say("the data have no columns to put points in order by")
            return None
        names = {clean(name): name for name in columns}
        now = next((shown for shown, name in names.items() if name == self.sets.column), "")
        return Choice("order by", list(names), now, lambda shown: self._order_by(names[shown]))

    def _order_by(self, column: str) -> None:
        self.sets, self.order = replace(self.sets, by=column), Order.COLUMN
        self.start()
