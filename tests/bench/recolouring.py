"""Other colours and fewer points at ten million, until something is seen; beside pandas alone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from tests.bench.frames import COLUMNS, LABELS, MANY, ROWS, build, least, make_points
from tests.bench.report import Row, milliseconds

from vizterm_core.scatter.columns import Column
from vizterm_core.scatter.index import PointIndex
from vizterm_core.scatter.viewport import Viewport

RECOLOURED, FILTERED = 0.15, 0.3
"""Seconds until something is seen."""


def measure() -> list[Row]:
    """First frames of ten million points after another column, and after a filter."""
    points, labels = make_points(MANY)
    index = build(points, labels)
    view = Viewport.fit(index.extent, COLUMNS, ROWS)
    rng = np.random.default_rng(1)
    split = rng.integers(0, 3, MANY).astype(np.int32)
    loss = rng.random(MANY).astype(np.float32)
    rows = []
    for name, values in (("3 classes", split), ("a quantity", loss)):
        took = least(lambda values=values: _recoloured(index, values, view), 5)
        alone = _pandas(lambda pandas, values=values: pandas.Series(values).value_counts(bins=None))
        what = f"{milliseconds(took)} : {alone}"
        rows.append(Row(f"10⁷ coloured by {name} : 0.15 s", what, took / RECOLOURED, 1.0))
    for name, low in (("half of", 0.5), ("0.1 % of", 0.999)):
        took = least(lambda low=low: _filtered(index, labels, loss, low, view), 5)
        alone = _pandas(lambda pandas, low=low: _masked(pandas, points, loss, low))
        what = f"{milliseconds(took)} : {alone}"
        rows.append(Row(f"{name} 10⁷ after a filter : 0.3 s", what, took / FILTERED, 1.0))
    other = index.relabelled(labels, LABELS)
    counted = least(lambda: _counted(other), 3)
    rows.append(
        Row("10⁷ counted again, in a worker : 0.5 s", milliseconds(counted), counted / 0.5, 1.0)
    )
    return rows


def _recoloured(index: PointIndex, values: np.ndarray, view: Viewport) -> object:
    # A new column: the last labels of one are kept.
    labels = Column("values", lambda: values).labels()
    count = len(labels.names)
    frame = index.relabelled(labels.codes, count).quick_frame(view, np.ones(count, bool))
    assert frame is not None
    return frame


def _filtered(
    index: PointIndex, labels: np.ndarray, loss: np.ndarray, low: float, view: Viewport
) -> object:
    shown = loss >= low
    frame = index.relabelled(labels, LABELS, shown).quick_frame(view, np.ones(LABELS, bool))
    assert frame is not None
    return frame


def _counted(index: PointIndex) -> None:
    again = index.relabelled(index.labels, LABELS)
    again.build_buckets()
    again.build_tables()


def _masked(pandas: object, points: np.ndarray, loss: np.ndarray, low: float) -> object:
    frame = pandas.DataFrame({"x": points[:, 0], "y": points[:, 1], "loss": loss}, copy=False)  # type: ignore[attr-defined]
    return frame[frame.loss >= low]


def _pandas(work: Callable[[object], object]) -> str:
    """How long pandas takes for a part of it, where it is installed."""
    try:
        import pandas as pd  # type: ignore[import-untyped,unused-ignore]
    except ImportError:
        return "no pandas"
    return f"pandas {milliseconds(least(lambda: work(pd), 2))}"
