"""`vizterm overlay IMAGE FEATURE...`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from vizterm.commands.completing import (
    COLORMAPS,
    LAYOUTS,
    MODES,
    OVERLAY_NORMS,
    PROJECTIONS,
    arrays,
)
from vizterm.commands.options import display_options
from vizterm.commands.parsing import (
    finite,
    parse_channel,
    parse_image_range,
    parse_missing,
    parsed,
)

if TYPE_CHECKING:
    from vizterm.shell.session import Display


@click.command(
    name="overlay",
    epilog="Save both with np.savez('sample.npz', image=image, feature=feature).",
)
@click.argument("image", type=click.Path())
@click.argument("features", metavar="[FEATURE]...", type=click.Path(), nargs=-1)
@click.option(
    "--channel",
    callback=parsed(parse_channel),
    metavar="N|NAME",
    default="0",
    shell_complete=PROJECTIONS,
    help="Channel number, or mean, max or l2 of all channels.",
)
@click.option(
    "--mode",
    metavar="NAME",
    shell_complete=MODES,
    default="color",
    show_default=True,
    help="color, gray or multiply.",
)
@click.option(
    "--alpha", type=float, default=0.5, show_default=True, help="Weight of the heat, 0 to 1."
)
@click.option(
    "--cmap",
    metavar="NAME",
    default="jet",
    shell_complete=COLORMAPS,
    show_default=True,
    help="Colormap; NAME_r is reversed.",
)
@click.option(
    "--norm",
    metavar="NAME",
    default="minmax",
    shell_complete=OVERLAY_NORMS,
    show_default=True,
    help="minmax, max, sigmoid, percentile, symmetric or none.",
)
@click.option(
    "--vmin", type=float, callback=finite, help="Value of the map at the lower end of the colours."
)
@click.option(
    "--vmax", type=float, callback=finite, help="Value of the map at the upper end of the colours."
)
@click.option(
    "--layout",
    metavar="NAME",
    shell_complete=LAYOUTS,
    help="Axes of the feature: hw, chw, hwc, nhw, nchw, nhwc, flat, tokens or attention.",
)
@click.option(
    "--token",
    type=click.IntRange(min=0),
    metavar="N",
    help="Token whose attention is shown; 0 is the class token if there is one.",
)
@click.option(
    "--index", type=click.IntRange(min=0), metavar="N", default=0, help="Image of a batch."
)
@click.option("--transpose", is_flag=True, help="Exchange rows and columns of the maps.")
@click.option(
    "--missing",
    callback=parsed(parse_missing),
    metavar="V,V|none",
    help="Values of the map that stand for nothing, e.g. 0,65535.",
)
@click.option(
    "--image-range",
    callback=parsed(parse_image_range),
    metavar="LOW,HIGH",
    help="Values of the image drawn black and white.",
)
@click.option(
    "--fit",
    type=click.Choice(["feature", "image"]),
    default="feature",
    show_default=True,
    help="Which of the two is resized to the other's size.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the overlay to a .png or .npy.",
)
@click.option("--panels", is_flag=True, help="With --output, write all panels.")
@click.option(
    "--image-key",
    metavar="KEY",
    shell_complete=arrays(),
    help="Array of the image in an .npz file.",
)
@click.option(
    "--feature-key",
    metavar="KEY",
    shell_complete=arrays(-1),
    help="Array of the feature in an .npz file; KEY,KEY for several.",
)
@click.option("--title", metavar="TEXT", help="Shown above the panels instead of the file's name.")
@click.option(
    "--max-bytes",
    type=click.IntRange(min=1),
    metavar="BYTES",
    envvar="VIZTERM_MAX_BYTES",
    help="Most memory for unpacked arrays.",
)
@display_options(frame_size=False)
def command(
    image: str,
    features: tuple[str, ...],
    channel: int | str,
    mode: str,
    alpha: float,
    cmap: str,
    norm: str,
    vmin: float | None,
    vmax: float | None,
    layout: str | None,
    token: int | None,
    index: int,
    transpose: bool,
    missing: tuple[float, ...] | None,
    image_range: tuple[float, float] | None,
    fit: str,
    output: Path | None,
    panels: bool,
    image_key: str | None,
    feature_key: str | None,
    title: str | None,
    max_bytes: int | None,
    display: Display,
) -> None:
    """Show maps over an image: image | heatmap | overlay, or several maps side by side.

    \b
    IMAGE    a picture, a .npy, or an .npz that holds both; also a batch
    FEATURE  an array or a picture: (h, w), (C, h, w), (N, C, h, w), channels
             last, tokens (197, 768), attention (12, 197, 197), a mask, depth
    """  # noqa: D301 - click's mark: don't rewrap
    from vizterm.overlay.options import OverlayOptions
    from vizterm.overlay.request import OverlayFiles, OverlayRequest
    from vizterm.overlay.session import show_overlay
    from vizterm_core.load.overlay.source import FeatureOptions, ImageOptions

    files = OverlayFiles(
        image,
        features,
        image_key,
        feature_key,
        title,
        max_bytes,
        ImageOptions(value_range=image_range),
        FeatureOptions(layout, transpose, missing),
    )
    options = OverlayOptions(
        channel, mode, alpha, cmap, norm, fit, vmin=vmin, vmax=vmax, index=index, token=token
    )
    show_overlay(OverlayRequest(files, options, output, panels, display))
