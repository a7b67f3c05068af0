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
    """List the arrays in an .npz file and what `vizterm embed` would show.

    Reads headers only, however big the file is.
    """
    from vizterm_core.errors import VizError
    from vizterm_core.load import choose_roles, open_source
    from vizterm_core.load.roles import describe_choice
    from vizterm_core.text import clean, describe_bytes, describe_shape, fit_columns

    source = open_source(file)
    rows = [("array", "shape", "dtype", "size", "in the file")]
    rows += [
        (
            clean(spec.name),
            describe_shape(spec.shape),
            str(spec.dtype),
            describe_bytes(spec.nbytes),
            "pickled objects: can't be read" if spec.objects else spec.place,
        )
        for spec in source.columns.values()
    ]
    size = sum(file.size for file in source.files)
    click.echo(f"{source.name}   {describe_bytes(size)}\n")
    click.echo(fit_columns(rows, right=(3,)))
    for key, why in source.skipped.items():
        click.echo(f"skipped {key}: {why}")
    click.echo("\nvizterm embed would show")
    try:
        choice = choose_roles(source, keys)
    except VizError as error:
        click.echo(f"  nothing: {error}")
        raise
    click.echo(fit_columns([(f"  {role}", text) for role, text in describe_choice(choice)]))
