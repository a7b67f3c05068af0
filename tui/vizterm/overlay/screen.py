"""`vizterm overlay`: three linked panels, the channels, and what keys and the mouse do."""

from __future__ import annotations

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container
from textual.geometry import Size
from typing_extensions import override

from vizterm.actions import OVERLAY_ACTIONS, OVERLAY_MOUSE, bindings, footer_hints
from vizterm.maps.colour_bar import BAR_WIDTH, colour_bar
from vizterm.maps.screen import MapScreen, set_shown
from vizterm.overlay.channel_strip import ChannelStrip
from vizterm.overlay.drawing import overlay_heading, overlay_look, reading_text
from vizterm.overlay.model import PANELS, Overlay, OverlayModel
from vizterm.overlay.panels import Panel, PanelRoom
from vizterm.shell.background import Background
from vizterm.terminal.facts import Terminal
from vizterm.widgets.heading import Heading
from vizterm.widgets.hints import line_with_hints
from vizterm.widgets.text_block import TextBlock
from vizterm_core.load import DataFile

_LEAST_PANELS = 40
"""Columns that panels keep beside the colour bar."""
_LEAST_ROWS = 26
"""Rows of a screen that has room for the strip."""
_LONGEST_NUMBER = 6


class OverlayScreen(MapScreen[Overlay]):
    """Image, heatmap, overlay."""

    AUTO_FOCUS = "Plane"
    ACTIONS = OVERLAY_ACTIONS
    MOUSE = OVERLAY_MOUSE
    BINDINGS = [
        *bindings(OVERLAY_ACTIONS, "screen"),
        *bindings(OVERLAY_ACTIONS, "plot"),
        *[Binding(digit, f"digit('{digit}')", show=False) for digit in "123456789"],
    ]

    def __init__(
        self, source: Background[Overlay], terminal: Terminal, cell: tuple[int, int] | None
    ) -> None:
        super().__init__(source, terminal)
        self._overlay: Overlay | None = None
        self._panels = [Panel(name, cell, terminal.colours) for name in PANELS]
        self._strip = ChannelStrip(cell, id="channels", colours=terminal.colours)
        self._alone: int | None = None
        self._stacked = False
        self._area = Size(0, 0)
        """The room that the panels were fitted to."""
        self._edge = 0 if cell is None else 1
        """Columns that the marks beside a picture in pixels take."""
        self._count = ""

    @property
    @override
    def model(self) -> OverlayModel | None:
        """The state; None while loading."""
        return None if self._overlay is None else self._overlay.model

    @override
    def compose(self) -> ComposeResult:
        yield Heading()
        with Container(id="body"):
            with PanelRoom(id="panels"):
                yield from self._panels
            yield TextBlock(id="bar")
        yield self._strip
        yield TextBlock(id="status")

    def on_mount(self) -> None:
        # The first layout is drawn before there is anything expensive to draw again.
        self.call_after_refresh(self.begin_loading)

    @override
    def start(self, loaded: Overlay) -> None:
        self._overlay = loaded
        if self._terminal.colours == "none":
            loaded.model.look.colours.without_colours()
        self._show_heading()
        self._arrange()

    @override
    def start_again(self, loaded: Overlay) -> None:
        assert self._overlay is not None
        loaded.model.take_over(self._overlay.model)
        self._overlay = loaded
        self._show_heading()
        self._arrange()

    @override
    def files_of(self, loaded: Overlay) -> tuple[DataFile, ...]:
        return loaded.files

    def _show_heading(self) -> None:
        shown = self._overlay
        assert shown is not None
        self.query_one(Heading).say(overlay_heading(shown.title, shown.model, shown.notes))

    # Drawing

    def _arrange(self) -> None:
        """Show what there is room for, then the panels in it."""
        model = self.model
        if model is None:
            return
        several = len(model.channels) > 1
        self._strip.fit(model)
        set_shown(self._strip, several and self.size.height >= _LEAST_ROWS)
        set_shown(self.query_one("#bar"), self.size.width >= BAR_WIDTH + _LEAST_PANELS)
        for number, panel in enumerate(self._panels):
            set_shown(panel, self._alone is None or self._alone == number)
        # When the places of all are known.
        self.call_after_refresh(self._choose_layout)

    def _choose_layout(self) -> None:
        """Side by side or above each other, as the image gets larger; then draw."""
        model = self.model
        panels = self.query_one("#panels")
        columns, rows = panels.size
        shown = sum(panel.display for panel in self._panels)
        if model is None or columns < 1 or rows < 1:
            return
        self._area = panels.size
        cell_aspect = self._terminal.refresh_cell_aspect()
        self._stacked = shown > 1 and model.larger_stacked(columns, rows, cell_aspect)
        panels.styles.layout = "vertical" if self._stacked else "horizontal"
        columns, rows = (columns, rows // shown) if self._stacked else (columns // shown, rows)
        plane = self._panels[0].plane
        columns, rows = max(1, columns - self._edge), max(1, rows - 1)
        aspect = cell_aspect * plane.ACROSS / plane.DOWN
        model.camera.resize(columns * plane.ACROSS, rows * plane.DOWN, aspect)
        self.draw()

    def _fit_heights(self, model: OverlayModel) -> None:
        """Let a panel be as high as its picture, so that its title stands right above."""
        rows = -(-model.camera.view.shape[0] // self._panels[0].plane.DOWN)
        for panel in self._panels:
            panel.styles.height = rows + 1

    @override
    def draw(self) -> None:
        model = self.model
        if model is None:
            return
        self.notice = ""
        self._fit_heights(model)
        for panel, pixels in zip(self._panels, model.pictures(), strict=True):
            if panel.display:
                panel.show(pixels, model.camera.cursor_pixel)
        if self._strip.display:
            self._strip.show(model)
        bar = self.query_one("#bar", TextBlock)
        rows = bar.size.height
        bar.show(
            colour_bar(model.placed.norm, model.look.heat_colours, rows, self._terminal.colours)
        )
        self.show_status()

    @override
    def show_crosshair(self) -> None:
        self.notice = ""
        assert self.model is not None
        for panel in self._panels:
            panel.mark(self.model.camera.cursor_pixel)
        self.show_status()

    @override
    def show_status(self) -> None:
        model = self.model
        if model is None:
            return
        left = self.notice or " · ".join(filter(None, (reading_text(model), overlay_look(model))))
        if self._count:
            left = f"{self._count} …  g goes to that channel"
        line = line_with_hints(left, footer_hints(OVERLAY_ACTIONS, "plot"), self.size.width)
        self.query_one("#status", TextBlock).show([line])

    # Size and mouse

    def on_resize(self, event: events.Resize) -> None:
        self._arrange()

    @on(PanelRoom.Resized)
    def _resized(self) -> None:
        # What was hidden has left its room by now.
        if self.query_one("#panels").size != self._area:
            self._choose_layout()

    @on(ChannelStrip.Picked)
    def _picked(self, event: ChannelStrip.Picked) -> None:
        if self.model is not None and self.model.go_to_channel(event.channel):
            self.draw()

    # Channels

    def action_channel(self, step: int) -> None:
        if self.model is not None:
            self.model.next_channel(step)
            self.draw()

    def action_digit(self, digit: str) -> None:
        """A digit of the channel to go to."""
        if len(self._count) < _LONGEST_NUMBER:
            self._count += digit
            self.show_status()

    def action_jump(self) -> None:
        model, count = self.model, self._count
        self._count = ""
        if model is None:
            return
        if model.go_to_channel(int(count or 0)):
            self.draw()
        else:
            self.remark(f"there is no channel {count}; the last is {len(model.channels) - 1:,}")

    def action_projection(self) -> None:
        if self.model is not None:
            self.model.next_projection()
            self.draw()

    # Looks

    def action_mode(self, step: int) -> None:
        if self.model is not None:
            self.model.look.next_mode(step)
            self.draw()

    def action_alpha(self, step: int) -> None:
        if self.model is not None:
            self.model.look.change_alpha(step)
            self.draw()

    def action_colormap(self, step: int) -> None:
        if self.model is None:
            return
        if not self.model.look.coloured:
            self.remark("colormaps are for the mode color: m changes it")
            return
        self.model.look.colours.next_colormap(step)
        self.draw()

    def action_norm(self, step: int) -> None:
        if self.model is not None:
            self.model.look.colours.next_norm(step)
            self.draw()

    def action_panels(self) -> None:
        """All three, then each alone, the overlay first."""
        order = [None, 2, 1, 0]
        self._alone = order[(order.index(self._alone) + 1) % len(order)]
        self._arrange()

    # View

    def action_copy(self) -> None:
        found = None if self.model is None else self.model.under_cursor()
        if found is None:
            self.remark("no crosshair to copy from: hover, or press an arrow")
            return
        numbers = (found.row, found.column, *found.rgb, found.raw, found.share)
        self.app.copy_to_clipboard("\t".join(map(str, numbers)))
        self.remark(f"copied {' '.join(f'{number:.6g}' for number in numbers)}")

    @override
    def action_fit(self) -> None:
        if self._count:
            self.action_digit("0")
        else:
            super().action_fit()

    @override
    def action_cancel(self) -> None:
        self._count = ""
        super().action_cancel()
