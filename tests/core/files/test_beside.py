"""What lies beside an array, by name and length."""

import numpy as np
import pytest

from vizterm_core.files.beside import with_neighbours
from vizterm_core.files.formats import open_source
from vizterm_core.files.source import read_array

N = 6
X = np.arange(N * 5.0).reshape(N, 5)
Y = np.arange(N) % 2


@pytest.fixture
def folder(tmp_path):
    """A folder with embeddings.npy; folder(name, content) adds a file."""
    np.save(tmp_path / "embeddings.npy", X)

    def add(name, content):
        if isinstance(content, np.ndarray):
            np.save(tmp_path / name, content)
        else:
            (tmp_path / name).write_text(content)
        return tmp_path

    return add


def opened(path, name="embeddings.npy"):
    return with_neighbours(open_source(path / name))


def values(source, column):
    return read_array(source, column).tolist()


def test_an_array_that_is_alone_stays_as_it_is(tmp_path):
    np.save(tmp_path / "embeddings.npy", X)
    (tmp_path / "README.md").write_text("text")
    source = open_source(tmp_path / "embeddings.npy")
    assert with_neighbours(source) is source


def test_labels_names_pictures_and_a_table_are_found(folder):
    folder("labels.npy", Y)
    folder("images.npy", np.zeros((N, 4, 4), np.uint8))
    folder("umap.npy", X[:, :2])
    folder("paths.txt", "".join(f"a, b/{k} {k}.png\n" for k in range(N)))
    path = folder("metadata.csv", "species,weight\n" + "".join(f"s{k % 2},{k}\n" for k in range(N)))
    source = opened(path)
    assert source.name == "embeddings.npy" and source.skipped == {}
    assert [spec.describe() for spec in source.columns.values()] == [
        "embeddings (6, 5) float64",
        "labels (6,) int64",
        "images (6, 4, 4) uint8",
        "umap (6, 2) float64",
        "paths (6,) text",
        "species (6,) text" if N < 4 else "species (6,) categories",
        "weight (6,) int64",
    ]
    assert source.notes == (
        "labels.npy beside it",
        "images.npy beside it",
        "umap.npy beside it",
        "paths.txt beside it",
        "metadata.csv beside it",
    )
    np.testing.assert_array_equal(source.read("embeddings"), X)
    assert values(source, "paths")[3] == "a, b/3 3.png"
    assert values(source, "species") == ["s0", "s1"] * 3


def test_another_length_is_said_and_never_used(folder):
    folder("labels.npy", Y[:4])
    folder("names.npy", np.array([None, 1], object))
    path = folder("metadata.csv", "species\na\nb\n")
    source = opened(path)
    assert list(source.columns) == ["embeddings"]
    assert source.skipped == {
        "labels.npy": "4 rows, not 6",
        "names.npy": "2 rows, not 6",
        "metadata.csv": "2 rows, not 6",
    }


def test_what_cannot_be_read_is_said(folder):
    path = folder("labels.npy", "no array")
    assert opened(path).skipped == {"labels.npy": "labels.npy: not a .npy array"}


@pytest.mark.parametrize(
    ("main", "labels"),
    [
        ("train_embeddings.npy", "train_labels.npy"),
        ("X_train.npy", "y_train.npy"),
        ("clip.npy", "clip_labels.npy"),
        ("clip-features.npy", "clip-y.npy"),
        ("Embeddings.npy", "Labels.npy"),
    ],
)
def test_labels_share_the_arrays_own_prefix(tmp_path, main, labels):
    np.save(tmp_path / main, X)
    np.save(tmp_path / labels, Y)
    np.save(tmp_path / "test_labels.npy", Y)
    source = opened(tmp_path, main)
    assert list(source.columns) == [main[:-4], labels[:-4]]


def test_a_table_called_like_the_array_is_its_own(folder):
    path = folder("embeddings.csv", "n\n" + "1\n2\n" * 3)
    assert list(opened(path).columns) == ["embeddings", "n"]


def test_the_only_table_with_as_many_rows_is_taken_and_of_two_none(folder):
    rows = "".join(f'"p{k % 2}\nq",{k}\n' for k in range(N))
    folder("other.csv", "a,b\n1,2\n")
    path = folder("full_set.csv", "part,k\n" + rows)
    source = opened(path)
    assert list(source.columns) == ["embeddings", "part", "k"]
    assert source.notes == ("full_set.csv beside it",)
    folder("again.jsonl", '{"a": 1}\n' * N)
    source = opened(path)
    assert list(source.columns) == ["embeddings"]
    assert source.notes == ("2 tables beside it have 6 rows: again.jsonl, full_set.csv",)


@pytest.mark.parametrize(
    ("name", "text", "expected", "note"),
    [
        ("labels.txt", "animal\n" + "cat\ndog\n" * 3, ["cat", "dog"] * 3, "'animal'"),
        ("labels.csv", "0\n" + "1\n0\n" * 3, [1, 0] * 3, "'0'"),
        ("names.txt", "word\n" + "".join(f"w{k}\n" for k in range(N)), None, "'word'"),
    ],
)
def test_the_first_line_of_a_list_is_its_header_where_it_is_one_too_many(
    folder, name, text, expected, note
):
    source = opened(folder(name, text))
    column = name.partition(".")[0]
    assert values(source, column) == (expected or [f"w{k}" for k in range(N)])
    assert any(f"its first line, {note}, is its header" in said for said in source.notes)


def test_a_list_that_is_too_long_otherwise_is_not_cut(folder):
    source = opened(folder("names.txt", "".join(f"w{k}\n" for k in range(N + 1))))
    assert source.skipped == {"names.txt": "7 rows, not 6"}


def test_the_only_table_of_another_length_is_said(folder):
    rows = "name,kind\n" + "".join(f"n{k},a\n" for k in range(N + 3))
    path = folder("full_set.csv", rows)
    source = opened(path)
    assert list(source.columns) == ["embeddings"]
    assert source.notes == (f"full_set.csv beside it has {N + 3} rows, not {N}: not used",)
    # Of several tables none is meant.
    (path / "more.csv").write_text(rows)
    assert not getattr(opened(path), "notes", ())


def test_class_names_may_have_any_length(folder):
    folder("labels.npy", Y)
    source = opened(folder("class_names.txt", "cat\ndog\n"))
    assert values(source, "class_names") == ["cat", "dog"] and not source.skipped


def test_vectors_are_no_neighbours_of_vectors_but_of_pictures(folder, tmp_path):
    path = folder("features.npy", X)
    assert list(opened(path).columns) == ["embeddings"]
    folder("images.npy", np.zeros((N, 2, 2)))
    assert "embeddings" in opened(path, "images.npy").columns


def test_tables_archives_and_lists_have_no_neighbours(folder):
    path = folder("labels.npy", Y)
    np.savez(path / "data.npz", X=X)
    (path / "points.csv").write_text("x,y\n1,2\n3,4\n")
    for name in ("data.npz", "points.csv", "labels.npy"):
        source = open_source(path / name)
        assert with_neighbours(source) is source


def test_a_matrix_of_text_has_neighbours_too(tmp_path):
    np.savetxt(tmp_path / "vectors.csv", X, delimiter=",")
    np.savetxt(tmp_path / "tensors.tsv", X, delimiter="\t")
    (tmp_path / "metadata.tsv").write_text("\n".join("abcdef") + "\n")
    np.save(tmp_path / "labels.npy", Y)
    assert "labels" in opened(tmp_path, "vectors.csv").columns
    # Vectors of a projector have metadata by its rules.
    assert list(opened(tmp_path, "tensors.tsv").columns) == ["vectors", "label"]


def test_a_rewritten_neighbour_is_noticed(folder):
    from vizterm_core.errors import DataError

    path = folder("labels.npy", Y)
    source = opened(path)
    np.save(path / "labels.npy", Y[:3])
    with pytest.raises(DataError, match=r"labels\.npy has changed"):
        source.read("labels")


def test_a_folder_of_many_files_is_looked_through_up_to_a_limit(folder, monkeypatch):
    from vizterm_core.files import beside

    monkeypatch.setattr(beside, "_MOST_FILES", 3)
    for k in range(9):
        path = folder(f"t{k}.csv", "a\n1\n2\n3\n4\n5\n6\n")
    assert opened(path).notes == ("3 tables beside it have 6 rows: t0.csv, t1.csv, t2.csv",)
