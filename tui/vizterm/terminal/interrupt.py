"""Ctrl+C outside the app: the program ends at once, and without a traceback.

Deliberately no KeyboardInterrupt, which Python raises in the midst of anything: in an import it
leaves a traceback of the importer, in a callback of the garbage collector it is printed and lost.
Imports next to nothing: until the handler is there, Ctrl+C is Python's.
"""

from __future__ import annotations

import os
import signal

_INTERRUPTED = 130
"""`ExitCode.INTERRUPTED`."""
_PLAIN = b"\x18\x1b\\\x1b[0m"
"""Ends a sequence that was cut off, and colours."""

_BUSY = 0.3
"""Seconds to wait for a terminal that is busy."""

unfinished: set[str] = set()
"""Names of files that are being written: they aren't left behind."""


def end_on_interrupt() -> None:
    """End the process with 130 on SIGINT from now on, unless it is ignored."""
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, end)


def end(*_: object) -> None:
    """Leave nothing behind, and end the process."""
    for name in (*unfinished,):
        try:  # noqa: SIM105 - contextlib is slow to import
            os.unlink(name)  # noqa: PTH108
        except OSError:
            pass
    try:  # noqa: SIM105
        _end_printing()
    except OSError:
        pass
    os._exit(_INTERRUPTED)


def _end_printing() -> None:
    if os.environ.get("TERM", "dumb") == "dumb" or not os.isatty(1):
        return
    import select

    # One that is busy with what was printed takes more in a moment; one that takes nothing keeps
    # nobody.
    select.select([], [1], [], _BUSY)
    os.set_blocking(1, False)
    try:
        os.write(1, _PLAIN)
    finally:
        os.set_blocking(1, True)
