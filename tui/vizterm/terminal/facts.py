"""Facts about the terminal: asked once, before Textual is imported.

OpenSSH forwards TERM and the window's size in pixels, but not COLORTERM: without asking, 24-bit
terminals would be given 256 colours.  DA1, which every terminal answers, comes
last, so that nobody waits for an answer that will not come, and all replies are read.
"""

from __future__ import annotations

import os
import re
import select
import sys
import termios
import time
import tty
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from vizterm.terminal import cell_size
from vizterm.terminal.cell_size import CellSize, Window, find_cell, read_window
from vizterm.terminal.signals import before_signals
from vizterm.terminal.tmux import Tmux, ask_tmux
from vizterm_core.errors import UsageError

COLOURS = ("auto", "truecolor", "256", "none")
"""Choices of --color."""

_KITTY_QUESTION = b"\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\"
"""Kitty graphics: can this picture be drawn?  tmux and screen take it for a window title."""
_BACKGROUND_QUESTION = b"\x1b]11;?\x1b\\"
"""GNU screen passes this on but not the fence: the answer would come when nobody waits for it."""
_QUESTIONS = (
    b"\x1b[>0q"  # XTVERSION: name and version
    + cell_size.QUESTIONS
    + _BACKGROUND_QUESTION
    + b"\x1b[48:2::1:2:3m\x1bP$qm\x1b\\\x1b[0m"  # DECRQSS: is a 24-bit colour kept?
    b"\x1b[?2026$p"  # DECRQM: synchronized output
    b"\x1b[?1016$p"  # DECRQM: the mouse in pixels
    + _KITTY_QUESTION
    + b"\r\x1b[K"  # erases a question that the terminal has shown instead of answering
    b"\xe2\xa3\xbf"  # U+28FF, three characters to a terminal that takes no UTF-8
    b"\x1b[6n"  # DSR 6: position of the cursor; later asked behind each frame
    b"\r\x1b[K"
    b"\x1b[c"  # DA1, the fence
)
_BEHIND_THREE = 4
"""The cursor's column, from 1, if each byte was taken for a character."""
_FENCE = re.compile(rb"\x1b\[\?([0-9;]*)c")
_KITTY = re.compile(rb"\x1b_G[^\x1b]*i=31[^\x1b]*;OK")
_MODE = re.compile(rb"\x1b\[\?(\d{1,5});(\d)\$y")
_NAME = re.compile(rb"\x1bP>\|([^\x1b\x07]*)(?:\x1b\\|\x07)")
_BACKGROUND = re.compile(rb"\x1b\]11;rgb:([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})")
_COLORFGBG = re.compile(r"^[\w;]*;(\d{1,2})$")
_CURSOR = re.compile(rb"\x1b\[\d{1,5};(\d{1,5})R")
_SGR_REPORT = re.compile(rb"\x1bP[01]\$r([0-9:;]*)m?(?:\x1b\\|\x07)")
_ANSWER_BEGINS = re.compile(rb"\x1b(?:[P\]_]|\[[?\d])")
"""Start of an answer, as opposed to keys that are typed meanwhile."""

_SILENT = 1.0
"""Seconds to wait for the first answer."""
_SLOW = 2.0
"""Seconds to wait for the others."""
_MOST_TYPED = 1000
"""Most bytes that may have been typed or pasted meanwhile; more is noise."""
_MUTE_TERMS = ("dumb", "linux", "vt100", "vt102", "ansi", "unknown", "")
_TRUECOLOR_TERMS = (
    "kitty",
    "ghostty",
    "alacritty",
    "wezterm",
    "foot",
    "contour",
    "iterm",
    "direct",
)
_TRUECOLOR_NAMES = (
    "kitty",
    "ghostty",
    "wezterm",
    "foot",
    "iterm2",
    "konsole",
    "contour",
    "mintty",
    "mlterm",
    "warp",
    "xterm.js",
)


@dataclass
class Terminal:
    """Facts about the terminal."""

    colours: str = "truecolor"
    """'truecolor', '256', 'standard' (16) or 'none'."""
    cell_aspect: float = 2.0
    """Height of a cell over its width."""
    light: bool = False
    """Whether its background is light."""
    background: tuple[int, int, int] | None = None
    """Its background, 0 to 255 each; None if unknown."""
    name: str = ""
    """Its name for itself; empty if it gives none."""
    kitty: bool = False
    """Whether it speaks the kitty graphics protocol."""
    sixel: bool = False
    """Whether it reports that it draws sixels."""
    synchronized: bool = False
    """Whether it holds a frame back until it is complete (mode 2026)."""
    pixel_mouse: bool = False
    """Whether it can report the pointer's position in pixels (mode 1016)."""
    cell_pixels: tuple[int, int] | None = None
    """(width, height) of a cell in whole pixels; None if unknown."""
    cell_fractions: CellSize | None = None
    """The same with fractions, in terminals whose cells have some; None in others."""
    tells_cursor: bool = False
    """Whether it reports its cursor's position, and so when it has shown what came before."""
    utf8: bool = True
    """Whether characters beyond ASCII reach it; False only if found out."""
    round_trip: float | None = None
    """Seconds from the questions to the last answer; None if it didn't answer."""
    asked: bool = False
    """Whether the cell size is its own answer, rather than derived from the window's size."""
    typed: bytes = b""
    """Keys that were typed before the app could listen."""
    tmux: Tmux = field(default_factory=Tmux)
    """Facts about the tmux between the app and the terminal."""

    @property
    def cell(self) -> CellSize | None:
        """(width, height) of a cell in pixels, as exactly as it is known; None if unknown."""
        return self.cell_fractions or self.cell_pixels

    @property
    def is_xterm_js(self) -> bool:
        """Whether it is the terminal of VS Code, JupyterLab, ttyd and other pages."""
        return self.name.startswith("xterm.js")

    def refresh_cell_aspect(self) -> float:
        """Read the cell's shape again: the window's screen or font may have changed."""
        if not self.asked and (window := read_window()) is not None:
            self._take_cell(window.cell)
        return self.cell_aspect

    def _take_cell(self, size: CellSize | None) -> None:
        if size is None:
            return
        width, height = size
        self.cell_aspect = height / width
        # Elsewhere fractions are shares of a window's borders.
        self.cell_fractions = size if self.is_xterm_js else None
        self.cell_pixels = int(width), int(height)

    def require_utf8(self, environ: Mapping[str, str] | None = None) -> None:
        """Raise a UsageError where an app could show nothing but ASCII."""
        if self.utf8:
            return
        env = os.environ if environ is None else environ
        if env.get("TMUX"):
            remedy = "attach with tmux -u, or set LANG=C.UTF-8 before"
        elif env.get("STY"):
            remedy = "reattach with screen -U -r"
        else:
            remedy = "switch it to UTF-8, or say --graphics half if it is"
        raise UsageError(
            "the terminal takes no UTF-8, which braille and half blocks need",
            f"{remedy}; --print into a file and --output work as ever",
        )

    @property
    def paper(self) -> tuple[int, int, int]:
        """The colour that is drawn on: its background, else black, or white if it is light."""
        return self.background or ((255, 255, 255) if self.light else (0, 0, 0))

    @property
    def theme(self) -> str:
        """Name of the Textual theme that uses the terminal's own colours."""
        return "ansi-light" if self.light else "ansi-dark"

    def tell_textual(self) -> None:
        """Set the environment variables that Textual reads when it is imported."""
        os.environ["TEXTUAL_THEME"] = self.theme
        if self.colours == "none":
            os.environ["NO_COLOR"] = "1"
        else:
            os.environ.pop("NO_COLOR", None)
            os.environ["TEXTUAL_COLOR_SYSTEM"] = self.colours


def detect(
    colour: str = "auto", environ: Mapping[str, str] | None = None, *, may_ask: bool = True
) -> Terminal:
    """Find out about the terminal on standard input and output.

    Parameters
    ----------
    colour : 'auto', 'truecolor', '256' or 'none'
        As given by --color; overrides the terminal's answers and NO_COLOR.
    environ : mapping, optional
        Environment variables; the process's own otherwise.
    may_ask : bool
        False to go by the environment alone.
    """
    env = os.environ if environ is None else environ
    term = env.get("TERM", "")
    answers = b""
    start = time.monotonic()
    mute = not may_ask or term in _MUTE_TERMS or sys.stdin is None
    if not mute and sys.stdin.isatty() and sys.stdout.isatty():
        answers = ask(sys.stdin.fileno(), sys.stdout.fileno(), _questions_for(env))
    taken = time.monotonic() - start
    terminal = understand(answers, env, ask_tmux(env), read_window())
    if _FENCE.search(answers):
        terminal.round_trip = taken
    terminal.typed = _typed(answers)
    if colour != "auto":
        terminal.colours = colour
    return terminal


def _typed(answers: bytes) -> bytes:
    """Return the keys before the first answer and after the last."""
    begin, fence = _ANSWER_BEGINS.search(answers), _FENCE.search(answers)
    before = answers if begin is None else answers[: begin.start()]
    behind = b"" if fence is None else answers[fence.end() :]
    return before + behind if len(before + behind) <= _MOST_TYPED else b""


def _questions_for(env: Mapping[str, str]) -> bytes:
    """Return the questions that can be asked, also through tmux or screen."""
    term = env.get("TERM", "")
    if env.get("TMUX") or term.startswith("tmux"):
        return _QUESTIONS.replace(_KITTY_QUESTION, b"")
    if env.get("STY") or term.startswith("screen"):
        return _QUESTIONS.replace(_KITTY_QUESTION, b"").replace(_BACKGROUND_QUESTION, b"")
    return _QUESTIONS


def understand(
    answers: bytes,
    env: Mapping[str, str],
    tmux: Tmux | None = None,
    window: Window | None = None,
) -> Terminal:
    """Derive the facts from the answers of terminal, tmux and kernel, and from the environment."""
    terminal = Terminal(tmux=tmux or Tmux())
    if name := _NAME.search(answers):
        terminal.name = name[1].decode("ascii", "replace")
    cell, follows = find_cell(answers, window, fractions=terminal.is_xterm_js)
    terminal.asked = not follows
    terminal._take_cell(cell)
    if fence := _FENCE.search(answers):
        terminal.sixel = b"4" in fence[1].split(b";")[1:]
    terminal.kitty = _KITTY.search(answers) is not None
    modes = {int(mode): int(state) for mode, state in _MODE.findall(answers)}
    # 0 means unknown, 4 permanently off.
    terminal.synchronized = modes.get(2026, 0) in (1, 2, 3)
    terminal.pixel_mouse = modes.get(1016, 0) in (1, 2, 3)
    # The last one: what was typed before may look like it.
    if columns := _CURSOR.findall(answers[: fence.start()] if fence else answers):
        terminal.tells_cursor = True
        terminal.utf8 = int(columns[-1]) != _BEHIND_THREE
    if answers and not terminal.tmux.utf8:
        # The cursor doesn't tell: tmux shows one underscore for each character.
        terminal.utf8 = False
    if background := _BACKGROUND.search(answers):
        red, green, blue = (int(part, 16) / (16 ** len(part) - 1) for part in background.groups())
        terminal.light = 0.299 * red + 0.587 * green + 0.114 * blue > 0.5
        terminal.background = round(red * 255), round(green * 255), round(blue * 255)
    elif told := _COLORFGBG.search(env.get("COLORFGBG", "")):
        # Set by konsole and rxvt: the number of the background among the 16 colours.
        terminal.light = told[1] in ("7", "15")
    terminal.colours = _colours(answers, terminal, env)
    return terminal


def _colours(answers: bytes, terminal: Terminal, env: Mapping[str, str]) -> str:
    term, name = env.get("TERM", ""), terminal.name.lower()
    if env.get("NO_COLOR") or term in ("dumb", ""):
        return "none"
    if env.get("TMUX"):
        return "truecolor" if terminal.tmux.has("RGB") else "256"
    if term.startswith("screen"):
        return _colours_by_term(term)
    # xterm.js reports "0m" whatever has been set: only a background in it says anything.
    if (report := _SGR_REPORT.search(answers)) and b"48" in report[1]:
        return "truecolor" if re.search(rb"48[:;]2[:;]", report[1]) else "256"
    truecolor = (
        any(known in name for known in _TRUECOLOR_NAMES)
        or any(known in term for known in _TRUECOLOR_TERMS)
        or env.get("COLORTERM", "").lower() in ("truecolor", "24bit")
    )
    return "truecolor" if truecolor else _colours_by_term(term)


def _colours_by_term(term: str) -> str:
    """Return the number of colours that a value of TERM promises."""
    return "256" if "256" in term else "standard"


def ask(reader: int, writer: int, questions: bytes = _QUESTIONS, silent: float = _SILENT) -> bytes:
    """Send the questions and collect the replies, up to and including the fence.

    Parameters
    ----------
    reader, writer : int
        File descriptors of the terminal.
    questions : bytes
        With the fence at the end.
    silent : float
        Seconds to wait for the first answer.
    """
    try:
        before = termios.tcgetattr(reader)
    except termios.error:
        return b""
    restore = partial(termios.tcsetattr, reader, termios.TCSANOW, before)
    answers = b""
    with before_signals(restore):
        try:
            tty.setraw(reader, termios.TCSANOW)
            while questions:
                questions = questions[os.write(writer, questions) :]
            start = time.monotonic()
            while not _FENCE.search(answers):
                answering = _ANSWER_BEGINS.search(answers)
                patience = max(_SLOW, silent) if answering else silent
                left = start + patience - time.monotonic()
                if left <= 0 or not select.select([reader], [], [], left)[0]:
                    break
                piece = os.read(reader, 4096)
                if not piece:
                    break
                answers += piece
        except OSError:
            pass
        finally:
            restore()
    return answers
