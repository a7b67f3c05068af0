"""Words that a shell offers for an option's value, found when it asks for them."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

Completer = Callable[[click.Context, click.Parameter, str], "list[CompletionItem]"]


def arrays(file: int = 0, *more: str) -> Completer:
    """Return a completer: the names of the arrays in a file on the command line.

    Parameters
    ----------
    file : int
        Which of the files so far: 0 the first, -1 the last.
    more : str
        Words that are offered too.
    """

    def complete(context: click.Context, _: click.Parameter, start: str) -> list[CompletionItem]:
        arguments = [
            each.name for each in context.command.params if each.param_type_name == "argument"
        ]
        given: list[str] = []
        for name in arguments:
            value = context.params.get(name or "")
            given += [value] if isinstance(value, str) else list(value or ())
        # Where the option's value is what is missing, click leaves the files among the rest.
        given = given or context.args
        return _items([*(_array_names(given[file]) if given else []), *more], start)

    return complete


def listed(module: str, name: str) -> Completer:
    """Return a completer: a tuple of the core, imported when it is needed."""

    def complete(_: click.Context, __: click.Parameter, start: str) -> list[CompletionItem]:
        return _items(getattr(importlib.import_module(module), name), start)

    return complete


COLORMAPS = listed("vizterm_core.colour.colormaps", "COLORMAPS")
NORMS = listed("vizterm_core.colour.norms", "COUNT_NORMS")
OVERLAY_NORMS = listed("vizterm_core.maps.overlay", "OVERLAY_NORMS")
MODES = listed("vizterm_core.maps.overlay", "MODES")
LAYOUTS = listed("vizterm_core.maps.feature_layout", "LAYOUTS")
PROJECTIONS = listed("vizterm_core.maps.channels", "PROJECTIONS")


def _array_names(file: str) -> list[str]:
    import shlex

    from vizterm_core.errors import VizError
    from vizterm_core.files.formats import open_source

    try:
        columns = open_source(Path(file).expanduser()).columns
    except (VizError, OSError, RuntimeError):
        # The command itself will say what is wrong with it.
        return []
    # Shells put words on the command line as they are, and click's scripts know no quotes.
    return [name for name in columns if shlex.quote(name) == name]


def _items(words: Iterable[str], start: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    return [CompletionItem(word) for word in words if word.startswith(start)]
