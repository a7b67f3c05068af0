"""`vizterm demo`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from vizterm.commands.options import display_options, dots_option, point_option
from vizterm_core.errors import UsageError

if TYPE_CHECKING:
    from vizterm.shell.session import Display

_COORDS = {"emoji": ("umap", "pca"), "digits": ("tsne", "pca")}
"""By embedding, its projections; the first is the one to begin with."""
_NAMES = ("emoji", "digits", "clicks", "pagoda")


@click.command(name="demo")
@click.argument("name", type=click.Choice(_NAMES), default=_NAMES[0])
@click.option(
    "--coords",
    type=click.Choice(("umap", "tsne", "pca")),
    help="Projection: umap (emoji), tsne (digits), or pca (both).",
)
@point_option
@dots_option
@display_options()
@click.pass_context
def command(
    context: click.Context,
    name: str,
    coords: str | None,
    point: int | None,
    dots: str,
    display: Display,
) -> None:
    """Show the data that come with vizterm.

    \b
    emoji   1,906 emoji, laid out by meaning and looks; each with its picture
    digits  1,797 handwritten digits: t-SNE or PCA, and each digit's picture
    clicks  30,000 clicks on a web page, as a heatmap over it
    pagoda  24 filter responses to a photograph, laid over it
    """  # noqa: D301 - click's mark: don't rewrap
    given = context.get_parameter_source("coords") is ParameterSource.COMMANDLINE
    if name in _COORDS:
        _show_embedding(name, _coords(name, coords, given), point, dots, display)
        return
    if point is not None or given:
        raise UsageError("--point and --coords are for emoji and digits", "vizterm demo digits ...")
    if name == "clicks":
        _show_clicks(display, pixels=dots == "pixels")
    else:
        _show_pagoda(display)


def _coords(name: str, asked: str | None, given: bool) -> str:
    """Return the projection to show; a setting in a file that fits another demo is left alone."""
    known = _COORDS[name]
    if asked in known:
        return asked
    if given:
        raise UsageError(
            f"--coords {asked}: the {name} have no such projection",
            f"choose {' or '.join(known)}",
        )
    return known[0]


def _show_embedding(name: str, coords: str, point: int | None, dots: str, display: Display) -> None:
    from vizterm.embed.request import EmbedRequest
    from vizterm.embed.session import show_embedding
    from vizterm_core.load import Keys

    file, keys = demo_file(f"{name}.npz"), Keys(coords=coords)
    show_embedding(
        EmbedRequest(file, keys, point=point, dots=dots, display=display, keeps_tags=False)
    )


def _show_clicks(display: Display, *, pixels: bool) -> None:
    from vizterm.heat.request import HeatFile, HeatRequest
    from vizterm.heat.session import show_heat
    from vizterm_core.pictures.image_file import read_image

    page = read_image(demo_file("page.png"))
    data = HeatFile(str(demo_file("clicks.csv")))
    show_heat(HeatRequest(data, background=page, display=display, quiet=True, pixels=pixels))


def _show_pagoda(display: Display) -> None:
    from vizterm.overlay.request import OverlayFiles, OverlayRequest
    from vizterm.overlay.session import show_overlay

    data = OverlayFiles(str(demo_file("sample.npz")))
    show_overlay(OverlayRequest(data, quiet=True, display=display))


def demo_file(name: str) -> Path:
    """Return the path of a demo's file, in the installed package or in the checkout."""
    package = Path(__file__).parent.parent
    installed = package / "demo_data" / name
    return installed if installed.exists() else package.parent.parent / "demo_data" / name
