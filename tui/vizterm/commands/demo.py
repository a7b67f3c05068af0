"""`vizterm demo`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from vizterm.commands.options import display_options, point_option

NAME = "digits.npz"


@click.command(name="demo")
@click.option(
    "--coords", type=click.Choice(["tsne", "pca"]), default="tsne", help="Which projection."
)
@point_option
@display_options()
def command(**options: Any) -> None:
    """Look at 1,797 handwritten digits: their t-SNE or PCA, and each digit's picture."""
    from vizterm.commands.embed import show_file

    show_file(str(demo_file()), options)


def demo_file() -> Path:
    """The digits: inside an installed package, or in the checkout that this file belongs to."""
    package = Path(__file__).parent.parent
    installed = package / "demo_data" / NAME
    return installed if installed.exists() else package.parent.parent / "demo_data" / NAME
