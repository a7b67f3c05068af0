"""Trust as a column: how far the neighbours of a point are its neighbours on the map, too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError
from vizterm_core.files.memory import memory_limit
from vizterm_core.neighbours.trust import NEAREST, shared_neighbours
from vizterm_core.neighbours.vectors import Vectors
from vizterm_core.overrides import override
from vizterm_core.scatter.columns import Column
from vizterm_core.scatter.embedding import Embedding
from vizterm_core.scatter.meaning import Meaning

TRUST = "trust"
MOST_POINTS = 100_000
"""Points that are compared with each other; of more a sample is."""
MOST_PRODUCTS = 1 << 43
"""Products of numbers that are made for it: these take minutes."""
_BYTES_A_POINT = 1400
"""Bytes for a point beside its vector, while neighbours are looked for."""
_VECTORS_HELD = 3
"""Times that vectors are in memory: as they are, prepared, and in parts."""


class TrustColumn(Column):
    """The share of a point's neighbours that are its neighbours on the map; found when asked for.

    The share of its 15 nearest in the original space that are among its 15 nearest on the map, as
    `shared_neighbours` has it: 0 to 1.  It is missing for points without a vector, and where there
    are more than `MOST_POINTS`, for those outside a sample, which are nobody's neighbours then.

    Parameters
    ----------
    name : str
    embedding : Embedding
        With vectors.
    """

    costly = True
    about = f"quantity · how many of its {NEAREST} nearest are near here"
    example = "< 0.2"

    def __init__(self, name: str, embedding: Embedding) -> None:
        super().__init__(name, self._find)
        assert embedding.vectors is not None
        self._vectors: Vectors = embedding.vectors
        self._x, self._y = embedding.x, embedding.y
        self._rows, self._total = embedding.rows, embedding.total
        self._sampled: npt.NDArray[np.int64] | None = None
        self.left_out = 0
        """Points without a vector, among those that were compared."""
        self.mean = float("nan")
        """Of all shares."""
        self.stop: Callable[[], bool] = lambda: False
        """Asked now and then while it is found; in whatever thread that is."""
        self.tell: Callable[[float], object] = bool
        """Told the share that is done, 0 to 1; in that thread."""

    @property
    @override
    def meaning(self) -> Meaning:
        """A quantity, though it has few different values."""
        return Meaning.QUANTITY

    @property
    @override
    def scale_said(self) -> str:
        """What 1 and 0 mean, or that there is more to be shown."""
        if self.sampled:
            return f"1: all {NEAREST} nearest are near here · A shows those outside the sample"
        return f"1: all {NEAREST} nearest of a point are near on the map, 0: none"

    @property
    def sampled(self) -> bool:
        """Whether most points have no trust, as only a sample was compared."""
        return self._sampled is not None

    @property
    def summary(self) -> str:
        """What is said of all points, with what was left out; empty before it is found."""
        if not self.ready or np.isnan(self.mean):
            return ""
        parts = [f"trust {self.mean:.2f} on average"]
        if self._sampled is not None:
            parts.append(f"of a sample of {self._sampled.size:,}")
        if self.left_out:
            parts.append(f"{self.left_out:,} without a vector")
        return ", ".join(parts)

    @override
    def text(self, row: int) -> str:
        """Return the share of a row and the count behind it, or why there is none."""
        values = self.values
        assert isinstance(values, np.ndarray)
        share = float(values[row])
        if not np.isnan(share):
            return f"{share:.2f} · {round(share * NEAREST)} of {NEAREST}"
        if self._sampled is not None:
            points = self._sampled if self._rows is None else self._rows[self._sampled]
            at = int(np.searchsorted(points, row))
            if at == points.size or points[at] != row:
                return "not in the sample"
        return "no vector"

    def _find(self) -> npt.NDArray[np.float64]:
        points = np.arange(self._x.size)
        most = self._most()
        if points.size > most:
            points = np.sort(np.random.default_rng(0).choice(points.size, most, replace=False))
            self._sampled = points
        rows = points if self._rows is None else self._rows[points]
        self.tell(0.0)
        found = None
        vectors = self._vectors.taken(rows, stop=self.stop)
        if vectors is not None:
            # Quarters: their differences can't overflow.
            places = np.stack([self._x[points], self._y[points]], axis=1).astype(np.float64) / 4
            found = shared_neighbours(
                vectors, places, NEAREST, self._vectors.metric, stop=self.stop, progress=self.tell
            )
        if found is None:
            raise DataError(f"{TRUST} has been stopped")
        there = found.counts >= 0
        if np.count_nonzero(there) <= NEAREST + 1:
            raise DataError(
                f"{TRUST}: too few points have a vector: {np.count_nonzero(there):,}",
                f"with up to {NEAREST + 1}, all are neighbours of each other",
            )
        self.left_out, self.mean = found.left_out, found.mean
        shares = np.full(self._total, np.nan)
        shares[rows[there]] = found.counts[there] / NEAREST
        return shares

    def _most(self) -> int:
        """Return how many points are compared: as many as time and memory allow."""
        width = max(1, self._vectors.width)
        size = _VECTORS_HELD * 8 * width + _BYTES_A_POINT
        in_time = int((MOST_PRODUCTS / width) ** 0.5)
        return max(2 * NEAREST, min(MOST_POINTS, in_time, memory_limit() // size))


def with_trust(embedding: Embedding) -> Embedding:
    """Return an embedding whose last column is the trust in its map, where it has vectors.

    A column of that name in the data stays as it is; this one is then called "trust (of the map)".
    """
    others = {
        name: column
        for name, column in embedding.columns.items()
        if not isinstance(column, TrustColumn)
    }
    if embedding.vectors is None or not len(embedding):
        return replace(embedding, columns=others)
    name = TRUST
    while name in others:
        name += " (of the map)"
    return replace(embedding, columns=others | {name: TrustColumn(name, embedding)})


def trust_of(embedding: Embedding) -> TrustColumn | None:
    """Return the trust in a map, which may not have been found yet; None without vectors."""
    for column in embedding.columns.values():
        if isinstance(column, TrustColumn):
            return column
    return None
