"""`vizterm embed FILE`."""

from __future__ import annotations

import click

from vizterm.commands.options import display_options, key_options, keys_from


@click.command(
    name="embed",
    epilog="Save the file with np.savez('data.npz', X=X, y=y, X_plot=X_plot).",
)
@click.argument("file", type=click.Path())
@key_options
@click.option("--title", metavar="TEXT", help="Shown above the plot instead of the file's name.")
@click.option(
    "--max-bytes",
    type=click.IntRange(min=1),
    envvar="VIZTERM_MAX_BYTES",
    help="What compressed arrays may unpack to; 3/4 of the free memory otherwise.",
)
@display_options
def command(
    file: str,
    title: str | None,
    max_bytes: int | None,
    printed: bool,
    size: str | None,
    color: str,
    mouse: bool,
    **key_names: str | None,
) -> None:
    r"""Show a labelled 2-D embedding, with the picture behind each point.

    \b
    Arrays are found by name, then by shape; `vizterm info FILE` tells which:
      coordinates  X coords embedding xy umap tsne pca   (n, 2), or (n, d) for a PCA
      labels       y labels label targets classes        (n,)
      images       X_plot images imgs thumbnails         (n, h, w), (n, h, w, 3), (n, 3, h, w)
      names        names ids paths                       (n,)
    """
    show_file(file, key_names, title, max_bytes, printed, size, color, mouse)


def show_file(
    file: str,
    key_names: dict[str, str | None],
    title: str | None,
    max_bytes: int | None,
    printed: bool,
    size: str | None,
    color: str,
    mouse: bool,
) -> None:
    """Open a file in the app, or print it."""
    from vizterm.session import parse_size, show_embedding
    from vizterm_core.load import NpzFile, load_embedding
    from vizterm_core.load.roles import choose_roles

    frame_size = parse_size(size, "--size") if size else None
    keys = keys_from(key_names)
    # What headers tell is said at once, before the screen changes.
    headers = NpzFile(file)
    if headers.arrays:
        choose_roles(headers.arrays, keys)
    show_embedding(
        lambda: load_embedding(file, keys, title=title, max_bytes=max_bytes),
        colour=color,
        mouse=mouse,
        printed=printed,
        size=frame_size,
    )
