"""What is chosen among points that aren't there for now: remembered by row until they are back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from vizterm.embed.model import MOST_PINS
from vizterm_core.scatter.carried import points_of
from vizterm_core.scatter.moved import same_rows
from vizterm_core.scatter.selection import Selection

if TYPE_CHECKING:
    from vizterm.embed.model import EmbedModel

Rows = npt.NDArray[np.int64]


def _no_rows() -> Rows:
    return np.zeros(0, np.int64)


@dataclass
class Away:
    """Cursor, pins and selected points whose rows have no place at the time that is shown."""

    cursor: int | None = None
    """Row of the cursor."""
    pinned: tuple[tuple[int, int], ...] = ()
    """(place among the pins, row) of pins, by place."""
    selected: Rows = field(default_factory=_no_rows)
    """(k,) rows, ascending."""
    _left: Selection | None = None
    """The selection as it was left here: another one has been made since by a person."""

    def carry(self, older: EmbedModel, newer: EmbedModel) -> None:
        """Give back what is there again, and remember what is gone.

        Parameters
        ----------
        older : EmbedModel
            As it was shown.
        newer : EmbedModel
            The same rows at other places, which has taken over what it can.
        """
        if older.selection is not self._left and not older.selection:
            self.selected = _no_rows()
        if not same_rows(older.embedding.rows, newer.embedding.rows) or self.selected.size:
            rows = np.union1d(older.selected_rows, self.selected)
            points = points_of(newer.embedding, rows)
            if points.size != newer.selection.count:
                newer.selection = Selection.of_points(len(newer.embedding), points)
            there = points if newer.embedding.rows is None else newer.embedding.rows[points]
            self.selected = np.setdiff1d(rows, there, assume_unique=True)
        self._left = newer.selection
        self._carry_pins(older, newer)
        if older.cursor is not None:
            self.cursor = older.embedding.row_of(older.cursor)
        if newer.cursor is None and self.cursor is not None:
            point = newer.embedding.point_of(self.cursor)
            if point is not None and newer.index.is_shown(point, newer.visible):
                newer.place(point)
        if newer.cursor is not None:
            self.cursor = None

    def _carry_pins(self, older: EmbedModel, newer: EmbedModel) -> None:
        """Give back pins where they stood among the others, as many as there may be."""
        rows = list(older.pinned_rows)
        for place, row in self.pinned:
            if row not in rows:
                rows.insert(place, row)
        pins: list[int] = []
        away: list[tuple[int, int]] = []
        for place, row in enumerate(rows):
            point = newer.embedding.point_of(row)
            if point is None or len(pins) == MOST_PINS:
                away.append((place, row))
            else:
                pins.append(point)
        newer.pins, self.pinned = tuple(pins), tuple(away)
