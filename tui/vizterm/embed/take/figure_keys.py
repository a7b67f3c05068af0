"""Writing what is on screen as a figure: a prompt for the file, a worker that draws it."""

from __future__ import annotations

import contextlib
import copy
import re
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from textual.message import Message

from vizterm.embed.figure.options import FORMATS, FigureOptions
from vizterm.embed.figure.subject import Subject
from vizterm.files import check_output
from vizterm.shell.keyed_screen import Actions
from vizterm.widgets.find_bar import FindBar, Finder
from vizterm_core.errors import UsageError, VizError
from vizterm_core.scatter.viewport import DOTS_ACROSS, DOTS_DOWN, MARGIN
from vizterm_core.text import clean

if TYPE_CHECKING:
    from textual.screen import Screen

    from vizterm.embed.indexed import IndexedEmbedding
    from vizterm.embed.model import EmbedModel
    from vizterm.embed.scatter.painter import Painter
    from vizterm.embed.scatter.plot import ScatterPlot

_LONGEST_NAME = 60
_UNFIT = re.compile(r"[^\w.-]+")
"""What names of files had better not have."""
_MOST_NUMBERED = 1000


@dataclass
class FigureWritten(Message):
    """A worker is through with a figure."""

    said: str


class ShowsFigures(Protocol):
    """The screen, as far as figures need it."""

    loaded: IndexedEmbedding
    model: EmbedModel

    def remark(self, text: str) -> None:
        """Show a short remark until something else happens."""


class FigureKeys:
    """Asks for a file, and writes the view to it as it is then.

    Parameters
    ----------
    screen : Screen
        Runs the worker, and is sent `FigureWritten`.
    shows : ShowsFigures
        The same screen.
    painter : Painter
        Has the looks.
    options : FigureOptions
        Size, resolution and theme.
    find_bar : FindBar
    plot : ScatterPlot
    """

    def __init__(
        self,
        screen: Screen[None],
        shows: ShowsFigures,
        painter: Painter,
        options: FigureOptions,
        *,
        find_bar: FindBar,
        plot: ScatterPlot,
    ) -> None:
        self._screen, self._shows, self._painter = screen, shows, painter
        self._options = options
        self._find_bar, self._plot = find_bar, plot

    def actions(self) -> Actions:
        """Return what these keys do, by the names in the table of actions."""
        return {
            "figure": self.open,
        }

    def open(self) -> None:
        """Ask for the file to write."""
        text = str(free_name(self._shows.loaded.embedding.title, Path.cwd()))
        finder = Finder(
            " figure to write (.png, .svg): ",
            self._typed,
            self._entered,
            partial(self._shows.remark, ""),
            text=text,
            accepts=self._accepts,
        )
        self._find_bar.open(finder)
        self._typed(text)

    def _typed(self, text: str) -> None:
        """Say what enter would do with the text so far."""
        path = path_of(text)
        width, height = self._options.pixels
        size = "{:g} × {:g} mm".format(*self._options.size)
        said = size if path.suffix.lower() == ".svg" else f"{width:,} × {height:,} pixels"
        self._find_bar.say("replaces the file that is there" if path.is_file() else said)

    def _accepts(self, text: str) -> bool:
        """Whether the file can be written; says why not otherwise."""
        if not text.strip():
            self._find_bar.say("type the name of a file, or esc", 0)
            return False
        path = path_of(text)
        try:
            check_output(path, FORMATS)
        except UsageError as error:
            said = error.message.removeprefix(f"--output {path}: ")
            self._find_bar.say(clean(f"{said}; {error.hint}"), 0)
            return False
        return True

    def _entered(self, text: str) -> None:
        path = path_of(text)
        self._shows.remark(f"writing {clean(str(path))} …")
        write = partial(self._write, self._subject(), self._now(), path)
        self._screen.run_worker(write, thread=True, group="figure")

    def _write(self, subject: Subject, options: FigureOptions, path: Path) -> None:
        """Write a figure, in a worker."""
        # Pillow isn't needed before.
        from vizterm.embed.figure.writing import write_figure

        try:
            written = write_figure(subject, options, path)
            said = " · ".join([written.said, *written.notes])
        except VizError as error:
            said = error.message
        except (OSError, MemoryError) as error:
            reason = getattr(error, "strerror", None) or "not enough memory"
            said = f"can't write {clean(str(path))}: {reason}"
        self._screen.post_message(FigureWritten(said))

    def _now(self) -> FigureOptions:
        return replace(self._options, axes=self._options.axes or self._plot.axes)

    def _subject(self) -> Subject:
        """Return what is on screen."""
        model, painter, loaded = self._shows.model, self._painter, self._shows.loaded
        view, index = model.viewport, model.index
        extent, margin = view.extent, 0.0
        if model.at_fit:
            extent, margin = model.bulk if model.at_home else model.extent, MARGIN
        look = painter.density_look
        # The blur is round on the screen, whatever the shape of a cell.
        dot_aspect = model.cell_aspect * DOTS_ACROSS / DOTS_DOWN
        return Subject(
            loaded.embedding,
            index,
            model.visible.copy(),
            extent,
            margin,
            stretched=model.stretched,
            highlight=model.highlight,
            context=painter.with_context,
            names=painter.with_names,
            filtered=loaded.filter_text,
            density=copy.deepcopy(look) if look.shown else None,
            blur=(look.sigma * dot_aspect / view.x_scale, look.sigma / view.y_scale),
            selection=model.selection,
            marked=model.pins,
        )


def path_of(text: str, ending: str = ".png") -> Path:
    """Return the file that a text names; one without an ending gets the usual one."""
    path = Path(text.strip())
    # A user may be without a home.
    with contextlib.suppress(RuntimeError):
        path = path.expanduser()
    return path if path.suffix or not path.name else path.with_suffix(ending)


def free_name(title: str, folder: Path, ending: str = ".png") -> Path:
    """Return the name of a file that isn't there yet, after the title of the data."""
    stem = Path(clean(title)).name.partition(".")[0]
    stem = _UNFIT.sub("-", stem).strip("-")[:_LONGEST_NAME] or "figure"
    for number in range(1, _MOST_NUMBERED):
        name = Path(f"{stem}{ending}" if number == 1 else f"{stem}-{number}{ending}")
        if not (folder / name).exists():
            return name
    return Path(f"{stem}{ending}")
