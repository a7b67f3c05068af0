"""Tables that are taken away, read back by pandas and numpy."""

import io
import json
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from vizterm_core.errors import DataError, UsageError
from vizterm_core.files.source import Categories
from vizterm_core.load import embedding_from_arrays
from vizterm_core.scatter.columns import Column
from vizterm_core.taken.fields import FieldNames, fields_of
from vizterm_core.taken.table import ROWS_AT_ONCE, Table
from vizterm_core.taken.writing import FORMATS, check_format, usual_fields, write_table

RNG = np.random.default_rng(4)
N = 50
XY = RNG.normal(size=(N, 2)).astype(np.float32)
XY[7] = np.nan  # a dropped row: points and rows differ behind it
NAMES = np.array([f"n{k}" for k in range(N)], object)
NAMES[[3, 4, 5, 6]] = ['a,b "c"', "two\nlines", "car\rriage", "é 日本 \t tab"]
LOSS = RNG.random(N)
LOSS[2] = np.nan
SMALL = RNG.random(N).astype(np.float32)
COUNT = np.ma.masked_array(np.arange(N) * 3, mask=np.arange(N) == 9)
DAYS = np.datetime64("2024-01-01", "ns") + np.arange(N).astype("m8[D]")
DAYS[1] = "NaT"
TIMES = np.datetime64("2024-01-01T12:00:00.5", "us") + np.arange(N).astype("m8[h]")
GOOD = np.arange(N) % 2 == 0
KIND = Categories(np.arange(N) % 3 - 1, np.array(["cat", "dog"], object))
MIXED = np.array([None if k == 8 else f"x{k}" for k in range(N)], object)
BIG = np.full(N, 2**63 + 1, np.uint64)

COLUMNS = {
    "loss": LOSS,
    "small": SMALL,
    "count": COUNT,
    "day": DAYS,
    "time": TIMES,
    "good": GOOD,
    "kind": KIND,
    "mixed": MIXED,
    "big": BIG,
}
POINTS = np.array([0, 1, 2, 3, 4, 5, 6, 7, 8, 30, 20])
ROWS = np.array([0, 1, 2, 3, 4, 5, 6, 8, 9, 31, 21])


def data(columns=COLUMNS, names=NAMES):
    embedding = embedding_from_arrays(XY, names=names)
    held = {name: Column(name, lambda v=values: v) for name, values in columns.items()}
    return replace(embedding, columns=held)


def written(ending, wanted=None, points=POINTS, embedding=None):
    embedding = data() if embedding is None else embedding
    names = usual_fields(ending, FieldNames.of(embedding)) if wanted is None else wanted
    stream = io.BytesIO()
    write_table(ending, Table(fields_of(embedding, names), points), stream)
    stream.seek(0)
    return stream


def expected(name):
    values = {"row": np.arange(N), "name": NAMES, "x": XY[:, 0], "y": XY[:, 1], **COLUMNS}[name]
    if isinstance(values, Categories):
        values = pd.Categorical.from_codes(values.codes, list(values.values)).astype(object)
    series = (
        pd.Series(values) if not np.ma.isMaskedArray(values) else pd.Series(values, dtype="Int64")
    )
    if np.ma.isMaskedArray(values):
        series[values.mask] = pd.NA
    return series.iloc[ROWS].reset_index(drop=True)


def same(series, name):
    right = expected(name)
    assert (series.isna() == right.isna()).all(), name
    known = ~right.isna()
    assert series[known].tolist() == right[known].tolist(), name


@pytest.mark.parametrize(("ending", "between"), [(".csv", ","), (".tsv", "\t")])
def test_text_is_read_back_by_pandas_to_the_last_digit(ending, between):
    stream = written(ending)
    frame = pd.read_csv(
        stream,
        sep=between,
        keep_default_na=False,
        na_values=[""],
        converters={"loss": lambda text: float(text or "nan")},
        parse_dates=["day", "time"],
        dtype={"small": np.float32, "x": np.float32, "y": np.float32, "big": np.uint64},
        lineterminator=None,
    )
    assert list(frame) == ["row", "name", "x", "y", *COLUMNS]
    for name in frame:
        same(frame[name], name)
    text = stream.getvalue().decode()
    assert "2024-01-01," in text.replace("\t", ",") and "2024-01-01T12:00:00.500" in text
    assert "0000000" not in text.partition("2024")[2].split("\n")[0]


def test_json_lines_are_read_back_and_missing_is_null():
    lines = [json.loads(line) for line in written(".jsonl").getvalue().decode().splitlines()]
    assert [line["row"] for line in lines] == ROWS.tolist()
    assert lines[2]["loss"] is None and lines[8]["count"] is None and lines[1]["day"] is None
    assert lines[0]["kind"] is None and lines[1]["kind"] == "cat" and lines[3]["good"] is False
    assert [line["name"] for line in lines] == NAMES[ROWS].tolist()
    assert [line["loss"] for line in lines if line["loss"] is not None] == [
        each for each in LOSS[ROWS].tolist() if each == each
    ]
    assert np.array([line["small"] for line in lines], np.float32).tolist() == SMALL[ROWS].tolist()
    endless = data({"v": np.array([np.inf, -np.inf, np.nan] + [0.0] * (N - 3))})
    lines = written(".jsonl", ["v"], np.arange(3), endless).getvalue().decode().splitlines()
    assert lines == ['{"v": "inf"}', '{"v": "-inf"}', '{"v": null}']


def test_arrays_are_read_back_without_unpickling():
    rows = np.load(written(".npy"))
    assert rows.dtype == np.int64 and rows.tolist() == ROWS.tolist()
    held = np.load(written(".npz"))
    assert held.files == ["row", "name", "x", "y", *COLUMNS]
    for name in held.files:
        values = held[name]
        if values.dtype.kind == "U":
            right = expected(name)
            assert values.tolist() == ["" if pd.isna(each) else each for each in right]
        else:
            same(pd.Series(values), name)
    assert held["x"].dtype == np.float32 and held["good"].dtype == bool
    assert held["count"].dtype == np.float64 and held["big"].dtype == np.uint64
    records = np.load(written(".npy", ["row", "name", "loss"]))
    assert (
        records.dtype.names == ("row", "name", "loss") and records["row"].tolist() == ROWS.tolist()
    )
    named = data(
        {"größe 日本": LOSS, **{f"a long name of a column {k}": LOSS for k in range(3000)}}
    )
    records = np.load(
        written(".npy", ["größe 日本", "row"], embedding=named), max_header_size=10**6
    )
    assert records["größe 日本"][3] == LOSS[3]
    all_of_them = FieldNames.of(named).all
    records = np.load(written(".npy", all_of_them, embedding=named), max_header_size=10**6)
    assert records["a long name of a column 2999"][3] == LOSS[3]


def test_parquet_is_read_back_by_pandas():
    pytest.importorskip("pyarrow")
    frame = pd.read_parquet(written(".parquet"))
    assert list(frame) == ["row", "name", "x", "y", *COLUMNS]
    for name in frame:
        if name == "day":
            assert frame["day"].isna().tolist() == expected("day").isna().tolist()
            assert pd.to_datetime(frame["day"])[0] == expected("day")[0]
        else:
            same(frame[name], name)


def test_parquet_without_pyarrow_is_one_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UsageError, match="pip install pyarrow"):
        check_format(".parquet", 3)


def test_lines_hold_one_field_whole_and_refuse_line_breaks():
    plain = data(names=np.array([f"a b/{k}.png" for k in range(N)]))
    text = written(".txt", embedding=plain).getvalue().decode()
    assert text.splitlines() == [f"a b/{row}.png" for row in ROWS]
    assert written(".txt", ["row"]).getvalue().decode().split() == [str(row) for row in ROWS]
    with pytest.raises(DataError, match="line break"):
        written(".txt")
    with pytest.raises(UsageError, match="one column"):
        written(".txt", ["row", "x"])


def test_fields_that_are_called_as_columns_of_the_data_get_other_names():
    embedding = data({"row": LOSS, "y": GOOD, "point_row": LOSS})
    names = FieldNames.of(embedding)
    assert names.all == ("point_point_row", "name", "x", "point_y", "row", "y", "point_row")
    table = pd.read_csv(written(".csv", embedding=embedding))
    assert table["point_point_row"].tolist() == ROWS.tolist()
    assert table["y"].tolist() == GOOD[ROWS].tolist()
    by_column = replace(data({"loss": LOSS, "id": NAMES}), named_by="id")
    assert FieldNames.of(by_column).all == ("row", "id", "x", "y", "loss")
    assert FieldNames.of(data(names=None)).called == "row"
    with pytest.raises(UsageError, match="no column nope; there are row, name"):
        fields_of(data(), ["nope"])


def test_kinds_that_formats_lack_are_written_all_the_same():
    columns = {
        "half": np.arange(N).astype(np.float16),
        "long": np.arange(N).astype(np.longdouble),
        "far": np.arange(N).astype(">i4"),
        "span": np.arange(N).astype("m8[m]"),
        "month": np.arange(N).astype("M8[M]"),
        "hour": np.arange(N).astype("M8[h]"),
        "bytes": np.array([b"a\xff"] * N),
        "complex": np.full(N, 1 + 2j),
        "none": np.full(N, None, object),
        "empty": Categories(np.full(N, -1), np.zeros(0, object)),
    }
    embedding = data(columns)
    for ending in FORMATS:
        if ending in (".txt", ".parquet"):
            continue
        assert written(ending, embedding=embedding).getvalue()
    frame = pd.read_csv(written(".csv", embedding=embedding))
    assert (
        frame["span"].tolist() == (ROWS * 60.0).tolist() and frame["far"].tolist() == ROWS.tolist()
    )
    assert frame["none"].isna().all() and frame["empty"].isna().all()
    assert frame["month"][3] == "1970-04" and frame["bytes"][0] == "a\ufffd"
    pytest.importorskip("pyarrow")
    frame = pd.read_parquet(written(".parquet", embedding=embedding))
    assert frame["half"].tolist() == ROWS.tolist()
    assert frame["span"].dt.total_seconds().tolist() == (ROWS * 60.0).tolist()


def test_parts_hold_a_bounded_number_of_points_and_tell_how_far_they_are():
    count = 2 * ROWS_AT_ONCE + 5
    embedding = embedding_from_arrays(np.zeros((count, 2)), names=np.arange(count))
    told = []
    table = Table(fields_of(embedding, ["row", "names"]), np.arange(count), told.append)
    stream = io.BytesIO()
    write_table(".csv", table, stream)
    assert told == [ROWS_AT_ONCE, 2 * ROWS_AT_ONCE, count]
    stream.seek(0)
    frame = pd.read_csv(stream)
    assert (frame["row"] == np.arange(count)).all() and (frame["names"] == np.arange(count)).all()
    assert np.load(written(".npy", ["row"], np.arange(count), embedding))[-1] == count - 1
