"""Options that several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from vizterm.graphics.choose import CHOICES
from vizterm.terminal.facts import COLOURS

if TYPE_CHECKING:
    from vizterm.shell.session import Display
    from vizterm_core.load import Keys

Function = TypeVar("Function", bound=Callable[..., Any])
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def one_blas_thread() -> None:
    """Keep matrix products to one thread: theirs are small, and the machine's cores are busy.

    To be called before numpy is imported.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def display_options(*, frame_size: bool = True, graphics: bool = True) -> Decorator:
    """--print, --size, --color, --graphics and --mouse/--no-mouse.

    Parameters
    ----------
    frame_size : bool
        Whether --size is that of a printed frame.
    graphics : bool
        Whether pictures are shown that --graphics has a say in.
    """
    options = [
        click.option(
            "--print", "printed", is_flag=True, help="Print one frame instead of opening the app."
        ),
        click.option(
            "--color",
            type=click.Choice(COLOURS),
            default="auto",
            show_default=True,
            envvar="VIZTERM_COLOR",
            help="Colours to use; auto asks the terminal.",
        ),
        click.option(
            "--mouse/--no-mouse",
            default=True,
            envvar="VIZTERM_MOUSE",
            help="Use the mouse, or leave it to the terminal for selecting text.",
        ),
    ]
    if frame_size:
        help_text = "Size of the printed frame, e.g. 120x40."
        options.insert(1, click.option("--size", metavar="COLSxROWS", help=help_text))
    if graphics:
        options.insert(
            -1,
            click.option(
                "--graphics",
                type=click.Choice(CHOICES),
                default="auto",
                show_default=True,
                envvar="VIZTERM_GRAPHICS",
                help="How pictures are drawn; auto asks the terminal.",
            ),
        )
    return _all_of(options)


def _all_of(options: Sequence[Decorator]) -> Decorator:
    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


point_option = click.option(
    "--point",
    type=click.IntRange(min=0),
    metavar="ROW",
    help="Start at this point, counted from 0; with --print, also print its picture.",
)


key_options = _all_of(
    [
        click.option("--coords", metavar="KEY", help="Array of coordinates, (n, 2) or (n, d)."),
        click.option("--labels", metavar="KEY|none", help="Array of labels, (n,)."),
        click.option("--images", metavar="KEY|none", help="Array of images, (n, h, w) and others."),
        click.option("--maps", metavar="KEY|none", help="Array of feature maps, (n, h, w)."),
        click.option("--names", metavar="KEY|none", help="Array of names, (n,)."),
        click.option(
            "--image-shape", metavar="HxW[xC]", help="Shape of flat (n, h*w) images, e.g. 28x28."
        ),
    ]
)
"""--coords, --labels, --images, --maps, --names and --image-shape."""


def keys_from(options: Mapping[str, Any]) -> Keys:
    """The `Keys` that the options of `key_options` stand for."""
    from vizterm_core.load import Keys

    shape = options.get("image_shape")
    return Keys(
        coords=options.get("coords"),
        labels=options.get("labels"),
        images=options.get("images"),
        maps=options.get("maps"),
        names=options.get("names"),
        image_shape=None if shape is None else parse_shape(shape),
    )


def display_from(options: Mapping[str, Any], *, frame_size: bool = True) -> Display:
    """The `Display` that the options of `display_options` stand for."""
    from vizterm.shell.session import Display, parse_size

    text = options["size"] if frame_size else None
    size = None if text is None else parse_size(text, "--size")
    return Display(
        colour=options["color"],
        graphics=options.get("graphics", "auto"),
        mouse=options["mouse"],
        point=options.get("point"),
        printed=options["printed"],
        size=size,
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
