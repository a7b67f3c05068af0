"""An input line that answers at once and holds no more than it can handle."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.widgets import Input
from typing_extensions import override

LONGEST = 10_000
"""Most characters that a prompt holds: the more there are, the longer each key takes."""


def _nothing() -> None:
    """Do nothing."""


class Prompt(Input):
    """A line of text to type into.

    It calls functions instead of sending messages, which keys typed after enter could overtake.

    Parameters
    ----------
    entered : callable
        Called with the text when enter is pressed.
    left : callable
        Called when something else takes the focus.
    full : callable
        Called when characters were dropped because the line is full.
    """

    def __init__(
        self,
        entered: Callable[[str], object],
        *,
        left: Callable[[], object] = _nothing,
        full: Callable[[], object] = _nothing,
        placeholder: str = "",
        id: str | None = None,
    ) -> None:
        super().__init__(
            placeholder=placeholder,
            compact=True,
            select_on_focus=False,
            max_length=LONGEST,
            id=id,
        )
        # Each blink would write the line again, and over some links that is seen.
        self.cursor_blink = False
        self._entered, self._left, self._full = entered, left, full

    @override
    async def action_submit(self) -> None:
        self._entered(self.value)

    def on_paste(self, event: events.Paste) -> None:
        """Insert as much of the first line as there is room for."""
        event.prevent_default()
        event.stop()
        line, *_ = event.text[: 2 * LONGEST].splitlines() or [""]
        start, end = sorted(self.selection)
        room = LONGEST - len(self.value) + end - start
        self.replace(line[:room], start, end)
        if len(line) > room:
            self._full()

    @override
    def restricted(self) -> None:
        self._full()

    def on_blur(self) -> None:
        self._left()
