"""Drawing the scatter: a quick frame at once, the exact one when nothing moves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from rich.style import Style
from textual.geometry import Region

from vizterm.cells.glyphs import GlyphCells, Overlay
from vizterm.cells.text import BOLD
from vizterm.cells.theme import theme_for
from vizterm.embed.drawing import label_styles
from vizterm.embed.model import EmbedModel
from vizterm.embed.scatter.density_look import DensityLook
from vizterm.embed.scatter.dots_look import DotsLook
from vizterm.embed.scatter.inks import LabelInks
from vizterm.embed.scatter.left_out import LeftOut
from vizterm.embed.scatter.map_look import MapLook
from vizterm.embed.scatter.map_names import MapNames
from vizterm.embed.scatter.map_thumbnails import MOST_IN_VIEW, MapThumbnails, cells_with
from vizterm.embed.scatter.pixel_plot import PixelPlot, Scene
from vizterm.embed.scatter.plot import ScatterPlot
from vizterm.embed.scatter.plot_pictures import drawn_as_discs
from vizterm.embed.scatter.point_marks import Spot, neighbour_marks, with_marks
from vizterm.embed.scatter.refining import Prepared, Refined, Refining, prepare
from vizterm.embed.scatter.scatter_cells import over_density, with_left_out
from vizterm.embed.scatter.selected_index import SelectedIndex
from vizterm.embed.scatter.selected_look import SelectedInView
from vizterm.embed.scatter.spoke_pictures import painted_with
from vizterm.embed.scatter.spokes import Spokes, with_spokes
from vizterm.embed.scatter.thumbnail_store import ThumbnailStore
from vizterm.embed.scatter.trails import Trail, Way, on_cells, trail_texts, with_trails
from vizterm.embed.scatter.view_of_points import ViewOfPoints
from vizterm.graphics.canvas import Painting
from vizterm.terminal.textual_private.timers import once
from vizterm_core.load import Embedding
from vizterm_core.scatter.density import Density
from vizterm_core.scatter.frame import Frame
from vizterm_core.scatter.index import PointIndex
from vizterm_core.scatter.viewport import Viewport

if TYPE_CHECKING:
    from textual.timer import Timer
    from textual.widget import Widget

    from vizterm.cells.half_blocks import Cells
    from vizterm.terminal.facts import Terminal

__all__ = ["Painter", "Prepared", "Refined"]

AT_REST = 0.12
"""Seconds without a change after which the exact frame is computed."""


class Painter:
    """Draws the frames of a model on a plot.

    Parameters
    ----------
    screen : Widget
        Runs the workers, and is sent their results: `Refined`, to be passed to `take`, and
        `Prepared`.
    plot : ScatterPlot
    terminal : Terminal
    model : EmbedModel
    dots_look : DotsLook
    density_look : DensityLook, optional
        Several painters can share both looks.
    """

    def __init__(
        self,
        screen: Widget,
        plot: ScatterPlot,
        terminal: Terminal,
        model: EmbedModel,
        dots_look: DotsLook,
        density_look: DensityLook | None = None,
    ) -> None:
        self._screen = screen
        self._plot = plot
        self._terminal = terminal
        self.density_look = density_look or DensityLook()
        self.dots_look = dots_look
        self.with_names = True
        """Whether the labels' names stand on the map."""
        self.with_context = False
        """Whether points that a filter leaves out are shown behind the others."""
        self._left_out = LeftOut()
        self.selected_index = SelectedIndex(screen)
        self._selected: SelectedInView | None = None
        """The selected points in view."""
        self.pixels = PixelPlot(screen, plot, self.dots_look, self.density_look)
        """The plot in pixels, where these are drawn."""
        self.neighbours: tuple[int, ...] = ()
        """A point and its neighbours, which are marked."""
        self._covered: npt.NDArray[np.bool_] | None = None
        """The cells that pictures of points fill."""
        self.outline: Callable[[Viewport, Style], Overlay] | None = None
        """Returns the texts that draw a region that is being made."""
        self.trails: Callable[[], Sequence[tuple[int, Way]]] | None = None
        """Returns points and their ways through all epochs, which are drawn."""
        self._bare: Painting | None = None
        """What is drawn in pixels, without trails."""
        self._later: Timer | None = None
        self.with_thumbnails = False
        """Whether pictures of points stand on the map, where few are in view."""
        self.thumbnails: MapThumbnails | None = None
        """The pictures of this model's points; None if it has none."""
        self._marked_cursor: int | None = None
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
            painting = self.pixels.quick(self._scene(frame), frame, density, self._holes)
            slow = self.pixels.link_is_slow
            self._show(frame, density, painting, self._inks.plain() if slow else self._inks)
        exact = frame is not None and frame.exact
        if self._selected is not None:
            exact = exact and self._selected.frame.exact
            complete = complete and (self._selected.density is not None or not look.shown)
        final = exact and complete and not self.pixels.link_is_slow
        discs = painting is not None and self._discs(frame) and not look.shown
        if not final or (self.pixels.on and not discs):
            self._refine_after(AT_REST if complete else 0)

    @property
    def shows_motion(self) -> bool:
        """Whether points on their way to other places can be shown."""
        pixels = self.pixels
        animated = self._screen.app.animation_level != "none"
        possible = pixels.quickly_exchanged or not pixels.on
        return animated and possible and not (self.density_look.shown or pixels.link_is_slow)

    @property
    def ticket(self) -> int:
        """Another number whenever something has been drawn, but for points on their way."""
        return self._ticket

    def between(self, index: PointIndex) -> None:
        """Show points on their way to other places, without marks and names.

        Parameters
        ----------
        index : PointIndex
            Few enough points to be counted at once, with the labels of the model's.
        """
        model = self._model
        frame = index.quick_frame(model.viewport, model.visible)
        if frame is None:
            return
        view = ViewOfPoints(index, model.viewport, model.visible, model.highlight)
        scene = Scene(view, self._inks, None, LeftOut(), None, None)
        painting = self.pixels.quick(scene, frame, None, [])
        if painting is not None and self.pixels.quickly_exchanged:
            cells = GlyphCells.blank(*frame.labels.shape)
        else:
            cells = self.dots_look.cells(frame, view, self._inks, None)
        self.pixels.show(painting)
        self.pixels.ring(scene, ())
        self._plot.show(frame, model.viewport, cells, {})

    def mark(self) -> None:
        """Show cursor and pins where they are now; the frame stays."""
        frame, cursor = self._plot.frame, self._model.cursor
        if frame is None:
            return
        if self._has_thumbnails(frame) and cursor != self._marked_cursor:
            # Those around the cursor come first.
            self.thumbnails_changed()
        self.pixels.ring(self._scene(frame), self._marked_points)
        self._plot.mark(*self._marked())
        if self.trails is not None and self._bare is not None:
            # A picture as large as the plot is not sent for each point that is passed.
            if self._later is not None:
                self._later.stop()
            self._later = once(self._screen, AT_REST, self._paint)

    def trails_changed(self) -> None:
        """Show other ways of points; the frame stays."""
        if self._plot.frame is not None:
            self._paint()
            self._plot.mark(*self._marked())

    def _paint(self) -> None:
        """Show the painting with the ways of points."""
        painting, view = self._bare, self._model.viewport
        if painting is not None and (trails := self._trails()):
            painting = with_trails(painting, trails, view)
        if painting is not None or self.pixels.shown:
            self.pixels.show(painting)

    def _trails(self) -> list[Trail]:
        """Return the ways of points as they are drawn: in the label's colour, lighter."""
        if self.trails is None or self.outline is not None:
            return []
        model, theme = self._model, theme_for(self._terminal)
        labels, styles = model.index.labels, self.styles.bright
        inks = self._inks.inks.rgb()
        paper = np.asarray(self._terminal.paper, np.float64)
        ends = 255 - np.round(paper / 255) * 255
        trails = []
        for place, (point, way) in enumerate(self.trails()):
            label = int(labels[point])
            mixed = (inks[label].astype(np.float64) + ends) / 2
            own = styles[label] if label < len(styles) else theme.strong
            style = theme.strong if place == 0 and point == model.cursor else own + BOLD
            rgb = ends if style is theme.strong else mixed
            red, green, blue = (int(level) for level in rgb)
            trails.append(Trail(way, model.embedding.epoch, style, (red, green, blue)))
        return trails

    def mark_neighbours(self, points: Sequence[int] = ()) -> None:
        """Mark a point and its neighbours, by rings and lines; none without."""
        changed, self.neighbours = self.neighbours != tuple(points), tuple(points)
        if changed and self.pixels.on:
            # They are part of the picture.
            self.draw()
        else:
            self.mark()

    @property
    def _spokes(self) -> Spokes | None:
        model = self._model
        return Spokes.of(self.neighbours, model.index, model.viewport) if self.neighbours else None

    def thumbnails_changed(self) -> None:
        """Show other pictures, or some that have come: at once, or at rest if that is too slow."""
        if self._has_thumbnails(self._plot.frame):
            if self.pixels.on and not self.pixels.quickly_exchanged:
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
            densities = None
            if refined.density is not None and refined.fine_density is not None:
                densities = refined.fine_density, refined.density
            scene = self._scene(refined.frame)
            painting = self.pixels.at_rest(
                scene, refined.frame, refined.fine, densities, self._holes
            )
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
            self.pixels.on,
            self.with_context,
        )
        refine = partial(refining.run, self._screen.post_message, lambda: ticket == self._ticket)
        self._screen.run_worker(
            refine, thread=True, exclusive=True, group="refine", description="refine"
        )

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
        return SelectedInView(model.selection, front, frame, density=density)

    def _left_out_quickly(self) -> LeftOut:
        """Return the points that a filter leaves out of the view, if they are to be seen."""
        model = self._model
        if not self.with_context:
            return LeftOut()
        return LeftOut.of(model.index, model.viewport, None, quick=True)

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
            self._screen.run_worker(work, thread=True, group="prepare", description="prepare")
        model, look = self._model, self.density_look
        self._covered = None
        spokes = self._spokes
        if painting is not None and spokes is not None:
            painting = painted_with(painting, spokes, self._inks.inks)
        if painting is not None and self.pixels.quickly_exchanged:
            # Nothing of the text can be seen.
            self._cells = GlyphCells.blank(*frame.labels.shape)
        else:
            self._cells = self.dots_look.cells(frame, self._view, inks, self._selected)
            if self._left_out.dots is not None:
                self._cells = with_left_out(self._cells, self._left_out.dots, inks)
            # Below a painting, which has them in its own size, they couldn't be seen.
            in_text = painting is None and self._has_thumbnails(frame)
            if self.thumbnails is not None and in_text:
                scene = self._scene(frame)
                shown = self.thumbnails.in_cells(
                    scene.points, scene.view, scene.inks_apart, model.cursor
                )
                before = self._cells
                self._cells = cells_with(before, shown, self._terminal.colours)
                self._covered = self._cells.changed(before)
        self._marked_cursor = model.cursor
        if density is not None:
            front = None if self._selected is None else self._selected.density
            self._backdrop = look.cells(density, front)
        fits = self._backdrop is not None and self._backdrop.shape[:2] == self._cells.shape
        seen = painting is None or not self.pixels.quickly_exchanged
        if look.shown and fits and seen and self._backdrop is not None:
            self._cells = over_density(
                self._cells, self._backdrop, self._terminal.colours, dots=look.with_dots
            )
        else:
            self._backdrop = None
        self._bare = painting
        if self.trails is None or painting is None:
            self.pixels.show(painting)
        else:
            self._paint()
        self.pixels.ring(self._scene(frame), self._marked_points)
        self._plot.show(frame, model.viewport, *self._marked())

    def _marked(self) -> tuple[GlyphCells, Overlay]:
        """Return the cells of the frame with cursor and pin, and the texts over them."""
        model, rings = self._model, self.pixels.shown
        at, *pinned = self._marked_points
        cursor = self._spot(at)
        # A ring that lies above all text can be seen on a name, too.
        hidden = cursor is None or (rings and self.pixels.above_text)
        names = self._names.texts(
            model.highlight, None if hidden or cursor is None else (cursor.column, cursor.row)
        )
        if rings:
            return self._cells, names
        cells, spokes = self._cells, self._spokes
        if spokes is not None:
            cells = with_spokes(cells, spokes, model.cursor, self._inks, self._covered)
        pins = [spot for pin in pinned if (spot := self._spot(pin)) is not None]
        with_dots = self.density_look.with_dots
        cells, marks = with_marks(cells, cursor, pins, self._inks, dots=with_dots)
        outline: Overlay = {}
        if spokes is not None:
            spots = [spot for point in spokes.points if (spot := self._spot(point)) is not None]
            taken = None if cursor is None else (cursor.column, cursor.row)
            marks = {**neighbour_marks(cells, spots, taken, self._inks), **marks}
        if self.outline is not None:
            outline = self.outline(model.viewport, theme_for(self._terminal).strong)
        ways = on_cells(trail_texts(self._trails(), model.viewport), cells)
        return cells, {**ways, **names, **marks, **outline}

    def _place_names(self, frame: Frame) -> None:
        if self.with_names and not self._has_thumbnails(frame):
            self._names.place(frame, self._model.viewport)
        else:
            self._names.forget()

    @property
    def _marked_points(self) -> tuple[int | None, ...]:
        """The cursor, unless its own picture stands on the map, and the pinned points."""
        model = self._model
        framed = self.thumbnails_shown and self.thumbnails and self.thumbnails.stands(model.cursor)
        return None if framed else model.cursor, *model.pins

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

    def draw_in_text(self, *, alone: bool) -> None:
        """Draw text alone for now, or pixels again where they are wanted."""
        if self.pixels.give_way(to_text=alone):
            self.draw()

    @property
    def _view(self) -> ViewOfPoints:
        model = self._model
        return ViewOfPoints(model.index, model.viewport, model.visible, model.highlight)

    def _scene(self, frame: Frame | None) -> Scene:
        """Return what is to be seen beside a frame."""
        pictures = self.thumbnails if self._has_thumbnails(frame) else None
        return Scene(
            self._view, self._inks, self._selected, self._left_out, self._model.cursor, pictures
        )

    @property
    def _holes(self) -> list[Region]:
        return self._names.regions if self.pixels.above_text else []

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
