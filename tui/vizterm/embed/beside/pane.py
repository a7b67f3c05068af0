"""A map of the same points beside the first one: a title, and a plot without keys of its own."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len
from rich.segment import Segment
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from typing_extensions import override

from vizterm.cells.text import cut_name
from vizterm.cells.theme import Theme
from vizterm.embed.scatter.plot import ScatterPlot
from vizterm.embed.scatter.refining import Prepared, Refined
from vizterm.widgets.text_block import TextBlock


class MapTitle(TextBlock):
    """What a map is called, above it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(classes="map-title", base=theme.text)
        self._theme = theme
        self._called, self._first = "", False

    def say(self, name: str, *, first: bool = False) -> None:
        """Show a name.

        Parameters
        ----------
        name : str
        first : bool
            Whether the keys are for this map.
        """
        self._called, self._first = name, first
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        theme, width = self._theme, self.size.width
        name = cut_name(self._called, max(4, width - 6))
        line = "─" * max(0, width - cell_len(name) - 3)
        style = theme.strong if self._first else theme.text
        parts = Segment("─ ", theme.faint), Segment(name, style), Segment(f" {line}", theme.faint)
        self.show([parts])


class SidePlot(ScatterPlot, can_focus=False):
    """The plot of a map beside the first one."""

    BINDINGS = []


class MapPane(Vertical):
    """A title and a plot; tells what the mouse does on it as `MapPane.Mouse`.

    Parameters
    ----------
    number : int
        Its place among the maps beside the first one.
    theme : Theme
    colours : str
    """

    @dataclass
    class Mouse(Message):
        """The mouse did something on the plot, or the plot has another size."""

        number: int
        done: Message

    @dataclass
    class Counted(Message):
        """A frame of this map has been counted."""

        number: int
        refined: Refined

    @dataclass
    class Ready(Message):
        """Points of this map can be picked, or its frames come faster."""

        number: int

    def __init__(self, number: int, theme: Theme, colours: str) -> None:
        super().__init__(classes="map beside")
        self.number = number
        self.title_line = MapTitle(theme)
        self.plot = SidePlot(colours=colours)

    @override
    def compose(self) -> ComposeResult:
        yield self.title_line
        yield self.plot

    @on(ScatterPlot.Pointed)
    @on(ScatterPlot.Dragged)
    @on(ScatterPlot.Wheeled)
    @on(ScatterPlot.Resized)
    def _pass_on(self, event: Message) -> None:
        # The screen would take it for the mouse on its own plot.
        event.stop()
        self.post_message(self.Mouse(self.number, event))

    @on(Refined)
    def _refined(self, event: Refined) -> None:
        event.stop()
        self.post_message(self.Counted(self.number, event))

    @on(Prepared)
    def _prepared(self, event: Prepared) -> None:
        event.stop()
        self.post_message(self.Ready(self.number))
