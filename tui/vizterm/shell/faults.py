"""Faults of the interpreter itself: a log file gets Python's traceback, not the screen."""

from __future__ import annotations

import faulthandler
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from vizterm.shell.directories import log_directory


@contextmanager
def faults_logged() -> Iterator[None]:
    """Have a segmentation fault leave its traceback in `fault.log` of the log directory.

    A handler that a program has set up otherwise than by Python's own options is left alone.
    """
    on = faulthandler.is_enabled()
    by_option = bool(os.environ.get("PYTHONFAULTHANDLER") or "faulthandler" in sys._xoptions)
    directory = log_directory()
    if (on and not by_option) or directory is None:
        yield
        return
    try:
        directory.mkdir(parents=True, exist_ok=True)
        log = (directory / "fault.log").open("ab", buffering=0)
    except OSError:
        yield
        return
    with log:
        faulthandler.enable(log)
        try:
            yield
        finally:
            faulthandler.disable()
            if on and sys.__stderr__ is not None:
                faulthandler.enable(sys.__stderr__)
