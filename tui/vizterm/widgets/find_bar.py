"""The line in which text to search for is typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.widgets import Input, Label
from typing_extensions import override

from vizterm.widgets.prompt import LONGEST, Prompt


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


class FindBar(Horizontal):
    """A prompt and an input; hidden until opened."""

    BINDINGS = [Binding("escape", "close", "back", show=False)]

    _finder: Finder | None = None

    @override
    def compose(self) -> ComposeResult:
        yield Label("", id="find-prompt", markup=False)
        yield Prompt(self.submit, left=self.action_close, full=self.say_full, id="find-input")
        yield Label("", id="find-note", markup=False)

    def open(self, finder: Finder) -> None:
        """Show the bar, empty, and focus it."""
        self._finder = finder
        self.query_one("#find-prompt", Label).update(finder.prompt)
        self.say("")
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

    def say(self, note: str) -> None:
        """Say behind the text what has been found so far."""
        self.query_one("#find-note", Label).update(f" {note} " if note else "")

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
