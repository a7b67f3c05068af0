"""Steps from epoch to epoch at a million points, made ahead and not, beside the first build."""

from __future__ import annotations

import asyncio
from time import perf_counter

import numpy as np
from tests.bench.frames import LABELS, least, make_points
from tests.bench.report import Row, milliseconds
from tests.support.embed import make_app, ready
from tests.support.screens import until

from vizterm.embed.indexed import IndexedEmbedding
from vizterm_core.load import embedding_from_arrays
from vizterm_core.scatter.aligned import Alignment
from vizterm_core.scatter.embedding import Embedding
from vizterm_core.scatter.epoch_survey import Survey

COUNT, EPOCHS = 1_000_000, 6
STEP = 0.05
"""Seconds that a step may take, until something is seen."""


def measure() -> list[Row]:
    """What a step costs the app, and what is done in workers."""
    points, labels = make_points(COUNT)
    stack = np.stack([points * (1 + epoch / 10) for epoch in range(EPOCHS)]).astype(np.float32)
    embedding = embedding_from_arrays(stack, labels)
    epochs = embedding.epochs
    assert epochs is not None
    first = least(lambda: _built(embedding), 3)
    base = IndexedEmbedding.of(embedding)
    step = asyncio.run(_stepped(embedding))
    rows = [
        Row(
            "a step among 10⁶, made ahead : the first build",
            f"{milliseconds(step)} : {milliseconds(first)}",
            step / first,
            0.5,
        ),
        Row("the same : 0.05 s", milliseconds(step), step / STEP, 1.0),
    ]
    made = least(lambda: _made(base), 3)
    rows.append(
        Row("one that isn't made yet : the first build", milliseconds(made), made / first, 1)
    )
    seen = least(lambda: Survey.of(epochs), 3) / EPOCHS
    rows.append(Row("looking at an epoch : the first build", milliseconds(seen), seen / first, 0.3))
    turned = least(lambda: Alignment(epochs, 0).aligned().places(EPOCHS - 1), 2) / (EPOCHS - 1)
    rows.append(Row("turning one : the first build", milliseconds(turned), turned / first, 1.5))
    return rows


def _built(embedding: Embedding) -> IndexedEmbedding:
    loaded = IndexedEmbedding.of(embedding)
    loaded.index.build_buckets()
    loaded.index.build_tables()
    return loaded


def _made(base: IndexedEmbedding) -> None:
    base.at_epoch(1).index.build_tables()


async def _stepped(embedding: Embedding) -> float:
    """Return the median time of steps whose epochs were made ahead."""
    app, screen = make_app(lambda: embedding)
    assert len(embedding.labels.names) == LABELS
    times = []
    async with app.run_test(size=(150, 43)) as pilot:
        await ready(pilot, screen)
        keys = screen._epochs
        for epoch in range(EPOCHS - 2, -1, -1):
            await until(pilot, lambda epoch=epoch: keys._store.get(epoch) is not None)
            start = perf_counter()
            keys.go_to(epoch)
            times.append(perf_counter() - start)
            assert screen.loaded.embedding.epoch == epoch
            assert screen.query_one("ScatterPlot").frame is not None
    return float(np.median(times))
