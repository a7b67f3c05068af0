"""The Textual app: theme, styles, and how frames reach the terminal."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable

from rich.console import RenderableType
from textual import events
from textual.app import App, SystemCommand
from textual.screen import Screen

from vizterm.graphics.terminal import Terminal
from vizterm.textual_private import tight

KEY_PATIENCE = 0.25
"""Seconds that a key may keep the next one waiting."""


class VizApp(App[int | None]):
    """Shows one screen until it is left.

    Parameters
    ----------
    first_screen : Screen
    terminal : Terminal
        What is known of the terminal.
    """

    CSS_PATH = "vizterm.tcss"
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "ctrl+p"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]

    def __init__(self, first_screen: Screen[None], terminal: Terminal) -> None:
        super().__init__()
        # Native colours leave the terminal's own background and text colour as they are.  Set
        # before anything is styled; `Terminal.tell_textual` makes it the default already.
        self.theme = terminal.theme
        self.terminal = terminal
        self._first_screen = first_screen
        self.failure: Exception | None = None
        """Why the app ended, if it could not go on."""

    def get_default_screen(self) -> Screen[None]:
        return self._first_screen

    def _print_error_renderables(self) -> None:
        # A traceback with the values of variables is nothing for a screen: `crash_report` logs it.
        self._exit_renderables.clear()

    async def on_event(self, event: events.Event) -> None:
        if not isinstance(event, events.Key):
            await super().on_event(event)
            return
        # Keys come faster than widgets take them.  One that moves the focus must have done so
        # before the next is handed out, or what is typed after "/" would be commands.
        target = self.focused or self.screen
        await super().on_event(event)
        taken = asyncio.Event()
        if target.call_later(taken.set):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(taken.wait(), KEY_PATIENCE)

    def fail(self, error: Exception) -> None:
        """Leave, and let the caller say why."""
        self.failure = error
        self.exit(None)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """What the command palette offers: the screen's own actions."""
        commands = getattr(screen, "palette_commands", None)
        if commands is not None:
            yield from commands()
        yield SystemCommand("quit", "leave vizterm", self.action_quit)

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        super()._display(screen, tight(renderable))
