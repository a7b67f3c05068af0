"""`vizterm tags FILE...`: what has been tagged."""

from __future__ import annotations

import csv
import json
import sys
from typing import TYPE_CHECKING

import click

from vizterm.commands.options import key_options
from vizterm.shell.directories import tags_directory

if TYPE_CHECKING:
    from vizterm_core.load import Keys
    from vizterm_core.tags.tags import Tags

_FIELDS = ("row", "name", "tag", "time")


@click.command(name="tags")
@click.argument("files", type=click.Path(), nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--format",
    type=click.Choice(("csv", "jsonl")),
    default="csv",
    show_default=True,
    help="How they are printed.",
)
@click.option("--counts", is_flag=True, help="Print each tag once, with its number of rows.")
@key_options
def command(files: tuple[str, ...], format: str, counts: bool, keys: Keys) -> None:
    """Print the tags that rows have been given in `vizterm embed FILE`.

    They are kept beside the data, in FILE.tags.csv without FILE's own ending;
    a row with several tags has a line for each.
    """
    from vizterm_core.tags.beside import read_tags

    tags = read_tags(files, keys, tags_directory())
    if tags and tags.journal is not None and tags.journal.elsewhere:
        click.echo(f"note: read from {tags.journal.name}", err=True)
    for note in tags.notes:
        click.echo(f"note: {note}", err=True)
    if not tags:
        where = "" if tags.journal is None else f" in {tags.journal.name}"
        click.echo(f"no tags{where}: # in vizterm embed gives one", err=True)
        return
    if counts:
        _print(format, ("tag", "rows"), list(tags.counts.items()))
    else:
        _print(format, _FIELDS, _rows(tags))


def _rows(tags: Tags) -> list[tuple[object, ...]]:
    return [(each.row, each.name, each.tag, each.time) for each in tags.changes()]


def _print(form: str, fields: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    """Print rows; what a terminal would act on only where none reads it."""
    from vizterm_core.text import clean

    if sys.stdout.isatty():
        rows = [
            tuple(clean(each) if isinstance(each, str) else each for each in row) for row in rows
        ]
    if form == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(fields)
        writer.writerows(rows)
        return
    for row in rows:
        click.echo(json.dumps(dict(zip(fields, row, strict=True)), ensure_ascii=False))
