"""Tables as pandas writes them, whatever is in them, are read as they were."""

import numpy as np
import pandas as pd
import pytest

from vizterm_core.files.formats import open_source
from vizterm_core.files.source import read_array

KINDS = ("whole", "number", "gaps", "whole with gaps", "truth", "class", "day", "vector")


def column(kind, count, rng):
    match kind:
        case "whole":
            return rng.integers(-50, 5000, count)
        case "number":
            return rng.normal(size=count)
        case "gaps":
            return np.where(rng.random(count) < 0.3, np.nan, rng.normal(size=count))
        case "whole with gaps":
            missing = rng.random(count) < 0.3
            return pd.array(np.where(missing, None, rng.integers(0, 99, count)), dtype="Int64")
        case "truth":
            return rng.random(count) < 0.5
        case "class":
            return np.array(["cat", "dog", "bird, big", 'q"x'])[rng.integers(0, 4, count)]
        case "day":
            days = rng.integers(0, 1000, count)
            return np.datetime64("2020-01-01", "ns") + days.astype("m8[D]")
        case _:
            return [str(list(rng.normal(size=5))) for _ in range(count)]


def same(kind, read, written):
    """Whether a column that was read is the one that pandas had."""
    if kind in ("number", "gaps"):
        return np.array_equal(read, written.to_numpy(), equal_nan=True)
    if kind == "whole with gaps":
        filled = np.ma.filled(np.ma.asarray(read, dtype=float), np.nan)
        return np.array_equal(filled, written.to_numpy(float, na_value=np.nan), equal_nan=True)
    if kind == "vector":
        parsed = [eval(text, {"np": np}) for text in written]
        return np.array_equal(read, np.array(parsed))
    if kind == "day":
        return np.array_equal(read.astype("M8[ns]"), written.to_numpy("M8[ns]"))
    return read.tolist() == written.tolist()


@pytest.mark.parametrize("seed", range(40))
def test_a_frame_that_pandas_wrote_is_read_as_it_was(tmp_path, seed):
    rng = np.random.default_rng(seed)
    count = int(rng.integers(5, 120))
    kinds = rng.choice(KINDS, int(rng.integers(2, 7)))
    frame = pd.DataFrame(
        {f"{kind} {chr(97 + place)}": column(kind, count, rng) for place, kind in enumerate(kinds)}
    )
    path = tmp_path / "frame.csv"
    separator = rng.choice([",", ";", "\t"])
    frame.to_csv(
        path,
        sep=separator,
        index=bool(rng.random() < 0.5),
        lineterminator=rng.choice(["\n", "\r\n"]),
        decimal="," if separator == ";" and rng.random() < 0.5 else ".",
    )
    source = open_source(path)
    assert list(source.columns) == list(frame.columns)
    for kind, name in zip(kinds, frame.columns, strict=True):
        assert same(kind, read_array(source, name), frame[name]), name
