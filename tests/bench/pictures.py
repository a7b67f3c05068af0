"""Pictures while somebody moves through the points: how many, how soon, how many bytes.

In a pty that answers as xterm or kitty does, and in the real ones where they are installed.
"""

from __future__ import annotations

import os
import re
import select
import statistics
import tempfile
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from tests.bench.report import Row, attempt, milliseconds
from tests.bench.sixels import PHOTOGRAPHS, photograph
from tests.bench.start import settle
from tests.support import real_terminal
from tests.support.real_terminal import RealTerminal, ShownRig
from tests.support.terminal_rig import KITTY, XTERM, Rig

from vizterm.graphics.encode import Job, encode
from vizterm.graphics.place import PACE
from vizterm.graphics.protocols import find_protocol

ACROSS, DOWN = 20, 10
KEYS_A_SECOND = 40
RIGHT, LEFT, BELOW, ABOVE = b"\x1b[C", b"\x1b[D", b"\x1b[B", b"\x1b[A"
PICTURE = {
    "xterm": re.compile(rb"\x1bP[\d;]*q[^\x1b]*\x1b\\"),
    "kitty": re.compile(
        rb"(?:\x1b_G(?:a=t|m=)[^\x1b]*\x1b\\)*\x1b7\x1b\[\d+;\d+H\x1b_Ga=p[^\x1b]*\x1b\\"
    ),
}
ANSWERS = {"xterm": XTERM, "kitty": KITTY}
WAIT = 0.12
"""Seconds in which the picture of a key is expected."""


@dataclass(frozen=True)
class Watched:
    """Figures of a walk, and of keys pressed one by one."""

    a_second: float
    """Pictures a second at `KEYS_A_SECOND`."""
    keys: int
    """Keys pressed one by one."""
    delays: list[float]
    """Seconds from key to last byte, of each key that exactly one picture followed in time."""
    again: list[int]
    """Bytes of pictures that had been shown before."""


def write_pictures(path: Path) -> None:
    """200 points on a grid, each with a 64 x 64 grey piece of a photograph."""
    whole = np.asarray(photograph(PHOTOGRAPHS[0], 640).convert("L"))
    rows, columns = np.divmod(np.arange(ACROSS * DOWN), ACROSS)
    corners = zip(rows * 60, columns * 30, strict=True)
    images = [whole[top : top + 64, left : left + 64] for top, left in corners]
    np.savez(path, X=np.c_[columns * 4.0, -rows * 4.0], X_plot=np.array(images))


def walk() -> list[bytes]:
    """Keys that visit every point: to and fro, a row after the other."""
    keys = []
    for row in range(DOWN):
        keys += [LEFT if row % 2 else RIGHT] * (ACROSS - 1) + [BELOW]
    return keys[:-1]


def drain(rig: Rig, seconds: float) -> list[tuple[float, bytes]]:
    """Return the output of some time, with the time of each piece; it isn't interpreted."""
    end = time.perf_counter() + seconds
    pieces = []
    while (left := end - time.perf_counter()) > 0:
        glass = rig.terminal.glass if isinstance(rig, ShownRig) else None
        ready = select.select([rig.master, *([glass] if glass else [])], [], [], left)[0]
        if glass in ready:
            os.write(rig.master, glass.recv(65536))
        if rig.master in ready:
            piece = os.read(rig.master, 65536)
            pieces.append((time.perf_counter(), piece))
            rig.hear(piece)
            if glass:
                glass.sendall(piece)
    return pieces


def watch(rig: Rig, kind: str) -> Watched:
    """Walk through all points, then press keys one by one."""
    rig.wait_for_text(" 1× ")
    rig.type(b"g")
    rig.wait_for_text("#0")
    settle(rig)
    written = b""
    start = time.perf_counter()
    for number, key in enumerate(walk(), 1):
        rig.type(key)
        pieces = drain(rig, start + number / KEYS_A_SECOND - time.perf_counter())
        written += b"".join(piece for _, piece in pieces)
    took = time.perf_counter() - start
    shown = len(PICTURE[kind].findall(written))
    # One by one, to pictures that the walk has shown and to ones that it may have skipped.
    delays, again = [], []
    rig.type(b"g")
    settle(rig)
    keys = ((RIGHT, BELOW) * 8 + (LEFT, ABOVE) * 8) * 2
    for number, key in enumerate(keys):
        sent = time.perf_counter()
        rig.type(key)
        pieces = drain(rig, WAIT)
        pictures = PICTURE[kind].findall(b"".join(piece for _, piece in pieces))
        if len(pictures) != 1:
            # On a busy machine one comes late, and two after the next key.
            continue
        delays.append(pieces[-1][0] - sent)
        if number >= len(keys) // 2:
            again.append(len(pictures[0]))
    rig.type(b"q")
    rig.wait_for_exit()
    return Watched(shown / took, len(keys), delays, again)


def rows_of(who: str, kind: str, watched: Watched) -> list[Row]:
    """The rows of a terminal; those without enough pictures in time say so."""
    pace = min(35.0, 1 / PACE)
    a_second = watched.a_second
    what = f"{who}: pictures a second at {KEYS_A_SECOND} keys a second, limit {pace:.0f}"
    rows = [
        Row(what, f"{a_second:.1f}", 0.95 * pace / a_second, 1.0)
        if a_second
        else Row.unmeasured(what, "no picture came")
    ]
    what = f"{who}: from key to last byte, median"
    in_time = f"{len(watched.delays)} of {watched.keys} keys had one picture in {WAIT:g} s"
    if 2 * len(watched.delays) < watched.keys:
        rows.append(Row.unmeasured(what, f"only {in_time}"))
    else:
        delay = statistics.median(watched.delays)
        missed = "" if len(watched.delays) == watched.keys else f" ({in_time})"
        rows.append(Row(what, milliseconds(delay) + missed, delay / 0.025, 1.0))
    if kind == "kitty":
        what = f"{who}: bytes again, the most"
        most = max(watched.again, default=None)
        rows.append(
            Row.unmeasured(what, f"only {in_time}")
            if most is None
            else Row(what, f"{most}", most / 100, 1.0)
        )
    return rows


def measure_answering(kind: str, arguments: list[str]) -> list[Row]:
    """In a pty that answers as such a terminal does."""
    with Rig(arguments, answers=ANSWERS[kind]) as rig:
        return rows_of(f"as {kind}", kind, watch(rig, kind))


def measure_real(kind: str, folder: Path, arguments: list[str]) -> list[Row]:
    """In the real terminal."""
    folder.mkdir()
    with RealTerminal(kind, folder) as shown, ShownRig(shown, arguments) as rig:
        return rows_of(f"real {kind}", kind, watch(rig, kind))


def weigh(path: Path, protocol: str, limit: int) -> Row:
    """The most bytes of the pictures, each in 16 x 8 cells of 9 x 18 pixels."""
    drawer = find_protocol(protocol)()
    sizes = []
    for levels in np.load(path)["X_plot"]:
        rgb = np.repeat(levels[..., None], 3, axis=-1)
        sizes.append(len(encode(Job.make(rgb, 16, 8, (9, 18)), drawer).data))
    what = f"{protocol}: bytes of 200 grey 64 x 64 pictures in 16 x 8 cells"
    return Row(
        what, f"most {max(sizes):,}, median {np.median(sizes):,.0f}", max(sizes) / limit, 1.0
    )


def measure() -> list[Row]:
    rows = []
    with tempfile.TemporaryDirectory(prefix="vizterm-bench-") as name:
        path = Path(name) / "pictures.npz"
        write_pictures(path)
        rows += [weigh(path, "sixel", 12_000), weigh(path, "kitty", 5_000)]
        arguments = ["embed", str(path)]
        for kind in ANSWERS:
            rows += attempt(f"as {kind}", partial(measure_answering, kind, arguments))
            if not real_terminal.missing(kind):
                real = partial(measure_real, kind, Path(name) / kind, arguments)
                rows += attempt(f"real {kind}", real)
    return rows
