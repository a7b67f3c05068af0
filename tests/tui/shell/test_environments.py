"""Users without a home, and systems that start no thread."""

import subprocess
import sys

from tests.support.terminal_rig import Rig, assert_modes_off

LIMIT = 60
HOMELESS = (
    "import os, pwd\n"
    "def unknown(*_): raise KeyError('no such user')\n"
    "pwd.getpwuid = pwd.getpwnam = unknown\n"
    "for name in ('HOME', 'XDG_CONFIG_HOME', 'XDG_STATE_HOME'): os.environ.pop(name, None)\n"
)
PROGRAM = "from vizterm.__main__ import main\nmain()\n"
BROKEN = (
    "import sys, vizterm.embed.session\n"
    "sys.modules['vizterm.embed.session'].show_embedding = None\n"
)


def run(code, *arguments, **options):
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        **options,
    )


def test_without_a_home_there_are_no_settings_and_no_log(digits_path, tmp_path):
    done = run(HOMELESS + PROGRAM, "embed", str(digits_path), "--print", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "1,797" in done.stdout
    assert not list(tmp_path.iterdir())


def test_without_a_home_an_internal_error_is_one_line_that_says_why_there_is_no_log(
    digits_path, tmp_path
):
    done = run(HOMELESS + BROKEN + PROGRAM, "embed", str(digits_path), cwd=tmp_path)
    assert done.returncode == 70
    assert len(done.stderr.splitlines()) == 1
    assert "internal error: TypeError" in done.stderr and "no home directory" in done.stderr
    assert not list(tmp_path.iterdir())


def test_without_a_home_the_app_opens_and_leaves(digits_path, tmp_path):
    code = HOMELESS + PROGRAM
    with Rig(["-c", code, "embed", str(digits_path)], module=None) as rig:
        rig.wait_for_text(" 1× ")
        rig.type(b"q")
        assert rig.wait_for_exit() == 0
    assert_modes_off(rig.raw)


def test_a_fault_of_the_interpreter_is_logged_and_not_on_the_screen(digits_path, tmp_path):
    code = (
        "import ctypes, vizterm.shell.app as app\n"
        "app.VizApp.action_redraw = lambda self: ctypes.string_at(0)\n" + PROGRAM
    )
    env = {"XDG_STATE_HOME": str(tmp_path), "PYTHONFAULTHANDLER": "1"}
    with Rig(["-c", code, "embed", str(digits_path)], module=None, env=env) as rig:
        rig.wait_for_text(" 1× ")
        rig.type(b"\x0c")
        assert rig.wait_for_exit() == -11
    assert b"Fatal Python error" not in rig.raw
    log = (tmp_path / "vizterm" / "fault.log").read_text()
    assert "Segmentation fault" in log and "string_at" in log


def test_where_no_thread_can_be_started_the_app_says_so_before_it_draws(digits_path):
    code = (
        "import threading\n"
        'def start(self): raise RuntimeError("can\'t start new thread")\n'
        "threading.Thread.start = start\n" + PROGRAM
    )
    with Rig(["-c", code, "embed", str(digits_path)], module=None) as rig:
        rig.wait_for(lambda: b"ulimit -u" in rig.raw)
        assert rig.wait_for_exit() == 1
    assert b"\x1b[?1049h" not in rig.raw and b"Traceback" not in rig.raw
