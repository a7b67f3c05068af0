"""How `vizterm` says how it went."""

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes; a process ended by signal n exits with 128 + n."""

    OK = 0
    DATA = 1
    USAGE = 2
    INTERNAL = 70
    INTERRUPTED = 130
