"""Several sources as one, and columns in memory as a source."""

import numpy as np
import pytest

from vizterm_core.errors import DataError
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.formats import open_source
from vizterm_core.files.joined import JoinedSource
from vizterm_core.files.source import Access, ArraySource, Categories, Form, read_array
from vizterm_core.files.table import TableSource

X = np.arange(8.0).reshape(4, 2)
Y = np.array([1, 0, 1, 1])


def saved(path, array):
    np.save(path, array)
    return open_source(path)


def test_columns_of_several_files_stand_side_by_side(tmp_path):
    first = saved(tmp_path / "X.npy", X)
    second = saved(tmp_path / "y.npy", np.asfortranarray(np.c_[Y, Y]))
    joined = JoinedSource([first, second])
    assert joined.name == "X.npy" and not joined.single
    assert [spec.describe() for spec in joined.columns.values()] == [
        "X (4, 2) float64",
        "y (4, 2) int64",
    ]
    assert joined.columns["y"].access is Access.BLOCK
    assert joined.files == (*first.files, *second.files)
    assert joined.called("y") == "y.npy"
    np.testing.assert_array_equal(joined.read("X"), X)
    np.testing.assert_array_equal(joined.open("y")[1:3], [[0, 0], [1, 1]])
    second.files[0].path.write_bytes(b"")
    with pytest.raises(DataError, match=r"y\.npy has changed"):
        joined.read("y")


def test_names_that_are_taken_are_qualified_by_their_file(tmp_path):
    main = TableSource({"label": Y, "labels.label": Y}, "points.csv", skipped={"index": "numbers"})
    (tmp_path / "labels.csv.gz").write_bytes(b"x")
    file = DataFile(tmp_path / "labels.csv.gz", ".csv")
    beside = TableSource(
        {"label": Y + 1, "z": Y}, file.name, files=[file], skipped={"index": "numbers too"}
    )
    joined = JoinedSource([main, beside, ArraySource({"z": Y + 2})], "both")
    assert joined.name == "both"
    assert list(joined.columns) == ["label", "labels.label", "labels.label 2", "z", "other.z"]
    assert joined.columns["labels.label 2"].name == "labels.label 2"
    assert joined.called("labels.label 2") == "labels.csv.gz: label"
    np.testing.assert_array_equal(joined.read("labels.label 2"), Y + 1)
    np.testing.assert_array_equal(joined.read("other.z"), Y + 2)
    assert joined.skipped == {"index": "numbers", "labels.index": "numbers too"}


def test_what_the_parts_say_of_themselves_is_passed_on():
    parts = [TableSource({"a": Y}, "a", notes=["two rows dropped"]), ArraySource({"b": Y})]
    joined = JoinedSource(parts, notes=["b beside it"], skipped={"c.npy": "3 rows, not 4"})
    assert joined.notes == ("b beside it", "two rows dropped")
    assert joined.skipped == {"c.npy": "3 rows, not 4"}


def test_a_table_tells_the_form_of_its_columns(tmp_path):
    (tmp_path / "t.csv").write_bytes(b"x")
    file = DataFile(tmp_path / "t.csv", ".csv")
    columns = {
        "x": np.ma.MaskedArray(Y, Y == 0),
        "text": np.array(["a", None, "c", "d"], object),
        "kind": Categories(np.array([0, -1, 1, 0]), np.array(["cat", "dog"], object)),
        "picture": np.array([b"", None, b"", b""], object),
    }
    table = TableSource(
        columns,
        "t\x1b.csv",
        files=[file],
        places={"x": "column 1"},
        forms={"picture": Form.ENCODED},
    )
    assert [(spec.shape, spec.kind) for spec in table.columns.values()] == [
        ((4,), "int64"),
        ((4,), "text"),
        ((4,), "categories"),
        ((4,), "encoded pictures"),
    ]
    assert table.called("x") == "t␛.csv: x" and table.columns["x"].place == "column 1"
    assert not table.columns["text"].objects
    assert table.read("kind") is columns["kind"]
    assert table.open("kind").tolist() == ["cat", None, "dog", "cat"]
    assert read_array(table, "kind").tolist() == ["cat", None, "dog", "cat"]
    assert read_array(table, "x").mask.tolist() == (Y == 0).tolist()
    file.path.write_bytes(b"other")
    with pytest.raises(DataError, match="has changed since it was opened"):
        table.read("x")


def test_a_table_of_one_unnamed_column_is_called_by_its_file():
    assert TableSource({"labels": Y}, "labels.txt", single=True).called("labels") == "labels.txt"
