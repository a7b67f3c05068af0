"""`vizterm heat FILE`, and `vizterm heat -` for events as they come."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from vizterm.commands.options import display_from, display_options, one_blas_thread
from vizterm.commands.suggestions import OneFileCommand
from vizterm_core.errors import UsageError


@click.command(
    name="heat",
    cls=OneFileCommand,
    epilog="An event is x,y or x,y,weight; x is the column, y the row, row 0 on top.",
)
@click.argument("file", type=click.Path(allow_dash=True))
@click.option("--size", metavar="WxH", help="Size of the map in its own pixels, e.g. 1920x1080.")
@click.option("--sigma", metavar="S[,S]", help="Blur in map pixels, or two: down,across.")
@click.option("--cmap", metavar="NAME", help="Colormap; NAME_r is reversed.  [default: inferno]")
@click.option("--norm", metavar="NAME", help="minmax, max, log, sqrt, percentile or equalize.")
@click.option("--vmin", type=float, help="Value at the lower end of the colours.")
@click.option("--vmax", type=float, help="Value at the upper end of the colours.")
@click.option("--background", metavar="IMAGE", help="Picture to lay the heat over.")
@click.option("-o", "--output", metavar="FILE", help="Write the full map to a .png, .svg or .npy.")
@click.option("--key", metavar="KEY", help="Array to read from an .npz file.")
@click.option(
    "--columns", metavar="X,Y[,W]", help="Columns of a text file: names, or numbers from 1."
)
@click.option("--kind", type=click.Choice(["events", "grid"]), help="How to read a 2-D array.")
@click.option("--title", metavar="TEXT", help="Shown above the map instead of the file's name.")
@click.option(
    "--max-bytes",
    type=click.IntRange(min=1),
    metavar="BYTES",
    envvar="VIZTERM_MAX_BYTES",
    help="Most memory that a file may take.",
)
@display_options(frame_size=False, graphics=False)
def command(file: str, **options: Any) -> None:
    """Show events or a grid as a blurred heatmap.

    \b
    FILE is one of
      .csv .tsv   events, one a line
      .json       {"x,y": n, ...} or [[x, y, n], ...]
      .npy .npz   a 2-D grid, or events (n, 2) or (n, 3)
      -           events on standard input, shown as they come:
                  tail -f clicks.csv | vizterm heat - --size 1920x1080
    """  # noqa: D301 - click's mark for lines to be left alone
    one_blas_thread()
    show_file(file, options, background=options["background"], size=options["size"])


def show_file(
    file: str,
    options: Mapping[str, Any],
    *,
    background: str | None = None,
    size: str | None = None,
) -> None:
    """Open a file, or standard input for '-', as the options say; those not given are as usual.

    Parameters
    ----------
    size : str, optional
        'WIDTHxHEIGHT' of the map.
    """
    from vizterm.files import check_output
    from vizterm.heat.export import FORMATS
    from vizterm.heat.session import HeatWish, show_heat, show_stream
    from vizterm.shell.session import parse_size
    from vizterm_core.load.event_text import EventLines
    from vizterm_core.load.heat_source import read_heat
    from vizterm_core.text import clean

    output = None if options.get("output") is None else Path(options["output"])
    if output is not None:
        check_output(output, FORMATS)
    wish = HeatWish(
        size=None if size is None else parse_size(size, "--size", most=1 << 20),
        options=_options_of(options),
        background=_background(background, options.get("max_bytes")),
        output=output,
    )
    names = options.get("columns")
    columns = None if names is None else tuple(names.split(","))
    title = options.get("title")
    display = display_from(options, frame_size=False)
    if file == "-":
        show_stream(EventLines(columns), clean(title or "standard input"), wish, display)
        return
    show_heat(
        lambda: read_heat(
            file,
            kind=options.get("kind"),
            key=options.get("key"),
            columns=columns,
            title=title,
            max_bytes=options.get("max_bytes"),
        ),
        wish,
        display,
    )


def _options_of(options: Mapping[str, Any]) -> Any:
    """The `HeatOptions` that the options stand for, checked before anything is read."""
    from vizterm.heat.model import HeatOptions
    from vizterm_core.colour.colormaps import COLORMAPS, colormap
    from vizterm_core.colour.norms import COUNT_NORMS, fit_norm

    cmap, norm = options.get("cmap") or COLORMAPS[0], options.get("norm")
    vmin, vmax = options.get("vmin"), options.get("vmax")
    colormap(cmap)
    if norm is not None and norm not in COUNT_NORMS:
        raise UsageError(f"--norm {norm}: no such norm", f"choose from {', '.join(COUNT_NORMS)}")
    fit_norm([0.0, 1.0], norm or COUNT_NORMS[0], vmin=vmin, vmax=vmax)
    sigma = None if options.get("sigma") is None else parse_sigma(options["sigma"])
    return HeatOptions(sigma, cmap, norm, vmin, vmax)


def parse_sigma(text: str) -> tuple[float, float]:
    """'15' -> (15.0, 15.0), '3,8' -> (3.0, 8.0): down, across."""
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) not in (1, 2) or not all(0 <= number < 1e5 for number in numbers):
        raise UsageError(
            f"--sigma {text}: not a blur", "give a number from 0 to 99,999, or two: down,across"
        )
    return numbers[0], numbers[-1]


def _background(path: str | None, max_bytes: int | None) -> Any:
    if path is None:
        return None
    from vizterm_core.pictures.image_file import read_image

    return read_image(path, max_bytes=max_bytes)
