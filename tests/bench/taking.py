"""Taking a million rows away, beside pandas and numpy with all of it in memory; and pictures."""

from __future__ import annotations

import tempfile
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image
from tests.bench.frames import least
from tests.bench.report import Row

from vizterm.files import write_atomically
from vizterm_core.files.source import Categories
from vizterm_core.load import embedding_from_arrays
from vizterm_core.scatter.columns import Column
from vizterm_core.scatter.embedding import Embedding
from vizterm_core.taken.fields import FieldNames, fields_of
from vizterm_core.taken.pictures import write_pictures
from vizterm_core.taken.table import Table
from vizterm_core.taken.writing import write_table

ROWS, PICTURES = 10**6, 10_000
SLOWER = {".csv": 1.3, ".parquet": 4.5, ".npz": 1.5}
"""Times that pandas and numpy take, who have all columns whole in memory, written at once."""
HELD = 100e6
"""Bytes in memory beyond the data, however many rows are written."""


def make_data() -> tuple[Embedding, pd.DataFrame]:
    """Rows, names, places and four columns, and the same as a frame."""
    rng = np.random.default_rng(0)
    points = rng.normal(size=(ROWS, 2)).astype(np.float32)
    names = np.array([f"train/{k:07d}.png" for k in range(ROWS)], object)
    codes, kinds = rng.integers(0, 100, ROWS), np.array([f"class {k}" for k in range(100)], object)
    loss, step = rng.random(ROWS), rng.integers(0, 9999, ROWS)
    held = {"class": Categories(codes, kinds), "loss": loss, "step": step}
    columns = {name: Column(name, lambda v=values: v) for name, values in held.items()}
    embedding = replace(embedding_from_arrays(points, names=names), columns=columns, named_by="")
    frame = pd.DataFrame(
        {"row": np.arange(ROWS), "name": names, "x": points[:, 0], "y": points[:, 1]}
        | {"class": kinds[codes], "loss": loss, "step": step}
    )
    return embedding, frame


def measure() -> list[Row]:
    """All rows to .csv, .parquet and .npz; many pictures to a folder."""
    embedding, frame = make_data()
    points = np.arange(ROWS)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = Path(folder, "ours"), Path(folder, "theirs")
        written: dict[str, Callable[[], object]] = {
            ".csv": lambda: frame.to_csv(theirs, index=False),
            ".parquet": lambda: frame.to_parquet(theirs, index=False),
            ".npz": lambda: np.savez(
                f"{theirs}.npz", **{name: _plain(frame[name]) for name in frame}
            ),
        }
        names = FieldNames.of(embedding).all
        for ending, other in written.items():

            def write(ending: str = ending) -> None:
                table = Table(fields_of(embedding, names), points)
                write_atomically(ours, lambda out: write_table(ending, table, out))

            took, their = least(write, 2), least(other, 2)
            what = f"{took:.2f} s : {their:.2f} s"
            library = "numpy" if ending == ".npz" else "pandas"
            rows.append(
                Row(f"10⁶ rows x 7 to {ending} : {library}", what, took / their, SLOWER[ending])
            )
            held = _held(write)
            rows.append(
                Row(f"10⁶ rows x 7 to {ending}: memory", f"{held / 1e6:.0f} MB", held / HELD, 1)
            )
        rows += _pictures(Path(folder))
    return rows


def _plain(values: pd.Series) -> np.ndarray:
    return values.to_numpy(str) if values.dtype == object else values.to_numpy()


def _held(write: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        write()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _pictures(folder: Path) -> list[Row]:
    """Pictures of pixels, beside a loop that does no more than write them as PNG."""
    rng = np.random.default_rng(1)
    images = rng.integers(0, 255, (PICTURES, 32, 32, 3)).astype(np.uint8)
    embedding = embedding_from_arrays(rng.normal(size=(PICTURES, 2)), images=images)
    began = time.perf_counter()
    write_pictures(embedding, np.arange(PICTURES), folder / "pictures")
    took = time.perf_counter() - began
    (folder / "plain").mkdir()
    began = time.perf_counter()
    for row, pixels in enumerate(images):
        Image.fromarray(pixels).save(folder / "plain" / f"{row}.png")
    plain = time.perf_counter() - began
    what = f"{took:.2f} s : {plain:.2f} s"
    return [Row("10⁴ pictures of 32 x 32 to a folder : Pillow alone", what, took / plain, 3.0)]
