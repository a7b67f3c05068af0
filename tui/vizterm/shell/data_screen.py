"""The base of all screens that show data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import ClassVar, Generic

from textual import getters

from vizterm.actions import Action
from vizterm.shell.app import VizApp
from vizterm.shell.background import Background
from vizterm.shell.help import HelpScreen
from vizterm.shell.palette import Command
from vizterm.shell.reloading import Loaded, Reloading
from vizterm.terminal.facts import Terminal
from vizterm.terminal.textual_private.app import SteadyScreen


class DataScreen(SteadyScreen[None], Generic[Loaded]):
    """A screen built when its data are loaded, with help, palette and reloading.

    Keys that were typed earlier wait until the first picture is drawn; a subclass calls
    `let_keys_in` then.

    Parameters
    ----------
    source : Background
        Done; an error that it ended with is raised here.
    terminal : Terminal
    """

    app = getters.app(VizApp)

    ACTIONS: ClassVar[Sequence[Action]] = ()
    """Everything that can be done."""
    MOUSE: ClassVar[Sequence[tuple[str, str]]] = ()
    """Mouse gestures and what they do, for the help."""

    def __init__(self, source: Background[Loaded], terminal: Terminal) -> None:
        super().__init__()
        self._terminal = terminal
        self._reloading = Reloading(self, source, self.replace, self.remark)
        self.awaits_data = True
        """Whether keys have to wait; see `VizApp`."""

    def replace(self, loaded: Loaded) -> None:
        """Show reloaded data in the same view as the old ones."""
        raise NotImplementedError

    def remark(self, text: str) -> None:
        """Show a short remark in the status line until something else happens."""
        raise NotImplementedError

    def on_mount(self) -> None:
        self._reloading.start()

    async def let_keys_in(self) -> None:
        """Deliver the keys that were typed meanwhile."""
        self.awaits_data = False
        await self.app.take_keys()

    def action_reload(self) -> None:
        self._reloading.reload()

    def action_help(self) -> None:
        self.app.push_screen(HelpScreen(self.ACTIONS, self.MOUSE))

    def palette_commands(self) -> Iterable[Command]:
        """Return the screen's entries of the palette."""
        for action in self.ACTIONS:
            if action.palette and action.where != "legend":
                run = partial(self.app.run_action, action.name, self)
                yield Command(action.text, action.group, action.shown_keys, run)
