"""What a wheel holds, and the manual page that it carries."""

import importlib.util
import re
import shutil
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

import click
import pytest

from vizterm import __version__
from vizterm.cli import _COMMANDS, cli
from vizterm.exit_codes import ExitCode

ROOT = Path(__file__).parents[1]
PAGE = f"vizterm-{__version__}.data/data/share/man/man1/vizterm.1"
DEMO_BYTES = 4_000_000
"""The most that the emoji may take in the wheel."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    subprocess.run([*command, "--directory", folder], cwd=ROOT, check=True, capture_output=True)
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        yield archive


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("man_page", ROOT / "release" / "man_page.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_wheel_holds_the_demos_their_licences_and_no_tests(wheel):
    names = wheel.namelist()
    for name in ("emoji.npz", "digits.npz", "sample.npz", "clicks.csv", "page.png", "README.md"):
        inside = wheel.read(f"vizterm/demo_data/{name}")
        assert inside == (ROOT / "demo_data" / name).read_bytes(), name
    assert wheel.getinfo("vizterm/demo_data/emoji.npz").compress_size <= DEMO_BYTES
    assert {name.split("/")[0].partition("-")[0] for name in names} == {"vizterm", "vizterm_core"}
    assert b"Apache License" in wheel.read("vizterm/demo_data/LICENSE-Apache-2.0.txt")


def test_the_metadata_tell_where_from_and_under_which_terms(wheel):
    (name,) = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
    metadata = Parser().parsestr(wheel.read(name).decode())
    assert metadata["License-Expression"] == "MIT AND Apache-2.0 AND CC-BY-2.0"
    assert metadata["Project-URL"].startswith("Homepage, https://")
    assert set(metadata.get_all("License-File")) >= {"LICENSE", "demo_data/README.md"}
    assert "Typing :: Typed" in metadata.get_all("Classifier")


def test_a_wheel_carries_the_manual_page_of_this_help(wheel, tmp_path):
    # In a process of its own: click keeps the first help option that a command was asked for.
    made = tmp_path / "vizterm.1"
    subprocess.run([sys.executable, ROOT / "release" / "man_page.py", made], check=True)
    assert wheel.read(PAGE) == made.read_bytes()


def test_each_command_option_and_exit_code_is_in_the_manual(script):
    page = script.man_page().replace("\\-", "-")
    root = click.Context(cli, info_name="vizterm")
    for name in _COMMANDS:
        assert f'.SS "vizterm {name}"' in page
        for option in cli.get_command(root, name).params:
            assert not isinstance(option, click.Option) or option.opts[-1] in page
            assert not isinstance(option.envvar, str) or f"\n.B {option.envvar}\n" in page
    assert set(script.EXIT_CODES) == set(ExitCode)


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff isn't installed")
def test_roff_prints_the_page_as_it_is_meant(script):
    command = ["groff", "-man", "-Tascii", "-ww", "-P-cbou", "-rLL=100n"]
    done = subprocess.run(command, input=script.man_page(), capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(
        r"^ +vizterm embed data.npz --coords umap --labels species$", done.stdout, re.M
    )
    assert re.search(
        r"^ +labels +y labels label target class species, \.\.\. +\(n,\)$", done.stdout, re.M
    )
    assert re.search(r"^ +--color \[auto\|truecolor\|256\|none\]$", done.stdout, re.M)
    assert "\b" not in done.stdout


@pytest.mark.parametrize(
    ("text", "source"),
    [
        (".csv files", "\\&.csv files"),
        ("'quoted'", "\\&'quoted'"),
        ("a\\b --c", "a\\eb \\-\\-c"),
        ("  indented", "\\&  indented"),
    ],
)
def test_what_roff_would_obey_is_escaped(script, text, source):
    assert script._escaped(text) == source
