"""Calling vizterm as a shell does."""

import contextlib
import io
import os
import subprocess
import sys
from unittest import mock

from vizterm import cli

VIZTERM = [sys.executable, "-m", "vizterm"]


def environment(**changes):
    """The environment without what would change the output, and without a config file."""
    clean = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "COLUMNS", "LINES")}
    return {**clean, "XDG_CONFIG_HOME": "/nonexistent", **changes}


def run(*arguments, **changes):
    """Run the program; keyword arguments are variables of its environment."""
    return subprocess.run(
        [*VIZTERM, *map(str, arguments)],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env=environment(**changes),
        timeout=60,
        check=False,
    )


def run_here(*arguments):
    """The same in this process, where starting one for each case would take most of the time."""
    out, err = io.StringIO(), io.StringIO()
    with (
        open(os.devnull, encoding="utf-8") as nothing,  # noqa: PTH123
        mock.patch.dict(os.environ, environment(), clear=True),
        mock.patch.object(sys, "argv", ["vizterm", *map(str, arguments)]),
        mock.patch.object(sys, "stdin", nothing),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = cli._run()
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())


def modules_after(code):
    """The modules that a script has imported when it is through."""
    script = f"{code}\nimport sys; print(' '.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())
