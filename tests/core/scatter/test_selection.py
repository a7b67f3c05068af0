"""Sets of points: laws of sets, counts by label, and the way back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vizterm_core.scatter import selection as selection_module
from vizterm_core.scatter.selection import History, How, Selection


@st.composite
def some(draw, count=2):
    """The size of a universe, and sets in it."""
    size = draw(st.integers(0, 70))
    sets = st.sets(st.integers(0, max(0, size - 1)) if size else st.nothing())
    return size, [draw(sets) for _ in range(count)]


def select(size, points):
    return Selection.of_points(size, np.array(sorted(points), np.int64))


@given(some())
def test_set_operations_are_those_of_sets(given_sets):
    size, (a, b) = given_sets
    one, other = select(size, a), select(size, b)
    everything = set(range(size))
    for found, expected in [
        (one | other, a | b),
        (one & other, a & b),
        (one - other, a - b),
        (~one, everything - a),
        (one.combined(other, How.NEW), b),
        (one.combined(other, How.ADD), a | b),
        (one.combined(other, How.REMOVE), a - b),
        (one.combined(other, How.COMMON), a & b),
    ]:
        assert found.points().tolist() == sorted(expected)
        assert found.count == len(expected)
        assert bool(found) == bool(expected)
        assert np.flatnonzero(found.mask()).tolist() == sorted(expected)
        assert found.mask().shape == (size,)
        assert found == select(size, expected)
        assert [point in found for point in range(size)] == [p in expected for p in range(size)]
    assert ~~one == one
    assert one - other == one & ~other
    assert ~(one | other) == ~one & ~other


@given(some(1), st.data())
def test_toggling_a_point_changes_that_point_alone(given_sets, data):
    size, (a,) = given_sets
    if size:
        point = data.draw(st.integers(0, size - 1))
        one = select(size, a)
        assert one.toggled(point) == select(size, a ^ {point})
        assert one.toggled(point).toggled(point) == one
        assert one == select(size, a), "a selection never changes"


def test_a_selection_is_neither_another_kind_nor_another_size():
    assert Selection.none(8) != Selection.none(9)
    assert Selection.none(8) != "nothing"
    assert Selection.of_mask(np.ones(9, bool)) == ~Selection.none(9)
    with pytest.raises(ValueError, match="read-only"):
        Selection.none(8).bits[0] = 1


@pytest.mark.parametrize("share", [0, 0.0001, 0.02, 0.5, 1])
@pytest.mark.parametrize("labels", [1, 7, 3000])
def test_points_and_counts_by_label_are_numpys(monkeypatch, share, labels):
    monkeypatch.setattr(selection_module, "_MOST_PICKED", 10)
    monkeypatch.setattr(selection_module, "CHUNK", 4096)
    rng = np.random.default_rng(1)
    mask = rng.random(50_003) < share
    codes = rng.integers(0, labels, mask.size).astype(np.uint16)
    one = Selection.of_mask(mask)
    assert one.count == mask.sum()
    assert np.array_equal(one.points(), np.flatnonzero(mask))
    assert one.points().dtype == np.int64
    asked = rng.integers(0, mask.size, 1000)
    assert np.array_equal(one.has(asked), mask[asked])
    expected = np.bincount(codes[mask], minlength=labels)
    assert np.array_equal(one.by_label(codes, labels), expected)


def test_the_way_back_is_the_way_one_came_and_forward_again_and_bounded():
    history = History(3)
    steps = [select(100, {step}) for step in range(5)]
    now = select(100, {99})
    for step in steps:
        history.keep(step)
    assert len(history) == 3
    gone = [now]
    while (found := history.back(gone[-1])) is not None:
        gone.append(found)
    assert gone == [now, steps[4], steps[3], steps[2]]
    assert [history.forward(one) for one in gone[:0:-1]] == [steps[3], steps[4], now]
    assert history.forward(now) is None
    assert history.back(now) == steps[4]
    history.keep(steps[4])
    assert history.forward(now) is None, "what is selected anew ends the way forward"
    small = History(100, most_bytes=3 * 125)
    for step in range(10):
        small.keep(select(1000, {step}))
    assert len(small) == 3
    for step in range(3):
        assert small.back(select(1000, {step})) == select(1000, {9 - step})
    assert small.forward(now) == select(1000, {2})
    tiny = History(100, most_bytes=1)
    tiny.keep(select(1000, {1}))
    assert tiny.back(select(1000, {2})) == select(1000, {1}), "one step back there always is"
    assert tiny.forward(select(1000, {1})) == select(1000, {2})
