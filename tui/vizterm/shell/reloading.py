"""Reloading: notices that the files of a screen have changed, and reads them again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from vizterm.shell.background import AT_ONCE, LOADING_ERRORS, Background
from vizterm.widgets.heading import Heading
from vizterm_core.errors import VizError
from vizterm_core.files.data_file import DataFile

if TYPE_CHECKING:
    from textual.screen import Screen

_LOOK_EVERY = 2.0
"""Seconds between two checks of the files."""


class HasFiles(Protocol):
    """Data with the files that they were read from."""

    @property
    def files(self) -> tuple[DataFile, ...]:
        """The files; none for data from memory."""


Loaded = TypeVar("Loaded", bound=HasFiles)


class Reloading(Generic[Loaded]):
    """Watches the files that a screen's data came from, and reloads them.

    The data on screen stay while a file is being read again, and if it can't be read.

    Parameters
    ----------
    screen : Screen
        Runs the workers and timers, and has the heading for the banner.
    source : Background
        Done.
    replace : callable
        Shows newly loaded data the way the old ones were shown; returns what to say of that.
    remark : callable
        Shows a short remark.
    """

    def __init__(
        self,
        screen: Screen[None],
        source: Background[Loaded],
        replace: Callable[[Loaded], str | None],
        remark: Callable[[str], None],
    ) -> None:
        self._screen = screen
        self._replace, self._remark = replace, remark
        self._source = source
        self._files = source.result().files
        self._looking = False
        self._reading = False

    def start(self) -> None:
        """Check the files from time to time, if there are any."""
        if self._files:
            self._screen.set_interval(_LOOK_EVERY, self.look_at_files)

    @property
    def looking(self) -> bool:
        """Whether a thread is checking the files."""
        return self._looking

    def look_at_files(self) -> None:
        """Check whether the files have changed since they were read."""
        if not self._looking:
            self._looking = True
            # In a thread: a file system may stall.
            self._screen.run_worker(self._look, thread=True, group="files")

    def _look(self) -> None:
        files = self._files
        changed = next((file for file in files if file.changed), None)
        banner = ""
        if changed is not None:
            gone = not changed.path.exists()
            what = "was removed" if gone else "has changed: press r to reload"
            banner = f"{changed.name} {what}"
        self._screen.app.call_from_thread(self._looked, files, banner)

    def _looked(self, files: tuple[DataFile, ...], banner: str) -> None:
        self._looking = False
        if files is self._files:
            self._alert(banner)

    def _alert(self, banner: str) -> None:
        # The heading is gone while the app is being left.
        for heading in self._screen.query(Heading):
            heading.alert(banner)

    def reload(self) -> None:
        """Read the files again, in a thread."""
        if self._reading:
            return
        if not self._files:
            self._remark("there is no file to reload")
            return
        self._reading = True
        self._source = self._source.again()
        if self._source.wait(AT_ONCE):
            self._take()
        else:
            self._remark(f"reloading {self._files[0].name} …")
            self._screen.run_worker(self._wait, thread=True, group="reload")

    def _wait(self) -> None:
        self._source.wait(1e9)
        self._screen.app.call_from_thread(self._take)

    def _take(self) -> None:
        self._reading = False
        if not self._screen.query(Heading):
            # The app is being left: there is nothing to show the data on.
            return
        try:
            loaded = self._source.result()
            said = self._replace(loaded)
        except LOADING_ERRORS as error:
            reason = error.message if isinstance(error, VizError) else str(error)
            self._remark(f"not reloaded: {reason}")
            return
        self._files = loaded.files
        self._alert("")
        reloaded = " ".join(["reloaded", *(file.name for file in self._files[:1])])
        self._remark(f"{reloaded} · {said}" if said else reloaded)
