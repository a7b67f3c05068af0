"""What Arrow's types become, in Parquet, in Arrow files and in streams."""

import datetime as dt
import decimal
import json

import numpy as np
import pyarrow as pa
import pytest
from tests.support.arrow import SUFFIXES, opened, plain_list, png, write, write_first_feather

from vizterm_core.errors import DataError
from vizterm_core.files.formats import open_source
from vizterm_core.files.source import Form, read_array

DAY = dt.date(2024, 2, 29)
NOON = dt.datetime(2024, 2, 29, 12, 30, 0, 250000)  # noqa: DTZ001

NUMBERS = [
    (pa.int8(), [1, None, -128], "int8"),
    (pa.int64(), [2**62, None, -1], "int64"),
    (pa.uint64(), [2**64 - 1, 0, None], "uint64"),
    (pa.uint16(), [1, 2, 3], "uint16"),
    (pa.float16(), [0.5, None, -2.0], "float16"),
    (pa.float32(), [0.5, None, float("inf")], "float32"),
    (pa.float64(), [0.1, 1e300, None], "float64"),
    (pa.bool_(), [True, None, False], "bool"),
    (pa.decimal128(10, 2), [decimal.Decimal("1.25"), None, decimal.Decimal(-3)], "float64"),
]


@pytest.fixture(params=SUFFIXES)
def path(request, tmp_path):
    return tmp_path / f"data{request.param}"


@pytest.mark.parametrize(("type_", "values", "dtype"), NUMBERS)
def test_numbers_are_as_they_were_and_missing_ones_are_missing(path, type_, values, dtype):
    # Parts that begin in the middle of their buffers.
    column = pa.array([None, *values * 3], type_)
    source = opened(pa.table({"a": pa.chunked_array([column[1:6], column[6:]])}), path, 4)
    spec = source.columns["a"]
    assert (spec.form, spec.dtype, spec.shape) == (Form.ARRAY, np.dtype(dtype), (9,))
    expected = [float(v) if v is not None and dtype[0] == "f" else v for v in values * 3]
    if dtype == "float32":
        expected = np.array(expected, np.float32).astype(object).tolist()
        expected = [None if v != v else v for v in expected]
    read = source.read("a")
    assert read.dtype == spec.dtype and plain_list(read) == expected
    assert plain_list(source.open("a")[2:7]) == expected[2:7]


def test_dates_and_times_are_numpys_own(path):
    columns = {
        "day": pa.array([DAY, None], pa.date32()),
        "midnight": pa.array([DAY, None], pa.date64()),
        "milli": pa.array([NOON, None], pa.timestamp("ms")),
        "nano": pa.array([NOON, None], pa.timestamp("ns")),
        "zoned": pa.array([NOON, None], pa.timestamp("us", tz="Europe/Berlin")),
        "took": pa.array([dt.timedelta(seconds=1.5), None], pa.duration("us")),
        "at": pa.array([dt.time(1, 0, 2), None], pa.time32("s")),
    }
    source = opened(pa.table(columns), path)
    for name, unit in (("day", "D"), ("milli", "ms"), ("nano", "ns"), ("zoned", "us")):
        read = source.read(name)
        assert read.dtype == source.columns[name].dtype == np.dtype(f"M8[{unit}]"), name
        assert read[0] == np.datetime64(DAY if name == "day" else NOON) and np.isnat(read[1])
    assert source.read("midnight").astype("M8[D]")[0] == np.datetime64(DAY)
    for name, seconds in (("took", 1.5), ("at", 3602.0)):
        np.testing.assert_array_equal(source.read(name), [seconds, np.nan])


@pytest.mark.parametrize(
    "type_", [pa.string(), pa.large_string(), pa.string_view()], ids=lambda type_: str(type_)
)
def test_text_is_kept_whole_and_missing_text_is_none(path, type_):
    texts = ["a\x1b[31m", None, "", "漢字" * 300, "a\x1b[31m"] * 3
    source = opened(pa.table({"name": pa.array(texts, type_)}), path, 4)
    assert source.columns["name"].form is Form.TEXT
    assert source.read("name").tolist() == texts
    assert source.open("name")[3] == texts[3] and source.open("name")[-1] == texts[-1]


def test_bytes_that_are_no_utf8_in_a_text_column_are_replaced(tmp_path):
    wrong = pa.Array.from_buffers(
        pa.string(), 2, [None, pa.py_buffer(np.array([0, 2, 3], "<i4")), pa.py_buffer(b"\xff\xfea")]
    )
    source = opened(pa.table({"name": wrong}), tmp_path / "data.parquet")
    assert source.read("name").tolist() == ["\ufffd\ufffd", "a"]


def test_categories_of_parts_with_other_dictionaries_are_one(path):
    parts = [["cat", None, "dog"], ["dog", "eel", "cat"]]
    chunks = [pa.array(part).dictionary_encode() for part in parts]
    table = pa.table({"kind": pa.chunked_array(chunks)})
    if path.suffix in (".arrow", ".feather"):
        table = table.unify_dictionaries()
    source = opened(table, path, 3)
    spec = source.columns["kind"]
    assert (spec.form, spec.shape) == (Form.CATEGORIES, (6,))
    found = source.read("kind")
    assert found.values.tolist() == ["cat", "dog", "eel"]
    assert found.codes.tolist() == [0, -1, 1, 1, 2, 0]
    assert read_array(source, "kind").tolist() == parts[0] + parts[1]
    assert source.open("kind")[2] == "dog" and source.open("kind")[1] is None


def test_categories_may_be_numbers(path):
    if path.suffix == ".parquet":
        pytest.skip("it keeps them as numbers")
    source = opened(pa.table({"k": pa.array([5, None, 7, 5]).dictionary_encode()}), path)
    found = source.read("k")
    assert found.values.dtype == np.int64 and found.values.tolist() == [5, 7]
    assert found.codes.tolist() == [0, -1, 1, 0]


LISTS = [
    lambda item: pa.list_(item),
    lambda item: pa.large_list(item),
    lambda item: pa.list_(item, 3),
]


@pytest.mark.parametrize("list_of", LISTS)
@pytest.mark.parametrize("item", [pa.float32(), pa.float64(), pa.float16()], ids=str)
def test_lists_of_numbers_are_vectors_and_rows_that_do_not_fit_are_nan(path, list_of, item):
    rows = [[0.5, 1, 2], None, [3, None, 5], [6, 7, 8]] * 3
    fixed = pa.types.is_fixed_size_list(list_of(item))
    ragged = [*rows, None if fixed else [1], None if fixed else []]
    column = pa.array([[9.0, 9, 9], *ragged], list_of(item)).slice(1)
    source = opened(pa.table({"v": column}), path, 5)
    expected = np.array([[np.nan] * 3 if row is None else row for row in rows], float)
    expected = np.vstack([expected, np.full((2, 3), np.nan)])
    assert source.columns["v"].shape == (14, 3)
    assert source.notes == ()
    read = source.read("v")
    np.testing.assert_array_equal(read.astype(float), expected)
    assert read.dtype == source.columns["v"].dtype == np.dtype(item.to_pandas_dtype())
    assert source.notes == ("v: 5 rows without a value of shape (3,)",)
    source.read("v")
    assert source.notes == ("v: 5 rows without a value of shape (3,)",), "counted once"


def test_vectors_of_integers_stay_integers_and_are_masked(path):
    source = opened(pa.table({"v": pa.array([[1, 2], None, [3, 4]], pa.list_(pa.int8()))}), path)
    read = source.read("v")
    assert read.dtype == np.int8 and read.tolist() == [[1, 2], [None, None], [3, 4]]


@pytest.mark.parametrize("shape", [(2, 3), (2, 3, 4)])
def test_lists_of_lists_are_pictures(path, shape):
    pictures = np.arange(5 * np.prod(shape), dtype=np.uint8).reshape(5, *shape)
    rows = [*pictures.tolist(), None]
    rows[3] = [[*rows[3][0]], rows[3][1][:-1]]
    type_ = pa.uint8()
    for _ in shape:
        type_ = pa.list_(type_)
    source = opened(pa.table({"image": pa.array(rows, type_)}), path, 4)
    assert source.columns["image"].shape == (6, *shape)
    read = source.read("image")
    assert read.dtype == np.uint8
    np.testing.assert_array_equal(read[[0, 1, 2, 4]], pictures[[0, 1, 2, 4]])
    assert read.mask[[3, 5]].all() and not read.mask[[0, 1, 2, 4]].any()
    np.testing.assert_array_equal(source.open("image")[4], pictures[4])


def test_tensors_of_a_fixed_shape_are_pictures(path):
    pictures = np.arange(24, dtype=np.float32).reshape(4, 2, 3)
    column = pa.FixedShapeTensorArray.from_numpy_ndarray(pictures)
    source = opened(pa.table({"t": column}), path, 3)
    np.testing.assert_array_equal(source.read("t"), pictures)


def test_a_vector_written_as_text_is_a_vector(path):
    texts = ["[0.5, -1e3, 2]", None, "[1, NaN, 3]", "[1 2\n 3]", "[1, 2]"]
    source = opened(pa.table({"v": texts, "not": ["[0.5, 1]", "[a]", "", "x", None]}), path)
    expected = [[0.5, -1000, 2], [np.nan] * 3, [1, np.nan, 3], [1, 2, 3], [np.nan] * 3]
    np.testing.assert_array_equal(source.read("v"), expected)
    assert source.notes == ("v: 2 rows without a value of shape (3,)",)
    assert source.columns["not"].form is Form.TEXT


def test_pictures_are_bytes_and_paths_stand_beside_them(path):
    pictures = [png(1), None, png(3)]
    rows = [{"bytes": picture, "path": f"{row}.png"} for row, picture in enumerate(pictures)]
    rows.append(None)
    empty = [{"bytes": None, "path": f"p{row}.jpg"} for row in range(4)]
    type_ = pa.struct({"bytes": pa.binary(), "path": pa.string()})
    columns = {
        "image": pa.array(rows, type_),
        "photo": pa.array(empty, type_),
        "raw": pa.array([*pictures, png(4)]),
        "webp": pa.array([b"RIFF\0\0\0\0WEBPVP8 ", None, None, None]),
        "wav": pa.array([b"RIFF\0\0\0\0WAVEfmt ", None, None, None]),
        "blob": pa.array([b"\0\1", b"", b"", b""]),
    }
    source = opened(pa.table(columns), path, 3)
    forms = {name: spec.form for name, spec in source.columns.items()}
    text, encoded = Form.TEXT, Form.ENCODED
    assert forms == {
        "image": encoded, "image.path": text, "photo.path": text, "raw": encoded, "webp": encoded,
    }  # fmt: skip
    assert source.read("image").tolist() == [*pictures, None]
    assert source.read("image.path").tolist() == ["0.png", "1.png", "2.png", None]
    assert source.open("raw")[3] == png(4) and source.open("raw")[1] is None
    assert source.skipped["wav"] == "encoded sound"
    assert source.skipped["blob"] == "bytes that are no pictures"
    assert "photo" in source.skipped


def test_fields_of_structs_are_columns_null_where_the_struct_is(path):
    rows = [{"x": 1, "deep": {"s": "a"}}, None, {"x": None, "deep": None}]
    source = opened(pa.table({"at": pa.array(rows)}), path)
    assert plain_list(source.read("at.x")) == [1, None, None]
    assert source.read("at.deep.s").tolist() == ["a", None, None]


def test_what_cannot_be_rows_is_skipped_with_its_type(path):
    columns = {
        "x": [1.0, 2.0],
        "nothing": pa.nulls(2),
        "words": [["a"], ["b", "c"]],
        "map": pa.array([[("a", 1)], []], pa.map_(pa.string(), pa.int64())),
        "ragged": [[1, 2], [3]],
        "empty": pa.array([[], []], pa.list_(pa.int8())),
        "none": pa.array([None, None], pa.list_(pa.float32())),
        "records": pa.array([[{"a": 1}], []]),
    }
    source = opened(pa.table(columns), path)
    assert source.columns.keys() - {"ragged"} == {"x"}
    assert source.skipped["words"] == "lists of string"
    assert source.skipped["map"].startswith("a map<string, int64")
    assert source.skipped["nothing"] == "empty: nothing but nulls"
    assert {"empty", "none", "records"} <= source.skipped.keys()


def test_lengths_that_change_from_row_to_row_are_no_vectors(path):
    source = opened(pa.table({"tokens": [[1], [1, 2], [1, 2, 3]]}), path)
    assert source.skipped == {"tokens": "lists that are empty, or of changing lengths"}


def test_names_of_classes_come_from_the_schema(path):
    features = {
        "label": {"names": ["cat", "dog"], "_type": "ClassLabel"},
        "x": {"dtype": "int64", "_type": "Value"},
    }
    metadata = {"huggingface": json.dumps({"info": {"features": features}})}
    table = pa.table({"label": [0, 1, -1, None, 7, 1], "x": [0, 1, 2, 3, 4, 5]})
    source = opened(table.replace_schema_metadata(metadata), path, 4)
    found = source.read("label")
    assert found.values.tolist() == ["cat", "dog"]
    assert found.codes.tolist() == [0, 1, -1, -1, -1, 1]
    assert source.open("label")[1] == "dog" and source.open("label")[4] is None
    assert source.read("x").tolist() == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    "told", ["", "{", "[]", '{"info": 3}', "[" * 5000, '{"info":{"features":[]}}']
)
def test_metadata_that_say_something_else_are_passed_over(path, told):
    table = pa.table({"label": [0, 1]}).replace_schema_metadata({"huggingface": told})
    assert opened(table, path).read("label").tolist() == [0, 1]


def test_the_numbered_index_of_a_dataframe_is_no_column(path):
    import pandas as pd

    numbered = pd.DataFrame({"x": [1.0, 2.0]}, index=[7, 9])
    source = opened(pa.Table.from_pandas(numbered), path)
    assert source.columns.keys() == {"x"} and "__index_level_0__" in source.skipped
    named = opened(pa.Table.from_pandas(numbered.set_index([["a", "b"]])), path)
    assert named.read("index").tolist() == ["a", "b"]


def test_a_dataframe_comes_back_as_pandas_reads_it(tmp_path):
    import pandas as pd

    frame = pd.DataFrame(
        {
            "x": [0.5, None, 2],
            "n": pd.array([1, None, 3], "Int32"),
            "kind": pd.Categorical(["b", None, "b"], categories=["a", "b"]),
            "when": pd.to_datetime(["2024-01-01", None, "2024-01-03"]),
            "name": ["one", None, "three"],
        }
    )
    frame.to_parquet(tmp_path / "frame.parquet")
    source = open_source(tmp_path / "frame.parquet")
    again = pd.read_parquet(tmp_path / "frame.parquet")
    np.testing.assert_array_equal(source.read("x"), again["x"])
    np.testing.assert_array_equal(source.read("when"), again["when"])
    assert plain_list(source.read("n")) == [1, None, 3]
    assert source.read("kind").codes.tolist() == again["kind"].cat.codes.tolist() == [1, -1, 1]
    assert source.read("name").tolist() == ["one", None, "three"]


def test_what_polars_writes_is_read(tmp_path):
    import polars as pl

    frame = pl.DataFrame({"v": [[1.0, 2.0], None], "s": ["a", None], "c": ["u", "v"]})
    frame = frame.with_columns(pl.col("c").cast(pl.Categorical), w=pl.col("v").list.to_array(2))
    for name, save in (("a.parquet", frame.write_parquet), ("a.arrow", frame.write_ipc)):
        save(tmp_path / name)
        source = open_source(tmp_path / name)
        for vectors in ("v", "w"):
            np.testing.assert_array_equal(source.read(vectors), [[1, 2], [np.nan, np.nan]])
        assert source.read("s").tolist() == ["a", None]
        assert read_array(source, "c").tolist() == ["u", "v"]


def test_the_first_feather_is_refused_with_what_to_do(tmp_path):
    table = pa.table({"x": [1.0, None], "s": ["a", None]})
    with pytest.raises(DataError, match="first version") as caught:
        open_source(write_first_feather(table, tmp_path / "old.feather"))
    assert "to_feather" in caught.value.hint


def test_columns_that_share_a_name_are_skipped_and_dots_are_no_structs(path):
    columns = [
        pa.array([1, 2]),
        pa.array([3, 4]),
        pa.array(["a", "b"]),
        pa.array([{"b": 5}, {"b": 6}]),
    ]
    table = pa.table(columns, names=["twice", "twice", "a.b", "s"])
    source = opened(table, path)
    assert source.skipped == {"twice": "a name that several columns have"}
    assert source.read("a.b").tolist() == ["a", "b"] and source.read("s.b").tolist() == [5, 6]


def test_rows_are_read_one_by_one_in_slices_and_in_blocks(path):
    values = np.arange(40, dtype=np.float32).reshape(20, 2)
    column = pa.FixedSizeListArray.from_arrays(pa.array(values.ravel()), 2)
    rows = opened(pa.table({"v": column}), path, 6).open("v")
    assert len(rows) == 20 and rows.shape == (20, 2)
    for key in (0, 5, 6, -1, slice(3, 14), slice(None, None, -7), slice(9, 2), slice(1, 20, 6)):
        np.testing.assert_array_equal(rows[key], values[key])
    with pytest.raises(IndexError):
        rows[20]
    blocks = list(rows.blocks(7))
    assert [part for part, _ in blocks] == [slice(0, 7), slice(7, 14), slice(14, 20)]
    np.testing.assert_array_equal(np.concatenate([block for _, block in blocks]), values)


def test_numbered_columns_are_one_array(path):
    values = np.arange(60, dtype=np.float64).reshape(12, 5)
    order = [3, 0, 1, 4, 2]
    columns = {f"emb_{number}": values[:, number] for number in order}
    columns |= {"label": np.arange(12), "x1": values[:, 0], "x2": values[:, 1]}
    columns |= {str(number): pa.array([number, None] * 6, pa.int16()) for number in range(3)}
    source = opened(pa.table(columns), path, 5)
    assert [*source.columns] == ["emb", "label", "x1", "x2", "vectors"]
    assert source.columns["emb"].place == "5 columns"
    np.testing.assert_array_equal(source.read("emb"), values)
    rows = source.open("emb")
    for key in (0, 7, -1, slice(3, 11), slice(None, None, 5)):
        np.testing.assert_array_equal(rows[key], values[key])
    np.testing.assert_array_equal(np.concatenate([b for _, b in rows.blocks(4)]), values)
    assert source.read("vectors").tolist() == [[0, 1, 2], [None] * 3] * 6
    assert source.read("vectors").dtype == source.columns["vectors"].dtype == np.int16


def test_columns_of_pixels_are_pictures(path):
    pictures = np.arange(24, dtype=np.uint8).reshape(4, 2, 3)
    names = [(row, column) for row in (1, 2) for column in (1, 2, 3)]
    columns = {f"{row}x{column}": pictures[:, row - 1, column - 1] for row, column in names}
    source = opened(pa.table({"label": [0, 1, 2, 3], **columns}), path)
    assert [*source.columns] == ["label", "pixels"]
    np.testing.assert_array_equal(source.read("pixels"), pictures)


def test_an_empty_table_has_columns(path):
    source = opened(
        pa.table({"x": pa.array([], pa.float32()), "s": pa.array([], pa.string())}), path
    )
    assert source.columns["x"].shape == (0,) and source.read("x").shape == (0,)
    assert source.read("s").tolist() == []


def test_pictures_far_apart_are_read_from_large_row_groups(path, monkeypatch):
    from vizterm_core.files.formats import arrow_rows, parquet

    monkeypatch.setattr(arrow_rows, "_KEPT", 4000)
    monkeypatch.setattr(parquet, "_PIECE_BYTES", 1000)
    contents = [b"\x89PNG" + bytes([row]) * 300 for row in range(200)]
    rows = opened(pa.table({"image": contents}), path, 50).open("image")
    order = [*range(0, 200, 7), 199, 0, 60, 59, 61, 58, 120, 199, 2]
    assert [rows[row] for row in order] == [contents[row] for row in order]
    assert rows._kept_bytes <= 4000 or len(rows._kept) == 1


def test_each_file_is_one_of_those_that_is_found_by_content(path, tmp_path):
    table = pa.table({"x": [1.0, 2.0]})
    write(table, path)
    other = tmp_path / "other.npz"
    other.write_bytes(path.read_bytes())
    assert open_source(other).read("x").tolist() == [1, 2]
