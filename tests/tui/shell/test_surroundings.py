"""The Python functions where they aren't alone: in an event loop, in a thread, in a program."""

import os
import signal
import termios

import pytest
from tests.support.terminal_rig import BRAILLE, KITTY, Rig, assert_modes_off

STATE = """
import asyncio, locale, os, signal, sys, threading
def state():
    numbers = sorted(signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP})
    return (
        [signal.getsignal(number) for number in numbers], sys.getswitchinterval(),
        locale.setlocale(locale.LC_ALL), sys.stdout, sys.stderr, threading.excepthook,
        dict(os.environ), sys.unraisablehook,
    )
signal.signal(signal.SIGWINCH, lambda *_: None)
os.environ["NO_COLOR"] = ""
import numpy as np, vizterm
points = np.random.default_rng(0).normal(size=(500, 2))
"""
SAY = "print('the same:', same, 'pinned:', pinned, '.', flush=True)\n"
PROGRAMS = {
    "alone": "before = state()\npinned = vizterm.embed(points).pinned\nsame = state() == before\n",
    "in a loop": (
        "async def main():\n"
        "    global before, pinned, same\n"
        "    before = state()\n"
        "    pinned = vizterm.embed(points).pinned\n"
        "    same = state() == before\n"
        "asyncio.run(main())\n"
    ),
    "in a thread": (
        "before = state()\n"
        "def run():\n"
        "    global pinned\n"
        "    pinned = vizterm.embed(points).pinned\n"
        "thread = threading.Thread(target=run); thread.start(); thread.join()\n"
        "same = state() == before\n"
    ),
}


def opened(program, **options):
    return Rig(["-c", STATE + program + SAY], module=None, **options)


def drawn(rig):
    rig.wait_for(lambda: len(BRAILLE.findall(rig.text)) > 50)


@pytest.mark.parametrize("where", PROGRAMS)
def test_a_screen_opens_and_all_is_as_it_was_afterwards(where):
    with opened(PROGRAMS[where]) as rig:
        before = termios.tcgetattr(rig.master)
        drawn(rig)
        rig.type(b"g\r")
        rig.wait_for_text("#0")
        rig.type(b"q")
        rig.wait_for(lambda: b" .\r\n" in rig.raw)
        assert b"the same: True pinned: 0 ." in rig.raw
        assert rig.wait_for_exit() == 0
        assert termios.tcgetattr(rig.master) == before
    assert_modes_off(rig.raw)
    assert b"Traceback" not in rig.raw and b"never awaited" not in rig.raw


@pytest.mark.parametrize("where", PROGRAMS)
def test_a_window_of_another_size_is_filled(where):
    with opened(PROGRAMS[where], size=(80, 24)) as rig:
        drawn(rig)
        rig.resize(140, 50)
        rig.wait_for(lambda: "quit" in rig.screen.display[49])
        rig.type(b"q")
        assert rig.wait_for_exit() == 0


@pytest.mark.parametrize("where", ["alone", "in a loop"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGUSR1])
def test_a_signal_puts_the_terminal_back(where, number):
    with opened(PROGRAMS[where]) as rig:
        before = termios.tcgetattr(rig.master)
        drawn(rig)
        os.kill(rig.pid, number)
        assert rig.wait_for_exit() == -number
        assert termios.tcgetattr(rig.master) == before
    assert_modes_off(rig.raw)


def test_in_a_thread_ctrl_z_changes_nothing():
    with opened(PROGRAMS["in a thread"], answers=KITTY) as rig:
        drawn(rig)
        rig.type(b"\x1a")
        rig.type(b"0g")
        rig.wait_for_text("#0")
        rig.type(b"q")
        assert rig.wait_for_exit() == 0
    assert_modes_off(rig.raw)


@pytest.mark.parametrize("where", PROGRAMS)
def test_an_error_of_our_own_leaves_all_as_it_was(where):
    broken = (
        "import vizterm.shell.app\n"
        "def fails(self): raise KeyError('a value')\n"
        "vizterm.shell.app.VizApp.action_redraw = fails\n"
    )
    failing = (
        "def failing():\n"
        "    try: vizterm.embed(points)\n"
        "    except Exception as error: return type(error).__name__\n"
    )
    with opened(
        broken + failing + PROGRAMS[where].replace("vizterm.embed(points).pinned", "failing()")
    ) as rig:
        drawn(rig)
        rig.type(b"\x0c")
        rig.wait_for(lambda: b" .\r\n" in rig.raw)
        assert b"the same: True pinned: CrashError ." in rig.raw
        assert rig.wait_for_exit() == 0
    assert_modes_off(rig.raw)
