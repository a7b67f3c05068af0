"""Which columns of a source are the vectors behind its points."""

import numpy as np
import pytest

import vizterm_core
from vizterm_core.errors import DataError, UsageError
from vizterm_core.files.source import ArraySource
from vizterm_core.load import Keys, choose_roles, embedding_from_arrays, load_embedding
from vizterm_core.load.describe import describe_choice
from vizterm_core.neighbours.metric import Metric

COUNT = 30
rng = np.random.default_rng(0)
WIDE = rng.normal(size=(COUNT, 8)).astype(np.float32)


def found(arrays, **keys):
    choice = choose_roles(ArraySource(arrays), Keys(**keys))
    return choice.vectors and choice.vectors.describe()


def by_hand(values, row, count):
    distances = np.sqrt(np.square(values - values[row]).sum(axis=1))
    distances[row] = np.inf
    return np.argsort(distances, kind="stable")[:count].tolist()


@pytest.mark.parametrize("name", ["features", "embeddings", "obsm/X_pca", "resnet"])
def test_a_matrix_beside_a_finished_map(name, tmp_path):
    arrays = {"umap": rng.normal(size=(COUNT, 2)), name: WIDE, "y": np.arange(COUNT) % 3}
    assert found(arrays) == f"{name} (30, 8) float32"
    np.savez(tmp_path / "data.npz", **arrays)
    embedding = load_embedding(tmp_path / "data.npz")
    assert embedding.vectors.nearest(4, 5).rows.tolist() == by_hand(WIDE.astype(float), 4, 5)


def test_what_is_reduced_to_coordinates(tmp_path):
    np.save(tmp_path / "vectors.npy", WIDE)
    embedding = load_embedding(tmp_path / "vectors.npy")
    assert embedding.vectors.shape == (COUNT, 8)
    assert embedding.vectors.metric is Metric.EUCLIDEAN
    assert embedding.vectors.nearest(4, 5).rows.tolist() == by_hand(WIDE.astype(float), 4, 5)


def test_columns_of_numbers_are_standardised_as_for_the_map():
    table = {"mass": WIDE[:, 0] * 1000, "height": WIDE[:, 1], "loss": WIDE[:, 2]}
    embedding = embedding_from_arrays(table)
    assert embedding.vectors.name == "mass, height, loss, standardised"
    columns = np.stack([column.astype(float) for column in table.values()], axis=1)
    scaled = (columns - columns.mean(axis=0)) / columns.std(axis=0)
    assert embedding.vectors.nearest(4, 5).rows.tolist() == by_hand(scaled, 4, 5)


def test_none_without_one():
    plane = rng.normal(size=(COUNT, 2))
    assert found({"X": plane, "y": np.arange(COUNT)}) is None
    assert found({"X": plane, "features": rng.normal(size=(COUNT + 1, 8))}) is None
    # Pictures, and probabilities of classes, are no vectors unless one says so.
    pixels = rng.integers(0, 256, (COUNT, 784), np.uint8)
    probabilities = np.full((COUNT, 4), 0.25)
    arrays = {"X": plane, "images": pixels, "probs": probabilities}
    assert found(arrays) is None
    assert found(arrays, vectors="images") == "images (30, 784) uint8"
    # What is called vectors is that as well, where it is drawn as pictures.
    assert found({"X": plane, "features": pixels}) == "features (30, 784) uint8"


def test_by_hand(tmp_path):
    arrays = {"X": rng.normal(size=(COUNT, 2)), "features": WIDE, "other": WIDE * 2}
    assert found(arrays, vectors="other") == "other (30, 8) float32"
    assert found(arrays, vectors="none") is None
    with pytest.raises(UsageError, match="--vectors nothing"):
        found(arrays, vectors="nothing")
    with pytest.raises(DataError, match=r"y \(30,\) int64 can't be vectors"):
        found(arrays | {"y": np.arange(COUNT)}, vectors="y")
    np.save(tmp_path / "wide.npy", WIDE)
    np.savez(tmp_path / "data.npz", X=arrays["X"])
    embedding = load_embedding(tmp_path / "data.npz", Keys(vectors=str(tmp_path / "wide.npy")))
    assert embedding.vectors.nearest(4, 5).rows.tolist() == by_hand(WIDE.astype(float), 4, 5)


def test_from_python():
    plane = rng.normal(size=(COUNT, 2))
    embedding = embedding_from_arrays(plane, vectors=WIDE)
    assert embedding.vectors.nearest(4, 5).rows.tolist() == by_hand(WIDE.astype(float), 4, 5)
    assert embedding_from_arrays(plane).vectors is None
    assert embedding_from_arrays(WIDE).vectors.shape == (COUNT, 8)
    with pytest.raises(vizterm_core.DataError, match="vectors"):
        embedding_from_arrays(plane, vectors=WIDE[:-1])


def test_info_tells_them():
    arrays = {"umap": rng.normal(size=(COUNT, 2)), "features": WIDE}
    lines = describe_choice(choose_roles(ArraySource(arrays)))
    assert ("vectors", "features (30, 8) float32") in lines


def test_all_vectors_are_there_by_name_the_chosen_first(tmp_path):
    chance = np.random.default_rng(0)
    path = tmp_path / "data.npz"
    clip, dino = chance.normal(size=(30, 8)), chance.normal(size=(30, 6))
    np.savez(path, umap=chance.normal(size=(30, 2)), clip=clip, dino=dino, y=np.arange(30) % 3)
    embedding = load_embedding(path)
    assert list(embedding.vector_sets) == ["clip", "dino"] and not embedding.components
    np.testing.assert_array_equal(embedding.vector_sets["dino"].vector(3), dino[3])
    embedding = load_embedding(path, Keys(vectors="dino"))
    assert list(embedding.vector_sets) == ["dino", "clip"] and embedding.vectors.name == "dino"
    np.savez(path, clip=clip)
    embedding = load_embedding(path)
    assert list(embedding.vector_sets) == ["clip"] and embedding.components
