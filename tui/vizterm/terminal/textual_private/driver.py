"""Textual's driver, made to leave the terminal as it found it, whatever happens.

Beyond Textual's own:

* a SIGCONT that follows no Ctrl+Z changes nothing (Textual would start a second set of threads);
* a terminal that hangs up ends the program even where SIGHUP is ignored (Textual would spin);
* when the link is stalled and frames can't be written any more, `give_up` drops them;
* nothing that a terminal sends can end the program, and only input reaches the app;
* the terminal is given back when its last answers have come, which a shell would take for input;
* of mouse movements that come faster than they can be shown, only the last is reported.
"""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import os
import re
import select
import signal
import sys
import termios
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from textual import events
from textual.app import ScreenStackError
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message
from typing_extensions import override

from vizterm.terminal.facts import Terminal
from vizterm.terminal.input_filter import InputFilter
from vizterm.terminal.textual_private.input import XTermParser
from vizterm.terminal.textual_private.off_main_thread import handlers_collected, in_main_thread

HANG_UP = 129
"""The exit code of a program that SIGHUP ended."""
RESTORE = (
    b"\x18\x1b\\"  # ends any sequence that was cut off
    b"\x1b[?2026l\x1b[?1016l\x1b[?1006l\x1b[?1015l\x1b[?1003l\x1b[?1000l\x1b[?1004l\x1b[?2004l"
    b"\x1b[?2048l\x1b[<u\x1b[?7h\x1b[0m\x1b[?25h\x1b[?1049l"
)
"""Switches off all modes that an app may have switched on."""
_HANG_UP_SEEN = 1.0
"""Seconds until a hang-up is noticed."""
_TRIES, _PAUSE = 20, 0.025
_MOVE_LOST = 1.0
"""Seconds after which a movement that no frame has followed stops holding the others back."""
_PIECE = 1 << 16
_WHERE_IS_THE_CURSOR = "\x1b[6n"
"""DSR 6: answered when everything before it has been processed."""
_CURSOR_IS = re.compile(rb"\x1b\[\d{1,5};\d{1,5}R")
_LONGEST_ANSWER = 14
_LONGEST_WAIT = 2.0
"""Seconds that leaving waits for answers at most."""
_SAY_SO = 0.5
"""Seconds of waiting after which the person is told."""
_LEAVING = "\x1b[999;1H\x1b[0;7m leaving: waiting for the terminal's last answer … \x1b[0m"
_LOOK_UP = 100
"""Milliseconds between the reader's checks whether to end, and whether escape was a key."""


class SafeDriver(LinuxDriver):
    """Starts once, stops completely, and notices when the terminal is gone."""

    written = 0
    """Bytes written so far."""
    _resized: Callable[[int, FrameType | None], object] | None = None
    """Reports a new size of the window; None where a signal handler does."""
    _window = (0, 0)
    """The size that was reported last."""
    _moving = False
    """Whether a movement is under way through the app, to the frame that shows it."""
    _moving_until = 0.0
    """When it counts as lost: its screen may have been left."""
    _followed: events.MouseMove | None = None
    """That movement."""
    _next_move: events.MouseMove | None = None
    """The last movement that came meanwhile."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        with handlers_collected():
            super().__init__(*arguments, **options)
        # Textual writes to standard error, which may be redirected, and in the locale's encoding.
        out = sys.__stdout__
        assert out is not None
        self._file = open(  # noqa: SIM115 - the descriptor stays open
            out.fileno(), "w", encoding="utf-8", errors="backslashreplace", closefd=False
        )
        terminal = getattr(self._app, "terminal", None)
        self._typed = terminal.typed if isinstance(terminal, Terminal) else b""
        """Keys that were typed before the driver listened."""
        self._unanswered = 0
        """Questions for the cursor's position without an answer yet."""
        self._answer_time: float | None = None
        """Seconds that an answer may take; None while nothing was asked."""
        self._told: list[Message] = []
        self._told_lock = threading.Lock()

    @override
    def write(self, data: str) -> None:
        self.written += len(data.encode("utf-8", "replace"))
        super().write(data)

    # questions and answers

    def ask(self, answer_time: float) -> None:
        """Ask where the cursor is; the app is sent the answer.

        Parameters
        ----------
        answer_time : float
            Seconds that the answer may take.
        """
        if self._listens:
            self._unanswered += 1
            self._answer_time = answer_time
            self.write(_WHERE_IS_THE_CURSOR)

    @property
    def _listens(self) -> bool:
        """Whether somebody reads the answers."""
        reader = self._key_thread
        return reader is not None and reader.is_alive() and not self.exit_event.is_set()

    def _count_answers(self, piece: bytes, before: bytes) -> bytes:
        """Count the answers that end in a piece; return what the next one is to be read behind."""
        text = before + piece
        answers = [*_CURSOR_IS.finditer(text)]
        self._unanswered = max(0, self._unanswered - len(answers))
        return text[answers[-1].end() if answers else 0 :][-_LONGEST_ANSWER:]

    def _take_last_answers(self, line: select.poll, before: bytes) -> None:
        """Read and drop what still arrives: it must not reach the shell."""
        start = time.monotonic()
        patience = min(self._answer_time or 0.0, _LONGEST_WAIT)
        told = False
        while self._unanswered and (waited := time.monotonic() - start) < patience:
            if waited > _SAY_SO and not told:
                told = True
                self.write(_LEAVING)
            if line.poll(_LOOK_UP):
                piece = os.read(self.fileno, _PIECE)
                if not piece:
                    return
                before = self._count_answers(piece, before)
        while line.poll(0 if self._answer_time and not self._unanswered else _LOOK_UP):
            if not os.read(self.fileno, _PIECE):
                return

    # the mouse

    @override
    def send_message(self, message: Message) -> None:
        """Pass a message to the app; called in the thread that reads keys."""
        with self._told_lock:
            if not isinstance(message, events.MouseMove):
                # A click comes after the movement to its place.
                before, self._next_move = self._next_move, None
                if before is not None:
                    self._tell(before)
                self._tell(message)
            elif self._moving and time.monotonic() < self._moving_until:
                self._next_move = message
            else:
                self._tell_move(message)

    def _tell(self, message: Message) -> None:
        """Queue a message for the app, and wake its loop for the first one.

        Waking the loop hands over the interpreter for milliseconds while the app is busy: done for
        each key of a long paste, the terminal would not be read fast enough.
        """
        self._told.append(message)
        if len(self._told) == 1:
            asyncio.run_coroutine_threadsafe(self._hand_over(), self._loop)

    def _tell_move(self, message: events.MouseMove) -> None:
        self._moving, self._next_move = True, None
        self._followed = message
        self._moving_until = time.monotonic() + _MOVE_LOST
        self._tell(message)

    async def _hand_over(self) -> None:
        with self._told_lock:
            told, self._told = self._told, []
        for message in told:
            await self._app._post_message(message)
            if message is self._followed:
                self._follow()

    def _follow(self) -> None:
        """Report the next movement when the last one has passed through app and screen."""
        with contextlib.suppress(ScreenStackError):  # before the first one
            if not self._app.call_later(self._app.screen.call_after_refresh, self._moved):
                self._moved()

    def _moved(self) -> None:
        with self._told_lock:
            following, self._moving = self._next_move, False
            if following is not None:
                self._tell_move(following)

    # start and stop

    @override
    def start_application_mode(self) -> None:
        if self._writer_thread is None or not self._writer_thread.is_alive():
            self._unanswered, self._answer_time = 0, None
            with handlers_collected() as handlers:
                super().start_application_mode()  # type: ignore[no-untyped-call]
            self._resized = handlers.get(signal.SIGWINCH)
            self._window = self._get_terminal_size()

    @override
    def disable_input(self) -> None:
        if self._answer_time is not None and self._listens:
            # Its answer comes behind everything that the terminal has sent.
            self._disable_mouse_support()
            self.ask(self._answer_time)
        with handlers_collected():
            super().disable_input()

    @property
    @override
    def can_suspend(self) -> bool:
        # Without handlers nothing would restore the terminal.
        return in_main_thread()

    def _look_at_window(self) -> None:
        """Report a new size of the window where no signal does."""
        if self._resized is not None and self._window != (size := self._get_terminal_size()):
            self._window = size
            self._resized(signal.SIGWINCH, None)

    @override
    def close(self) -> None:
        super().close()
        self._writer_thread = None

    @override
    def _sigcont_application(self, *_: object) -> None:
        if self._auto_restart and self._writer_thread is None:
            self.resume_application_mode()

    # input

    @override
    def _query_in_band_window_resize(self) -> None:
        """Don't ask: only the kernel is trusted for the window's size."""

    def make_parser(self) -> XTermParser:
        """Return the parser that turns the terminal's input into events."""
        return XTermParser()

    @override
    def run_input_thread(self) -> None:
        threading.Thread(target=self._watch_line, daemon=True, name="vizterm-line").start()
        line = select.poll()
        line.register(self.fileno, select.POLLIN)
        decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        wanted, parser = InputFilter(), self.make_parser()
        behind = b""
        while not self.exit_event.is_set():
            self._look_at_window()
            data, self._typed = self._typed, b""
            if not data and line.poll(_LOOK_UP):
                data = os.read(self.fileno, _PIECE)
                behind = self._count_answers(data, behind)
            try:
                heard = list(parser.tick())
                if text := wanted(decode(data)) if data else "":
                    heard += parser.feed(text)
            except Exception:  # noqa: BLE001 - whatever a terminal sends, the program goes on
                parser = self.make_parser()
                continue
            for message in heard:
                self.process_message(message)
            if not data and line.poll(0):
                # End of input: it would be read again and again.
                self.exit_event.wait(_HANG_UP_SEEN)
        self._take_last_answers(line, behind)

    @override
    def _run_input_thread(self) -> None:
        try:
            self.run_input_thread()
        except Exception as error:  # noqa: BLE001 - told where the app can be left
            self._app.call_later(self._app._handle_exception, error)

    def _watch_line(self) -> None:
        line = select.poll()
        line.register(self.fileno, 0)
        while not self.exit_event.wait(_HANG_UP_SEEN):
            if any(event & (select.POLLHUP | select.POLLERR) for _, event in line.poll(0)):
                os._exit(HANG_UP)

    def give_up(self) -> None:
        """Restore what can be restored without waiting; nothing is drawn after it."""
        with contextlib.suppress(OSError, termios.error):
            if self.attrs_before is not None:
                termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before)
            assert self._file is not None
            out = self._file.fileno()
            os.set_blocking(out, False)
            try:
                self._write_restore(out)
            finally:
                os.set_blocking(out, True)

    def _write_restore(self, out: int) -> None:
        writer = self._writer_thread
        for _ in range(_TRIES):
            if writer is not None:
                with writer._queue.mutex:
                    writer._queue.queue.clear()
            # What is still in the terminal's buffer would come first.
            termios.tcflush(out, termios.TCOFLUSH)
            with contextlib.suppress(BlockingIOError):
                os.write(out, RESTORE)
                return
            time.sleep(_PAUSE)
