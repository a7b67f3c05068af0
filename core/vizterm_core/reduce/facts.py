"""What is known of a map beside its places, as it is kept and handed on."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Self

from vizterm_core.neighbours.metric import Metric
from vizterm_core.reduce.parameters import Method, Parameters


@dataclass(frozen=True, slots=True)
class Facts:
    """How a map was made."""

    parameters: Parameters
    """As they were asked for."""
    vectors: str
    """The name of the vectors, as it is in the data."""
    width: int
    """Their dimensions."""
    by: str
    """The library with its version; empty for PCA, which is ours."""
    metric: Metric | None
    """The distance; None for PCA."""
    neighbours: int
    """Of each point; fewer than asked for where there are no more."""
    fitted: int
    """Points that it was made of; others were placed among them."""
    said: tuple[str, ...] = ()
    """What was assumed or left out, for people."""
    kept: bool = False
    """Whether it was made before, and kept."""

    @property
    def method(self) -> Method:
        """The way it was made."""
        return self.parameters.method

    def told(self) -> dict[str, Any]:
        """Return them as plain values, for JSON."""
        return asdict(self) | {
            "parameters": self.parameters.told(),
            "metric": None if self.metric is None else self.metric.value,
        }

    @classmethod
    def of(cls, told: dict[str, Any]) -> Self:
        """Return them from what `told` gave.

        Raises
        ------
        KeyError, TypeError, ValueError
            If they are something else.
        """
        metric = told["metric"]
        return cls(
            Parameters.of(told["parameters"]),
            str(told["vectors"]),
            int(told["width"]),
            str(told["by"]),
            None if metric is None else Metric(metric),
            int(told["neighbours"]),
            int(told["fitted"]),
            tuple(map(str, told["said"])),
            bool(told["kept"]),
        )
