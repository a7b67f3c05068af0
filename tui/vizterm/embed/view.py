"""What the embed screen shows: the scatter, its legend, and the picture behind the point.

`EmbedScreen` adds what keys and the mouse do.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from textual import on, work
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.message import Message
from textual.timer import Timer
from typing_extensions import override

from vizterm.cells.dots import Overlay
from vizterm.cells.half_blocks import Cells
from vizterm.cells.text import BOLD, CURSOR
from vizterm.embed.density_look import DensityLook
from vizterm.embed.drawing import CURSOR_GLYPH, FEW_POINTS, PIN_GLYPH, heading, label_styles
from vizterm.embed.legend import Legend
from vizterm.embed.model import EmbedModel
from vizterm.embed.panels import PanelLayout
from vizterm.embed.plot import ScatterPlot
from vizterm.embed.point_facts import PointFacts, short_facts
from vizterm.embed.point_panel import PointPanel
from vizterm.embed.status import status_line
from vizterm.shell.background import Background
from vizterm.shell.loading import LoadingScreen
from vizterm.terminal.facts import Terminal
from vizterm.widgets.find_bar import FindBar
from vizterm.widgets.heading import Heading
from vizterm.widgets.text_block import TextBlock
from vizterm_core.errors import VizError
from vizterm_core.load import DataFile, Embedding
from vizterm_core.pictures.stacks import Images, Maps
from vizterm_core.scatter.braille import thicken
from vizterm_core.scatter.density import Density
from vizterm_core.scatter.frame import Frame
from vizterm_core.scatter.index import PointIndex
from vizterm_core.scatter.tables import SummedTables
from vizterm_core.scatter.viewport import DOTS_ACROSS, DOTS_DOWN, Viewport

Loaded = tuple[Embedding, PointIndex]

AT_REST = 0.12
"""Seconds without a change after which the exact frame is computed."""
ZOOM_STEP = 1.25
PAN_STEP = 0.125
"""Of the plot's size."""


class EmbedView(LoadingScreen[Loaded]):
    """Loads an embedding, draws the model as it is, and refines the picture when it rests."""

    AUTO_FOCUS = "ScatterPlot"

    @dataclass
    class Refined(Message):
        """A worker has computed the frame at rest."""

        model: EmbedModel
        ticket: int
        frame: Frame
        density: Density | None
        tables: SummedTables | None

    class PicturesReady(Message):
        """Compressed images are unpacked, or one has been read."""

    class Prepared(Message):
        """The index has got quicker, or points can be picked now."""

    def __init__(
        self, source: Background[Loaded], terminal: Terminal, row: int | None = None
    ) -> None:
        super().__init__(source, terminal)
        self._first_row = row
        self._model: EmbedModel | None = None
        self._ticket = 0
        self._rest: Timer | None = None
        self._count = ""
        self._notice = ""
        self._large_dots = False
        self._density_look = DensityLook()
        self._backdrop: Cells | None = None
        self._preparing = False
        self._shown_labels: npt.NDArray[np.bool_] = np.zeros(0, bool)

    @property
    def model(self) -> EmbedModel | None:
        """The state; None while loading."""
        return self._model

    # ------------------------------------------------------------------ building
    @override
    def compose(self) -> ComposeResult:
        colours = self._terminal.colours
        yield Heading()
        with Container(id="body"):
            yield ScatterPlot()
            with Vertical(id="side"):
                yield PointPanel(id="panel", colours=colours)
                yield PointPanel(id="pinned", colours=colours)
                yield Legend()
        yield PointPanel(id="card", colours=colours)
        yield TextBlock(id="status")
        yield FindBar()

    def on_mount(self) -> None:
        self._panels = PanelLayout(self, self._terminal)
        self.begin_loading()

    @override
    def start(self, loaded: Loaded) -> None:
        embedding, index = loaded
        self._start(EmbedModel(embedding, index, self._terminal.cell_aspect))
        self.query_one(ScatterPlot).announce_size()

    @override
    def start_again(self, loaded: Loaded) -> None:
        assert self._model is not None
        embedding, index = loaded
        model = EmbedModel(embedding, index, self._terminal.cell_aspect)
        model.take_over(self._model)
        self._ticket += 1
        map_look, self._first_row = self._panels.map_look, None
        self._backdrop, self._preparing = None, False
        self._start(model)
        self._panels.map_look.take_over(map_look, embedding)
        self._draw()

    @override
    def files_of(self, loaded: Loaded) -> tuple[DataFile, ...]:
        return loaded[0].files

    def _start(self, model: EmbedModel) -> None:
        self._model = model
        embedding = model.embedding
        if self._first_row is not None:
            model.place(embedding.point_of(self._first_row))
        labels = embedding.labels
        self._large_dots = len(embedding) <= FEW_POINTS
        self._styles = label_styles(labels, self._terminal.colours, light=self._terminal.light)
        self.query_one(ScatterPlot).colours = self._terminal.colours
        self._panels.use(embedding, self._entry_arrived)
        text = heading(
            embedding.title, len(embedding), embedding.dropped, labels,
            embedding.notes,
        )  # fmt: skip
        self.query_one(Heading).say(text)
        self._show_legend()
        if any(stack is not None and not stack.ready for stack in self._stacks()):
            self._unpack_images()

    @work(thread=True, group="prepare")
    def _prepare(self) -> None:
        assert self._model is not None
        index = self._model.index
        index.build_tables()
        self.post_message(self.Prepared())
        if not index.sorted:
            index.build_buckets()
            self.post_message(self.Prepared())

    @work(thread=True, group="images")
    def _unpack_images(self) -> None:
        try:
            for stack in self._stacks():
                if stack is not None and not stack.ready:
                    stack.unpack()
                    self.post_message(self.PicturesReady())
        except (VizError, OSError, MemoryError) as error:
            self.app.call_from_thread(
                self.notify, str(error), title="no pictures", severity="error", markup=False
            )

    def _entry_arrived(self) -> None:
        """Called in the reader's thread."""
        self.post_message(self.PicturesReady())

    def _stacks(self) -> tuple[Images | None, Maps | None]:
        assert self._model is not None
        return self._model.embedding.images, self._model.embedding.maps

    @on(PicturesReady)
    @on(Prepared)
    def _more_is_known(self) -> None:
        self._update_point()

    # ------------------------------------------------------------------ drawing
    def _draw(self) -> None:
        """Show the model as it is now: a quick frame at once, the exact one when it rests."""
        model = self._model
        if model is None:
            return
        self._ticket += 1
        frame, density = model.quick_frame(), None
        if self._density_look.shown:
            density = self._density_look.density(
                model, model.viewport, model.visible, model.highlight
            )
        at_hand = frame is not None and (density is not None or not self._density_look.shown)
        if frame is not None:
            self._show_frame(frame, density)
        if frame is None or not frame.exact or not at_hand:
            self._refine_soon(AT_REST if at_hand else 0)
        self._show_point()

    def _labels_changed(self) -> None:
        self._show_legend()
        self._draw()

    def _after_move(self, view: Viewport) -> None:
        model = self._model
        assert model is not None
        if not np.array_equal(model.visible, self._shown_labels):
            # Going to a point shows its label.
            self._labels_changed()
        elif view == model.viewport:
            self._show_point()
        else:
            self._draw()

    @override
    def remark(self, text: str) -> None:
        self._notice = text
        self._show_status()

    def _refine_soon(self, delay: float) -> None:
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.set_timer(max(delay, 0.001), self._refine_now)

    def _refine_now(self) -> None:
        model = self._model
        if model is not None:
            visible = model.visible.copy()
            self._refine(model, self._ticket, model.viewport, visible, model.highlight)

    @work(thread=True, exclusive=True, group="refine")
    def _refine(
        self,
        model: EmbedModel,
        ticket: int,
        viewport: Viewport,
        visible: npt.NDArray[np.bool_],
        highlight: int | None,
    ) -> None:
        frame = model.exact_frame(viewport, visible, highlight)
        density = None
        if self._density_look.shown:
            density = self._density_look.density(model, viewport, visible, highlight, exact=True)
        self.post_message(self.Refined(model, ticket, frame, density, None))
        if ticket == self._ticket and model.index.needs_tables(viewport):
            tables = model.index.local_tables(viewport)
            self.post_message(self.Refined(model, ticket, frame, density, tables))

    @on(Refined)
    def _refined(self, event: Refined) -> None:
        if event.tables is not None:
            event.model.index.use_tables(event.tables)
        if event.model is self._model and event.ticket == self._ticket:
            self._show_frame(event.frame, event.density)
            self._show_status()

    def _show_frame(self, frame: Frame, density: Density | None) -> None:
        model = self._model
        assert model is not None
        if not self._preparing:
            # Now that something is to be seen.
            self._preparing = True
            self._prepare()
        if self._large_dots:
            frame = replace(frame, codes=thicken(frame.codes))
        look = self._density_look
        if density is not None:
            self._backdrop = look.cells(density)
        if not look.shown or (
            self._backdrop is not None and self._backdrop.shape[:2] != frame.codes.shape
        ):
            self._backdrop = None
        self.query_one(ScatterPlot).show(
            frame,
            model.viewport,
            self._styles.pick(model.highlight),
            self._overlay(),
            self._backdrop,
            dots=look.with_dots or self._backdrop is None,
        )

    def _overlay(self) -> Overlay:
        model = self._model
        assert model is not None
        overlay = {}
        for point, mark in (
            (model.pinned, (PIN_GLYPH, BOLD)),
            (model.cursor, (CURSOR_GLYPH, CURSOR)),
        ):
            if point is not None:
                column, row = model.dot_of(point)
                overlay[column // DOTS_ACROSS, row // DOTS_DOWN] = mark
        return overlay

    def _show_point(self) -> None:
        """Show the cursor and what is under it; the frame stays."""
        self._count = self._notice = ""
        self._update_point()

    def _update_point(self) -> None:
        """Show again what is under the cursor, as nothing was done by a person."""
        model = self._model
        if model is None:
            return
        self.query_one(ScatterPlot).mark(self._overlay())
        self._panels.show(model, self._facts(model.cursor), self._facts(model.pinned))
        self._show_status()

    def _facts(self, point: int | None) -> PointFacts | None:
        model = self._model
        if model is None or point is None:
            return None
        embedding = model.embedding
        return PointFacts(
            label=embedding.labels.text_of(point),
            style=self._styles.bright[int(embedding.labels.codes[point])],
            name=embedding.name_of(point),
            row=embedding.row_of(point),
            x=float(embedding.x[point]),
            y=float(embedding.y[point]),
            place=model.here_position + 1,
            crowd=int(model.here.size) if point == model.cursor else 1,
            pinned=point == model.pinned,
        )

    def _show_status(self) -> None:
        model = self._model
        if model is None:
            return
        frame = self.query_one(ScatterPlot).frame
        where = "legend" if isinstance(self.focused, Legend) else "plot"
        facts = self._facts(model.cursor) if self._panels.hidden else None
        labelled = len(model.embedding.labels.names) > 1
        notice = self._notice or (short_facts(facts, labelled=labelled) if facts else "")
        line = status_line(
            model,
            frame.shown if frame else 0,
            self._count,
            notice,
            where,
            " · ".join(
                filter(None, (self._panels.map_look.describe(), self._density_look.describe()))
            ),
            self.size.width,
        )
        self.query_one("#status", TextBlock).show([line])

    def _show_legend(self) -> None:
        model = self._model
        assert model is not None
        self._shown_labels = model.visible.copy()
        self.query_one(Legend).show(
            model.embedding.labels, self._styles, model.visible, model.highlight
        )
