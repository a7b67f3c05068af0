"""Looking for points: by label, name or index; and for labels in the legend."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on, work
from textual.message import Message
from textual.widget import Widget

from vizterm.embed.legend import Legend
from vizterm.embed.model import EmbedModel
from vizterm.embed.plot import ScatterPlot
from vizterm.embed.view import EmbedView
from vizterm.widgets.find_bar import FindBar, Finder
from vizterm_core.scatter.search import Found, find_points
from vizterm_core.scatter.viewport import Viewport

SEARCHED_AT_ONCE = 100_000
"""Points up to which a search takes no noticeable time."""


class EmbedSearch(EmbedView):
    """An embedding in which something can be looked for."""

    @dataclass
    class Searched(Message):
        """A worker has looked for something."""

        model: EmbedModel
        text: str
        found: Found
        final: bool

    def action_find(self) -> None:
        model = self._model
        if model is None:
            return
        self.query_one("#status").display = False
        finder = self._label_finder() if isinstance(self.focused, Legend) else self._point_finder()
        self.query_one(FindBar).open(finder)

    def _label_finder(self) -> Finder:
        legend = self.query_one(Legend)

        def close() -> None:
            legend.filter("")
            self._end_find(legend)

        return Finder(" labels with: ", legend.filter, lambda _: self._end_find(legend), close)

    def _point_finder(self) -> Finder:
        model = self._model
        assert model is not None
        cursor, viewport = model.cursor, model.viewport

        def enter(text: str) -> None:
            self._end_find()
            self._search(text, final=True)

        def close() -> None:
            self._end_find()
            self._go_back(model, cursor, viewport)

        prompt = " find label, name or #index: "
        return Finder(prompt, lambda text: self._search(text, final=False), enter, close)

    def _end_find(self, focus: Widget | None = None) -> None:
        self.query_one("#status").display = True
        self.set_focus(focus or self.query_one(ScatterPlot))

    def _go_back(self, model: EmbedModel, cursor: int | None, viewport: Viewport) -> None:
        """Undo what an unfinished search has shown."""
        if model is self._model:
            model.return_to(viewport, cursor)
            self._draw()

    def _search(self, text: str, *, final: bool) -> None:
        model = self._model
        assert model is not None
        if len(model.embedding) <= SEARCHED_AT_ONCE:
            self._searched(self.Searched(model, text, find_points(model.embedding, text), final))
        else:
            # What is typed behind it is for what it finds.
            self.awaits_data = final
            self._search_in_background(model, text, final)

    @work(thread=True, exclusive=True, group="search")
    def _search_in_background(self, model: EmbedModel, text: str, final: bool) -> None:
        self.post_message(self.Searched(model, text, find_points(model.embedding, text), final))

    @on(Searched)
    def _searched(self, event: Searched) -> None:
        model = event.model
        if event.final:
            self.call_later(self.let_keys_in)
        if model is not self._model:
            return
        view = model.viewport
        points = event.found.points
        if not model.find(points):
            if event.final and event.text.strip():
                self.remark(f"nothing found for “{event.text.strip()}”")
            return
        self._after_move(view)
        if event.final and points.size > 1:
            self.remark(f"{model.match_place} by {event.found.how} · n next · N previous")

    def action_next_match(self, step: int) -> None:
        if self._model is not None:
            view = self._model.viewport
            if self._model.next_match(step):
                self._after_move(view)
                self.remark(self._model.match_place)
            else:
                self.remark("nothing to go on with: / finds")
