"""Choices among names: a small menu, opened from the status bar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from vizterm.shell.palette import Command


@dataclass(frozen=True, slots=True)
class Choice:
    """Names to choose from, and the one that is chosen now."""

    title: str
    names: Sequence[str]
    now: str
    choose: Callable[[str], object]
    """Called with the name that is picked."""

    def commands(self) -> list[Command]:
        """Return an entry of the palette for each name."""
        return [
            Command(name, "", "", partial(self.choose, name), "now" * (name == self.now))
            for name in self.names
        ]
