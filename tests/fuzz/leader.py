"""A program on a pty that outlives it, as a shell's terminal outlives what the shell starts."""

from __future__ import annotations

import contextlib
import os
import signal
import struct
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

_NUMBER = struct.Struct("i")


class Leader:
    """Leads a session, as a shell does: what its program has left unread stays to be read.

    Parameters
    ----------
    command : sequence of str
        The program, which runs in the foreground, and its arguments.
    env : mapping
    head_start : float
        Seconds before the program starts.
    """

    def __init__(self, command: Sequence[str], env: Mapping[str, str], head_start: float) -> None:
        self.ended, tells = os.pipe()
        """Can be read from when the program has ended."""
        waits, self._lives = os.pipe()
        self.master, terminal = os.openpty()
        self.terminal = os.open(os.ttyname(terminal), os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        """The end that programs see, to be read without waiting."""
        self._pid = os.fork()
        if self._pid == 0:
            try:
                os.close(self._lives)
                os.login_tty(terminal)
                _lead(command, env, head_start, tells, waits)
            finally:
                os._exit(1)
        os.close(terminal)
        os.close(tells)
        os.close(waits)
        self.program = self._number()
        self._over = False

    def exit_code(self) -> int:
        """Exit code of the program; negative for a signal.  Waits for its end."""
        self._over = True
        return os.waitstatus_to_exitcode(self._number())

    def _number(self) -> int:
        number: int = _NUMBER.unpack(os.read(self.ended, _NUMBER.size))[0]
        return number

    def close(self) -> None:
        """End the program, if it is still there."""
        with contextlib.suppress(ProcessLookupError):
            if not self._over:
                os.kill(self.program, signal.SIGKILL)
        for stream in (self._lives, self.ended, self.terminal, self.master):
            os.close(stream)
        os.waitpid(self._pid, 0)


def _lead(
    command: Sequence[str], env: Mapping[str, str], head_start: float, tells: int, waits: int
) -> None:
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    program = os.fork()
    if program == 0:
        os.setpgid(0, 0)
        os.tcsetpgrp(0, os.getpid())
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
        time.sleep(head_start)
        # What keys have it write lies with the traces.
        os.chdir(Path(env.get("XDG_STATE_HOME", ".")).parent)
        os.execve(command[0], command, env)
    os.write(tells, _NUMBER.pack(program))
    os.write(tells, _NUMBER.pack(os.waitpid(program, 0)[1]))
    # To the end of the test, however it ends.
    os.read(waits, 1)
