"""A contact sheet of 60 pictures a page: how soon a page is whole, there and back.

In a pty that answers as xterm or kitty does, and in the real ones where they are installed.
"""

from __future__ import annotations

import re
import tempfile
import time
from functools import partial
from pathlib import Path

import numpy as np
from tests.bench.pictures import ANSWERS, drain
from tests.bench.report import Row, attempt, milliseconds
from tests.bench.sixels import PHOTOGRAPHS, photograph
from tests.bench.start import settle
from tests.support import real_terminal
from tests.support.real_terminal import RealTerminal, ShownRig
from tests.support.terminal_rig import Rig

COUNT = 20_000
PAGE = 60
"""Pictures on a page of 120 x 40 cells, a size smaller than usual."""
AT_ONCE, BACK = 0.4, 0.15
"""Seconds for a page that has never been seen, and for one that has."""
NEXT, PREVIOUS, LAST, FIRST = b"\x1b[6~", b"\x1b[5~", b"\x1b[F", b"\x1b[H"
LAST_BYTES = {"xterm": re.compile(rb"\x1bP[\d;]*q"), "kitty": re.compile(rb"_Ga=p")}
"""What each picture has once; it is nearly always in one piece."""


def write_pictures(path: Path) -> None:
    """Points with 64 x 64 coloured pieces of photographs, all different."""
    whole = [np.asarray(photograph(name, 640).convert("RGB")) for name in PHOTOGRAPHS]
    places = np.random.default_rng(16).integers(0, 640 - 64, (COUNT, 2)).tolist()
    images = [whole[n % 2][y : y + 64, x : x + 64] for n, (y, x) in enumerate(places)]
    np.savez(path, X=np.random.default_rng(1).normal(size=(COUNT, 2)), images=np.array(images))


def page_after(rig: Rig, kind: str, key: bytes, pictures: int = PAGE) -> float:
    """Seconds from a key to the last byte of the last picture of a page."""
    # What was written earlier would take time to go through.
    rig.raw, rig._asked = b"", 0
    sent = time.perf_counter()
    rig.type(key)
    came = 0
    while time.perf_counter() < sent + 5:
        for at, piece in drain(rig, 0.02):
            came += len(LAST_BYTES[kind].findall(piece))
            if came >= pictures:
                return at - sent
    raise AssertionError(f"{came} pictures after 5 s")


def watch(rig: Rig, kind: str, who: str) -> list[Row]:
    """Open a sheet, leaf there and back, and far."""
    rig.wait_for_text(" 1× ")
    settle(rig)
    first = page_after(rig, kind, b"I", 40)
    settle(rig)
    rig.type(b"-")
    settle(rig)
    times = {"never seen": [], "next": [], "back": []}
    for order in (b"", b"o"):
        # The first page of another order is one that hasn't been seen.
        rig.type(order + FIRST)
        settle(rig)
        for what, key in (("next", NEXT), ("next", NEXT), ("back", PREVIOUS), ("back", PREVIOUS)):
            times[what].append(page_after(rig, kind, key))
            time.sleep(0.3)
            settle(rig)
        times["never seen"].append(page_after(rig, kind, LAST))
        settle(rig)
    rows = [Row(f"{who}: opened, 40 pictures : 0.4 s", milliseconds(first), first / AT_ONCE, 1.0)]
    for what, limit in (("never seen", AT_ONCE), ("next", AT_ONCE), ("back", BACK)):
        best, worst = min(times[what]), max(times[what])
        said = f"{milliseconds(best)} - {milliseconds(worst)}"
        rows.append(Row(f"{who}: a page of {PAGE}, {what} : {limit:g} s", said, best / limit, 1.0))
    return rows


def measure_answering(kind: str, arguments: list[str]) -> list[Row]:
    """In a pty that answers as such a terminal does."""
    with Rig(arguments, answers=ANSWERS[kind]) as rig:
        return watch(rig, kind, f"as {kind}")


def measure_real(kind: str, folder: Path, arguments: list[str]) -> list[Row]:
    """In the real terminal."""
    folder.mkdir()
    with RealTerminal(kind, folder) as shown, ShownRig(shown, arguments) as rig:
        return watch(rig, kind, f"real {kind}")


def measure() -> list[Row]:
    rows = []
    with tempfile.TemporaryDirectory(prefix="vizterm-bench-") as name:
        path = Path(name) / "pictures.npz"
        write_pictures(path)
        arguments = ["embed", str(path)]
        for kind in ANSWERS:
            rows += attempt(f"as {kind}", partial(measure_answering, kind, arguments))
            if not real_terminal.missing(kind):
                real = partial(measure_real, kind, Path(name) / kind, arguments)
                rows += attempt(f"real {kind}", real)
    return rows
