"""Somebody sweeps over the plot behind a slow link: how far behind is the screen?

The link carries packets at a rate, with a latency each way, behind a buffer as large as that of an
SSH session.  The terminal answers what it is asked when it has got the question.
"""

from __future__ import annotations

import os
import select
import tempfile
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from tests.bench.report import Row, attempt
from tests.support.terminal_rig import QUERY, XTERM, Rig

PACKET = 1400
BUFFER = 2 << 20
FRAME_ENDS = b"\x1b[6n"
LEFT_SCREEN = b"\x1b[?1049l"
SIXEL = XTERM | {b"\x1b[c": b"\x1b[?62;4;22c"}


class SlowLink:
    """Stands between a rig's program and its terminal."""

    def __init__(self, rig: Rig, rate: float, latency: float) -> None:
        self._rig = rig
        self._rate, self._latency = rate, latency
        self._buffer: deque[bytes] = deque()
        self._buffered = 0
        self._free = 0.0
        self._flight: deque[tuple[float, bytes]] = deque()
        self._typed: deque[tuple[float, bytes]] = deque()
        self._asked = 0
        self.delivered = bytearray()
        self.last = time.perf_counter()
        """When the last byte reached the terminal."""

    def type(self, data: bytes) -> float:
        now = time.perf_counter()
        self._typed.append((now + self._latency, data))
        return now

    def run(self, seconds: float, until: Callable[[], bool] = lambda: False) -> bool:
        """Let things happen, for some time or until something has."""
        end = time.perf_counter() + seconds
        while (now := time.perf_counter()) < end:
            self._step(now)
            if until():
                return True
            wait = [self._rig.master] if self._buffered < BUFFER else []
            if select.select(wait, [], [], 0.001)[0]:
                try:
                    data = os.read(self._rig.master, 65536)
                except OSError:
                    data = b""
                if data:
                    self._buffer.append(data)
                    self._buffered += len(data)
                elif not self._buffer and not self._flight:
                    return until()
        return until()

    def settle(self, quiet: float = 1.0) -> None:
        """Until nothing has come for a while."""
        self.last = time.perf_counter()
        self.run(60, lambda: time.perf_counter() - self.last > quiet)

    def _step(self, now: float) -> None:
        while self._typed and self._typed[0][0] <= now:
            os.write(self._rig.master, self._typed.popleft()[1])
        while self._buffer and self._free <= now:
            data = self._buffer.popleft()
            packet, rest = data[:PACKET], data[PACKET:]
            if rest:
                self._buffer.appendleft(rest)
            self._buffered -= len(packet)
            self._free = max(self._free, now) + len(packet) / self._rate
            self._flight.append((self._free + self._latency, packet))
        while self._flight and self._flight[0][0] <= now:
            self.delivered += self._flight.popleft()[1]
            self.last = now
            for query in QUERY.finditer(self.delivered, self._asked):
                self._asked = query.end()
                if answer := self._rig.answers.get(query[0]):
                    self._typed.append((now + self._latency, answer))


def sweep(link: SlowLink, seconds: float, a_second: int) -> float:
    """Move over the plot; returns when the last movement was made."""
    moves = int(seconds * a_second)
    start = time.perf_counter()
    moved = start
    for number in range(moves):
        column, row = 5 + 75 * number // moves, 5 + 30 * number // moves
        moved = link.type(f"\x1b[<35;{column};{row}M".encode())
        link.run(start + (number + 1) / a_second - time.perf_counter())
    return moved


def answer_time(link: SlowLink, key: bytes, words: bytes = b"") -> float:
    """Seconds from a key to the end of the frame that shows what it did, known by its words."""
    seen = len(link.delivered)
    sent = link.type(key)
    if not link.run(30, lambda: FRAME_ENDS in link.delivered[seen:].partition(words or b"\x1b")[2]):
        raise AssertionError("no frame came")
    return link.last - sent


def measure_link(path: Path, who: str, rate: float, latency: float, a_second: int) -> list[Row]:
    slow = rate < 1e6
    with Rig(["embed", str(path)], answers=SIXEL) as rig:
        link = SlowLink(rig, rate, latency)
        link.run(30, lambda: "1×".encode() in link.delivered)
        link.settle()
        moved = sweep(link, 3.0, a_second)
        link.settle()
        behind = link.last - moved
        key = max(answer_time(link, b"t"), answer_time(link, b"+"))
        link.settle()
        sweep(link, 3.0, a_second)
        after_sweep = answer_time(link, b"?", b"next point")
        link.type(b"\x1b")
        link.settle()
        seen = len(link.delivered)
        sweep(link, 3.0, a_second)
        sent = link.type(b"q")
        link.run(30, lambda: LEFT_SCREEN in link.delivered[seen:])
        left = link.last - sent
        rig.wait_for_exit()
    return [
        Row(
            f"{who}: up to date after a sweep",
            f"{behind:.2f} s",
            behind / (1 if slow else 0.12),
            1.0,
        ),
        Row(
            f"{who}: a key at rest, whole frame", f"{key:.2f} s", key / (0.6 if slow else 0.12), 1.0
        ),
        Row(f"{who}: a key during a sweep", f"{after_sweep:.2f} s", after_sweep / 0.6, 1.0),
        Row(f"{who}: q during a sweep", f"{left:.2f} s", left / 1.5, 1.0),
    ]


def measure() -> list[Row]:
    rng = np.random.default_rng(0)
    with tempfile.TemporaryDirectory(prefix="vizterm-bench-") as name:
        path = Path(name) / "pictures.npz"
        labels = rng.integers(0, 10, 20_000)
        points = rng.normal(size=(10, 2))[labels] * 6 + rng.normal(size=(20_000, 2))
        # Noise: as many bytes as a picture can have.
        images = rng.integers(0, 256, (20_000, 24, 24, 3), np.uint8)
        np.savez(path, X=points, y=labels, images=images)
        rows = []
        for who, *link in (
            ("50 KB/s, 200 ms", 50e3, 0.1, 200),
            ("20 MB/s, 1 ms, 1,000 moves/s", 20e6, 0.0005, 1000),
        ):
            rows += attempt(who, partial(measure_link, path, who, *link))
        return rows
