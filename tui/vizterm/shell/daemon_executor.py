"""Threads for workers that don't delay the end of the program."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from typing_extensions import override

Given = ParamSpec("Given")
Result = TypeVar("Result")


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

        threading.Thread(target=run, daemon=True, name="vizterm-worker").start()
        return future

    @override
    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the threads alone."""
