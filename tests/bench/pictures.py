"""Pictures of one who moves through the points: how many, how soon, how many bytes.

In a pty that answers as xterm or kitty does, and in the real ones where they are installed.
"""

from __future__ import annotations

import os
import re
import select
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
from tests.bench.report import Row, milliseconds
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
QUIET = 0.015
"""Seconds without a byte after which a key has had its effect."""


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
    """What comes within some time, unread by anything that would cost time."""
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


def watch(rig: Rig, kind: str) -> tuple[float, float, int]:
    """Pictures a second at 40 keys a second, seconds from key to last byte, bytes again."""
    rig.wait_for_text("200 of 200 shown")
    rig.type(b"g")
    rig.wait_for_text("index 0")
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
    delays, sizes = [], []
    rig.type(b"g")
    settle(rig)
    for key in ((RIGHT, BELOW) * 8 + (LEFT, ABOVE) * 8) * 2:
        sent = time.perf_counter()
        rig.type(key)
        pieces = drain(rig, 0.12)
        pictures = PICTURE[kind].findall(b"".join(piece for _, piece in pieces))
        assert len(pictures) == 1, f"{len(pictures)} pictures for a key"
        sizes.append(len(pictures[0]))
        delays.append(pieces[-1][0] - sent)
    rig.type(b"q")
    rig.wait_for_exit()
    return shown / took, statistics.median(delays), max(sizes[len(sizes) // 2 :])


def rows_of(who: str, kind: str, rig: Rig) -> list[Row]:
    a_second, delay, again = watch(rig, kind)
    pace = min(35.0, 1 / PACE)
    rows = [
        Row(
            f"{who}: pictures a second at {KEYS_A_SECOND} keys a second, limit {pace:.0f}",
            f"{a_second:.1f}",
            0.95 * pace / a_second,
            1.0,
        ),
        Row(f"{who}: from key to last byte, median", milliseconds(delay), delay / 0.025, 1.0),
    ]
    if kind == "kitty":
        rows.append(Row(f"{who}: bytes again, the most", f"{again}", again / 100, 1.0))
    return rows


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
        for kind, answers in ANSWERS.items():
            with Rig(arguments, answers=answers) as rig:
                rows += rows_of(f"as {kind}", kind, rig)
            if real_terminal.missing(kind):
                continue
            folder = Path(name) / kind
            folder.mkdir()
            with RealTerminal(kind, folder) as shown, ShownRig(shown, arguments) as rig:
                rows += rows_of(f"real {kind}", kind, rig)
    return rows
