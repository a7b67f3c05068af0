"""Errors that a person can act on: they say what was wrong and what to do about it."""

from vizterm_core.overrides import override
from vizterm_core.text import clean

_LONGEST = 2000


class VizError(Exception):
    """A problem that a person can put right.

    Its text is harmless for a terminal, whoever prints it and whatever was quoted in it.

    Parameters
    ----------
    message : str
        The problem, naming the array, file or option.
    hint : str
        The next thing to do; may be empty.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        self.message = clean(message, _LONGEST)
        self.hint = clean(hint, _LONGEST)
        super().__init__(self.message)

    @override
    def __str__(self) -> str:
        return f"{self.message}; {self.hint}" if self.hint else self.message


class DataError(VizError):
    """The file or array can't be used as it is."""


class UsageError(VizError):
    """The call or command line can't be carried out as it was given."""
