"""The process that makes a map: told what by a line on standard input, it answers by lines.

`{"stage": ..., "share": ...}` while it works; at the end `{"done": facts}`, with the places in the
file it was given, or `{"failed": message, "hint": ...}`.  It ends when standard input is closed.
"""

from __future__ import annotations

import json
import os
import sys
import time
import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError, VizError
from vizterm_core.files.source import Access, Source
from vizterm_core.files.stored import Array, Rows
from vizterm_core.load.keys import Keys
from vizterm_core.load.opening import open_data
from vizterm_core.load.roles import choose_roles
from vizterm_core.neighbours.metric import Metric
from vizterm_core.reduce.engines import Engine, require_engine
from vizterm_core.reduce.facts import Facts
from vizterm_core.reduce.job import FileState, InFiles, InMemory, Order
from vizterm_core.reduce.kept import KeptMaps, content_hash, key_of
from vizterm_core.reduce.lifeline import end_with
from vizterm_core.reduce.limits import limit_memory, lower_priority
from vizterm_core.reduce.parameters import Method
from vizterm_core.reduce.progress import Progress
from vizterm_core.reduce.reducing import MOST_FITTED, Task, reduce_vectors

_EVERY = 0.1
"""Seconds between two lines about the same stage."""


def main() -> None:
    """Read the order, carry it out, answer; and end."""
    order = Order.of(sys.stdin.buffer.readline())
    end_with(sys.stdin.fileno())
    if order.background:
        lower_priority()
    warnings.simplefilter("ignore")
    # What libraries print must not lie among the answers.
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    answer = _Answers(answers)
    engines: tuple[Engine, ...] = ()
    allowed = 0
    try:
        if order.parameters.method is Method.UMAP:
            engines = require_engine()
        if not any(engine.finds_neighbours for engine in engines):
            # The driver of a GPU maps more than there is.
            allowed = limit_memory()
        answer.say({"done": _carried_out(order, engines, answer).told()})
    except VizError as error:
        answer.say({"failed": error.message, "hint": error.hint})
    except MemoryError:
        limit = f": it may take {allowed / 1e9:.1f} GB of what is free" if allowed else ""
        answer.say({"failed": f"there is not enough memory{limit}", "hint": ""})


class _Answers:
    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._stage, self._next = "", 0.0

    def say(self, what: dict[str, Any]) -> None:
        self._stream.write(json.dumps(what).encode() + b"\n")

    def progress(self, progress: Progress) -> None:
        now = time.monotonic()
        if progress.stage != self._stage or now >= self._next:
            self._stage, self._next = progress.stage, now + _EVERY
            self.say({"stage": progress.stage, "share": progress.share})


def _carried_out(order: Order, engines: tuple[Engine, ...], answers: _Answers) -> Facts:
    """Write the places of the map that is asked for, and return what there is to know of it."""
    parameters = order.parameters
    task, name, hashed = _task(order)
    maker = engines[0].name if engines else ""
    labels = task.labels if task.count > MOST_FITTED else None
    key = key_of(
        hashed,
        parameters.told(),
        maker,
        None if task.rows is None else content_hash(task.rows, ()),
        None if labels is None else content_hash(labels, ()),
    )
    kept = None if order.cache is None else KeptMaps(order.cache)
    found = None if kept is None else kept.get(key, task.count)
    if found is not None:
        _write(order, found[0])
        return replace(found[1], vectors=name)
    made = reduce_vectors(task, parameters, engines, answers.progress)
    width = int(np.prod(task.vectors.shape[1:]))
    facts = Facts(
        parameters, name, width, made.by, made.metric, made.neighbours, made.fitted, made.said
    )
    _write(order, made.places)
    if kept is not None:
        try:
            kept.keep(key, made.places, facts)
        except OSError as error:
            why = error.strerror or str(error)
            facts = replace(facts, said=(*facts.said, f"not kept for next time: {why}"))
    return facts


def _write(order: Order, places: npt.NDArray[np.float32]) -> None:
    with os.fdopen(order.descriptors["result"], "wb") as stream:
        stream.write(np.ascontiguousarray(places).tobytes())


def _task(order: Order) -> tuple[Task, str, str]:
    """Return the vectors with what is asked of them, their name, and what stands for them."""
    rows, labels = _handed(order, "rows", np.int64), _handed(order, "labels", np.int64)
    if isinstance(order.vectors, InMemory):
        vectors: Array | Rows = _in_memory(order, order.vectors)
        hashed = content_hash(vectors, ())
        return Task(vectors, order.vectors.metric, rows, labels), "", hashed
    source, keys, files = _opened(order.vectors)
    vectors, name, by_row, metric = _chosen(source, keys)
    if vectors.shape[0] != order.total:
        raise DataError(f"{vectors.shape[0]:,} vectors for {order.total:,} rows", "press r")
    hashed = key_of(name, content_hash(vectors, files, by_row=by_row))
    return Task(vectors, metric, rows, labels), name, hashed


def _handed(order: Order, what: str, dtype: Any) -> npt.NDArray[np.int64] | None:
    descriptor = order.descriptors.get(what)
    if descriptor is None:
        return None
    with os.fdopen(descriptor, "rb") as stream:
        return np.fromfile(stream, dtype)


def _in_memory(order: Order, told: InMemory) -> Array:
    """Return vectors of a file that nobody else can change, mapped."""
    dtype = np.dtype(told.dtype)
    if 0 in told.shape:
        return np.zeros(told.shape, dtype)
    with os.fdopen(order.descriptors["vectors"], "rb") as stream:
        return np.memmap(stream, dtype, "r", shape=told.shape)


def _opened(told: InFiles) -> tuple[Source, Keys, list[FileState]]:
    """Open the files, as they were when the app read them."""
    source, keys = open_data(told.paths, told.keys)
    files = [FileState.of(file) for file in source.files]
    if set(files) != set(told.files):
        raise DataError("the data have changed since they were read", "r reads them again")
    return source, keys, files


def _chosen(source: Source, keys: Keys) -> tuple[Array | Rows, str, bool, Metric]:
    """Return vectors, their name, whether some can be read alone, and their distance."""
    chosen = choose_roles(source, keys).vectors
    if chosen is None:
        raise DataError("the data have no vectors", "name them: --vectors KEY")
    held = chosen.open(source)
    by_row = all(spec.access is not Access.BLOCK for spec in chosen.specs)
    return chosen.rows(source), chosen.name, by_row, held.metric
