"""Events on standard input: read as they come, keys from the terminal, an end, a stop."""

import os
import subprocess
import sys
import termios
import time

import numpy as np
import pytest
from tests.support.terminal_rig import DEADLINE, Rig

from vizterm.heat.live import LiveEvents
from vizterm_core.errors import DataError
from vizterm_core.load.events.stream import EventLines

SHELL = """
import os, sys
os.execvp("sh", ["sh", "-c", sys.argv[1]])
"""


class Pipeline(Rig):
    """`cat FIFO | vizterm heat - ...` in a shell on a pty."""

    def __init__(self, fifo, *options, **rig):
        words = [sys.executable, "-m", "vizterm", "heat", "-", *options]
        command = f"cat {fifo} | {' '.join(words)}"
        super().__init__(["-c", SHELL, command], module=None, **rig)


@pytest.fixture
def fifo(tmp_path):
    path = tmp_path / "events"
    os.mkfifo(path)
    return path


def open_writer(rig, fifo):
    """Open the pipe's writing end as soon as cat reads."""
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        try:
            return os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            rig.pump(0.05)
    raise AssertionError("nobody reads")


def test_the_map_warms_while_events_come_keys_work_and_the_end_leaves_it_up(fifo):
    with Pipeline(fifo, "--size", "200x100") as rig:
        before = termios.tcgetattr(rig.master)
        stream = open_writer(rig, fifo)
        rig.wait_for_text("waiting for events")
        os.write(stream, b"x,y\n150,20\n150,21\n")
        rig.wait_for_text("2 events")
        rig.wait_for_text("live")
        os.write(stream, b"nonsense\n20,80\n999,5\n40,")
        rig.wait_for_text("3 events")
        rig.wait_for_text("1 outside")
        rig.wait_for_text("1 bad row skipped")
        rig.type(b"c")
        rig.wait_for_text("magma")
        os.write(stream, b"50\n" * 1)
        os.close(stream)
        rig.wait_for_text("4 events")
        rig.wait_for_text("ended")
        rig.type(b".")
        rig.wait_for_text("σ 3")
        rig.type(b"q")
        assert rig.wait_for_exit() == 0
        assert termios.tcgetattr(rig.master)[:4] == before[:4]


def test_ctrl_c_leaves_at_once_while_the_stream_goes_on(fifo):
    with Pipeline(fifo, "--size", "200x100") as rig:
        stream = open_writer(rig, fifo)
        os.write(stream, b"150,20\n")
        rig.wait_for_text("1 event")
        rig.type(b"\x03")
        rig.wait_for(lambda: b"\x1b[?1049l" in rig.raw)
        os.close(stream)
        assert rig.wait_for_exit() == 0


def test_a_stream_without_a_size_grows(fifo):
    with Pipeline(fifo) as rig:
        stream = open_writer(rig, fifo)
        os.write(stream, b"5,5\n")
        rig.wait_for_text("6 × 6")
        os.write(stream, b"99,49\n")
        rig.wait_for_text("100 × 50")
        os.close(stream)
        rig.type(b"q")
        assert rig.wait_for_exit() == 0


def test_a_stream_that_is_no_text_is_told_in_the_app_and_after_it(fifo):
    with Pipeline(fifo, "--size", "20x10") as rig:
        stream = open_writer(rig, fifo)
        os.write(stream, b"\x00\xff\x00\xff" * 100 + b"\n")
        rig.wait_for_text("stopped")
        os.close(stream)
        rig.type(b"q")
        assert rig.wait_for_exit() == 1


def test_the_reader_never_waits_for_the_screen():
    reader, writer = os.pipe()
    live = LiveEvents(reader, EventLines())
    data = b"".join(b"%d,%d\n" % (k % 100, k % 50) for k in range(200_000))
    with os.fdopen(writer, "wb") as stream:
        stream.write(data)
    assert live.ended.wait(30)
    assert live.changed()
    assert not live.changed()
    (events,) = live.take()
    assert len(events) == 200_000
    assert live.take() == []
    assert live.state == "ended"
    np.testing.assert_array_equal(events.x[:3], [0, 1, 2])


def test_an_error_in_the_stream_is_kept():
    reader, writer = os.pipe()
    live = LiveEvents(reader, EventLines())
    os.write(writer, b"nothing,here\nstill,nothing\n")
    os.close(writer)
    assert live.ended.wait(30)
    assert isinstance(live.error, DataError)
    assert live.state.startswith("stopped")


@pytest.mark.parametrize("data", [b"1,2\n3,4\n", b"1,2\n3,4"])
def test_without_a_screen_the_whole_stream_is_one_frame(data):
    words = [sys.executable, "-m", "vizterm", "heat", "-", "--color", "none"]
    done = subprocess.run(words, input=data, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert b"2 events" in done.stdout


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"", b"no event"), (b"a,b\n1,2\n", b"no column"), (b"1,z\n", b"standard input")],
)
def test_a_stream_without_events_is_one_line(data, said):
    words = [sys.executable, "-m", "vizterm", "heat", "-"]
    done = subprocess.run(words, input=data, capture_output=True, timeout=60, check=False)
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stderr.count(b"\n") == 1


def test_a_terminal_as_standard_input_is_a_hint():
    with Rig(["heat", "-"]) as rig:
        assert rig.wait_for_exit() == 2
        assert "tail -f" in " ".join(rig.text.split())
