"""The line in which text to search for is typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rich.highlighter import Highlighter
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input, Label
from typing_extensions import override

from vizterm.widgets.prompt import LONGEST, Prompt


def _anything(_: str) -> bool:
    """Accept any text."""
    return True


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
    text: str = ""
    """What stands there to begin with."""
    accepts: Callable[[str], bool] = _anything
    """Called when enter is pressed; the bar stays open where it returns False."""
    complete: Callable[[str], tuple[str, str]] | None = None
    """Called when tab is pressed with the text before the cursor; returns what stands there then,
    and what to say."""


class _Place(Highlighter):
    """Underlines a text from a place on."""

    place: int | None = None

    @override
    def highlight(self, text: Text) -> None:
        if self.place is not None and self.place < len(text):
            text.stylize("underline", self.place)


class FindBar(Horizontal):
    """A prompt, an input, and what there is to say of it; hidden until opened.

    Parameters
    ----------
    instead_of : Widget, optional
        It gives way while the bar is open.
    """

    BINDINGS = [
        Binding("escape", "close", "back", show=False),
        Binding("tab", "complete", "complete", show=False),
    ]

    def __init__(self, instead_of: Widget | None = None) -> None:
        super().__init__()
        self._instead_of = instead_of
        self._finder: Finder | None = None
        self._focus_before: Widget | None = None

    @override
    def compose(self) -> ComposeResult:
        yield Label("", id="find-prompt", markup=False)
        yield Prompt(self.submit, left=self.action_close, full=self.say_full, id="find-input")
        yield Label("", id="find-note", markup=False)

    def on_mount(self) -> None:
        self._place = _Place()
        self.query_one(Input).highlighter = self._place

    def open(self, finder: Finder) -> None:
        """Show the bar, with the text to begin with, and focus it."""
        self._finder = finder
        self.query_one("#find-prompt", Label).update(finder.prompt)
        field = self.query_one(Input)
        with field.prevent(Input.Changed):
            field.value = finder.text
            field.cursor_position = len(finder.text)
        self.say("")
        self.display = True
        if self._instead_of is not None:
            self._instead_of.display = False
        if self.screen.focused is not field:
            self._focus_before = self.screen.focused
        self.screen.set_focus(field)

    def say(self, words: str, place: int | None = None) -> None:
        """Say something at the right; `place` underlines the text from there on."""
        said = self.query_one("#find-note", Label)
        said.update(f" {words} " if words else "")
        said.set_class(place is not None, "-wrong")
        if self._place.place != place:
            self._place.place = place
            self.query_one(Input).refresh()

    @property
    def text(self) -> str:
        """What has been typed."""
        return self.query_one(Input).value

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
        """Close, and hand over the text, if it is accepted."""
        if self._finder is not None and not self._finder.accepts(text):
            return
        finder, self._finder = self._finder, None
        if finder is not None:
            finder.entered(text)
        self._give_back()

    def action_complete(self) -> None:
        """Complete the word before the cursor."""
        if self._finder is None or self._finder.complete is None:
            return
        field = self.query_one(Input)
        before, behind = field.value[: field.cursor_position], field.value[field.cursor_position :]
        completed, words = self._finder.complete(before)
        if completed != before:
            with field.prevent(Input.Changed):
                field.value = completed + behind
            field.cursor_position = len(completed)
            self._finder.typed(field.value)
        # What is typed says nothing, or something else.
        self.say(words)

    def action_close(self) -> None:
        finder, self._finder = self._finder, None
        if finder is not None:
            finder.closed()
        self._give_back()

    def _give_back(self) -> None:
        """Give back the place and the focus, unless there is something else to ask for."""
        if self._finder is not None or not self.display:
            return
        self.display = False
        if self._instead_of is not None:
            self._instead_of.display = True
        self.screen.set_focus(self._focus_before)
