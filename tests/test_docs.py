"""The documentation, held against the code: links, keys, command lines, variables, exit codes."""

import re
import shlex
from pathlib import Path

import click
import pytest

from vizterm.actions import (
    COMMON_ACTIONS,
    EMBED_ACTIONS,
    HEAT_ACTIONS,
    OVERLAY_ACTIONS,
    SHEET_ACTIONS,
    VIEW_ACTIONS,
)
from vizterm.cli import _COMMANDS, cli
from vizterm.exit_codes import ExitCode
from vizterm_core.load.picture_roles import IMAGES_NAMES, MAPS_NAMES
from vizterm_core.load.words import COORDS_NAMES, LABELS_NAMES, NAMES_NAMES, VECTORS_NAMES

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "demo_data" / "README.md"]
PAGES += sorted(DOCS.glob("*.md"))
EVERYWHERE = (*COMMON_ACTIONS, *VIEW_ACTIONS)


def page_id(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_what_is_linked_is_there(page):
    text = page.read_text("utf-8")
    for link in re.findall(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"", text):
        target = (link[0] or link[1]).partition("#")[0]
        if target and not target.startswith("http"):
            assert (page.parent / target).exists(), target


def test_each_page_is_linked_from_the_readme():
    text = (ROOT / "README.md").read_text("utf-8")
    assert [page.name for page in DOCS.glob("*.md") if f"docs/{page.name}" not in text] == []


@pytest.mark.parametrize(
    ("title", "actions"),
    [
        ("the scatter", EMBED_ACTIONS),
        ("the contact sheet", SHEET_ACTIONS),
        ("the heatmap", HEAT_ACTIONS),
        ("the overlay", OVERLAY_ACTIONS),
    ],
)
def test_the_keys_of_each_screen_are_on_the_page(title, actions):
    # A bar in a table is written so.
    text = (DOCS / "keys.md").read_text("utf-8").replace(r"\|", "|")
    parts = dict(part.split("\n", 1) for part in text.split("\n## In ")[1:])
    unnamed = [
        f"{action.shown_keys}: {action.text}"
        for action in actions
        if not is_named(action, parts["every screen" if action in EVERYWHERE else title])
    ]
    assert unnamed == [], "say in docs/keys.md what these keys do"


def is_named(action, section):
    """Whether one of the action's keys stands in the section as it is typed; arrows as a word."""
    shown = action.names
    arrows = {"←", "→", "↑", "↓"} & set("".join(shown))
    if arrows and "arrows" in section:
        return True
    return any(f"`{key.replace('−', '-')}`" in section for key in shown)


WORDS = re.compile(rf"vizterm (?:{'|'.join(_COMMANDS)})\b[^|#]*")


def command_lines():
    for page in PAGES:
        for block in re.findall(r"```sh\n(.*?)```", page.read_text("utf-8"), re.DOTALL):
            for line in block.splitlines():
                yield from WORDS.findall(line)


@pytest.mark.parametrize("line", sorted({line.strip() for line in command_lines()}))
def test_command_lines_are_right(line):
    _, name, *words = shlex.split(line)
    root = click.Context(cli, info_name="vizterm")
    command = cli.get_command(root, name)
    command.make_context(name, words, parent=root).close()


def test_names_of_arrays_are_on_the_page():
    text = (DOCS / "data.md").read_text("utf-8")
    for names in (COORDS_NAMES, VECTORS_NAMES, LABELS_NAMES, IMAGES_NAMES, MAPS_NAMES, NAMES_NAMES):
        assert f"`{' '.join(names)}`" in text


def test_variables_and_exit_codes_are_on_their_page():
    text = (DOCS / "settings.md").read_text("utf-8")
    root = click.Context(cli, info_name="vizterm")
    for name in _COMMANDS:
        for option in cli.get_command(root, name).params:
            assert not isinstance(option.envvar, str) or f"`{option.envvar}`" in text
    for code in ExitCode:
        assert f"\n| {int(code)} |" in text
