"""`vizterm embed FILE...`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from vizterm.commands.options import (
    column_options,
    display_options,
    dots_option,
    figure_options,
    key_options,
    picture_options,
    point_option,
    time_options,
)
from vizterm.commands.reducing import reduce_options
from vizterm.commands.suggestions import FilesCommand

if TYPE_CHECKING:
    from vizterm.commands.options import TimeOptions
    from vizterm.embed.figure.options import FigureOptions
    from vizterm.embed.pick.picked import PickOptions
    from vizterm.embed.reduce_options import ReduceOptions
    from vizterm.embed.wanted import Wanted
    from vizterm.shell.session import Display
    from vizterm_core.load import Keys
    from vizterm_core.load.keys import PictureOptions


@click.command(
    name="embed",
    cls=FilesCommand,
    epilog="Save the file with np.savez('data.npz', X=X, y=y, X_plot=X_plot).",
)
@click.argument("files", type=click.Path(), nargs=-1, required=True, metavar="FILE...")
@key_options
@reduce_options
@picture_options
@column_options
@click.option("--title", metavar="TEXT", help="Shown above the plot instead of the file's name.")
@click.option(
    "--max-bytes",
    type=click.IntRange(min=1),
    metavar="BYTES",
    envvar="VIZTERM_MAX_BYTES",
    help="Most memory for unpacked arrays; by default 3/4 of what is free.",
)
@time_options
@point_option
@dots_option
@figure_options
@display_options()
def command(
    files: tuple[str, ...],
    title: str | None,
    max_bytes: int | None,
    point: int | None,
    dots: str,
    keys: Keys,
    pictures: PictureOptions,
    wanted: Wanted,
    picks: PickOptions | None,
    reducing: ReduceOptions,
    figure: FigureOptions,
    map_names: bool,
    times: TimeOptions,
    display: Display,
) -> int | None:
    """Show a labelled 2-D embedding, with the picture behind each point.

    \b
    Columns are found by name, then by shape; `vizterm info FILE` tells which:
      coordinates  X coords embedding umap tsne, ..., x and y  (n, 2) or (n, d)
      labels       y labels label target class species, ...    (n,)
      images       X_plot images image path filename, ...      (n, h, w[, 3])
      maps         maps cam saliency attributions              (n, h, w)
      names        names ids paths filenames, ...              (n,)
    Coordinates (n, d) are reduced by PCA, and then by UMAP where it is installed;
    maps are laid over the images.
    """  # noqa: D301 - click's mark: don't rewrap
    from vizterm.embed.request import EmbedRequest
    from vizterm.embed.session import pick, show_embedding
    from vizterm_core.errors import UsageError

    request = EmbedRequest(
        files,
        keys,
        title,
        max_bytes,
        point,
        dots,
        display,
        pictures,
        wanted,
        figure=figure,
        map_names=map_names,
        reducing=reducing,
        follow=times.follow,
    )
    wanted.epoch, wanted.turned = times.epoch, times.turned
    if times.follow and (display.printed or figure.path is not None):
        other = "--print" if display.printed else "--output"
        raise UsageError(f"--follow opens the app, {other} doesn't", "leave one of them out")
    if picks is None:
        show_embedding(request)
        return None
    if display.printed or figure.path is not None:
        other = "--print" if display.printed else "--output"
        raise UsageError(f"--pick opens the app, {other} doesn't", "leave one of them out")
    return pick(request, picks)
