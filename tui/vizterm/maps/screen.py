"""The screen that heatmaps and overlays share: crosshair, view, colours, status, colour bar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Protocol, Self, TypeVar

from textual import on
from textual.widget import Widget
from typing_extensions import override

from vizterm.actions import footer_hints
from vizterm.cells.bar import Chip, Hint
from vizterm.cells.heading import HeadingText
from vizterm.cells.theme import theme_for
from vizterm.maps.camera import MapCamera
from vizterm.maps.choices import colour_choice
from vizterm.maps.colour_bar import BAR_WIDTH, colour_bar, title_rows
from vizterm.maps.colours import ColourChoice
from vizterm.maps.scale import ColourScale
from vizterm.shell.background import Background
from vizterm.shell.choices import Choice
from vizterm.shell.data_screen import DataScreen
from vizterm.terminal.facts import Terminal
from vizterm.widgets.heading import Heading
from vizterm.widgets.plane import Plane
from vizterm.widgets.status_bar import StatusBar
from vizterm.widgets.text_block import TextBlock
from vizterm_core.load import DataFile
from vizterm_core.load.doubt import Doubt
from vizterm_core.scatter.navigate import DIRECTIONS

ZOOM_STEP = 1.25
PAN_STEP = 0.125
"""Of the display's size."""
_LEAST_READING_ROWS = 14
"""Rows of a screen that has a line of its own for what is under the crosshair."""
READING_HINTS = (("←↓↑→", "move", ""), ("y", "copy", ""), ("esc", "no crosshair", ""))
"""Keys for the crosshair: key, text, action."""


class MapModel(Protocol):
    """State of a screen of maps."""

    @property
    def camera(self) -> MapCamera:
        """The part of the map on display, and the crosshair."""

    @property
    def colours(self) -> ColourChoice:
        """Colormap and norm."""

    def fit(self) -> None:
        """Show all of the map."""

    def without_colours(self) -> None:
        """Use shades of grey, for a terminal without colours."""

    def take_over(self, older: Self) -> None:
        """Show these data the way others were shown."""


class LoadedMap(Protocol):
    """A model with its title, notes and files."""

    @property
    def title(self) -> str:
        """Title for the heading."""

    @property
    def model(self) -> MapModel:
        """State of the screen."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Notes for the heading."""

    @property
    def files(self) -> tuple[DataFile, ...]:
        """The files that the data were read from."""


Shown = TypeVar("Shown", bound=LoadedMap)


def set_shown(widget: Widget, shown: bool) -> None:
    """Show or hide a widget; without a new layout, and frame, where that changes nothing."""
    if widget.display != shown:
        widget.display = shown


class MapScreen(DataScreen[Shown]):
    """Crosshair, zoom and pan, colours, heading, status line and colour bar of a map.

    A subclass lays the widgets out, paints the pictures, and says what is under the crosshair.
    """

    LEAST_COLUMNS: ClassVar[int]
    """Columns that the pictures keep beside the colour bar."""

    def __init__(self, source: Background[Shown], terminal: Terminal) -> None:
        super().__init__(source, terminal)
        self.shown = source.result()
        """The data on screen."""
        if terminal.colours == "none":
            self.shown.model.without_colours()
        self._theme = theme_for(terminal)
        self._heading = Heading(self._theme)
        self._bar = TextBlock(id="bar")
        self._status = StatusBar(self._theme)
        self._remark = ""

    @property
    def model(self) -> MapModel:
        """State of what is shown."""
        return self.shown.model

    # What a subclass adds

    def heading(self) -> HeadingText:
        """Return title and facts."""
        raise NotImplementedError

    def paint(self) -> None:
        """Show the pictures of the model, with the crosshair."""
        raise NotImplementedError

    def mark(self) -> None:
        """Move the crosshair over the same pictures."""
        raise NotImplementedError

    def scale(self) -> ColourScale:
        """Return what the colour bar shows."""
        raise NotImplementedError

    def value_looked_at(self) -> float | None:
        """Return the value under the crosshair, to be marked on the colour bar."""
        raise NotImplementedError

    def picture_rows(self) -> tuple[int, int]:
        """Return the first row of the pictures on screen, below the heading, and their height."""
        raise NotImplementedError

    def reading(self) -> str:
        """Return what is under the crosshair; empty without one."""
        raise NotImplementedError

    def chips(self) -> Sequence[Chip]:
        """Return chips for the state."""
        raise NotImplementedError

    def under_crosshair(self) -> Sequence[float] | None:
        """Return position and values to copy; None without a crosshair."""
        raise NotImplementedError

    def lay_out(self) -> None:
        """Show the widgets that there is room for."""
        set_shown(self._bar, self.size.width >= BAR_WIDTH + self.LEAST_COLUMNS)
        self._status.styles.height = 2 if self.size.height >= _LEAST_READING_ROWS else 1

    # Drawing

    @override
    def replace(self, loaded: Shown) -> None:
        loaded.model.take_over(self.model)
        self.shown = loaded
        self.lay_out()
        self.draw()

    def draw(self) -> None:
        """Show the model as it is now."""
        self._remark = ""
        self.paint()
        self._show_bar()
        self._heading.say(self.heading())
        self.show_status()
        if self.awaits_data:
            self.call_after_refresh(self.let_keys_in)

    def _show_bar(self) -> None:
        """Show the colour bar beside the pictures, as high as they are."""
        if not self._bar.display:
            return
        scale, theme = self.scale(), self._theme
        top, rows = self.picture_rows()
        # The title stands above the pictures where there is room.
        above = min(top, title_rows(scale, rows + top))
        lines = colour_bar(
            scale,
            rows + above,
            self._terminal.colours,
            value=self.value_looked_at(),
            dim=theme.dim,
            strong=theme.strong,
        )
        self._bar.show([*([[]] * (top - above)), *lines])

    def show_crosshair(self) -> None:
        """Show the crosshair where it is now; the view stays."""
        self._remark = ""
        self.mark()
        self._show_bar()
        self.show_status()

    def hints(self) -> list[Hint]:
        """Return the keys that matter now."""
        return [Hint(*hint) for hint in footer_hints(self.ACTIONS, "plot")]

    def show_status(self) -> None:
        """Show the status line as it is now."""
        hints = self.hints()
        reading = self._remark or self.reading()
        doubt = next((note for note in self.shown.notes if isinstance(note, Doubt)), "")
        told = reading or doubt or "no crosshair: hover, or press an arrow key, to read values"
        more = [Hint(*hint) for hint in READING_HINTS] if self.model.camera.cursor else []
        self._status.say(
            self.chips(), hints, told if self._status.size.height > 1 else reading, more
        )

    @override
    def choice(self, what: str) -> Choice | None:
        return colour_choice(what, self.model.colours, self.draw)

    @override
    def current_values(self) -> Mapping[str, str]:
        colours = self.model.colours
        return {"colormap": colours.colormap.name, "norm": colours.norm_name}

    @override
    def remark(self, text: str) -> None:
        self._remark = text
        self.show_status()

    def on_resize(self) -> None:
        self.lay_out()

    # Mouse

    @on(Plane.Pointed)
    def _pointed(self, event: Plane.Pointed) -> None:
        if self.model.camera.point_at(event.column, event.row):
            self.show_crosshair()

    @on(Plane.Dragged)
    def _dragged(self, event: Plane.Dragged) -> None:
        self.model.camera.pan(-event.columns, -event.rows)
        self.draw()

    @on(Plane.Wheeled)
    def _wheeled(self, event: Plane.Wheeled) -> None:
        self.model.camera.zoom(ZOOM_STEP**event.steps, event.column, event.row)
        self.draw()

    # Keys

    def action_crosshair(self, direction: str) -> None:
        camera = self.model.camera
        view = camera.view
        camera.move(*DIRECTIONS[direction])
        if view == camera.view:
            self.show_crosshair()
        else:
            self.draw()

    def action_zoom(self, steps: int) -> None:
        self.model.camera.zoom(ZOOM_STEP**steps)
        self.draw()

    def action_pan(self, direction: str) -> None:
        camera = self.model.camera
        across, down = DIRECTIONS[direction]
        camera.pan(
            across * max(1, round(camera.view.columns * PAN_STEP)),
            down * max(1, round(camera.view.rows * PAN_STEP)),
        )
        self.draw()

    def action_fit(self) -> None:
        self.model.fit()
        self.draw()

    def action_cancel(self) -> None:
        self.model.camera.cursor = None
        self.show_crosshair()

    def action_colormap(self, step: int) -> None:
        self.model.colours.next_colormap(step)
        self.draw()

    def action_norm(self, step: int) -> None:
        self.model.colours.next_norm(step)
        self.draw()

    def action_copy(self) -> None:
        numbers = self.under_crosshair()
        if numbers is None:
            self.remark("no crosshair to copy from: hover, or press an arrow key")
            return
        self.app.copy_to_clipboard("\t".join(map(repr, numbers)))
        self.remark(f"copied {' '.join(_short(number) for number in numbers)}")


def _short(number: float) -> str:
    return str(number) if isinstance(number, int) else f"{number:.6g}"
