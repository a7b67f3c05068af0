"""`vizterm heat`: the map, its colour bar, and what keys and the mouse do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Container
from typing_extensions import override

from vizterm.actions import HEAT_ACTIONS, HEAT_MOUSE, bindings
from vizterm.cells.bar import Chip
from vizterm.cells.heading import HeadingText
from vizterm.heat.drawing import crosshair_text, heat_heading, heat_scale, look_chips, sigma_text
from vizterm.heat.model import Heat, HeatModel
from vizterm.maps.crosshair import Crosshair
from vizterm.maps.heat_map import HeatMap
from vizterm.maps.scale import ColourScale
from vizterm.maps.screen import MapScreen
from vizterm.shell.background import Background
from vizterm.terminal.facts import Terminal

LIVE_EVERY = 0.2
"""Seconds between two looks at events that have arrived."""


class HeatScreen(MapScreen[Heat]):
    """A heatmap in half blocks.

    Parameters
    ----------
    source : Background
        Done.
    terminal : Terminal
    """

    AUTO_FOCUS = "HeatMap"
    ACTIONS = HEAT_ACTIONS
    MOUSE = HEAT_MOUSE
    BINDINGS = [*bindings(HEAT_ACTIONS, "screen"), *bindings(HEAT_ACTIONS, "plot")]
    LEAST_COLUMNS = 24

    def __init__(self, source: Background[Heat], terminal: Terminal) -> None:
        super().__init__(source, terminal)
        self._plot = HeatMap(colours=terminal.colours)

    @property
    @override
    def model(self) -> HeatModel:
        """State of what is shown."""
        return self.shown.model

    @override
    def compose(self) -> ComposeResult:
        yield self._heading
        with Container(id="body"):
            yield self._plot
            yield self._bar
        yield self._status

    @override
    def on_mount(self) -> None:
        self.call_after_refresh(self._laid_out)
        if self.shown.live is not None:
            self.set_interval(LIVE_EVERY, self._take_events)

    async def _laid_out(self) -> None:
        # Where there is room, the first picture lets keys in.
        if min(self._plot.drawing_size) < 1:
            await self.let_keys_in()

    # Drawing

    @override
    def heading(self) -> HeadingText:
        live = self.shown.live
        notes = self.shown.notes if live is None else (live.state, *live.notes, *self.shown.notes)
        return heat_heading(self.shown.title, self.model, notes)

    @override
    def paint(self) -> None:
        self._plot.show(self.model.picture(), Crosshair.of(self.model.camera))

    @override
    def mark(self) -> None:
        self._plot.mark(Crosshair.of(self.model.camera))

    @override
    def scale(self) -> ColourScale:
        return heat_scale(self.model)

    @override
    def value_looked_at(self) -> float | None:
        found = self.model.under_cursor()
        return None if found is None else found[0]

    @override
    def picture_rows(self) -> tuple[int, int]:
        return self._plot.origin.y, len(self._plot.cells)

    @override
    def reading(self) -> str:
        return crosshair_text(self.model)

    @override
    def chips(self) -> Sequence[Chip]:
        return look_chips(self.model)

    @override
    def current_values(self) -> Mapping[str, str]:
        model = self.model
        fitted = "to the view" if model.fitted_to_view else "to all"
        values = {"sigma": sigma_text(model), "fit_colours": fitted}
        if model.background is not None:
            values["strength"] = f"{model.strength:.0%}"
        return {**super().current_values(), **values}

    @override
    def under_crosshair(self) -> Sequence[float] | None:
        found, cursor = self.model.under_cursor(), self.model.camera.cursor
        if found is None or cursor is None:
            return None
        return (*self.model.field.axes.at(*cursor), *found)

    def _take_events(self) -> None:
        live = self.shown.live
        assert live is not None
        for arrived in live.take():
            self.model.field.add(arrived)
            self.model.field_changed()
        if live.changed():
            remark = self._remark
            self.draw()
            self.remark(remark)

    @on(HeatMap.Resized)
    def _resized(self, event: HeatMap.Resized) -> None:
        aspect = self._terminal.refresh_cell_aspect() / HeatMap.DOWN
        self.model.camera.resize(event.columns, event.rows * HeatMap.DOWN, aspect)
        self.draw()

    # Keys

    def action_sigma(self, step: int) -> None:
        self.model.change_sigma(step)
        self.draw()

    def action_fit_colours(self) -> None:
        self.model.fit_colours()
        self.draw()

    def action_strength(self, step: int) -> None:
        if self.model.background is None:
            self.remark("there is no page under the heat: --background page.png adds one")
            return
        self.model.change_strength(step)
        self.draw()
