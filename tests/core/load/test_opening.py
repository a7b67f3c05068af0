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
