"""The real binary in a real pty, with a terminal that answers as it is told to."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from collections import deque

import pyte

QUERY = re.compile(
    rb"\x1b\[>0?q|\x1b\[1[46]t|\x1b\]11;\?(?:\x07|\x1b\\)|\x1bP\$qm\x1b\\|\x1b\[c|\x1b\[\?\d+\$p|\x1b\[6n"
    rb"|\x1b_G[^\x1b]*a=q[^\x1b]*\x1b\\"
)
STRINGS = re.compile(
    rb"\x1b[P_][^\x1b]*\x1b\\|\x1b\]1337;[^\x1b]*\x1b\\|\x1b\[>[0-9]*q|\x1b\[[<>=][0-9;]*u"
)
"""Sequences that pyte would print as text."""

XTERM = {
    b"\x1b[>0q": b"\x1bP>|XTerm(390)\x1b\\",
    b"\x1b[16t": b"\x1b[6;18;9t",
    b"\x1b]11;?\x1b\\": b"\x1b]11;rgb:0000/0000/0000\x1b\\",
    b"\x1bP$qm\x1b\\": b"\x1bP1$r0;48:2::1:2:3m\x1b\\",
    b"\x1b[6n": b"\x1b[1;1R",
    b"\x1b[c": b"\x1b[?64;1;2;4;22c",
}
PLAIN_256 = XTERM | {b"\x1bP$qm\x1b\\": b"\x1bP1$r0;48:5:16m\x1b\\"}
KITTY = XTERM | {
    b"\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\": b"\x1b_Gi=31;OK\x1b\\",
    b"\x1b[?2026$p": b"\x1b[?2026;2$y",
    b"\x1b[c": b"\x1b[?62;c",
}
ITERM2 = XTERM | {b"\x1b[>0q": b"\x1bP>|iTerm2 3.5.2\x1b\\"}
MUTE: dict[bytes, bytes] = {}
BASH = "import os; os.execvp('bash', ['bash', '--norc', '--noprofile', '-i'])"
VIZTERM = f"{sys.executable} -m vizterm"
"""For a shell."""
BRAILLE = re.compile("[\u2801-\u28ff]")
DRAWN = re.compile("[\u2801-\u28ff▀▄░▒▓█]")
DEADLINE = 30.0


class Rig:
    """A child process on a pty whose screen pyte keeps."""

    def __init__(
        self,
        arguments,
        *,
        size=(120, 40),
        answers=None,
        env=None,
        delay=0.0,
        latency=0.0,
        module="vizterm",
        head_start=0.05,
        cell=(9, 18),
    ):
        self.screen = pyte.Screen(*size)
        self.stream = pyte.ByteStream(self.screen)
        self.answers = XTERM if answers is None else answers
        self.delay = delay
        """Seconds before each answer."""
        self.latency = latency
        """Seconds that answers are on their way, however many there are."""
        self._on_their_way = deque()
        self.cell = cell
        self._unfinished = b""
        self.raw = b""
        self.exit_code = None
        self._asked = 0
        clean = {
            k: v
            for k, v in os.environ.items()
            if k not in ("COLORTERM", "NO_COLOR", "TMUX", "TERM_PROGRAM", "COLUMNS", "LINES")
        }
        clean |= {"TERM": "xterm-256color", "XDG_CONFIG_HOME": "/nonexistent"}
        # A hint would be noted in the home directory.
        clean |= {"VIZTERM_HINTS": "0"} | (env or {})
        program = ["-m", module] if module else []
        self.spawn([sys.executable, *program, *arguments], clean, head_start)
        self.resize(*size, wake=False)

    def spawn(self, command, env, head_start):
        """Start a program on a new pty."""
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            # Wait for the window's size before the program asks for it.
            time.sleep(head_start)
            os.execve(command[0], command, env)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.exit_code is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.master)

    def resize(self, columns, rows, wake=True):
        pixels = round(columns * self.cell[0]), round(rows * self.cell[1])
        size = struct.pack("HHHH", rows, columns, *pixels)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, size)
        self.screen.resize(rows, columns)
        if wake:
            os.kill(self.pid, signal.SIGWINCH)

    def type(self, data):
        os.write(self.master, data)

    def pump(self, seconds):
        """Read what comes within some time; answer the queries in it."""
        self.deliver()
        if self._on_their_way:
            seconds = min(seconds, max(0.0, self._on_their_way[0][0] - time.monotonic()))
        if not select.select([self.master], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.master, 65536)
        except OSError:
            data = b""
        if not data:
            self.exit_code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
            return False
        self.hear(data)
        whole = STRINGS.sub(b"", self._unfinished + data)
        begun = max(whole.rfind(start) for start in (b"\x1bP", b"\x1b_", b"\x1b]1337"))
        shown = whole if begun < 0 else whole[:begun]
        self._unfinished = whole[len(shown) :]
        self.stream.feed(shown)
        return True

    def hear(self, data):
        """Answer the queries in what came; nothing is drawn."""
        self.raw += data
        for query in QUERY.finditer(self.raw, self._asked):
            self._asked = query.end()
            reply = self.answers.get(query[0], b"")
            if reply and self.latency:
                self._on_their_way.append((time.monotonic() + self.latency, reply))
            elif reply:
                time.sleep(self.delay)
                os.write(self.master, reply)

    def deliver(self):
        """Send the answers that have arrived by now."""
        while self._on_their_way and self._on_their_way[0][0] <= time.monotonic():
            os.write(self.master, self._on_their_way.popleft()[1])

    def wait_for(self, condition):
        """Go on reading until the condition holds."""
        end = time.monotonic() + DEADLINE
        while not condition():
            assert self.exit_code is None, f"ended with {self.exit_code}:\n{self.text}"
            assert time.monotonic() < end, f"never came:\n{self.text}"
            self.pump(0.2)

    def wait_for_text(self, text):
        self.wait_for(lambda: text in self.text)

    def wait_for_exit(self):
        end = time.monotonic() + DEADLINE
        while self.exit_code is None and time.monotonic() < end:
            self.pump(0.2)
        return self.exit_code

    @property
    def text(self):
        return "\n".join(self.screen.display)


def start(path, *options, **rig):
    return Rig(["embed", str(path), *options], **rig)


def settled(rig):
    """Go on until nothing is written any more."""
    rig.wait_for(lambda: not rig.pump(0.4))
    return rig


def assert_modes_off(raw):
    modes = {}
    for modes_set, state in re.findall(rb"\x1b\[\?([0-9;]+)([hl])", raw):
        for mode in modes_set.split(b";"):
            modes[int(mode)] = state
    for mode in (1049, 1000, 1002, 1003, 1006, 1016, 2004):
        assert modes.get(mode, b"l") == b"l", f"mode {mode} left on"
    assert modes[25] == b"h"


def in_a_shell(command, **rig):
    """An interactive shell in which a command was typed."""
    shell = Rig(["-c", BASH], module=None, env={"PS1": "shell> "}, **rig)
    shell.wait_for_text("shell> ")
    shell.type(f"{command}\r".encode())
    return shell
