"""How many points a region holds, counted in a worker while the region is being made."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from textual.message import Message

from vizterm.terminal.textual_private.timers import once
from vizterm_core.scatter.index import PointIndex
from vizterm_core.scatter.regions import Region
from vizterm_core.scatter.viewport import Viewport

if TYPE_CHECKING:
    from textual.screen import Screen
    from textual.timer import Timer

_LONGEST_PAUSE = 0.25
"""Seconds from one count to the next, at most; else as long as the last one took."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Points that are to be counted."""

    index: PointIndex
    viewport: Viewport
    region: Region
    visible: npt.NDArray[np.bool_]


@dataclass
class RegionCounted(Message):
    """The points of a region, counted by a worker."""

    counts: npt.NDArray[np.int64]
    """(labels,)"""
    took: float
    """Seconds."""
    turn: int
    """Which region it is of."""


class RegionCount:
    """Counts what is asked for last; one count at a time, with pauses that frames can use.

    Parameters
    ----------
    screen : Screen
        Runs the workers, and is sent `RegionCounted`, to be passed to `take`.
    """

    def __init__(self, screen: Screen[None]) -> None:
        self._screen = screen
        self._asked: Callable[[], Asked | None] | None = None
        self._busy, self._turn = False, 0
        self._rest: Timer | None = None
        self.counts: npt.NDArray[np.int64] | None = None
        """(labels,) the latest ones; None before the first."""

    def ask(self, asked: Callable[[], Asked | None]) -> None:
        """Count what a callable returns when there is time for it; None is nothing."""
        self._asked = asked
        self._go_on()

    def forget(self) -> None:
        """Count no more."""
        self._asked = self.counts = None
        self._turn += 1

    def take(self, counted: RegionCounted) -> None:
        """Keep a result, if it is still wanted, and go on with what was asked for meanwhile."""
        if self._rest is not None:
            self._rest.stop()
        pause = min(counted.took, _LONGEST_PAUSE)
        self._rest = once(self._screen, max(pause, 0.001), self._rested)
        if counted.turn == self._turn:
            self.counts = counted.counts

    def _rested(self) -> None:
        self._busy = False
        self._go_on()

    def _go_on(self) -> None:
        if self._busy or self._asked is None:
            return
        make, self._asked = self._asked, None
        asked = make()
        if asked is None:
            self.counts = None
            return
        self._busy = True
        work = partial(_count, self._screen, asked, self._turn)
        self._screen.run_worker(work, thread=True, group="count")


def _count(screen: Screen[None], asked: Asked, turn: int) -> None:
    begun = time.perf_counter()
    counts = asked.index.counts_inside(asked.viewport, asked.region, asked.visible)
    screen.post_message(RegionCounted(counts, time.perf_counter() - begun, turn))
