"""`vizterm overlay IMAGE FEATURE`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from vizterm.commands.options import display_from, display_options
from vizterm_core.errors import UsageError


@click.command(
    name="overlay",
    epilog="Save both with np.savez('sample.npz', image=image, feature=feature).",
)
@click.argument("image", type=click.Path())
@click.argument("feature", type=click.Path(), required=False)
@click.option(
    "--channel", metavar="N|NAME", help="Channel number, or mean, max or l2 of all channels."
)
@click.option("--mode", metavar="NAME", help="color, gray or multiply.  [default: color]")
@click.option("--alpha", type=float, help="Weight of the heat, 0 to 1.  [default: 0.5]")
@click.option("--cmap", metavar="NAME", help="Colormap; NAME_r is reversed.  [default: jet]")
@click.option("--norm", metavar="NAME", help="minmax, max, sigmoid, percentile, symmetric or none.")
@click.option(
    "--fit",
    type=click.Choice(["feature", "image"]),
    default="feature",
    show_default=True,
    help="Which of the two is resized to the other's size.",
)
@click.option("-o", "--output", metavar="FILE", help="Write the overlay to a .png or .npy.")
@click.option("--panels", is_flag=True, help="With --output, write all three panels.")
@click.option("--image-key", metavar="KEY", help="Array of the image in an .npz file.")
@click.option("--feature-key", metavar="KEY", help="Array of the feature in an .npz file.")
@click.option("--title", metavar="TEXT", help="Shown above the panels instead of the file's name.")
@click.option(
    "--max-bytes",
    type=click.IntRange(min=1),
    metavar="BYTES",
    envvar="VIZTERM_MAX_BYTES",
    help="Most memory for unpacked arrays.",
)
@display_options(frame_size=False)
def command(image: str, feature: str | None, **options: Any) -> None:
    """Show a network's feature map over its image: image | heatmap | overlay.

    \b
    IMAGE    a .png, .jpg or .npy, or an .npz that holds both
    FEATURE  a .npy or .npz: (h, w), (C, h, w) or (1, C, h, w)
    """  # noqa: D301 - click's mark for lines to be left alone
    show_file(image, feature, options)


def show_file(image: str, feature: str | None, options: Mapping[str, Any]) -> None:
    """Open an image and its feature as the options say; those not given are as usual."""
    from vizterm.files import check_output
    from vizterm.overlay.session import FORMATS, OverlayWish, show_overlay
    from vizterm_core.load.overlay_source import read_overlay

    output = None if options.get("output") is None else Path(options["output"])
    if output is None and options.get("panels"):
        raise UsageError("--panels is for --output", "the screen and a printed frame have them all")
    if output is not None:
        check_output(output, FORMATS)
    wish = OverlayWish(
        options=_options_of(options),
        output=output,
        panels=bool(options.get("panels")),
    )
    show_overlay(
        lambda: read_overlay(
            image,
            feature,
            image_key=options.get("image_key"),
            feature_key=options.get("feature_key"),
            title=options.get("title"),
            max_bytes=options.get("max_bytes"),
        ),
        wish,
        display_from(options, frame_size=False),
    )


def _options_of(options: Mapping[str, Any]) -> Any:
    """The `OverlayOptions` that the options stand for, checked before anything is read."""
    from vizterm.overlay.model import OverlayOptions
    from vizterm_core.maps.overlay import OVERLAY_NORMS, checked_style

    given = {
        name: options[name]
        for name in ("mode", "alpha", "norm", "fit")
        if options.get(name) is not None
    }
    if options.get("cmap"):
        given["colormap"] = options["cmap"]
    if options.get("channel") is not None:
        given["channel"] = parse_channel(options["channel"])
    chosen = OverlayOptions(**given)
    checked_style(chosen.mode, chosen.alpha, chosen.colormap)
    if chosen.norm not in OVERLAY_NORMS:
        raise UsageError(
            f"--norm {chosen.norm}: no such norm", f"choose from {', '.join(OVERLAY_NORMS)}"
        )
    return chosen


def parse_channel(text: str) -> int | str:
    """'17' -> 17, 'mean' -> 'mean'."""
    from vizterm_core.maps.channels import PROJECTIONS

    if text in PROJECTIONS:
        return text
    if text.isascii() and text.isdecimal() and len(text) < 10:
        return int(text)
    raise UsageError(
        f"--channel {text}: no such channel", f"give a number from 0, or {', '.join(PROJECTIONS)}"
    )
