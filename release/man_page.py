"""The manual page, vizterm(1), made of the command line's own help.

    python release/man_page.py [FILE]

Nothing is written twice: commands, options, choices, defaults and variables are click's.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

import click

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "core"), str(ROOT / "tui")]

from vizterm.cli import cli  # noqa: E402 - from this checkout, also where none is installed
from vizterm.exit_codes import ExitCode  # noqa: E402
from vizterm.version import __version__  # noqa: E402

VERBATIM = "\b"
"""click's mark at the start of a paragraph that must not be rewrapped."""
EXIT_CODES = {
    ExitCode.OK: "All went well; also when the app was left with q.",
    ExitCode.DATA: "The data can't be shown: the message names the file or array, and what helps.",
    ExitCode.USAGE: "The command line is wrong: the message says what to type instead.",
    ExitCode.INTERNAL: "A defect of vizterm itself: the message names a log.",
    ExitCode.INTERRUPTED: "Interrupted by ctrl+c. A process that signal n ended has 128 + n.",
}
VARIABLES = {
    "NO_COLOR": "If not empty, no colours are used.",
    "XDG_CONFIG_HOME": "Where settings are looked for; ~/.config by default.",
}
FILES = {
    "$XDG_CONFIG_HOME/vizterm/config.toml": (
        "Settings: options by their long names with _ for -; for all commands at the top, for one "
        "in its table. Variables win over it, options over both."
    ),
}


def man_page() -> str:
    """Return the page as roff source."""
    return "\n".join([*_lines(), ""])


def _lines() -> Iterator[str]:
    root = click.Context(cli, info_name="vizterm")
    summary, _, _ = (cli.help or "").partition("\n\n")
    yield f'.TH VIZTERM 1 "" "vizterm {__version__}" "User Commands"'
    yield ".SH NAME"
    yield f"vizterm \\- {_escaped(summary[0].lower() + summary[1:].rstrip('.'))}"
    commands = [(name, cli.get_command(root, name)) for name in cli.list_commands(root)]
    contexts = [
        (command, click.Context(command, info_name=name, parent=root))
        for name, command in commands
        if command is not None
    ]
    yield ".SH SYNOPSIS"
    for command, context in contexts:
        pieces = " ".join(command.collect_usage_pieces(context))
        yield f".B {_escaped(context.command_path)}"
        yield _escaped(pieces)
        yield ".br"
    yield ".SH DESCRIPTION"
    yield from _text(cli.help or "")
    yield ".SH COMMANDS"
    for command, context in contexts:
        yield f'.SS "{_escaped(context.command_path)}"'
        yield from _text(command.help or "")
        for names, text in _options(command, context):
            yield from _entry(names, text)
        if command.epilog:
            yield ".PP"
            yield from _text(command.epilog)
    yield from _table("ENVIRONMENT", {**_variables(contexts), **VARIABLES})
    yield from _table("FILES", FILES)
    yield from _table("EXIT STATUS", {str(int(code)): text for code, text in EXIT_CODES.items()})
    yield ".SH SEE ALSO"
    yield "In the app, ? shows its keys, and ctrl+p finds them by what they do."


def _options(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    for option in command.get_params(context):
        if not isinstance(option, click.Option):
            continue
        record = option.get_help_record(context)
        if record is not None:
            yield record


def _variables(contexts: list[tuple[click.Command, click.Context]]) -> dict[str, str]:
    """Return variable -> the option whose default it gives."""
    return {
        option.envvar: f"Default of {option.opts[0]}."
        for command, _ in contexts
        for option in command.params
        if isinstance(option.envvar, str)
    }


def _table(title: str, rows: dict[str, str]) -> Iterator[str]:
    yield f".SH {title}"
    for name, text in rows.items():
        yield from _entry(name, text)


def _entry(name: str, text: str) -> Iterator[str]:
    yield ".TP"
    yield f".B {_escaped(name)}"
    yield _escaped(" ".join(text.split()))


def _text(help_text: str) -> Iterator[str]:
    """Yield paragraphs as click rewraps them, or leaves them."""
    for paragraph in inspect.cleandoc(help_text).split("\n\n"):
        lines = paragraph.splitlines()
        yield ".PP"
        if lines and lines[0] == VERBATIM:
            yield ".nf"
            yield from map(_escaped, lines[1:])
            yield ".fi"
        else:
            yield _escaped(" ".join(paragraph.split()))


def _escaped(text: str) -> str:
    """Return text that roff prints as it is: no escapes, no requests, hyphens for pasting."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{text}" if text.startswith((".", "'", " ")) else text


if __name__ == "__main__":
    page = man_page()
    if len(sys.argv) > 1:
        target = Path(sys.argv[1])
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(page, "utf-8")
    else:
        sys.stdout.write(page)
