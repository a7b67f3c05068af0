"""The places of the same rows at several times: epochs of a training, states of a simulation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import UsageError

Places = npt.NDArray[Any]
"""(total, 2) real numbers: x and y by row, not finite where a row has no place."""


@dataclass(frozen=True, slots=True)
class Epochs:
    """Where the same rows are at several times; a time is read when it is asked for."""

    count: int
    """How many times there are, 1 or more."""
    read: Callable[[int], Places]
    """Returns the places of one of them, counted from 0: a view where they are in memory."""
    names: tuple[str, ...] = ()
    """What each is called, as it is in the data: a file's name, a value; none for an array."""
    held: bool = False
    """Whether `read` returns views of what is in memory, and costs nothing."""
    apart: bool = False
    """Whether each has axes of its own, as a PCA has that was made of it alone."""

    def __len__(self) -> int:
        return self.count

    def places(self, epoch: int) -> Places:
        """Return where the rows are at a time: (total, 2).

        Raises
        ------
        DataError
            If they can't be read.
        """
        return self.read(epoch)

    def name(self, epoch: int) -> str:
        """Return what a time is called; empty if it has no name.  Not harmless for a terminal."""
        return self.names[epoch] if self.names else ""

    def at(self, number: int | None) -> int:
        """Return the time of a number that people use, from 1; the last without one.

        Raises
        ------
        UsageError
            If there is none.
        """
        if number is None:
            return self.count - 1
        if not 1 <= number <= self.count:
            raise UsageError(
                f"--epoch {number}: there are {self.count:,} epochs",
                f"they count from 1 to {self.count:,}",
            )
        return number - 1

    def ways(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Return the way of some rows through all times: (k, epochs, 2) float64.

        Every time is read; it is meant for a worker unless they are `held`.
        """
        found = np.full((rows.size, self.count, 2), np.nan)
        for epoch in range(self.count):
            found[:, epoch] = self.places(epoch)[rows]
        return found
