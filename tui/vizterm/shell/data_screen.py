"""The base of all screens that show data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from inspect import isawaitable
from typing import ClassVar, Generic

from textual import events, getters, on

from vizterm.actions import KEY_NAMES, Action, family
from vizterm.shell.app import VizApp
from vizterm.shell.background import Background
from vizterm.shell.choices import Choice
from vizterm.shell.help import HelpScreen
from vizterm.shell.palette import Command, PaletteScreen
from vizterm.shell.reloading import Loaded, Reloading
from vizterm.terminal.facts import Terminal
from vizterm.terminal.textual_private.app import SteadyScreen
from vizterm.widgets.key_menu import KeyMenu, Menu, MenuKey, Run
from vizterm.widgets.status_bar import StatusBar


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

    def replace(self, loaded: Loaded) -> str | None:
        """Show reloaded data in the same view as the old ones; return what there is to say."""
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

    @on(StatusBar.Clicked)
    async def _chip_clicked(self, event: StatusBar.Clicked) -> None:
        # What a key would do: the focused widget has its own actions.
        name = event.action.partition("(")[0]
        focused = self.focused
        own = focused is not None and hasattr(focused, f"action_{name}")
        await self.app.run_action(event.action, focused if own and focused else self)

    def choice(self, what: str) -> Choice | None:
        """Return the names to choose from for a part of the look; None if there are none now."""
        del what
        return None

    def action_choose(self, what: str) -> None:
        """Open the menu of a chip."""
        if (choice := self.choice(what)) is not None:
            self.app.push_screen(
                PaletteScreen(choice.commands(), self.app.look, choice.title, "enter chooses")
            )

    def current_values(self) -> Mapping[str, str]:
        """Return the values that keys change now, by action, for the palette."""
        return {}

    # families of keys

    def key_menu_of(self, letter: str) -> Menu:
        """Return the keys that follow a letter, from the table of actions."""
        keys = [
            MenuKey(
                " ".join(KEY_NAMES.get(key, key) for key in action.keys),
                action.text,
                dict.fromkeys(action.keys, partial(self.app.run_action, action.name, self)),
            )
            for action in family(self.ACTIONS, letter)
        ]
        return Menu(letter, keys)

    def action_menu(self, letter: str) -> None:
        """Show the keys that follow a letter."""
        self.query_one(KeyMenu).open(self.key_menu_of(letter))

    async def on_key(self, event: events.Key) -> None:
        # Keys pass here after the focused widget, and before the bindings.
        for menu in self.query(KeyMenu):
            run = menu.take(event.key)
            if run is not None:
                event.stop()
                event.prevent_default()
                await _carry_out(run)

    @on(KeyMenu.Picked)
    async def _key_picked(self, event: KeyMenu.Picked) -> None:
        await _carry_out(event.run)

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


async def _carry_out(run: Run) -> None:
    """Run what a key does, to its end."""
    result = run()
    if isawaitable(result):
        await result
