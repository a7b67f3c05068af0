"""The base of screens whose keys come from the table: help, palette, clicks on the status bar."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import ClassVar, Generic

from textual import getters, on
from textual.screen import ScreenResultType

from vizterm.actions import Action
from vizterm.shell.app import VizApp
from vizterm.shell.help import HelpScreen
from vizterm.shell.palette import Command
from vizterm.terminal.textual_private.app import SteadyScreen
from vizterm.widgets.status_bar import StatusBar

Actions = Mapping[str, Callable[..., object]]
"""What carries out actions, by their names in the table, without arguments."""


class KeyedScreen(SteadyScreen[ScreenResultType], Generic[ScreenResultType]):
    """The base of all screens with actions of their own."""

    app = getters.app(VizApp)

    ACTIONS: ClassVar[Sequence[Action]] = ()
    """Everything that can be done."""
    MOUSE: ClassVar[Sequence[tuple[str, str]]] = ()
    """Mouse gestures and what they do, for the help."""

    def carry_out(self, actions: Actions) -> None:
        """Have actions carried out by what the screen holds, as methods of its own would."""
        for name, do in actions.items():
            setattr(self, f"action_{name}", do)

    @on(StatusBar.Clicked)
    async def _chip_clicked(self, event: StatusBar.Clicked) -> None:
        # What a key would do: the focused widget has its own actions.
        name = event.action.partition("(")[0]
        focused = self.focused
        own = focused is not None and hasattr(focused, f"action_{name}")
        await self.app.run_action(event.action, focused if own and focused else self)

    def current_values(self) -> Mapping[str, str]:
        """Return the values that keys change now, by action, for the palette."""
        return {}

    def action_help(self) -> None:
        self.app.push_screen(HelpScreen(self.ACTIONS, self.MOUSE, self.app.look))

    def palette_commands(self) -> Iterable[Command]:
        """Return the screen's entries of the palette."""
        values = self.current_values()
        for action in self.ACTIONS:
            if action.palette and action.where != "legend":
                run = partial(self.app.run_action, action.name, self)
                value = values.get(action.name.partition("(")[0], "")
                yield Command(action.text, action.group, action.shown_keys, run, value)
