"""Maps of several times turned so that each lies over the one before as well as it can."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from vizterm_core.scatter.epochs import Epochs, Places
from vizterm_core.scatter.grid import CHUNK
from vizterm_core.scatter.viewport import FARTHEST

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Motion:
    """A turn, perhaps a mirroring, and a shift: distances stay as they are."""

    turn: Matrix
    """(2, 2) orthogonal; places are multiplied by it from the right."""
    shift: Matrix
    """(2,) added after that."""

    @classmethod
    def none(cls) -> Motion:
        """Return the one that leaves everything where it is."""
        return cls(np.eye(2), np.zeros(2))

    def then(self, other: Motion) -> Motion:
        """Return this motion and another one after it."""
        return Motion(self.turn @ other.turn, self.shift @ other.turn + other.shift)

    @property
    def back(self) -> Motion:
        """The motion that takes this one back."""
        return Motion(self.turn.T, -self.shift @ self.turn.T)

    def of(self, places: Places) -> Places:
        """Return places moved: (n, 2) in the width of the given ones, float32 at least."""
        dtype = np.float32 if places.dtype in (np.float16, np.float32) else np.float64
        moved = np.empty((2, len(places)), dtype)
        # What is infinite becomes NaN, which is no place either.
        with np.errstate(invalid="ignore", over="ignore"):
            for start in range(0, len(places), CHUNK):
                part = slice(start, start + CHUNK)
                moved[:, part] = (places[part].astype(np.float64) @ self.turn + self.shift).T
        return moved.T


def motion_onto(places: Places, target: Places) -> Motion:
    """Return the motion that brings places as near as possible to others, row by row.

    Orthogonal Procrustes: Schoenemann, "A generalized solution of the orthogonal Procrustes
    problem", Psychometrika 31 (1966), without scale.  Rows that are finite in one only don't count.

    Parameters
    ----------
    places, target : (n, 2)
    """
    count, here, there = 0, np.zeros(2), np.zeros(2)
    for one, other in _both(places, target):
        count += len(one)
        here += one.sum(axis=0)
        there += other.sum(axis=0)
    if not count:
        return Motion.none()
    here, there = here / count, there / count
    product = np.zeros((2, 2))
    for one, other in _both(places, target):
        product += (one - here).T @ (other - there)
    if not product.any() or not np.isfinite(product).all():
        return Motion(np.eye(2), there - here)
    left, _, right = np.linalg.svd(product)
    turn: Matrix = left @ right
    return Motion(turn, there - here @ turn)


def _both(places: Places, target: Places) -> Iterator[tuple[Matrix, Matrix]]:
    """Return the rows that are finite in both, a chunk at a time."""
    for start in range(0, len(places), CHUNK):
        part = slice(start, start + CHUNK)
        one, other = places[part].astype(np.float64), target[part].astype(np.float64)
        # NaN compares false.
        keep = ((np.abs(one) <= FARTHEST) & (np.abs(other) <= FARTHEST)).all(axis=1)
        yield (one, other) if keep.all() else (one[keep], other[keep])


class Alignment:
    """Motions that bring each of some maps onto the one nearer to an anchor, found when needed.

    Parameters
    ----------
    epochs : Epochs
    anchor : int
        The time whose map stays as it is.
    """

    def __init__(self, epochs: Epochs, anchor: int) -> None:
        self._epochs, self.anchor = epochs, anchor
        self._motions = {anchor: Motion.none()}
        self._lock = threading.Lock()

    @property
    def epochs(self) -> Epochs:
        """The maps as they are."""
        return self._epochs

    def aligned(self) -> Epochs:
        """Return the maps moved."""
        return replace(self._epochs, read=self._read, held=False, apart=False, alignment=self)

    def longer(self, epochs: Epochs) -> Alignment:
        """Return the same for maps that are these and some later ones."""
        alignment = Alignment(epochs, self.anchor)
        with self._lock:
            alignment._motions |= self._motions
        return alignment

    def _read(self, epoch: int) -> Places:
        return self._motion(epoch).of(self._epochs.places(epoch))

    def _motion(self, epoch: int) -> Motion:
        with self._lock:
            known = self._motions
            step = 1 if epoch > self.anchor else -1
            start = epoch
            while start not in known:
                start -= step
            target = None
            for each in range(start + step, epoch + step, step):
                target = self._epochs.places(each - step) if target is None else target
                places = self._epochs.places(each)
                known[each] = motion_onto(places, target).then(known[each - step])
                target = places
            return known[epoch]
