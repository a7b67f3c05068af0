"""Events kept by group and time, against brute force."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vizterm_core.maps import event_store
from vizterm_core.maps.event_store import EventStore, Window
from vizterm_core.maps.events import Events, Groups

law = settings(max_examples=100, deadline=None, derandomize=True)


def batch(rows):
    """Events of (x, group name, time)."""
    names = tuple(dict.fromkeys(name for _, name, _ in rows))
    codes = np.array([names.index(name) for _, name, _ in rows], np.intp)
    x = np.array([x for x, _, _ in rows], float)
    times = np.array([time for _, _, time in rows], float)
    return Events(x, x + 0.5, x * 2, groups=Groups(codes, names), times=times)


def xs(events):
    assert events.y.tolist() == [x + 0.5 for x in events.x.tolist()]
    weights = events.weights if len(events) else np.empty(0)
    assert weights.tolist() == [x * 2 for x in events.x.tolist()]
    return events.x.tolist()


def test_events_are_chosen_by_group_and_window():
    store = EventStore()
    store.add(batch([(1, "left", 10.0), (2, "right", 11.0), (3, "left", 12.0)]))
    store.add(batch([(4, "middle", 9.0), (5, "left", 12.0)]))
    assert store.names == ("left", "right", "middle") and store.counts == (3, 1, 1)
    assert store.span == (9.0, 12.0) and len(store) == 5
    assert xs(store.select()) == [4, 1, 2, 3, 5]
    assert xs(store.select(0)) == [1, 3, 5]
    assert xs(store.select(None, Window(10.0, 12.0))) == [2, 3, 5]
    assert xs(store.select(0, Window(9.0, 11.0))) == [1]
    assert store.numbers(3).tolist() == [1, 1, 3]
    assert store.numbers(3, 1).tolist() == [0, 0, 1]


def test_events_without_times_or_groups_are_all_there():
    store = EventStore()
    store.add(Events(np.array([3.0, 1.0]), np.zeros(2)))
    store.add(Events(np.empty(0), np.empty(0)))
    assert store.names == () and store.span is None
    assert store.select(None, Window(0, 1)).x.tolist() == [3, 1]
    assert store.numbers(4).tolist() == [0, 0, 0, 0]


def test_an_event_without_a_time_is_in_no_window():
    store = EventStore()
    store.add(batch([(1, "a", np.nan), (2, "a", 5.0)]))
    assert store.span == (5.0, 5.0)
    assert xs(store.select()) == [2, 1]
    assert xs(store.select(None, Window(-np.inf, np.inf))) == [2]
    assert store.numbers(2).tolist() == [1, 0]


def test_a_window_moves_with_its_length():
    assert Window(2.0, 5.0).moved(9.0) == Window(6.0, 9.0)


rows = st.lists(
    st.tuples(st.integers(0, 99), st.sampled_from("abc"), st.integers(0, 20).map(float)),
    max_size=30,
)


@law
@given(st.lists(rows, max_size=6), st.integers(0, 20), st.integers(0, 20), st.sampled_from("abc"))
@pytest.mark.parametrize("few", [0, 5, 1 << 16])
def test_a_stream_cut_anywhere_gives_what_brute_force_does(few, parts, start, length, name):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(event_store, "_FEW", few)
        store = EventStore()
        for part in parts:
            if part:
                store.add(batch(part))
    everything = sorted((row for part in parts for row in part), key=lambda row: row[2])
    window = Window(float(start), float(start + length))
    inside = [row for row in everything if window.start < row[2] <= window.end]
    assert xs(store.select(None, window)) == [x for x, _, _ in inside] if everything else True
    if name in store.names:
        group = store.names.index(name)
        assert xs(store.select(group, window)) == [x for x, known, _ in inside if known == name]
        assert store.counts[group] == sum(known == name for _, known, _ in everything)
