"""The screen that is shown while data are being loaded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from textual import getters
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Label
from typing_extensions import override

from vizterm.actions import COMMON_ACTIONS, Action, bindings
from vizterm.shell.app import VizApp
from vizterm.shell.background import LOADING_ERRORS, Background
from vizterm.shell.help import HelpScreen
from vizterm.terminal.textual_private.app import SteadyScreen
from vizterm.terminal.textual_private.timers import once

_PATIENCE = 0.5
"""Seconds after which a message says that the data are being loaded."""


class WaitingScreen(SteadyScreen[None]):
    """Waits for data, says so if it takes long, and leaves the app if they can't be loaded.

    Parameters
    ----------
    source : Background
    build : callable
        Builds the screen to make way for, when the source is done.
    actions, mouse : sequence
        For the help, as of `DataScreen`.
    """

    app = getters.app(VizApp)

    BINDINGS = bindings(COMMON_ACTIONS, "screen")

    def __init__(
        self,
        source: Background[Any],
        build: Callable[[], Screen[None]],
        actions: Sequence[Action],
        mouse: Sequence[tuple[str, str]],
    ) -> None:
        super().__init__()
        self._source, self._build = source, build
        self._actions, self._mouse = actions, mouse
        self._arrived = self._left = False
        self.awaits_data = True
        """Whether keys have to wait; see `VizApp`."""

    @override
    def compose(self) -> ComposeResult:
        yield Label("", id="waiting", markup=False)

    def on_mount(self) -> None:
        once(self, _PATIENCE, self._say_loading)
        self.run_worker(self._wait, thread=True, group="load")
        # A key to leave by may have been typed before there was a screen.
        self.call_later(self.app.take_keys)

    def _say_loading(self) -> None:
        self.query_one("#waiting", Label).update("loading …   q to leave")

    def _wait(self) -> None:
        self._source.wait(1e9)
        self.app.call_from_thread(self._make_way)

    def on_screen_resume(self) -> None:
        # The help was closed; the data may have come meanwhile.
        if self._arrived:
            self._make_way()

    def _make_way(self) -> None:
        self._arrived = True
        if self._left or self.app.screen is not self:
            return
        self._left = True
        try:
            self.app.push_screen(self._build())
        except LOADING_ERRORS as error:
            self.app.fail(error)

    def action_help(self) -> None:
        self.app.push_screen(HelpScreen(self._actions, self._mouse, self.app.look))
