"""A screen whose data come from a thread, and perhaps from files that change meanwhile."""

from __future__ import annotations

from typing import Generic, TypeVar

from textual import work
from textual.geometry import Size
from textual.screen import Screen
from typing_extensions import override

from vizterm.shell.background import Background
from vizterm.terminal.facts import Terminal
from vizterm.widgets.heading import Heading
from vizterm.widgets.plane import Plane
from vizterm_core.errors import VizError
from vizterm_core.load import DataFile

Source = TypeVar("Source")

_AT_ONCE = 0.05
"""Seconds that the first paint waits for the data."""
_PATIENCE = 0.5
"""Seconds after which it is said that they are still being loaded."""
_LOOK_EVERY = 2.0
"""Seconds between two looks at the files."""


class LoadingScreen(Screen[None], Generic[Source]):
    """Waits for its data, says so if it takes long, and leaves if they can't be had.

    What was shown stays while a file is loaded again, and if it can't be.
    """

    def __init__(self, source: Background[Source], terminal: Terminal) -> None:
        super().__init__()
        self._source = source
        self._terminal = terminal
        self._loaded = False
        self._files: tuple[DataFile, ...] = ()
        self._looking = False
        self._loading_again = False
        self.awaits_data = True
        """Whether keys would have no effect yet."""

    def start(self, loaded: Source) -> None:
        """Show what was loaded."""
        raise NotImplementedError

    def start_again(self, loaded: Source) -> None:
        """Show what was loaded instead of what is shown, in the same way."""
        raise NotImplementedError

    def files_of(self, loaded: Source) -> tuple[DataFile, ...]:
        """The files that the data came from."""
        raise NotImplementedError

    def remark(self, text: str) -> None:
        """A short remark in the status line, until something else happens."""
        raise NotImplementedError

    @override
    def _screen_resized(self, size: Size) -> None:
        # A layout tells the screen its size once more.  Where the window has changed meanwhile,
        # the two sizes would follow each other for ever.
        super()._screen_resized(self.app.size)

    # ------------------------------------------------------------------ the first time
    def begin_loading(self) -> None:
        """Call `start` as soon as the data are there."""
        if self._source.wait(_AT_ONCE):
            self._take_source()
        else:
            self.set_timer(_PATIENCE, self._say_loading)
            self._wait_for_source()
            # Perhaps one to leave by was typed before there was a screen.
            self.call_later(self.app.take_keys)  # type: ignore[attr-defined]

    def _say_loading(self) -> None:
        if not self._loaded:
            self.query_one(Plane).say("loading …   q to leave")

    @work(thread=True)
    def _wait_for_source(self) -> None:
        self._source.wait(1e9)
        self.app.call_from_thread(self._take_source)

    def _take_source(self) -> None:
        try:
            loaded = self._source.result()
        except (VizError, OSError, MemoryError) as error:
            self.app.fail(error)  # type: ignore[attr-defined]
            return
        self._loaded = True
        self._files = self.files_of(loaded)
        self.start(loaded)
        self.call_after_refresh(self.let_keys_in)
        if self._files:
            self.set_interval(_LOOK_EVERY, self.look_at_files)

    async def let_keys_in(self) -> None:
        """Go on with the keys that were typed meanwhile."""
        self.awaits_data = False
        await self.app.take_keys()  # type: ignore[attr-defined]

    # ------------------------------------------------------------------ files that change
    def look_at_files(self) -> None:
        """Find out whether the files are still those that were read."""
        # In a thread: a file system may stall.
        if not self._looking:
            self._looking = True
            self._look(self._files)

    @work(thread=True, group="files")
    def _look(self, files: tuple[DataFile, ...]) -> None:
        changed = next((file for file in files if file.changed), None)
        words = ""
        if changed is not None:
            gone = not changed.path.exists()
            what = "was removed" if gone else "has changed: press r to reload"
            words = f"{changed.name} {what}"
        self.app.call_from_thread(self._looked, files, words)

    def _looked(self, files: tuple[DataFile, ...], words: str) -> None:
        self._looking = False
        if files is self._files:
            self.query_one(Heading).alert(words)

    def action_load_again(self) -> None:
        if not self._loaded or self._loading_again:
            return
        if not self._files:
            self.remark("there is no file to reload")
            return
        self._loading_again = True
        self._source = self._source.again()
        if self._source.wait(_AT_ONCE):
            self._take_again()
        else:
            self.remark(f"reloading {self._files[0].name} …")
            self._wait_again()

    @work(thread=True)
    def _wait_again(self) -> None:
        self._source.wait(1e9)
        self.app.call_from_thread(self._take_again)

    def _take_again(self) -> None:
        self._loading_again = False
        try:
            loaded = self._source.result()
            files = self.files_of(loaded)
            self.start_again(loaded)
        except (VizError, OSError, MemoryError) as error:
            reason = error.message if isinstance(error, VizError) else str(error)
            self.remark(f"not reloaded: {reason}")
            return
        self._files = files
        self.query_one(Heading).alert("")
        self.remark(f"reloaded {files[0].name}" if files else "reloaded")
