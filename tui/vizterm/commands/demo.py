"""`vizterm demo`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from vizterm.commands.options import display_options, point_option
from vizterm_core.errors import UsageError

DEMOS = ("digits", "clicks", "pagoda")


@click.command(name="demo")
@click.argument("name", type=click.Choice(DEMOS), default=DEMOS[0])
@click.option(
    "--coords", type=click.Choice(["tsne", "pca"]), default="tsne", help="Projection of the digits."
)
@point_option
@display_options()
def command(name: str, **options: Any) -> None:
    """Show the data that come with vizterm.

    \b
    digits  1,797 handwritten digits: t-SNE or PCA, and each digit's picture
    clicks  30,000 clicks on a web page, as a heatmap over it
    pagoda  24 filter responses to a photograph, laid over it
    """  # noqa: D301 - click's mark for lines to be left alone
    if name != "digits" and (options["point"] is not None or options["coords"] != "tsne"):
        raise UsageError("--point and --coords are for the digits", "vizterm demo digits ...")
    if name == "clicks":
        from vizterm.commands.heat import show_file as show_heat

        show_heat(str(demo_file("clicks.csv")), options, background=str(demo_file("page.png")))
        return
    if name == "pagoda":
        from vizterm.commands.overlay import show_file as show_overlay

        show_overlay(str(demo_file("sample.npz")), None, options)
        return
    from vizterm.commands.embed import show_file

    show_file(str(demo_file("digits.npz")), options)


def demo_file(name: str) -> Path:
    """A demo's file: inside an installed package, or in the checkout that this file belongs to."""
    package = Path(__file__).parent.parent
    installed = package / "demo_data" / name
    return installed if installed.exists() else package.parent.parent / "demo_data" / name
