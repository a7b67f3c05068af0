"""Zooming, panning and fitting by keys and the mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from vizterm.shell.keyed_screen import Actions
from vizterm_core.scatter.navigate import DIRECTIONS

if TYPE_CHECKING:
    from vizterm.embed.model import EmbedModel

ZOOM_STEP = 1.25
_PAN_STEP = 0.125
"""Of the plot's size."""


class ShowsView(Protocol):
    """The screen, as far as these keys need it."""

    model: EmbedModel

    def draw(self) -> None:
        """Show the model as it is now."""


class ViewKeys:
    """Changes the model's view, and has it shown."""

    def __init__(self, shows: ShowsView) -> None:
        self._shows = shows

    def actions(self) -> Actions:
        """Return what these keys do, by the names in the table of actions."""
        return {
            "zoom": self.zoom,
            "pan": self.pan,
            "bulk": self.bulk,
            "stretch": self.stretch,
        }

    def zoom(self, steps: float, column: float | None = None, row: float | None = None) -> None:
        """Magnify about a dot position; about the cursor without one."""
        self._shows.model.zoom(ZOOM_STEP**steps, column, row)
        self._shows.draw()

    def pan(self, direction: str) -> None:
        """Move the view an eighth of it, by whole dots: what stays in view looks the same."""
        across, down = DIRECTIONS[direction]
        view = self._shows.model.viewport
        self.drag(
            across * max(1, round(view.across * _PAN_STEP)),
            down * max(1, round(view.down * _PAN_STEP)),
        )

    def drag(self, columns: float, rows: float) -> None:
        """Move the view by so many dots."""
        self._shows.model.pan(columns, rows)
        self._shows.draw()

    def fit(self) -> None:
        """Show everything."""
        self._shows.model.fit()
        self._shows.draw()

    def bulk(self) -> None:
        """Show the bulk of the points."""
        self._shows.model.fit_bulk()
        self._shows.draw()

    def stretch(self) -> None:
        """Keep proportions, or fill the plot."""
        self._shows.model.toggle_stretch()
        self._shows.draw()
