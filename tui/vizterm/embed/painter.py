"""Drawing the scatter: a quick frame at once, the exact one when nothing moves."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from textual.message import Message

from vizterm.cells.glyphs import GlyphCells, Overlay
from vizterm.embed.density_look import DensityLook
from vizterm.embed.dots_look import DotsLook, ViewOfPoints
from vizterm.embed.drawing import label_styles
from vizterm.embed.inks import LabelInks
from vizterm.embed.model import EmbedModel
from vizterm.embed.plot import ScatterPlot
from vizterm.embed.point_marks import Spot, with_marks
from vizterm.embed.scatter_cells import over_density
from vizterm.terminal.textual_private.timers import once
from vizterm_core.scatter.density import Density
from vizterm_core.scatter.frame import Frame
from vizterm_core.scatter.tables import SummedTables
from vizterm_core.scatter.viewport import Viewport

if TYPE_CHECKING:
    from textual.screen import Screen
    from textual.timer import Timer

    from vizterm.cells.half_blocks import Cells
    from vizterm.terminal.facts import Terminal

AT_REST = 0.12
"""Seconds without a change after which the exact frame is computed."""


@dataclass
class Refined(Message):
    """The frame at rest, computed by a worker."""

    model: EmbedModel
    ticket: int
    frame: Frame
    density: Density | None
    tables: SummedTables | None


class Prepared(Message):
    """The index answers faster than before, or points can be picked now."""


class Painter:
    """Draws the frames of a model on a plot.

    Parameters
    ----------
    screen : Screen
        Runs the workers, and is sent their results: `Refined`, to be passed to `take`, and
        `Prepared`.
    plot : ScatterPlot
    terminal : Terminal
    model : EmbedModel
    """

    def __init__(
        self, screen: Screen[None], plot: ScatterPlot, terminal: Terminal, model: EmbedModel
    ) -> None:
        self._screen = screen
        self._plot = plot
        self._terminal = terminal
        self.density_look = DensityLook()
        self.dots_look = DotsLook()
        self._ticket = 0
        self._rest: Timer | None = None
        self.use(model)

    def use(self, model: EmbedModel) -> None:
        """Draw this model from now on; frames of another that are under way are dropped."""
        self._model = model
        self._ticket += 1
        self._backdrop: Cells | None = None
        self._preparing = False
        self._cells = GlyphCells.blank(0, 0)
        self._inks = LabelInks.of(model.embedding.labels, self._terminal)
        self.styles = label_styles(
            model.embedding.labels, self._terminal.colours, light=self._terminal.light
        )
        """The style of each label."""

    def draw(self) -> None:
        """Show the model as it is now."""
        model, look = self._model, self.density_look
        self._ticket += 1
        frame, density = model.quick_frame(), None
        if look.shown:
            density = look.density(model, model.viewport, model.visible, model.highlight)
        complete = frame is not None and (density is not None or not look.shown)
        if frame is not None:
            self._show(frame, density)
        if frame is None or not frame.exact or not complete:
            self._refine_after(AT_REST if complete else 0)

    def mark(self) -> None:
        """Show cursor and pin where they are now; the frame stays."""
        if self._plot.frame is not None:
            self._plot.mark(*self._marked())

    def take(self, refined: Refined) -> None:
        """Show what a worker has computed, unless something has changed since."""
        if refined.tables is not None:
            refined.model.index.use_tables(refined.tables)
        if refined.model is self._model and refined.ticket == self._ticket:
            self._show(refined.frame, refined.density)

    def _refine_after(self, delay: float) -> None:
        if self._rest is not None:
            self._rest.stop()
        self._rest = once(self._screen, max(delay, 0.001), self._refine_now)

    def _refine_now(self) -> None:
        model = self._model
        refine = partial(
            self._refine, model, self._ticket, model.viewport, model.visible.copy(), model.highlight
        )
        self._screen.run_worker(refine, thread=True, exclusive=True, group="refine")

    def _refine(
        self,
        model: EmbedModel,
        ticket: int,
        viewport: Viewport,
        visible: npt.NDArray[np.bool_],
        highlight: int | None,
    ) -> None:
        frame = model.exact_frame(viewport, visible)
        density = None
        if self.density_look.shown:
            density = self.density_look.density(model, viewport, visible, highlight, exact=True)
        self._screen.post_message(Refined(model, ticket, frame, density, None))
        if ticket == self._ticket and model.index.needs_tables(viewport):
            tables = model.index.local_tables(viewport)
            self._screen.post_message(Refined(model, ticket, frame, density, tables))

    def _show(self, frame: Frame, density: Density | None) -> None:
        if not self._preparing:
            # Now that something is to be seen.
            self._preparing = True
            prepare = partial(self._prepare, self._model)
            self._screen.run_worker(prepare, thread=True, group="prepare")
        model, look = self._model, self.density_look
        view = ViewOfPoints(model.index, model.viewport, model.visible, model.highlight)
        self._cells = self.dots_look.cells(frame, view, self._inks)
        if density is not None:
            self._backdrop = look.cells(density)
        fits = self._backdrop is not None and self._backdrop.shape[:2] == self._cells.shape
        if look.shown and fits and self._backdrop is not None:
            self._cells = over_density(
                self._cells, self._backdrop, self._terminal.colours, dots=look.with_dots
            )
        else:
            self._backdrop = None
        self._plot.show(frame, model.viewport, *self._marked())

    def _prepare(self, model: EmbedModel) -> None:
        model.index.build_tables()
        self._screen.post_message(Prepared())
        if not model.index.sorted:
            model.index.build_buckets()
            self._screen.post_message(Prepared())

    def _marked(self) -> tuple[GlyphCells, Overlay]:
        """Return the cells of the frame with cursor and pin, and the texts over them."""
        model = self._model
        cursor, pin = self._spot(model.cursor), self._spot(model.pinned)
        return with_marks(self._cells, cursor, pin, self._inks)

    def _spot(self, point: int | None) -> Spot | None:
        model = self._model
        if point is None:
            return None
        return Spot.of(point, model.index, model.viewport, self._plot.frame)
