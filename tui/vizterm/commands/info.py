"""`vizterm info FILE`: the arrays of a file, from headers alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from vizterm.commands.options import key_options

if TYPE_CHECKING:
    from vizterm_core.load import Keys


@click.command(name="info")
@click.argument("file", type=click.Path())
@key_options
def command(file: str, keys: Keys) -> None:
    """List the columns of a file and what `vizterm embed` would show.

    Reads headers and first rows only, however big the file is.
    """
    from vizterm_core.errors import VizError
    from vizterm_core.load import choose_roles, open_data
    from vizterm_core.load.choose import skipped_notes
    from vizterm_core.load.describe import column_table, describe_choice
    from vizterm_core.text import describe_bytes

    source, keys = open_data(file, keys)
    size = sum(part.size for part in source.files)
    click.echo(f"{source.name}   {describe_bytes(size)}\n")
    click.echo(column_table(source))
    for note in (*getattr(source, "notes", ()), *skipped_notes(source)):
        click.echo(note)
    click.echo("\nvizterm embed would show")
    try:
        choice = choose_roles(source, keys)
    except VizError as error:
        click.echo(f"  nothing: {error}")
        raise
    for role, text in describe_choice(choice):
        click.echo(f"  {role:<8}{text}")
