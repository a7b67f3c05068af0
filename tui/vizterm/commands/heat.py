"""`vizterm heat FILE`, and `vizterm heat -` for events as they come."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from vizterm.commands.completing import COLORMAPS, NORMS, arrays
from vizterm.commands.options import display_options, pixels_option
from vizterm.commands.parsing import (
    finite,
    parse_columns,
    parse_extent,
    parse_map_size,
    parse_sigma,
    parsed,
)
from vizterm.commands.suggestions import OneFileCommand

if TYPE_CHECKING:
    from vizterm.shell.session import Display
    from vizterm_core.load.heat.source import Kind
    from vizterm_core.maps.axes import Extent
    from vizterm_core.maps.placing import Upwards


@click.command(
    name="heat",
    cls=OneFileCommand,
    epilog="An event is x,y or x,y,weight; x is the column, y the row, row 0 on top.",
)
@click.argument("file", type=click.Path(allow_dash=True))
@click.option(
    "--size",
    callback=parsed(parse_map_size),
    metavar="WxH",
    help="Size of the map in its own pixels, e.g. 1920x1080.",
)
@click.option(
    "--extent",
    callback=parsed(parse_extent),
    metavar="L,R,T,B",
    help="The data's coordinates at the map's edges: left,right,top,bottom.",
)
@click.option(
    "--y",
    "upwards",
    type=click.Choice(["up", "down"]),
    help="Where y grows; down on screens, else up.",
)
@click.option("--transpose", is_flag=True, help="Exchange x and y, rows and columns.")
@click.option(
    "--sigma",
    callback=parsed(parse_sigma),
    metavar="S[,S]",
    help="Blur in map pixels, or two: down,across.",
)
@click.option(
    "--cmap",
    metavar="NAME",
    default="inferno",
    shell_complete=COLORMAPS,
    show_default=True,
    help="Colormap; NAME_r is reversed.",
)
@click.option(
    "--norm",
    metavar="NAME",
    shell_complete=NORMS,
    help="minmax, max, log, sqrt, percentile or equalize.",
)
@click.option("--vmin", type=float, callback=finite, help="Value at the lower end of the colours.")
@click.option("--vmax", type=float, callback=finite, help="Value at the upper end of the colours.")
@click.option(
    "--background", type=click.Path(), metavar="IMAGE", help="Picture to lay the heat over."
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the full map to a .png, .svg or .npy; {group}.png for each group.",
)
@click.option(
    "--key", metavar="KEY", shell_complete=arrays(), help="Array to read from an .npz file."
)
@click.option(
    "--columns",
    callback=parsed(parse_columns),
    metavar="X,Y[,W]",
    help="Columns: names, or numbers from 1.",
)
@click.option("--points", metavar="PATH", help="Where points stand in JSON, e.g. data.clicks.")
@click.option(
    "--decimal", type=click.Choice([",", "."]), help="Decimal mark, where it can't be told."
)
@click.option("--by", metavar="COLUMN", help="Column of groups: a map for each.")
@click.option("--time", metavar="COLUMN", help="Column of times: an axis to play.")
@click.option(
    "--window", type=float, metavar="SECONDS", help="With --time, begin with the last seconds."
)
@click.option("--kind", type=click.Choice(["events", "grid"]), help="What the data are.")
@click.option("--title", metavar="TEXT", help="Shown above the map instead of the file's name.")
@click.option(
    "--max-bytes",
    type=click.IntRange(min=1),
    metavar="BYTES",
    envvar="VIZTERM_MAX_BYTES",
    help="Most memory that a file may take.",
)
@pixels_option
@display_options(frame_size=False, hints=False)
def command(
    file: str,
    size: tuple[int, int] | None,
    extent: Extent | None,
    upwards: Upwards | None,
    transpose: bool,
    sigma: tuple[float, float] | None,
    cmap: str,
    norm: str | None,
    vmin: float | None,
    vmax: float | None,
    background: str | None,
    output: Path | None,
    key: str | None,
    columns: tuple[str, ...] | None,
    points: str | None,
    decimal: str | None,
    by: str | None,
    time: str | None,
    window: float | None,
    kind: Kind | None,
    title: str | None,
    max_bytes: int | None,
    pixels: bool,
    display: Display,
) -> None:
    """Show events or a grid as a blurred heatmap.

    \b
    FILE is one of
      .csv .tsv   events, one a line; or a grid, a row a line
      .json       {"x,y": n, ...}, [[x, y, n], ...], objects, GeoJSON
      .npy .npz   a 2-D grid, or events (n, 2) or (n, 3)
      .parquet    events, one a row
      -           events on standard input, shown as they come:
                  tail -f clicks.csv | vizterm heat - --size 1920x1080
    """  # noqa: D301 - click's mark: don't rewrap
    from vizterm.heat.model import HeatOptions
    from vizterm.heat.request import HeatFile, HeatRequest, HeatStream
    from vizterm.heat.session import show_heat
    from vizterm_core.load.events.options import EventOptions
    from vizterm_core.maps.placing import Placing
    from vizterm_core.pictures.image_file import read_image

    reading = EventOptions(columns, points, decimal, by, time)
    show_heat(
        HeatRequest(
            HeatStream(reading, title or "standard input")
            if file == "-"
            else HeatFile(file, kind, key, reading, title, max_bytes),
            placing=Placing(size, None, extent, upwards, transpose),
            options=HeatOptions(sigma, cmap, norm, vmin, vmax),
            background=None if background is None else read_image(background, max_bytes=max_bytes),
            output=output,
            display=display,
            by=by or "",
            timed=time is not None,
            window=window,
            pixels=pixels,
        )
    )
