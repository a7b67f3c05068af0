"""First paint, memory and bytes of the real binary in a pty."""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from functools import partial
from pathlib import Path

import numpy as np
from tests.bench.frames import MANY, make_points
from tests.bench.report import Row, attempt
from tests.support.terminal_rig import Rig

BRAILLE = re.compile(rb"\xe2[\xa0-\xa3][\x80-\xbf]")
RUNS = 5

BARE_APP = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    BINDINGS = [("q", "quit", "quit")]
    def compose(self):
        yield Static("\\u28ff")
Bare().run()
"""

NUMPY_READS = """
import sys, numpy
with numpy.load(sys.argv[1]) as file:
    for key in file.files:
        file[key]
"""


def first_paint(arguments: list[str], *, module: str | None) -> tuple[float, int]:
    """Seconds from the start of the process to its first braille dot, and its peak memory."""
    start = time.perf_counter()
    with Rig(arguments, module=module, head_start=0.0) as rig:
        # What is written before is a question to the terminal.
        rig.wait_for(lambda: BRAILLE.search(rig.raw.partition(b"\x1b[?1049h")[2]))
        seconds = time.perf_counter() - start
        # The worker that sorts the points is part of the peak.
        end = time.monotonic() + 3
        while time.monotonic() < end:
            rig.pump(0.1)
        peak = peak_memory(rig.pid)
        rig.type(b"q")
        rig.wait_for_exit()
    return seconds, peak


def peak_memory(pid: int) -> int:
    """Bytes of the largest resident set so far (VmHWM)."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024


def run_time(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True)
    return time.perf_counter() - start


def measure_start(folder: Path) -> list[Row]:
    """First paint and memory at ten million points, stored and without images."""
    points, labels = make_points(MANY)
    path = folder / "many.npz"
    np.savez(path, X=points, y=labels)
    size = points.nbytes + labels.nbytes
    del points, labels
    script = folder / "bare.py"
    script.write_text(BARE_APP)
    ours, bare, numpys, memory, bare_memory = [], [], [], [], []
    for _ in range(RUNS):
        seconds, peak = first_paint(["embed", str(path)], module="vizterm")
        ours.append(seconds)
        memory.append(peak)
        seconds, peak = first_paint([str(script)], module=None)
        bare.append(seconds)
        bare_memory.append(peak)
        numpys.append(run_time([sys.executable, "-c", NUMPY_READS, str(path)]))
    first, floor, read = (statistics.median(times) for times in (ours, bare, numpys))
    extra = max(memory) - min(bare_memory)
    return [
        Row(
            "first dots of 10⁷ points : 3 x numpy.load + Textual's floor",
            f"{first:.2f} s : 3 x {read:.2f} s + {floor:.2f} s",
            first / (3 * read + floor),
            1.0,
        ),
        Row(
            "peak memory beside an empty app's : the arrays",
            f"{extra / 1e6:.0f} MB : {size / 1e6:.0f} MB",
            extra / size,
            4.0,
        ),
    ]


def measure_bytes(folder: Path) -> list[Row]:
    """Bytes to the terminal for a move by one point, without the picture."""
    rng = np.random.default_rng(0)
    path = folder / "few.npz"
    np.savez(path, X=rng.normal(size=(5000, 2)), y=rng.integers(0, 10, 5000))
    with Rig(["embed", str(path)]) as rig:
        rig.wait_for_text(" 1× ")
        settle(rig)
        costs = []
        for key in [b"\x1b[C", b"\x1b[B", b"\x1b[D", b"\x1b[A", b"\x1b[C"] * 8:
            before = len(rig.raw)
            rig.type(key)
            settle(rig)
            costs.append(len(rig.raw) - before)
        rig.type(b"q")
        rig.wait_for_exit()
    typical = statistics.median(costs)
    return [
        Row(
            "bytes of a move, the most of 40",
            f"{max(costs)} (median {typical:.0f})",
            max(costs),
            600,
        )
    ]


def settle(rig: Rig) -> None:
    while rig.pump(0.15):
        pass


class SparseFile:
    """A file object that leaves holes where zeros are written."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")

    def write(self, data: bytes) -> int:
        if len(data) > 4096 and not any(memoryview(data)[:: len(data) // 64]):
            self._file.seek(len(data), os.SEEK_CUR)
        else:
            self._file.write(data)
        return len(data)

    def __getattr__(self, name: str) -> object:
        return getattr(self._file, name)


def write_images(path: Path, count: int) -> None:
    """An .npz with `count` stored 64 x 64 images, holes in the file where they are black."""
    shape = (count, 64, 64)
    sparse = SparseFile(path)
    with zipfile.ZipFile(sparse, "w") as archive:
        for key, array in (("X", np.random.default_rng(0).random((count, 2))),):
            with archive.open(f"{key}.npy", "w", force_zip64=True) as stream:
                np.lib.format.write_array(stream, array)
        with archive.open("X_plot.npy", "w", force_zip64=True) as stream:
            header = {"descr": "|u1", "fortran_order": False, "shape": shape}
            np.lib.format.write_array_header_1_0(stream, header)
            block = bytes(1 << 24)
            left = count * 64 * 64
            while left:
                stream.write(block[: min(left, len(block))])
                left -= min(left, len(block))
    sparse.truncate()
    sparse.close()


LOOK = """
import sys, time
from vizterm_core.load import Keys, load_embedding
path = sys.argv[1]
def opened(keys):
    start = time.perf_counter()
    embedding = load_embedding(path, keys)
    if embedding.images is not None:
        for point in range(0, len(embedding), len(embedding) // 100):
            embedding.images.picture(point)
    return time.perf_counter() - start
opened(Keys(images="none"))
# The points are a thousand times as many as well: what the images add is compared.
with_images = min(opened(Keys()) for _ in range(5))
without = min(opened(Keys(images="none")) for _ in range(5))
resident = [int(line.split()[1]) for line in open("/proc/self/status") if "VmRSS" in line][0]
print(with_images - without, resident * 1024)
"""


def measure_images(folder: Path) -> list[Row]:
    """The cost of 4 GB of stored images, when a file is opened and 100 are seen, against 4 MB."""
    seconds, resident = {}, {}
    for name, count in (("4 MB", 1024), ("4 GB", 1024 * 1024)):
        path = folder / f"{name}.npz"
        write_images(path, count)
        out = subprocess.run(
            [sys.executable, "-c", LOOK, str(path)], capture_output=True, text=True, check=True
        ).stdout.split()
        seconds[name], resident[name] = max(float(out[0]), 1e-3), int(out[1])
    extra = resident["4 GB"] - resident["4 MB"]
    return [
        Row(
            "opening images and looking at 100, 4 GB : 4 MB",
            f"{seconds['4 GB'] * 1e3:.1f} ms : {seconds['4 MB'] * 1e3:.1f} ms",
            seconds["4 GB"] / seconds["4 MB"],
            3.0,
        ),
        Row(
            "of 4 GB of images, read into memory",
            f"{extra / 1e6:.1f} MB : 4295 MB",
            extra / (1 << 32),
            0.01,
        ),
    ]


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="vizterm-bench-") as name:
        folder = Path(name)
        return [
            *attempt("the first dots, and memory", partial(measure_start, folder)),
            *attempt("bytes of a move", partial(measure_bytes, folder)),
            *attempt("4 GB of images", partial(measure_images, folder)),
        ]
