"""A child process that runs the command line in itself, case after case."""

from __future__ import annotations

import contextlib
import faulthandler
import importlib
import itertools
import multiprocessing
import os
import resource
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

LIMIT = 5.0
"""Seconds of processor time that a case may take: others may keep the machine busy."""
PATIENCE = 20.0
"""Seconds that it may take by the clock, longer where others keep the machine busy."""
CAP = 400 << 20
"""Bytes that a case may add to the memory of the process."""
MAX_BYTES = 32 << 20
"""Bytes that arrays may unpack to in a case: --max-bytes."""

_BACKSTOP = 4 << 30
"""Address space: more than CAP, as much is reserved that is never used."""
_START = 60.0
_DUMPED = 0.5
_NEEDED = (
    "PIL.Image PIL.JpegImagePlugin PIL.PngImagePlugin vizterm.cli vizterm.shell.crash "
    "vizterm.commands.embed vizterm.commands.heat vizterm.commands.info vizterm.commands.overlay "
    "vizterm.graphics.scrollback vizterm.heat.export vizterm.heat.snapshot "
    "vizterm.overlay.session vizterm.overlay.snapshot vizterm.embed.snapshot "
    "vizterm_core.files.formats.parquet vizterm_core.files.formats.arrow"
)
"""Imported before the first case, which is not to pay for them."""


@dataclass(frozen=True)
class Ran:
    """Outcome of a case."""

    code: int | None
    """The exit code; None if there is none: it hangs, or the process died."""
    out: bytes = b""
    err: bytes = b""
    trace: str = ""
    """Where it failed, if it did."""
    grown: int = 0
    """The most memory it took, in bytes."""


class Worker:
    """A child process, started anew when it hung or died.

    Parameters
    ----------
    prepare : callable, optional
        Called in the child first; a function of a module.
    """

    def __init__(self, prepare: Callable[[], None] | None = None) -> None:
        self._prepare = prepare
        self._home = tempfile.TemporaryDirectory(prefix="vizterm-worker-")
        self._process: multiprocessing.process.BaseProcess | None = None

    def run(self, arguments: list[str]) -> Ran:
        """Call `vizterm` with these arguments, and "<" and a file for its standard input."""
        return self._run(arguments)

    def run_code(self, code: str) -> Ran:
        """Run Python code; an exception is told on standard error, and exits with 1."""
        return self._run(code)

    def _run(self, wanted: list[str] | str) -> Ran:
        if self._process is None:
            self._start()
        assert self._process is not None
        try:
            self._line.send(wanted)
            if self._answers(self._process.pid or 0):
                ran: Ran = self._line.recv()
                return ran
            os.kill(self._process.pid or 0, signal.SIGUSR1)
            self._process.join(_DUMPED)
            self._process.kill()
            how = "hangs"
        except (EOFError, ConnectionError):
            how = "died"
        self._process.join()
        trace = (Path(self._home.name) / "trace").read_text("utf-8", "replace")
        ran = Ran(None, trace=f"{how} (exit code {self._process.exitcode})\n{trace}")
        self._process = None
        return ran

    def _answers(self, pid: int) -> bool:
        """Wait for an answer; False if it takes too long."""
        begun, used = time.monotonic(), _processor_time(pid)
        while not self._line.poll(0.2):
            slow = _processor_time(pid) - used > LIMIT
            busy = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
            if slow or time.monotonic() - begun > PATIENCE * busy:
                return False
        return True

    def close(self) -> None:
        """End the child."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
        self._home.cleanup()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._line, other = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(other, self._home.name, self._prepare), daemon=True
        )
        self._process.start()
        other.close()
        try:
            if not self._line.poll(_START):
                raise RuntimeError("the worker doesn't start")
            self._line.recv()
        except EOFError as error:
            # It says why, and must have the time to.
            self._process.join()
            raise RuntimeError("the worker can't start") from error


def _serve(line: Connection, home: str, prepare: Callable[[], None] | None) -> None:
    os.environ.update(
        COLUMNS="60",
        LINES="20",
        TERM="xterm-256color",
        XDG_CONFIG_HOME="/nonexistent",
        XDG_STATE_HOME=home,
        VIZTERM_MAX_BYTES=str(MAX_BYTES),
    )
    for name in _NEEDED.split():
        importlib.import_module(name)
    # What a person would see: not what is meant for programmers alone.
    warnings.simplefilter("always", RuntimeWarning)
    warnings.simplefilter("always", UserWarning)
    if prepare is not None:
        prepare()
    streams = [os.open(Path(home) / name, os.O_RDWR | os.O_CREAT) for name in ("out", "err")]
    os.dup2(streams[0], 1)
    os.dup2(streams[1], 2)
    # Not the streams of the starting process, which may be those of a test.
    sys.stdout = open(1, "w", encoding="utf-8")  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace")  # noqa: SIM115
    size = os.sysconf("SC_PAGESIZE") * int(Path("/proc/self/statm").read_text().split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (size + _BACKSTOP,) * 2)
    trace = (Path(home) / "trace").open("w+", encoding="utf-8")
    faulthandler.enable(trace)
    faulthandler.register(signal.SIGUSR1, trace)
    line.send("ready")
    while True:
        wanted = line.recv()
        trace.seek(0)
        trace.truncate()
        line.send(_do(wanted, streams, home))


def _do(wanted: list[str] | str, streams: list[int], home: str) -> Ran:
    for stream in streams:
        os.ftruncate(stream, 0)
        os.lseek(stream, 0, os.SEEK_SET)
    *_, source = wanted if "<" in wanted and isinstance(wanted, list) else [os.devnull]
    os.dup2(opened := os.open(source, os.O_RDONLY), 0)
    os.close(opened)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115
    before = _peak_from_now()
    code, frames = _execute(wanted) if isinstance(wanted, str) else (_call(wanted), "")
    grown = _status("VmHWM") - before
    sys.stdout.flush()
    sys.stderr.flush()
    out, err = (os.pread(stream, os.fstat(stream).st_size, 0) for stream in streams)
    log = Path(home) / "vizterm" / "crash.log"
    with contextlib.suppress(FileNotFoundError):
        frames = log.read_text("utf-8")
        log.unlink()
    return Ran(code, out, err, frames, grown)


def _call(arguments: list[str]) -> int:
    from vizterm import cli

    sys.argv = ["vizterm", *itertools.takewhile(lambda word: word != "<", arguments)]
    return cli._run()


def _execute(code: str) -> tuple[int, str]:
    """Run code: 0, or 1 with an exception on standard error, and where that came from."""
    from vizterm_core.errors import VizError

    try:
        exec(compile(code, "case", "exec"), {"__name__": "case"})
    except SystemExit as error:
        return int(error.code or 0), ""
    except Exception as error:  # noqa: BLE001 - it is what the case is about
        # Its text as Python itself would print it.
        name = "VizError" if isinstance(error, VizError) else type(error).__name__
        print(f"{name}: {error}", file=sys.stderr)
        return 1, traceback.format_exc()
    return 0, ""


def _processor_time(pid: int) -> float:
    """Seconds that a process has used."""
    with contextlib.suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def _peak_from_now() -> int:
    """Begin to measure the most memory anew; what is in use now, in bytes."""
    Path("/proc/self/clear_refs").write_text("5")
    return _status("VmRSS")


def _status(name: str) -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    return 0
