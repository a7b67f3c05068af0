"""A program on a pty that outlives it, as a shell's terminal outlives what the shell starts."""

from __future__ import annotations

import os
import signal
import struct
import time
from collections.abc import Mapping, Sequence

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
        self.master, terminal = os.openpty()
        self.terminal = os.open(os.ttyname(terminal), os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        """The end that programs see, to be read without waiting."""
        self._pid = os.fork()
        if self._pid == 0:
            try:
                os.login_tty(terminal)
                _lead(command, env, head_start, tells)
            finally:
                os._exit(1)
        os.close(terminal)
        os.close(tells)
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
        if not self._over:
            os.kill(self.program, signal.SIGKILL)
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        for stream in (self.ended, self.terminal, self.master):
            os.close(stream)


def _lead(command: Sequence[str], env: Mapping[str, str], head_start: float, tells: int) -> None:
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    program = os.fork()
    if program == 0:
        os.close(tells)
        os.setpgid(0, 0)
        os.tcsetpgrp(0, os.getpid())
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
        time.sleep(head_start)
        os.execve(command[0], command, env)
    os.write(tells, _NUMBER.pack(program))
    os.write(tells, _NUMBER.pack(os.waitpid(program, 0)[1]))
    while True:
        signal.pause()
