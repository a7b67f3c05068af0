"""What a heatmap is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from vizterm_core.files.data_file import DataFile
from vizterm_core.files.stored import Array
from vizterm_core.maps.events import Events

Kind = Literal["events", "grid"]

SHAPES = "a grid is (rows, columns), events are (n, 2) or (n, 3): x, y[, weight]"


@dataclass(frozen=True, slots=True, eq=False)
class HeatSource:
    """The data of a heatmap: either a grid or events."""

    name: str
    """The title, harmless for a terminal."""
    grid: Array | None = None
    """(H, W) real values, as in the file."""
    events: Events | None = None
    size: tuple[int, int] | None = None
    """(width, height) of the grid, or as declared in the file; None without either."""
    notes: tuple[str, ...] = ()
    """Doubts, choices, assumptions and skipped parts, for the status line; doubts first."""
    files: tuple[DataFile, ...] = ()
    """The files that it was read from."""
    names: tuple[str, ...] = ()
    """Names of the x, y and perhaps the weight column in the data; empty where they have none."""
    extent: tuple[float, float, float, float] | None = None
    """(left, right, top, bottom): the data's values at a grid's outer edges; None for pixels."""


def skipped_rows(events: Events) -> tuple[str, ...]:
    """What is to be said about bad rows."""
    return (events.describe_skipped(),) if events.skipped else ()
