import numpy as np
import pytest

from vizterm_core.errors import DataError, UsageError
from vizterm_core.load import Keys, load_embedding, open_data


@pytest.fixture
def folder(tmp_path):
    np.savez(tmp_path / "points.npz", X=np.arange(6.0).reshape(3, 2))
    np.save(tmp_path / "kinds.npy", np.array(["a", "b", "a"]))
    np.savez(tmp_path / "meta.npz", species=np.array([1, 2, 1]), depth=np.array([0.5, 1, 2]))
    return tmp_path


def test_a_key_may_be_in_another_file(folder):
    points = folder / "points.npz"
    data = load_embedding(points, Keys(labels=str(folder / "kinds.npy")))
    assert data.labels.names == ("a", "b") and len(data.files) == 2
    data = load_embedding(points, Keys(labels=f"{folder}/meta.npz:depth"))
    assert data.coloured_by == "depth" and set(data.columns) == {"species", "depth"}
    # Of several columns, one is taken whose name says so.
    assert load_embedding(points, Keys(labels=f"{folder}/meta.npz")).coloured_by == "species"


def test_a_column_of_the_file_itself_comes_first(folder, monkeypatch):
    monkeypatch.chdir(folder)
    np.save(folder / "X", np.zeros((3, 2)))
    (folder / "X.npy").rename(folder / "X")
    assert load_embedding(folder / "points.npz", Keys(coords="X")).x.tolist() == [0, 2, 4]


def test_references_that_lead_nowhere_are_said(folder):
    points = folder / "points.npz"
    with pytest.raises(UsageError, match="no such column; it has species, depth"):
        open_data(points, Keys(labels=f"{folder}/meta.npz:specie"))
    with pytest.raises(UsageError, match="it has several columns: species, depth") as caught:
        open_data(points, Keys(maps=f"{folder}/meta.npz"))
    assert "meta.npz:COLUMN" in caught.value.hint
    with pytest.raises(DataError, match="no such file"):
        open_data(points, Keys(labels=f"{folder}/other.csv:kind"))
    with pytest.raises(UsageError, match="--labels kind: no such array"):
        load_embedding(points, Keys(labels="kind"))


def test_rows_of_another_file_are_joined_by_the_names_that_both_have(folder):
    names = np.array(["c", "a", "b"])
    np.savez(folder / "cells.npz", umap=np.arange(6.0).reshape(3, 2), barcodes=names)
    (folder / "notes.csv").write_text("# cells\nindex,cluster,depth\na,T,1\nb,B,2\nd,B,4\ne,X,9\n")
    cells = folder / "cells.npz"
    data = load_embedding(cells, Keys(labels=f"{folder}/notes.csv:cluster"))
    assert [data.labels.text_of(point) for point in range(3)] == ["(missing)", "T", "B"]
    assert "notes.csv joined by index: 2 of 3 rows" in data.left_out
    assert [data.columns["depth"].text(row) for row in range(3)] == ["(missing)", "1", "2"]
    # As many rows, but in another order.
    np.savez(folder / "other.npz", name=np.array(["a", "b", "c"]), kind=np.array([0, 1, 2]))
    data = load_embedding(cells, Keys(labels=f"{folder}/other.npz:kind"))
    assert [data.labels.text_of(point) for point in range(3)] == ["2", "0", "1"]
    # Nothing in common: row by row.
    np.savez(folder / "rows.npz", name=np.array(["x", "y", "z"]), kind=np.array([0, 1, 2]))
    data = load_embedding(cells, Keys(labels=f"{folder}/rows.npz:kind"))
    assert [data.labels.text_of(point) for point in range(3)] == ["0", "1", "2"]
