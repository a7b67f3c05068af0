"""Taking pictures away: a prompt for the folder, a thread that writes them, a way to stop it."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt
from textual.message import Message

from vizterm.cells.bar import Chip
from vizterm.embed.take.figure_keys import free_name, path_of
from vizterm.widgets.find_bar import FindBar, Finder
from vizterm_core.errors import VizError
from vizterm_core.scatter.embedding import Embedding
from vizterm_core.taken.pictures import INDEX, PicturesWritten, write_pictures
from vizterm_core.text import clean

if TYPE_CHECKING:
    from textual.screen import Screen

    from vizterm.embed.indexed import IndexedEmbedding
    from vizterm_core.pictures.value_range import Levels

Points = npt.NDArray[np.int64]

_TOLD_EVERY = 0.2
"""Seconds after which is told how far it is."""
_LONGEST_WAIT = 20.0
"""Seconds that a disk is waited for at the end."""


@dataclass
class PicturesTaken(Message):
    """Some pictures have been written, or all."""

    said: str = ""
    """What is to be said at the end; empty before."""


class ShowsPictures(Protocol):
    """The screen, as far as this needs it."""

    loaded: IndexedEmbedding

    def remark(self, text: str) -> None:
        """Show a short remark until something else happens."""


class TakePictures:
    """Asks for a folder, and writes pictures to it behind the screen, one at a time.

    Parameters
    ----------
    screen : Screen
        Is sent `PicturesTaken`, to be passed to `take`.
    shows : ShowsPictures
        The same screen.
    levels : callable
        Returns which values are drawn black and white now.
    find_bar : FindBar
    """

    def __init__(
        self,
        screen: Screen[None],
        shows: ShowsPictures,
        levels: Callable[[], Levels],
        *,
        find_bar: FindBar,
    ) -> None:
        self._screen, self._shows, self._levels = screen, shows, levels
        self._find_bar = find_bar
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self._done = self._all = 0
        self._said = ""
        """What nobody has been told yet."""

    @property
    def running(self) -> bool:
        """Whether pictures are being written."""
        return self._thread is not None and self._thread.is_alive()

    def chips(self) -> list[Chip]:
        """Return how far it is, while it is."""
        if not self.running:
            return []
        share = 100 * self._done // max(1, self._all)
        said = f"pictures {share} % of {self._all:,} · esc stops"
        return [Chip(said, "cancel", needed=True, short=f"pictures {share} % · esc")]

    # the prompt

    def hindrance(self) -> str:
        """Return why none can be written now; empty if they can."""
        images = self._shows.loaded.embedding.images
        if images is None:
            return "the points have no pictures"
        if not images.ready:
            return "the pictures are still being unpacked: once more in a moment"
        return "pictures are still being written: esc stops that" if self.running else ""

    def open(self, points: Points, whom: str) -> None:
        """Ask for the folder of some points' pictures."""
        if said := self.hindrance():
            self._shows.remark(said)
            return
        embedding = self._shows.loaded.embedding
        text = str(free_name(f"{_stem(embedding.title)}-pictures", Path.cwd(), ""))
        what = f"picture of {whom}" if points.size == 1 else f"{points.size:,} pictures"
        finder = Finder(
            f" {what} to folder: ",
            self._typed,
            partial(self._entered, embedding, points),
            partial(self._shows.remark, ""),
            text=text,
            accepts=self._accepts,
        )
        self._find_bar.open(finder)
        self._typed(text)

    def _typed(self, text: str) -> None:
        """Say what enter would do with the text so far."""
        there = path_of(text, "").is_dir()
        self._find_bar.say("there: nothing is replaced" if there else f"with {INDEX}")

    def _accepts(self, text: str) -> bool:
        """Whether the folder can be written to; says why not otherwise."""
        path = path_of(text, "")
        wrong = ""
        if not text.strip():
            wrong = "type the name of a folder, or esc"
        elif path.exists() and not path.is_dir():
            wrong = f"{clean(path.name)} is a file"
        elif not path.parent.is_dir():
            wrong = f"no directory {clean(str(path.parent))}; create it first"
        elif not os.access(path if path.is_dir() else path.parent, os.W_OK):
            wrong = "it can't be written to; name another one"
        if wrong:
            self._find_bar.say(wrong, 0)
        return not wrong

    # writing

    def _entered(self, embedding: Embedding, points: Points, text: str) -> None:
        path = path_of(text, "")
        self._stop.clear()
        self._done, self._all = 0, int(points.size)
        write = partial(self._write, embedding, points, path, self._levels())
        # Not a worker of the screen: at the end it is waited for, and told of.
        self._thread = threading.Thread(target=write, daemon=True, name="vizterm-pictures")
        self._thread.start()
        self._shows.remark("")

    def _write(self, embedding: Embedding, points: Points, path: Path, levels: Levels) -> None:
        told = time.monotonic()

        def tell(done: int) -> None:
            nonlocal told
            self._done = done
            now = time.monotonic()
            if now - told > _TOLD_EVERY:
                told = now
                self._screen.post_message(PicturesTaken())

        try:
            written = write_pictures(
                embedding, points, path, levels=levels, told=tell, stopped=self._stop.is_set
            )
            said = _told(embedding, written, path, levels)
        except VizError as error:
            said = str(error)
        except (OSError, MemoryError) as error:
            reason = getattr(error, "strerror", None) or "not enough memory"
            said = f"can't write pictures to {clean(str(path))}: {reason}"
        self._said = said
        self._screen.post_message(PicturesTaken(said))

    def take(self, event: PicturesTaken) -> None:
        """Say what has become of them."""
        if not event.said:
            return
        if self._thread is not None:
            # Its last message comes a moment before its end.
            self._thread.join(_LONGEST_WAIT)
        self._said = ""
        self._shows.remark(event.said)

    def stop(self) -> bool:
        """Stop writing; returns whether there was anything to stop."""
        if not self.running or self._stop.is_set():
            return False
        self._stop.set()
        return True

    def finish(self) -> str:
        """Stop, and return what hasn't been said of it; the screen may be gone."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(_LONGEST_WAIT)
        said, self._said = self._said, ""
        return said


def _stem(title: str) -> str:
    return Path(clean(title)).name.partition(".")[0] or "points"


def _told(embedding: Embedding, written: PicturesWritten, path: Path, levels: Levels) -> str:
    """Return what became of pictures, in words."""
    count = "1 picture" if written.written == 1 else f"{written.written:,} pictures"
    folder = clean(str(path))
    if not written.stopped:
        said = [f"wrote {count} to {folder}"]
    elif written.stopped == "stopped":
        said = [f"stopped: {count} of {written.asked:,} in {folder}"]
    else:
        said = [f"{clean(written.stopped)}: {count} of {written.asked:,} in {folder}"]
    if written.unreadable:
        said.append(f"{written.unreadable:,} can't be read ({clean(written.problem)})")
    if not written.index:
        said.append("their table could not be written")
    elif written.index != INDEX:
        said.append(f"their table is {written.index}")
    if written.drawn:
        images = embedding.images
        said.append(" ".join(["as shown, in PNG", images.said(levels) if images else ""]).strip())
    if embedding.maps is not None:
        said.append("maps are not among them")
    return " · ".join(said)
