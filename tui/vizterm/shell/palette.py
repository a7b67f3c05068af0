"""The command palette: every action by name, found by typing a part of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.segment import Segment
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.fuzzy import Matcher
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input
from typing_extensions import override

from vizterm.cells.text import fit_name
from vizterm.cells.theme import Theme
from vizterm.shell.modal import Modal
from vizterm.widgets.prompt import Prompt

_WIDTH = 84
_ROWS = 16
"""Commands in view at most."""
_GROUP = 16
"""Columns of the groups' names."""
_BESIDE = 4
"""Columns of the screen that the box leaves free."""
_ABOVE = 5
"""Rows that frame, prompt and margin take."""


@dataclass(frozen=True, slots=True)
class Command:
    """An entry of the palette."""

    text: str
    group: str
    keys: str
    """Keys that do the same, as written for people."""
    run: Callable[[], object]
    value: str = ""
    """What it changes, as it is now."""
    now: bool = False
    """Whether it is what is chosen now."""
    indent: int = 0
    """Columns from which on the value stands; right behind the text without."""


def matching(commands: Sequence[Command], text: str) -> list[Command]:
    """Return the commands that match a text, the best first; all of them without one.

    Those that begin with it come before others.
    """
    wanted = text.strip()
    if not wanted:
        return list(commands)
    matcher = Matcher(wanted)
    scores = [
        matcher.match(f"{command.text} {command.value} {command.group}") for command in commands
    ]

    def rank(place: int) -> tuple[bool, float]:
        begins = commands[place].text.lower().startswith(wanted.lower())
        return not begins, -scores[place]

    order = sorted(range(len(commands)), key=rank)
    return [commands[place] for place in order if scores[place] > 0]


class CommandList(Widget):
    """Commands, one a line; one of them is selected."""

    @dataclass
    class Picked(Message):
        """A command was clicked."""

        command: Command

    def __init__(self, commands: Sequence[Command], theme: Theme, at: int = 0) -> None:
        super().__init__(id="commands")
        self._theme = theme
        self._commands = list(commands)
        self._at = at
        self._top = 0

    @property
    def selected(self) -> Command | None:
        """The command that enter runs."""
        return self._commands[self._at] if self._commands else None

    def show(self, commands: Sequence[Command]) -> None:
        """Show other commands, the first of them selected."""
        self._commands = list(commands)
        self._at = self._top = 0
        self.refresh()

    def move(self, step: int) -> None:
        """Select a command farther down (positive) or up."""
        last = max(0, len(self._commands) - 1)
        self._at = min(max(0, self._at + step), last)
        rows = max(1, self.size.height)
        self._top = min(max(self._top, self._at - rows + 1), self._at)
        self.refresh()

    @property
    def page(self) -> int:
        """Commands that a page has."""
        return max(1, self.size.height - 1)

    @override
    def render_line(self, y: int) -> Strip:
        width = self.size.width
        place = self._top + y
        if place >= len(self._commands):
            nothing = " nothing of that name" if y == 0 and not self._commands else ""
            strip = Strip([Segment(nothing, self._theme.dim)]).adjust_cell_length(width)
            return strip.apply_style(self._theme.panel)
        selected = place == self._at
        keys = max(cell_len(command.keys) for command in self._commands)
        line = _line(self._commands[place], width, keys, self._theme, selected=selected)
        surface = self._theme.chip if selected and self._theme.panel_rgb else self._theme.panel
        return Strip(line).adjust_cell_length(width).apply_style(surface)

    def on_resize(self) -> None:
        self.move(0)

    def on_click(self, event: events.Click) -> None:
        event.stop()
        place = self._top + event.y
        if 0 <= place < len(self._commands):
            self._at = place
            self.refresh()
            self.post_message(self.Picked(self._commands[place]))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.move(-1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.move(1)


def _line(
    command: Command, width: int, keys_width: int, theme: Theme, *, selected: bool
) -> list[Segment]:
    """Return a command's line: mark, text and value, group, keys at the right."""
    keys = f" {command.keys:>{keys_width}} " if keys_width else " "
    if command.now:
        keys = " now" + keys
    room = width - 2 - cell_len(keys)
    value = f" — {command.value}" if command.value else ""
    if command.indent:
        value = " " * max(1, command.indent - cell_len(command.text)) + command.value
    group = f" {command.group:<{_GROUP}} " if command.group else ""
    if cell_len(command.text + value + group) > room:
        group = ""
    text = fit_name(command.text, max(1, min(cell_len(command.text), room - cell_len(value))))
    rest = room - cell_len(text + value + group)
    return [
        Segment("▸ " if selected else "  ", theme.accent),
        Segment(text, theme.strong if selected else theme.text),
        Segment(value, theme.soft),
        Segment(" " * max(0, rest)),
        Segment(group, theme.dim),
        Segment(keys, theme.accent),
    ]


class PaletteScreen(Modal):
    """Runs the command that is picked by typing, arrows and enter, or the mouse.

    Parameters
    ----------
    commands : sequence of Command
    theme : Theme
    title : str
        On the frame.
    enter : str
        What enter does.
    """

    BINDINGS = [
        Binding("escape,ctrl+p", "close", "back", show=False),
        Binding("ctrl+q,ctrl+c", "app.quit", "quit", show=False, priority=True),
        Binding("up", "move(-1)", "up", show=False),
        Binding("down", "move(1)", "down", show=False),
        Binding("pageup", "page(-1)", "a page up", show=False),
        Binding("pagedown", "page(1)", "a page down", show=False),
    ]

    def __init__(
        self,
        commands: Sequence[Command],
        theme: Theme,
        title: str = "commands",
        enter: str = "enter runs",
    ) -> None:
        super().__init__()
        self._commands, self._title, self._enter = commands, title, enter
        now = [number for number, command in enumerate(commands) if command.now]
        self._list = CommandList(commands, theme, at=now[0] if now else 0)

    @override
    def compose(self) -> ComposeResult:
        with Vertical(id="palette"):
            yield Prompt(
                lambda _: self._run(self._list.selected),
                placeholder="type a part of it",
                id="palette-input",
            )
            yield self._list

    def on_mount(self) -> None:
        box = self.query_one("#palette")
        box.border_title, box.border_subtitle = self._title, f"{self._enter} · esc closes"
        self._arrange()

    def on_resize(self) -> None:
        self._arrange()

    def _arrange(self) -> None:
        width, height = self.app.size
        box = self.query_one("#palette")
        box.styles.width = max(1, min(_WIDTH, width - _BESIDE))
        self._list.styles.height = max(1, min(_ROWS, len(self._commands), height - _ABOVE))

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._list.show(matching(self._commands, event.value))

    @on(CommandList.Picked)
    def _picked(self, event: CommandList.Picked) -> None:
        self._run(event.command)

    def _run(self, command: Command | None) -> None:
        if command is None or self.app.screen is not self:
            return
        self.close()
        self.app.call_later(command.run)

    def action_move(self, step: int) -> None:
        self._list.move(step)

    def action_page(self, step: int) -> None:
        self._list.move(step * self._list.page)
