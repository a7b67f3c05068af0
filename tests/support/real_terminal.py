"""A real terminal emulator on a virtual screen, which shows what a `Rig` writes.

The emulator runs `relay.py`; the bytes between it and the program under test pass
through the test, so that keys can be typed and every byte is seen.
"""

import contextlib
import os
import select
import shutil
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from PIL import Image
from tests.support.terminal_rig import DEADLINE, Rig

SCREEN = "1000x760"
POINTS = 9
FONT = "DejaVu Sans Mono"
STARTS_WITHIN = 40.0
KITTY_OPTIONS = (
    "remember_window_size=no", "initial_window_width=120c", "initial_window_height=40c",
    f"font_family={FONT}", "font_size={points}", "window_padding_width=0", "window_margin_width=0",
    "update_check_interval=0", "confirm_os_window_close=0", "cursor_blink_interval=0",
    "linux_display_server=x11", "sync_to_monitor=no", "background=#000000",
)  # fmt: skip
COMMANDS = {
    "xterm": [
        "xterm", "-ti", "vt340", "-fa", FONT, "-fs", "{points}", "-geometry", "120x40+0+0",
        "-b", "0", "+sb",
        "-bg", "black", "-fg", "gray90", "-tn", "xterm-256color", "-bw", "0",
        "-xrm", "XTerm*numColorRegisters: 1024", "-xrm", "XTerm*maxGraphicSize: 4000x4000",
        "-xrm", "XTerm*directColor: true", "-xrm", "XTerm*utf8: 1",
        "-xrm", "XTerm*allowWindowOps: true", "-e",
    ],
    "kitty": ["kitty", "--config", "NONE", *[w for o in KITTY_OPTIONS for w in ("-o", o)]],
}  # fmt: skip


def missing(terminal):
    """Return what has to be installed first; empty if nothing."""
    tools = ("Xvfb", "import", terminal)
    return [tool for tool in tools if shutil.which(tool) is None]


class RealTerminal:
    """Xvfb and a terminal emulator in it, 120 x 40 cells, at the screen's upper left corner."""

    def __init__(self, terminal, folder, *, points=POINTS, screen=SCREEN):
        self.name = terminal
        self._command = [word.replace("{points}", str(points)) for word in COMMANDS[terminal]]
        self._screen = screen
        self._shot = str(folder / "shot.png")
        with contextlib.ExitStack() as stack:
            self._stack = stack
            self._open(terminal, folder)
            self._stack = stack.pop_all()

    def _open(self, terminal, folder):
        address = str(folder / "relay")
        listener = self._stack.enter_context(socket.socket(socket.AF_UNIX))
        listener.bind(address)
        listener.listen()
        listener.settimeout(STARTS_WITHIN)
        reader, writer = os.pipe()
        self._start(
            [
                "Xvfb",
                "-displayfd",
                str(writer),
                "-screen",
                "0",
                f"{self._screen}x24",
                "-dpi",
                "96",
                "-noreset",
            ],
            pass_fds=[writer],
        )
        os.close(writer)
        assert select.select([reader], [], [], STARTS_WITHIN)[0], "Xvfb did not start"
        # To the end of the line: closed any earlier, the server could not finish writing it.
        with os.fdopen(reader) as line:
            self._display = ":" + line.readline().strip()
        relay = [sys.executable, str(Path(__file__).with_name("relay.py")), address]
        self._start([*self._command, *relay])
        self.glass, _ = listener.accept()
        self._stack.enter_context(self.glass)
        self.winsize = struct.unpack("HHHH", self.glass.recv(8))

    def _start(self, command, **options):
        clean = {k: v for k, v in os.environ.items() if k not in ("TMUX", "COLORTERM", "TERM")}
        clean |= {"LIBGL_ALWAYS_SOFTWARE": "1", "KITTY_DISABLE_WAYLAND": "1", "LC_ALL": "C.UTF-8"}
        if hasattr(self, "_display"):
            clean["DISPLAY"] = self._display
        process = subprocess.Popen(
            command, env=clean, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, **options,
        )  # fmt: skip
        self._stack.callback(process.wait)
        self._stack.callback(process.terminate)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._stack.close()

    @property
    def cell(self):
        """(width, height) of a cell in pixels."""
        rows, columns, width, height = self.winsize
        return width // columns, height // rows

    def screenshot(self):
        """Return a screenshot: (H, W, 3) uint8."""
        command = ["import", "-silent", "-window", "root", self._shot]
        subprocess.run(command, env={**os.environ, "DISPLAY": self._display}, check=True)
        with Image.open(self._shot) as image:
            return np.asarray(image.convert("RGB"))


class ShownRig(Rig):
    """A rig whose terminal is a real one: it shows what is written, and answers itself."""

    def __init__(self, terminal, arguments, **options):
        self.terminal = terminal
        super().__init__(arguments, answers={}, cell=terminal.cell, **options)

    def pump(self, seconds):
        ready, _, _ = select.select([self.master, self.terminal.glass], [], [], seconds)
        if self.terminal.glass in ready:
            os.write(self.master, self.terminal.glass.recv(65536))
        seen = len(self.raw)
        more = self.master in ready and super().pump(0)
        self.terminal.glass.sendall(self.raw[seen:])
        return bool(more or self.terminal.glass in ready)

    def settle(self):
        """Go on until nothing is written any more, and the terminal has had time to paint."""
        while self.pump(0.4):
            pass

    def comes_to(self, check):
        """Go on until a check of what is seen passes; whether it does."""
        end = time.monotonic() + DEADLINE
        while not check():
            if time.monotonic() > end:
                return False
            if self.exit_code is None:
                self.pump(0.1)
        return True
