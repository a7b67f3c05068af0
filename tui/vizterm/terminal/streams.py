"""Standard streams, made fit for drawings however the program was started."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import threading
from collections.abc import Iterator
from typing import NoReturn

from vizterm_core.errors import UsageError
from vizterm_core.overrides import override

THREADS = "vizterm-"
"""How the names of the program's own threads begin, which don't delay its end."""


class Closed(io.TextIOBase):
    """Replaces a closed standard output: only printing fails."""

    @override
    def write(self, _: str) -> int:
        raise UsageError("standard output is closed", "there is nowhere to print to")


def drop_unwritten() -> None:
    """Drop output that could not be written and was said: Python tries again when it ends.

    That would make another line of complaint, and 120 of the exit code.
    """
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.close(nowhere)


def leave(code: int) -> NoReturn:
    """End the program; at once, where threads still work.

    Python ends such a thread by unwinding it.  C++ of numpy, as np.unique, does not allow that,
    and the program is aborted, with a code of 134 and a message.
    """
    if any(thread.name.startswith(THREADS) for thread in threading.enumerate()):
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def prepare_streams() -> None:
    """Make the streams write UTF-8 whatever the locale, and replace closed ones.

    Drawings exist in no other encoding.  Undecodable bytes in file names are escaped.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            # Otherwise the next file to be opened would become the stream.
            os.open(os.devnull, os.O_RDWR)
    if sys.stdout is None:
        sys.stdout = Closed()
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            with contextlib.suppress(OSError):
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")


@contextlib.contextmanager
def on_the_terminal() -> Iterator[None]:
    """Make the terminal both standard input and standard output, whatever they are; then give back.

    A program in a pipe is so used by a person, and what it prints afterwards goes into the pipe.

    Raises
    ------
    UsageError
        If there is no terminal, or standard output is closed.
    """
    if isinstance(sys.stdout, Closed):
        raise UsageError("standard output is closed", "there is nowhere to print to")
    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
    except OSError as error:
        raise UsageError(
            "there is no terminal to choose on", "run it where one can look and type"
        ) from error
    if sys.stdin is None:
        # It was closed, and Textual reads from it.
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.__stdin__ = sys.stdin  # type: ignore[misc]
    kept = [os.dup(descriptor) for descriptor in (0, 1)]
    sys.stdout.flush()
    try:
        for descriptor in (0, 1):
            os.dup2(terminal, descriptor)
        yield
    finally:
        sys.stdout.flush()
        for descriptor, before in enumerate(kept):
            os.dup2(before, descriptor)
        for descriptor in (terminal, *kept):
            os.close(descriptor)
