"""Textual's driver outside the main thread, where Python can't set signal handlers.

Replaces the name `signal` in Textual's `linux_driver`, by which it sets them.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from textual.drivers import linux_driver


class _Collector:
    """Stands in for the module `signal`, and collects handlers instead of setting them."""

    def __init__(self) -> None:
        self.handlers: dict[int, Any] = {}

    def signal(self, number: int, handler: Any) -> None:
        self.handlers[number] = handler

    def __getattr__(self, name: str) -> Any:
        return getattr(signal, name)


def in_main_thread() -> bool:
    """Return whether handlers can be set here."""
    return threading.current_thread() is threading.main_thread()


@contextmanager
def handlers_collected() -> Iterator[dict[int, Any]]:
    """Collect the handlers that the driver would set; in the main thread, let it set them."""
    if in_main_thread():
        yield {}
        return
    collector = _Collector()
    names = vars(linux_driver)
    before, names["signal"] = names["signal"], collector
    try:
        yield collector.handlers
    finally:
        names["signal"] = before
