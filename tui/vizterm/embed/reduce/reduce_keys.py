"""Making other maps of the vectors by keys, in a process; and going from one map to another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt
from textual.message import Message

from vizterm.cells.bar import Chip
from vizterm.embed.reduce.map_lines import MapLines
from vizterm.embed.reduce.plane_map import PlaneMap
from vizterm.embed.reduce.reduction import Reducer, save_coords
from vizterm.embed.reduce_options import AUTO, UMAP
from vizterm.shell.choices import Choice
from vizterm.shell.keyed_screen import Actions
from vizterm.terminal.textual_private.timers import once
from vizterm.widgets.find_bar import FindBar
from vizterm_core.errors import VizError
from vizterm_core.reduce.engines import HOW_TO_GET
from vizterm_core.reduce.parameters import MOST_NEIGHBOURS, Method, Parameters
from vizterm_core.reduce.process import Made, Reduction, Stopped
from vizterm_core.reduce.progress import Progress
from vizterm_core.text import clean, describe_shape

if TYPE_CHECKING:
    from textual.screen import Screen

    from vizterm.embed.indexed import IndexedEmbedding
    from vizterm.embed.model import EmbedModel

Rows = npt.NDArray[np.int64]

_LATER = 0.3
"""Seconds after which a map that is there asks again whether it may be shown."""
_MOST_MAPS = 4
"""Maps beside the first that are kept."""
_LEAST_NEIGHBOURS = 2


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """A map that was asked for."""

    parameters: Parameters
    rows: Rows | None = None
    vectors: str = ""
    """A name among the data's `vector_sets`; empty for the first of them."""
    by_itself: bool = False
    """Whether nobody has pressed a key for it."""


@dataclass
class Reducing(Message):
    """How far a map is."""

    reduction: Reduction
    progress: Progress


@dataclass
class MapMade(Message):
    """A map was made, or why there is none."""

    reduction: Reduction
    made: Made | None
    problem: str = ""


@dataclass
class MapReady(Message):
    """Data are at the places of a map."""

    before: IndexedEmbedding
    loaded: IndexedEmbedding | None
    shown: PlaneMap
    problem: str = ""


class ShowsMaps(Protocol):
    """The screen, as far as these keys need it."""

    loaded: IndexedEmbedding
    model: EmbedModel

    def move_points(self, loaded: IndexedEmbedding, *, anew: bool = False) -> None:
        """Show the same rows at other places."""

    def remark(self, text: str) -> None:
        """Show a short remark until something else happens."""

    def show_status(self) -> None:
        """Say what there is to say of the state."""


class ReduceKeys:
    """Makes maps of the vectors, keeps those that there are, and shows one of them.

    Parameters
    ----------
    screen : Screen
        Runs the workers, and is sent `Reducing`, `MapMade` and `MapReady`, to be passed to `tell`,
        `take` and `show`.
    shows : ShowsMaps
        The same screen.
    reducer : Reducer
    busy : callable
        Whether points must stay where they are for now.
    find_bar : FindBar
    """

    def __init__(
        self,
        screen: Screen[None],
        shows: ShowsMaps,
        reducer: Reducer,
        busy: Callable[[], bool],
        *,
        find_bar: FindBar,
    ) -> None:
        self._screen, self._shows, self._reducer, self._busy = screen, shows, reducer, busy
        self._lines = MapLines(find_bar, lambda: shows.remark(""))
        self._parameters = replace(reducer.options.parameters, method=Method.UMAP)
        """Those of the UMAP that was asked for last."""
        self._reduction: Reduction | None = None
        """The process that makes one."""
        self._asked = _Asked(self._parameters)
        self._progress = Progress("starting")
        self._maps: list[PlaneMap] = []
        """The map of the data, and the ones that were made, the latest last."""
        self._base = shows.loaded.embedding
        """The data with the map that they came with."""
        self._now: PlaneMap | None = None
        """The map that is shown; None for the one that the data came with, until it is needed."""
        self._before: PlaneMap | None = None
        self._saves = reducer.options.save
        """The file that the first map that was asked for goes to."""

    def actions(self) -> Actions:
        """Return what these keys do, by the names in the table of actions."""
        return {
            "reduce": self.reduce,
            "reduce_part": self.reduce_part,
            "reduce_wider": self.wider,
            "reduce_ask": self.ask,
            "reduce_stop": self.stop_by_key,
            "map_before": self.swap,
            "map_save": self.ask_file,
        }

    @property
    def menu_title(self) -> str:
        """What stands over the keys: the map that is shown, or is being made."""
        if self._reduction is not None:
            return f"another map · {self._asked.parameters.method.shown} · {self._progress}"
        return "another map"

    # the beginning and the end

    def start(self) -> None:
        """Take the map that is shown as the first; make the UMAP that is wanted."""
        self._stop()
        self._base = embedding = self._shows.loaded.embedding
        self._maps, self._now, self._before = [], None, None
        if embedding.epochs is None and self._reducer.begins_with_umap(embedding):
            self._begin(_Asked(self._parameters, by_itself=True))
        elif embedding.components and self._reducer.options.method == AUTO:
            self._shows.remark(f"a PCA · for UMAP: {HOW_TO_GET}")
        if self._reduction is not None:
            return
        if self._saves is not None and self._reducer.options.method != UMAP:
            self._save(self._saves, self._shown)
            self._saves = None

    @property
    def _shown(self) -> PlaneMap:
        """The map that is shown; others than these keys may have gone to it."""
        if self._now is None:
            self._now = PlaneMap.of(self._base)
            self._maps = [self._now]
        embedding = self._shows.loaded.embedding
        if embedding.map_name and self._now.name != embedding.map_name:
            known = [each for each in self._maps if each.name == embedding.map_name]
            self._now = known[0] if known else PlaneMap.of(embedding)
        return self._now

    def finish(self) -> str:
        """Stop what is made; returns what is to be said of it, for the end."""
        self._stop()
        if self._saves is None:
            return ""
        return f"{clean(str(self._saves))} not written: there was no UMAP yet"

    def stop_by_key(self) -> None:
        """Stop making a map."""
        if self._reduction is None:
            self._shows.remark("no map is being made")
        else:
            self._stop()
            self._shows.remark("stopped")

    def stop(self) -> bool:
        """Stop making a map that a key has asked for; whether one was being made."""
        if self._reduction is None or self._asked.by_itself:
            return False
        self._stop()
        self._shows.remark("stopped")
        return True

    def _stop(self) -> None:
        if self._reduction is not None:
            self._reduction.stop()
            self._reduction = None

    def chips(self) -> list[Chip]:
        """Return how far a map is, while it is being made."""
        if self._reduction is None:
            return []
        name = self._asked.parameters.method.shown
        said = f"{name} · {self._progress}"
        if not self._asked.by_itself:
            said += " · esc stops"
        share = self._progress.share
        short = name if share is None else f"{name} {int(100 * share)} %"
        return [Chip(said, "menu('Q')", needed=True, short=short)]

    # asking for one

    def reduce(self, method: str) -> None:
        """Make a map of all points, of the same vectors as now."""
        if method == UMAP:
            self._begin(_Asked(self._parameters, vectors=self._vectors))
            return
        first = (self._maps or [self._shown])[0]
        if first.components and not self._vectors:
            self._go_to(first)
        else:
            self._begin(_Asked(Parameters(Method.PCA), vectors=self._vectors))

    def reduce_part(self) -> None:
        """Make a UMAP of what is selected, or else of what is shown."""
        model = self._shows.model
        if model.selection:
            points = model.selection.points()
        else:
            index = model.index
            labels = np.append(model.visible, False)
            points = np.flatnonzero(labels[np.minimum(index.labels, index.label_count)])
        rows = points if model.embedding.rows is None else model.embedding.rows[points]
        if rows.size == model.embedding.total:
            self._shows.remark("all points are shown: select some, or filter by w")
        elif rows.size < _LEAST_NEIGHBOURS:
            self._shows.remark("too few points for a map")
        else:
            self._begin(_Asked(self._parameters, rows, self._vectors))

    def wider(self, step: int) -> None:
        """Make the map that is shown again, with twice or half the neighbours."""
        count = self._parameters.neighbours
        count = min(MOST_NEIGHBOURS, max(_LEAST_NEIGHBOURS, count * 2 if step > 0 else count // 2))
        if count == self._parameters.neighbours:
            self._shows.remark(f"{count} neighbours are the {'most' if step > 0 else 'fewest'}")
            return
        self._again(replace(self._parameters, neighbours=count))

    def choice(self) -> Choice | None:
        """Return the vectors to choose from; None, with a remark, if there are none."""
        sets = self._shows.loaded.embedding.vector_sets
        if not sets:
            self._shows.remark("the data have no vectors to make a map of")
            return None
        names = {clean(name): name for name in sets}
        details = {
            shown: f"{describe_shape(sets[name].shape)} {sets[name].dtype}"
            for shown, name in names.items()
        }
        now = clean(self._vectors or next(iter(sets)))

        def choose(shown: str) -> None:
            self._begin(_Asked(self._parameters, self._rows, names[shown]))

        return Choice("UMAP of", list(names), now, choose, details)

    def _again(self, parameters: Parameters) -> None:
        self._begin(_Asked(parameters, self._rows, self._vectors))

    @property
    def _vectors(self) -> str:
        """The vectors of the map that is shown, or is being made."""
        if self._reduction is not None:
            return self._asked.vectors
        return "" if self._now is None else self._now.vectors

    @property
    def _rows(self) -> Rows | None:
        """The rows of the map that is shown, or is being made."""
        if self._reduction is not None:
            return self._asked.rows
        return None if self._now is None else self._now.rows

    def ask(self) -> None:
        """Ask for the parameters of another UMAP."""
        now, shown = self._parameters, self._shown
        if now.metric is None and shown.facts is not None:
            now = replace(now, metric=shown.facts.metric)
        self._lines.ask_parameters(now, self._again)

    # making it

    def _begin(self, asked: _Asked) -> None:
        """Start a process that makes a map; one that is at work is ended."""
        self._stop()
        loaded = self._shows.loaded
        try:
            wanted = self._reducer.wanted(
                loaded.embedding, asked.parameters, asked.rows, asked.vectors or None
            )
        except VizError as error:
            said = f"{error.message}: {error.hint}" if error.hint else error.message
            self._shows.remark(said)
            return
        if asked.parameters.method is Method.UMAP:
            self._parameters = asked.parameters
        reduction = Reduction(wanted)
        self._reduction, self._asked, self._progress = reduction, asked, Progress("starting")
        self._screen.run_worker(partial(self._make, reduction), thread=True, group="reduce")
        self._shows.show_status()

    def _make(self, reduction: Reduction) -> None:
        """Make a map, in a worker."""
        post = self._screen.post_message

        def tell(progress: Progress) -> None:
            post(Reducing(reduction, progress))

        try:
            made = reduction.result(tell)
        except Stopped:
            return
        except (VizError, OSError, MemoryError) as error:
            words = error.message if isinstance(error, VizError) else str(error)
            post(MapMade(reduction, None, words or "not enough memory"))
        else:
            post(MapMade(reduction, made))

    def tell(self, event: Reducing) -> None:
        """Show how far a map is."""
        if event.reduction is self._reduction:
            self._progress = event.progress

    def take(self, event: MapMade) -> None:
        """Show a map that was made; without one, what is shown stays."""
        if event.reduction is not self._reduction:
            return
        self._reduction = None
        if event.made is None:
            method, name = self._asked.parameters.method.shown, self._shown.name
            self._shows.remark(f"no {method}, {name} stays: {event.problem}")
            return
        shown = self._shows.loaded.embedding
        taken = {self._shown.name, *shown.other_maps}
        made = PlaneMap.made(event.made, self._base, self._asked.vectors, taken)
        first = (self._maps or [self._shown])[0]
        # As much as is gone to and fro between.
        self._maps = [first, *self._maps[1:][-_MOST_MAPS:], made]
        if self._saves is not None:
            self._save(self._saves, made)
            self._saves = None
        self._go_to(made)

    # showing it

    def swap(self) -> None:
        """Go to the map that was shown before."""
        if self._before is None:
            self._shows.remark("there is no other map yet: u makes a UMAP")
        else:
            self._go_to(self._before)

    def _go_to(self, shown: PlaneMap) -> None:
        if self._busy():
            # Points must not move under what is being typed or drawn.
            once(self._screen, _LATER, partial(self._go_to, shown))
            return
        before = self._shows.loaded
        self._screen.run_worker(
            partial(self._prepare, before, shown), thread=True, group="reduce", exclusive=False
        )

    def _prepare(self, before: IndexedEmbedding, shown: PlaneMap) -> None:
        """Index the points at other places, in a worker."""
        try:
            loaded = shown.shown(before)
        except (VizError, OSError, MemoryError) as error:
            words = error.message if isinstance(error, VizError) else str(error)
            self._screen.post_message(MapReady(before, None, shown, words or "not enough memory"))
        else:
            self._screen.post_message(MapReady(before, loaded, shown))

    def show(self, event: MapReady) -> None:
        """Show data at other places, unless they have changed meanwhile: then once more."""
        if event.before is not self._shows.loaded or self._busy():
            if event.shown in self._maps:
                self._go_to(event.shown)
            return
        if event.loaded is None:
            self._shows.remark(f"no other map: {event.problem}")
            return
        if event.shown is not self._shown:
            self._before, self._now = self._shown, event.shown
        self._shows.move_points(event.loaded, anew=True)
        self._shows.remark(self._said(event.shown))

    def _said(self, shown: PlaneMap) -> str:
        if shown.facts is None:
            return shown.name
        said = [shown.name, *shown.facts.said]
        other = "" if self._before is None else f"Q Q: {self._before.name}"
        return " · ".join([*said, *([other] if other else [])])

    # coordinates to a file

    def ask_file(self) -> None:
        """Ask for the file that the coordinates of the map go to."""
        title = self._shows.loaded.embedding.title
        self._lines.ask_file(f"{title}-map", lambda path: self._save(path, self._shown))

    def _save(self, path: Path, shown: PlaneMap) -> None:
        try:
            self._shows.remark(save_coords(path, shown.coords))
        except VizError as error:
            self._shows.remark(error.message)
