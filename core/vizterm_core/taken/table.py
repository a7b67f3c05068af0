"""A table that is taken away: fields of some points, handed out in parts of bounded size."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from vizterm_core.taken.fields import Field, Part, Points

ROWS_AT_ONCE = 1 << 16
"""Points whose values are in memory at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Fields of some points."""

    fields: Sequence[Field]
    """At least one."""
    points: Points
    """(k,) in the order of the table."""
    told: Callable[[int], object] | None = None
    """Called with the number of points that are through."""

    def parts(self) -> Iterator[list[Part]]:
        """Return the values of all fields, of some points after the other."""
        for start in range(0, self.points.size, ROWS_AT_ONCE):
            points = self.points[start : start + ROWS_AT_ONCE]
            yield [field.take(points) for field in self.fields]
            if self.told is not None:
                self.told(start + points.size)

    def parts_of(self, field: Field) -> Iterator[Part]:
        """Return the values of one field, of some points after the other."""
        for start in range(0, self.points.size, ROWS_AT_ONCE):
            yield field.take(self.points[start : start + ROWS_AT_ONCE])
