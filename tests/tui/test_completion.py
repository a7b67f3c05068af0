"""Shell completion, in the shells themselves where they are installed."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.support.command_line import environment, modules_after, run
from tests.support.terminal_rig import Rig

from vizterm.cli import _COMMANDS


@pytest.fixture
def home(tmp_path):
    """A folder with a program called vizterm, and data."""
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "vizterm"
    code = "import sys; sys.argv[0] = 'vizterm'; from vizterm.__main__ import main; main()"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -c {shlex.quote(code)} "$@"\n')
    program.chmod(0o755)
    points = np.zeros((3, 2))
    strange = {"a b": points, "$(touch gone)": points, "x\ny": points, "*": points}
    np.savez(tmp_path / "data.npz", umap=points, species=np.arange(3), **strange)
    np.savez(tmp_path / "other.npz", cam=np.ones((2, 2)))
    return tmp_path


def paths(home):
    return environment(PATH=f"{home / 'bin'}:{os.environ['PATH']}", HOME=str(home))


def in_bash(home, line):
    """The words that bash is told for a line, whose last word is being typed."""
    words = shlex.split(line) + ([""] if line.endswith(" ") else [])
    script = (
        f'eval "$(vizterm completion bash)"; COMP_WORDS=({shlex.join(words)}); '
        f"COMP_CWORD={len(words) - 1}; _vizterm_completion vizterm; "
        '((!${#COMPREPLY[@]})) || printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(
        ["bash", "--norc", "-c", script], capture_output=True, text=True, cwd=home, env=paths(home)
    )
    assert done.stderr == ""
    return done.stdout.split("\n")[:-1]


def in_fish(home, line):
    script = f"vizterm completion fish | source; complete -C {shlex.quote(line)}"
    done = subprocess.run(
        ["fish", "--no-config", "-c", script],
        capture_output=True, text=True, cwd=home, env=paths(home),
    )  # fmt: skip
    assert done.stderr == ""
    return [each.split("\t")[0] for each in done.stdout.splitlines()]


@pytest.fixture(params=["bash", "fish"])
def ask(request, home):
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} isn't installed")
    return lambda line: sorted({"bash": in_bash, "fish": in_fish}[request.param](home, line))


def test_commands_options_and_choices_are_completed(ask):
    assert set(ask("vizterm ")) == set(_COMMANDS)
    assert ask("vizterm em") == ["embed"]
    assert {"--coords", "--labels", "--print"} <= set(ask("vizterm embed --"))
    assert ask("vizterm embed data.npz --im") == ["--image-root", "--image-shape", "--images"]
    assert ask("vizterm demo ") == ["clicks", "digits", "emoji", "pagoda"]
    assert ask("vizterm demo --color t") == ["truecolor"]
    assert ask("vizterm heat data.npz --cmap v") == ["viridis"]
    assert ask("vizterm heat data.npz --norm p") == ["percentile"]
    assert ask("vizterm heat data.npz --norm s") == ["sqrt"]
    assert ask("vizterm overlay data.npz --mode m") == ["multiply"]
    assert ask("vizterm overlay data.npz --norm s") == ["sigmoid", "symmetric"]
    assert ask("vizterm overlay data.npz --channel l") == ["l2"]


def test_arrays_of_the_file_are_completed_if_no_shell_could_trip_over_them(ask, home):
    assert ask("vizterm embed data.npz --labels ") == ["none", "species", "umap"]
    assert ask("vizterm embed data.npz --coords ") == ["species", "umap"]
    assert ask("vizterm embed --print data.npz --labels sp") == ["species"]
    assert ask("vizterm info data.npz --names n") == ["none"]
    assert ask("vizterm heat other.npz --key ") == ["cam"]
    assert ask("vizterm overlay data.npz other.npz --feature-key ") == ["cam"]
    assert ask("vizterm overlay data.npz other.npz --image-key s") == ["species"]
    assert ask("vizterm embed '~/data.npz' --coords u") == ["umap"]
    assert not (home / "gone").exists()


@pytest.mark.parametrize("file", ["missing.npz", "data.dat", "."])
def test_a_file_that_cannot_be_read_is_not_spoken_of(ask, home, file):
    (home / "data.dat").write_text("no arrays")
    assert ask(f"vizterm embed {file} --labels ") == ["none"]
    assert ask(f"vizterm {file} --x") == []


def type_into(shell, home, setup, keys, awaited, env=()):
    """What an interactive shell shows after keys were pressed."""
    code = f"import os; os.chdir({str(home)!r}); os.execvp({shell[0]!r}, {shell!r})"
    with Rig(["-c", code], module=None, env={**paths(home), "PS1": "shell> ", **dict(env)}) as rig:
        rig.wait_for_text("shell> ")
        rig.type(setup + b"; echo rea''dy\r")
        rig.wait_for_text("\nready")
        rig.wait_for(lambda: rig.text.rstrip().endswith("shell>"))
        rig.type(keys)
        rig.wait_for_text(awaited)
        return rig.text


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (b"vizterm ov\t", "vizterm overlay "),
        (b"vizterm embed da\t", "vizterm embed data.npz "),
        (b"vizterm embed data.npz --labels spe\t", "--labels species "),
        (b"vizterm heat x.csv --background oth\t", "--background other.npz "),
    ],
    ids=["command", "file", "array", "option's file"],
)
def test_tab_in_bash(home, keys, line):
    shell = ["bash", "--norc", "--noprofile", "-i"]
    type_into(shell, home, b'eval "$(vizterm completion bash)"', keys, line)


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh isn't installed")
@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (b"vizterm ov\t", "vizterm overlay "),
        (b"vizterm embed da\t", "vizterm embed data.npz "),
        (b"vizterm embed data.npz --labels spe\t", "--labels species "),
    ],
    ids=["command", "file", "array"],
)
def test_tab_in_zsh(home, keys, line):
    setup = b'autoload -U compinit; compinit -u; eval "$(vizterm completion zsh)"'
    type_into(["zsh", "-f", "-i"], home, setup, keys, line)


def test_an_unknown_shell_is_refused():
    done = run("completion", "tcsh")
    assert (done.returncode, done.stdout) == (2, "")
    assert "'bash', 'zsh', 'fish'" in done.stderr


def test_the_script_is_printed_without_numpy():
    code = (
        "import sys; sys.argv = ['vizterm', 'completion', 'zsh']\n"
        "from vizterm.cli import main\n"
        "try: main()\nexcept SystemExit: pass"
    )
    assert not modules_after(code) & {"numpy", "textual", "rich"}


def test_words_are_completed_without_numpy_until_arrays_are_asked_for(home):
    env = {**paths(home), "_VIZTERM_COMPLETE": "bash_complete", "COMP_CWORD": "1"}
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c",
         "import sys; sys.argv = ['vizterm']; from vizterm.__main__ import main; main()"],
        capture_output=True, text=True, cwd=Path(home), env={**env, "COMP_WORDS": "vizterm "},
    )  # fmt: skip
    assert "plain,embed" in done.stdout
    assert "| numpy\n" not in done.stderr and "numpy._core" not in done.stderr
