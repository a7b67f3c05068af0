"""A session: opens a screen on the terminal and runs it until it is left."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from vizterm.shell.crash import CrashError
from vizterm.shell.faults import faults_logged
from vizterm.shell.memory import Tidying, return_freed_memory
from vizterm.shell.surroundings import left_as_they_were, outside_any_loop
from vizterm.terminal.facts import Terminal, detect
from vizterm.terminal.signals import EndingSignals, pass_on
from vizterm_core.errors import UsageError, VizError

if TYPE_CHECKING:
    from textual.screen import Screen

    from vizterm.graphics.choose import Graphics

_TURN = 0.0005
"""Seconds that a thread keeps the interpreter while another one wants it."""


def interactive() -> bool:
    """Whether there is a terminal to draw on and to read keys from."""
    if sys.stdout is None:
        raise UsageError("standard output is closed", "there is nowhere to draw on")
    smart = os.environ.get("TERM", "") not in ("", "dumb")
    return smart and sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()


@dataclass(frozen=True, slots=True)
class Display:
    """Options of how something is shown."""

    colour: str = "auto"
    """'auto', 'truecolor', '256' or 'none'."""
    graphics: str = "auto"
    """One of the choices of --graphics."""
    mouse: bool = True
    """Whether the app gets the mouse, rather than the terminal's own selection."""
    printed: bool = False
    """Whether to print one frame instead; also done where there is no terminal."""
    size: tuple[int, int] | None = None
    """(columns, rows) of the printed frame."""
    hints: bool = True
    """Whether to say once, ever, where pictures could be sharper."""


@contextmanager
def short_turns() -> Iterator[None]:
    """Let threads switch ten times as often as by Python's default.

    Arrays are loaded while Textual is imported: a loader needs the interpreter for an instant
    between two long operations of numpy, and would wait 5 ms each time.
    """
    before = sys.getswitchinterval()
    sys.setswitchinterval(min(before, _TURN))
    try:
        yield
    finally:
        sys.setswitchinterval(before)


@left_as_they_were()
@short_turns()
def run_app(first_screen: Callable[[Terminal, Graphics], Screen[None]], display: Display) -> None:
    """Show a screen until it is left; errors are raised, and a signal takes effect.

    Parameters
    ----------
    first_screen : callable
        Called when the app has started.
    display : Display
    """
    require_threads()
    # Both may have been chosen by hand because questions confuse the terminal.
    by_hand = display.graphics != "auto"
    terminal = detect(display.colour, may_ask=not by_hand or display.colour == "auto")
    if not by_hand:
        terminal.require_utf8()
    terminal.tell_textual()
    # Imported only now, like the screens: Textual reads its settings when it is imported.
    from vizterm.graphics.choose import choose_graphics
    from vizterm.shell.app import VizApp

    return_freed_memory()
    graphics = choose_graphics(terminal, display.graphics)
    tidying = Tidying()
    app = VizApp(partial(first_screen, terminal, graphics), terminal, graphics)
    app.tidy = tidying.tidy
    app.hints = display.hints and bool(graphics.remedy)
    with tidying, faults_logged(), EndingSignals(app.end_by, app.give_up):
        outside_any_loop(lambda: app.run(mouse=display.mouse))
    if app.ended_by is not None:
        pass_on(app.ended_by)
    if app.failure is not None:
        raise app.failure
    if app.unexpected is not None:
        raise CrashError(app.unexpected)


def require_threads() -> None:
    """Raise a VizError where the system starts no thread: keys and streams are read in one."""
    probe = threading.Thread(target=bool)
    try:
        probe.start()
    except RuntimeError as error:
        raise VizError(
            "the system starts no more threads: the limit of processes is reached",
            "end some, or raise it with ulimit -u; --print of a file needs none",
        ) from error
    probe.join()


def printing_protocol(terminal: Terminal, wanted: str) -> str:
    """Return how a printed picture is drawn: in a pipe by half blocks unless chosen otherwise."""
    from vizterm.graphics.choose import HALF, choose_graphics

    if wanted == "auto" and not interactive():
        return HALF
    return choose_graphics(terminal, wanted).protocol


def printing_terminal(colour: str) -> Terminal:
    """Return the terminal to print for: colours stay even in a pipe, unless refused."""
    if interactive():
        return detect(colour)
    terminal = Terminal()
    if colour != "auto":
        terminal.colours = colour
    elif os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        terminal.colours = "none"
    return terminal
