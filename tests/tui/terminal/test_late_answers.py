"""A long way to the terminal: its last answers come when the program has ended."""

import os
import re
import signal
import sys
from pathlib import Path

import pytest
from tests.support.terminal_rig import KITTY, XTERM, in_a_shell

DEMO = f"{sys.executable} -m vizterm demo digits"


def child_of(pid):
    """The process that a shell waits for."""
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])


def leave(rig, how):
    if how == "SIGTERM":
        os.kill(child_of(rig.pid), signal.SIGTERM)
    else:
        rig.type(how)


@pytest.mark.parametrize("latency", [0.2, 0.8])
@pytest.mark.parametrize("how", [b"q", "SIGTERM", b"\x1a"], ids=["q", "SIGTERM", "ctrl+z"])
@pytest.mark.parametrize("answers", [XTERM, KITTY], ids=["xterm", "kitty"])
def test_no_answer_is_left_for_the_shell(latency, how, answers):
    with in_a_shell(DEMO, latency=latency, answers=answers) as rig:
        rig.wait_for_text(" 1× ")
        # A frame's question is on its way when one leaves.
        rig.type(b"\x1b[C\x1b[C")
        rig.wait_for(lambda: re.search(r"#\d", rig.text))
        leave(rig, how)
        # What is typed before the prompt may be dropped, as late answers are.
        rig.wait_for(lambda: re.search(rb"\x1b\[\?1049l.*shell> ", rig.raw, re.DOTALL))
        rig.wait_for(lambda: not rig._on_their_way)
        rig.type(b"echo $((6 * 7))\r")
        rig.wait_for(lambda: b"42\r\n" in rig.raw)
        after = rig.raw[rig.raw.rindex(b"\x1b[?1049l") :]
        assert not re.search(rb"\d+;\d+R|\^\[\[|command not found|error", after), after


def test_a_long_wait_is_explained():
    with in_a_shell(DEMO, latency=0.8) as rig:
        rig.wait_for_text(" 1× ")
        rig.type(b"q")
        rig.wait_for(lambda: b"waiting for the terminal's last answer" in rig.raw)
        rig.wait_for(lambda: b"\x1b[?1049l" in rig.raw)


def test_a_terminal_that_has_stopped_answering_is_not_waited_for_long():
    with in_a_shell(DEMO) as rig:
        rig.wait_for_text(" 1× ")
        rig.answers = {}
        rig.type(b"q")
        rig.wait_for(lambda: b"\x1b[?1049l" in rig.raw)
        rig.wait_for_text("shell> ")
