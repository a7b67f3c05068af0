"""Users who may start no thread: a process limit of one (`ulimit -u 1`)."""

import os
import shutil
import subprocess
import sys

import pytest

LIMIT = 60
NOBODY = "65533"
PROGRAM = "from vizterm.__main__ import main\nmain()\n"


def no_thread(code, *arguments):
    """The program where no thread can be started: a process limit of one."""
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_NPROC, (1, 1))\n{code}"
    command = [sys.executable, "-c", limit, *arguments]
    if os.getuid() == 0:
        # The limit isn't root's; what lies in root's home must be readable all the same.
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            pytest.skip("no setpriv")
        capability = "+dac_read_search"
        command = [
            *(setpriv, "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"),
            *("--inh-caps", capability, "--ambient-caps", capability, *command),
        ]
    env = {k: v for k, v in os.environ.items() if not k.endswith("_NUM_THREADS")}
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LIMIT, env=env
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["embed", "FILE", "--print"],
        ["heat", "FILE", "--key", "labels", "--print"],
        ["demo", "--print"],
        ["demo", "clicks", "--print"],
        ["demo", "pagoda", "--print"],
        ["info", "FILE"],
    ],
    ids=lambda arguments: " ".join(arguments[:2]),
)
def test_where_no_thread_can_be_started_frames_are_printed(digits_path, arguments):
    arguments = [str(digits_path) if word == "FILE" else word for word in arguments]
    done = no_thread(PROGRAM, *arguments)
    refused = "labels" in arguments
    assert (done.returncode, done.stderr.count("\n")) == ((1, 1) if refused else (0, 0))
    assert "OpenBLAS" not in done.stderr + done.stdout


def test_where_no_thread_can_be_started_the_python_functions_print(digits_path):
    done = no_thread("import vizterm\nvizterm.embed([[1, 2], [3, 4]])\nvizterm.heat({(1, 2): 3})")
    assert (done.returncode, done.stderr) == (0, "note: size from the data\n")


def test_where_no_thread_can_be_started_a_stream_cannot_be_read_and_that_is_said():
    done = no_thread(PROGRAM, "heat", "-", "--print")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1 and "ulimit -u" in done.stderr
