"""`vizterm overlay IMAGE FEATURE`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from vizterm.commands.completing import COLORMAPS, MODES, OVERLAY_NORMS, PROJECTIONS, arrays
from vizterm.commands.options import display_options
from vizterm.commands.parsing import parse_channel, parsed

if TYPE_CHECKING:
    from vizterm.shell.session import Display


@click.command(
    name="overlay",
    epilog="Save both with np.savez('sample.npz', image=image, feature=feature).",
)
@click.argument("image", type=click.Path())
@click.argument("feature", type=click.Path(), required=False)
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
@click.option("--panels", is_flag=True, help="With --output, write all three panels.")
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
    help="Array of the feature in an .npz file.",
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
    feature: str | None,
    channel: int | str,
    mode: str,
    alpha: float,
    cmap: str,
    norm: str,
    fit: str,
    output: Path | None,
    panels: bool,
    image_key: str | None,
    feature_key: str | None,
    title: str | None,
    max_bytes: int | None,
    display: Display,
) -> None:
    """Show a network's feature map over its image: image | heatmap | overlay.

    \b
    IMAGE    a .png, .jpg or .npy, or an .npz that holds both
    FEATURE  a .npy or .npz: (h, w), (C, h, w) or (1, C, h, w)
    """  # noqa: D301 - click's mark: don't rewrap
    from vizterm.overlay.model import OverlayOptions
    from vizterm.overlay.request import OverlayFiles, OverlayRequest
    from vizterm.overlay.session import show_overlay

    show_overlay(
        OverlayRequest(
            OverlayFiles(image, feature, image_key, feature_key, title, max_bytes),
            OverlayOptions(channel, mode, alpha, cmap, norm, fit),
            output,
            panels,
            display,
        )
    )
