"""The nearest vectors beside brute force in float64: same rows, same order, whatever they hold."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from vizterm_core.errors import DataError
from vizterm_core.files.formats import open_source
from vizterm_core.load import open_data
from vizterm_core.neighbours import vectors as module
from vizterm_core.neighbours.metric import Metric
from vizterm_core.neighbours.vectors import Vectors

EUCLIDEAN, COSINE = Metric.EUCLIDEAN, Metric.COSINE


def brute(values, row, count, metric, among=None):
    """All distances in float64, sorted by distance and row."""
    rows = np.asarray(values, np.float64).reshape(len(values), -1)
    usable = np.isfinite(rows).all(axis=1)
    with np.errstate(all="ignore"):
        if metric is EUCLIDEAN:
            keys = np.square(rows - rows[row]).sum(axis=1)
        else:
            lengths = np.sqrt(np.square(rows).sum(axis=1))
            usable &= lengths > 0
            keys = 1 - (rows * rows[row]).sum(axis=1) / (lengths * lengths[row])
    left_out = int((~usable & (True if among is None else among)).sum())
    usable[row] = False
    if among is not None:
        usable &= among
    found = np.flatnonzero(usable)
    order = found[np.lexsort((found, keys[found]))][:count]
    distances = np.sqrt(keys[order]) if metric is EUCLIDEAN else np.maximum(keys[order], 0)
    return order, distances, left_out


def check(values, row, count, metric, among=None, vectors=None):
    vectors = Vectors.of(values) if vectors is None else vectors
    found = vectors.nearest(row, count, metric, among=among)
    rows, distances, left_out = brute(values, row, count, metric, among)
    assert found.rows.tolist() == rows.tolist()
    np.testing.assert_array_equal(found.distances, distances)
    assert (found.metric, found.row, found.left_out) == (metric, row, left_out)
    return found


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(module, "BLOCK_BYTES", 4 * 5 * 7)


@pytest.mark.parametrize("metric", [EUCLIDEAN, COSINE])
@pytest.mark.parametrize("dtype", ["f4", ">f4", "f8", "f2", "i1", "u1", "i2", "i4", "i8", "?"])
def test_each_dtype(dtype, metric, small_blocks):
    values = (np.random.default_rng(0).normal(size=(300, 5)) * 50).astype(dtype)
    values[7] = 1
    check(values, 7, 12, metric)


@pytest.mark.parametrize("metric", [EUCLIDEAN, COSINE])
@pytest.mark.parametrize("offset", [0.0, 1000.0, 1e6])
def test_near_ties_far_from_the_origin(offset, metric):
    # In float32 the products of such vectors are equal; in float64 they aren't.
    values = (np.random.default_rng(0).normal(size=(3000, 64)) + offset).astype(np.float32)
    check(values, 17, 40, metric)


@given(
    hnp.arrays(
        st.sampled_from([np.float32, np.float64]),
        st.tuples(st.integers(1, 40), st.integers(1, 6)),
        elements=st.sampled_from(
            [0.0, 1.0, -1.0, 0.5, 1 + 2**-20, 1e-30, 1e30, 3e38, np.nan, np.inf, -0.0, 2.0]
        ),
    ),
    st.integers(0, 39),
    st.integers(1, 45),
    st.sampled_from([EUCLIDEAN, COSINE]),
)
@settings(max_examples=300, deadline=None)
def test_ties_and_extremes(values, row, count, metric):
    row %= len(values)
    if not np.isfinite(values[row]).all() or (metric is COSINE and not values[row].any()):
        with pytest.raises(DataError, match=f"row {row}"):
            Vectors.of(values).nearest(row, count, metric)
        return
    check(values, row, count, metric)


def test_equal_vectors_come_in_the_order_of_their_rows(small_blocks):
    values = np.tile(np.float32([[1, 2, 3, 4, 5], [0.1, 0.2, 0.3, 0.4, 0.5]]), (50, 1))
    found = check(values, 31, 8, EUCLIDEAN)
    assert found.rows.tolist() == [1, 3, 5, 7, 9, 11, 13, 15]
    assert not found.distances.any()


def test_all_that_are_equally_far_are_kept_apart(small_blocks):
    values = np.eye(200, dtype=np.float32)
    found = check(values, 150, 3, EUCLIDEAN)
    assert found.rows.tolist() == [0, 1, 2]


def test_only_some_rows(small_blocks):
    values = np.random.default_rng(0).normal(size=(500, 5)).astype(np.float32)
    values[::7] = np.nan
    among = np.random.default_rng(1).random(500) < 0.3
    for metric in (EUCLIDEAN, COSINE):
        check(values, 9, 20, metric, among)


def test_masked_and_missing_rows():
    values = np.random.default_rng(0).normal(size=(50, 4)).astype(np.float32)
    mask = np.zeros(values.shape, bool)
    mask[3, 1] = True
    whole = values.copy()
    whole[3] = np.nan
    found = Vectors.of(np.ma.MaskedArray(values, mask)).nearest(0, 49)
    assert found.rows.tolist() == brute(whole, 0, 49, EUCLIDEAN)[0].tolist()
    assert found.left_out == 1
    with pytest.raises(DataError, match=r"row 3 has no vector in vectors: it is missing or not f"):
        Vectors.of(np.ma.MaskedArray(values, mask)).nearest(3, 5)
    numbers = np.ma.MaskedArray(np.arange(20, dtype=np.int64).reshape(10, 2), mask=False)
    numbers[4] = np.ma.masked
    assert 4 not in Vectors.of(numbers).nearest(0, 9).rows


def test_a_zero_vector_has_no_direction():
    values = np.float32([[0, 0], [1, 0], [0, 1]])
    with pytest.raises(DataError, match="row 0 is zero in vectors: it has no direction"):
        Vectors.of(values).nearest(0, 1, COSINE)
    assert Vectors.of(values).nearest(1, 2, COSINE).rows.tolist() == [2]


def test_the_metric_is_the_cosine_for_vectors_of_length_one():
    values = np.random.default_rng(0).normal(size=(4000, 16)).astype(np.float32)
    assert Vectors.of(values).metric is EUCLIDEAN
    unit = values / np.linalg.norm(values, axis=1, keepdims=True)
    assert Vectors.of(unit).metric is COSINE
    assert Vectors.of(unit.astype(np.float16)).metric is COSINE
    # Rows without a vector say nothing.
    unit[::3], unit[1] = 0, np.nan
    assert Vectors.of(unit).metric is COSINE
    unit[3999] = 5
    assert Vectors.of(unit).metric is EUCLIDEAN
    assert Vectors.of(np.ones((5, 1))).metric is EUCLIDEAN
    assert Vectors.of(np.full((5, 3), np.nan)).metric is EUCLIDEAN


def test_rows_of_more_axes():
    pictures = np.random.default_rng(0).integers(0, 256, (100, 6, 5, 3), np.uint8)
    check(pictures, 40, 9, EUCLIDEAN)


def test_fewer_than_asked_for():
    assert Vectors.of(np.float32([[1, 2]])).nearest(0, 5).rows.size == 0
    assert Vectors.of(np.float32([[1, 2], [3, 4]])).nearest(1, 5).rows.tolist() == [0]


def test_it_can_be_stopped(small_blocks):
    asked = []

    def stop():
        asked.append(1)
        return len(asked) > 3

    assert Vectors.of(np.ones((5000, 5), np.float32)).nearest(0, 5, stop=stop) is None
    assert len(asked) == 4


@pytest.mark.parametrize("form", ["npy", "npz", "packed", "fortran", "parquet", "h5", "shards"])
def test_as_they_lie_in_files(form, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "BLOCK_BYTES", 1 << 12)
    values = np.random.default_rng(0).normal(size=(700, 24)).astype(np.float32)
    name, path = "X", tmp_path / "data.npz"
    if form == "npy":
        path = tmp_path / "data.npy"
        np.save(path, values)
    elif form == "npz":
        np.savez(path, X=values)
    elif form == "packed":
        np.savez_compressed(path, X=values)
    elif form == "fortran":
        np.savez(path, X=np.asfortranarray(values))
    elif form == "parquet":
        pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
        path = tmp_path / "data.parquet"
        pq.write_table(pa.table({"X": list(values)}), path, row_group_size=100)
    elif form == "h5":
        h5py = pytest.importorskip("h5py")
        path = tmp_path / "data.h5"
        with h5py.File(path, "w") as file:
            file.create_dataset("X", data=values, chunks=(64, 24), compression="gzip")
    else:
        np.save(tmp_path / "a.npy", values[:300])
        np.save(tmp_path / "b.npy", values[300:])
    if form == "shards":
        source, _ = open_data([tmp_path / "a.npy", tmp_path / "b.npy"], None)
    else:
        source = open_source(path)
    name = name if name in source.columns else next(iter(source.columns))
    spec = source.columns[name]
    for by_row in (True, False):
        vectors = Vectors(name, spec.shape, spec.dtype, lambda: source.open(name), by_row=by_row)
        check(values, 333, 15, EUCLIDEAN, vectors=vectors)
        monkeypatch.setattr(module, "free_memory", lambda: 0)
        vectors = Vectors(name, spec.shape, spec.dtype, lambda: source.open(name), by_row=by_row)
        check(values, 333, 15, COSINE, vectors=vectors)


def test_memory_is_bounded(tmp_path):
    path = tmp_path / "data.npy"
    values = np.random.default_rng(0).normal(size=(60_000, 128)).astype(np.float32)
    np.save(path, values)
    source = open_source(path)
    name = next(iter(source.columns))
    spec = source.columns[name]
    vectors = Vectors(name, spec.shape, spec.dtype, lambda: source.open(name))
    tracemalloc.start()
    vectors.nearest(5, 10)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # 30 MB of vectors.
    assert peak < 6 << 20
