"""The line in which one types what to look for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.widgets import Input, Label
from typing_extensions import override


@dataclass(frozen=True, slots=True)
class Finder:
    """Who wants to know what is typed."""

    prompt: str
    typed: Callable[[str], object]
    """Called with the text so far, after each change."""
    entered: Callable[[str], None]
    """Called with the text when enter is pressed."""
    closed: Callable[[], None]
    """Called when escape is pressed."""


class _Field(Input):
    """An input that submits at once: a message would let keys typed after enter overtake it."""

    @override
    async def action_submit(self) -> None:
        bar = self.parent
        assert isinstance(bar, FindBar)
        bar.submit(self.value)

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
        yield _Field(compact=True, select_on_focus=False, id="find-input")

    def open(self, finder: Finder) -> None:
        """Show the bar, empty, and type into it."""
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

    def submit(self, text: str) -> None:
        """Close, and hand over what was typed."""
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
