"""The ways of pinned, selected and cursor's points through all epochs: found, kept, shown."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt
from textual.message import Message

from vizterm.embed.scatter.trails import Way
from vizterm.shell.background import LOADING_ERRORS
from vizterm.shell.keyed_screen import Actions
from vizterm_core.scatter.epochs import Epochs

if TYPE_CHECKING:
    from textual.screen import Screen

    from vizterm.embed.indexed import IndexedEmbedding
    from vizterm.embed.model import EmbedModel
    from vizterm.embed.scatter.painter import Painter

MOST_SELECTED = 12
"""Selected points up to which their ways are shown."""
_AT_ONCE = 1_000_000
"""Points of all epochs together up to which ways are found without a worker."""
_KEPT = 256
"""Ways that are kept."""


@dataclass
class WaysFound(Message):
    """The ways of some rows, from a worker."""

    epochs: Epochs
    rows: npt.NDArray[np.int64]
    ways: npt.NDArray[np.float64] | None
    """(rows, epochs, 2); None where an epoch can't be read."""


class ShowsTrails(Protocol):
    """The screen, as far as trails need it."""

    loaded: IndexedEmbedding
    model: EmbedModel

    def remark(self, text: str) -> None:
        """Show a short remark until something else happens."""


class TrailKeys:
    """Finds the ways of a few points, and has the painter draw them.

    Parameters
    ----------
    screen : Screen
        Is sent `WaysFound`, to be passed to `take`.
    shows : ShowsTrails
        The same screen.
    painter : Painter
    """

    def __init__(self, screen: Screen[None], shows: ShowsTrails, painter: Painter) -> None:
        self._screen, self._shows, self._painter = screen, shows, painter
        self._ways: OrderedDict[int, Way] = OrderedDict()
        self._epochs: Epochs | None = None
        self._looking = False
        self.shown = True
        painter.trails = self.trails

    def actions(self) -> Actions:
        """Return what these keys do, by the names in the table of actions."""
        return {"trails": self.toggle}

    def toggle(self) -> None:
        """Show the ways of points, or none."""
        if self._shows.loaded.embedding.epochs is None:
            self._shows.remark("there is one map only: points go no way")
            return
        self.shown = not self.shown
        self._painter.trails_changed()
        whose = "the cursor, the pin and up to a dozen selected points"
        self._shows.remark(f"the ways of {whose}" if self.shown else "no ways of points")

    def trails(self) -> list[tuple[int, Way]]:
        """Return points and their ways, as far as these are known; the cursor's is the first."""
        model, epochs = self._shows.model, self._shows.loaded.embedding.epochs
        if not self.shown or epochs is None or len(epochs) < 2:
            return []
        if epochs is not self._epochs:
            self._epochs, self._ways = epochs, OrderedDict()
        points = [point for point in (model.cursor, *model.pins) if point is not None]
        if 0 < model.selection.count <= MOST_SELECTED:
            points += model.selection.points().tolist()
        points = list(dict.fromkeys(points))
        rows = [model.embedding.row_of(point) for point in points]
        if missing := [row for row in rows if row not in self._ways]:
            self._find(epochs, np.array(missing, np.int64))
        return [
            (point, self._ways[row])
            for point, row in zip(points, rows, strict=True)
            if row in self._ways
        ]

    def take(self, found: WaysFound) -> None:
        """Show ways that a worker has found."""
        self._looking = False
        if found.epochs is self._epochs:
            self._keep(found)
        self._painter.trails_changed()

    def _find(self, epochs: Epochs, rows: npt.NDArray[np.int64]) -> None:
        if len(epochs) * self._shows.loaded.embedding.total <= _AT_ONCE:
            self._keep(_found(epochs, rows))
        elif not self._looking:
            self._looking = True
            work = partial(self._look, epochs, rows)
            self._screen.run_worker(work, thread=True, group="ways", description="ways")

    def _look(self, epochs: Epochs, rows: npt.NDArray[np.int64]) -> None:
        self._screen.post_message(_found(epochs, rows))

    def _keep(self, found: WaysFound) -> None:
        nowhere = np.full((len(found.epochs), 2), np.nan)
        for place, row in enumerate(found.rows.tolist()):
            self._ways[row] = nowhere if found.ways is None else found.ways[place]
        while len(self._ways) > _KEPT:
            self._ways.popitem(last=False)


def _found(epochs: Epochs, rows: npt.NDArray[np.int64]) -> WaysFound:
    try:
        return WaysFound(epochs, rows, epochs.ways(rows))
    except LOADING_ERRORS:
        return WaysFound(epochs, rows, None)
