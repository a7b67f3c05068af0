"""Models and apps of `vizterm embed`."""

from dataclasses import replace

import numpy as np
from tests.support.screens import until

from vizterm.embed.indexed import indexed
from vizterm.embed.model import EmbedModel
from vizterm.embed.screen import EmbedScreen
from vizterm.graphics.choose import Graphics
from vizterm.shell.app import VizApp
from vizterm.shell.background import Background
from vizterm.shell.opening import Opening
from vizterm.terminal.facts import Terminal
from vizterm_core.load import embedding_from_arrays, load_embedding
from vizterm_core.scatter.columns import Column
from vizterm_core.scatter.index import PointIndex


def make_model(points, labels=None, columns=40, rows=20, **arrays):
    embedding = embedding_from_arrays(np.asarray(points, float).reshape(-1, 2), labels, **arrays)
    names = embedding.labels.names
    model = EmbedModel(
        embedding, PointIndex(embedding.x, embedding.y, embedding.labels.codes, len(names))
    )
    model.resize(columns, rows)
    return model


def with_columns(embedding, coloured_by="", **arrays):
    """The embedding with columns of its rows, coloured by one of them."""
    columns = {name: Column(name, lambda a=array: np.asarray(a)) for name, array in arrays.items()}
    embedding = replace(embedding, columns=columns)
    return embedding.coloured(coloured_by) if coloured_by else embedding


def make_app(load, protocol="half", tags=None, **terminal):
    """An app whose data are there, and its screen; `load` returns an Embedding."""
    facts = Terminal(**terminal)
    screen = EmbedScreen(Background(indexed(load, tags=tags)), facts)
    return VizApp(lambda: screen, facts, Graphics(protocol, "a test")), screen


def make_opening_app(load, **terminal):
    """An app that loads its data as `show_embedding` has it, and the `Opening` with its screen."""
    facts = Terminal(**terminal)
    source = Background(indexed(load))
    opening = Opening(source)

    def first_screen():
        return opening.first_screen(EmbedScreen, lambda: EmbedScreen(source, facts))

    return VizApp(first_screen, facts, Graphics("half", "a test")), opening


async def ready(pilot, screen):
    """Wait until the data are on screen."""
    await until(
        pilot,
        lambda: screen.is_mounted and screen.query_one("ScatterPlot").frame is not None,
    )


async def opened(pilot, opening):
    """Wait until the data are on screen; that screen."""
    await until(pilot, lambda: opening.screen is not None)
    await ready(pilot, opening.screen)
    return opening.screen


def digits(path):
    return lambda: load_embedding(path)
