"""A table whose column says when its rows were, and one array of all times."""

import numpy as np
import pytest

from vizterm_core.errors import DataError, UsageError
from vizterm_core.load import Keys, embedding_from_arrays, load_embedding, open_data
from vizterm_core.scatter.moved import at_epoch

HEADER = "epoch,id,x,y,label\n"


def table(tmp_path, text):
    path = tmp_path / "run.csv"
    path.write_text(HEADER + text)
    return path


def loaded(path, **keys):
    return load_embedding(*open_data(path, Keys(time="epoch", **keys)))


def seen(embedding, epoch):
    there = at_epoch(embedding, epoch)
    return {there.name_of(point): float(there.x[point]) for point in range(len(there))}


def test_points_are_matched_by_name_and_may_be_missing(tmp_path):
    path = table(tmp_path, "10,b,4,0,u\n2,a,1,0,u\n2,b,2,0,v\n10,c,5,0,w\n,a,9,9,w\n")
    embedding = loaded(path)
    assert embedding.epochs.names == ("epoch 2", "epoch 10")
    assert seen(embedding, 0) == {"a": 1, "b": 2}
    assert seen(embedding, 1) == {"b": 4, "c": 5} == seen(embedding, embedding.epoch)
    assert "epoch" not in embedding.columns
    assert embedding.columns["label"].text(0) == "u"
    text = " ".join(embedding.left_out)
    assert "2 epochs by epoch" in text and "matched by id" in text and "1 row left out" in text


def test_points_without_names_go_by_their_order(tmp_path):
    path = tmp_path / "run.npz"
    xy = np.arange(12.0).reshape(6, 2)
    np.savez(path, X=xy, epoch=[0, 0, 1, 1, 1, 0])
    embedding = loaded(path)
    assert at_epoch(embedding, 0).x.tolist() == [0, 2, 10]
    assert at_epoch(embedding, 1).x.tolist() == [4, 6, 8]
    assert any("by their order" in note for note in embedding.left_out)
    np.savez(path, X=xy, epoch=[0, 0, 1, 1, 1, 1])
    with pytest.raises(DataError, match="from 2 to 4 points at a time") as error:
        loaded(path)
    assert "--names" in error.value.hint


def test_names_that_come_twice_at_one_time(tmp_path):
    path = table(tmp_path, "1,a,1,0,u\n1,a,2,0,v\n2,a,3,0,u\n2,b,4,0,v\n")
    embedding = loaded(path)
    assert at_epoch(embedding, 0).x.tolist() == [1, 2]
    assert any("comes twice" in note for note in embedding.left_out)
    with pytest.raises(DataError, match="comes twice at one time"):
        loaded(path, names="id")


def test_a_column_that_can_not_say_when(tmp_path):
    path = table(tmp_path, "1,a,1,0,u\n")
    with pytest.raises(UsageError, match="--time step: no such column"):
        open_data(path, Keys(time="step"))


def test_arrays_of_all_times_are_not_copied():
    stack = np.arange(24.0).reshape(3, 4, 2)
    embedding = embedding_from_arrays(stack, ["a", "b", "a", "b"])
    assert (len(embedding.epochs), embedding.epoch, embedding.epochs.held) == (3, 2, True)
    assert np.shares_memory(embedding.epochs.places(1), stack)
    assert at_epoch(embedding, 0).x.tolist() == [0, 2, 4, 6]
    ways = embedding.epochs.ways(np.array([1, 3]))
    assert ways.shape == (2, 3, 2) and np.array_equal(ways[0], stack[:, 1])


def test_a_list_of_maps():
    maps = [np.arange(8.0).reshape(4, 2) + 10 * epoch for epoch in range(3)]
    embedding = embedding_from_arrays(maps, ["a", "b", "a", "b"])
    assert len(embedding.epochs) == 3 and embedding.x[0] == 20
    assert np.shares_memory(embedding.epochs.places(0), maps[0])
    assert not np.shares_memory(embedding.epochs.places(0), maps[1])
    with pytest.raises(DataError, match="epoch 2 has 3 points, epoch 1 has 4"):
        embedding_from_arrays([maps[0], maps[1][:3]])


def test_rows_first_and_masked(tmp_path):
    stack = np.ma.masked_less(np.arange(24.0).reshape(3, 4, 2), 4)
    embedding = embedding_from_arrays(stack)
    assert len(at_epoch(embedding, 0)) == 2
    path = tmp_path / "run.npz"
    np.savez(path, X=stack.data.swapaxes(0, 1), y=np.arange(4), ids=list("abcd"))
    steps = load_embedding(*open_data(path))
    assert len(steps.epochs) == 3 and at_epoch(steps, 0).x.tolist() == [0, 2, 4, 6]


def test_a_stored_array_is_read_time_by_time(tmp_path):
    path = tmp_path / "run.npy"
    np.save(path, np.arange(24.0).reshape(3, 4, 2))
    embedding = load_embedding(*open_data(path))
    assert not embedding.epochs.held and at_epoch(embedding, 1).x.tolist() == [8, 10, 12, 14]
