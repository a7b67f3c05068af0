"""The line in which one types what to look for."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Label


class FindBar(Horizontal):
    """A prompt and an input; hidden until opened."""

    BINDINGS = [Binding("escape", "close", "back", show=False)]

    @dataclass
    class Changed(Message):
        """Something was typed."""

        text: str

    @dataclass
    class Submitted(Message):
        """Enter was pressed."""

        text: str

    class Closed(Message):
        """Escape was pressed."""

    def compose(self) -> ComposeResult:
        yield Label("", id="find-prompt", markup=False)
        yield Input(compact=True, select_on_focus=False, id="find-input")

    def open(self, prompt: str) -> None:
        """Show the bar, empty, and type into it."""
        self.query_one("#find-prompt", Label).update(prompt)
        field = self.query_one(Input)
        with field.prevent(Input.Changed):
            field.value = ""
        self.display = True
        field.focus()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(event.value))

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.display = False
        self.post_message(self.Submitted(event.value))

    def action_close(self) -> None:
        self.display = False
        self.post_message(self.Closed())
