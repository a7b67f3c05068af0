"""Rounds of hypothesis until time or cases are used up; what fails is stored, shrunk."""

from __future__ import annotations

import time
import warnings
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis.errors import HypothesisWarning
from hypothesis.strategies import SearchStrategy

A_ROUND = 250
"""Cases between two seeds: hypothesis remembers all cases of a round, to avoid doing one twice."""
SHRINKING = 45.0
"""Seconds to look for a smaller input that fails in the same way."""


class FindingError(Exception):
    """Something that must not happen.

    Parameters
    ----------
    signature : str
        The same for all cases that fail in the same way.
    report : str
        All that is known of it.
    """

    def __init__(self, signature: str, report: str) -> None:
        super().__init__(signature)
        self.signature = signature
        self.report = report


class Case(Protocol):
    """An input."""

    kind: str

    @property
    def weight(self) -> int:
        """Its size, of which the least is kept."""
        ...

    def store(self, directory: Path) -> None:
        """Write what it takes to run it by hand."""
        ...


class Fuzzer(Protocol):
    """Makes cases and runs them."""

    name: str

    def cases(self) -> SearchStrategy[Any]: ...

    def run(self, case: Any) -> str:
        """Outcome of a case, in a word or two.

        Raises
        ------
        FindingError
        """
        ...

    def close(self) -> None: ...


class _EnoughError(KeyboardInterrupt):
    """Ends a run of hypothesis, which lets no other kind of exception through at once."""


@dataclass
class Run:
    """Record of one fuzzer."""

    fuzzer: Fuzzer
    into: Path
    """Where failing inputs go."""
    until: float
    """`time.monotonic` of the end."""
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(kind, what came out) -> cases; those tried in shrinking are left out."""
    findings: dict[str, Path] = field(default_factory=dict)
    """Signature -> where its input is."""
    _failing: tuple[Any, FindingError] | None = None
    _shrink_until: float = 0.0

    @property
    def count(self) -> int:
        """Cases run."""
        return self.outcomes.total()

    def round(self, number: int, cases: int) -> None:
        """Run some cases; a new finding ends the round, shrunk and stored."""
        self._failing = None
        attempt = given(self.fuzzer.cases())(self._attempt)
        configured = settings(
            max_examples=cases,
            database=None,
            deadline=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
            verbosity=Verbosity.quiet,
            report_multiple_bugs=False,
        )
        try:
            with warnings.catch_warnings():
                # It finds inputs too long to be printed; they are stored.
                warnings.simplefilter("ignore", HypothesisWarning)
                seed(number)(configured(attempt))()
        except (FindingError, _EnoughError):
            pass
        except Exception:
            # Hypothesis complains about a failure that came once and never again.
            if self._failing is None:
                raise
        if self._failing is not None:
            self._store(*self._failing)

    def _attempt(self, case: Case) -> None:
        if time.monotonic() > (self.until if self._failing is None else self._shrink_until):
            raise _EnoughError
        try:
            outcome = self.fuzzer.run(case)
        except FindingError as found:
            self._found(case, found)
            return
        if self._failing is None:
            self.outcomes[case.kind, outcome] += 1

    def _found(self, case: Case, found: FindingError) -> None:
        if self._failing is None:
            self.outcomes[case.kind, f"FAILED: {found.signature}"] += 1
            if found.signature in self.findings:
                return
            self._shrink_until = time.monotonic() + SHRINKING
            self._failing = case, found
            raise found
        smallest, first = self._failing
        if found.signature != first.signature:
            return
        if case.weight < smallest.weight:
            self._failing = case, found
        raise found

    def _store(self, case: Case, found: FindingError) -> None:
        place = self.into / f"{self.fuzzer.name}-{len(self.findings):02}"
        place.mkdir(parents=True)
        case.store(place)
        (place / "report.txt").write_text(f"{found.signature}\n\n{found.report}\n", "utf-8")
        self.findings[found.signature] = place


def fuzz(fuzzer: Fuzzer, into: Path, *, seconds: float, first: int = 0, most: int = 0) -> Run:
    """Run a fuzzer.

    Parameters
    ----------
    into : path
        Where failing inputs go.
    seconds : float
        Time for new cases; shrinking may take longer.
    first : int
        The seed of the first round.
    most : int, optional
        Cases after which it ends; 0 for as many as there is time for.
    """
    run = Run(fuzzer, into, time.monotonic() + seconds)
    number = first
    try:
        while time.monotonic() < run.until and not (most and run.count >= most):
            run.round(number, min(A_ROUND, most - run.count) if most else A_ROUND)
            number += 1
    finally:
        fuzzer.close()
    return run


def summary(run: Run) -> str:
    """Numbers of the cases of each kind, and their outcomes."""
    lines = [f"{run.fuzzer.name}: {run.count:,} cases, {len(run.findings)} findings"]
    for kind in sorted({kind for kind, _ in run.outcomes}):
        found = Counter({what: n for (of, what), n in run.outcomes.items() if of == kind})
        parts = ", ".join(f"{n:,} {what}" for what, n in found.most_common())
        lines.append(f"  {kind:<14} {found.total():>7,}   {parts}")
    if notes := getattr(run.fuzzer, "notes", None):
        lines.append(notes())
    lines += [f"  FOUND {signature}\n        {place}" for signature, place in run.findings.items()]
    return "\n".join(lines)
