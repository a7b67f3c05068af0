"""Points that move from their places in one map to those in another: a sample, for a moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from vizterm.terminal.textual_private.timers import once
from vizterm_core.scatter.grid import Codes
from vizterm_core.scatter.index import PointIndex
from vizterm_core.scatter.moved import same_rows

if TYPE_CHECKING:
    from textual.screen import Screen

    from vizterm.embed.model import EmbedModel
    from vizterm.embed.scatter.painter import Painter

SECONDS = 0.4
MOST = 20_000
"""Points that are seen moving."""
_PAUSE = 0.02
"""Seconds between two frames, beside what they take."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """Where points come from and go to, in the coordinates of the map that they go to."""

    x: tuple[Floats, Floats]
    y: tuple[Floats, Floats]
    labels: Codes
    label_count: int

    @classmethod
    def between(cls, older: EmbedModel, newer: EmbedModel, most: int = MOST) -> Ways | None:
        """Return the ways of visible points; None if there are none.

        A point starts at the place on the screen where it was.
        """
        first, second = _same_points(older, newer, most)
        index = newer.index
        shown = newer.visible[np.minimum(index.labels[second], index.label_count - 1)]
        shown &= index.labels[second] < index.label_count
        first, second = first[shown], second[shown]
        if not second.size:
            return None
        before, now = older.viewport, newer.viewport
        columns = (older.index.x[first] - before.left) * before.x_scale
        rows = (before.top - older.index.y[first]) * before.y_scale
        return cls(
            (_single(now.left + columns / now.x_scale), _single(index.x[second])),
            (_single(now.top - rows / now.y_scale), _single(index.y[second])),
            index.labels[second],
            index.label_count,
        )

    def at(self, share: float) -> PointIndex:
        """Return the points on their way: 0 at the start, 1 at the end."""
        eased = np.float32(share * share * (3 - 2 * share))
        x, y = (start + (end - start) * eased for start, end in (self.x, self.y))
        return PointIndex(x, y, self.labels, self.label_count, tables=False)


def _single(values: npt.NDArray[np.floating]) -> Floats:
    return np.ascontiguousarray(values, np.float32)


def _same_points(
    older: EmbedModel, newer: EmbedModel, most: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return points of both models that stand for the same rows, a sample of them."""
    one, other = older.embedding, newer.embedding
    step = max(1, -(-len(other) // most))
    second = np.arange(0, len(other), step)
    if same_rows(one.rows, other.rows):
        return second, second
    rows = second if other.rows is None else other.rows[second]
    if one.rows is None:
        return rows, second
    places = np.minimum(np.searchsorted(one.rows, rows), max(0, one.rows.size - 1))
    both = one.rows[places] == rows if one.rows.size else np.zeros(rows.size, bool)
    return places[both], second[both]


class Tween:
    """Shows points moving from one map to another.

    Parameters
    ----------
    screen : Screen
        Has the timers.
    painter : Painter
    """

    def __init__(self, screen: Screen[None], painter: Painter) -> None:
        self._screen, self._painter = screen, painter

    def begin(self, older: EmbedModel, newer: EmbedModel, arrived: Callable[[], object]) -> bool:
        """Begin to show points on their way; whether they are shown.

        Whatever is drawn meanwhile ends it.

        Parameters
        ----------
        older : EmbedModel
        newer : EmbedModel
            That the painter draws by now.
        arrived : callable
            Draws what there is at the end.
        """
        if not self._painter.shows_motion:
            return False
        ways = Ways.between(older, newer)
        if ways is None:
            return False
        begun, ticket = monotonic(), self._painter.ticket

        def step() -> None:
            if self._painter.ticket != ticket:
                return
            share = (monotonic() - begun) / SECONDS
            if share >= 1:
                arrived()
                return
            self._painter.between(ways.at(share))
            once(self._screen, _PAUSE, step)

        step()
        return True
