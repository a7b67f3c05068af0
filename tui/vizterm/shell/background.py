"""Work that starts before the app.

It is done in a daemon thread, so that quitting never waits for it; `concurrent.futures` would join
its threads at exit.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from vizterm_core.errors import VizError

Result = TypeVar("Result")

LOADING_ERRORS = (VizError, OSError, MemoryError)
"""Errors for data that can't be loaded; any other is a bug in vizterm."""
AT_ONCE = 0.05
"""Seconds that nobody notices: data that take longer are announced as loading."""


class Background(Generic[Result]):
    """Calls a function in a thread, at once.

    Parameters
    ----------
    function : callable
    again : callable, optional
        What `again` calls; the same function otherwise.
    """

    def __init__(
        self, function: Callable[[], Result], again: Callable[[], Result] | None = None
    ) -> None:
        self._function = function
        self._again = again or function
        self._result: Result | None = None
        self._error: BaseException | None = None
        self._done = threading.Event()
        try:
            threading.Thread(target=self._run, daemon=True, name="vizterm-load").start()
        except RuntimeError:
            # The process limit is reached: what is only printed needs no threads.
            self._run()

    def _run(self) -> None:
        try:
            self._result = self._function()
        except BaseException as error:  # noqa: BLE001 - result() raises it in the caller's thread
            self._error = error
        finally:
            self._done.set()

    def again(self) -> Background[Result]:
        """Start the work once more."""
        return Background(self._again)

    def wait(self, seconds: float) -> bool:
        """Wait up to that time; return whether the work is done."""
        return self._done.wait(seconds)

    def result(self) -> Result:
        """Wait, and return what the function returned or raise what it raised."""
        self._done.wait()
        if self._error is not None:
            raise self._error
        return self._result  # type: ignore[return-value]
