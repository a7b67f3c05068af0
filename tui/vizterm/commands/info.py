"""`vizterm info FILE...`: the columns of a file, and what would be shown."""

from __future__ import annotations

import shutil
import sys
import textwrap
from typing import TYPE_CHECKING

import click

from vizterm.commands.options import key_options

if TYPE_CHECKING:
    from vizterm_core.load import Keys

_NARROWEST = 40
"""Columns below which lines are left to the terminal."""


@click.command(name="info")
@click.argument("files", type=click.Path(), nargs=-1, required=True, metavar="FILE...")
@key_options
def command(files: tuple[str, ...], keys: Keys) -> None:
    """List the columns of a file or folder and what `vizterm embed` would show.

    Reads headers and first rows only, however big the file is.
    """
    from vizterm_core.errors import VizError
    from vizterm_core.load import choose_roles, open_data
    from vizterm_core.load.choose import skipped_notes
    from vizterm_core.load.describe import column_table, describe_choice
    from vizterm_core.text import describe_bytes

    source, keys = open_data(files, keys)
    size = sum(part.size for part in source.files)
    click.echo(f"{source.name}   {describe_bytes(size)}\n")
    columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    click.echo(column_table(source, columns))
    for note in (*getattr(source, "notes", ()), *skipped_notes(source)):
        click.echo(note)
    click.echo("\nvizterm embed would show")
    try:
        choice = choose_roles(source, keys)
    except VizError as error:
        click.echo(f"  nothing: {error}")
        raise
    for role, text in describe_choice(choice):
        click.echo(_hanging(f"  {role:<8}{text}", columns))


def _hanging(line: str, columns: int | None) -> str:
    """Return a line broken where the terminal ends, what follows below its text."""
    if columns is None or columns < _NARROWEST:
        return line
    return textwrap.fill(
        line, columns, subsequent_indent=" " * 10, break_long_words=False, break_on_hyphens=False
    )
