"""Choices among names: a small menu, opened from the status bar."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from rich.cells import cell_len

from vizterm.shell.palette import Command

_WIDEST = 40
"""Columns of names beyond which what is said of them isn't aligned."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Names to choose from, and the one that is chosen now."""

    title: str
    names: Sequence[str]
    now: str
    choose: Callable[[str], object]
    """Called with the name that is picked."""

    details: Mapping[str, str] = field(default_factory=dict)
    """What there is to say of a name, beside it."""

    def commands(self) -> list[Command]:
        """Return an entry of the palette for each name; what is said of them is aligned."""
        indent = min(_WIDEST, max(map(cell_len, self.names), default=0)) + 3
        return [
            Command(
                name,
                "",
                "",
                partial(self.choose, name),
                self.details.get(name, ""),
                now=name == self.now,
                indent=indent if self.details else 0,
            )
            for name in self.names
        ]
