"""Looking for points by label, name or index, and for labels in the legend.

While one types, the cursor shows what is found among the points that are shown; hidden labels stay
hidden.  Only going to a hidden point, by enter or from match to match, shows its label again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt
from textual.message import Message

from vizterm.cells.text import cut_name
from vizterm.embed.model import EmbedModel
from vizterm.embed.side.legend import Legend
from vizterm.shell.keyed_screen import Actions
from vizterm.widgets.find_bar import FindBar, Finder
from vizterm_core.scatter.search import Found, find_points
from vizterm_core.scatter.viewport import Viewport

if TYPE_CHECKING:
    from textual.screen import Screen

_SHOWN = 32
"""Cells of a text in a remark."""
SEARCHED_AT_ONCE = 100_000
"""Points up to which a search takes no noticeable time."""


@dataclass
class Searched(Message):
    """The outcome of a search."""

    model: EmbedModel
    text: str
    found: Found
    final: bool
    """Whether enter was pressed; else the text is still being typed."""


@dataclass(frozen=True, slots=True)
class Start:
    """What was shown when a search began."""

    model: EmbedModel
    viewport: Viewport
    cursor: int | None
    visible: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, model: EmbedModel) -> Start:
        """Return what is shown now."""
        return cls(model, model.viewport, model.cursor, model.visible.copy())

    def restore(self) -> None:
        """Show it again; labels that are hidden or shown now stay so."""
        self.model.return_to(self.viewport, self.cursor)


class ShowsPoints(Protocol):
    """The screen, as far as a search needs it."""

    model: EmbedModel
    awaits_data: bool

    async def let_keys_in(self) -> None:
        """Carry out the keys that were typed meanwhile."""

    def draw(self) -> None:
        """Show the model as it is now."""

    def after_move(self, view: Viewport) -> None:
        """Show the model after its cursor has moved; `view` was in view before."""

    def remark(self, text: str) -> None:
        """Show a short remark until something else happens."""


class Search:
    """Opens the find bar, searches while one types, and goes from match to match.

    Parameters
    ----------
    screen : Screen
        Runs the workers, and is sent `Searched`, to be passed to `take`.
    shows : ShowsPoints
        The same screen.
    find_bar, legend : Widget
    """

    def __init__(
        self,
        screen: Screen[None],
        shows: ShowsPoints,
        *,
        find_bar: FindBar,
        legend: Legend,
    ) -> None:
        self._screen, self._shows = screen, shows
        self._find_bar, self._legend = find_bar, legend
        self.running = False
        """Whether keys wait for the outcome of a search."""
        self._start: Start | None = None
        """Set while the find bar is open for points."""
        self._before: Start | None = None
        """What was shown before labels were shown again, and after that."""
        self._after: Start | None = None

    def actions(self) -> Actions:
        """Return what these keys do, by the names in the table of actions."""
        return {
            "find": self.open,
            "next_match": self.next_match,
        }

    def open(self) -> None:
        """Ask for a text: for labels while the legend has the focus, else for points."""
        in_legend = self._screen.focused is self._legend
        self._find_bar.open(self._label_finder() if in_legend else self._point_finder())

    def _label_finder(self) -> Finder:
        legend = self._legend

        def keep(_: str) -> None:
            """Leave the labels that were found."""

        def close() -> None:
            legend.filter("")

        return Finder(" labels with: ", legend.filter, keep, close)

    def _point_finder(self) -> Finder:
        start = self._start = Start.of(self._shows.model)

        def enter(text: str) -> None:
            self._start = None
            self._search(text, final=True)

        def close() -> None:
            self._start = None
            if start.model is self._shows.model:
                start.restore()
                self._shows.draw()

        prompt = " find label, name or #index: "
        return Finder(prompt, lambda text: self._search(text, final=False), enter, close)

    def _search(self, text: str, *, final: bool) -> None:
        model = self._shows.model
        if len(model.embedding) <= SEARCHED_AT_ONCE:
            self.take(Searched(model, text, find_points(model.embedding, text), final))
            return
        # Keys typed behind it are for what it finds.
        self._shows.awaits_data = self.running = final
        find = partial(self._find, model, text, final=final)
        self._screen.run_worker(find, thread=True, exclusive=True, group="search")

    def _find(self, model: EmbedModel, text: str, *, final: bool) -> None:
        found = find_points(model.embedding, text)
        self._screen.post_message(Searched(model, text, found, final))

    def take(self, searched: Searched) -> None:
        """Show the outcome of a search, unless other data are shown by now."""
        shows, model = self._shows, searched.model
        if searched.final:
            self.running = False
            self._screen.call_later(shows.let_keys_in)
        if model is not shows.model:
            return
        searched = _without_left_out(searched)
        if searched.final:
            self._land(model, searched)
        elif self._start is not None and self._start.model is model:
            self._preview(self._start, searched)

    def _preview(self, start: Start, searched: Searched) -> None:
        """Show the nearest match among the points that are shown."""
        model, found = start.model, searched.found
        view = model.viewport
        point = model.nearest_shown(found.points, start.cursor)
        if point is None:
            start.restore()
        else:
            model.go_to(point)
        self._shows.after_move(view)
        self._find_bar.say(_noted(searched, all_hidden=point is None))

    def _land(self, model: EmbedModel, searched: Searched) -> None:
        """Go to the first match: to one that is shown, if there is any."""
        found, start = searched.found, Start.of(model)
        text = searched.text.strip()
        model.matches = found.points
        point = model.nearest_shown(found.points, model.cursor)
        if point is not None:
            model.go_to(point)
        elif not model.next_match(0):
            if text:
                self._shows.remark(found.why or f"nothing found for “{cut_name(text, _SHOWN)}”")
            return
        again = self._shown_again(start)
        self._shows.after_move(start.viewport)
        self._remark(*_told(text, found, model.match_place), again)

    def next_match(self, step: int) -> None:
        """Go to the next match (1) or the previous one (-1)."""
        model = self._shows.model
        start = Start.of(model)
        if model.next_match(step):
            again = self._shown_again(start)
            self._shows.after_move(start.viewport)
            self._remark(model.match_place, again)
        else:
            self._shows.remark("no search to repeat: press / to find something")

    def _remark(self, *parts: str) -> None:
        if text := " · ".join(filter(None, parts)):
            self._shows.remark(text)

    def _shown_again(self, start: Start) -> str:
        """Return which label going to a point has shown again; remember what was before."""
        model = start.model
        labels = np.flatnonzero(model.visible & ~start.visible)
        if labels.size:
            self._before = self._before if self._can_take_back(start) else start
            self._after = Start.of(model)
            name = cut_name(model.embedding.labels.names[int(labels[0])], _SHOWN)
            return f"label {name} is shown again · esc hides it"
        if self._can_take_back(start):
            self._after = Start.of(model)
        return ""

    def _can_take_back(self, now: Start) -> bool:
        """Whether nothing else has happened since a label was shown again."""
        after = self._after
        return (
            after is not None
            and after.model is now.model
            and after.cursor == now.cursor
            and np.array_equal(after.visible, now.visible)
        )

    def take_back(self) -> bool:
        """Hide the labels again that going to a match has shown; return whether there was one."""
        model = self._shows.model
        before = self._before if self._can_take_back(Start.of(model)) else None
        self._before = self._after = None
        if before is None:
            return False
        view, shown = model.viewport, int((model.visible & ~before.visible).sum())
        model.visible = before.visible.copy()
        before.restore()
        self._shows.after_move(view)
        self._shows.remark(f"{shown:,} {'label is' if shown == 1 else 'labels are'} hidden again")
        return True


def _without_left_out(searched: Searched) -> Searched:
    """Return what was found among the points that no filter leaves out."""
    found, model = searched.found, searched.model
    points = model.index.among(found.points)
    why = found.why
    if found.points.size and not points.size:
        why = f"{found.points.size:,} found, but the filter leaves them out: w changes it"
    return replace(searched, found=replace(found, points=points, why=why))


def _noted(searched: Searched, *, all_hidden: bool) -> str:
    """Return what is said while a text is typed."""
    count = int(searched.found.points.size)
    if not searched.text.strip():
        return ""
    if not count:
        return searched.found.why or "nothing found"
    if all_hidden:
        one = count == 1
        return (
            f"{count:,} found, {'hidden: enter shows it' if one else 'all hidden: enter shows one'}"
        )
    return f"{count:,} found"


def _told(text: str, found: Found, place: str) -> tuple[str, ...]:
    """Return what is said of what was found."""
    plain = not text.startswith("#") and text.isdecimal()
    if found.how == "index" and plain:
        return (f"no label or name has “{text}”: this is the point at index {int(text):,}",)
    other = f"#{text} goes to that index" if plain else ""
    if found.points.size > 1:
        return f"{place} by {found.how}", "n next", "N previous", other
    return (other,)
