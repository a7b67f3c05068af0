"""A pipe that ends this process when the other end is closed: its owner may be killed any time."""

from __future__ import annotations

import fcntl
import os
import select
import signal
import threading


def end_with(descriptor: int) -> None:
    """End this process as soon as nobody holds the other end of a pipe any more.

    Parameters
    ----------
    descriptor : int
        The end to read from; nothing more is written to the other.

    Notes
    -----
    The kernel sends SIGIO, which ends the process by default, also in the midst of a library's
    computation; a thread would have to wait until that lets Python run.
    """
    try:
        signal.signal(signal.SIGIO, signal.SIG_DFL)
        fcntl.fcntl(descriptor, fcntl.F_SETOWN, os.getpid())
        flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
        fcntl.fcntl(descriptor, fcntl.F_SETFL, flags | os.O_ASYNC)
    except (AttributeError, OSError):
        threading.Thread(target=_watch, args=(descriptor,), daemon=True).start()
        return
    if select.select([descriptor], [], [], 0)[0]:
        # It was closed before.
        os._exit(1)


def _watch(descriptor: int) -> None:
    os.read(descriptor, 1)
    os._exit(1)
