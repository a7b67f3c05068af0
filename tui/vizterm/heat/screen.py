"""`vizterm heat`: the map, its colour bar, and what keys and the mouse do."""

from __future__ import annotations

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container
from typing_extensions import override

from vizterm.actions import HEAT_ACTIONS, HEAT_MOUSE, bindings, footer_hints
from vizterm.heat.drawing import crosshair_text, heat_heading, look
from vizterm.heat.model import Heat, HeatModel
from vizterm.maps.colour_bar import BAR_WIDTH, colour_bar
from vizterm.maps.heat_map import HeatMap, crosshair_marks
from vizterm.maps.screen import MapScreen, set_shown
from vizterm.shell.background import Background
from vizterm.terminal.facts import Terminal
from vizterm.widgets.heading import Heading
from vizterm.widgets.hints import line_with_hints
from vizterm.widgets.text_block import TextBlock
from vizterm_core.load import DataFile

LIVE_EVERY = 0.2
"""Seconds between two looks at what has arrived."""
_LEAST_MAP = 24
"""Columns that a map keeps beside its colour bar."""


class HeatScreen(MapScreen[Heat]):
    """Blurs, colours, zooms."""

    AUTO_FOCUS = "HeatMap"
    ACTIONS = HEAT_ACTIONS
    MOUSE = HEAT_MOUSE
    BINDINGS = [*bindings(HEAT_ACTIONS, "screen"), *bindings(HEAT_ACTIONS, "plot")]

    def __init__(self, source: Background[Heat], terminal: Terminal) -> None:
        super().__init__(source, terminal)
        self._heat: Heat | None = None

    @property
    @override
    def model(self) -> HeatModel | None:
        """The state; None while loading."""
        return None if self._heat is None else self._heat.model

    @override
    def compose(self) -> ComposeResult:
        yield Heading()
        with Container(id="body"):
            yield HeatMap(colours=self._terminal.colours)
            yield TextBlock(id="bar")
        yield TextBlock(id="status")

    def on_mount(self) -> None:
        # The first layout is drawn before there is anything expensive to draw again.
        self.call_after_refresh(self.begin_loading)

    @override
    def start(self, loaded: Heat) -> None:
        self._heat = loaded
        if self._terminal.colours == "none":
            loaded.model.without_colours()
        self._arrange()
        self.query_one(HeatMap).announce_size()
        if loaded.live is not None:
            self.set_interval(LIVE_EVERY, self._take_events)

    @override
    def start_again(self, loaded: Heat) -> None:
        assert self._heat is not None
        loaded.model.take_over(self._heat.model)
        self._heat = loaded
        self.draw()

    @override
    def files_of(self, loaded: Heat) -> tuple[DataFile, ...]:
        return loaded.files

    # Drawing

    def _arrange(self) -> None:
        set_shown(self.query_one("#bar"), self.size.width >= BAR_WIDTH + _LEAST_MAP)

    @override
    def draw(self) -> None:
        """Show the model as it is now."""
        heat = self._heat
        if heat is None:
            return
        model = heat.model
        self.notice = ""
        plot = self.query_one(HeatMap)
        plot.show(model.picture(), self._marks())
        rows = plot.size.height
        bar = colour_bar(model.norm, model.colours.colormap, rows, self._terminal.colours)
        self.query_one("#bar", TextBlock).show(bar)
        self._show_heading()
        self.show_status()

    def _show_heading(self) -> None:
        assert self._heat is not None
        heat = self._heat
        notes = heat.notes if heat.live is None else (*heat.notes, heat.live.state)
        self.query_one(Heading).say(heat_heading(heat.title, heat.model, notes))

    @override
    def show_status(self) -> None:
        model = self.model
        if model is None:
            return
        left = self.notice or " · ".join(filter(None, (crosshair_text(model), look(model))))
        line = line_with_hints(left, footer_hints(HEAT_ACTIONS, "plot"), self.size.width)
        self.query_one("#status", TextBlock).show([line])

    @override
    def show_crosshair(self) -> None:
        self.notice = ""
        self.query_one(HeatMap).mark(self._marks())
        self.show_status()

    def _marks(self) -> dict[tuple[int, int], str]:
        model = self.model
        pixel = None if model is None else model.camera.cursor_pixel
        if pixel is None:
            return {}
        return crosshair_marks(*pixel)

    def _take_events(self) -> None:
        heat = self._heat
        assert heat is not None
        assert heat.live is not None
        for arrived in heat.live.take():
            heat.model.field.add(arrived)
            heat.model.field_changed()
        if heat.live.changed():
            notice = self.notice
            self.draw()
            self.notice = notice
            self.show_status()

    # Size and mouse

    def on_resize(self, event: events.Resize) -> None:
        self._arrange()

    @on(HeatMap.Resized)
    def _resized(self, event: HeatMap.Resized) -> None:
        if self.model is not None:
            aspect = self._terminal.refresh_cell_aspect() / HeatMap.DOWN
            self.model.camera.resize(event.columns, event.rows * HeatMap.DOWN, aspect)
            self.draw()

    # Actions

    def action_sigma(self, step: int) -> None:
        if self.model is not None:
            self.model.change_sigma(step)
            self.draw()

    def action_colormap(self, step: int) -> None:
        if self.model is not None:
            self.model.colours.next_colormap(step)
            self.draw()

    def action_norm(self, step: int) -> None:
        if self.model is not None:
            self.model.colours.next_norm(step)
            self.draw()

    def action_fit_colours(self) -> None:
        if self.model is not None:
            self.model.fit_colours()
            self.draw()

    def action_strength(self, step: int) -> None:
        if self.model is None:
            return
        if self.model.background is None:
            self.remark("there is no page under the heat: --background page.png")
            return
        self.model.change_strength(step)
        self.draw()

    def action_copy(self) -> None:
        model = self.model
        found = None if model is None else model.under_cursor()
        if model is None or found is None or model.camera.cursor is None:
            self.remark("no crosshair to copy from: hover, or press an arrow")
            return
        x, y = model.camera.cursor
        self.app.copy_to_clipboard(f"{x}\t{y}\t{found[0]!r}\t{found[1]!r}")
        self.remark(f"copied {x} {y} {found[0]:.6g} {found[1]:.6g}")
