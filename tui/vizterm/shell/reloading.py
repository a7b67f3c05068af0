"""Reloading: notices that the files of a screen have changed, and reads them again."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from vizterm.shell.background import AT_ONCE, LOADING_ERRORS, Background
from vizterm.widgets.heading import Heading
from vizterm_core.errors import VizError
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.watch import State, Watch

if TYPE_CHECKING:
    from textual.screen import Screen

_LOOK_EVERY = 2.0
"""Seconds between two checks of the files."""
FOLLOW_EVERY = 0.2
"""Seconds between two checks of files that are followed."""
_PATIENCE = 4
"""Checks after which files that change all the time are read all the same."""
_REST = 3
"""Times that reading has taken which pass before they are read again."""


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
        self._watch: Watch | None = None
        self._shown: State = ()
        """The state of the files when they were read last."""
        self._changing: State | None = None
        """One that they have had since; None if they haven't changed."""
        self._changes = 0
        self._began = self._ended = 0.0
        self._gone = False
        """Whether there is nothing to be read now."""
        self._quietly = False
        """Whether files are read because they are followed."""

    def follow(self, watch: Watch) -> None:
        """Read files again by itself once they are written; to be called before `start`."""
        self._watch = watch
        # What was written while the first state was read differs from it.
        self._shown = () if any(file.changed for file in self._files) else watch.look()

    @property
    def following(self) -> bool:
        """Whether files are read again by themselves."""
        return self._watch is not None

    def start(self) -> None:
        """Check the files from time to time, if there are any."""
        if self._watch is not None:
            self._screen.set_interval(FOLLOW_EVERY, self.look_at_files)
        elif self._files:
            self._screen.set_interval(_LOOK_EVERY, self.look_at_files)

    @property
    def looking(self) -> bool:
        """Whether a thread is checking the files."""
        return self._looking

    def look_at_files(self) -> None:
        """Check whether the files have changed since they were read."""
        if not self._looking and not (self._reading and self._watch is not None):
            self._looking = True
            # In a thread: a file system may stall.
            self._screen.run_worker(self._look, thread=True, group="files")

    def _look(self) -> None:
        files = self._files
        if self._watch is not None:
            self._screen.call_later(self._followed, self._watch.look())
            return
        changed = next((file for file in files if file.changed), None)
        banner = ""
        if changed is not None:
            gone = not changed.path.exists()
            what = "was removed" if gone else "has changed: press r to reload"
            banner = f"{changed.name} {what}"
        self._screen.call_later(self._looked, files, banner)

    def _looked(self, files: tuple[DataFile, ...], banner: str) -> None:
        self._looking = False
        if files is self._files:
            self._alert(banner)

    def _followed(self, state: State) -> None:
        """Read the files once they have stopped changing, or have changed for long."""
        self._looking = False
        if state == self._shown:
            self._changing, self._changes = None, 0
            if self._gone:
                self._gone = False
                self._alert("")
            return
        if not state:
            # What comes in its place is waited for.
            self._gone, self._changing = True, None
            name = self._files[0].name if self._files else "the file"
            self._alert(f"{name} is gone: waiting for it")
            return
        settled = state == self._changing
        self._changing, self._changes = state, self._changes + 1
        rested = monotonic() - self._ended >= _REST * (self._ended - self._began)
        if (settled or self._changes > _PATIENCE) and rested and not self._reading:
            self._shown, self._changing, self._changes = state, None, 0
            self._read(quietly=True)

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
        self._read(quietly=False)

    def _read(self, *, quietly: bool) -> None:
        self._reading, self._quietly = True, quietly
        self._began = monotonic()
        self._source = self._source.again()
        if not quietly and self._source.wait(AT_ONCE):
            self._take()
            return
        if not quietly:
            self._remark(f"reloading {self._files[0].name} …")
        self._screen.run_worker(self._wait, thread=True, group="reload")

    def _wait(self) -> None:
        self._source.wait(1e9)
        self._screen.call_later(self._take)

    def _take(self) -> None:
        self._reading, self._ended = False, monotonic()
        if not self._screen.query(Heading):
            # The app is being left: there is nothing to show the data on.
            return
        try:
            loaded = self._source.result()
            said = self._replace(loaded)
        except LOADING_ERRORS as error:
            reason = error.message if isinstance(error, VizError) else str(error)
            if self._quietly:
                # Half of it may be written; what comes next is looked at again.
                self._alert(f"waiting: {reason}")
            else:
                self._remark(f"not reloaded: {reason}")
            return
        self._files, self._gone = loaded.files, False
        self._alert("")
        if self._quietly:
            if said:
                self._remark(said)
            return
        reloaded = " ".join(["reloaded", *(file.name for file in self._files[:1])])
        self._remark(f"{reloaded} · {said}" if said else reloaded)
