"""The embed screen: what keys and the mouse do to the model, and then it is drawn again."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from textual import events, on
from textual.app import SystemCommand

from vizterm.actions import EMBED_ACTIONS, EMBED_MOUSE, bindings
from vizterm.embed.density_look import DensityLook
from vizterm.embed.legend import Legend
from vizterm.embed.map_look import MapLook
from vizterm.embed.plot import ScatterPlot
from vizterm.embed.search import EmbedSearch
from vizterm.shell.help import HelpScreen
from vizterm_core.load import Embedding
from vizterm_core.scatter.index import PointIndex
from vizterm_core.scatter.navigate import DIRECTIONS

Loaded = tuple[Embedding, PointIndex]

AT_REST = 0.12
"""Seconds without a change after which the exact frame is computed."""
ZOOM_STEP = 1.25
_LONGEST_INDEX = 12
PAN_STEP = 0.125
"""Of the plot's size."""


class EmbedScreen(EmbedSearch):
    """An embedding to move about in."""

    BINDINGS = bindings(EMBED_ACTIONS, "screen")

    # ------------------------------------------------------------------ size, mouse, focus
    @on(ScatterPlot.Resized)
    def _plot_resized(self, event: ScatterPlot.Resized) -> None:
        if self._model is None:
            return
        self._model.cell_aspect = self._terminal.refresh_cell_aspect()
        self._model.resize(event.columns, event.rows)
        self._draw()

    def on_resize(self, event: events.Resize) -> None:
        if self._model is not None:
            self._panels.arrange(self.size)
            self.call_after_refresh(self._show_point)

    @on(ScatterPlot.Pointed)
    def _pointed(self, event: ScatterPlot.Pointed) -> None:
        model = self._model
        if model is None or isinstance(event, ScatterPlot.Clicked):
            return
        before = model.cursor
        if model.hover(event.column, event.row) and model.cursor != before:
            self._show_point()

    @on(ScatterPlot.Clicked)
    def _clicked(self, event: ScatterPlot.Clicked) -> None:
        if self._model is not None and self._model.hover(event.column, event.row):
            self.action_pin()

    @on(ScatterPlot.Dragged)
    def _dragged(self, event: ScatterPlot.Dragged) -> None:
        if self._model is not None:
            self._model.pan(-event.columns, -event.rows)
            self._draw()

    @on(ScatterPlot.Wheeled)
    def _wheeled(self, event: ScatterPlot.Wheeled) -> None:
        if self._model is not None:
            self._model.zoom(ZOOM_STEP**event.steps, event.column, event.row)
            self._draw()

    @on(Legend.Toggled)
    def _label_toggled(self, event: Legend.Toggled) -> None:
        if self._model is not None:
            self._model.toggle_label(event.label)
            self._labels_changed()

    @on(Legend.OnlyWanted)
    def _label_alone(self, event: Legend.OnlyWanted) -> None:
        if self._model is not None:
            self._model.show_only(event.label)
            self._labels_changed()

    @on(Legend.Selected)
    def _label_selected(self, event: Legend.Selected) -> None:
        # Where colours don't tell labels apart, the one under the legend's cursor stands out.
        model = self._model
        few = self._terminal.colours in ("none", "standard")
        if model is not None and few and model.highlight != event.label:
            model.highlight = event.label
            self._labels_changed()

    def on_descendant_focus(self) -> None:
        self._show_status()

    def action_digit(self, digit: str) -> None:
        """A digit of the index to go to."""
        if len(self._count) < _LONGEST_INDEX:
            self._count += digit
            self._show_status()

    # ------------------------------------------------------------------ actions on points
    def action_move(self, direction: str) -> None:
        if self._model is None:
            return
        view = self._model.viewport
        self._model.move(direction)
        self._after_move(view)

    def action_first(self) -> None:
        model, count = self._model, self._count
        self._count = ""
        if model is None:
            return
        view = model.viewport
        if not count:
            model.go_to_end(last=False)
        elif (point := model.embedding.point_of(int(count))) is not None:
            model.go_to(point)
        else:
            self.remark(
                f"there is no point {int(count):,}; the last is {model.embedding.total - 1:,}"
            )
            return
        self._after_move(view)

    def action_last(self) -> None:
        if self._count:
            self.action_first()
        elif self._model is not None:
            view = self._model.viewport
            self._model.go_to_end(last=True)
            self._after_move(view)

    def action_leaf(self, step: int) -> None:
        if self._model is not None:
            self._model.leaf(step)
            self._show_point()

    def action_pin(self) -> None:
        if self._model is not None:
            self._model.pin()
            self._show_point()

    def action_copy(self) -> None:
        facts = self._facts(self._model.cursor) if self._model else None
        if facts is None:
            self.remark("no point under the cursor to copy")
            return
        text = f"{facts.row}\t{facts.name}" if facts.name else str(facts.row)
        self.app.copy_to_clipboard(text)
        self.remark(f"copied {text.replace(chr(9), ' ')}")

    # ------------------------------------------------------------------ actions on the view
    def action_zoom(self, steps: int) -> None:
        if self._model is not None:
            self._model.zoom(ZOOM_STEP**steps)
            self._draw()

    def action_pan(self, direction: str) -> None:
        if self._model is not None:
            across, down = DIRECTIONS[direction]
            view = self._model.viewport
            # Whole dots: what stays in view then looks the same.
            self._model.pan(
                across * max(1, round(view.across * PAN_STEP)),
                down * max(1, round(view.down * PAN_STEP)),
            )
            self._draw()

    def action_fit(self) -> None:
        if self._count:
            self.action_digit("0")
        elif self._model is not None:
            self._model.fit()
            self._draw()

    def action_bulk(self) -> None:
        if self._model is not None:
            self._model.fit_bulk()
            self._draw()

    def action_stretch(self) -> None:
        if self._model is not None:
            self._model.toggle_stretch()
            self._draw()

    def action_large_dots(self) -> None:
        self._large_dots = not self._large_dots
        self._draw()

    def action_axes(self) -> None:
        self.query_one(ScatterPlot).toggle_axes()

    # ------------------------------------------------------------------ density
    def action_look(self) -> None:
        self._density_look.next_look(coloured=self._terminal.colours != "none")
        self._draw()

    def action_sigma(self, step: int) -> None:
        if self._density_look.shown:
            self._density_look.change_sigma(step)
            self._draw()
        else:
            self.remark("that is for the density: v shows it")

    def action_colormap(self, step: int) -> None:
        if (look := self._heat_look()) is not None:
            look.next_colormap(step)
            self._draw()

    def action_norm(self, step: int) -> None:
        if (look := self._heat_look()) is not None:
            look.next_norm(step)
            self._draw()

    def _heat_look(self) -> DensityLook | MapLook | None:
        """What colours belong to now: the density, or the map behind the point."""
        if self._density_look.shown:
            return self._density_look
        if self._panels.map_look.shown:
            return self._panels.map_look
        self.remark("that is for the density and for maps: v shows it, i them")
        return None

    # ------------------------------------------------------------------ maps
    def action_picture(self) -> None:
        if self._model is None:
            return
        embedding = self._model.embedding
        if embedding.maps is None:
            self.remark("the file has no maps for its points: --maps KEY names them")
        elif embedding.images is not None:
            self._panels.map_look.next_kind()
            self._show_point()

    def action_mode(self, step: int) -> None:
        if self._needs_map():
            self._panels.map_look.next_mode(step)
            self._show_point()

    def action_alpha(self, step: int) -> None:
        if self._needs_map():
            self._panels.map_look.change_alpha(step)
            self._show_point()

    def _needs_map(self) -> bool:
        shown = self._panels.map_look.shown
        if not shown:
            self.remark("that is for the map of a point: i shows it")
        return shown

    # ------------------------------------------------------------------ actions on labels
    def action_highlight(self, step: int) -> None:
        if self._model is not None and not self._model.embedding.labels.continuous:
            self._model.cycle_highlight(step, self.query_one(Legend).order)
            if self._model.highlight is not None:
                self.query_one(Legend).select(self._model.highlight)
            self._labels_changed()

    def action_all_labels(self, shown: bool) -> None:
        if self._model is not None and not self._model.embedding.labels.continuous:
            self._model.show_labels(shown)
            self._labels_changed()

    def action_switch(self) -> None:
        model = self._model
        if model is not None and model.embedding.labels.continuous:
            self.remark("labels are continuous: there is no legend to choose from")
            return
        target = ScatterPlot if isinstance(self.focused, Legend) else Legend
        self.set_focus(self.query_one(target))

    # ------------------------------------------------------------------ the rest
    def action_cancel(self) -> None:
        """Back: out of a filter, a count, a highlight, the legend."""
        model = self._model
        self._count = self._notice = ""
        if isinstance(self.focused, Legend):
            self.query_one(Legend).filter("")
            self.set_focus(self.query_one(ScatterPlot))
        if model is not None and model.highlight is not None:
            model.highlight = None
            self._labels_changed()
        self._show_status()

    def action_help(self) -> None:
        self.app.push_screen(HelpScreen(EMBED_ACTIONS, EMBED_MOUSE))

    def palette_commands(self) -> Iterable[SystemCommand]:
        """What the command palette lists."""
        for action in EMBED_ACTIONS:
            if action.palette and action.where != "legend":
                run = partial(self.app.run_action, action.name, self)
                yield SystemCommand(action.text, f"{action.group} · {action.shown_keys}", run)
