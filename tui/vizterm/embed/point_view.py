"""The point that is looked at: found in the beginning, shown in the panel and in the legend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from textual.message import Message

from vizterm.embed.model import EmbedModel
from vizterm.embed.point_facts import PointFacts, short_facts
from vizterm.embed.scatter.painter import Painter
from vizterm.embed.search import SEARCHED_AT_ONCE
from vizterm.embed.side.legend import Legend
from vizterm.embed.side.panels import PanelLayout

if TYPE_CHECKING:
    from textual.screen import Screen


class ShowsPoint(Protocol):
    """The screen, as far as the view of a point needs it."""

    model: EmbedModel


@dataclass
class MiddleFound(Message):
    """The point to look at in the beginning."""

    model: EmbedModel
    point: int | None


class PointView:
    """Shows the model's cursor in the plot, its point in the panel, and its label in the legend.

    Parameters
    ----------
    shows : ShowsPoint
    painter : Painter
    panels : PanelLayout
    legend : Legend
    """

    def __init__(
        self, shows: ShowsPoint, painter: Painter, panels: PanelLayout, legend: Legend
    ) -> None:
        self._shows, self._painter = shows, painter
        self._panels, self._legend = panels, legend
        self._looked = False
        """Whether a point to begin with has been looked for."""

    def look_for_middle(self, screen: Screen[None], *, at_once: bool) -> None:
        """Begin with the point in the middle, unless a person is at a point already.

        Among many points it is looked for in a worker, when the index answers fast; `screen` is
        sent a `MiddleFound`, to be passed to `begin`.

        Parameters
        ----------
        at_once : bool
            Whether there is no frame yet: the time for few points.
        """
        model = self._shows.model
        few = len(model.embedding) <= SEARCHED_AT_ONCE
        # A card would hide a part of the plot before anybody has seen it.
        if self._looked or self._panels.narrow or model.cursor is not None or few != at_once:
            return
        if not model.index.sorted:
            # None would be found; the index says when it is.
            return
        self._looked = True
        if few:
            self.begin(MiddleFound(model, model.middle()))
        else:
            screen.run_worker(lambda: self._find(screen, model), thread=True, group="middle")

    @staticmethod
    def _find(screen: Screen[None], model: EmbedModel) -> None:
        screen.post_message(MiddleFound(model, model.middle()))

    def begin(self, found: MiddleFound) -> bool:
        """Put the cursor on the point to begin with; return whether it was not too late."""
        model = self._shows.model
        if found.model is not model or model.cursor is not None or found.point is None:
            return False
        model.begin_at(found.point)
        return True

    def show(self) -> None:
        """Show the cursor and the point under it; the frame stays."""
        model = self._shows.model
        self._painter.mark()
        pins = [facts for pin in model.pins if (facts := self.facts(pin)) is not None]
        self._panels.show(model, self.facts(model.cursor), pins)
        cursor, labels = model.cursor, model.embedding.labels
        self._legend.mark(None if cursor is None else int(labels.codes[cursor]))

    def facts(self, point: int | None) -> PointFacts | None:
        """Return what is known of a point."""
        if point is None:
            return None
        model = self._shows.model
        return PointFacts.of(
            model.embedding,
            point,
            self._painter.styles.bright,
            span=max(model.index.extent.width, model.index.extent.height),
            place=model.here_position + 1,
            crowd=int(model.here.size) if point == model.cursor else 1,
            pinned=point in model.pins,
            selected=point in model.selection,
        )

    @property
    def said(self) -> str:
        """The facts in one line, where there is no room for a panel; else empty."""
        facts = self.facts(self._shows.model.cursor) if self._panels.hidden else None
        labelled = len(self._shows.model.embedding.labels.names) > 1
        return "" if facts is None else short_facts(facts, labelled=labelled)
