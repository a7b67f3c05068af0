"""Models and apps for tests."""

import numpy as np

from vizterm.embed.model import EmbedModel
from vizterm.embed.screen import EmbedScreen
from vizterm.embed.session import indexed
from vizterm.graphics.choose import Graphics
from vizterm.shell.app import VizApp
from vizterm.shell.background import Background
from vizterm.terminal.facts import Terminal
from vizterm_core.load import embedding_from_arrays, load_embedding
from vizterm_core.scatter.index import PointIndex


def make_model(points, labels=None, columns=40, rows=20, **arrays):
    embedding = embedding_from_arrays(np.asarray(points, float).reshape(-1, 2), labels, **arrays)
    names = embedding.labels.names
    model = EmbedModel(
        embedding, PointIndex(embedding.x, embedding.y, embedding.labels.codes, len(names))
    )
    model.resize(columns, rows)
    return model


def make_app(load, protocol="half", **terminal):
    """An app as `show_embedding` makes it; `load` returns an Embedding."""
    facts = Terminal(**terminal)
    screen = EmbedScreen(Background(indexed(load)), facts)
    return VizApp(screen, facts, Graphics(protocol, "a test")), screen


async def until(pilot, condition):
    """Let the app go on until a condition holds."""
    for _ in range(1000):
        await pilot.pause()
        if condition():
            return
    raise AssertionError("it never happened")


async def ready(pilot, screen):
    """Wait until the data are on screen."""
    await until(
        pilot,
        lambda: screen.model is not None and screen.query_one("ScatterPlot").frame is not None,
    )


def digits(path):
    return lambda: load_embedding(path)


def text_of(screen, selector):
    return screen.query_one(selector).text


def row_text(screen, widget, y):
    return screen.query_one(widget).render_line(y).text
