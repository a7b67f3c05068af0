"""An app on paper that does what a strategy says, and comes to rest after each action."""

import asyncio
import os
import time
import unicodedata
from contextlib import asynccontextmanager

from hypothesis import HealthCheck, Phase, settings
from tests.support.paper import on_paper
from tests.support.strategies import Key, Mouse
from textual import events
from textual.keys import REPLACED_KEYS, _character_to_key, _get_unicode_name_from_key

ROUNDS = 5
"""Turns in which an action has its effect: a key climbs from a widget to the app, and back."""
PATIENCE = 30.0
"""Seconds for what workers do; only a failure takes so long."""

EXAMPLES = int(os.environ.get("VIZTERM_EXAMPLES", "0"))


def law(in_suite):
    """So many examples in the suite, always the same; where it is set, VIZTERM_EXAMPLES others."""
    return settings(
        max_examples=EXAMPLES or in_suite,
        derandomize=not EXAMPLES,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        print_blob=True,
        report_multiple_bugs=False,
        # Shrinking would start an app for every try: minutes.
        phases=[Phase.explicit, Phase.generate],
    )


def key_event(name):
    """Return the event that the driver makes of a key."""
    if len(name) == 1:
        return events.Key(_character_to_key(name), name)
    try:
        character = unicodedata.lookup(_get_unicode_name_from_key(REPLACED_KEYS.get(name, name)))
    except KeyError:
        character = None
    return events.Key(name, character)


class Session:
    """A person at the terminal."""

    def __init__(self, app, pilot):
        self.app, self.pilot = app, pilot

    @property
    def paper(self):
        return self.app._driver.paper

    @property
    def over(self):
        """Whether the app was left, or failed."""
        return not self.app.is_running or self.app._exception is not None

    async def act(self, action):
        """Do one thing, and let it have its effect."""
        if isinstance(action, Key):
            self.app.post_message(key_event(action.name))
        elif isinstance(action, Mouse):
            self._move_mouse(action)
        elif (action.width, action.height) != (self.paper.width, self.paper.height):
            self.paper.resize(action.width, action.height)
            await self.pilot.resize_terminal(action.width, action.height)
            # By frames that were under way.
            self.paper.overran = False
        for _ in range(ROUNDS):
            await self.pilot.pause(0)

    def _move_mouse(self, action):
        width, height = self.paper.width, self.paper.height
        x, y = round(action.x * (width - 1)), round(action.y * (height - 1))
        kinds = {
            "move": [(events.MouseMove, 0)],
            "down": [(events.MouseDown, 1)],
            "up": [(events.MouseUp, 1)],
            "click": [(events.MouseMove, 0), (events.MouseDown, 1), (events.MouseUp, 1)],
            "wheel up": [(events.MouseScrollUp, 0)],
            "wheel down": [(events.MouseScrollDown, 0)],
        }
        for kind, button in kinds[action.what]:
            self.app.post_message(kind(None, x, y, 0, 0, button, False, False, False, x, y))

    async def comes_true(self, check):
        """Wait until a check passes: workers may still be at it."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return check()
            except AssertionError:
                if self.over:
                    return None
                if time.monotonic() > end:
                    raise
            await self.pilot.pause()


@asynccontextmanager
async def session(app, size):
    async with on_paper(app).run_test(size=size, headless=False) as pilot:
        yield Session(app, pilot)


def play(app, size, actions, check):
    """Run an app through actions; `check(session, action)` returns what must hold after each."""

    async def story():
        async with session(app, size) as person:
            for number, action in enumerate((None, *actions)):
                if action is not None:
                    await person.act(action)
                if person.over:
                    break
                try:
                    await person.comes_true(lambda action=action: check(person, action))
                except AssertionError as error:
                    error.add_note(f"after action {number}, {action}")
                    raise

    asyncio.run(story())
