"""A table of measurements against their limits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One promise."""

    what: str
    measured: str
    ratio: float | None
    """None where it could not be measured."""
    limit: float

    @classmethod
    def unmeasured(cls, what: str, why: object) -> Row:
        """A row that says why there is no figure."""
        return cls(what, f"not measured: {' '.join(str(why).split())[:100]}", None, 0.0)

    @property
    def kept(self) -> bool:
        """Whether it was measured and is within its limit."""
        return self.ratio is not None and self.ratio <= self.limit

    def line(self) -> str:
        if self.ratio is None:
            return f"---- {self.what:<58} {self.measured}"
        sign = "ok  " if self.kept else "MISS"
        return f"{sign} {self.what:<58} {self.measured:>30}   {self.ratio:8.4f}  ≤ {self.limit:g}"


def attempt(what: str, measure: Callable[[], list[Row]]) -> list[Row]:
    """The rows of a measurement, or one that says why it failed: the next ones go on."""
    try:
        return measure()
    except Exception as error:  # noqa: BLE001 - a busy machine fails in any way
        return [Row.unmeasured(what, f"{type(error).__name__} {error}")]


def run(sections: dict[str, Callable[[], list[Row]]]) -> bool:
    """Measure one section after the other and print each; whether every promise was kept."""
    kept = True
    for title, measure in sections.items():
        kept &= show(title, attempt("all of it", measure))
    return kept


def show(title: str, rows: list[Row]) -> bool:
    """Print a table; whether every promise was kept."""
    print(f"\n{title}")
    for row in rows:
        print(f"  {row.line()}", flush=True)
    return all(row.kept for row in rows)


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1e3:.2f} ms"
