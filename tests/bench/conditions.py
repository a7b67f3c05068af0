"""Conditions over columns beside numpy alone, which knows nothing of what is missing."""

from __future__ import annotations

import numpy as np
from tests.bench.frames import MANY, least
from tests.bench.report import Row, milliseconds

from vizterm_core.files.source import Categories
from vizterm_core.scatter.columns import Column
from vizterm_core.scatter.where import parse_where

TIMES_NUMPY = 12.0
"""A comparison costs a few passes more: where values are missing, and the answer by row."""


def measure() -> list[Row]:
    """A condition on a column of floats, on one of categories, and on both, at ten million rows."""
    rng = np.random.default_rng(0)
    loss, codes = rng.random(MANY, np.float32), rng.integers(0, 30, MANY).astype(np.int8)
    names = np.array([f"class {number}" for number in range(30)], object)
    columns = {
        "loss": Column("loss", lambda: loss),
        "species": Column("species", lambda: Categories(codes, names)),
    }
    wanted = np.arange(30) < 3
    alone = {
        "loss > 0.5": lambda: loss > 0.5,
        'species in ("class 0", "class 1", "class 2")': lambda: wanted[codes],
        'loss > 0.5 and species != "class 3"': lambda: (loss > 0.5) & (codes != 3),
    }
    rows = []
    for text, numpy_alone in alone.items():
        condition = parse_where(text, columns)
        condition.mask()
        ours, theirs = least(condition.mask, 3), least(numpy_alone, 3)
        measured = f"{milliseconds(ours)} / {milliseconds(theirs)}"
        rows.append(Row(f"{text[:34]} / numpy", measured, ours / theirs, TIMES_NUMPY))
    return rows
