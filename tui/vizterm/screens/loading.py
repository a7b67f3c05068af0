"""A screen whose data come from a thread."""

from __future__ import annotations

from typing import Generic, TypeVar

from textual import work
from textual.screen import Screen

from vizterm.background import Background
from vizterm.graphics.terminal import Terminal
from vizterm.widgets.plane import Plane
from vizterm_core.errors import VizError

Source = TypeVar("Source")

_AT_ONCE = 0.05
"""Seconds that the first paint waits for the data."""
_PATIENCE = 0.5
"""Seconds after which it is said that they are still being loaded."""


class LoadingScreen(Screen[None], Generic[Source]):
    """Waits for its data, says so if it takes long, and leaves if they can't be had."""

    def __init__(self, source: Background[Source], terminal: Terminal) -> None:
        super().__init__()
        self._source = source
        self._terminal = terminal
        self._loaded = False

    def start(self, loaded: Source) -> None:
        """Show what was loaded."""
        raise NotImplementedError

    def begin_loading(self) -> None:
        """Call `start` as soon as the data are there."""
        if self._source.wait(_AT_ONCE):
            self._take_source()
        else:
            self.set_timer(_PATIENCE, self._say_loading)
            self._wait_for_source()

    def _say_loading(self) -> None:
        if not self._loaded:
            self.query_one(Plane).say("loading …   q to leave")

    @work(thread=True)
    def _wait_for_source(self) -> None:
        self._source.wait(1e9)
        self.app.call_from_thread(self._take_source)

    def _take_source(self) -> None:
        try:
            loaded = self._source.result()
        except (VizError, OSError, MemoryError) as error:
            self.app.fail(error)  # type: ignore[attr-defined]
            return
        self._loaded = True
        self.start(loaded)
