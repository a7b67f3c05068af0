"""Several maps of the same points in one file."""

import numpy as np
import pytest

from vizterm_core.errors import DataError, UsageError
from vizterm_core.load import embedding_from_arrays, load_embedding
from vizterm_core.load.keys import Keys

N = 40


@pytest.fixture
def arrays():
    rng = np.random.default_rng(3)
    return {
        "tsne": rng.normal(size=(N, 2)),
        "umap": rng.normal(size=(N, 2)).astype(np.float32),
        "features": rng.normal(size=(N, 8)),
        "x": rng.normal(size=N),
        "y": rng.normal(size=N),
        "label": np.arange(N) % 3,
    }


@pytest.fixture
def load(arrays, tmp_path):
    def run(coords=None, **more):
        np.savez(tmp_path / "maps.npz", **(arrays | more))
        return load_embedding(tmp_path / "maps.npz", Keys(coords=coords))

    return run


def test_maps_named_together_stand_side_by_side(load, arrays):
    embedding = load("tsne,umap")
    assert (embedding.map_name, embedding.beside) == ("tsne", ("umap",))
    assert np.array_equal(embedding.x, arrays["tsne"][:, 0])
    assert np.array_equal(embedding.other_maps["umap"].read(), arrays["umap"])
    three = load("umap,x,y,tsne")
    assert (three.map_name, three.beside) == ("umap", ("x, y", "tsne"))
    assert np.array_equal(three.other_maps["x, y"].read(), np.stack([arrays["x"], arrays["y"]], 1))


def test_two_numbers_a_point_are_one_map_as_ever(load):
    embedding = load("x,y")
    assert embedding.map_name == "x, y" and not embedding.beside
    assert "tsne" in embedding.other_maps


def test_pca_is_made_where_nothing_is_called_so(load, arrays):
    made = load("tsne,pca").other_maps["PCA of features"].read()
    centred = arrays["features"] - arrays["features"].mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    expected = centred @ axes[:2].T
    for axis in range(2):
        same = np.abs(np.corrcoef(made[:, axis], expected[:, axis])[0, 1])
        assert same == pytest.approx(1, abs=1e-6)
    stored = np.ones((N, 2))
    assert np.array_equal(load("tsne,pca", pca=stored).other_maps["pca"].read(), stored)


def test_without_a_flag_the_other_maps_are_offered_and_none_is_shown(load):
    embedding = load()
    assert embedding.map_name == "umap" and embedding.beside == ()
    assert list(embedding.other_maps) == ["tsne", "PCA of features"]


def test_arrays_of_other_points_are_not_offered_and_refused_by_name(load):
    other = np.zeros((N + 1, 2))
    assert "proj" not in load(proj=other).other_maps
    with pytest.raises(DataError, match=r"proj \(41, 2\).*41 points, and tsne.*40"):
        load("tsne,proj", proj=other)


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("tsne,nope", "--coords nope: no such array"),
        ("x,tsne", "x is one number a point, and no map"),
        ("tsne,x", "x is one number a point, and no map"),
        ("tsne,umap,features,pca", "4 maps"),
    ],
)
def test_what_can_be_no_maps_is_refused(load, key, message):
    with pytest.raises(UsageError, match=message):
        load(key)


def test_objects_from_python_have_other_maps_too(arrays):
    embedding = embedding_from_arrays(arrays, coords="tsne")
    assert np.array_equal(embedding.other_maps["umap"].read(), arrays["umap"])
