"""Textual's driver, made to leave the terminal as it found it, whatever happens.

Relies on Textual's private parts, as `textual_private` does.  Beyond Textual:

* a SIGCONT that follows no Ctrl+Z changes nothing (Textual would start a second set of threads);
* a terminal that hangs up ends the program even where SIGHUP is ignored (Textual would spin);
* where the link is stalled and frames can't be written any more, `give_up` drops them.
"""

from __future__ import annotations

import contextlib
import os
import select
import termios
import threading
import time

from textual.drivers.linux_driver import LinuxDriver

HANG_UP = 129
"""The exit code of a program that SIGHUP ended."""
RESTORE = (
    b"\x18\x1b\\"  # out of any sequence that was cut off
    b"\x1b[?2026l\x1b[?1016l\x1b[?1006l\x1b[?1015l\x1b[?1003l\x1b[?1000l\x1b[?1004l\x1b[?2004l"
    b"\x1b[?2048l\x1b[<u\x1b[?7h\x1b[0m\x1b[?25h\x1b[?1049l"
)
"""All modes off that an app may have switched on."""
_HANG_UP_SEEN = 1.0
"""Seconds after which a hang-up is noticed."""
_TRIES, _PAUSE = 20, 0.025


class SafeDriver(LinuxDriver):
    """Starts once, stops wholly, and knows when nobody is there any more."""

    def start_application_mode(self) -> None:
        if self._writer_thread is None or not self._writer_thread.is_alive():
            super().start_application_mode()  # type: ignore[no-untyped-call]

    def close(self) -> None:
        super().close()
        self._writer_thread = None

    def _sigcont_application(self, *_: object) -> None:
        if self._auto_restart and self._writer_thread is None:
            self.resume_application_mode()

    def run_input_thread(self) -> None:
        threading.Thread(target=self._watch_line, daemon=True, name="vizterm-line").start()
        super().run_input_thread()

    def _watch_line(self) -> None:
        line = select.poll()
        line.register(self.fileno, 0)
        while not self.exit_event.wait(_HANG_UP_SEEN):
            if any(event & (select.POLLHUP | select.POLLERR) for _, event in line.poll(0)):
                os._exit(HANG_UP)

    def give_up(self, code: int) -> None:
        """Restore what can be restored without waiting, and leave the process."""
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
        os._exit(code)

    def _write_restore(self, out: int) -> None:
        writer = self._writer_thread
        for _ in range(_TRIES):
            if writer is not None:
                with writer._queue.mutex:
                    writer._queue.queue.clear()
            # What lies in the terminal's buffer would come first.
            termios.tcflush(out, termios.TCOFLUSH)
            with contextlib.suppress(BlockingIOError):
                os.write(out, RESTORE)
                return
            time.sleep(_PAUSE)
