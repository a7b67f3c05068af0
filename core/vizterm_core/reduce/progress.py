"""How far the making of a map is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from vizterm_core.overrides import override


@dataclass(frozen=True, slots=True)
class Progress:
    """A stage, and how much of it is done."""

    stage: str
    """In a word or two, for people: "neighbours"."""
    share: float | None = None
    """0 to 1; None where it can't be known."""

    @override
    def __str__(self) -> str:
        return self.stage if self.share is None else f"{self.stage} {int(100 * self.share)} %"


Tell = Callable[[Progress], None]
"""Told of progress, a few times a second at most or more often."""


def untold(_: Progress) -> None:
    """Tell nobody."""
