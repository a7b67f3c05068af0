"""Threads for workers that don't delay the end of the program."""

from __future__ import annotations

import atexit
import threading
import weakref
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from time import monotonic
from typing import ParamSpec, TypeVar

from typing_extensions import override

Given = ParamSpec("Given")
Result = TypeVar("Result")


_LAST_MOMENT = 1.0
"""Seconds."""
_running: weakref.WeakSet[threading.Thread] = weakref.WeakSet()


def _wait_a_moment() -> None:
    """Let threads come back from numpy before the interpreter of a script ends.

    It would stop them in C++, which aborts the process.  The command line leaves without this.
    """
    end = monotonic() + _LAST_MOMENT
    for thread in list(_running):
        thread.join(max(0.0, end - monotonic()))


class DaemonExecutor(ThreadPoolExecutor):
    """Runs each call in a daemon thread.

    asyncio joins the threads of its default executor, and so does the interpreter: quitting
    would wait for a file that is still being read.
    """

    @override
    def submit(
        self, fn: Callable[Given, Result], /, *args: Given.args, **kwargs: Given.kwargs
    ) -> Future[Result]:
        """Call a function in a thread, at once."""
        future: Future[Result] = Future()

        def run() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                result = fn(*args, **kwargs)
            except BaseException as error:  # noqa: BLE001 - raised where the result is asked for
                future.set_exception(error)
            else:
                future.set_result(result)

        if not _running:
            atexit.register(_wait_a_moment)
        thread = threading.Thread(target=run, daemon=True, name="vizterm-worker")
        _running.add(thread)
        thread.start()
        return future

    @override
    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the threads alone."""
