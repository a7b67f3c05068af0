"""The places of the same rows at several times: epochs of a training, states of a simulation."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import UsageError

Places = npt.NDArray[Any]
"""(total, 2) real numbers: x and y by row, not finite where a row has no place."""


class Turning(Protocol):
    """What maps were turned by."""

    @property
    def epochs(self) -> Epochs:
        """The maps as they are."""


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
    alignment: Turning | None = None
    """What these were turned by, to lie over each other; None for maps as they are."""

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

    def remembered(self, budget: int) -> Epochs:
        """Return the same epochs, of which those that were read last are kept.

        Parameters
        ----------
        budget : int
            Bytes of places that are kept at most.
        """
        if self.held:
            return self
        return replace(self, read=_Memory(self.read, budget).read)

    def name(self, epoch: int) -> str:
        """Return what a time is called; empty if it has no name.  Not harmless for a terminal."""
        return self.names[epoch] if self.names else ""

    def go_on_from(self, earlier: Epochs) -> bool:
        """Whether these are some earlier ones and more, as far as their names tell."""
        turned = self.alignment is not None, earlier.alignment is not None
        longer = len(self) > len(earlier) and turned[0] == turned[1]
        return longer and self.names[: len(earlier)] == earlier.names

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


class _Memory:
    """Places that were read last, up to a number of bytes; for threads at once."""

    def __init__(self, read: Callable[[int], Places], budget: int) -> None:
        self._read, self._budget = read, budget
        self._kept: OrderedDict[int, Places] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def read(self, epoch: int) -> Places:
        with self._lock:
            if epoch in self._kept:
                self._kept.move_to_end(epoch)
                return self._kept[epoch]
        places = self._read(epoch)
        with self._lock:
            if epoch not in self._kept and places.nbytes <= self._budget:
                self._kept[epoch] = places
                self._size += places.nbytes
                while self._size > self._budget:
                    self._size -= self._kept.popitem(last=False)[1].nbytes
        return places
