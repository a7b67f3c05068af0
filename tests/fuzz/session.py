"""The app in a pty: does it answer, does it end, and what does it leave behind."""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import termios
import time
import tty
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.fuzz.engine import FindingError
from tests.fuzz.leader import Leader
from tests.fuzz.meant import not_meant
from tests.support.terminal_rig import QUERY, Rig

LIMIT = 5.0
"""Seconds within which it must have answered, or ended, on a machine with nothing else to do."""
STARTED = 20.0
"""Seconds that the start may take."""
_QUIET = 0.04
"""Seconds without a byte after which all has been drawn."""
_ESCAPE = 0.2
"""Seconds after which an ESC is a key."""
_CUT_OFF = 1.5
"""Seconds after which a sequence that was cut off swallows no more keys."""
_LONGEST_QUERY = 64
_SIZES = ((80, 24), (81, 24))
_MODES = (1000, 1002, 1003, 1004, 1006, 1015, 1016, 1049, 2004, 2026, 2048)
_MODE = re.compile(rb"\x1b\[\?([0-9;]+)([hl])")
_SCREEN = re.compile(rb"\x1b\[\?1049h(.*?)(?:\x1b\[\?1049l|\Z)", re.DOTALL)
_FRAME = re.compile(r'File "[^"]*?([^"/]+)", line (\d+)')
_QUIT = re.compile(rb"[q\x03\x10\x11]|(?<!\d)(?:3|16|17|99|112|113)(?!\d)")
"""Bytes that may be a key that quits, or that opens the palette, which can."""
_ANSWER = re.compile(rb"\x1b(?:[P_]|\[[0-9;]*R|\[\?[0-9;]*(?:\$y|c))")
"""An answer to one of the app's questions, or its start."""
_BREAKING = re.compile(rb"Traceback|internal error|Error in sys\.|Exception ignored")
# The app as it is, but that it says where it hangs.
PROGRAM = (
    "import faulthandler, runpy, signal, sys;"
    "faulthandler.register(signal.SIGUSR1, open(sys.argv.pop(1), 'w'));"
    "sys.argv[0] = 'vizterm'; runpy.run_module('vizterm', run_name='__main__')"
)


def limit() -> float:
    """`LIMIT`, longer where others keep the machine busy."""
    return LIMIT * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


class Session(Rig):
    """A rig whose screen nobody looks at, and that waits for nothing for longer than the limit.

    Parameters
    ----------
    arguments : sequence of str
        Of `vizterm`.
    answers : mapping
        Question -> what the terminal says.
    directory : path
        For traces and logs.
    wrong : bool
        Whether the answers may hold keys.
    round_trip : float
        Seconds that an answer is on its way.
    program : str
        Python code that is given a path for tracebacks, and then the arguments.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        answers: Mapping[bytes, bytes],
        directory: Path,
        *,
        wrong: bool = False,
        round_trip: float = 0.0,
        program: str = PROGRAM,
    ) -> None:
        self.trace = directory / "trace"
        self.trace.unlink(missing_ok=True)
        self._log = directory / "state" / "vizterm" / "crash.log"
        self._log.unlink(missing_ok=True)
        super().__init__(
            ["-c", program, str(self.trace), *arguments],
            module=None,
            size=_SIZES[0],
            answers=answers,
            env={"XDG_STATE_HOME": str(directory / "state")},
        )
        self.before = termios.tcgetattr(self.master)
        os.set_blocking(self.master, False)
        self._written = bytearray()
        self._unasked = b""
        self._probes = 0
        self._typed = b"".join(answers.values()) if wrong else b""
        self._right = not wrong
        self._round_trip = round_trip
        self._on_their_way: deque[tuple[float, bytes]] = deque()
        """(when it arrives, answer) pairs."""

    def spawn(self, command: Sequence[str], env: Mapping[str, str], head_start: float) -> None:
        """Start the program as a shell would; the terminal outlives it."""
        self._leader = Leader(command, env, head_start)
        self.pid, self.master = self._leader.program, self._leader.master

    def __exit__(self, *_: object) -> None:
        self._leader.close()

    def pump(self, seconds: float) -> bool:
        """Read what comes within some time; answer the queries in it."""
        end = time.monotonic() + seconds
        while self.exit_code is None:
            self._deliver()
            now = time.monotonic()
            due = [at for at, _ in self._on_their_way][:1]
            streams = (self.master, self._leader.ended)
            ready = select.select(streams, [], [], max(0.0, min(end, *due, end) - now))[0]
            if self.master in ready:
                self._hear(os.read(self.master, 1 << 16))
                return True
            if ready:
                self.exit_code = self._leader.exit_code()
            elif now >= end:
                break
        return False

    def _hear(self, data: bytes) -> None:
        self._written += data
        text = self._unasked + data
        self._unasked = text[-_LONGEST_QUERY:]
        for query in QUERY.finditer(text):
            self._unasked = text[query.end() :][-_LONGEST_QUERY:]
            if reply := self.answers.get(query[0], b""):
                self._on_their_way.append((time.monotonic() + self._round_trip, reply))
        self._deliver()

    def _deliver(self) -> None:
        """Send the answers that have arrived by now."""
        while self._on_their_way and self._on_their_way[0][0] <= time.monotonic():
            self._write(self._on_their_way.popleft()[1])

    def _left_for_the_shell(self) -> bytes:
        """What a shell would read now, and when the last answers have come."""
        while self._on_their_way:
            time.sleep(max(0.0, self._on_their_way[0][0] - time.monotonic()))
            os.write(self.master, self._on_their_way.popleft()[1])
        tty.setraw(self._leader.terminal, termios.TCSANOW)
        with contextlib.suppress(BlockingIOError):
            return os.read(self._leader.terminal, 1 << 16)
        return b""

    def send(self, data: bytes) -> None:
        """Type."""
        self._typed += data
        self._write(data)

    def _write(self, data: bytes) -> None:
        """Write, but not for longer than the limit."""
        end = time.monotonic() + limit()
        while data and self.exit_code is None:
            if time.monotonic() > end:
                raise self.finding("reads no input")
            if select.select([], [self.master], [], 0.05)[1]:
                try:
                    data = data[os.write(self.master, data[:1024]) :]
                except BlockingIOError:
                    time.sleep(0.01)
                except OSError:
                    return
            else:
                self._drain()

    def _drain(self) -> None:
        """Read without answering: an answer would wait for its turn to be written."""
        with contextlib.suppress(OSError):
            self._written += os.read(self.master, 1 << 16)

    def start(self) -> None:
        """Wait for the first frame."""
        end = time.monotonic() + STARTED
        while b"\x1b[?1049h" not in self._written and self.exit_code is None:
            if time.monotonic() > end:
                raise self.finding("doesn't start")
            self.pump(0.1)
        self.settle(0.15)

    def settle(self, quiet: float = _QUIET) -> None:
        """Read until nothing comes any more."""
        end = time.monotonic() + limit()
        while self.pump(quiet) and time.monotonic() < end:
            pass

    def probe(self) -> None:
        """A window of another size must be drawn anew."""
        if self._wake():
            self.settle()
        self._probes += 1
        columns, rows = _SIZES[self._probes % 2]
        self.resize(columns, rows)
        if self._mode(2048):
            self.send(b"\x1b[48;%d;%d;%d;%dt" % (rows, columns, rows * 18, columns * 9))
        end = time.monotonic() + limit()
        while self.exit_code is None and not self.pump(0.05):
            if time.monotonic() > end:
                raise self.finding("hangs")
            self._wake()
        self.settle()

    def end(self, *, quits: bool) -> None:
        """Leave by the key, or by a signal."""
        if quits:
            for keys in (b"\x1b[201~", b"\x1b", b"\x1b", b"\x1b", b"q"):
                self.send(keys)
                self.settle(_ESCAPE)
        else:
            os.kill(self.pid, signal.SIGTERM)
        begun = time.monotonic()
        again = begun + _CUT_OFF
        while self.exit_code is None:
            now = time.monotonic()
            if now > begun + limit():
                raise self.finding("doesn't quit" if quits else "ignores SIGTERM")
            if quits and now > again:
                self.send(b"q")
                again = now + _CUT_OFF
            self._wake()
            self.pump(0.1)

    def check(self) -> str:
        """End of a session.

        Raises
        ------
        FindingError
            If not as it should have, or if the terminal is not as it was.
        """
        with contextlib.suppress(FileNotFoundError):
            log = self._log.read_text("utf-8")
            where = _FRAME.findall(log)[-1:]
            kind = log.splitlines()[-1]
            raise self.finding(f"internal error: {kind} in {':'.join(*where)}", log)
        if self.exit_code not in (0, -signal.SIGTERM):
            raise self.finding(f"ends with {self.exit_code}")
        if self.exit_code == 0 and not _QUIT.search(self._typed):
            raise self.finding("leaves by itself")
        if found := _BREAKING.search(self._written):
            raise self.finding(f"shows {found[0].decode()!r}")
        # Before and between screens the system echoes what is typed.
        if found := not_meant(b"".join(_SCREEN.findall(self._written))):
            raise self.finding(f"writes {found.partition(' in ')[0]}", found)
        if termios.tcgetattr(self.master)[:4] != self.before[:4]:
            raise self.finding("leaves the terminal's settings changed")
        self._check_modes()
        left = self._left_for_the_shell()
        # Typed, an answer passes for one to a question that is still open.
        if self._right and len(_ANSWER.findall(left)) > len(_ANSWER.findall(self._typed)):
            raise self.finding("leaves an answer for the shell", repr(left))
        return "by SIGTERM" if self.exit_code else "by a key"

    def _check_modes(self) -> None:
        on = [str(mode) for mode in _MODES if self._mode(mode)]
        if b"\x1b[?1049h" in self._written and not self._mode(25):
            on.append("hidden cursor")
        pushed = len(re.findall(rb"\x1b\[>\d+u", self._written))
        if pushed > len(re.findall(rb"\x1b\[<\d*u", self._written)):
            on.append("kitty keyboard")
        if on:
            raise self.finding(f"leaves modes on: {', '.join(on)}")

    def finding(self, what: str, more: str = "") -> FindingError:
        """Where it is, if it is still there, and the end of what it wrote."""
        if self.exit_code is None:
            os.kill(self.pid, signal.SIGUSR1)
            time.sleep(0.3)
            more += self.trace.read_text("utf-8", "replace") if self.trace.exists() else ""
        return FindingError(what, f"{more}\n{bytes(self._written[-3000:])!r}")

    def _mode(self, wanted: int) -> bool:
        state = b"l"
        for modes, now in _MODE.findall(self._written):
            if str(wanted).encode() in modes.split(b";"):
                state = now
        return state == b"h"

    def _wake(self) -> bool:
        """Let it go on after Ctrl+Z, as a shell's fg does; whether it had stopped."""
        with contextlib.suppress(OSError, IndexError):
            stat = Path(f"/proc/{self.pid}/stat").read_text()
            if stat.rpartition(")")[2].split()[0] in "Tt":
                os.kill(self.pid, signal.SIGCONT)
                return True
        return False
