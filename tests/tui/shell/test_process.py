"""The real binary as a process: signals, job control, hang-ups."""

import os
import select
import signal
import sys
import termios
import time
from pathlib import Path

import pytest
from tests.support.terminal_rig import (
    BRAILLE,
    KITTY,
    MUTE,
    XTERM,
    Rig,
    assert_modes_off,
    in_a_shell,
    start,
)

from vizterm.terminal.signals import ALSO_ENDING, ENDING

ENDED_BY = (
    *ENDING,
    *(number for number in ALSO_ENDING if number <= signal.SIGRTMIN and number != signal.SIGXFSZ),
)
"""One of the real-time signals stands for all; Python ignores SIGXFSZ: a failed write says more."""
SOME = (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1, signal.SIGPIPE, signal.SIGRTMAX)


@pytest.mark.parametrize("number", ENDED_BY)
def test_a_signal_restores_the_terminal_and_then_takes_effect(digits_path, number):
    with start(digits_path) as rig:
        rig.wait_for_text(" 1× ")
        os.kill(rig.pid, number)
        assert rig.wait_for_exit() == -number
    assert_modes_off(rig.raw)


@pytest.mark.parametrize("number", SOME)
def test_a_signal_while_the_terminal_is_asked_restores_it_too(digits_path, number):
    with start(digits_path, answers=MUTE) as rig:
        before = termios.tcgetattr(rig.master)
        rig.wait_for(lambda: b"\x1b[c" in rig.raw)
        assert termios.tcgetattr(rig.master) != before
        os.kill(rig.pid, number)
        assert rig.wait_for_exit() == -number
        assert termios.tcgetattr(rig.master) == before


def test_ctrl_z_returns_to_the_shell_and_fg_to_the_screen_and_its_picture():
    with in_a_shell(f"{sys.executable} -m vizterm demo digits --point 412", answers=KITTY) as rig:
        rig.wait_for_text("#412")
        rig.wait_for(lambda: b"_Ga=p" in rig.raw)
        rig.type(b"\x1a")
        rig.wait_for(lambda: b"\x1b[?1049l" in rig.raw)
        rig.wait_for_text("Stopped")
        assert b"_Ga=d" in rig.raw, "the picture lies over the shell"
        rig.screen.reset()
        seen = len(rig.raw)
        rig.type(b"fg\r")
        rig.wait_for_text(" 1× ")
        rig.wait_for_text("#412")
        assert len(BRAILLE.findall(rig.text)) > 300
        rig.wait_for(lambda: b"_Ga=p" in rig.raw[seen:])
        rig.type(b"\x1b[C")
        rig.wait_for(lambda: "#412" not in rig.text)
        rig.type(b"q")
        rig.wait_for_text("shell> ")


def test_stopping_and_going_on_without_ctrl_z_changes_nothing(digits_path):
    with start(digits_path) as rig:
        rig.wait_for_text(" 1× ")
        tasks = Path(f"/proc/{rig.pid}/task")
        threads = len(list(tasks.iterdir()))
        for _ in range(3):
            os.kill(rig.pid, signal.SIGSTOP)
            os.kill(rig.pid, signal.SIGCONT)
            rig.type(b"412g")
            rig.wait_for_text("#412")
            rig.type(b"0g")
            rig.type(b"g")
            rig.wait_for_text("#0")
        while rig.pump(0.3):
            pass
        assert len(list(tasks.iterdir())) <= threads + 2
        rig.type(b"q")
        assert rig.wait_for_exit() == 0
    assert_modes_off(rig.raw)


def wait_until_stuck(pid):
    """Wait until a program that was given much to do is idle."""
    used = None
    while used != (used := Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]):
        time.sleep(0.5)


@pytest.mark.parametrize("answers", [XTERM, MUTE], ids=["frames held back", "stuck in a write"])
def test_a_signal_takes_effect_even_on_a_stalled_link(digits_path, answers):
    with start(digits_path, answers=answers) as rig:
        rig.wait_for_text(" 1× ")
        # Nobody reads: the terminal's buffer fills up.
        for _ in range(400):
            rig.type(b"++--")
        if answers is MUTE:
            wait_until_stuck(rig.pid)
        ended = os.pidfd_open(rig.pid)
        os.kill(rig.pid, signal.SIGTERM)
        assert select.select([ended], [], [], 10)[0], "it waits for a link that is stalled"
        os.close(ended)
        assert rig.wait_for_exit() == -signal.SIGTERM


def test_a_hang_up_ends_the_app_even_if_the_signal_is_ignored(digits_path):
    code = (
        "import signal, runpy, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN);"
        "sys.argv = ['vizterm', 'embed', sys.argv[1]];"
        "runpy.run_module('vizterm', run_name='__main__')"
    )
    with Rig(["-c", code, str(digits_path)], module=None) as rig:
        rig.wait_for_text(" 1× ")
        ended = os.pidfd_open(rig.pid)
        os.close(rig.master)
        assert select.select([ended], [], [], 10)[0], "it goes on without a terminal"
        os.close(ended)
        os.waitpid(rig.pid, 0)
        rig.exit_code = 0
        rig.master = os.open(os.devnull, os.O_RDONLY)
