"""Minutes of sweeping, zooming and toggling at full speed: is memory flat, are bytes?

``python -m tests.soak [--minutes 10] [--screen embed|heat|overlay] [--graphics half|sixel|kitty]``

The real binary in a pty; the next action is sent as soon as a frame has come.  Every round of
actions ends where it began, so that each kind of action should cost the same in every minute.
Exits 1 if memory has grown by more than 5 % after the first minute, or bytes an action by more.
"""

from __future__ import annotations

import argparse
import itertools
import math
import os
import re
import select
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from tests.bench.frames import make_points
from tests.support.terminal_rig import KITTY, QUERY, XTERM, Rig

POINTS = 10**6
SIZE = (120, 40)
FRAME = b"\x1b[6n"
"""The question that the app asks behind every frame."""
MOST_GROWTH = 1.05
MOST_KIND_GROWTH = 1.2
"""Of the bytes of one kind of action: when the exact frame comes in between is left to chance."""
SILENT = 0.5
"""Seconds after which an action is taken to have changed nothing."""
LONGEST_QUERY = 64

ANSWERS = {
    "half": XTERM | {b"\x1b[c": b"\x1b[?64;1;2;22c"},
    "sixel": XTERM,
    "kitty": KITTY,
}
"""By the pictures that the app is to choose; asked for by name, it would ask nothing at all."""

STATUS = ("status", "smaps_rollup")
REST = 0.9
"""Seconds without a byte, and hardly any work, after which all is taken to be done: also what the
app does when nobody moves."""

Action = tuple[str, bytes]


class CountingRig(Rig):
    """Counts bytes and frames, and keeps none of them."""

    count = 0
    frames = 0
    _tail = b""

    def pump(self, seconds: float) -> bool:
        if not select.select([self.master], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.master, 1 << 20)
        except OSError:
            data = b""
        if not data:
            self.exit_code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
            return False
        self.count += len(data)
        text, end = self._tail + data, 0
        for query in QUERY.finditer(text):
            end = query.end()
            self.frames += query[0] == FRAME
            if reply := self.answers.get(query[0], b""):
                os.write(self.master, reply)
        self._tail = text[max(end, len(text) - LONGEST_QUERY) :]
        return True

    def act(self, keys: bytes) -> bool:
        """Send something and wait for a frame; whether one came."""
        before, end = self.frames, time.monotonic() + SILENT
        self.type(keys)
        while self.frames == before:
            left = end - time.monotonic()
            if left < 0 or self.exit_code is not None:
                return False
            self.pump(left)
        return True

    def rest(self) -> None:
        """Wait until nothing comes any more, and no worker is busy."""
        while True:
            before = busy_seconds(self.pid)
            if not self.pump(REST) and busy_seconds(self.pid) - before < REST / 10:
                return


def busy_seconds(pid: int) -> float:
    """Processor time of a process so far, in whole ticks; /proc/PID/stat, proc(5)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


# what is done
ESCAPE = b"\x1b"
LEFT, RIGHT, UP, DOWN = b"\x1b[D", b"\x1b[C", b"\x1b[A", b"\x1b[B"


def mouse(button: int, x: float, y: float) -> bytes:
    """A report of the mouse (SGR) at shares of the middle of the screen."""
    column, row = (round(2 + share * 0.7 * side) for share, side in zip((x, y), SIZE, strict=True))
    return f"\x1b[<{button};{column};{row}M".encode()


def sweep(
    count: int, x: tuple[float, float] = (0.53, 0.25), y: tuple[float, float] = (0.5, 0.45)
) -> Iterator[Action]:
    """Round and round a place, given as middle and reach."""
    for step in range(count):
        angle = 2 * math.pi * step / count
        across, down = x[0] + x[1] * math.sin(2 * angle), y[0] + y[1] * math.sin(3 * angle)
        yield "sweep", mouse(35, across, down)


def wheel(count: int) -> Iterator[Action]:
    for button in (64, 65):
        for step in range(count):
            yield "wheel", mouse(button, 0.3 + 0.02 * step, 0.4)


def times(kind: str, *keys: bytes, count: int = 1) -> Iterator[Action]:
    for _ in range(count):
        for key in keys:
            yield kind, key


def looking() -> Iterator[Action]:
    """Zooming and panning, and back."""
    yield from times("zoom", b"+", count=10)
    yield from times("pan", b"L", b"J", b"H", b"K", count=4)
    yield from times("zoom", b"-", count=10)
    yield from wheel(8)
    yield from times("fit", b"0")


def embed_round() -> Iterator[Action]:
    yield from times("fit", b"0", b"g")
    yield from sweep(80)
    yield from times("step", RIGHT, DOWN, LEFT, UP, count=6)
    yield from looking()
    yield from times("legend", b"\t")
    for _ in range(2):
        yield from times("legend", b"g")
        for _ in range(9):
            yield "toggle", b" "
            yield "legend", DOWN
    yield from times("legend", b"\t")
    yield from times("highlight", b"t", count=11)
    yield from times("density", b"v", b".", b",", b"v")
    yield from sweep(20)
    yield from times("density", b"v")
    yield from times("pin", b"\r", RIGHT, LEFT, b"\r")
    yield from times("view", b"a", b"a", b"s", b"s", b"d", b"d")
    yield from times("find", b"/7\r", b"n", b"n", b"N")
    yield from times("fit", b"A", b"0")
    # A view that has tables of its own: whether a round met others on its way is left to chance.
    yield from times("zoom", b"+", count=4)


def heat_round() -> Iterator[Action]:
    yield from sweep(80)
    yield from times("step", RIGHT, DOWN, LEFT, UP, count=6)
    yield from looking()
    yield from times("blur", b".", b",", count=4)
    yield from times("colours", b"c", b"C", b"u", b"U", b"f", b"f")
    yield from times("fit", ESCAPE)


def overlay_round() -> Iterator[Action]:
    yield from sweep(80, (0.2, 0.12), (0.45, 0.15))
    yield from times("step", RIGHT, DOWN, LEFT, UP, count=6)
    yield from looking()
    yield from times("channel", b"]", count=12)
    yield from times("channel", b"[", count=12)
    yield from times("projection", b"p", count=4)
    yield from times("blend", b"m", b"M", b"}", b"{", b"c", b"C", b"u", b"U")
    yield from times("panels", b"v", count=4)
    yield from times("fit", ESCAPE)


ROUNDS = {"embed": embed_round, "heat": heat_round, "overlay": overlay_round}


def write_data(folder: Path, screen: str) -> list[str]:
    """Arguments of a command that shows data written into a folder."""
    rng = np.random.default_rng(0)
    path = folder / f"{screen}.npz"
    if screen == "embed":
        points, labels = make_points(POINTS)
        # A fifth of them anywhere: wherever the mouse goes, there is a point.
        points[::5] = rng.uniform(points.min(0), points.max(0), (len(points[::5]), 2))
        images = rng.integers(0, 256, (POINTS, 8, 8), np.uint8)
        np.savez(path, X=points, y=labels, X_plot=images)
    elif screen == "heat":
        places = rng.normal((960, 540), (300, 150), (POINTS, 2)).clip(0, (1919, 1079)).astype(int)
        np.savez(path, events=places)
    else:
        image = rng.integers(0, 256, (512, 512, 3), np.uint8)
        np.savez(path, image=image, feature=rng.normal(size=(256, 64, 64)).astype(np.float32))
    return [screen, str(path)]


# what is measured
@dataclass
class Minute:
    """Measurements of the rounds that ended within a minute."""

    actions: Counter[str] = field(default_factory=Counter)
    bytes: Counter[str] = field(default_factory=Counter)
    silent: int = 0
    memory: list[tuple[float, float, float]] = field(default_factory=list)
    """MB at rest after each round: VmRSS; of that what is not a file's (RssAnon); Pss."""

    @property
    def usual_memory(self) -> tuple[float, float, float]:
        """The median of each, as a round may end with a table more or less."""
        resident, own, share = (
            statistics.median(column) for column in zip(*self.memory, strict=True)
        )
        return resident, own, share

    def cost(self, kind: str) -> float:
        """Bytes an action."""
        return self.bytes[kind] / max(1, self.actions[kind])

    def look_at(self, pid: int) -> None:
        """Read the memory of a process."""
        status, rollup = (Path(f"/proc/{pid}/{name}").read_text() for name in STATUS)
        self.memory.append(
            (megabytes("VmRSS", status), megabytes("RssAnon", status), megabytes("Pss", rollup))
        )


def megabytes(key: str, text: str) -> float:
    """A figure of a file in /proc."""
    found = re.search(rf"^{key}:\s+(\d+) kB", text, re.MULTILINE)
    return int(found[1]) * 1024 / 1e6 if found else 0.0


def wait_until_ready(rig: CountingRig, screen: str) -> None:
    """Wait until hovering has an effect: points are picked once a worker has sorted them."""
    places = itertools.cycle([keys for kind, keys in ROUNDS[screen]() if kind == "sweep"][:8])
    hits = 0
    while hits < 8:
        if rig.exit_code is not None:
            raise SystemExit(f"the app ended with {rig.exit_code}")
        hits = hits + 1 if rig.frames and rig.act(next(places)) else 0
        if not rig.frames:
            rig.pump(1.0)


def run(rig: CountingRig, screen: str, minutes: int) -> list[Minute]:
    """Act for some minutes; prints what each saw."""
    seen = []
    start = time.monotonic()
    for number in range(1, minutes + 1):
        minute = Minute()
        # Whole rounds, so that each minute does the same.
        while not minute.actions or time.monotonic() < start + 60 * number:
            for kind, keys in ROUNDS[screen]():
                before = rig.count
                minute.silent += not rig.act(keys)
                if rig.exit_code is not None:
                    raise SystemExit(f"the app ended with {rig.exit_code} after {kind} {keys!r}")
                minute.actions[kind] += 1
                minute.bytes[kind] += rig.count - before
            # Also what keeps the next key from being a part of escape.
            rig.rest()
            minute.look_at(rig.pid)
        seen.append(minute)
        total = minute.actions.total()
        resident, own, share = minute.usual_memory
        print(
            f"{number:3} min  {total:6,} actions, {minute.silent:3} without a frame  "
            f"VmRSS {resident:7.1f}  RssAnon {own:7.1f}  Pss {share:7.1f} MB  "
            f"{minute.bytes.total() / total:8,.0f} bytes an action",
            flush=True,
        )
    return seen


def verdict(seen: list[Minute], *, pictures: bool) -> bool:
    """Print first against last; whether both are flat."""
    first, limit, ends = seen[0], MOST_KIND_GROWTH, (seen[0], seen[-1])
    rows = [
        *(
            (what, first.usual_memory[i], max(m.usual_memory[i] for m in seen[1:]), MOST_GROWTH)
            for i, what in enumerate(("VmRSS, MB", "RssAnon, MB", "Pss, MB"))
        ),
        ("bytes an action", *(m.bytes.total() / m.actions.total() for m in ends), MOST_GROWTH),
        *((f"bytes of {kind}", *(m.cost(kind) for m in ends), limit) for kind in first.actions),
    ]
    if pictures:
        # A picture comes when it is encoded, and counts for what is done then.
        rows = [row for row in rows if not row[0].startswith("bytes of")]
    kept = True
    print(f"\n{'':22}  minute 1     later    ratio")
    for what, before, after, limit in rows:
        ratio = after / before if before else 1.0
        kept &= ratio <= limit
        sign = "ok  " if ratio <= limit else "MISS"
        print(f"{sign} {what:<18} {before:9,.1f} {after:9,.1f}  {ratio:7.3f}  ≤ {limit:g}")
    return kept


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=int, default=10, help="at least 2")
    parser.add_argument("--screen", choices=[*ROUNDS], default="embed")
    parser.add_argument("--graphics", choices=[*ANSWERS], default="half")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vizterm-soak-") as name:
        arguments = write_data(Path(name), options.screen)
        with CountingRig(arguments, size=SIZE, answers=ANSWERS[options.graphics]) as rig:
            wait_until_ready(rig, options.screen)
            seen = run(rig, options.screen, max(2, options.minutes))
            rig.type(b"q")
            rig.wait_for_exit()
    flat = verdict(seen, pictures=options.graphics != "half")
    return 0 if flat and rig.exit_code == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
