"""`vizterm info FILE`: from the headers alone."""

from __future__ import annotations

import click

from vizterm.commands.options import key_options, keys_from


@click.command(name="info")
@click.argument("file", type=click.Path())
@key_options
def command(file: str, **key_names: str | None) -> None:
    """Say what is in an .npz file and what `vizterm embed` would show.

    Reads headers only, however big the file is.
    """
    from vizterm_core.errors import VizError
    from vizterm_core.load import NpzFile, choose_roles
    from vizterm_core.load.roles import describe_choice
    from vizterm_core.text import clean, describe_bytes, describe_shape, fit_columns

    keys = keys_from(key_names)
    archive = NpzFile(file)
    rows = [("array", "shape", "dtype", "size", "in the file")]
    for info in archive.arrays.values():
        how = "stored" if info.stored else f"deflated to {describe_bytes(info.packed_bytes)}"
        if info.objects:
            how = "pickled objects: can't be read"
        rows.append(
            (
                clean(info.key),
                describe_shape(info.shape),
                str(info.dtype),
                describe_bytes(info.data_bytes),
                how,
            )
        )
    click.echo(f"{archive.name}   {describe_bytes(archive.path.stat().st_size)}\n")
    click.echo(fit_columns(rows, right=(3,)))
    for key, why in archive.skipped.items():
        click.echo(f"skipped {key}: {why}")
    click.echo("\nvizterm embed would show")
    try:
        choice = choose_roles(archive.arrays, keys)
    except VizError as error:
        click.echo(f"  nothing: {error}")
        raise
    click.echo(fit_columns([(f"  {role}", text) for role, text in describe_choice(choice)]))
