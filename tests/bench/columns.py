"""Columns of Parquet files and streams: processor time beside pyarrow and pandas alone."""

from __future__ import annotations

import io
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image
from tests.bench.heat import median
from tests.bench.report import Row, milliseconds

from vizterm_core.files.formats import open_source
from vizterm_core.load.pca import first_components

POINTS, WIDTH = 50_000, 768
PICTURES = 3000
LONGEST_PICTURE = 0.03
"""Seconds of processor time to a picture by its row, also the first of a row group."""


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="vizterm-bench-") as folder:
        return [*_vectors(Path(folder)), *_pictures(Path(folder))]


def _vectors(folder: Path) -> list[Row]:
    path = folder / "vectors.parquet"
    values = np.random.default_rng(0).normal(size=(POINTS, WIDTH)).astype(np.float32)
    offsets = np.arange(0, values.size + 1, WIDTH, dtype=np.int32)
    lists = pa.ListArray.from_arrays(offsets, pa.array(values.ravel()))
    pq.write_table(pa.table({"embedding": lists}), path)
    del values, lists
    ours = median(lambda: open_source(path).read("embedding"), 3)
    alone = median(lambda: pq.read_table(path, columns=["embedding"], use_threads=False), 3)
    frame = median(lambda: np.stack(pd.read_parquet(path)["embedding"].to_numpy()), 1)
    source = open_source(path)
    reduced = median(lambda: first_components(source.open("embedding")), 1)
    in_memory = source.read("embedding")
    plain = median(lambda: first_components(in_memory), 1)
    return [
        _beside("50,000 x 768 from lists / pyarrow alone", ours, alone, 2.0),
        _beside("50,000 x 768 from lists / pandas", ours, frame, 1.25),
        _beside("50,000 x 768, file to PCA / PCA in memory", reduced, plain, 1.75),
    ]


def _pictures(folder: Path) -> list[Row]:
    path = folder / "pictures.parquet"
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    stream = io.BytesIO()
    Image.fromarray(noise).save(stream, "PNG")
    rows = [
        {"bytes": stream.getvalue() + bytes([row % 256]), "path": ""} for row in range(PICTURES)
    ]
    pq.write_table(pa.table({"image": rows}), path, row_group_size=500)
    column = open_source(path).open("image")
    chosen = np.random.default_rng(1).integers(0, PICTURES, 60).tolist()
    times = []
    for row in chosen:
        start = time.process_time()
        assert len(column[row]) > 1000
        times.append(time.process_time() - start)
    alone = median(lambda: pq.read_table(path, columns=["image"], use_threads=False), 3)
    middle = statistics.median(times)
    return [
        Row(
            "a picture by its row, at most, of 30 ms",
            milliseconds(max(times)),
            max(times) / LONGEST_PICTURE,
            1.0,
        ),
        _beside("a picture by its row / all of them by pyarrow", middle, alone, 0.1),
    ]


def _beside(what: str, ours: float, theirs: float, limit: float) -> Row:
    shown = f"{milliseconds(ours)} / {milliseconds(theirs)}"
    return Row(what, shown, ours / theirs, limit)
