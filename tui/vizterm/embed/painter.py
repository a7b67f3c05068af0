"""Drawing the scatter: a quick frame at once, the exact one when nothing moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from rich.style import Style
from textual.geometry import Region

from vizterm.cells.glyphs import GlyphCells, Overlay
from vizterm.cells.theme import theme_for
from vizterm.embed.density_look import DensityLook
from vizterm.embed.density_pictures import blurred_painting
from vizterm.embed.dots_look import DotsLook
from vizterm.embed.drawing import label_styles
from vizterm.embed.inks import LabelInks
from vizterm.embed.left_out import LeftOut
from vizterm.embed.map_look import MapLook
from vizterm.embed.map_names import MapNames
from vizterm.embed.map_thumbnails import (
    MOST_IN_VIEW,
    MapThumbnails,
    Thumbnail,
    cells_with,
)
from vizterm.embed.model import EmbedModel
from vizterm.embed.plot import ScatterPlot
from vizterm.embed.plot_pictures import AT_REST as AT_REST_DOTS
from vizterm.embed.plot_pictures import IN_MOTION as IN_MOTION_DOTS
from vizterm.embed.plot_pictures import (
    density_painting,
    discs_painting,
    drawn_as_discs,
    ring_around,
)
from vizterm.embed.point_marks import Spot, neighbour_marks, with_marks
from vizterm.embed.refining import Prepared, Refined, Refining, prepare
from vizterm.embed.request import BRAILLE, PIXELS
from vizterm.embed.scatter_cells import over_density, with_left_out
from vizterm.embed.selected_index import SelectedIndex
from vizterm.embed.selected_look import SelectedInView
from vizterm.embed.thumbnail_store import ThumbnailStore
from vizterm.embed.view_of_points import ViewOfPoints
from vizterm.graphics.canvas import Painting
from vizterm.graphics.layer import PictureLayer
from vizterm.graphics.plot_canvas import PlotCanvas
from vizterm.terminal.link import Link
from vizterm.terminal.textual_private.timers import once
from vizterm_core.load import Embedding
from vizterm_core.scatter.density import Density
from vizterm_core.scatter.frame import Frame
from vizterm_core.scatter.index import PointIndex
from vizterm_core.scatter.marks import PointsInView
from vizterm_core.scatter.viewport import DOTS_ACROSS, DOTS_DOWN, Viewport

if TYPE_CHECKING:
    from textual.screen import Screen
    from textual.timer import Timer

    from vizterm.cells.half_blocks import Cells
    from vizterm.terminal.facts import Terminal

__all__ = ["Painter", "Prepared", "Refined"]

AT_REST = 0.12
"""Seconds without a change after which the exact frame is computed."""


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
    dots : str
        One of `WAYS` to draw points.
    """

    def __init__(
        self,
        screen: Screen[None],
        plot: ScatterPlot,
        terminal: Terminal,
        model: EmbedModel,
        dots: str,
    ) -> None:
        self._screen = screen
        self._plot = plot
        self._terminal = terminal
        self.density_look = DensityLook()
        self.dots_look = DotsLook(dots)
        self.with_names = True
        """Whether the labels' names stand on the map."""
        self.with_context = False
        """Whether points that a filter leaves out are shown behind the others."""
        self._left_out = LeftOut()
        self.selected_index = SelectedIndex(screen)
        self._selected: SelectedInView | None = None
        """The selected points in view."""
        self._text_alone = False
        """Whether the plot is drawn in text for now, as text lies over it."""
        self.neighbours: tuple[int, ...] = ()
        """A point and its neighbours, which are marked; none without."""
        self.outline: Callable[[Viewport, Style], Overlay] | None = None
        """Returns the texts that draw a region that is being made."""
        self.with_thumbnails = False
        """Whether pictures of points stand on the map, where few are in view."""
        self.thumbnails: MapThumbnails | None = None
        """The pictures of this model's points; None if it has none."""
        self._marked_cursor: int | None = None
        self._ticket = 0
        self._rest: Timer | None = None
        self._canvas: PlotCanvas | None = None
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
        self._names = MapNames(model.embedding.labels, self.styles, self._terminal)

    def draw(self) -> None:
        """Show the model as it is now."""
        model, look = self._model, self.density_look
        self._ticket += 1
        frame, density = model.quick_frame(), None
        if look.shown:
            density = look.density(model, model.viewport, model.visible, model.highlight)
        self._left_out = self._left_out_quickly()
        front = self.selected_index.of(model)
        self._selected = None
        if front is not None and frame is not None:
            self._selected = self._selected_quickly(front)
            if self._selected is None:
                # Rather the frame before than one in which nothing stands out.
                frame = None
        complete = frame is not None and (density is not None or not look.shown)
        painting = None
        if frame is not None:
            self._place_names(frame)
            painting = self._quick_painting(frame, density)
            slow = self._link_is_slow
            self._show(frame, density, painting, self._inks.plain() if slow else self._inks)
        exact = frame is not None and frame.exact
        if self._selected is not None:
            exact = exact and self._selected.frame.exact
            complete = complete and (self._selected.density is not None or not look.shown)
        final = exact and complete and not self._link_is_slow
        discs = painting is not None and self._discs(frame) and not look.shown
        if not final or (self._pixels and not discs):
            self._refine_after(AT_REST if complete else 0)

    def mark(self) -> None:
        """Show cursor and pin where they are now; the frame stays."""
        frame, cursor = self._plot.frame, self._model.cursor
        if frame is None:
            return
        if self._has_thumbnails(frame) and cursor != self._marked_cursor:
            # Those around the cursor come first.
            self.thumbnails_changed()
        self._ring_points()
        self._plot.mark(*self._marked())

    def thumbnails_changed(self) -> None:
        """Show other pictures, or some that have come: at once, or at rest if that is too slow."""
        if self._has_thumbnails(self._plot.frame):
            if self._pixels and not self._quickly_exchanged:
                self._refine_after(AT_REST)
            else:
                self.draw()

    def take(self, refined: Refined) -> None:
        """Show what a worker has computed, unless something has changed since."""
        if refined.tables is not None:
            refined.model.index.use_tables(refined.tables)
        if refined.selected is not None and refined.selected_tables is not None:
            refined.selected.index.use_tables(refined.selected_tables)
        if refined.model is self._model and refined.ticket == self._ticket:
            self._place_names(refined.frame)
            self._left_out, self._selected = refined.left_out, refined.selected
            painting = self._painting(refined.frame, refined.fine, AT_REST_DOTS)
            if refined.density is not None and refined.fine_density is not None:
                painting = self._over_density(refined.fine_density, refined.density, painting)
            self._show(refined.frame, refined.density, painting, self._inks)

    def _refine_after(self, delay: float) -> None:
        if self._rest is not None:
            self._rest.stop()
        self._rest = once(self._screen, max(delay, 0.001), self._refine_now)

    def _refine_now(self) -> None:
        model, ticket, view = self._model, self._ticket, self._view
        refining = Refining(
            model,
            ticket,
            replace(view, visible=view.visible.copy()),
            self.density_look,
            model.selection,
            self.selected_index.of(model),
            self._pixels,
            self.with_context,
        )
        refine = partial(refining.run, self._screen.post_message, lambda: ticket == self._ticket)
        self._screen.run_worker(refine, thread=True, exclusive=True, group="refine")

    def _selected_quickly(self, front: PointIndex) -> SelectedInView | None:
        """Return the selected points in view; None where there is no time to count them."""
        model, look = self._model, self.density_look
        frame, density = front.quick_frame(model.viewport, model.visible), None
        if frame is None:
            return None
        if look.shown:
            density = look.density(
                model, model.viewport, model.visible, model.highlight, index=front
            )
        return SelectedInView(model.selection, front, frame, None, density)

    def _left_out_quickly(self, finer: Viewport | None = None) -> LeftOut:
        """Return the points that a filter leaves out of the view, if they are to be seen."""
        model = self._model
        if not self.with_context:
            return LeftOut()
        return LeftOut.of(model.index, model.viewport, finer, quick=True)

    def _show(
        self,
        frame: Frame,
        density: Density | None,
        painting: Painting | None,
        inks: LabelInks,
    ) -> None:
        if not self._preparing:
            # Now that something is to be seen.
            self._preparing = True
            work = partial(prepare, self._model, self._screen.post_message)
            self._screen.run_worker(work, thread=True, group="prepare")
        model, look = self._model, self.density_look
        if painting is not None and self._quickly_exchanged:
            # Nothing of the text can be seen.
            self._cells = GlyphCells.blank(*frame.labels.shape)
        else:
            self._cells = self.dots_look.cells(frame, self._view, inks, self._selected)
            if self._left_out.dots is not None:
                self._cells = with_left_out(self._cells, self._left_out.dots, inks)
            # Below a painting, which has them in its own size, they couldn't be seen.
            in_text = painting is None and self._has_thumbnails(frame)
            if self.thumbnails is not None and in_text:
                shown = self.thumbnails.in_cells(
                    self._points_apart, self._view, self._inks_apart, model.cursor
                )
                self._cells = cells_with(self._cells, shown, self._terminal.colours)
        self._marked_cursor = model.cursor
        if density is not None:
            front = None if self._selected is None else self._selected.density
            self._backdrop = look.cells(density, front)
        fits = self._backdrop is not None and self._backdrop.shape[:2] == self._cells.shape
        seen = painting is None or not self._quickly_exchanged
        if look.shown and fits and seen and self._backdrop is not None:
            self._cells = over_density(
                self._cells, self._backdrop, self._terminal.colours, dots=look.with_dots
            )
        else:
            self._backdrop = None
        if self._canvas is not None:
            self._canvas.show(painting, self._plot.origin)
            self._ring_points()
        self._plot.show(frame, model.viewport, *self._marked())

    def _marked(self) -> tuple[GlyphCells, Overlay]:
        """Return the cells of the frame with cursor and pin, and the texts over them."""
        model, canvas = self._model, self._canvas
        cursor, pin = (self._spot(point) for point in self._marked_points)
        rings = canvas is not None and canvas.shown
        # A ring that lies above all text can be seen on a name, too.
        hidden = cursor is None or (rings and self._above_text)
        names = self._names.texts(
            model.highlight, None if hidden or cursor is None else (cursor.column, cursor.row)
        )
        if rings:
            return self._cells, names
        cells, marks = with_marks(self._cells, cursor, pin, self._inks)
        outline: Overlay = {}
        if self.neighbours:
            spots = [spot for point in self.neighbours if (spot := self._spot(point)) is not None]
            taken = None if cursor is None else (cursor.column, cursor.row)
            marks = {**neighbour_marks(cells, spots, taken, self._inks), **marks}
        if self.outline is not None:
            outline = self.outline(model.viewport, theme_for(self._terminal).strong)
        return cells, {**names, **marks, **outline}

    def _place_names(self, frame: Frame) -> None:
        if self.with_names and not self._has_thumbnails(frame):
            self._names.place(frame, self._model.viewport)
        else:
            self._names.forget()

    @property
    def _marked_points(self) -> tuple[int | None, int | None]:
        """The cursor, unless its own picture stands on the map, and the pinned point."""
        model = self._model
        framed = self.thumbnails_shown and self.thumbnails and self.thumbnails.stands(model.cursor)
        return None if framed else model.cursor, model.pinned

    def _spot(self, point: int | None) -> Spot | None:
        model = self._model
        if point is None:
            return None
        return Spot.of(point, model.index, model.viewport, self._plot.frame)

    def use_thumbnails(
        self,
        embedding: Embedding,
        look: Callable[[], MapLook],
        arrived: Callable[[], object],
    ) -> None:
        """Take an embedding's pictures for the map; `arrived` is called when some have come."""
        if self.thumbnails is not None:
            self.thumbnails.close()
        self.thumbnails = None
        if embedding.images is not None or embedding.maps is not None:
            store = ThumbnailStore(embedding, look, arrived)
            self.thumbnails = MapThumbnails(store, embedding.row_of)

    # pixels

    @property
    def pixels_possible(self) -> bool:
        """Whether the terminal draws pictures that a plot can be made of."""
        layer = getattr(self._screen.app, "pictures", None)
        return isinstance(layer, PictureLayer) and layer.active and not layer.protocol.as_text

    @property
    def _pixels_wanted(self) -> bool:
        """Whether dots and density are drawn in pixels, unless text lies over them.

        The density of selected points is drawn in half blocks.
        """
        both = self.density_look.shown and self._model.selection.count > 0
        return self.dots_look.way == PIXELS and self._canvas is not None and not both

    @property
    def _pixels(self) -> bool:
        """Whether the dots are drawn in pixels now."""
        return self._pixels_wanted and not self._text_alone

    def draw_in_text(self, *, alone: bool) -> None:
        """Draw text alone for now, or pixels again where they are wanted."""
        changed, self._text_alone = alone != self._text_alone, alone
        if changed and self._pixels_wanted:
            self.draw()

    def start_canvas(self) -> bool:
        """Take the app's picture layer; return whether dots can be drawn as wanted.

        Where pixels were wanted and are impossible, they are drawn in braille.
        """
        layer = getattr(self._screen.app, "pictures", None)
        if self.pixels_possible and isinstance(layer, PictureLayer) and self._canvas is None:
            self._canvas = PlotCanvas(layer, self._plot, self._plot.text_over, lambda _: False)
        if self.dots_look.way != PIXELS or self._canvas is not None:
            return True
        self.dots_look.way = BRAILLE
        return False

    @property
    def _view(self) -> ViewOfPoints:
        model = self._model
        return ViewOfPoints(model.index, model.viewport, model.visible, model.highlight)

    @property
    def _above_text(self) -> bool:
        """Whether pictures lie above the text, which needs holes to be seen."""
        return self._canvas is not None and self._canvas.keeps

    @property
    def _holes(self) -> list[Region]:
        return self._names.regions if self._above_text else []

    @property
    def _quickly_exchanged(self) -> bool:
        """Whether pictures can follow each other while the view moves."""
        return self._above_text and not self._link_is_slow

    @property
    def _link_is_slow(self) -> bool:
        link = getattr(self._screen.app, "link", None)
        return isinstance(link, Link) and link.gate.slow

    @property
    def _points(self) -> PointsInView:
        view = self._view
        return view.index.points_in(view.viewport, view.visible)

    @property
    def _points_apart(self) -> PointsInView:
        """The points in view, of which selected ones have labels of their own."""
        points, selected = self._points, self._selected
        return points if selected is None else selected.points(self._view, points)

    @property
    def _inks_apart(self) -> LabelInks:
        """The inks of these labels."""
        view = self._view
        return self._inks if self._selected is None else self._inks.with_selection(view.highlight)

    @property
    def thumbnails_shown(self) -> bool:
        """Whether pictures stand on the map now."""
        return self._has_thumbnails(self._plot.frame)

    def _has_thumbnails(self, frame: Frame | None) -> bool:
        """Whether pictures stand on the map of a frame."""
        if frame is None or not self.with_thumbnails or self.thumbnails is None:
            return False
        few = frame.shown <= MOST_IN_VIEW and self._model.index.sorted
        return few and not self.density_look.shown

    def _discs(self, frame: Frame | None) -> bool:
        return frame is not None and drawn_as_discs(frame, self._view)

    def _quick_painting(self, frame: Frame, density: Density | None) -> Painting | None:
        """Return what is drawn in pixels while the view moves; None for text."""
        if not self._pixels or not self._quickly_exchanged:
            return None
        if not self.density_look.shown:
            return self._quick_dots(frame)
        if density is None:
            return None
        dots = self._quick_dots(frame) if self.density_look.with_dots else None
        return self._over_density(density, density, dots)

    def _over_density(self, density: Density, fitted: Density, dots: Painting | None) -> Painting:
        """Return a density in colours that are fitted to it in half blocks, below the dots."""
        view, look = self._model.viewport, self.density_look
        size = view.columns, view.rows
        norm = look.norm(fitted)
        return blurred_painting(density, norm, look, size, self._inks.inks, self._holes, dots)

    def _quick_dots(self, frame: Frame) -> Painting | None:
        if self._discs(frame):
            return self._painting(frame, None, IN_MOTION_DOTS)
        model = self._model
        finer = model.viewport.finer(IN_MOTION_DOTS)
        fine = model.index.quick_frame(finer, model.visible)
        if self._selected is not None:
            front = self._selected.index.quick_frame(finer, model.visible)
            self._selected = replace(self._selected, fine=front)
        self._left_out = self._left_out_quickly(finer)
        return self._painting(frame, fine, IN_MOTION_DOTS)

    def _painting(self, frame: Frame, fine: Frame | None, fineness: int) -> Painting | None:
        if not self._pixels or not self.density_look.with_dots:
            return None
        view, inks, selected = self._view, self._inks_apart, self._selected
        if self._discs(frame):
            thumbnails: list[Thumbnail] = []
            if self.thumbnails is not None and self._canvas and self._has_thumbnails(frame):
                thumbnails = self.thumbnails.in_pixels(
                    self._points_apart, view, inks, self._canvas.cell, self._model.cursor
                )
            shown = self._left_out.behind(self._points, view)
            if selected is not None:
                shown = selected.points(view, shown)
            return discs_painting(view, shown, inks.inks, self._holes, thumbnails, selected)
        if fine is None:
            return None
        if selected is not None:
            if selected.fine is None:
                return None
            fine = selected.frames(view, fine, selected.fine)
        return density_painting(
            fine, fineness, view, inks.inks, self._holes, self._left_out.fine, selected
        )

    def _ring_points(self) -> None:
        """Draw rings around the cursor and the pinned point, where pixels are drawn."""
        canvas, model = self._canvas, self._model
        if canvas is None or not canvas.shown:
            return
        for number, point in enumerate(self._marked_points):
            ring = None
            if point is not None:
                view = model.viewport
                column = (float(model.index.x[point]) - view.left) * view.x_scale / DOTS_ACROSS
                row = (view.top - float(model.index.y[point])) * view.y_scale / DOTS_DOWN
                if 0 <= column < view.columns and 0 <= row < view.rows:
                    ink = self._inks.inks.labels[int(model.index.labels[point])]
                    ring = ring_around(column, row, ink, self._inks.inks)
            canvas.mark(number, ring)
