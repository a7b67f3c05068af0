import tracemalloc

import numpy as np
import pytest
from sklearn.decomposition import PCA

from vizterm_core.errors import DataError, UsageError
from vizterm_core.files.data_file import DataFile
from vizterm_core.files.memory import free_memory, memory_limit, require_memory
from vizterm_core.files.stored import StoredArray
from vizterm_core.load import Keys, embedding_from_arrays, load_embedding
from vizterm_core.load import pca as pca_module
from vizterm_core.load.pca import FARTHEST, first_components
from vizterm_core.scatter.grid import CHUNK

DTYPES = [
    *("?", "i1", "u1", "<i2", ">i2", "<u4", ">i4", "<i8", ">i8", "<u8", ">u8"),
    *("<f2", ">f2", "<f4", ">f4", "<f8", ">f8"),
]
SAVERS = {"stored": np.savez, "deflated": np.savez_compressed}


def saved(tmp_path, how="stored", **arrays):
    path = tmp_path / "data.npz"
    SAVERS[how](path, **arrays)
    return path


@pytest.mark.parametrize("how", SAVERS)
def test_a_file_is_loaded_with_every_role(tmp_path, how):
    rng = np.random.default_rng(0)
    X, images = rng.random((6, 2)), rng.integers(0, 256, (6, 4, 5), np.uint8)
    names = np.array([[f"n{k}"] for k in range(6)])
    maps = rng.random((6, 3, 2)).astype(np.float16)
    labels = [[2], [0], [1], [2], [2], [0]]
    path = saved(tmp_path, how, X=X, y=labels, images=images, maps=maps, names=names)
    data = load_embedding(path)
    assert len(data) == data.total == 6 and data.dropped == 0 and data.rows is None
    assert np.array_equal(data.x, X[:, 0]) and np.array_equal(data.y, X[:, 1])
    assert data.labels.names == ("0", "1", "2") and data.labels.codes.tolist() == [2, 0, 1, 2, 2, 0]
    assert [data.name_of(k) for k in range(6)] == [f"n{k}" for k in range(6)]
    assert data.images.ready == (how == "stored")
    data.images.unpack()
    assert np.array_equal(data.images.picture(3)[..., 0], images[3])
    assert data.maps.ready == (how == "stored") and data.maps.shape == (3, 2)
    data.maps.unpack()
    assert data.maps.map(4).dtype == np.float16 and np.array_equal(data.maps.map(4), maps[4])
    assert data.title == "data.npz" and data.notes == ("coordinates X",)
    assert [file.path for file in data.files] == [path]


def test_the_digits_of_the_demo_load(digits_path):
    data = load_embedding(digits_path)
    with np.load(digits_path) as arrays:
        assert np.array_equal(data.x, arrays["tsne"][:, 0])
        assert np.array_equal(np.array(data.labels.names, int)[data.labels.codes], arrays["labels"])
    assert data.x.dtype == np.float32 and data.images.count == 1797
    by_hand = load_embedding(digits_path, Keys(coords="pca", images="none"))
    assert by_hand.notes == ("coordinates pca",) and by_hand.images is None
    assert load_embedding(digits_path, Keys(maps="none")).maps is None
    assert not np.array_equal(by_hand.x, data.x)


def test_the_maps_of_the_demo_lie_on_the_ink(digits_path):
    maps = load_embedding(digits_path).maps
    with np.load(digits_path) as arrays:
        inks = arrays["images"]
    assert maps.count == 1797 and maps.shape == (8, 8)
    heats = np.stack([maps.map(row).astype(float) for row in range(1797)])
    assert np.isfinite(heats).all() and (heats >= 0).all() and (heats.max(axis=(1, 2)) > 0).all()
    # Taking away ink can only matter where there is some, a pixel away at most.
    padded = np.pad(inks, ((0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(1, 2))
    assert not heats[windows.max(axis=(3, 4)) == 0].any()


@pytest.mark.parametrize("shape", [(4, 3, 2), (4, 1, 3, 2)])
def test_maps_are_given_one_at_a_time_by_row(tmp_path, shape):
    coords = np.array([[0, 0], [np.nan, 1], [2, 2], [3, 3]])
    maps = np.arange(24.0).reshape(shape)
    path = saved(tmp_path, X=coords, saliency=maps)
    for data in (embedding_from_arrays(coords, maps=maps), load_embedding(path)):
        assert data.images is None and len(data) == 3
        assert data.maps.map(data.row_of(1)).tolist() == [[12, 13], [14, 15], [16, 17]]
    assert np.shares_memory(embedding_from_arrays(coords, maps=maps).maps.map(2), maps)


def test_maps_of_the_wrong_length_are_not_used_and_that_is_said(tmp_path):
    path = saved(tmp_path, X=np.zeros((3, 2)), cam=np.zeros((4, 5, 5)))
    data = load_embedding(path)
    assert data.maps is None
    assert "cam (4, 5, 5) float64 not used: there are 3 points" in data.notes
    with pytest.raises(DataError, match=r"maps cam \(4, 5, 5\) float64 don't match") as caught:
        load_embedding(path, Keys(maps="cam"))
    assert "--maps KEY|none" in caught.value.hint


def test_packed_maps_count_towards_the_limit(tmp_path):
    path = saved(tmp_path, "deflated", X=np.zeros((3, 2)), maps=np.zeros((3, 50, 50)))
    assert load_embedding(path, max_bytes=60_048).maps is not None
    with pytest.raises(DataError, match=r"unpacking 'maps' .* 60,048 bytes"):
        load_embedding(path, max_bytes=60_047)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("order", ["C", "F"])
def test_coordinates_of_every_dtype_become_native_floats(tmp_path, dtype, order):
    coords = np.array([[0, 1], [1, 0], [1, 1]]).astype(dtype, order=order)
    for data in (embedding_from_arrays(coords), load_embedding(saved(tmp_path, X=coords))):
        for column, values in enumerate((data.x, data.y)):
            assert values.dtype in (np.dtype(np.float32), np.dtype(np.float64))
            assert values.dtype.isnative and values.flags.c_contiguous
            assert np.array_equal(values, coords[:, column].astype(float))
        assert data.x.dtype == data.y.dtype
    assert embedding_from_arrays(coords.astype("f4")).x.dtype == np.float32


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8"])
def test_rows_that_are_not_finite_are_dropped_and_the_rest_keep_their_rows(dtype):
    coords = np.array([[0, 0], [np.nan, 1], [2, np.inf], [3, 3], [-np.inf, np.nan], [5, 5]], dtype)
    images = 60 + np.arange(6, dtype=np.uint8)[:, None, None]
    data = embedding_from_arrays(coords, list("abcabc"), names=list("uvwxyz"), images=images)
    assert (len(data), data.total, data.dropped) == (3, 6, 3)
    assert data.x.tolist() == data.y.tolist() == [0, 3, 5]
    assert data.rows.tolist() == [0, 3, 5]
    assert [data.row_of(k) for k in range(3)] == [0, 3, 5]
    assert [data.point_of(row) for row in range(-1, 7)] == [None, 0, None, None, 1, None, 2, None]
    assert [data.labels.names[code] for code in data.labels.codes] == ["a", "a", "c"]
    assert data.labels.names == ("a", "c")
    assert [data.name_of(k) for k in range(3)] == ["u", "x", "z"]
    assert [data.images.picture(data.row_of(k))[0, 0, 0] for k in range(3)] == [60, 63, 65]


def test_a_lone_bad_value_in_either_column_is_noticed():
    for row, column, bad in [(0, 0, np.nan), (2, 1, np.inf), (1, 1, -np.inf), (2, 0, 1e200)]:
        coords = np.arange(6.0).reshape(3, 2)
        coords[row, column] = bad
        assert embedding_from_arrays(coords).rows.tolist() == [k for k in range(3) if k != row]


def test_coordinates_too_far_off_are_dropped_like_infinite_ones():
    coords = np.array([[0, 0], [FARTHEST, -FARTHEST], [FARTHEST * 2, 0], [0, -FARTHEST * 2]])
    assert embedding_from_arrays(coords).rows.tolist() == [0, 1]


def test_rows_and_points_are_the_same_where_nothing_was_dropped():
    data = embedding_from_arrays(np.zeros((3, 2)))
    assert [data.row_of(k) for k in range(3)] == [0, 1, 2]
    assert [data.point_of(row) for row in (-1, 0, 2, 3)] == [None, 0, 2, None]
    assert data.name_of(0) == ""


@pytest.mark.parametrize("width", [2, 5])
@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_points_load_with_all_their_arrays(tmp_path, count, width):
    coords = np.ones((count, width))
    labels, images = np.zeros(count, int), np.zeros((count, 3, 3))
    path = saved(tmp_path, X=coords, y=labels, images=images, names=np.zeros(count, "U3"))
    for data in (embedding_from_arrays(coords, labels, images=images), load_embedding(path)):
        assert len(data) == data.total == count and data.rows is None
        assert data.labels.codes.shape == (count,) and data.images.count == count
        assert np.isfinite(data.x).all()


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("width", [2, 3])
def test_coordinates_without_a_finite_point_are_refused_by_name(tmp_path, bad, width):
    path = saved(tmp_path, umap=np.full((4, width), bad))
    with pytest.raises(DataError, match=r"'umap' hold no finite point: all 4 "):
        load_embedding(path)


def test_points_without_labels_have_one(tmp_path):
    data = load_embedding(saved(tmp_path, X=np.zeros((3, 2)), y=np.arange(3)), Keys(labels="none"))
    assert data.labels.names == ("points",) and data.labels.counts.tolist() == [3]


def test_arrays_are_not_changed_and_lists_are_accepted():
    coords, labels = np.array([[1.0, np.nan], [3, 4]]), np.array([5, 6])
    kept = coords.copy()
    data = embedding_from_arrays(coords, labels)
    assert np.array_equal(coords, kept, equal_nan=True) and labels.tolist() == [5, 6]
    assert data.labels.names == ("6",)
    assert embedding_from_arrays([[1, 2], [3, 4]], ["a", "b"]).labels.names == ("a", "b")


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("step", [1, 2])
def test_invalid_characters_are_replaced_in_a_copy(order, step):
    """numpy takes any four bytes for one."""
    codes = np.zeros((3 * step, 2), f"{order}u4")
    codes[::step] = [(0x41, 0x10FFFF), (0x110000, 0x42), (0xFFFFFFFF, 0)]
    text = codes.view(f"{order}U2").ravel()[::step]
    before = codes.copy()
    found = embedding_from_arrays(np.eye(3)[:, :2], labels=text, names=text)
    assert [found.name_of(point) for point in range(3)] == ["A\U0010ffff", "\ufffdB", "\ufffd"]
    assert sorted(found.labels.names) == sorted(["A\U0010ffff", "\ufffdB", "\ufffd"])
    assert np.array_equal(codes, before)


def test_names_are_kept_as_they_are_and_titles_made_harmless(tmp_path):
    data = embedding_from_arrays(
        np.zeros((3, 2)), names=np.array([b"a\x1bb", b"\xff", b"ok"]), title="t\nitle"
    )
    assert [data.name_of(k) for k in range(3)] == ["a\x1bb", "\ufffd", "ok"]
    assert data.title == "t␊itle"
    path = saved(tmp_path, X=np.zeros((1, 2)), names=[12])
    assert load_embedding(path, title="\x1b[2J").title == "␛[2J"
    assert load_embedding(path).name_of(0) == "12"


@pytest.mark.parametrize(
    ("arrays", "kind", "message"),
    [
        ({"coords": [1, 2, 3]}, DataError, "X (3,) int64 can't be coordinates"),
        ({"coords": [["a", "b"]]}, DataError, "can't be coordinates"),
        ({"coords": np.zeros((3, 2), complex)}, DataError, "can't be coordinates"),
        ({"coords": np.full((3, 2), "a", object)}, DataError, "object array"),
        ({"coords": np.zeros((3, 2)), "labels": [1, 2]}, DataError, "y (2,)"),
        ({"coords": np.zeros((3, 2)), "labels": [1, {}, "a"]}, DataError, "dict"),
        ({"coords": np.zeros((3, 2)), "names": ["a"]}, DataError, "names (1,)"),
        ({"coords": np.zeros((3, 2)), "images": np.zeros((3, 4))}, DataError, "images (3, 4)"),
        ({"coords": np.zeros((3, 2)), "maps": np.zeros((3, 4))}, DataError, "maps (3, 4)"),
        (
            {"coords": np.zeros((3, 2)), "images": np.zeros((3, 4)), "image_shape": (3, 3)},
            UsageError,
            "9 values",
        ),
    ],
)
def test_bad_arrays_are_refused_by_name(arrays, kind, message):
    with pytest.raises(kind) as caught:
        embedding_from_arrays(**arrays)
    assert message in str(caught.value) and str(caught.value).isprintable()


@pytest.mark.parametrize("role", ["coords", "labels", "images", "maps", "names"])
def test_ragged_lists_are_refused_by_name(role):
    arrays = {"coords": np.zeros((2, 2)), role: [[1, 2], [3]]}
    with pytest.raises(DataError, match=role):
        embedding_from_arrays(**arrays)


def test_flat_images_are_given_their_shape(tmp_path):
    flat = 60 + np.arange(18, dtype=np.uint8).reshape(3, 6)
    path = saved(tmp_path, X=np.zeros((3, 2)), images=flat)
    keys = Keys(image_shape=(2, 3))
    for data in (
        load_embedding(path, keys),
        embedding_from_arrays(np.zeros((3, 2)), images=flat, image_shape=(2, 3)),
    ):
        assert data.images.picture(1)[..., 0].tolist() == [[66, 67, 68], [69, 70, 71]]


def test_errors_about_roles_name_the_file(tmp_path):
    path = saved(tmp_path, X=np.zeros((3, 2)), y=np.zeros(2))
    with pytest.raises(DataError, match=r"^data\.npz: labels y \(2,\)") as caught:
        load_embedding(path, Keys(labels="y"))
    assert caught.value.hint
    with pytest.raises(UsageError, match=r"^data\.npz: --coords Z"):
        load_embedding(path, Keys(coords="Z"))


def test_coordinates_in_many_dimensions_are_reduced_and_noted(tmp_path):
    X = np.random.default_rng(0).normal(0, 1, (50, 7))
    data = load_embedding(saved(tmp_path, X=X))
    assert data.notes == ("PCA of X, 7 dimensions",)
    assert np.array_equal(np.column_stack([data.x, data.y]), first_components(X))
    assert not np.allclose(data.x, X[:, 0])


@pytest.mark.parametrize("shape", [(60, 5000), (5000, 60), (12, 8, 9), (40, 3), (2, 3)])
def test_components_of_any_shape_are_those_of_a_full_decomposition(shape):
    rng = np.random.default_rng(1)
    values = rng.normal(size=shape) + 3 * rng.normal(size=shape[:1] + (1,) * (len(shape) - 1))
    flat = values.reshape(shape[0], -1)
    found = first_components(values)
    expected = PCA(2, svd_solver="full").fit_transform(flat)
    assert np.allclose(np.abs(found), np.abs(expected), atol=1e-6 * np.abs(expected).max())


def test_components_of_many_rows_and_dimensions_are_found_by_iteration(monkeypatch):
    monkeypatch.setattr(pca_module, "EXACT_PCA", 50)
    rng = np.random.default_rng(2)
    values = rng.normal(size=(300, 2)) * (9, 6) @ rng.normal(size=(2, 200))
    values += rng.normal(size=(300, 200))
    values[7] = np.nan
    found = first_components(values)
    expected = PCA(2, svd_solver="full").fit_transform(np.delete(values, 7, axis=0))
    assert np.isnan(found[7]).all()
    found = np.delete(found, 7, axis=0)
    for k in range(2):
        assert abs(np.corrcoef(found[:, k], expected[:, k])[0, 1]) > 0.999


def test_masked_coordinates_are_dropped_and_masked_labels_missing():
    X = np.ma.masked_greater(np.array([[0.0, 1], [900, 900], [2, 3], [4, 900]]), 500)
    y = np.ma.array([0, 1, 1, 0], mask=[0, 0, 1, 0])
    data = embedding_from_arrays(X, y)
    assert data.rows.tolist() == [0, 2] and data.dropped == 2
    assert data.x.tolist() == [0, 2] and data.labels.text_of(1) == "(missing)"


def test_a_table_is_standardised_and_gaps_count_as_the_mean(tmp_path):
    rng = np.random.default_rng(0)
    columns = {
        name: rng.normal(3, scale, 40) for name, scale in zip("abc", (1, 50, 0.1), strict=True)
    }
    table = np.stack(list(columns.values()), axis=1)
    scaled = (table - table.mean(axis=0)) / table.std(axis=0)
    expected = np.abs(PCA(2).fit_transform(scaled))
    data = load_embedding(saved(tmp_path, **columns))
    assert np.allclose(np.abs(np.stack([data.x, data.y], axis=1)), expected)
    columns |= {"gone": np.full(40, np.nan), "same": np.full(40, 7.0)}
    columns["a"][3] = np.inf
    assert load_embedding(saved(tmp_path, **columns)).dropped == 0


@pytest.mark.parametrize("name", ["x", "umap1"])
def test_columns_and_matrices_lying_otherwise_are_coordinates(tmp_path, name):
    X = np.random.default_rng(0).random((20, 2)).astype(np.float32)
    y, other = np.arange(20) % 3, {"x": "y", "umap1": "umap2"}[name]
    for arrays in (
        {name: X[:, 0], other: X[:, 1]},
        {"X": X.T},
        {"X": np.stack([X * 2, X])},
        {"X": X[:, 0] + 1j * X[:, 1]},
        {"data": np.c_[X, y].astype(np.float32)},
    ):
        data = load_embedding(saved(tmp_path, **arrays, label=y))
        assert np.array_equal(data.x, X[:, 0]) and np.array_equal(data.y, X[:, 1])
        assert data.x.dtype == data.y.dtype and len(data.labels.names) == 3


def test_every_column_of_the_points_is_at_hand(tmp_path):
    rng = np.random.default_rng(0)
    loss, split = rng.random(60), np.array(["train", "test"] * 30)
    X = rng.random((60, 2))
    X[3] = np.nan
    data = load_embedding(saved(tmp_path, X=X, y=np.arange(60) % 4, loss=loss, split=split))
    assert set(data.columns) == {"y", "loss", "split"} and data.coloured_by == "y"
    assert not data.columns["loss"].ready
    assert data.columns["split"].text(5) == "test"
    by_loss = data.coloured("loss")
    assert by_loss.labels.continuous and by_loss.coloured_by == "loss"
    assert by_loss.labels.values.tolist() == np.delete(loss, 3).tolist()
    assert by_loss.x is data.x


def like_sklearn(values, tolerance=1e-8):
    reduced = first_components(values)
    expected = PCA(2, svd_solver="full").fit_transform(values.astype(float))
    signs = np.sign((reduced * expected).sum(axis=0))
    scale = np.abs(expected).max()
    assert reduced.dtype == np.float64
    assert np.allclose(reduced, expected * signs, rtol=0, atol=tolerance * scale)


@pytest.mark.parametrize("dtype", ["u1", ">i4", "<f4", ">f8", "f8"])
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize(("count", "width"), [(200, 3), (200, 20), (5, 30), (3, 3)])
def test_components_are_sklearns_up_to_sign(dtype, order, count, width):
    rng = np.random.default_rng(count + width)
    mixed = rng.normal(0, 1, (count, 3)) @ rng.normal(0, 30, (3, width)) + 128
    like_sklearn(np.clip(mixed + rng.normal(0, 1, mixed.shape), 0, 255).astype(dtype, order=order))


def test_components_of_booleans_and_half_floats_are_sklearns():
    bits = np.random.default_rng(0).random((300, 6)) < np.linspace(0.1, 0.5, 6)
    like_sklearn(bits)
    like_sklearn((np.random.default_rng(1).normal(0, [9, 3, 1, 0.5], (300, 4))).astype(np.float16))


def test_components_are_sklearns_far_from_zero_and_over_many_chunks():
    rng = np.random.default_rng(0)
    like_sklearn(rng.normal(1e6, [50, 10, 1], (2 * CHUNK + 77, 3)), tolerance=1e-6)


def test_the_largest_loading_of_a_component_is_positive():
    spread = np.random.default_rng(0).normal(0, [1, 9, 3], (100, 3))
    for flips in ([1, 1, 1], [-1, 1, -1], [1, -1, 1]):
        values = spread * flips
        reduced = first_components(values)
        assert np.corrcoef(reduced[:, 0], values[:, 1])[0, 1] > 0.9
        assert np.corrcoef(reduced[:, 1], values[:, 2])[0, 1] > 0.9


def test_rows_that_are_not_finite_have_no_part_in_the_components():
    values = np.random.default_rng(0).normal(0, [5, 3, 1], (40, 3))
    holed = values.copy()
    holed[3, 2], holed[17, 0] = np.nan, np.inf
    whole = np.delete(np.arange(40), [3, 17])
    reduced = first_components(holed)
    assert np.isnan(reduced[[3, 17]]).all()
    assert np.allclose(reduced[whole], first_components(values[whole]))
    data = embedding_from_arrays(holed)
    assert data.rows.tolist() == whole.tolist()


@pytest.mark.parametrize("count", [0, 1, 2, 100])
def test_components_of_equal_points_are_zero(count):
    reduced = first_components(np.full((count, 4), 7.25))
    assert reduced.shape == (count, 2) and not reduced.any()


def test_two_points_lie_on_one_axis():
    reduced = first_components(np.array([[0.0, 0, 0], [3, 0, 4]]))
    assert np.allclose(reduced, [[-2.5, 0], [2.5, 0]])


@pytest.mark.parametrize("size", [1e140, 1e200, 1e308])
def test_components_of_huge_values_are_refused_or_finite(size):
    values = np.random.default_rng(0).normal(0, 1, (20, 4)) * [0.1, 0.05, 0.01, 0.01] * size
    try:
        data = embedding_from_arrays(values)
    except DataError:
        return
    assert np.isfinite(data.x).all() and np.isfinite(data.y).all()


@pytest.mark.parametrize("order", ["C", "F"])
def test_components_of_a_stored_array_are_read_part_by_part(tmp_path, order, monkeypatch):
    values = np.random.default_rng(0).normal(0, [5, 3, 1, 1], (301, 4))
    values[17, 2] = np.nan
    expected = first_components(values)
    path = tmp_path / "values.npy"
    np.save(path, np.asarray(values, order=order))
    file = DataFile(path, ".npy")
    stored = StoredArray(file, "X", 128, values.shape, values.dtype, fortran_order=order == "F")
    largest = []
    read_into = DataFile.read_into
    monkeypatch.setattr(pca_module, "_PCA_VALUES", 64)
    monkeypatch.setattr(
        DataFile,
        "read_into",
        lambda self, array, offset: (largest.append(array.size), read_into(self, array, offset)),
    )
    assert np.allclose(first_components(stored), expected, equal_nan=True)
    assert max(largest) <= 64


def test_coordinates_in_a_file_are_never_in_memory_twice(tmp_path):
    path = saved(tmp_path, X=np.random.default_rng(0).random((800_000, 2)))
    tracemalloc.start()
    try:
        data = load_embedding(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(data) == 800_000 and peak < 1.5 * 800_000 * 2 * 8


@pytest.mark.parametrize(
    ("arrays", "limit", "named"),
    [
        ({}, 1599, "100 points takes 1,600"),
        ({"y": np.zeros(100, "U8")}, 3199, "data.npz: 'y' takes 3,200"),
        ({"names": np.zeros(100, "U20")}, 7999, "data.npz: 'names' takes 8,000"),
    ],
)
def test_arrays_that_dont_fit_into_memory_are_refused(tmp_path, arrays, limit, named, monkeypatch):
    path = saved(tmp_path, X=np.zeros((100, 2)), **arrays)
    monkeypatch.setattr("vizterm_core.files.memory.free_memory", lambda: -(-limit * 4 // 3))
    with pytest.raises(DataError) as caught:
        load_embedding(path)
    assert caught.value.message == f"{named} bytes in memory, the limit is {limit:,}"
    assert caught.value.hint


def test_free_memory_is_a_sensible_number_of_bytes():
    assert 1 << 20 < free_memory() < 1 << 50


def test_three_quarters_of_the_free_memory_may_be_taken(monkeypatch):
    monkeypatch.setattr("vizterm_core.files.memory.free_memory", lambda: 100)
    assert memory_limit() == 75 and memory_limit(7) == 7 and memory_limit(0) == 0
    require_memory(75, "a")
    with pytest.raises(DataError, match=r"^a takes 76 bytes in memory, the limit is 75"):
        require_memory(76, "a")


def test_more_values_than_can_be_reduced_are_refused_at_once():
    huge = np.broadcast_to(0.0, (10**6, 10**6))
    with pytest.raises(DataError, match="1,000,000 x 1,000,000 values are too many") as caught:
        embedding_from_arrays(huge)
    assert "reduce them first" in caught.value.hint
