"""Figures of many points: from an indexed embedding to a file, in seconds of processor time."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from tests.bench.heat import median
from tests.bench.report import Row

from vizterm.embed.figure.options import FigureOptions
from vizterm.embed.figure.subject import Subject
from vizterm.embed.figure.writing import write_figure
from vizterm.embed.indexed import IndexedEmbedding
from vizterm_core.load import embedding_from_arrays
from vizterm_core.scatter.selection import Selection

LABELS, SELECTED = 10, 0.02
LIMITS = {10**7: 2.0, 10**6: 0.8, 20_000: 0.5}
"""Seconds by points."""


def make_subject(count: int) -> Subject:
    """Ten clouds, not sorted: as a file is opened for a figure."""
    rng = np.random.default_rng(0)
    codes = rng.integers(0, LABELS, count).astype(np.uint8)
    points = rng.normal(0, 5, (LABELS, 2)).astype(np.float32)[codes]
    points += rng.standard_normal((count, 2), np.float32)
    loaded = IndexedEmbedding.of(embedding_from_arrays(points, codes))
    return Subject.of(loaded.embedding, loaded.index)


def measure() -> list[Row]:
    """PNG and SVG in the size of a paper, 160 x 110 mm at 300 dpi."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for count, limit in LIMITS.items():
            subject = make_subject(count)
            for suffix in ("png", "svg"):
                path = Path(folder, f"figure.{suffix}")

                def write(subject: Subject = subject, path: Path = path) -> None:
                    write_figure(subject, FigureOptions(), path)

                seconds = median(write, 3)
                size = f"{seconds:.2f} s, {path.stat().st_size / 1e6:.1f} MB"
                rows.append(Row(f"{suffix} of {count:,} points", size, seconds, limit))
            rows.append(_selected(subject, Path(folder, "selected.png"), limit))
    return rows


def _selected(subject: Subject, path: Path, limit: float) -> Row:
    """A figure in which some points stand out."""
    count = len(subject.index)
    selection = Selection.of_mask(np.random.default_rng(1).random(count) < SELECTED)
    marked = replace(subject, selection=selection)
    seconds = median(lambda: write_figure(marked, FigureOptions(), path), 3)
    what = f"png of {count:,} points, {selection.count:,} selected"
    return Row(what, f"{seconds:.2f} s", seconds, limit)
