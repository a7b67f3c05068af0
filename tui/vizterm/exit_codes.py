"""Exit codes of `vizterm`."""

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes; a shell reports a process that signal n ended as 128 + n."""

    OK = 0
    DATA = 1
    USAGE = 2
    INTERNAL = 70
    INTERRUPTED = 130
