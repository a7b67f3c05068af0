import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vizterm_core.errors import DataError, UsageError
from vizterm_core.maps import counts as heat
from vizterm_core.maps.counts import (
    MOST_PIXELS,
    bin_events,
    checked_size,
    event_columns,
    event_counts,
)

law = settings(max_examples=80, deadline=None, derandomize=True)
WIDTH, HEIGHT = 5, 3
position = st.one_of(
    st.integers(-2, 7).map(float),
    st.floats(-2, 7),
    st.sampled_from([np.nan, np.inf, -np.inf, -0.0, -0.25, 5.0, np.nextafter(5, 0), 1e300]),
)
weight = st.one_of(st.floats(-9, 9), st.sampled_from([np.nan, np.inf, 0.0]))
events = st.lists(st.tuples(position, position, weight), max_size=30)


def one_by_one(x, y, weights, width, height):
    """Counts, outside, outside weight and invalid, in plain Python."""
    counts = np.zeros((height, width))
    outside, outside_weight, invalid = 0, 0.0, 0
    for column, row, share in zip(x, y, weights, strict=True):
        if not np.isfinite([column, row, share]).all():
            invalid += 1
        elif 0 <= np.floor(column) < width and 0 <= np.floor(row) < height:
            counts[int(np.floor(row)), int(np.floor(column))] += share
        else:
            outside += 1
            outside_weight += float(share)
    return counts, outside, outside_weight, invalid


@law
@given(events, st.sampled_from([np.float32, np.float64]))
def test_events_are_binned_as_one_by_one(rows, dtype):
    with np.errstate(over="ignore"):
        x, y, weights = np.array(rows, dtype).reshape(-1, 3).T
    for shares in (weights, None):
        found = bin_events(x, y, shares, (WIDTH, HEIGHT))
        ones = np.ones(len(x))
        counts, *left_out = one_by_one(x, y, ones if shares is None else shares, WIDTH, HEIGHT)
        assert found.counts.shape == (HEIGHT, WIDTH) and found.counts.dtype == np.float32
        assert np.allclose(found.counts, counts, rtol=1e-6, atol=1e-5)
        left = (found.outside, found.outside_weight, found.invalid)
        assert left == pytest.approx(left_out, abs=1e-9)
        assert found.inside + found.outside + found.invalid == len(x)
        assert found.inside_weight == pytest.approx(counts.sum(), abs=1e-5)


@pytest.mark.parametrize("dtype", ["i1", "u1", "<i2", ">i4", "i8", "u8", "f2", "<f4", ">f8"])
def test_every_dtype_of_positions(dtype):
    x, y = np.array([0, 4, 4, 5, 9, 100], dtype), np.array([0, 2, 2, 2, 1, 3], dtype)
    found = bin_events(x, y, None, (WIDTH, HEIGHT))
    assert found.counts.tolist() == [[1, 0, 0, 0, 0], [0] * 5, [0, 0, 0, 0, 2]]
    assert (found.inside, found.outside, found.outside_weight, found.invalid) == (3, 3, 3, 0)


def test_negative_positions_are_outside_not_at_the_other_end():
    found = bin_events(np.array([-1, -5, 0, 2]), np.array([0, 0, -1, 1]), None, (WIDTH, HEIGHT))
    assert found.counts.sum() == 1 and found.counts[1, 2] == 1 and found.outside == 3
    found = bin_events(np.array([-0.5, -0.0]), np.array([0.5, 2.999]), None, (WIDTH, HEIGHT))
    assert found.counts[2, 0] == 1 and found.outside == 1


def test_a_dict_on_a_screen_that_is_not_square():
    counts = event_counts({(0, 0): 1, (4, 0): 2, (0, 2): 3, (4, 2): 4, (2, 4): 5}, (5, 3))
    assert counts.tolist() == [[1, 0, 0, 0, 2], [0] * 5, [3, 0, 0, 0, 4]]
    assert counts.dtype == np.float32


ROWS = [(1, 0, 2.5), (3.5, 2.25, 1.0), (-1, 0, 9.0), (1, 0, 1.0)]


@pytest.mark.parametrize(
    "form",
    [
        ROWS,
        tuple(ROWS),
        iter(ROWS),
        (row for row in ROWS),
        [list(row) for row in ROWS],
        [np.array(row) for row in ROWS],
        np.array(ROWS),
        np.array(ROWS, np.float32),
        np.asfortranarray(ROWS),
    ],
)
def test_weighted_events_in_every_form(form):
    counts = event_counts(form, (WIDTH, HEIGHT))
    assert counts.tolist() == [[0, 3.5, 0, 0, 0], [0] * 5, [0, 0, 0, 1, 0]]


@pytest.mark.parametrize("form", [list, iter, np.array])
def test_unweighted_events_count_one_each(form):
    counts = event_counts(form([(1, 0), (4, 2), (1, 0)]), (WIDTH, HEIGHT))
    assert counts.tolist() == [[0, 2, 0, 0, 0], [0] * 5, [0, 0, 0, 0, 1]]


@pytest.mark.parametrize(
    "nothing", [{}, [], (), iter([]), np.zeros((0, 2)), np.zeros((0, 3)), np.zeros(0)]
)
def test_no_events_are_an_empty_map(nothing):
    counts = event_counts(nothing, (WIDTH, HEIGHT))
    assert counts.shape == (HEIGHT, WIDTH) and counts.dtype == np.float32 and not counts.any()


def test_columns_are_left_as_they_are():
    array = np.arange(6).reshape(2, 3)
    x, y, weights = event_columns(array)
    assert x.tolist() == [0, 3] and y.tolist() == [1, 4] and weights.tolist() == [2, 5]
    before = array.copy()
    event_counts(array, (1, 1))
    assert np.array_equal(array, before)


@pytest.mark.parametrize(
    "bad",
    [
        *(None, 5, "1,2", b"1,2", {"1,2": 3}, {"12": 3}, {5: 1}, {(1, 2, 3): 1}, {(1,): 1}),
        *({("a", 2): 1}, {(1, 2): "many"}, {(1, 2): None, (1, 3): (1, 2)}),
        *([(1,)], [(1, 2, 3, 4)], [(1, 2), (1, 2, 3)], [1, 2], ["12", "34"], [(1, "x")]),
        *(np.zeros(4), np.zeros((4, 4)), np.zeros((2, 2, 2)), np.array([["a", "b"]])),
        *(np.array([[1j, 2]]), [np.zeros(2), np.zeros(3)], np.array([[None, 1]], object)),
    ],
)
def test_other_data_than_events_is_refused(bad):
    with pytest.raises(DataError, match="events"):
        event_counts(bad, (WIDTH, HEIGHT))


def test_columns_must_be_equally_long():
    with pytest.raises(DataError, match=r"\(3,\), \(2,\)"):
        bin_events(np.zeros(3), np.zeros(2), None, (WIDTH, HEIGHT))
    with pytest.raises(DataError, match=r"\(1,\)"):
        bin_events(np.zeros(3), np.zeros(3), np.zeros(1), (WIDTH, HEIGHT))


@pytest.mark.parametrize(
    "size",
    [(0, 5), (5, 0), (-1, 5), (5.5, 5), (5,), (5, 5, 5), 5, "5x5", None, (MOST_PIXELS, 2)],
)
def test_impossible_sizes_are_refused(size):
    with pytest.raises(UsageError, match="size"):
        event_counts([(0, 0)], size)


def test_sizes_that_hold_one_are_taken():
    assert checked_size((np.int32(4), 1)) == (4, 1)
    assert event_counts([(0, 0)], (1, 1)).tolist() == [[1]]


def test_a_map_that_does_not_fit_into_memory_is_refused(monkeypatch):
    monkeypatch.setattr("vizterm_core.files.memory.free_memory", lambda: 80_000)
    assert checked_size((100, 75)) == (100, 75)
    with pytest.raises(DataError, match="a map of 100 x 76 takes 60,800 bytes"):
        checked_size((100, 76))


def test_chunks_and_batches_add_up(monkeypatch):
    rng = np.random.default_rng(0)
    x, y = rng.uniform(-1, 6, 1000), rng.uniform(-1, 4, 1000)
    x[::97] = np.nan
    weights = rng.integers(1, 5, 1000)
    whole = [bin_events(x, y, w, (WIDTH, HEIGHT)) for w in (None, weights)]
    monkeypatch.setattr(heat, "_CHUNK", 7)
    monkeypatch.setattr(heat, "_BATCH", 60)
    for expected, shares in zip(whole, (None, weights), strict=True):
        found = bin_events(x, y, shares, (WIDTH, HEIGHT))
        assert np.array_equal(found.counts, expected.counts)
        for field in ("inside", "inside_weight", "outside", "outside_weight", "invalid"):
            assert getattr(found, field) == getattr(expected, field)


def test_many_events_in_one_pixel_are_counted_to_the_last():
    # A float32 sum of ones stops at 2²⁴.
    x = np.zeros(2**24 + 6, np.uint8)
    assert event_counts(np.stack([x, x], axis=1), (1, 1)).tolist() == [[2**24 + 6]]
