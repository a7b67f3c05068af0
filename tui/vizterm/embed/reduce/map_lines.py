"""Lines that ask for a map: its parameters, and the file that its coordinates go to."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from vizterm.embed.reduce.reduction import check_coords_file
from vizterm.embed.take.figure_keys import free_name, path_of
from vizterm.widgets.find_bar import FindBar, Finder
from vizterm_core.errors import UsageError
from vizterm_core.neighbours.metric import Metric
from vizterm_core.reduce.parameters import Parameters
from vizterm_core.text import clean

_EXAMPLE = "30 0.05 cosine seed=7"
_WORDS = re.compile(r"[\s,;]+")


class MapLines:
    """Asks for a line.

    Parameters
    ----------
    find_bar : FindBar
    closed : callable
        Called when it is left by esc.
    """

    def __init__(self, find_bar: FindBar, closed: Callable[[], None]) -> None:
        self._find_bar, self._closed = find_bar, closed

    def ask_parameters(self, now: Parameters, entered: Callable[[Parameters], object]) -> None:
        """Ask for the parameters of a UMAP, with those that there are to begin with."""
        text = f"{now.neighbours} {now.min_dist:g}"
        text += "" if now.metric is None else f" {now.metric.value}"

        def accepts(line: str) -> bool:
            try:
                read_parameters(line, now)
            except UsageError as error:
                self._find_bar.say(f"{error.message}; {error.hint}", 0)
                return False
            return True

        self._open(
            " neighbours, min-dist, metric: ",
            text,
            lambda _: self._find_bar.say(f"like {_EXAMPLE}"),
            lambda line: entered(read_parameters(line, now)),
            accepts,
        )

    def ask_file(self, title: str, entered: Callable[[Path], object]) -> None:
        """Ask for a .npy; what is offered is named after a title, and not there yet."""

        def typed(line: str) -> None:
            there = path_of(line, ".npy").is_file()
            self._find_bar.say("replaces the file that is there" if there else "(rows, 2)")

        def accepts(line: str) -> bool:
            path = path_of(line, ".npy")
            try:
                check_coords_file(path)
            except UsageError as error:
                said = error.message.removeprefix(f"--save-coords {path}: ")
                self._find_bar.say(clean(f"{said}; {error.hint}"), 0)
                return False
            return True

        self._open(
            " coordinates to (.npy): ",
            str(free_name(title, Path.cwd(), ".npy")),
            typed,
            lambda line: entered(path_of(line, ".npy")),
            accepts,
        )

    def _open(
        self,
        prompt: str,
        text: str,
        typed: Callable[[str], object],
        entered: Callable[[str], object],
        accepts: Callable[[str], bool],
    ) -> None:
        def enter(line: str) -> None:
            self._closed()
            entered(line)

        self._find_bar.open(Finder(prompt, typed, enter, self._closed, text, accepts))
        typed(text)


def read_parameters(text: str, now: Parameters) -> Parameters:
    """Return the parameters that a line asks for: "30 0.05 cosine seed=7", in any order.

    Parameters
    ----------
    text : str
    now : Parameters
        What isn't said stays as it is.

    Raises
    ------
    UsageError
        For a word that is none of these, or a number out of its range.
    """
    for word in filter(None, _WORDS.split(text.strip())):
        name, _, value = word.rpartition("=")
        try:
            if word.lower() in ("cosine", "euclidean"):
                now = replace(now, metric=Metric(word.lower()))
            elif name == "seed":
                now = replace(now, seed=int(value))
            elif not name and value.isdigit() and int(value) >= 1:
                now = replace(now, neighbours=int(value))
            elif not name:
                now = replace(now, min_dist=float(value))
            else:
                raise ValueError(word)
        except ValueError as error:
            raise UsageError(f"{clean(word)} is no parameter", f"like {_EXAMPLE}") from error
    return now
