"""Signals that end the program: obeyed even while its event loop is stuck on a stalled link."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from time import monotonic, sleep
from types import FrameType
from typing import Any

ENDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGABRT)
_PATIENCE = 1.5
"""Seconds that the way out may take after a signal."""
_LAST_WORD = 0.25
"""Seconds that the main thread may take to let itself be killed."""


class EndingSignals:
    """Obeys the signals while it is entered; afterwards they do what they did before.

    An event loop would hear of a signal only when it comes round again, which it doesn't while a
    write waits for a terminal that takes nothing.

    Parameters
    ----------
    end : callable
        Called with the signal, in the main thread and in the midst of anything: it must take no
        locks.
    give_up : callable
        Called in another thread where the context is not left in time.  The process then dies by
        the signal.
    """

    def __init__(self, end: Callable[[signal.Signals], None], give_up: Callable[[], None]) -> None:
        self._end, self._give_up = end, give_up
        self._given_up = False
        self._before: dict[signal.Signals, Any] = {}
        # Its `put` is made for signal handlers.
        self._come: SimpleQueue[int | None] = SimpleQueue()

    def __enter__(self) -> None:
        if threading.current_thread() is threading.main_thread():
            threading.Thread(target=self._watch, daemon=True, name="vizterm-signals").start()
            self._before = {number: signal.signal(number, self._obey) for number in ENDING}

    def __exit__(self, *_: object) -> None:
        for number, before in self._before.items():
            signal.signal(number, signal.SIG_DFL if before is None else before)
        self._come.put(None)

    def _obey(self, number: int, _: FrameType | None) -> None:
        if self._given_up:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        self._end(signal.Signals(number))
        self._come.put(number)

    def _watch(self) -> None:
        number = self._come.get()
        if number is None:
            return
        end = monotonic() + _PATIENCE
        try:
            # A second signal changes nothing.
            while self._come.get(timeout=max(0.0, end - monotonic())) is not None:
                pass
        except Empty:
            self._give_up()
            self._given_up = True
            # What a signal does can be changed in the main thread alone, where handlers run.
            os.kill(os.getpid(), number)
            sleep(_LAST_WORD)
            os._exit(128 + number)
