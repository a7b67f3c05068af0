"""Every way in: numpy is imported with one thread for matrix products."""

import json
import subprocess
import sys

import pytest
from tests.support.command_line import environment

VARIABLES = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
WATCH = f"""
import atexit, json, os, sys

seen = {{}}

class Watch:
    def find_spec(self, name, path=None, target=None):
        if name == "numpy" and not seen:
            seen["then"] = [os.environ.get(variable) for variable in {VARIABLES}]

sys.meta_path.insert(0, Watch())

@atexit.register
def tell():
    seen["afterwards"] = [os.environ.get(variable) for variable in {VARIABLES}]
    print(json.dumps(seen), file=sys.stderr)
"""


def watched(code, *arguments, **changes):
    """The variables when a script first imports numpy, and when it ends."""
    clean = {key: value for key, value in environment().items() if key not in VARIABLES}
    done = subprocess.run(
        [sys.executable, "-c", WATCH + code, *map(str, arguments)],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env={**clean, **changes},
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stderr.splitlines()[-1])


COMMAND = "from vizterm.__main__ import main\nmain()"
COMMANDS = {
    "embed": ["embed", "digits.npz", "--print"],
    "heat": ["heat", "clicks.csv", "--print"],
    "overlay": ["overlay", "sample.npz", "--print"],
    "info": ["info", "digits.npz"],
    "demo": ["demo", "--print"],
    "demo digits": ["demo", "digits", "--print"],
    "demo clicks": ["demo", "clicks", "--print"],
    "demo pagoda": ["demo", "pagoda", "--print"],
}


@pytest.mark.parametrize("way", list(COMMANDS))
def test_commands_limit_the_threads_first(way, digits_path):
    words = [
        digits_path.parent / word if word.endswith((".npz", ".csv")) else word
        for word in COMMANDS[way]
    ]
    assert watched(COMMAND, *words)["then"] == ["1", "1"]


CALLS = {
    "embed": "vizterm.embed([[0, 0], [1, 1]])",
    "heat": "vizterm.heat({(3, 4): 5}, size=(9, 9))",
    "overlay": "vizterm.overlay([[0, 9], [1, 2]], [[0.0, 1.0]])",
}


@pytest.mark.parametrize("way", list(CALLS))
def test_from_python_the_environment_is_as_before_afterwards(way):
    found = watched(f"import vizterm\nassert 'numpy' not in sys.modules\n{CALLS[way]}")
    assert found == {"then": ["1", "1"], "afterwards": [None, None]}


def test_a_number_that_a_person_has_set_stays(digits_path):
    found = watched(COMMAND, "info", digits_path, OPENBLAS_NUM_THREADS="3")
    assert found["then"] == ["3", "1"]
    found = watched(CALLS["heat"].join(["import vizterm\n", ""]), OPENBLAS_NUM_THREADS="3")
    assert found == {"then": ["3", "1"], "afterwards": ["3", None]}
