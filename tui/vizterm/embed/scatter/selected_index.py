"""The index of the selected points alone, made anew when they change."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from textual.message import Message

from vizterm_core.scatter.index import PointIndex
from vizterm_core.scatter.selected import index_selected
from vizterm_core.scatter.selection import Selection

if TYPE_CHECKING:
    from textual.widget import Widget

    from vizterm.embed.model import EmbedModel

AT_ONCE = 100_000
"""Selected points that are indexed without a noticeable delay."""


class SelectionIndexed(Message):
    """The selected points can be drawn, or drawn faster than before."""


class SelectedIndex:
    """Keeps the index of the selected points, and makes a new one when they change.

    Parameters
    ----------
    screen : Screen
        Runs a worker where that takes time, and is sent `SelectionIndexed`.
    """

    def __init__(self, screen: Widget) -> None:
        self._screen = screen
        self._of: tuple[PointIndex, Selection] | None = None
        self._index: PointIndex | None = None

    def use(self, index: PointIndex, selection: Selection, selected: PointIndex) -> None:
        """Take an index that was made already."""
        self._of, self._index = (index, selection), selected
        self._prepare(selected)

    def of(self, model: EmbedModel) -> PointIndex | None:
        """Return the index of a model's selected points.

        It is None while nothing is selected, and while it is being made.
        """
        index, selection = model.index, model.selection
        if not selection:
            self._of = self._index = None
            return None
        if self._of is None or self._of[0] is not index or self._of[1] is not selection:
            self._of, self._index = (index, selection), None
            make = partial(index_selected, index, selection)
            if selection.count <= AT_ONCE:
                self.use(index, selection, make())
            else:
                self._run(partial(self._make, self._of, make))
        return self._index

    def _make(self, of: tuple[PointIndex, Selection], make: Callable[[], PointIndex]) -> None:
        selected = make()
        if self._of is of:
            self._index = selected
            self._screen.post_message(SelectionIndexed())
            _build(selected)

    def _prepare(self, selected: PointIndex) -> None:
        """Count many points into tables, in a worker."""
        if not selected.ready or len(selected) > AT_ONCE:
            self._run(partial(_build, selected))

    def _run(self, work: Callable[[], object]) -> None:
        self._screen.run_worker(work, thread=True, group="selected")


def _build(selected: PointIndex) -> None:
    selected.build_buckets()
    selected.build_tables()
