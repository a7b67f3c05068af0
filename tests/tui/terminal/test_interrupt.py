"""Ctrl+C at any moment before the app is there, and where there is no app."""

import os
import select
import signal
import subprocess
import sys
import termios
from importlib.metadata import entry_points

import pytest
from tests.support.terminal_rig import MUTE, XTERM, Rig

LIMIT = 30
PROGRAM = "from vizterm.__main__ import main\nmain()\n"
"""Code of the console script."""
BLOCKED_IMPORT = """
import os, sys
class Blocks:
    def find_spec(self, name, *_):
        if name == {name!r}:
            os.write(1, b"here")
            os.read(0, 1)
sys.meta_path.insert(0, Blocks())
"""
BLOCKED_CALLBACK = """
import os, sys
class Blocks:
    def __del__(self):
        os.write(1, b"here")
        os.read(0, 1)
import vizterm.cli
right = vizterm.cli.prepare_streams
def blocking():
    right()
    Blocks()
vizterm.cli.prepare_streams = blocking
"""


def interrupted(code, *arguments, stdout=subprocess.PIPE):
    """(exit code, output, complaints) of a program that says "here" and is interrupted there."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdin=subprocess.PIPE,
        stdout=stdout,
        stderr=subprocess.PIPE,
        env={**os.environ, "XDG_CONFIG_HOME": "/nonexistent"},
    )
    assert select.select([process.stdout], [], [], LIMIT)[0]
    seen = os.read(process.stdout.fileno(), 4)
    assert seen, process.communicate()
    process.send_signal(signal.SIGINT)
    # Nothing comes on standard input: it would go on.
    out, err = process.communicate(timeout=LIMIT)
    return process.returncode, seen + out, err


@pytest.mark.parametrize(
    "name",
    [
        *("vizterm.cli", "click", "click.core", "vizterm.commands.embed", "vizterm_core.load"),
        *("numpy", "numpy._core.multiarray", "rich.segment", "vizterm.embed.snapshot"),
        *("vizterm.shell.directories", "zipfile"),
    ],
)
def test_while_something_is_imported(name, digits_path):
    code = BLOCKED_IMPORT.format(name=name) + PROGRAM
    done = interrupted(code, "embed", str(digits_path), "--print")
    assert done == (130, b"here", b"")


def test_in_a_callback_where_an_exception_would_be_lost(digits_path):
    done = interrupted(BLOCKED_CALLBACK + PROGRAM, "embed", str(digits_path), "--print")
    assert done == (130, b"here", b"")


def test_while_a_frame_is_printed_that_nobody_reads(digits_path):
    code, _, complaints = interrupted(
        PROGRAM, "embed", str(digits_path), "--print", "--size", "500x200"
    )
    assert (code, complaints) == (130, b"")


def test_a_file_that_is_being_written_is_not_left_behind(tmp_path):
    code = (
        "import os, pathlib, sys\n"
        "from vizterm.files import write_atomically\n"
        "from vizterm.terminal.interrupt import end_on_interrupt\n"
        "end_on_interrupt()\n"
        "block = lambda stream: (stream.write(b'half'), os.write(1, b'here'), os.read(0, 1))\n"
        "write_atomically(pathlib.Path(sys.argv[1]), block)\n"
    )
    assert interrupted(code, str(tmp_path / "a.npy")) == (130, b"here", b"")
    assert not list(tmp_path.iterdir())


def test_the_console_script_goes_through_the_module_that_sees_to_it_first():
    (script,) = entry_points(group="console_scripts", name="vizterm")
    assert script.value == "vizterm.__main__:main"


def test_an_interrupt_that_is_ignored_stays_ignored():
    code = (
        "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "from vizterm.terminal.interrupt import end_on_interrupt\n"
        "end_on_interrupt()\n"
        "signal.raise_signal(signal.SIGINT); print('goes on')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=LIMIT)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"goes on\n", b"")


def test_while_doctor_asks_a_terminal_that_says_nothing():
    with Rig(["doctor"], answers=MUTE) as rig:
        before = termios.tcgetattr(rig.master)
        rig.wait_for(lambda: b"\x1b[c" in rig.raw)
        os.kill(rig.pid, signal.SIGINT)
        assert rig.wait_for_exit() == -signal.SIGINT, "what a signal ends is ended by the signal"
        assert termios.tcgetattr(rig.master) == before
    assert b"Traceback" not in rig.raw


def test_on_a_terminal_colours_that_were_on_are_off_again(digits_path):
    arguments = ["embed", str(digits_path), "--print", "--size", "500x200"]
    with Rig(["-c", PROGRAM, *arguments], module=None, answers=XTERM) as rig:
        rig.wait_for(lambda: rig.raw.count(b"\x1b[38;2") > 5)
        os.kill(rig.pid, signal.SIGINT)
        assert rig.wait_for_exit() == 130
    assert rig.raw.endswith(b"\x1b[0m")
