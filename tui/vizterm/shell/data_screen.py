"""The base of all screens that show data."""

from __future__ import annotations

from functools import partial
from inspect import isawaitable
from typing import Generic

from textual import events, on

from vizterm.actions import KEY_NAMES, family
from vizterm.shell.background import Background
from vizterm.shell.choices import Choice
from vizterm.shell.keyed_screen import KeyedScreen
from vizterm.shell.palette import PaletteScreen
from vizterm.shell.reloading import Loaded, Reloading
from vizterm.terminal.facts import Terminal
from vizterm.widgets.key_menu import KeyMenu, Menu, MenuKey, Run


class DataScreen(KeyedScreen[None], Generic[Loaded]):
    """A screen built when its data are loaded, with help, palette and reloading.

    Keys that were typed earlier wait until the first picture is drawn; a subclass calls
    `let_keys_in` then.

    Parameters
    ----------
    source : Background
        Done; an error that it ended with is raised here.
    terminal : Terminal
    """

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


async def _carry_out(run: Run) -> None:
    """Run what a key does, to its end."""
    result = run()
    if isawaitable(result):
        await result
