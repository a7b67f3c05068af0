"""Signals that end the program: obeyed even while its event loop is stuck on a stalled link."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from time import monotonic, sleep
from types import FrameType
from typing import Any

from vizterm.terminal import interrupt

ENDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGABRT)
"""Signals that end the app whoever handles them outside it."""
_HARMLESS = ("SIGCHLD", "SIGCONT", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG", "SIGWINCH", "SIGINFO")
_HOPELESS = ("SIGKILL", "SIGSTOP", "SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL", "SIGTRAP", "SIGSYS")
"""Signals that no handler sees, or that come again at once when their handler returns."""
ALSO_ENDING = tuple(
    sorted(
        signal.valid_signals()
        - {*ENDING}
        - {getattr(signal, name, None) for name in (*_HARMLESS, *_HOPELESS)}
    )
)
"""Signals that end a process that doesn't handle them, e.g. Slurm's SIGUSR1 and SIGXCPU.

A program that handles one of these means something else by it, so its handler stays.
"""
_PATIENCE = 1.5
"""Seconds that leaving may take after a signal."""
_LAST_WORD = 0.25
"""Seconds that the main thread may take to let itself be killed."""


_Handler = Callable[[int, FrameType | None], None]


@contextmanager
def _handled_by(handler: _Handler) -> Iterator[dict[int, Any]]:
    """Let `handler` handle signals that aren't ignored; yields the old handlers."""
    before: dict[int, Any] = {}
    if threading.current_thread() is threading.main_thread():
        elsewhere = _caught()
        for number in (*ENDING, *ALSO_ENDING):
            known = signal.getsignal(number)
            deadly = known is signal.SIG_DFL and number not in elsewhere
            if deadly or (number in ENDING and known is not signal.SIG_IGN):
                before[number] = signal.signal(number, handler)
    try:
        yield before
    finally:
        for changed, handled in before.items():
            _set(changed, handled)


def _caught() -> set[int]:
    """Signals with a handler, including those that Python doesn't know of, e.g. faulthandler's."""
    try:
        with Path("/proc/self/status").open(encoding="ascii") as lines:
            mask = next(int(line.split()[1], 16) for line in lines if line.startswith("SigCgt:"))
    except (OSError, ValueError, StopIteration):
        return set()
    return {number for number in signal.valid_signals() if mask >> (number - 1) & 1}


def _set(number: int, handler: Any) -> None:
    # None stands for a handler that wasn't set by Python.
    signal.signal(number, signal.SIG_DFL if handler is None else handler)


def pass_on(number: int) -> None:
    """Let a signal take effect: the caller's handler, or the end of the process."""
    if _deadly(signal.getsignal(number)):
        signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


def _deadly(handler: Any) -> bool:
    return handler in (None, signal.SIG_DFL, signal.default_int_handler, interrupt.end)


@contextmanager
def before_signals(restore: Callable[[], object]) -> Iterator[None]:
    """Call `restore` before a signal takes effect."""

    def obey(number: int, _: FrameType | None) -> None:
        restore()
        _set(number, before[number])
        pass_on(number)

    with _handled_by(obey) as before:
        yield


class EndingSignals:
    """Handles the signals while it is entered; afterwards their old handlers are back.

    An event loop would notice a signal only in its next turn, which doesn't come while a write
    waits for a terminal that takes nothing.

    Parameters
    ----------
    end : callable
        Called with the signal, in the main thread, between any two instructions: it must take no
        locks.
    give_up : callable
        Called in another thread if the context is not left in time.  The signal then takes
        effect.
    """

    def __init__(self, end: Callable[[int], None], give_up: Callable[[], None]) -> None:
        self._end, self._give_up = end, give_up
        self._given_up = False
        self._inside = ExitStack()
        self._before: dict[int, Any] = {}
        # Its `put` is made for signal handlers.
        self._come: SimpleQueue[int | None] = SimpleQueue()

    def __enter__(self) -> None:
        threading.Thread(target=self._watch, daemon=True, name="vizterm-signals").start()
        self._before = self._inside.enter_context(_handled_by(self._obey))

    def __exit__(self, *_: object) -> None:
        self._inside.close()
        self._come.put(None)

    def _obey(self, number: int, _: FrameType | None) -> None:
        if self._given_up:
            _set(number, self._before[number])
            pass_on(number)
        else:
            self._end(number)
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
            # Handlers run, and can be changed, only in the main thread.
            os.kill(os.getpid(), number)
            sleep(_LAST_WORD)
            if _deadly(self._before[number]):
                os._exit(128 + number)
