"""A table of what was measured against what was promised."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One promise."""

    what: str
    measured: str
    ratio: float
    limit: float

    @property
    def kept(self) -> bool:
        return self.ratio <= self.limit

    def line(self) -> str:
        sign = "ok  " if self.kept else "MISS"
        return f"{sign} {self.what:<58} {self.measured:>30}   {self.ratio:8.4f}  ≤ {self.limit:g}"


def show(title: str, rows: list[Row]) -> bool:
    """Print a table; whether every promise was kept."""
    print(f"\n{title}")
    for row in rows:
        print(f"  {row.line()}")
    return all(row.kept for row in rows)


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1e3:.2f} ms"
