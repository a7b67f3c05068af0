"""Standard streams, made fit for drawings however the program was started."""

from __future__ import annotations

import contextlib
import io
import os
import sys

from vizterm_core.errors import UsageError
from vizterm_core.overrides import override


class Closed(io.TextIOBase):
    """Replaces a closed standard output: only printing fails."""

    @override
    def write(self, _: str) -> int:
        raise UsageError("standard output is closed", "there is nowhere to print to")


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
