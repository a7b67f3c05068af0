"""Options of maps that are made of vectors."""

from __future__ import annotations

import pathlib
from functools import wraps
from typing import Any

import click
from click.core import ParameterSource

from vizterm.commands.options import Decorator, Function

_OF_UMAP = ("neighbors", "min_dist", "metric", "seed")


def _options() -> list[Decorator]:
    return [
        click.option(
            "--reduce",
            type=click.Choice(("none", "pca", "umap")),
            help="Map to make of vectors: by default UMAP where there is no map, and "
            "PCA until it is there; none takes vectors' first two dimensions.",
        ),
        click.option(
            "--neighbors",
            type=click.IntRange(2, 200),
            default=15,
            show_default=True,
            help="Of UMAP: few show the grain, many the whole.",
        ),
        click.option(
            "--min-dist",
            type=click.FloatRange(0, 0.99),
            default=0.1,
            show_default=True,
            help="Of UMAP: how near points may come to each other.",
        ),
        click.option(
            "--metric",
            type=click.Choice(("euclidean", "cosine")),
            help="Of UMAP; by default cosine for vectors of length 1.",
        ),
        click.option(
            "--seed",
            type=click.IntRange(0, (1 << 32) - 1),
            default=0,
            show_default=True,
            help="Of UMAP: another one gives another map.",
        ),
        click.option(
            "--save-coords",
            type=click.Path(path_type=pathlib.Path),
            metavar="FILE.npy",
            help="Write the map's coordinates, (n, 2), to a file.",
        ),
    ]


def reduce_options(function: Function) -> Function:
    """--reduce and its kin; the command gets `reducing`.

    Options of UMAP are refused where another map is asked for on the same command line.
    """

    @wraps(function)
    def call(**given: Any) -> Any:
        from vizterm.embed.reduce_options import AUTO, ReduceOptions
        from vizterm_core.errors import UsageError
        from vizterm_core.neighbours.metric import Metric
        from vizterm_core.reduce.parameters import Parameters

        method = given.pop("reduce")
        context = click.get_current_context()
        idle = [
            name
            for name in _OF_UMAP
            if context.get_parameter_source(name) is ParameterSource.COMMANDLINE
        ]
        if method in ("none", "pca") and idle:
            option = "--" + idle[0].replace("_", "-")
            raise UsageError(
                f"{option} is for UMAP, not for --reduce {method}", "leave one of them out"
            )
        metric = given.pop("metric")
        parameters = Parameters(
            neighbours=given.pop("neighbors"),
            min_dist=given.pop("min_dist"),
            metric=None if metric is None else Metric(metric),
            seed=given.pop("seed"),
        )
        reducing = ReduceOptions(method or AUTO, parameters, given.pop("save_coords"))
        return function(reducing=reducing, **given)

    command: Function = call
    for option in reversed(_options()):
        command = option(command)
    return command
