"""Several sources as one: values of each, one after the other; what differs is said."""

import numpy as np
import pyarrow as pa
import pytest
from tests.support.arrow import png, write

from vizterm_core.errors import DataError
from vizterm_core.files.concatenated import ConcatenatedSource, shared_name
from vizterm_core.files.formats import open_source, open_sources
from vizterm_core.files.source import Access, ArraySource, Form, read_array
from vizterm_core.files.table import TableSource

X = np.arange(40, dtype=np.float32).reshape(20, 2)
CUTS = [(0, 7), (7, 7), (7, 12), (12, 20)]


@pytest.fixture
def parts():
    return ConcatenatedSource([ArraySource({"X": X[a:b]}, f"p{a}") for a, b in CUTS])


def test_rows_come_one_source_after_the_other(parts):
    assert parts.columns["X"].shape == (20, 2)
    np.testing.assert_array_equal(parts.read("X"), X)
    rows = parts.open("X")
    for key in (0, 6, 7, -1, slice(5, 13), slice(None, None, -3), slice(9, 3), slice(12, 20, 2)):
        np.testing.assert_array_equal(rows[key], X[key])
    with pytest.raises(IndexError):
        rows[20]
    blocks = list(rows.blocks(4))
    np.testing.assert_array_equal(np.concatenate([block for _, block in blocks]), X)
    assert [part.start for part, _ in blocks] == [0, 4, 7, 11, 12, 16]
    assert all(len(block) == part.stop - part.start for part, block in blocks)


def test_files_of_any_format_are_one(tmp_path):
    write(pa.table({"X": X[:8].tolist(), "s": ["a"] * 8}), tmp_path / "p-1.parquet", 3)
    write(pa.table({"X": X[8:].tolist(), "s": ["b"] * 12}), tmp_path / "p-2.feather")
    source = open_sources([tmp_path / "p-1.parquet", tmp_path / "p-2.feather"])
    np.testing.assert_array_equal(source.read("X"), X)
    assert source.read("s").tolist() == ["a"] * 8 + ["b"] * 12
    assert [file.name for file in source.files] == ["p-1.parquet", "p-2.feather"]
    assert open_sources([tmp_path / "p-1.parquet"]).name == "p-1.parquet"


def test_arrays_that_are_called_by_their_files_are_one(tmp_path):
    for number, (start, stop) in enumerate(CUTS):
        np.save(tmp_path / f"x{number}.npy", X[start:stop])
    source = open_sources([tmp_path / f"x{number}.npy" for number in range(4)])
    assert source.name == "x*.npy (4 files)" and source.columns.keys() == {"x0"}
    np.testing.assert_array_equal(source.read("x0"), X)


def test_columns_that_differ_are_skipped_and_said():
    first = {"X": X, "only": X, "shape": X, "dtype": X[:, 0], "width": X[:, 0]}
    second = {"X": X, "shape": X[:, :1], "dtype": np.array(["a"] * 20), "width": X[:, 0] * 1.0}
    second["width"] = second["width"].astype(np.float64)
    source = ConcatenatedSource([ArraySource(first, "a"), ArraySource(second, "b")])
    assert source.columns.keys() == {"X", "width"}
    assert source.columns["width"].dtype == source.read("width").dtype == np.float64
    assert next(iter(source.open("width").blocks(5)))[1].dtype == np.float64
    assert source.skipped["only"] == "in 1 of 2 files only"
    assert source.skipped["shape"].startswith("of several shapes: shape (20, 2) float32, ")
    assert source.skipped["dtype"].startswith("of several dtypes: ")
    text = TableSource({"X": np.array(["a"], object)}, "c")
    with pytest.raises(DataError, match="no column in common: X"):
        ConcatenatedSource([ArraySource({"X": X}, "a"), text])


def test_categories_are_merged_by_value(tmp_path):
    for number, names in enumerate((["cat", None, "dog"], ["eel", "cat"])):
        column = pa.array(names).dictionary_encode()
        write(pa.table({"k": column}), tmp_path / f"{number}.arrow")
    source = open_sources([tmp_path / "0.arrow", tmp_path / "1.arrow"])
    assert source.columns["k"].form is Form.CATEGORIES
    found = source.read("k")
    assert found.values.tolist() == ["cat", "dog", "eel"]
    assert found.codes.tolist() == [0, -1, 1, 2, 0]
    assert read_array(source, "k").tolist() == ["cat", None, "dog", "eel", "cat"]
    assert source.open("k")[3] == "eel"


def test_masks_and_pictures_are_kept(tmp_path):
    for number in range(2):
        column = pa.array([1, None, 3] if number else [4, 5, 6])
        pictures = [png(number), None, png(9)]
        write(pa.table({"n": column, "image": pictures}), tmp_path / f"{number}.parquet")
    source = open_sources([tmp_path / "0.parquet", tmp_path / "1.parquet"])
    assert source.read("n").tolist() == [4, 5, 6, 1, None, 3]
    assert source.open("n")[2:5].tolist() == [6, 1, None]
    assert source.open("n")[::4].tolist() == [4, None]
    images = source.open("image")
    assert (images[3], images[1], images[5]) == (png(1), None, png(9))
    assert source.columns["image"].access is Access.ROW


def test_notes_of_all_are_said_once():
    sources = [TableSource({"x": X}, name, notes=["a note"]) for name in ("a", "b")]
    assert ConcatenatedSource(sources).notes == ("a note",)


@pytest.mark.parametrize(
    ("names", "shared"),
    [
        (["a.npz"], "a.npz"),
        (["train-00-of-12.parquet", "train-01-of-12.parquet"], "train-*.parquet (2 files)"),
        (["a1.npy", "a2.npy", "a10.npy"], "a*.npy (3 files)"),
        (["x.npz", "y.npz"], "*.npz (2 files)"),
        (["x", "y"], "x and 1 more"),
        (["x.npz", "y.csv", "z"], "x.npz and 2 more"),
        (["same.npz", "same.npz"], "same*.npz (2 files)"),
    ],
)  # fmt: skip
def test_one_name_for_several_files(names, shared):
    assert shared_name(names) == shared


def test_a_folder_of_shards_is_opened_as_one(tmp_path):
    table = pa.table({"X": X.tolist()})
    for place, folder in enumerate(("flat", "hub/data", "hive/day=1")):
        (tmp_path / folder).mkdir(parents=True)
        for number in (10, 9):
            part = table.slice((number - 9) * 12, 12)
            write(
                part, tmp_path / folder / f"train-{number}-of-11.{('parquet', 'arrow')[place % 2]}"
            )
    (tmp_path / "flat" / "README.md").write_text("words")
    (tmp_path / "flat" / "_SUCCESS").touch()
    (tmp_path / "hub" / "dataset_info.json").write_text("{}")
    for folder in ("flat", "hub", "hive", "hub/data"):
        source = open_source(tmp_path / folder)
        assert source.name == f"{folder.rpartition('/')[2]} (2 files)"
        np.testing.assert_array_equal(source.read("X"), X)
    write(table, tmp_path / "flat" / "test-1-of-1.parquet")
    assert open_source(tmp_path / "flat").notes == ("test and train together",)
    (tmp_path / "flat" / "a.bin").touch()
    with pytest.raises(DataError, match="is a directory"):
        open_source(tmp_path / "flat")
    (tmp_path / "hub" / "data" / "train-9-of-11.arrow").unlink()
    assert len(open_source(tmp_path / "hub").read("X")) == 8
