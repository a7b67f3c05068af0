"""A view of points counted one by one, in a worker: the frame that is shown at rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from textual.message import Message

from vizterm.embed.model import EmbedModel
from vizterm.embed.scatter.density_look import DensityLook
from vizterm.embed.scatter.left_out import LeftOut
from vizterm.embed.scatter.plot_pictures import AT_REST, drawn_as_discs
from vizterm.embed.scatter.selected_look import SelectedInView
from vizterm.embed.scatter.view_of_points import ViewOfPoints
from vizterm_core.scatter.density import Density
from vizterm_core.scatter.frame import Frame
from vizterm_core.scatter.index import PointIndex
from vizterm_core.scatter.selection import Selection
from vizterm_core.scatter.tables import SummedTables
from vizterm_core.scatter.viewport import Viewport


@dataclass
class Refined(Message):
    """The frame at rest, computed by a worker."""

    model: EmbedModel
    ticket: int
    frame: Frame
    density: Density | None
    fine: Frame | None
    """The frame of the view in pixels, where these are drawn."""
    tables: SummedTables | None
    fine_density: Density | None = None
    """The density in pixels, where it is drawn in them."""
    left_out: LeftOut = field(default_factory=LeftOut)
    selected: SelectedInView | None = None
    selected_tables: SummedTables | None = None


class Prepared(Message):
    """The index answers faster than before, or points can be picked now."""


@dataclass(frozen=True, slots=True)
class Refining:
    """What is to be counted."""

    model: EmbedModel
    ticket: int
    """Which of the painter's frames it is for."""
    view: ViewOfPoints
    look: DensityLook
    selection: Selection
    front: PointIndex | None
    """The index of the selected points; None if they don't stand out."""
    pixels: bool
    """Whether dots and density are drawn in pixels."""
    with_context: bool
    """Whether points that a filter leaves out are shown."""

    def run(self, post: Callable[[Message], object], wanted: Callable[[], bool]) -> None:
        """Count, and post the frame; then again with tables that make the next ones faster.

        Parameters
        ----------
        post : callable
            Takes a `Refined`.
        wanted : callable
            Whether the view is still the one that is shown.
        """
        refined = self._counted()
        post(refined)
        model, viewport, selected = self.model, self.view.viewport, refined.selected
        if wanted() and model.index.needs_tables(viewport):
            tables = model.index.local_tables(viewport)
            front = None
            if selected is not None and selected.index.needs_tables(viewport):
                front = selected.index.local_tables(viewport)
            post(replace(refined, tables=tables, selected_tables=front))

    def _counted(self) -> Refined:
        model, view, look = self.model, self.view, self.look
        viewport, visible = view.viewport, view.visible
        frame = model.exact_frame(viewport, visible)
        density = fine_density = fine = finer = None
        if look.shown:
            density = look.density(model, viewport, visible, view.highlight, exact=True)
            if self.pixels:
                fine_density = look.fine_density(model, viewport, visible, view.highlight)
        if self.pixels and look.with_dots and not drawn_as_discs(frame, view):
            finer = viewport.finer(AT_REST)
            fine = model.exact_frame(finer, visible)
        left_out = LeftOut()
        if self.with_context:
            left_out = LeftOut.of(model.index, viewport, finer, quick=False)
        selected = self._selected(finer)
        return Refined(
            model, self.ticket, frame, density, fine, None, fine_density, left_out, selected
        )

    def _selected(self, finer: Viewport | None) -> SelectedInView | None:
        """Return the selected points of the view, also of the one in pixels."""
        front, view = self.front, self.view
        if front is None:
            return None
        viewport, visible = view.viewport, view.visible
        density = fine_density = None
        if self.look.shown:
            density = self.look.density(
                self.model, viewport, visible, view.highlight, exact=True, index=front
            )
            if self.pixels:
                fine_density = self.look.fine_density(
                    self.model, viewport, visible, view.highlight, index=front
                )
        fine = None if finer is None else front.exact_frame(finer, visible)
        frame = front.exact_frame(viewport, visible)
        return SelectedInView(self.selection, front, frame, fine, density, fine_density)


def prepare(model: EmbedModel, post: Callable[[Message], object]) -> None:
    """Build what makes frames and picking fast, and post `Prepared` after each part of it."""
    index = model.index
    if index.sorted:
        # Tables of sorted points are counted faster.
        index.build_buckets()
    index.build_tables()
    post(Prepared())
    if not index.sorted:
        index.build_buckets()
        post(Prepared())
