"""What screens of maps have in common: view, crosshair, help."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Generic, Protocol

from textual import on
from textual.app import SystemCommand
from textual.widget import Widget
from typing_extensions import override

from vizterm.actions import Action
from vizterm.maps.camera import MapCamera
from vizterm.shell.help import HelpScreen
from vizterm.shell.loading import LoadingScreen, Source
from vizterm.widgets.plane import Plane
from vizterm_core.scatter.navigate import DIRECTIONS

ZOOM_STEP = 1.25
PAN_STEP = 0.125
"""Of the display's size."""


def set_shown(widget: Widget, shown: bool) -> None:
    """Show or hide a widget; without a new layout, and frame, where that changes nothing."""
    if widget.display != shown:
        widget.display = shown


class MapModel(Protocol):
    """State of a screen of maps."""

    @property
    def camera(self) -> MapCamera:
        """The part of the map on display, and the crosshair."""

    def fit(self) -> None:
        """Show all of the map."""


class MapScreen(LoadingScreen[Source], Generic[Source]):
    """Zooms, pans and moves the crosshair of a `MapModel`."""

    ACTIONS: Sequence[Action] = ()
    """Everything that can be done."""
    MOUSE: Sequence[tuple[str, str]] = ()
    """What the mouse does, for the help."""

    notice = ""
    """A remark in the status line, until something else happens."""

    @property
    def model(self) -> MapModel | None:
        """The state; None while loading."""
        raise NotImplementedError

    def draw(self) -> None:
        """Show the model as it is now."""
        raise NotImplementedError

    def show_crosshair(self) -> None:
        """Show the crosshair where it is now; the view stays."""
        raise NotImplementedError

    def show_status(self) -> None:
        """Show the status line as it is now."""
        raise NotImplementedError

    @override
    def remark(self, text: str) -> None:
        self.notice = text
        self.show_status()

    # Mouse

    @on(Plane.Pointed)
    def _pointed(self, event: Plane.Pointed) -> None:
        if self.model is not None and self.model.camera.point_at(event.column, event.row):
            self.show_crosshair()

    @on(Plane.Dragged)
    def _dragged(self, event: Plane.Dragged) -> None:
        if self.model is not None:
            self.model.camera.pan(-event.columns, -event.rows)
            self.draw()

    @on(Plane.Wheeled)
    def _wheeled(self, event: Plane.Wheeled) -> None:
        if self.model is not None:
            self.model.camera.zoom(ZOOM_STEP**event.steps, event.column, event.row)
            self.draw()

    # Keys

    def action_crosshair(self, direction: str) -> None:
        if self.model is None:
            return
        view = self.model.camera.view
        self.model.camera.move(*DIRECTIONS[direction])
        if view == self.model.camera.view:
            self.show_crosshair()
        else:
            self.draw()

    def action_zoom(self, steps: int) -> None:
        if self.model is not None:
            self.model.camera.zoom(ZOOM_STEP**steps)
            self.draw()

    def action_pan(self, direction: str) -> None:
        model = self.model
        if model is not None:
            across, down = DIRECTIONS[direction]
            model.camera.pan(
                across * max(1, round(model.camera.view.columns * PAN_STEP)),
                down * max(1, round(model.camera.view.rows * PAN_STEP)),
            )
            self.draw()

    def action_fit(self) -> None:
        if self.model is not None:
            self.model.fit()
            self.draw()

    def action_cancel(self) -> None:
        if self.model is not None:
            self.model.camera.cursor = None
            self.show_crosshair()

    def action_help(self) -> None:
        self.app.push_screen(HelpScreen(self.ACTIONS, self.MOUSE))

    def palette_commands(self) -> Iterable[SystemCommand]:
        """What the command palette lists."""
        for action in self.ACTIONS:
            if action.palette:
                run = partial(self.app.run_action, action.name, self)
                yield SystemCommand(action.text, f"{action.group} · {action.shown_keys}", run)
