"""An app with hooks for frames and failures, and a screen of a steady size."""

from __future__ import annotations

from typing import Any, Generic

from rich.console import RenderableType
from textual.app import App, ReturnType
from textual.geometry import Size
from textual.screen import Screen, ScreenResultType
from textual.worker import WorkerFailed
from typing_extensions import override

from vizterm.terminal.textual_private.driver import SafeDriver
from vizterm.terminal.textual_private.frames import keep_for_later


class HookedApp(App[ReturnType], Generic[ReturnType]):
    """An app with hooks around its frames, which shows no tracebacks."""

    def before_frame(
        self, screen: Screen[Any], update: RenderableType | None
    ) -> RenderableType | None:
        """Return the update to draw in place of Textual's."""
        return update

    def behind_frame(self) -> str:
        """Return text to write behind a frame, before the terminal shows it."""
        return ""

    def frame_written(self) -> None:
        """React to a frame that was written."""

    @property
    def driver(self) -> SafeDriver | None:
        """The terminal driver; None before the app runs, and in tests without a terminal."""
        return self._driver if isinstance(self._driver, SafeDriver) else None

    def write(self, text: str) -> bool:
        """Write to the terminal, if there is one; return whether there is."""
        if self._driver is None:
            return False
        if text:
            self._driver.write(text)
        return True

    def fail_unexpectedly(self, error: Exception) -> None:
        """Leave because of an unhandled exception, kept as `unexpected`."""
        self._handle_exception(error)

    @property
    def unexpected(self) -> Exception | None:
        """The unhandled exception that ended the app, if any."""
        return self._exception

    @override
    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        if self._batch_count and renderable is not None:
            keep_for_later(screen, renderable)
            return
        super()._display(screen, self.before_frame(screen, renderable))
        self.frame_written()

    @override
    def _end_update(self) -> None:
        self.write(self.behind_frame())
        super()._end_update()

    @override
    def _handle_exception(self, error: Exception) -> None:
        # For a worker that failed, its own exception.
        cause = error.error if isinstance(error, WorkerFailed) else error
        super()._handle_exception(cause if isinstance(cause, Exception) else error)

    @override
    def _fatal_error(self) -> None:
        # Textual would print a traceback with the values of variables; a log file gets it instead.
        self._close_messages_no_wait()


class SteadyScreen(Screen[ScreenResultType], Generic[ScreenResultType]):
    """A screen whose size is always the window's."""

    @override
    def _screen_resized(self, size: Size) -> None:
        # A layout reports the screen's size again.  If the window has changed meanwhile, the two
        # sizes would follow each other for ever.
        super()._screen_resized(self.app.size)
