"""Options that several commands share."""

from __future__ import annotations

import importlib
import pathlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from vizterm.commands.completing import arrays
from vizterm.commands.parsing import (
    parse_figure_size,
    parse_frame_size,
    parse_range,
    parse_shape,
    parsed,
)
from vizterm_core.overrides import override

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from vizterm.embed.pick.picked import PickOptions

    ParamType = click.ParamType[Any]
else:
    # Not generic before click 8.5.
    ParamType = click.ParamType

Function = Callable[..., Any]
Decorator = Callable[[Function], Function]


class _LateChoice(ParamType):
    """A choice among the names in a module, which is imported when one but `auto` is chosen."""

    name = "choice"

    def __init__(self, module: str, choices: str) -> None:
        self._where = module, choices

    @property
    def choices(self) -> tuple[str, ...]:
        """The names."""
        module, choices = self._where
        found: tuple[str, ...] = getattr(importlib.import_module(module), choices)
        return found

    @property
    def _choice(self) -> click.Choice[str]:
        return click.Choice(self.choices)

    @override
    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return value if value == "auto" else self._choice.convert(value, param, ctx)

    @override
    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str | None:
        return self._choice.get_metavar(param, ctx)

    @override
    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        return self._choice.shell_complete(ctx, param, incomplete)


def display_options(*, frame_size: bool = True, hints: bool = True) -> Decorator:
    """--print, --size, --color, --graphics, --mouse and --hints; the command gets a `display`.

    Parameters
    ----------
    frame_size : bool
        Whether --size is that of a printed frame.
    hints : bool
        Whether something is said where pictures could be sharper.
    """
    options = [
        click.option(
            "--print", "printed", is_flag=True, help="Print one frame instead of opening the app."
        ),
        click.option(
            "--color",
            type=_LateChoice("vizterm.terminal.facts", "COLOURS"),
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
        size = click.option(
            "--size",
            callback=parsed(parse_frame_size),
            metavar="COLSxROWS",
            help="Size of the printed frame, e.g. 120x40.",
        )
        options.insert(1, size)
    protocol = click.option(
        "--graphics",
        type=_LateChoice("vizterm.graphics.choose", "CHOICES"),
        default="auto",
        show_default=True,
        envvar="VIZTERM_GRAPHICS",
        help="How pictures are drawn; auto asks the terminal.",
    )
    options.insert(-1, protocol)
    if hints:
        said = click.option(
            "--hints/--no-hints",
            default=True,
            envvar="VIZTERM_HINTS",
            help="Say once, ever, where pictures could be sharper.",
        )
        options.append(said)

    def decorate(function: Function) -> Function:
        @wraps(function)
        def call(**given: Any) -> Any:
            from vizterm.shell.session import Display

            display = Display(
                colour=given.pop("color"),
                graphics=given.pop("graphics"),
                mouse=given.pop("mouse"),
                printed=given.pop("printed"),
                size=given.pop("size") if frame_size else None,
                hints=given.pop("hints") if hints else False,
            )
            return function(display=display, **given)

        return _with(options, call)

    return decorate


def _with(options: Sequence[Decorator], function: Function) -> Function:
    for option in reversed(options):
        function = option(function)
    return function


point_option = click.option(
    "--point",
    type=click.IntRange(min=0),
    metavar="ROW",
    help="Start at this point, counted from 0; with --print, also print its picture, "
    "with --output, draw a ring around it.",
)


@dataclass(frozen=True, slots=True)
class TimeOptions:
    """What is to be seen of several times."""

    epoch: int | None
    """Number of the one that is shown first, from 1; None for the last."""
    turned: bool | None
    """Whether maps are turned onto the one beside; None for those that need it."""
    follow: bool


def time_options(function: Function) -> Function:
    """--epoch, --align, --follow; the command gets `times`."""
    options = [
        click.option(
            "--epoch",
            type=click.IntRange(min=1),
            metavar="N",
            help="The epoch that is shown first, counted from 1; the last by default.",
        ),
        click.option(
            "--align/--no-align",
            default=None,
            help="Turn, mirror and shift each epoch's map onto the one beside it, or don't; by "
            "default where each has a PCA of its own.",
        ),
        click.option(
            "--follow",
            is_flag=True,
            help="Show what is written to FILE, or to a folder of epochs, as soon as it is whole.",
        ),
    ]

    @wraps(function)
    def call(**given: Any) -> Any:
        times = TimeOptions(given.pop("epoch"), given.pop("align"), given.pop("follow"))
        return function(times=times, **given)

    return _with(options, call)


pixels_option = click.option(
    "--pixels/--no-pixels",
    default=False,
    envvar="VIZTERM_PIXELS",
    help="Draw in pixels where the terminal has pictures; P in the app.",
)

_SOURCES = (
    ParameterSource.DEFAULT,
    ParameterSource.DEFAULT_MAP,
    ParameterSource.ENVIRONMENT,
    ParameterSource.COMMANDLINE,
)
"""Where values come from; later ones win."""


def dots_option(function: Function) -> Function:
    """--dots and --pixels; the command gets `dots`, which are in pixels by both."""
    dots = click.option(
        "--dots",
        type=click.Choice(("braille", "blocks", "pixels")),
        default="braille",
        show_default=True,
        envvar="VIZTERM_DOTS",
        help="How points are drawn; pixels where the terminal draws pictures.",
    )

    @wraps(function)
    def call(**given: Any) -> Any:
        pixels, way = given.pop("pixels"), given.pop("dots")
        context = click.get_current_context()
        chosen, by_dots = (
            _SOURCES.index(context.get_parameter_source(name) or ParameterSource.DEFAULT)
            for name in ("pixels", "dots")
        )
        if pixels and chosen >= by_dots:
            way = "pixels"
        elif not pixels and way == "pixels" and chosen > by_dots:
            way = "braille"
        return function(dots=way, **given)

    return _with([dots, pixels_option], call)


def figure_options(function: Function) -> Function:
    """--output, --figure-size, --dpi, --theme, --axes and --legend; the command gets a `figure`."""
    options = [
        click.option(
            "-o",
            "--output",
            type=click.Path(path_type=pathlib.Path),
            metavar="FILE",
            help="Write a figure to a .png or .svg, and open no app.",
        ),
        click.option(
            "--figure-size",
            callback=parsed(parse_figure_size),
            metavar="WxH",
            help="Size of a figure in mm, or like 16x11cm, 6.3x4.3in; 160x110 by default.",
        ),
        click.option(
            "--dpi",
            type=click.IntRange(30, 1200),
            default=300,
            show_default=True,
            help="Pixels of an inch of a figure.",
        ),
        click.option(
            "--theme",
            type=click.Choice(("light", "dark")),
            default="light",
            show_default=True,
            help="Background of a figure.",
        ),
        click.option("--axes/--no-axes", default=False, help="Axes around a figure's plot."),
        click.option(
            "--legend/--no-legend", default=True, help="Legend, or colour bar, of a figure."
        ),
        click.option(
            "--map-names/--no-map-names",
            default=True,
            help="The labels' names on the map, of a figure or on screen.",
        ),
    ]

    @wraps(function)
    def call(**given: Any) -> Any:
        from vizterm.embed.figure.options import FigureOptions

        size = given.pop("figure_size")
        figure = FigureOptions(
            path=given.pop("output"),
            dpi=given.pop("dpi"),
            theme=given.pop("theme"),
            axes=given.pop("axes"),
            legend=given.pop("legend"),
            **({} if size is None else {"size": size}),
        )
        return function(figure=figure, **given)

    return _with(options, call)


def picture_options(function: Function) -> Function:
    """--range, --image-root; the command gets `pictures`."""
    options = [
        click.option(
            "--range",
            "value_range",
            callback=parsed(parse_range),
            metavar="LOW,HIGH",
            help="Values of images drawn black and white, e.g. 0,4000; found otherwise.",
        ),
        click.option(
            "--image-root",
            type=click.Path(),
            metavar="DIR",
            help="Folder that paths of images start at; that of FILE otherwise.",
        ),
    ]

    @wraps(function)
    def call(**given: Any) -> Any:
        from vizterm_core.load.keys import PictureOptions

        pictures = PictureOptions(given.pop("image_root"), given.pop("value_range"))
        return function(pictures=pictures, **given)

    return _with(options, call)


class _Several(click.Option):
    """An option that may be given several times; a settings file has one value of it."""

    @override
    def type_cast_value(self, ctx: click.Context, value: Any) -> Any:
        return super().type_cast_value(ctx, (value,) if isinstance(value, str) else value)


_MEANINGS = ("category", "quantity")
_FORMS = ("rows", "names", "csv", "jsonl")


def column_options(function: Function) -> Function:
    """--color-by, --as, --where and --pick; the command gets `wanted` and `picks`."""
    options = [
        click.option(
            "--color-by",
            metavar="COLUMN|none",
            shell_complete=arrays(0, "none"),
            help="Column to colour the points by at first; o in the app chooses another.",
        ),
        click.option(
            "--as",
            "meaning",
            cls=_Several,
            multiple=True,
            type=click.Choice((*_MEANINGS, *_FORMS)),
            help="What the values are that colour the points, as the data say by default; and "
            "with --pick, what is printed.",
        ),
        click.option(
            "--where",
            default="",
            metavar="CONDITION",
            help="Show only the points that meet it, like 'loss > 1'; w in the app changes it.",
        ),
        click.option(
            "--pick",
            is_flag=True,
            help="Choose on the terminal; enter prints the rows, esc leaves with code 130.",
        ),
        click.option(
            "-0", "--print0", is_flag=True, help="With --pick, a NUL behind each row or name."
        ),
    ]

    @wraps(function)
    def call(**given: Any) -> Any:
        from vizterm.embed.wanted import Wanted
        from vizterm_core.scatter.meaning import Meaning

        told = given.pop("meaning")
        meaning = next((each for each in reversed(told) if each in _MEANINGS), None)
        form = next((each for each in reversed(told) if each in _FORMS), None)
        wanted = Wanted(
            given.pop("color_by"),
            None if meaning is None else Meaning(meaning),
            given.pop("where"),
        )
        picks = _picks(form, pick=given.pop("pick"), nul=given.pop("print0"))
        return function(wanted=wanted, picks=picks, **given)

    return _with(options, call)


def _picks(form: str | None, *, pick: bool, nul: bool) -> PickOptions | None:
    """Return how picked points are printed; None without --pick."""
    from vizterm.embed.pick.picked import PickOptions
    from vizterm_core.errors import UsageError

    if not pick:
        if form is not None or nul:
            what = f"--as {form}" if form else "--print0"
            raise UsageError(f"{what} says how --pick prints", "add --pick")
        return None
    if nul and form not in (None, "rows", "names"):
        raise UsageError(f"--print0 is for rows and names, not for {form}", "leave it out")
    return PickOptions(form or "rows", nul)


def key_options(function: Function) -> Function:
    """Options that name arrays: --coords, --labels, --time and others; the command gets `keys`."""
    options = [
        click.option(
            "--coords",
            metavar="KEY",
            shell_complete=arrays(),
            help="Coordinates, (n, 2) or (n, d); two columns as x,y; maps side by side: tsne,pca.",
        ),
        click.option(
            "--labels",
            metavar="KEY|none",
            shell_complete=arrays(0, "none"),
            help="Array of labels, (n,).",
        ),
        click.option(
            "--images",
            metavar="KEY|none",
            shell_complete=arrays(0, "none"),
            help="Images: (n, h, w) and others, encoded, or paths.",
        ),
        click.option(
            "--maps",
            metavar="KEY|none",
            shell_complete=arrays(0, "none"),
            help="Array of feature maps, (n, h, w).",
        ),
        click.option(
            "--names",
            metavar="KEY|none",
            shell_complete=arrays(0, "none"),
            help="Array of names, (n,).",
        ),
        click.option(
            "--vectors",
            metavar="KEY|none",
            shell_complete=arrays(0, "none"),
            help="Vectors, (n, d), that neighbours in the original space are found by.",
        ),
        click.option(
            "--image-shape",
            callback=parsed(parse_shape),
            metavar="HxW[xC]",
            help="Shape of flat (n, h*w) images, e.g. 28x28, 3x32x32.",
        ),
        click.option(
            "--time",
            metavar="COLUMN|files|shards",
            shell_complete=arrays(0, "files", "shards"),
            help="Column of epochs; or what several FILEs are: the same points at several times, "
            "or parts of one data set.",
        ),
    ]
    names = ("coords", "labels", "images", "maps", "names", "vectors", "image_shape", "time")

    @wraps(function)
    def call(**given: Any) -> Any:
        from vizterm_core.load import Keys

        keys = Keys(**{name: given.pop(name) for name in names})
        return function(keys=keys, **given)

    return _with(options, call)
