"""Standard streams as a program of drawings needs them, however it was started."""

from __future__ import annotations

import contextlib
import io
import os
import sys

from typing_extensions import override

from vizterm_core.errors import UsageError


class Closed(io.TextIOBase):
    """Standard output where there is none: what isn't printed needs no output."""

    @override
    def write(self, _: str) -> int:
        raise UsageError("standard output is closed", "there is nowhere to print to")


def prepare_streams() -> None:
    """Write UTF-8 whatever the locale says, and survive streams that were closed.

    A drawing has no meaning in any other encoding, and the app's frames are UTF-8, too.  File
    names that are no text are escaped.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            # Else the next file to be opened would be taken for the stream.
            os.open(os.devnull, os.O_RDWR)
    if sys.stdout is None:
        sys.stdout = Closed()
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            with contextlib.suppress(OSError):
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")
