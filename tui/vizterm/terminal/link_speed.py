"""Measures the link to the terminal for `doctor`: round trip and rate."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from vizterm.terminal.facts import ask

FENCE = b"\x1b[c"
"""DA1, which every terminal answers."""
_PINGS = 5
_FIRST_BYTES = 4096
_GROWTH = 4
_MOST_BYTES = 1 << 20
_TELLING = 0.1
"""Seconds beyond the round trip that are enough to measure a rate."""
_NOTHING = 1e-3
"""Seconds that are too few to divide by."""
_PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """Round trip and rate of a link."""

    round_trip: float
    """Seconds; the quickest of several."""
    rate: float | None
    """Bytes per second of coloured text; None if it was too fast to measure."""

    def describe(self) -> str:
        """Return both in readable units."""
        way = f"round trip {self.round_trip * 1000:.3g} ms"
        if self.rate is None:
            return f"{way}, faster than could be measured"
        amount, unit = (self.rate / 1e6, "MB/s") if self.rate >= 1e6 else (self.rate / 1e3, "kB/s")
        return f"{way}, {amount:.3g} {unit}"


def measure_link(
    reader: int, writer: int, clock: Callable[[], float] = time.monotonic
) -> LinkFacts | None:
    """Time questions alone, and then after more and more bytes that show nothing.

    Parameters
    ----------
    reader, writer : int
        File descriptors of the terminal.

    Returns
    -------
    LinkFacts or None
        None if the terminal doesn't answer.
    """

    def seconds(padding: bytes) -> float | None:
        start = clock()
        answer = ask(reader, writer, padding + FENCE, _PATIENCE if padding else 1.0)
        return clock() - start if answer else None

    pings = [seconds(b"") for _ in range(_PINGS)]
    answered = [ping for ping in pings if ping is not None]
    if len(answered) < _PINGS:
        return None
    round_trip = min(answered)
    size = _FIRST_BYTES
    while True:
        taken = seconds(_padding(size))
        if taken is None:
            return LinkFacts(round_trip, None)
        if taken - round_trip >= _TELLING:
            return LinkFacts(round_trip, size / (taken - round_trip))
        if size >= _MOST_BYTES:
            quick = taken - round_trip < _NOTHING
            return LinkFacts(round_trip, None if quick else size / (taken - round_trip))
        size *= _GROWTH


def _padding(size: int) -> bytes:
    """Return changes of colour that draw nothing and hardly compress."""
    chance = random.Random(size)  # noqa: S311 - no secret
    words = []
    length = 0
    while length < size:
        red, green, blue = (chance.randrange(256) for _ in range(3))
        words.append(b"\x1b[38;2;%d;%d;%dm" % (red, green, blue))
        length += len(words[-1])
    return b"".join(words) + b"\x1b[0m"
