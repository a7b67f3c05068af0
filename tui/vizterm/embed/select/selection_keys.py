"""Selecting points by keys: what is in view, a label, what a search found; and the way back."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Protocol

import numpy as np
from textual.message import Message

from vizterm.cells.bar import Chip
from vizterm.embed.select.selection_text import counted_text, make_up
from vizterm.shell.keyed_screen import Actions
from vizterm.widgets.key_menu import Menu
from vizterm_core.scatter.carried import points_of
from vizterm_core.scatter.index import PointIndex
from vizterm_core.scatter.moved import same_rows
from vizterm_core.scatter.regions import Box, Region
from vizterm_core.scatter.selected import index_selected
from vizterm_core.scatter.selection import How, Selection
from vizterm_core.scatter.viewport import Viewport
from vizterm_core.scatter.where import parse_where

if TYPE_CHECKING:
    from textual.screen import Screen

    from vizterm.embed.indexed import IndexedEmbedding
    from vizterm.embed.model import EmbedModel
    from vizterm.embed.scatter.painter import Painter
    from vizterm.embed.side.legend import Legend

AT_ONCE = 200_000
"""Points among which some are selected without a noticeable delay."""
WORDS = {
    How.NEW: "select",
    How.ADD: "select also",
    How.REMOVE: "deselect",
    How.COMMON: "keep of the selected",
}
Make = Callable[[Selection], Selection]


class Way(Enum):
    """A way through the selections that there were."""

    BACK = "back"
    FORWARD = "forward"


@dataclass(frozen=True, slots=True)
class Step:
    """A change of the selection that was asked for."""

    make: Make | Way
    """Returns the selection afterwards; or the way, back or forward, to one there was."""
    nothing: str = ""
    """Said where it changes nothing."""
    quick: bool = False
    """Whether it takes no time, however many points there are."""


@dataclass
class Selected(Message):
    """A selection made in a worker, with the index of its points."""

    model: EmbedModel
    step: Step
    selection: Selection
    index: PointIndex


class ShowsSelection(Protocol):
    """The screen, as far as these keys need it."""

    model: EmbedModel
    loaded: IndexedEmbedding

    def draw(self) -> None:
        """Show the model as it is now."""

    def remark(self, text: str) -> None:
        """Show a short remark until something else happens."""


class SelectionKeys:
    """Changes the model's selection, in a worker where that takes time, and has it shown.

    Changes that are asked for meanwhile follow in their order.

    Parameters
    ----------
    screen : Screen
        Runs the workers, and is sent `Selected`, to be passed to `take`.
    shows : ShowsSelection
        The same screen.
    painter : Painter
    legend : Legend
        Its label is meant while it has the focus.
    """

    def __init__(
        self, screen: Screen[None], shows: ShowsSelection, painter: Painter, legend: Legend
    ) -> None:
        self._screen, self._shows = screen, shows
        self._painter, self._legend = painter, legend
        self._steps: deque[Step] = deque()
        self._busy = False
        self._told: tuple[Selection, PointIndex, str] | None = None
        self.how = How.NEW
        """What becomes of the selection when points are chosen next."""

    def actions(self) -> Actions:
        """Return what these keys do, by the names in the table of actions."""
        return {
            "select_point": self.toggle_point,
            "select_invert": self.invert,
            "select_none": self.clear,
            "select_undo": self.undo,
            "select_redo": self.redo,
        }

    # what is said

    @property
    def said(self) -> str:
        """How many points are selected, of which labels, and how many of them no one sees."""
        model, embedding = self._shows.model, self._shows.model.embedding
        told = self._told
        if told is None or told[0] is not model.selection or told[1] is not model.index:
            counts = counted_text(model.selection, model.index)
            kinds = make_up(embedding.labels, model.selection, embedding.coloured_by)
            text = ": ".join(filter(None, [counts, kinds]))
            told = self._told = model.selection, model.index, text
        return told[2]

    def chips(self) -> list[Chip]:
        """Return a chip that says how many points are selected, and of which labels."""
        selection = self._shows.model.selection
        if not selection:
            return []
        return [Chip(self.said, "menu('S')", needed=True, short=counted_text(selection))]

    @property
    def settled(self) -> bool:
        """Whether no change is under way, or waits for one that is."""
        return not self._busy and not self._steps

    # what can be chosen

    def toggle_point(self, point: int | None = None) -> None:
        """Select a point, or deselect it; that under the cursor by default."""
        point = self._shows.model.cursor if point is None else point
        if point is None:
            self._shows.remark("no point under the cursor to select")
        else:
            toggled = point
            self._change(Step(lambda now: now.toggled(toggled), quick=True))

    def choose(self, what: str) -> None:
        """Select the points of the 'view', a 'label', the 'filter', the 'hits', or 'all'."""
        ways: dict[str, Callable[[], None]] = {
            "view": self._view,
            "label": self._label,
            "filter": self._filter,
            "hits": self._hits,
            "all": lambda: self._others(lambda now: ~Selection.none(now.size), ""),
        }
        ways[what]()

    def these(self, points: Sequence[int], nothing: str) -> None:
        """Select some points; `nothing` is said where there are none."""
        chosen = np.array(points, np.int64)
        self._others(lambda now: Selection.of_points(now.size, chosen), nothing)

    def region(self, region: Region, viewport: Viewport, how: How, model: EmbedModel) -> None:
        """Select the visible points in a region of a view.

        Parameters
        ----------
        region : Region
        viewport : Viewport
        how : How
        model : EmbedModel
            Of the map that it is on: this one, or another one of the same rows.
        """
        index, visible = model.index, model.visible.copy()
        there, here = model.embedding, self._shows.model.embedding
        self.how = how

        def inside(now: Selection) -> Selection:
            mask = index.inside(viewport, region, visible)
            if same_rows(there.rows, here.rows):
                return Selection.of_mask(mask)
            points = np.flatnonzero(mask)
            rows = points if there.rows is None else there.rows[points]
            return Selection.of_points(now.size, points_of(here, rows))

        self._others(inside, "no points in it")

    def where(self, condition: str, how: How) -> None:
        """Select the points, of those that the filter shows, that meet a condition."""
        loaded, index = self._shows.loaded, self._shows.model.index
        if not condition.strip():
            self._shows.remark("no condition: nothing has changed")
            return
        self.how = how

        def meeting(_: Selection) -> Selection:
            embedding = loaded.embedding
            asked = parse_where(condition, embedding.columns)
            mask = asked.mask(embedding.rows, embedding.total)
            if index.filtered:
                mask = mask & (index.labels < index.label_count)
            return Selection.of_mask(mask)

        self._others(meeting, "no points meet it")

    def with_how(self, menu: Menu) -> Menu:
        """Return a menu that says what becomes of the selection."""
        marks = {How.ADD: "+", How.REMOVE: "−", How.COMMON: "&"}
        chosen = marks.get(self.how, "")
        keys = [replace(key, now=key.shown == chosen) for key in menu.keys]
        note = self.said if self._shows.model.selection else ""
        return replace(menu, title=WORDS[self.how], keys=keys, note=note)

    def invert(self) -> None:
        """Select all points that aren't selected, and no others."""
        self._change(Step(lambda now: ~now))

    def clear(self) -> None:
        """Select nothing."""
        self._change(Step(lambda now: Selection.none(now.size), "nothing is selected", quick=True))

    def undo(self) -> None:
        """Go back to the selection before."""
        self._change(Step(Way.BACK, "no earlier selection"))

    def redo(self) -> None:
        """Take the selection again that one has gone back from."""
        self._change(Step(Way.FORWARD, "no selection to go forward to: S u goes back"))

    def _view(self) -> None:
        view = self._shows.model.viewport
        self.region(Box.of_view(view), view, self.how, self._shows.model)

    def _label(self) -> None:
        model = self._shows.model
        label = self._legend.selected if self._legend.has_focus else None
        label = model.highlight if label is None else label
        if label is None and model.cursor is not None:
            label = int(model.index.labels[model.cursor])
        if label is None:
            self._shows.remark("no label: go to one of its points, or highlight it with t")
            return
        index = model.index
        self._others(lambda _: Selection.of_mask(index.labels == label), "no points of that label")

    def _filter(self) -> None:
        if self._shows.loaded.shown is None:
            self._shows.remark("there is no filter: w sets one, S w selects by a condition")
            return
        shown = self._shows.loaded.shown
        self._others(lambda _: Selection.of_mask(shown), "the filter shows no points")

    def _hits(self) -> None:
        model = self._shows.model
        hits = model.matches_in
        if not hits.size:
            self._shows.remark("no search: press / to find something")
            return
        self._others(lambda now: Selection.of_points(now.size, hits), "")

    def take_how(self) -> How:
        """Return what becomes of the selection with the points chosen next; then all is new."""
        how, self.how = self.how, How.NEW
        return how

    def _others(self, make: Make, nothing: str) -> None:
        """Choose other points, with the effect that was asked for."""
        how = self.take_how()

        def combined(now: Selection) -> Selection:
            return now.combined(make(now), how)

        self._change(Step(combined, nothing))

    # changes

    def _change(self, step: Step) -> None:
        self._steps.append(step)
        self._go_on()

    def _go_on(self) -> None:
        """Carry out the next change, unless one is under way."""
        while self._steps and not self._busy:
            step, model = self._steps.popleft(), self._shows.model
            if isinstance(step.make, Way):
                back = step.make is Way.BACK
                there = model.undo_selection() if back else model.redo_selection()
                self._show()
                if not there:
                    self._shows.remark(step.nothing)
            elif len(model.embedding) <= AT_ONCE or (
                step.quick and model.selection.count <= AT_ONCE
            ):
                self._done(step, step.make(model.selection))
            else:
                self._busy = True
                self._shows.remark("selecting …")
                make = partial(_made, self._screen, model, step, step.make, model.selection)
                self._screen.run_worker(make, thread=True, group="select")

    def take(self, selected: Selected) -> None:
        """Show a selection that was made in a worker."""
        self._busy = False
        model = self._shows.model
        # The same points may have got other labels meanwhile.
        if model.embedding.x is selected.model.embedding.x:
            if model.index is selected.model.index:
                self._painter.selected_index.use(model.index, selected.selection, selected.index)
            self._done(selected.step, selected.selection)
        self._go_on()

    def _done(self, step: Step, selection: Selection) -> None:
        model = self._shows.model
        before = model.selection
        model.select(selection)
        self._show()
        if model.selection is before and step.nothing and not selection:
            self._shows.remark(step.nothing)

    def _show(self) -> None:
        self._shows.draw()


def _made(screen: Screen[None], model: EmbedModel, step: Step, make: Make, now: Selection) -> None:
    """Make a selection and the index of its points, and send them."""
    selection = make(now)
    index = index_selected(model.index, selection)
    index.quick_frame(model.viewport, model.visible)
    screen.post_message(Selected(model, step, selection, index))
