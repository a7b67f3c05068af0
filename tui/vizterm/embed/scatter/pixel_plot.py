"""The plot in the terminal's own pixels: when it is drawn so, and what is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from textual.geometry import Region

from vizterm.embed.scatter.density_look import DensityLook
from vizterm.embed.scatter.density_pictures import BlurredDensity, blurred_painting
from vizterm.embed.scatter.dots_look import DotsLook
from vizterm.embed.scatter.inks import LabelInks
from vizterm.embed.scatter.left_out import LeftOut
from vizterm.embed.scatter.map_thumbnails import MapThumbnails, Thumbnail
from vizterm.embed.scatter.plot import ScatterPlot
from vizterm.embed.scatter.plot_pictures import (
    AT_REST,
    IN_MOTION,
    density_painting,
    discs_painting,
    drawn_as_discs,
    ring_around,
)
from vizterm.embed.scatter.selected_look import SelectedInView
from vizterm.embed.scatter.view_of_points import ViewOfPoints
from vizterm.embed.ways import BRAILLE, PIXELS
from vizterm.graphics.canvas import Painting
from vizterm.graphics.layer import PictureLayer
from vizterm.graphics.plot_canvas import PlotCanvas
from vizterm.terminal.link import Link
from vizterm_core.scatter.density import Density
from vizterm_core.scatter.frame import Frame
from vizterm_core.scatter.marks import PointsInView
from vizterm_core.scatter.viewport import DOTS_ACROSS, DOTS_DOWN

if TYPE_CHECKING:
    from textual.widget import Widget


@dataclass(frozen=True, slots=True)
class Scene:
    """What is to be seen in a view, beside its frame."""

    view: ViewOfPoints
    inks: LabelInks
    """Of all labels."""
    selected: SelectedInView | None
    left_out: LeftOut
    cursor: int | None
    thumbnails: MapThumbnails | None
    """The pictures that may stand on the map."""

    @property
    def points(self) -> PointsInView:
        """The points in view, of which selected ones have labels of their own."""
        return self.apart(self.view.index.points_in(self.view.viewport, self.view.visible))

    def apart(self, points: PointsInView) -> PointsInView:
        """Return points of which selected ones have labels of their own."""
        return points if self.selected is None else self.selected.points(self.view, points)

    @property
    def inks_apart(self) -> LabelInks:
        """The inks of these labels."""
        return self.inks if self.selected is None else self.inks.with_selection(self.view.highlight)


class PixelPlot:
    """The pixels over a plot, where the terminal draws pictures.

    Parameters
    ----------
    screen : Screen
        Of an app with a picture layer.
    plot : ScatterPlot
    dots_look : DotsLook
    density_look : DensityLook
    """

    def __init__(
        self,
        screen: Widget,
        plot: ScatterPlot,
        dots_look: DotsLook,
        density_look: DensityLook,
    ) -> None:
        self._screen, self._plot = screen, plot
        self._dots_look, self._density_look = dots_look, density_look
        self._text_alone = False
        """Whether the plot is drawn in text for now, as text lies over it."""
        self.canvas: PlotCanvas | None = None

    # when

    def start(self) -> bool:
        """Take the app's picture layer; return whether dots can be drawn as wanted.

        Where pixels were wanted and are impossible, they are drawn in braille.
        """
        layer = self._layer
        if layer is not None and self.canvas is None:
            self.canvas = PlotCanvas(layer, self._plot, self._plot.text_over, lambda _: False)
        if self._dots_look.way != PIXELS or self.canvas is not None:
            return True
        self._dots_look.way = BRAILLE
        return False

    @property
    def _layer(self) -> PictureLayer | None:
        layer = getattr(self._screen.app, "pictures", None)
        there = isinstance(layer, PictureLayer) and layer.active and not layer.protocol.as_text
        return layer if there else None

    @property
    def possible(self) -> bool:
        """Whether the terminal draws pictures that a plot can be made of."""
        return self._layer is not None

    @property
    def wanted(self) -> bool:
        """Whether dots and density are drawn in pixels, unless text lies over them."""
        return self._dots_look.way == PIXELS and self.canvas is not None

    @property
    def on(self) -> bool:
        """Whether they are drawn in pixels now."""
        return self.wanted and not self._text_alone

    def give_way(self, *, to_text: bool) -> bool:
        """Draw text alone for now, or pixels again; whether that makes a difference."""
        changed, self._text_alone = to_text != self._text_alone, to_text
        return changed and self.wanted

    @property
    def shown(self) -> bool:
        """Whether pixels are on screen, or on their way."""
        return self.canvas is not None and self.canvas.shown

    @property
    def above_text(self) -> bool:
        """Whether pictures lie above the text, which needs holes to be seen."""
        return self.canvas is not None and self.canvas.keeps

    @property
    def link_is_slow(self) -> bool:
        """Whether what is drawn comes late."""
        link = getattr(self._screen.app, "link", None)
        return isinstance(link, Link) and link.gate.slow

    @property
    def quickly_exchanged(self) -> bool:
        """Whether pictures can follow each other while the view moves."""
        return self.above_text and not self.link_is_slow

    # what

    def quick(
        self, scene: Scene, frame: Frame, density: Density | None, holes: Sequence[Region]
    ) -> Painting | None:
        """Return what is drawn while the view moves; None for text."""
        look = self._density_look
        if not self.on or not self.quickly_exchanged or (look.shown and density is None):
            return None
        dots = self._quick_dots(scene, frame, holes) if look.with_dots else None
        if density is None or not look.shown:
            return dots
        selected = None if scene.selected is None else scene.selected.density
        blurred = BlurredDensity.of(look, density, selected)
        return self._over_density(scene, blurred, dots, holes)

    def at_rest(
        self,
        scene: Scene,
        frame: Frame,
        fine: Frame | None,
        densities: tuple[Density, Density] | None,
        holes: Sequence[Region],
    ) -> Painting | None:
        """Return what is drawn when nothing moves; None for text.

        Parameters
        ----------
        fine : Frame, optional
            Of the view in pixels.
        densities : (Density, Density), optional
            In pixels, and in dots: both have the colours of the second one.
        """
        dots = self._dots(scene, frame, fine, AT_REST, holes)
        if densities is None or not self.on:
            return dots
        selected = scene.selected
        blurred = BlurredDensity.of(
            self._density_look,
            densities[0],
            None if selected is None else selected.fine_density,
            densities[1],
            None if selected is None else selected.density,
        )
        return self._over_density(scene, blurred, dots, holes)

    def _over_density(
        self,
        scene: Scene,
        blurred: BlurredDensity,
        dots: Painting | None,
        holes: Sequence[Region],
    ) -> Painting:
        view = scene.view.viewport
        size = view.columns, view.rows
        return blurred_painting(blurred, self._density_look, size, scene.inks.inks, holes, dots)

    def _quick_dots(self, scene: Scene, frame: Frame, holes: Sequence[Region]) -> Painting | None:
        view = scene.view
        if drawn_as_discs(frame, view):
            return self._dots(scene, frame, None, IN_MOTION, holes)
        finer = view.viewport.finer(IN_MOTION)
        fine = view.index.quick_frame(finer, view.visible)
        selected, left_out = scene.selected, scene.left_out
        if selected is not None:
            front = selected.index.quick_frame(finer, view.visible)
            selected = replace(selected, fine=front)
        if left_out.dots is not None:
            left_out = LeftOut.of(view.index, view.viewport, finer, quick=True)
        scene = replace(scene, selected=selected, left_out=left_out)
        return self._dots(scene, frame, fine, IN_MOTION, holes)

    def _dots(
        self,
        scene: Scene,
        frame: Frame,
        fine: Frame | None,
        fineness: int,
        holes: Sequence[Region],
    ) -> Painting | None:
        if not self.on or not self._density_look.with_dots:
            return None
        view, inks, selected = scene.view, scene.inks, scene.selected
        if drawn_as_discs(frame, view):
            apart = scene.inks_apart
            thumbnails: list[Thumbnail] = []
            if scene.thumbnails is not None and self.canvas is not None:
                thumbnails = scene.thumbnails.in_pixels(
                    scene.points, view, apart, self.canvas.cell, scene.cursor
                )
            points = view.index.points_in(view.viewport, view.visible)
            points = scene.apart(scene.left_out.behind(points, view))
            return discs_painting(view, points, apart.inks, holes, thumbnails, selected)
        if fine is None or (selected is not None and selected.fine is None):
            return None
        return density_painting(
            fine, fineness, view, inks.inks, holes, scene.left_out.fine, selected
        )

    # marks

    def show(self, painting: Painting | None) -> None:
        """Show a painting over the plot; None for text alone."""
        if self.canvas is not None:
            self.canvas.show(painting, self._plot.origin)

    def ring(self, scene: Scene, points: Sequence[int | None]) -> None:
        """Draw rings around the cursor and the pinned points, where pixels are drawn."""
        canvas = self.canvas
        if canvas is None or not canvas.shown:
            return
        index, view, inks = scene.view.index, scene.view.viewport, scene.inks.inks
        for number, point in enumerate(points):
            ring = None
            if point is not None:
                column = (float(index.x[point]) - view.left) * view.x_scale / DOTS_ACROSS
                row = (view.top - float(index.y[point])) * view.y_scale / DOTS_DOWN
                if 0 <= column < view.columns and 0 <= row < view.rows:
                    ring = ring_around(column, row, inks.labels[int(index.labels[point])], inks)
            canvas.mark(number, ring)
        for number in range(len(points), canvas.marks):
            canvas.mark(number, None)
