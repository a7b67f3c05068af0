"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

Function = TypeVar("Function", bound=Callable[..., Any])


def display_options(function: Function) -> Function:
    """--print, --size, --color and --mouse/--no-mouse."""
    options = [
        click.option(
            "--print", "printed", is_flag=True, help="Print one frame instead of opening the app."
        ),
        click.option("--size", metavar="COLSxROWS", help="Size of the printed frame, e.g. 120x40."),
        click.option(
            "--color",
            type=click.Choice(["auto", "truecolor", "256", "none"]),
            default="auto",
            show_default=True,
            envvar="VIZTERM_COLOR",
            help="Colours of the terminal; auto asks it.",
        ),
        click.option(
            "--mouse/--no-mouse",
            default=True,
            envvar="VIZTERM_MOUSE",
            help="Leave the mouse to the terminal's own selection.",
        ),
    ]
    for option in reversed(options):
        function = option(function)
    return function


def key_options(function: Function) -> Function:
    """--coords, --labels, --images, --names and --image-shape."""
    options = [
        click.option("--coords", metavar="KEY", help="Array of coordinates, (n, 2) or (n, d)."),
        click.option("--labels", metavar="KEY|none", help="Array of labels, (n,)."),
        click.option("--images", metavar="KEY|none", help="Array of images, (n, h, w) and others."),
        click.option("--names", metavar="KEY|none", help="Array of names, (n,)."),
        click.option(
            "--image-shape", metavar="HxW[xC]", help="Shape of flat (n, h*w) images, e.g. 28x28."
        ),
    ]
    for option in reversed(options):
        function = option(function)
    return function


def keys_from(options: dict[str, str | None]) -> Any:
    """The `Keys` that the options of `key_options` stand for."""
    from vizterm_core.load import Keys

    shape = options["image_shape"]
    return Keys(
        coords=options["coords"],
        labels=options["labels"],
        images=options["images"],
        names=options["names"],
        image_shape=None if shape is None else parse_shape(shape),
    )


def parse_shape(text: str) -> tuple[int, ...]:
    """'28x28' -> (28, 28), '32x32x3' -> (32, 32, 3)."""
    from vizterm_core.errors import UsageError

    sides = text.lower().split("x")
    good = len(sides) in (2, 3) and all(
        side.isascii() and side.isdecimal() and len(side) < 7 and int(side) > 0 for side in sides
    )
    if not good:
        raise UsageError(
            f"--image-shape {text}: not a shape", "write it as --image-shape 28x28 or 32x32x3"
        )
    return tuple(int(side) for side in sides)
