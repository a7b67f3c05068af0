"""Columns of a table as a choice sees them, and what was chosen among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vizterm_core.load.doubt import Doubt
from vizterm_core.load.events.names import plain_name, quoted, shown_name

MOST_LISTED = 16
"""Names in a message; others are counted."""
HINT = "choose with --columns X,Y[,WEIGHT]"


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """The beginning of a column."""

    name: str
    """"" where it has none."""
    values: npt.NDArray[np.float64]
    """(n,) of the first rows, NaN where there is no number."""
    text: int = 0
    """Cells among them that hold something else."""
    pair: bool = False
    """Whether it is a part of a field that holds both x and y."""

    @property
    def numbers(self) -> npt.NDArray[np.float64]:
        """The numbers that there are."""
        return self.values[np.isfinite(self.values)]

    @property
    def numeric(self) -> bool:
        """Whether most of what it holds is numbers."""
        return len(self.numbers) > self.text

    @property
    def empty(self) -> bool:
        """Whether it holds nothing yet."""
        return not len(self.numbers) and not self.text


@dataclass(frozen=True, slots=True)
class Choice:
    """Places of the columns, and what is to be said."""

    x: int
    y: int
    weight: int | None = None
    by: int | None = None
    time: int | None = None
    names: tuple[str, ...] = ()
    """Of x, y and perhaps the weight, as in the data; empty where they have none."""
    doubts: tuple[Doubt, ...] = ()
    """To be said first."""
    notes: tuple[str, ...] = ()

    @property
    def use(self) -> tuple[int, ...]:
        """Places of x, y and perhaps the weight."""
        return (self.x, self.y) if self.weight is None else (self.x, self.y, self.weight)

    @property
    def said(self) -> tuple[str, ...]:
        """All that is to be said, doubt first."""
        return self.doubts + self.notes


def list_names(columns: Sequence[Column]) -> str:
    """Return the columns' names for a message."""
    listed = ", ".join(quoted(column.name) for column in columns[:MOST_LISTED])
    more = len(columns) - MOST_LISTED
    return listed + (f" and {more:,} more" if more > 0 else "")


def find_column(columns: Sequence[Column], wanted: str) -> int | None:
    """Return the place of a column: of that name, nearly of that name, or counted from 1."""
    names = [column.name.strip() for column in columns]
    if wanted.strip() in names:
        return names.index(wanted.strip())
    plain = plain_name(wanted)
    if plain and not plain.isdecimal():
        found = [place for place, each in enumerate(names) if plain_name(each) == plain]
        return found[0] if found else None
    if wanted.strip().isdecimal():
        place = int(wanted.strip()[:9]) - 1
        return place if 0 <= place < len(columns) else None
    return None


def tell_choice(choice: Choice, columns: Sequence[Column]) -> str:
    """Say which columns were chosen."""
    if choice.names:
        return f"columns {', '.join(shown_name(name) for name in choice.names)}"
    what = "x, y, weight" if choice.weight is not None else "x, y"
    places = ", ".join(str(place + 1) for place in choice.use)
    header = "no header: " if columns else ""
    return f"{header}{what} are columns {places}"
