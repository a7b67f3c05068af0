"""The line in which text to search for is typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.widgets import Input, Label
from typing_extensions import override


@dataclass(frozen=True, slots=True)
class Finder:
    """Callbacks for what is typed, and the prompt in front of it."""

    prompt: str
    typed: Callable[[str], object]
    """Called with the text so far, after each change."""
    entered: Callable[[str], None]
    """Called with the text when enter is pressed."""
    closed: Callable[[], None]
    """Called when escape is pressed."""


LONGEST = 10_000
"""Most characters that a prompt holds: the more there are, the longer each key takes."""


class _Field(Input):
    """An input that submits at once: a message would let keys typed after enter overtake it."""

    @override
    async def action_submit(self) -> None:
        bar = self.parent
        assert isinstance(bar, FindBar)
        bar.submit(self.value)

    def on_paste(self, event: events.Paste) -> None:
        """Insert as much of the first line as fits."""
        event.prevent_default()
        event.stop()
        line, *_ = event.text[: 2 * LONGEST].splitlines() or [""]
        start, end = sorted(self.selection)
        room = LONGEST - len(self.value) + end - start
        self.replace(line[:room], start, end)
        if len(line) > room:
            self.restricted()

    @override
    def restricted(self) -> None:
        bar = self.parent
        assert isinstance(bar, FindBar)
        bar.say_full()

    def on_blur(self) -> None:
        bar = self.parent
        assert isinstance(bar, FindBar)
        bar.action_close()


class FindBar(Horizontal):
    """A prompt and an input; hidden until opened."""

    BINDINGS = [Binding("escape", "close", "back", show=False)]

    _finder: Finder | None = None

    @override
    def compose(self) -> ComposeResult:
        yield Label("", id="find-prompt", markup=False)
        yield _Field(compact=True, select_on_focus=False, max_length=LONGEST, id="find-input")

    def open(self, finder: Finder) -> None:
        """Show the bar, empty, and focus it."""
        self._finder = finder
        self.query_one("#find-prompt", Label).update(finder.prompt)
        field = self.query_one(Input)
        with field.prevent(Input.Changed):
            field.value = ""
        self.display = True
        self.screen.set_focus(field)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self._finder is not None:
            self._finder.typed(event.value)

    def say_full(self) -> None:
        """Notify that the prompt is full."""
        if self._finder is not None:
            words = f"{self._finder.prompt}(cut at {LONGEST:,} characters) "
            self.query_one("#find-prompt", Label).update(words)

    def submit(self, text: str) -> None:
        """Close, and hand over the text."""
        finder = self._take_finder()
        if finder is not None:
            finder.entered(text)

    def action_close(self) -> None:
        finder = self._take_finder()
        if finder is not None:
            finder.closed()

    def _take_finder(self) -> Finder | None:
        self.display = False
        finder, self._finder = self._finder, None
        return finder
