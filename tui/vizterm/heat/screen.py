"""`vizterm heat`: the map, its colour bar, and what keys and the mouse do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Container
from typing_extensions import override

from vizterm.actions import HEAT_ACTIONS, HEAT_MOUSE, bindings
from vizterm.cells.bar import Chip, Hint
from vizterm.cells.heading import HeadingText
from vizterm.heat.drawing import crosshair_text, heat_heading, heat_scale, look_chips, sigma_text
from vizterm.heat.model import Heat, HeatModel
from vizterm.heat.part_keys import PartKeys
from vizterm.heat.pixels import HeatPixels
from vizterm.maps.crosshair import Crosshair
from vizterm.maps.frame import MapFrame
from vizterm.maps.heat_map import HeatMap
from vizterm.maps.pixel_map import PixelMap
from vizterm.maps.scale import ColourScale
from vizterm.maps.screen import MapScreen, set_shown
from vizterm.maps.tile_grid import TileGrid
from vizterm.shell.background import Background
from vizterm.terminal.facts import Terminal
from vizterm.widgets.timeline import Timeline

_ROOM_OF_UNITS, _ROOM_OF_PIXELS = (60, 16), (100, 30)
"""Columns and rows of a screen from which on a map in units, and one in pixels, has axes."""
_TRIES = 3
"""Times that wider labels may take room, which changes the view, and with it the labels."""
LIVE_EVERY = 0.2
"""Seconds between two looks at events that have arrived."""


class HeatScreen(MapScreen[Heat]):
    """A heatmap in half blocks.

    Parameters
    ----------
    source : Background
        Done.
    terminal : Terminal
    pixels : bool
        Whether the map is drawn in pixels, where the terminal has them.
    """

    AUTO_FOCUS = "HeatMap"
    ACTIONS = HEAT_ACTIONS
    MOUSE = HEAT_MOUSE
    BINDINGS = [*bindings(HEAT_ACTIONS, "screen"), *bindings(HEAT_ACTIONS, "plot")]
    LEAST_COLUMNS = 24

    def __init__(
        self, source: Background[Heat], terminal: Terminal, *, pixels: bool = False
    ) -> None:
        super().__init__(source, terminal)
        self._plot = HeatMap(colours=terminal.colours)
        self._pixels = PixelMap(self._plot, wanted=pixels, coloured=terminal.colours != "none")
        self._moving = True
        """Whether the map changes because of a key or the mouse."""
        self._axes: bool | None = None
        """Whether axes are shown; None where the room decides."""
        self._grid = TileGrid(self._theme, id="groups")
        self._timeline = Timeline(self._theme, id="timeline")
        self._parts = PartKeys(self, self, self._grid, self._timeline)

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
            yield self._grid
            yield self._bar
        yield self._timeline
        yield self._status

    @override
    def on_mount(self) -> None:
        if missing := self._pixels.start():
            self.notify(missing, title="--pixels", markup=False)
        self.call_after_refresh(self._laid_out)
        if self.shown.live is not None:
            self.set_interval(LIVE_EVERY, self._take_events)

    async def _laid_out(self) -> None:
        # Where there is room, the first picture lets keys in.
        if min(self._plot.drawing_size) < 1:
            await self.let_keys_in()

    @override
    def lay_out(self) -> None:
        super().lay_out()
        parts = self.model.parts
        set_shown(self._plot, not self._parts.gridded)
        set_shown(self._grid, self._parts.gridded)
        set_shown(self._timeline, parts is not None and parts.playback is not None)

    # Drawing

    @override
    def draw(self) -> None:
        self.lay_out()
        super().draw()
        self._parts.show(self._terminal.cell_aspect)

    @override
    def heading(self) -> HeadingText:
        live = self.shown.live
        notes = self.shown.notes if live is None else (live.state, *live.notes, *self.shown.notes)
        return heat_heading(self.shown.title, self.model, notes)

    @property
    def axes_shown(self) -> bool:
        """Whether axes stand around the map: by a key, else where they tell more than they cost."""
        if self._axes is not None:
            return self._axes
        plain = self.model.field.axes.plain
        columns, rows = _ROOM_OF_PIXELS if plain else _ROOM_OF_UNITS
        return self.size.width >= columns and self.size.height >= rows

    def _show_axes(self) -> None:
        """Show axes for the view, or none; their labels take room from the map."""
        plot, model = self._plot, self.model
        frame = None
        for _ in range(_TRIES if self.axes_shown else 0):
            frame = MapFrame.of(model.field.axes, model.camera.view, HeatMap.DOWN, plot.margin)
            if frame.width == plot.margin:
                break
            plot.leave_margin(frame.width)
            self._use_room()
        if frame is None and plot.margin:
            plot.leave_margin(0)
            self._use_room()
        plot.surround(frame)

    def _use_room(self) -> None:
        """Let the map be as large as there is room for."""
        columns, rows = self._plot.drawing_size
        if columns > 0 and rows > 0:
            aspect = self._terminal.refresh_cell_aspect() / HeatMap.DOWN
            self.model.camera.resize(columns, rows * HeatMap.DOWN, aspect)

    @override
    def paint(self) -> None:
        self._show_axes()
        model, camera = self.model, self.model.camera
        self._pixels.show(
            camera.view,
            camera.cursor,
            lambda: HeatPixels.of(model),
            self._paint_cells,
            moving=self._moving,
        )

    def _paint_cells(self) -> None:
        self._plot.show(self.model.picture(), Crosshair.of(self.model.camera))

    @override
    def mark(self) -> None:
        if not self._pixels.mark(self.model.camera.cursor):
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
        return [*self._parts.chips(), *look_chips(self.model)]

    @override
    def hints(self) -> list[Hint]:
        return self._parts.hints(super().hints())

    @override
    def current_values(self) -> Mapping[str, str]:
        model = self.model
        fitted = "to the view" if model.fitted_to_view else "to all"
        values = {"sigma": sigma_text(model), "fit_colours": fitted}
        values["pixels"] = "in pixels" if self._pixels.on else "in half blocks"
        values["axes"] = "shown" if self.axes_shown else "hidden"
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
            self.model.name(live.names)
            self.model.add(arrived)
        if live.changed():
            remark = self._remark
            self._moving = False
            self.draw()
            self._moving = True
            self.remark(remark)

    @on(HeatMap.Resized)
    def _resized(self) -> None:
        self._use_room()
        self.draw()

    @on(TileGrid.Resized)
    def _grid_resized(self) -> None:
        self._parts.show(self._terminal.cell_aspect)

    @on(TileGrid.Opened)
    def _opened(self, event: TileGrid.Opened) -> None:
        self._parts.open_tile(event.number)

    @on(TileGrid.Leafed)
    def _leafed(self, event: TileGrid.Leafed) -> None:
        self._parts.move("down" if event.rows > 0 else "up")

    @on(Timeline.Sought)
    def _sought(self, event: Timeline.Sought) -> None:
        self._parts.seek(event.share)

    @on(Timeline.Toggled)
    def action_play(self) -> None:
        self._parts.toggle_play()

    # Keys

    @override
    def action_crosshair(self, direction: str) -> None:
        if not self._parts.move(direction):
            super().action_crosshair(direction)

    @override
    def action_cancel(self) -> None:
        if self._parts.gridded:
            self._parts.toggle_grid()
        else:
            super().action_cancel()

    def action_open_group(self) -> None:
        self._parts.open_current()

    def action_group(self, step: int) -> None:
        self._parts.next_group(step)

    def action_groups(self) -> None:
        self._parts.toggle_grid()

    def action_time(self, steps: int) -> None:
        self._parts.step(steps)

    def action_window(self, step: int) -> None:
        self._parts.change_length(step)

    def action_pace(self, step: int) -> None:
        self._parts.change_pace(step)

    def action_all_times(self) -> None:
        self._parts.show_all_times()

    def action_sigma(self, step: int) -> None:
        self.model.change_sigma(step)
        self.draw()

    def action_axes(self) -> None:
        self._axes = not self.axes_shown
        self.draw()

    def action_fit_colours(self) -> None:
        self.model.fit_colours()
        self.draw()

    def action_pixels(self) -> None:
        said = self._pixels.toggle()
        self.draw()
        self.remark(said)

    def action_strength(self, step: int) -> None:
        if self.model.background is None:
            self.remark("there is no page under the heat: --background page.png adds one")
            return
        self.model.change_strength(step)
        self.draw()
