"""Files that hold the same points at several times, told apart from the parts of one data set."""

import csv

import numpy as np
import pytest

from vizterm_core.errors import DataError, UsageError
from vizterm_core.load import Keys, load_embedding, open_data
from vizterm_core.load.times.source import TimedSource
from vizterm_core.scatter.moved import at_epoch

N = 6
NAMES = np.array([f"p{row}" for row in range(N)])
LABELS = np.array([0, 1, 0, 1, 2, 2])


def places(epoch, n=N):
    return np.arange(2.0 * n).reshape(n, 2) + 100 * epoch


def write(folder, pattern, numbers, **given):
    folder.mkdir(exist_ok=True)
    paths = [folder / pattern.format(number) for number in numbers]
    for number, path in zip(numbers, paths, strict=True):
        arrays = {
            name: make(number) if callable(make) else make for name, make in given.items()
        } or {"X": places(number)}
        np.savez(path, **arrays)
    return paths


def is_timed(paths, keys=None):
    return isinstance(open_data(paths, keys)[0], TimedSource)


def test_epochs_come_in_the_order_of_their_numbers_and_the_last_is_shown(tmp_path):
    write(tmp_path / "run", "epoch_{}.npz", [2, 10, 9], X=places, y=LABELS)
    for given in (sorted((tmp_path / "run").iterdir()), [tmp_path / "run"]):
        embedding = load_embedding(*open_data(given))
        assert embedding.epochs.names == ("epoch_2.npz", "epoch_9.npz", "epoch_10.npz")
        assert embedding.epoch == 2 and embedding.x[0] == 1000
        assert embedding.title == "epoch_*.npz (3 files)"
        assert embedding.labels.names == ("0", "1", "2")
        first = at_epoch(embedding, 0)
        assert (first.x[0], first.epoch, first.labels) == (200, 0, embedding.labels)
        assert any("--time shards" in note for note in embedding.left_out)


def test_a_folder_of_other_things_leaves_them_alone(tmp_path):
    write(tmp_path, "epoch_{:03d}.npz", [1, 2], X=places)
    np.savez(tmp_path / "extra.npz", X=places(0, 4))
    (tmp_path / "epoch_003.npz.tmp").write_bytes(b"begun")
    (tmp_path / "epoch_001.tags.csv").write_text("row,tags\n")
    assert len(load_embedding(*open_data(tmp_path)).epochs) == 2


def test_what_files_hold_decides_where_names_say_nothing(tmp_path):
    same = write(tmp_path / "a", "{}.npz", [1, 2], X=places, ids=NAMES)
    others = write(
        tmp_path / "b", "{}.npz", [1, 2], X=places, ids=lambda n: np.char.add(NAMES, "_" * n)
    )
    labelled = write(tmp_path / "c", "{}.npz", [1, 2], X=places, y=LABELS)
    differing = write(
        tmp_path / "d", "{}.npz", [1, 2], X=places, y=lambda number: np.roll(LABELS, number)
    )
    assert is_timed(same) and is_timed(labelled)
    assert not is_timed(others) and not is_timed(differing)


def test_rows_that_are_only_counted_are_no_names(tmp_path):
    paths = write(tmp_path, "{}.npz", [1, 2], X=places, id=np.arange(N))
    source, _ = open_data(paths)
    assert not isinstance(source, TimedSource)
    assert any("--time files" in note for note in source.notes)


@pytest.mark.parametrize("pattern", ["part-{}.npz", "train-{:05d}-of-00002.npz", "shard_{}.npz"])
def test_parts_of_a_data_set_follow_each_other(tmp_path, pattern):
    paths = write(tmp_path, pattern, [0, 1], X=places, y=LABELS)
    assert len(load_embedding(*open_data(paths))) == 2 * N


@pytest.mark.parametrize(
    "pattern", ["ckpt-{}.npz", "umap_step{}.npz", "t{:04d}.npz", "e{}.npz", "model.iter-{}.npz"]
)
def test_names_that_speak_of_time(tmp_path, pattern):
    assert is_timed(write(tmp_path, pattern, [0, 1], X=places))


def test_folders_can_have_the_number(tmp_path):
    paths = [write(tmp_path / f"epoch{number}", "coords.npz", [number])[0] for number in (1, 2)]
    epochs = load_embedding(*open_data(paths)).epochs
    assert epochs.names == ("epoch1/coords.npz", "epoch2/coords.npz")


def test_a_key_decides_otherwise(tmp_path):
    paths = write(tmp_path, "epoch_{}.npz", [1, 2], X=places)
    assert len(load_embedding(*open_data(paths, Keys(time="shards")))) == 2 * N
    odd = write(tmp_path, "{}.npz", [1, 2], X=places, y=lambda number: np.roll(LABELS, number))
    assert is_timed(odd, Keys(time="files"))


def test_arrays_alone_in_their_files_and_what_lies_beside(tmp_path):
    for number in (1, 2):
        np.save(tmp_path / f"epoch_{number}.npy", places(number))
    np.save(tmp_path / "labels.npy", LABELS)
    embedding = load_embedding(*open_data(tmp_path))
    assert len(embedding.epochs) == 2 and embedding.labels.names == ("0", "1", "2")
    assert at_epoch(embedding, 0).x[0] == 100


def test_tables_of_text(tmp_path):
    for number in (1, 2):
        with (tmp_path / f"epoch_{number}.csv").open("w", newline="") as out:
            rows = csv.writer(out)
            rows.writerow(["name", "x", "y"])
            rows.writerows(
                [name, *place] for name, place in zip(NAMES, places(number), strict=True)
            )
    embedding = load_embedding(*open_data(tmp_path))
    assert at_epoch(embedding, 0).x.tolist() == places(1)[:, 0].tolist()


def test_points_are_matched_by_name_where_their_number_differs(tmp_path):
    def some(number):
        return {1: [0, 1, 2], 2: [5, 2, 0], 3: [2, 3]}[number]

    write(
        tmp_path, "epoch_{}.npz", [1, 2, 3],
        X=lambda number: places(number)[some(number)], ids=lambda number: NAMES[some(number)],
        y=lambda number: LABELS[some(number)],
    )  # fmt: skip
    embedding = load_embedding(*open_data(tmp_path))
    assert embedding.total == 5 and len(embedding) == 2
    assert [embedding.name_of(point) for point in range(2)] == ["p2", "p3"]
    seen = {}
    for epoch in range(3):
        there = at_epoch(embedding, epoch)
        seen[epoch] = {there.name_of(point): there.x[point] for point in range(len(there))}
        assert [there.labels.text_of(point) for point in range(len(there))] == [
            str(LABELS[int(there.name_of(point)[1:])]) for point in range(len(there))
        ]
    for epoch, found in seen.items():
        rows = some(epoch + 1)
        assert found == {f"p{row}": places(epoch + 1)[row, 0] for row in rows}
    assert any("3 points are in earlier files only" in note for note in embedding.left_out)


def test_the_same_points_in_another_order(tmp_path):
    rows = {1: [3, 1, 0, 2], 2: [0, 1, 2, 3]}
    write(
        tmp_path, "epoch_{}.npz", [1, 2],
        X=lambda number: places(number)[rows[number]], ids=lambda number: NAMES[rows[number]],
    )  # fmt: skip
    embedding = load_embedding(*open_data(tmp_path))
    assert at_epoch(embedding, 0).x.tolist() == places(1)[:4, 0].tolist()


def test_without_names_a_different_number_is_refused_with_what_to_do(tmp_path):
    write(tmp_path, "epoch_{}.npz", [1, 2], X=lambda number: places(number, N - number))
    with pytest.raises(DataError, match="from 4 to 5 points, and no names") as error:
        open_data(tmp_path)
    assert "--names" in error.value.hint and "--time shards" in error.value.hint


def test_a_file_that_is_half_written_is_left_out_and_named(tmp_path):
    paths = write(tmp_path, "epoch_{}.npz", [1, 2, 3], X=places)
    paths[2].write_bytes(paths[2].read_bytes()[:300])
    embedding = load_embedding(*open_data(tmp_path))
    assert embedding.epochs.names == ("epoch_1.npz", "epoch_2.npz")
    assert any("epoch_3.npz skipped" in note for note in embedding.left_out)


def test_a_file_with_other_columns_is_left_out(tmp_path):
    paths = write(tmp_path, "epoch_{}.npz", [1, 2, 3], X=places)
    np.savez(paths[0], X=np.zeros((N, 3)))
    np.savez(paths[1], Z=np.zeros((N, 2)))
    embedding = load_embedding(*open_data(tmp_path))
    assert len(embedding.epochs) == 1 and len(embedding) == N
    text = " ".join(embedding.left_out)
    assert "another kind of coordinates" in text and "has no 'X'" in text


def test_no_file_is_held_open(tmp_path):
    paths = write(tmp_path, "epoch_{}.npz", range(30), X=places)
    source, _ = open_data(tmp_path)
    assert [file.path for file in source.files] == [paths[-1]]


def test_vectors_are_reduced_time_by_time(tmp_path):
    rng = np.random.default_rng(0)
    write(tmp_path, "epoch_{}.npz", [1, 2], X=lambda _: rng.normal(size=(20, 5)))
    epochs = load_embedding(*open_data(tmp_path)).epochs
    assert epochs.apart and epochs.places(0).shape == (20, 2)


def test_an_epoch_is_asked_for_by_its_number(tmp_path):
    write(tmp_path, "epoch_{}.npz", [1, 2], X=places)
    epochs = load_embedding(*open_data(tmp_path)).epochs
    assert (epochs.at(None), epochs.at(1)) == (1, 0)
    with pytest.raises(UsageError, match="--epoch 3: there are 2 epochs"):
        epochs.at(3)
