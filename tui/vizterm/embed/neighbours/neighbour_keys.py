"""The neighbours of a point by keys: found in a worker, shown in a strip, walked through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt
from rich.cells import cell_len
from rich.segment import Segment
from textual.message import Message

from vizterm.cells.text import cut_name
from vizterm.cells.theme import Theme
from vizterm.embed.indexed import IndexedEmbedding
from vizterm.embed.neighbours.neighbour_strip import SIDE, NeighbourStrip, Shown
from vizterm.embed.scatter.thumbnail_store import ThumbnailStore
from vizterm.shell.keyed_screen import Actions
from vizterm_core.errors import VizError
from vizterm_core.neighbours.metric import Metric
from vizterm_core.neighbours.nearest import Neighbours
from vizterm_core.text import clean

if TYPE_CHECKING:
    from textual.screen import Screen

    from vizterm.embed.model import EmbedModel
    from vizterm.embed.scatter.painter import Painter
    from vizterm.embed.side.panels import PanelLayout
    from vizterm_core.scatter.viewport import Viewport

COUNT, MOST = 12, 200
"""Neighbours that are looked for to begin with, and at most."""
_WIDEST_NAME = 30
_WIDEST_SPACE = 24
_MOST_STEPS = 1000
PLANE = "plane"
_DISTANCES = {Metric.COSINE: "cosine", Metric.EUCLIDEAN: "Euclidean"}

Way = Metric | str
"""A metric of the original space, or the plane."""


@dataclass
class NeighboursFound(Message):
    """The neighbours of a point, or why there are none."""

    ticket: int
    loaded: IndexedEmbedding
    points: tuple[int, ...] = ()
    found: Neighbours | None = None
    shared: int | None = None
    """How many of them are among as many neighbours on the map."""
    problem: str = ""


class ShowsNeighbours(Protocol):
    """The screen, as far as neighbours need it."""

    model: EmbedModel
    loaded: IndexedEmbedding

    def after_move(self, view: Viewport) -> None:
        """Show the model after its cursor has moved; `view` was in view before."""

    def point_changed(self) -> None:
        """Show the cursor and the point under it; the frame stays."""

    def remark(self, text: str) -> None:
        """Show a short remark until something else happens."""

    def text_over_plot(self) -> None:
        """Draw no pixels while text lies over the plot."""

    def take_count(self) -> int | None:
        """Return the number that was typed before the key, and forget it; None without one."""


class NeighbourKeys:
    """Shows the neighbours of the point under the cursor, and goes from one to the next.

    Parameters
    ----------
    screen : Screen
        Runs the workers, and is sent `NeighboursFound`, to be passed to `take`.
    shows : ShowsNeighbours
        The same screen.
    painter : Painter
        Marks them in the plot.
    strip : NeighbourStrip
    theme : Theme
    panels : PanelLayout
        Tells what is shown of points; its card gives way to the strip.
    arrived : callable
        Called in another thread when pictures have come, for `show_pictures` to be called.
    """

    def __init__(
        self,
        screen: Screen[None],
        shows: ShowsNeighbours,
        painter: Painter,
        strip: NeighbourStrip,
        theme: Theme,
        panels: PanelLayout,
        arrived: Callable[[], object],
    ) -> None:
        self._screen, self._shows, self._painter = screen, shows, painter
        self._strip, self._theme = strip, theme
        self._panels, self._arrived = panels, arrived
        self._store: ThumbnailStore | None = None
        self._way: Way | None = None
        self._count = COUNT
        self._base: int | None = None
        self._points: tuple[int, ...] = ()
        self._found: NeighboursFound | None = None
        self._trail: list[int] = []
        self._ticket = 0

    def actions(self) -> Actions:
        """Return what these keys do, by the names in the table of actions."""
        return {
            "neighbours": self.toggle,
            "neighbour_back": self.back,
        }

    @property
    def active(self) -> bool:
        """Whether neighbours are shown."""
        return self._base is not None

    @property
    def points(self) -> tuple[int, ...]:
        """The neighbours that are shown, the nearest first."""
        return self._points

    @property
    def places(self) -> tuple[int, ...]:
        """The point whose neighbours are shown, and these; none while they aren't."""
        return () if self._base is None else (self._base, *self._points)

    # what is shown of what

    def toggle(self) -> None:
        """Show the neighbours of the point; once more, those by another distance.

        A number that was typed before tells how many.
        """
        model, count = self._shows.model, self._shows.take_count()
        if count is not None:
            self._count = max(1, min(count, MOST))
        if self.active and count is not None:
            self._look_for()
            if count > MOST:
                self._shows.remark(f"{MOST} neighbours are the most that are shown")
            return
        if not self.active:
            point = model.middle() if model.cursor is None else model.cursor
            if point is None:
                self._shows.remark("no point under the cursor whose neighbours to show")
            else:
                self._begin(point)
            return
        ways = self._ways
        if len(ways) == 1:
            self._shows.remark("the data have no vectors: neighbours are those on the map")
            return
        at = ways.index(self._way) if self._way in ways else -1
        self._way = ways[(at + 1) % len(ways)]
        self._look_for()

    def _begin(self, point: int) -> None:
        self._trail = []
        self._base = point
        self._panels.without_card = True
        embedding = self._shows.model.embedding
        if embedding.images is not None or embedding.maps is not None:
            self._store = ThumbnailStore(embedding, lambda: self._panels.map_look, self._arrived)
        self._strip.display = True
        self._strip.first = 0
        self._strip.fit_to_screen()
        self._shows.text_over_plot()
        self._look_for()
        self._go_to(point)

    @property
    def _ways(self) -> list[Way]:
        if self._shows.model.embedding.vectors is None:
            return [PLANE]
        return [Metric.COSINE, Metric.EUCLIDEAN, PLANE]

    def close(self) -> None:
        """Show no neighbours any more."""
        self._ticket += 1
        if self._store is not None:
            self._store.close()
        self._store, self._base, self._points, self._found = None, None, (), None
        self._strip.display = self._panels.without_card = False
        self._painter.mark_neighbours()
        self._shows.text_over_plot()
        self._shows.point_changed()

    def cursor_moved(self) -> None:
        """Show the neighbours of another point, where the cursor has been put on one."""
        cursor = self._shows.model.cursor
        if not self.active or cursor == self._base or cursor in self._points:
            self._show()
        elif cursor is None:
            self.close()
        else:
            self._base = cursor
            self._look_for()

    def look_again(self) -> None:
        """Look for neighbours among the points that there are now."""
        if self.active:
            self._look_for()

    # finding

    def _look_for(self) -> None:
        """Look for the neighbours in a worker; a question before isn't answered any more."""
        self._ticket += 1
        ticket, loaded, base, way = self._ticket, self._shows.loaded, self._base, self._way
        count = self._count
        assert base is not None
        self._points, self._found = (), None
        self._show()

        def stop() -> bool:
            return ticket != self._ticket or not self._screen.is_running

        def run() -> None:
            try:
                found = _found(loaded, base, way, count, ticket, stop)
            except (VizError, OSError, MemoryError) as error:
                words = error.message if isinstance(error, VizError) else str(error)
                found = NeighboursFound(ticket, loaded, problem=words or "not enough memory")
            if found is not None and not stop():
                self._screen.post_message(found)

        self._screen.run_worker(run, thread=True, group="neighbours")

    def take(self, found: NeighboursFound) -> None:
        """Show what was found, unless something else is asked for by now."""
        if found.ticket != self._ticket or not self.active:
            return
        self._found, self._points = found, found.points
        self._strip.first = 0
        if found.found is not None and self._way is None:
            self._way = found.found.metric if self._shows.model.embedding.vectors else PLANE
        self._show()
        self.show_pictures()

    # going

    def step(self, step: int) -> bool:
        """Go to the next neighbour, or back to the point itself; whether that is done here."""
        if not self.active:
            return False
        places = self.places
        cursor = self._shows.model.cursor
        at = places.index(cursor) if cursor in places else 0
        self._go_to(places[(at + step) % len(places)])
        return True

    def choose(self, place: int) -> None:
        """Go to a neighbour by its place."""
        if place < len(self._points):
            self._go_to(self._points[place])

    def walk(self) -> bool:
        """Show the neighbours of the neighbour that the cursor is on; whether it is on one."""
        cursor = self._shows.model.cursor
        if not self.active or cursor is None or cursor not in self._points:
            return False
        assert self._base is not None
        self._trail = [*self._trail[1 - _MOST_STEPS :], self._base]
        self._base = cursor
        self._look_for()
        return True

    def back(self) -> None:
        """Go back to the point that one came from."""
        if not self.active:
            return
        if not self._trail:
            self._shows.remark("this is where the walk began")
            return
        self._base = self._trail.pop()
        self._go_to(self._base)
        self._look_for()

    def _go_to(self, point: int | None) -> None:
        model = self._shows.model
        if point is not None:
            view = model.viewport
            model.go_to(point)
            self._shows.after_move(view)

    # showing

    def _show(self) -> None:
        if self._base is None:
            return
        model = self._shows.model
        cursor = model.cursor
        place = self._points.index(cursor) if cursor in self._points else -1
        before = self._strip.first
        self._strip.show([self._shown(number) for number in range(len(self._points))], place)
        self._strip.say(self._title())
        if before != self._strip.first:
            self.show_pictures()
        self._painter.mark_neighbours((self._base, *self._points))

    def show_pictures(self) -> None:
        """Show the pictures that have come."""
        if self._store is None or not self.active:
            return
        first, embedding = self._strip.first, self._shows.model.embedding
        rows = [embedding.row_of(point) for point in self._points[first : first + self._strip.room]]
        self._strip.show_pictures(self._store.get(rows, SIDE), self._shows.model.cell_aspect)

    def _shown(self, number: int) -> Shown:
        embedding, point = self._shows.model.embedding, self._points[number]
        assert self._found is not None
        assert self._found.found is not None
        labelled = len(embedding.labels.names) > 1
        return Shown(
            f"{self._found.found.distances[number]:.4g}",
            embedding.labels.text_of(point) if labelled else "",
            self._painter.styles.bright[int(embedding.labels.codes[point])],
            embedding.name_of(point) or f"#{embedding.row_of(point):,}",
        )

    def _title(self) -> list[Segment]:
        theme, embedding = self._theme, self._shows.model.embedding
        assert self._base is not None
        name = cut_name(embedding.name_of(self._base), _WIDEST_NAME)
        whom = f" #{embedding.row_of(self._base):,}" + (f" {name}" if name else "")
        line = [Segment(whom, theme.strong), Segment("  ", theme.text)]
        found = self._found
        if found is None:
            return [*line, Segment(f"looking for its neighbours {self._where} …", theme.dim)]
        if found.problem:
            return [*line, Segment(f"{found.problem} · V: another distance", theme.accent)]
        line.append(Segment(f"its {len(found.points):,} nearest {self._where}", theme.text))
        if found.shared is not None:
            told = f" · {found.shared:,} of them near on the map"
            line.append(Segment(told, theme.accent))
        if found.found is not None and found.found.left_out:
            line.append(Segment(f" · {found.found.left_out:,} without a vector", theme.dim))
        if len(found.points) > self._strip.room:
            first = self._strip.first
            last = min(first + self._strip.room, len(found.points))
            place = f" · {first + 1:,}-{last:,} shown"
            if sum(cell_len(part.text) for part in line) + len(place) <= self._strip.size.width:
                line.append(Segment(place, theme.dim))
        return line

    @property
    def _where(self) -> str:
        """In which space, and by which distance."""
        vectors = self._shows.model.embedding.vectors
        if vectors is None:
            return "on the map (the data have no vectors)"
        if self._way == PLANE:
            return "on the map"
        space = f"in {cut_name(clean(vectors.name), _WIDEST_SPACE)} ({vectors.width:,}-D)"
        if isinstance(self._way, Metric):
            return f"{space}, {_DISTANCES[self._way]}"
        return space


def _found(
    loaded: IndexedEmbedding,
    base: int,
    way: Way | None,
    count: int,
    ticket: int,
    stop: Callable[[], bool],
) -> NeighboursFound | None:
    """Find the neighbours of a point, in a worker; None if it was stopped."""
    embedding, index = loaded.embedding, loaded.index
    near = index.nearest_to(base, count)
    vectors = embedding.vectors
    if vectors is None or way == PLANE:
        return NeighboursFound(ticket, loaded, tuple(near.rows.tolist()), near)
    metric = way if isinstance(way, Metric) else None
    found = vectors.nearest(
        embedding.row_of(base), count, metric, among=_rows_that_are_in(loaded), stop=stop
    )
    if found is None:
        return None
    points = [embedding.point_of(row) for row in found.rows.tolist()]
    known = tuple(point for point in points if point is not None)
    return NeighboursFound(ticket, loaded, known, found, len({*known} & {*near.rows.tolist()}))


def _rows_that_are_in(loaded: IndexedEmbedding) -> npt.NDArray[np.bool_] | None:
    """Return the rows that have a point which no filter leaves out; None for all of them."""
    embedding, shown = loaded.embedding, loaded.shown
    if embedding.rows is None:
        return shown
    among = np.zeros(embedding.total, bool)
    among[embedding.rows if shown is None else embedding.rows[shown]] = True
    return among
