"""The calling program: its settings are restored, and its event loop may be running."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from typing import Any

_JOB_CONTROL = ("SIGTSTP", "SIGCONT", "SIGTTIN", "SIGTTOU", "SIGWINCH")
"""Signals for which Textual sets handlers that it doesn't all remove."""


@contextmanager
def left_as_they_were() -> Iterator[None]:
    """Restore handlers of job control and environment variables, whatever happens inside."""
    environment = dict(os.environ)
    main = threading.current_thread() is threading.main_thread()
    numbers = [getattr(signal, name) for name in _JOB_CONTROL] if main else []
    handlers: dict[int, Any] = {number: signal.getsignal(number) for number in numbers}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            # None stands for a handler that wasn't set by Python.
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
        for name in os.environ.keys() - environment.keys():
            del os.environ[name]
        os.environ.update(environment)


def outside_any_loop(function: Callable[[], object]) -> None:
    """Call a function that runs an event loop; in a thread of its own if one is running already.

    This thread waits for it and goes on handling signals.
    """
    # Late: what is only printed needs no event loop.
    import asyncio

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        function()
        return
    failure: list[BaseException] = []

    def run() -> None:
        try:
            function()
        except BaseException as error:  # noqa: BLE001 - raised in the caller's thread
            failure.append(error)

    thread = threading.Thread(target=copy_context().run, args=(run,), name="vizterm-app")
    thread.start()
    thread.join()
    if failure:
        raise failure[0]
