"""`vizterm overlay`: three linked panels, the channels, and what keys and the mouse do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container
from textual.geometry import Size
from textual.timer import Timer
from typing_extensions import override

from vizterm.actions import OVERLAY_ACTIONS, OVERLAY_MOUSE, bindings
from vizterm.cells.bar import Chip
from vizterm.cells.heading import HeadingText
from vizterm.graphics.in_cells import cells_for, pixels_in
from vizterm.maps.arrangement import HEAD, arrange
from vizterm.maps.choices import blend_choice
from vizterm.maps.crosshair import Crosshair
from vizterm.maps.scale import ColourScale
from vizterm.maps.screen import MapScreen, set_shown
from vizterm.overlay.channel_strip import ChannelStrip
from vizterm.overlay.drawing import (
    overlay_chips,
    overlay_heading,
    overlay_scale,
    panel_titles,
    reading_text,
    strip_title,
)
from vizterm.overlay.model import Overlay, OverlayModel
from vizterm.overlay.panels import Panel, PanelRoom
from vizterm.shell.background import Background
from vizterm.shell.choices import Choice
from vizterm.terminal.cell_size import CellSize
from vizterm.terminal.facts import Terminal
from vizterm.terminal.link import Link
from vizterm.terminal.textual_private.timers import once
from vizterm.widgets.picture import PictureView
from vizterm.widgets.plane import Plane

_LEAST_ROWS = 26
"""Rows of a screen that has room for the strip."""
_REST = 0.12
"""Seconds after which a crosshair that isn't moved is drawn into pictures in pixels."""
_LEAST_PANEL = 16, 7
"""Columns and rows of the screen that a panel needs."""
_LONGEST_NUMBER = 6
"""Digits of a channel number that can be typed."""


class OverlayScreen(MapScreen[Overlay]):
    """Image, heatmap, overlay.

    Parameters
    ----------
    source : Background
        Done.
    terminal : Terminal
    cell : (width, height), optional
        Of a cell in pixels, if pictures are drawn in pixels.
    """

    AUTO_FOCUS = "Plane"
    ACTIONS = OVERLAY_ACTIONS
    MOUSE = OVERLAY_MOUSE
    BINDINGS = [
        *bindings(OVERLAY_ACTIONS, "screen"),
        *bindings(OVERLAY_ACTIONS, "plot"),
        *[Binding(digit, f"digit('{digit}')", show=False) for digit in "123456789"],
    ]
    LEAST_COLUMNS = 40

    def __init__(
        self, source: Background[Overlay], terminal: Terminal, cell: CellSize | None
    ) -> None:
        super().__init__(source, terminal)
        self._room = PanelRoom(id="panels")
        self._panels = [
            Panel(cell, terminal.colours, photo=name == "image")
            for name in self.shown.model.titles()
        ]
        self._strip = ChannelStrip(self._theme, cell, id="channels")
        self._alone: int | None = None
        """The panel that is shown alone."""
        self._area = Size(0, 0)
        """The room that the panels were fitted to."""
        self._arrangement = arrange(len(self._panels), 1, 1, 1.0)
        """Where the panels stand."""
        self._resting: Timer | None = None
        self._rows = 0, 0
        """First row, and height, of the pictures in the room."""
        self._untold = cell is None
        """Whether the app has yet to hear that pictures are drawn in half blocks."""
        self._count = ""
        """Digits typed so far, of a channel to go to."""

    @property
    @override
    def model(self) -> OverlayModel:
        """State of what is shown."""
        return self.shown.model

    @override
    def compose(self) -> ComposeResult:
        yield self._heading
        with Container(id="body"):
            with self._room:
                yield from self._panels
            yield self._bar
        yield self._strip
        yield self._status

    # Layout

    @override
    def lay_out(self) -> None:
        super().lay_out()
        if self._untold:
            self._untold = False
            self.post_message(PictureView.Coarse())
        self._strip.fit(self.model)
        several = self.model.channel_count > 1
        set_shown(self._strip, several and self.size.height >= _LEAST_ROWS)
        self._show_panels()
        # When the places of all are known.
        self.call_after_refresh(self._choose_layout)

    def _show_panels(self) -> None:
        """Show all panels, the one alone, or of many maps as many as there is room for."""
        columns, rows = self.size
        room = max(2, (columns // _LEAST_PANEL[0]) * (rows // _LEAST_PANEL[1]))
        chosen = self.model.panels_in(room) if self._alone is None else {self._alone}
        for number, panel in enumerate(self._panels):
            set_shown(panel, number in chosen)

    async def _choose_layout(self) -> None:
        """Put the panels where their pictures are largest; then draw."""
        columns, rows = self._area = self._room.size
        if columns < 1 or rows < 1:
            await self.let_keys_in()
            return
        plane, view = self._panels[0].plane, self.model.camera.view
        cell_aspect = self._terminal.refresh_cell_aspect()
        shown = sum(panel.display for panel in self._panels)
        # Of several maps none is larger than the others.
        large = None if self.model.several else shown - 1
        self._arrangement = arrange(
            shown, columns, rows, view.width / view.height * cell_aspect, large
        )
        across, down = self._arrangement.largest
        aspect = cell_aspect * plane.ACROSS / plane.DOWN
        size = pixels_in(across, plane.ACROSS), pixels_in(down, plane.DOWN)
        self.model.camera.resize(*size, aspect)
        self.draw()

    @on(PanelRoom.Resized)
    async def _resized(self) -> None:
        # What was hidden has left its room by now.
        if self._room.size != self._area:
            await self._choose_layout()

    # Drawing

    @override
    def heading(self) -> HeadingText:
        return overlay_heading(self.shown.title, self.model, self.shown.notes)

    @override
    def paint(self) -> None:
        model = self.model
        shown = [
            (panel, pixels, title)
            for panel, pixels, title in zip(
                self._panels, model.pictures(), panel_titles(model), strict=True
            )
            if panel.display
        ]
        rooms = self._arrangement.rooms
        sizes = [self._fitting(model.camera.view.shape, room) for room in rooms]
        plane = self._panels[0].plane
        used = [
            (cells_for(width, plane.ACROSS), cells_for(height, plane.DOWN))
            for height, width in sizes
        ]
        corners = self._arrangement.corners(used, self._room.size)
        top = min(row for _, row in corners) + HEAD
        bottom = max(row + HEAD + size[1] for (_, row), size in zip(corners, used, strict=True))
        self._rows = top, bottom - top
        crosshair = Crosshair.of(model.camera)
        for (panel, pixels, title), size, cells, corner in zip(
            shown, sizes, used, corners, strict=True
        ):
            panel.place(corner, cells)
            panel.say(*title)
            panel.show(pixels, size, crosshair, rests=not self._link_slow)
        if self._strip.display:
            self._strip.show(model, strip_title(model))

    def _fitting(self, shape: tuple[int, int], room: tuple[int, int]) -> tuple[int, int]:
        """Return the (height, width) in pixels of a view that is to fit a room of cells."""
        plane = self._panels[0].plane
        width, height = pixels_in(room[0], plane.ACROSS), pixels_in(room[1], plane.DOWN)
        scale = min(1.0, width / shape[1], height / shape[0])
        return max(1, round(shape[0] * scale)), max(1, round(shape[1] * scale))

    @override
    def mark(self) -> None:
        crosshair = Crosshair.of(self.model.camera)
        for panel in self._panels:
            panel.mark(crosshair)
        if self._resting is not None:
            self._resting.stop()
        self._resting = once(self, _REST, self._rest)

    def _rest(self) -> None:
        """Draw the crosshair into pictures in pixels, once it stays where it is."""
        self._resting = None
        if not self._link_slow:
            for panel in self._panels:
                panel.rest()

    @property
    def _link_slow(self) -> bool:
        link = getattr(self.app, "link", None)
        return isinstance(link, Link) and link.gate.slow

    @override
    def scale(self) -> ColourScale:
        return overlay_scale(self.model)

    @override
    def value_looked_at(self) -> float | None:
        found = self.model.under_cursor()
        return None if found is None else found.raw

    @override
    def picture_rows(self) -> tuple[int, int]:
        return self._rows

    @override
    def reading(self) -> str:
        if self._count:
            return f"{self._count} …  g goes to that channel"
        return reading_text(self.model)

    @override
    def chips(self) -> Sequence[Chip]:
        return overlay_chips(self.model)

    @override
    def choice(self, what: str) -> Choice | None:
        return blend_choice(what, self.model.look, self.draw)

    @override
    def current_values(self) -> Mapping[str, str]:
        look = self.model.look
        alone = "all" if self._alone is None else self.model.titles()[self._alone]
        values = {"mode": look.mode, "alpha": f"{look.alpha:.2g}", "panels": alone}
        return {**super().current_values(), **values}

    @override
    def under_crosshair(self) -> Sequence[float] | None:
        found = self.model.under_cursor()
        if found is None:
            return None
        others = [value for _, value in found.others]
        values = others if self.model.several else [found.raw, found.share]
        return found.column, found.row, *found.rgb, *values

    # Channels

    @on(ChannelStrip.Picked)
    def _picked(self, event: ChannelStrip.Picked) -> None:
        if self.model.go_to_channel(event.channel):
            self.draw()

    @on(ChannelStrip.Leafed)
    def _leafed(self, event: ChannelStrip.Leafed) -> None:
        self.action_channel(event.step)

    def action_channel(self, step: int) -> None:
        self.model.next_channel(step)
        self.draw()

    def action_digit(self, digit: str) -> None:
        """Type a digit of the channel to go to."""
        if len(self._count) < _LONGEST_NUMBER:
            self._count += digit
            self.remark("")

    def action_jump(self) -> None:
        count, self._count = self._count, ""
        if self.model.go_to_channel(int(count or 0)):
            self.draw()
        else:
            last = self.model.channel_count - 1
            self.remark(f"there is no channel {count}: the last one is {last:,}")

    def action_projection(self) -> None:
        self.model.next_projection()
        self.draw()

    # Batches, several maps, attention

    def action_batch(self, step: int) -> None:
        if self.model.count == 1:
            self.remark("there is one image: nothing to leaf through")
            return
        self.model.next_of_batch(step)
        self._show_anew()

    def action_map(self, step: int) -> None:
        if not self.model.several:
            self.remark("there is one map: name more files to see them side by side")
            return
        self.model.next_map(step)
        if self._alone is not None and self._alone > 0:
            self._alone = self.model.map_index + 1
        self._show_anew()
        self.lay_out()

    def action_ask(self) -> None:
        """Show where the patch under the crosshair looks."""
        if not self.model.attention:
            self.remark("enter is for attention: (heads, T, T)")
        elif self.model.camera.cursor is None:
            self.remark("no crosshair: hover, or press an arrow key, and then enter")
        elif self.model.ask_at_cursor():
            self._show_anew()

    @on(Plane.Clicked)
    def _clicked(self, event: Plane.Clicked) -> None:
        if self.model.attention and self.model.camera.point_at(event.column, event.row):
            self.action_ask()

    def _show_anew(self) -> None:
        """Show other maps, and other previews of them."""
        self._strip.forget()
        self.draw()

    # Look and view

    def action_mode(self, step: int) -> None:
        self.model.look.next_mode(step)
        self.draw()

    def action_alpha(self, step: int) -> None:
        self.model.look.change_alpha(step)
        self.draw()

    @override
    def action_colormap(self, step: int) -> None:
        if self.model.look.coloured:
            super().action_colormap(step)
        else:
            self.remark("colormaps are for the mode color: press m to change the mode")

    def action_panels(self) -> None:
        """Show all panels, then each alone, the overlay first."""
        order = [None, *range(len(self._panels) - 1, -1, -1)]
        self._alone = order[(order.index(self._alone) + 1) % len(order)]
        self.lay_out()

    @override
    def action_fit(self) -> None:
        if self._count:
            self.action_digit("0")
        else:
            super().action_fit()

    @override
    def action_cancel(self) -> None:
        counted, self._count = self._count, ""
        if not counted and self.model.ask_nobody():
            self._show_anew()
            return
        super().action_cancel()
