"""Looking for points by label, name or index, and for labels in the legend."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

from textual.message import Message

from vizterm.embed.legend import Legend
from vizterm.embed.model import EmbedModel
from vizterm.embed.plot import ScatterPlot
from vizterm.widgets.find_bar import FindBar, Finder
from vizterm_core.scatter.search import Found, find_points
from vizterm_core.scatter.viewport import Viewport

if TYPE_CHECKING:
    from textual.screen import Screen
    from textual.widget import Widget

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
    find_bar, legend, plot, status : Widget
    """

    def __init__(
        self,
        screen: Screen[None],
        shows: ShowsPoints,
        *,
        find_bar: FindBar,
        legend: Legend,
        plot: ScatterPlot,
        status: Widget,
    ) -> None:
        self._screen, self._shows = screen, shows
        self._find_bar, self._status = find_bar, status
        self._legend, self._plot = legend, plot
        self.running = False
        """Whether keys wait for the outcome of a search."""

    def open(self) -> None:
        """Ask for a text: for labels while the legend has the focus, else for points."""
        self._status.display = False
        in_legend = self._screen.focused is self._legend
        self._find_bar.open(self._label_finder() if in_legend else self._point_finder())

    def _label_finder(self) -> Finder:
        legend = self._legend

        def close() -> None:
            legend.filter("")
            self._close(legend)

        return Finder(" labels with: ", legend.filter, lambda _: self._close(legend), close)

    def _point_finder(self) -> Finder:
        model = self._shows.model
        cursor, viewport = model.cursor, model.viewport

        def enter(text: str) -> None:
            self._close(self._plot)
            self._search(text, final=True)

        def close() -> None:
            self._close(self._plot)
            self._undo(model, cursor, viewport)

        prompt = " find label, name or #index: "
        return Finder(prompt, lambda text: self._search(text, final=False), enter, close)

    def _close(self, focus: Widget) -> None:
        self._status.display = True
        self._screen.set_focus(focus)

    def _undo(self, model: EmbedModel, cursor: int | None, viewport: Viewport) -> None:
        """Take back what a cancelled search has shown."""
        if model is self._shows.model:
            model.return_to(viewport, cursor)
            self._shows.draw()

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
        view = model.viewport
        points = searched.found.points
        if not model.find(points):
            if searched.final and searched.text.strip():
                shows.remark(f"nothing found for “{searched.text.strip()}”")
            return
        shows.after_move(view)
        if searched.final and points.size > 1:
            shows.remark(f"{model.match_place} by {searched.found.how} · n next · N previous")

    def next_match(self, step: int) -> None:
        """Go to the next match (1) or the previous one (-1)."""
        model = self._shows.model
        view = model.viewport
        if model.next_match(step):
            self._shows.after_move(view)
            self._shows.remark(model.match_place)
        else:
            self._shows.remark("no search to repeat: press / to find something")
