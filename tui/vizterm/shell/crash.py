"""Internal errors: one line for the user, the traceback for a log file."""

from __future__ import annotations

import platform
import traceback
from pathlib import Path

from vizterm.shell.directories import log_directory
from vizterm.version import __version__


class CrashError(Exception):
    """An unexpected exception, raised after the app has closed."""

    def __init__(self, cause: BaseException) -> None:
        super().__init__(str(cause))
        self.cause = cause


def report(error: BaseException) -> str:
    """Log a crash; return a line that says what failed and where the log is."""
    cause = error.cause if isinstance(error, CrashError) else error
    frames = traceback.extract_tb(cause.__traceback__)
    where = f" in {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    line = f"internal error: {type(cause).__name__}{where}"
    directory = log_directory()
    head = f"vizterm {__version__}, Python {platform.python_version()}, {platform.platform()}\n"
    # Frames only: messages and variables could contain the user's data.
    text = head + "".join(traceback.format_list(frames)) + type(cause).__name__ + "\n"
    if directory is None:
        return f"{line}; please report it (no log: there is no home directory)"
    log = directory / "crash.log"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        log.write_text(text, "utf-8")
    except OSError:
        return f"{line}; please report it"
    return f"{line}; please report it with {log}"
