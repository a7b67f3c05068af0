"""Keys for blur, colours and blending: they belong to the density, or to the maps of points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from vizterm.cells.bar import Chip
from vizterm.embed.scatter.map_thumbnails import MOST_IN_VIEW
from vizterm.embed.ways import BRAILLE, PIXELS
from vizterm.maps.chips import blend_chips, colour_chips
from vizterm.maps.choices import blend_choice, colour_choice
from vizterm.maps.pixel_map import NO_PICTURES
from vizterm.shell.choices import Choice
from vizterm.shell.keyed_screen import Actions

if TYPE_CHECKING:
    from vizterm.embed.model import EmbedModel
    from vizterm.embed.scatter.density_look import DensityLook
    from vizterm.embed.scatter.painter import Painter
    from vizterm.embed.side.panels import PanelLayout
    from vizterm.maps.colours import ColourChoice

_NO_COLOURS = "colours belong to the density and to maps: press v for density, i for maps"
_NO_DENSITY = "blur belongs to the density: press v for density"
_NO_MAP = "blending belongs to the map of a point: press i for maps"

_MARKS = {
    "auto": "marks grow where few points are in view",
    "fine": "each point is a dot",
    "large": "large marks",
}


class ShowsLooks(Protocol):
    """The screen, as far as these keys need it."""

    model: EmbedModel

    def draw(self) -> None:
        """Show the model as it is now."""

    def point_changed(self) -> None:
        """Show the cursor and the point under it."""

    def remark(self, text: str) -> None:
        """Show a short remark until something else happens."""


class LookKeys:
    """Changes the look of the density or of the maps, and has it shown.

    Parameters
    ----------
    shows : ShowsLooks
    painter : Painter
        Has the look of the density.
    panels : PanelLayout
        Has the look of the maps.
    coloured : bool
        Whether the terminal has colours for a density.
    """

    def __init__(
        self, shows: ShowsLooks, painter: Painter, panels: PanelLayout, *, coloured: bool
    ) -> None:
        self._shows, self._painter, self._panels = shows, painter, panels
        self._coloured = coloured

    def actions(self) -> Actions:
        """Return what these keys do, by the names in the table of actions."""
        return {
            "look": self.next_density,
            "dots": self.next_dots,
            "pixels": self.toggle_pixels,
            "marks": self.next_marks,
            "thumbnails": self.toggle_thumbnails,
            "sigma": self.change_sigma,
            "colormap": self.next_colormap,
            "norm": self.next_norm,
            "picture": self.next_picture,
            "levels": self.next_levels,
            "mode": self.next_mode,
            "alpha": self.change_alpha,
        }

    @property
    def _density(self) -> DensityLook:
        return self._painter.density_look

    def chips(self) -> list[Chip]:
        """Return chips for the status bar: what can be changed about maps and density."""
        chips: list[Chip] = []
        maps, density, covered = self._panels.map_look, self._density, self._panels.covered
        if self._panels.maps_shown:
            kind = self._panels.large_parts.kind if covered else maps.kind
            chips += [Chip(kind, "picture"), *blend_chips(maps.blend)]
        if covered:
            return chips
        way = self._painter.dots_look.way
        if way != BRAILLE and (way == PIXELS or not self._density.shown):
            chips.insert(0, Chip(way, "dots"))
        if density.shown:
            chips.append(Chip(density.look, "look"))
            chips.append(Chip(f"σ {density.sigma:g}", "sigma(1)"))
            chips += colour_chips(density.colours)
        return chips

    def choice(self, what: str) -> Choice | None:
        """Return the names to choose from for a part of the look."""
        if what == "mode":
            return blend_choice(what, self._panels.map_look.blend, self._shows.point_changed)
        colours = self._colours()
        return None if colours is None else colour_choice(what, colours, self._shows.draw)

    def values(self) -> dict[str, str]:
        """Return what keys change, as it is now, by action."""
        density, maps = self._density, self._panels.map_look
        way = self._painter.dots_look.way
        values = {"look": density.look, "pixels": "in pixels" if way == PIXELS else "in text"}
        if density.shown:
            values["sigma"] = f"σ {density.sigma:g}"
        if self._panels.maps_shown:
            values |= {"mode": maps.blend.mode, "alpha": f"{maps.blend.alpha:.2g}"}
        if density.shown or self._panels.maps_shown:
            own = density.shown and not self._panels.covered
            colours = density.colours if own else maps.colours
            values |= {"colormap": colours.colormap.name, "norm": colours.norm_name}
        return values

    def next_dots(self) -> None:
        """Go on to dots in braille, blocks, or pixels where the terminal has them."""
        self._painter.dots_look.next_way(pixels=self._painter.pixels.possible)
        self._shows.draw()
        self._shows.remark(f"dots in {self._painter.dots_look.way}")

    def toggle_pixels(self) -> None:
        """Draw dots and density in pixels, or in text again."""
        look = self._painter.dots_look
        if not self._painter.pixels.possible:
            self._shows.remark(NO_PICTURES)
            return
        look.toggle_pixels()
        self._shows.draw()
        text = "half blocks" if self._density.shown else look.way
        self._shows.remark("in pixels" if look.way == PIXELS else f"in {text}")

    def toggle_thumbnails(self) -> None:
        """Show or hide pictures of points on the map."""
        painter = self._painter
        if painter.thumbnails is None:
            self._shows.remark("the points have no pictures: --images KEY names them")
            return
        painter.with_thumbnails = not painter.with_thumbnails
        self._shows.draw()
        if not painter.with_thumbnails:
            self._shows.remark("no pictures on the map")
        elif not painter.thumbnails_shown:
            self._shows.remark(
                f"pictures stand on the map of up to {MOST_IN_VIEW:,} points: zoom in"
            )

    def next_marks(self) -> None:
        """Go on to marks that grow, to dots, or to large marks."""
        self._painter.dots_look.next_marks()
        self._shows.draw()
        self._shows.remark(_MARKS[self._painter.dots_look.marks])

    def next_density(self) -> None:
        """Go on to dots, density, or both."""
        self._density.next_look(coloured=self._coloured)
        self._shows.draw()

    def change_sigma(self, step: int) -> None:
        """Blur the density more (1) or less (-1)."""
        if self._density.shown:
            self._density.change_sigma(step)
            self._shows.draw()
        else:
            self._shows.remark(_NO_DENSITY)

    def next_colormap(self, step: int) -> None:
        """Go on to another colormap."""
        if (colours := self._colours()) is not None:
            colours.next_colormap(step)
            self._shows.draw()

    def next_norm(self, step: int) -> None:
        """Go on to another norm."""
        if (colours := self._colours()) is not None:
            colours.next_norm(step)
            self._shows.draw()

    def _colours(self) -> ColourChoice | None:
        """Return the colours that are on screen: of the density, else of the maps."""
        maps = self._panels.map_look.colours
        if self._panels.covered and self._panels.maps_shown:
            return maps
        if self._density.shown:
            return self._density.colours
        if self._panels.maps_shown:
            return maps
        self._shows.remark(_NO_COLOURS)
        return None

    def next_picture(self) -> None:
        """Go on to image, heatmap, or overlay."""
        embedding = self._shows.model.embedding
        if embedding.maps is None:
            self._shows.remark("the file has no maps for its points: --maps KEY names them")
        elif embedding.images is not None:
            self._panels.next_kind()
            self._shows.point_changed()

    def next_levels(self) -> None:
        """Go on to another range of the images' values."""
        images = self._shows.model.embedding.images
        if images is None:
            self._shows.remark("the points have no pictures: --images KEY names them")
            return
        self._panels.map_look.next_levels()
        self._shows.draw()
        levels = self._panels.map_look.levels
        told = images.said(levels) or "as they are"
        self._shows.remark(f"pictures: {told}")

    def next_mode(self, step: int) -> None:
        """Go on to another way of blending."""
        if self._map_is_shown():
            self._panels.map_look.blend.next_mode(step)
            self._shows.point_changed()

    def change_alpha(self, step: int) -> None:
        """Give the heat more weight (1) or less (-1)."""
        if self._map_is_shown():
            self._panels.map_look.blend.change_alpha(step)
            self._shows.point_changed()

    def _map_is_shown(self) -> bool:
        if not self._panels.maps_shown:
            self._shows.remark(_NO_MAP)
        return self._panels.maps_shown
