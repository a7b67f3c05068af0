"""Maps side by side by keys: which ones stand there, and which of them is the first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Protocol

from textual.message import Message

from vizterm.embed.beside.pane import MapPane, MapTitle
from vizterm.embed.beside.side_map import SideMap
from vizterm.embed.column_keys import AT_ONCE
from vizterm.embed.scatter.plot import ScatterPlot
from vizterm.embed.select.region_keys import how_held
from vizterm.embed.view_keys import ZOOM_STEP
from vizterm.shell.choices import Choice
from vizterm.shell.keyed_screen import Actions
from vizterm_core.errors import VizError
from vizterm_core.load.other_maps import MOST_BESIDE
from vizterm_core.scatter.moved import as_other, called

if TYPE_CHECKING:
    from textual.containers import Horizontal
    from textual.screen import Screen

    from vizterm.cells.theme import Theme
    from vizterm.embed.indexed import IndexedEmbedding
    from vizterm.embed.model import EmbedModel
    from vizterm.embed.scatter.painter import Painter
    from vizterm.embed.select.region_keys import RegionKeys
    from vizterm.embed.select.selection_keys import SelectionKeys
    from vizterm.terminal.facts import Terminal
    from vizterm_core.scatter.viewport import Viewport

ALONE = "this map alone"
_ONE_MAP = "the data have one map; --coords tsne,umap names several"


@dataclass
class MapRead(Message):
    """The points at their places on another map, or why they aren't."""

    name: str
    like: IndexedEmbedding
    """What the first map showed meanwhile."""
    loaded: IndexedEmbedding | None
    problem: str = ""


class ShowsMaps(Protocol):
    """The screen, as far as maps side by side need it."""

    model: EmbedModel
    loaded: IndexedEmbedding

    def move_points(
        self, loaded: IndexedEmbedding, view: Viewport | None = None, *, anew: bool = False
    ) -> None:
        """Show the same rows at other places; cursor, pins, selection and labels stay."""

    def point_changed(self) -> None:
        """Show the cursor and the point under it; the frame stays."""

    def action_pin(self) -> None:
        """Pin or unpin the point under the cursor."""

    def remark(self, text: str) -> None:
        """Show a short remark until something else happens."""


class BesideKeys:
    """Shows other maps of the points beside the first one.

    Parameters
    ----------
    screen : Screen
        Has a `#maps`; runs the workers, and is sent `MapRead`, to be passed to `take`.
    shows : ShowsMaps
        The same screen.
    painter : Painter
        Draws the first map.
    selection : SelectionKeys
    regions : RegionKeys
    title : MapTitle
        Above the first map.
    theme : Theme
    terminal : Terminal
    """

    def __init__(
        self,
        screen: Screen[None],
        shows: ShowsMaps,
        painter: Painter,
        selection: SelectionKeys,
        regions: RegionKeys,
        title: MapTitle,
        theme: Theme,
        terminal: Terminal,
    ) -> None:
        self._screen, self._shows, self._painter = screen, shows, painter
        self._selection, self._regions = selection, regions
        self._title = title
        self._theme, self._terminal = theme, terminal
        self._sides: list[SideMap] = []
        self._views: dict[str, Viewport] = {}
        """The views in which maps were left that stand nowhere now."""
        self._number = 0
        self._started = False

    def actions(self) -> Actions:
        """Return what these keys do, by the names in the table of actions."""
        return {"beside": self.toggle, "flip": self.flip}

    # which maps

    @property
    def now(self) -> str:
        """The maps that are shown, in words."""
        return " | ".join([self._shows.loaded.embedding.map_name, *self.names])

    @property
    def names(self) -> list[str]:
        """The names of the maps beside the first one."""
        return [side.name for side in self._sides]

    def start(self) -> None:
        """Show the maps that were asked for; once."""
        if self._started:
            return
        self._started = True
        for name in self._shows.loaded.embedding.beside:
            self._add(name)

    def toggle(self) -> None:
        """Show another map beside this one, or this one alone; where there are several, ask."""
        others = list(self._shows.loaded.embedding.other_maps)
        if not others:
            self._shows.remark(_ONE_MAP)
        elif len(others) > 1:
            self._screen.action_choose("beside")  # type: ignore[attr-defined]
        elif self._sides:
            self._remove(self._sides[0])
        else:
            self._add(others[0])

    def choice(self) -> Choice | None:
        """Return the maps to choose from; None, with a remark, if there are none."""
        embedding = self._shows.loaded.embedding
        if not embedding.other_maps:
            self._shows.remark(_ONE_MAP)
            return None
        names = [*embedding.other_maps, *([ALONE] if self._sides else [])]
        details = {name: other.said for name, other in embedding.other_maps.items()}
        details |= dict.fromkeys(self.names, "is shown: take it away")
        return Choice(
            "beside this map",
            names,
            self.names[-1] if self._sides else "",
            self._chosen,
            details,
        )

    def _chosen(self, name: str) -> None:
        shown = {side.name: side for side in self._sides}
        if name == ALONE:
            for side in [*self._sides]:
                self._remove(side)
        elif name in shown:
            self._remove(shown[name])
        else:
            if len(self._sides) >= MOST_BESIDE - 1:
                self._remove(self._sides[-1])
            self._add(name)

    def _add(self, name: str) -> None:
        self._number += 1
        pane = MapPane(self._number, self._theme, self._terminal.colours)
        side = SideMap(name, pane, self._terminal)
        self._sides.append(side)
        self._maps.mount(pane)
        pane.plot.say(f"reading {name} …")
        self._read(side)
        self._show_titles()

    def _remove(self, side: SideMap) -> None:
        if side.model is not None:
            self._views[side.name] = side.model.viewport
        self._sides.remove(side)
        side.pane.remove()
        self._show_titles()

    @property
    def _maps(self) -> Horizontal:
        from textual.containers import Horizontal

        return self._screen.query_one("#maps", Horizontal)

    def _show_titles(self) -> None:
        self._maps.set_class(bool(self._sides), "-several")
        self._title.say(self._shows.loaded.embedding.map_name, first=True)
        for side in self._sides:
            side.pane.title_line.say(side.name)

    # reading

    def _read(self, side: SideMap) -> None:
        """Read the places of a map, in a worker."""
        like, name = self._shows.loaded, side.name
        other = like.embedding.other_maps[name]

        def run() -> None:
            try:
                there = like.moved(other.read())
                if there.postponed:
                    # It is coloured as the first map is, also by what is true of that one alone.
                    there = like.placed_like(there)
                read = MapRead(name, like, there)
            except (VizError, OSError, MemoryError) as error:
                said = error.message if isinstance(error, VizError) else str(error)
                read = MapRead(name, like, None, said or "not enough memory")
            if self._screen.is_running:
                self._screen.post_message(read)

        self._screen.run_worker(run, thread=True, group=f"map {side.pane.number}")

    def take(self, read: MapRead) -> None:
        """Show a map that was read."""
        side = next((side for side in self._sides if side.name == read.name), None)
        if side is None:
            return
        if read.loaded is None:
            self._remove(side)
            self._shows.remark(read.problem)
            return
        loaded, view = read.loaded, None
        if side.loaded is None:
            view = self._views.get(side.name)
        side.use(loaded, read.like, self._painter, view)
        self._up_to_date(side)
        side.follow(self._shows.model, self._painter, whole=True)

    def _up_to_date(self, side: SideMap) -> None:
        """Colour and filter a map as the first one is, at once or in a worker."""
        now, there = self._shows.loaded, side.loaded
        if there is None or side.like is now:
            return
        if len(now.embedding) <= AT_ONCE:
            side.use(now.placed_like(there), now, self._painter)
            return
        side.like = now
        name = side.name

        def run() -> None:
            self._screen.post_message(MapRead(name, now, now.placed_like(there)))

        self._screen.run_worker(run, thread=True, group=f"map {side.pane.number}", exclusive=True)

    def read_again(self) -> None:
        """Read the maps of data that were loaded again; those that are gone are closed."""
        others = self._shows.loaded.embedding.other_maps
        for side in [*self._sides]:
            if side.name in others:
                self._read(side)
            else:
                self._remove(side)
                self._shows.remark(f"the data have no map {side.name} any more")

    def first_changed(self, before: str) -> None:
        """Follow a first map that another one has become; `before` was the name of the first.

        Where the new one stood at a side, the one before stands now.
        """
        now = self._shows.loaded.embedding.map_name
        for side in self._sides:
            side.name = before if side.name == now else side.name
            self._read(side)
        if self._sides:
            self._show_titles()

    # the first map

    def flip(self) -> None:
        """Exchange this map and the one beside it; without one, go on to the next map."""
        loaded = self._shows.loaded
        if not loaded.embedding.other_maps:
            self._shows.remark(_ONE_MAP)
            return
        if not self._sides:
            self._go_on(loaded)
            return
        side = self._sides[0]
        if side.loaded is None or side.model is None or side.like is not loaded:
            self._shows.remark(f"still reading {side.name}: once more in a moment")
            return
        view = self._shows.model.viewport
        there = self._as_first(side.loaded, side.name)
        side.name = loaded.embedding.map_name
        others = side.model.viewport
        side.use(loaded, there, self._painter, view)
        self._shows.move_points(there, others, anew=True)
        self._show_titles()

    def _go_on(self, loaded: IndexedEmbedding) -> None:
        """Show the next map in the place of this one; it is read in a worker."""
        names = list(loaded.embedding.other_maps)
        name = names[0]
        self._shows.remark(f"reading {name} …")
        other = loaded.embedding.other_maps[name]

        def run() -> None:
            try:
                there = loaded.moved(other.read())
            except (VizError, OSError, MemoryError) as error:
                said = error.message if isinstance(error, VizError) else str(error)
                self._screen.app.call_from_thread(self._shows.remark, said or "not enough memory")
                return
            self._screen.app.call_from_thread(partial(self._come, loaded, there, name))

        self._screen.run_worker(run, thread=True, group="flip", exclusive=True)

    def _come(self, loaded: IndexedEmbedding, there: IndexedEmbedding, name: str) -> None:
        now = self._shows.loaded
        if now.embedding.map_name != loaded.embedding.map_name:
            return
        if now is not loaded:
            there = now.placed_like(there)
        self._views[now.embedding.map_name] = self._shows.model.viewport
        self._shows.move_points(self._as_first(there, name), self._views.get(name), anew=True)
        self._shows.remark(f"{name}: | goes on to {next(iter(self._others))}")

    @property
    def _others(self) -> list[str]:
        return list(self._shows.loaded.embedding.other_maps)

    def _as_first(self, there: IndexedEmbedding, name: str) -> IndexedEmbedding:
        """Return the points of another map as those of the first one."""
        now = self._shows.loaded.embedding
        maps = dict(now.other_maps)
        other = maps.pop(name)
        # The one that is left comes last: going on shows all of them in turn.
        maps[now.map_name] = as_other(now)
        embedding = called(there.embedding, name, other)
        return replace(there, embedding=replace(embedding, other_maps=maps))

    # showing

    def follow(self, *, whole: bool) -> None:
        """Have the other maps show what the first one shows; see `SideMap.follow`."""
        for side in self._sides:
            self._up_to_date(side)
            side.follow(self._shows.model, self._painter, whole=whole)

    def draw_in_text(self, *, alone: bool) -> None:
        """Draw text alone for now, as the first map does, or pixels again."""
        for side in self._sides:
            if side.painter is not None:
                side.painter.draw_in_text(alone=alone)

    # the mouse, and messages of the panes

    def _side(self, number: int) -> SideMap | None:
        return next((side for side in self._sides if side.pane.number == number), None)

    def counted(self, event: MapPane.Counted) -> None:
        """Show a frame that was counted."""
        side = self._side(event.number)
        if side is not None and side.painter is not None:
            side.painter.take(event.refined)

    def ready(self, event: MapPane.Ready) -> None:
        """Points of a map can be picked now."""
        side = self._side(event.number)
        if side is not None and side.model is not None:
            side.model.look_here()
            side.follow(self._shows.model, self._painter, whole=True)

    def mouse(self, event: MapPane.Mouse) -> None:
        """Carry out what the mouse does on a map."""
        side, done = self._side(event.number), event.done
        if side is None or side.model is None or side.painter is None:
            return
        model = side.model
        if isinstance(done, ScatterPlot.Resized):
            model.cell_aspect = self._terminal.cell_aspect
            model.resize(done.columns, done.rows)
            side.painter.draw()
        elif isinstance(done, ScatterPlot.Wheeled):
            model.zoom(ZOOM_STEP**done.steps, done.column, done.row)
            side.painter.draw()
        elif isinstance(done, ScatterPlot.Dragged):
            model.pan(-done.columns, -done.rows)
            side.painter.draw()
        elif isinstance(done, ScatterPlot.Traced):
            place = done.column, done.row
            self._regions.trace(place, done.state, how_held(done), side.ground)
        elif isinstance(done, ScatterPlot.Pointed):
            self._point_at(side, done)

    def _point_at(self, side: SideMap, done: ScatterPlot.Pointed) -> None:
        """Go to the point under the mouse; pin or select it, if it was clicked."""
        model, main = side.model, self._shows.model
        assert model is not None
        if not model.hover(done.column, done.row) or model.cursor is None:
            return
        point = main.embedding.point_of(model.embedding.row_of(model.cursor))
        if point is None:
            return
        if point != main.cursor:
            main.place(point)
            self._shows.point_changed()
        if isinstance(done, ScatterPlot.Clicked):
            self._shows.action_pin()
        elif isinstance(done, ScatterPlot.Marked):
            self._selection.toggle_point()
