"""What a map is to be made like: the method, how many neighbours, which distance, the seed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any, Self

from vizterm_core.errors import UsageError
from vizterm_core.neighbours.metric import Metric

MOST_NEIGHBOURS = 200
MOST_APART = 0.99
_MOST_SEED = (1 << 32) - 1


class Method(Enum):
    """A way to make a map of vectors."""

    PCA = "pca"
    UMAP = "umap"

    @property
    def shown(self) -> str:
        """Its name for people."""
        return self.value.upper()


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a map is made like.

    Raises
    ------
    UsageError
        If a number is out of its range.
    """

    method: Method = Method.UMAP
    neighbours: int = 15
    """Points that each point is kept near to: few show the grain, many the whole; 2 to 200."""
    min_dist: float = 0.1
    """How near to each other neighbours may come in the map, of a spread of 1; 0 to 0.99."""
    metric: Metric | None = None
    """The distance; None for the cosine where all vectors have length 1, else the Euclidean one.

    Whether they have is found out as for neighbours in the original space (`Vectors.metric`): from
    a thousand rows all over the data, each of which must have a length of 1 within a hundredth.
    """
    seed: int = 0
    """The same data, parameters, seed and library give the same map; 0 to 4,294,967,295."""

    def __post_init__(self) -> None:
        if not 2 <= self.neighbours <= MOST_NEIGHBOURS:
            raise UsageError(
                f"{self.neighbours:,} neighbours can't be", f"choose 2 to {MOST_NEIGHBOURS}"
            )
        if not 0 <= self.min_dist <= MOST_APART:
            raise UsageError(f"min_dist {self.min_dist:g} can't be", f"choose 0 to {MOST_APART}")
        if not 0 <= self.seed <= _MOST_SEED:
            raise UsageError(f"seed {self.seed:,} can't be", f"choose 0 to {_MOST_SEED:,}")

    def told(self) -> dict[str, Any]:
        """Return them as plain values, for JSON."""
        return asdict(self) | {
            "method": self.method.value,
            "metric": None if self.metric is None else self.metric.value,
        }

    @classmethod
    def of(cls, told: dict[str, Any]) -> Self:
        """Return them from what `told` gave."""
        metric = told["metric"]
        return cls(
            Method(told["method"]),
            told["neighbours"],
            told["min_dist"],
            None if metric is None else Metric(metric),
            told["seed"],
        )
