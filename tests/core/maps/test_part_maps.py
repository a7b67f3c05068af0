"""Parts of a recording: counted as brute force does, in one scale."""

import numpy as np
import pytest

from vizterm_core.maps import part_maps
from vizterm_core.maps.blur import blur
from vizterm_core.maps.count_map import CountMap
from vizterm_core.maps.counts import bin_events
from vizterm_core.maps.event_store import EventStore, Window
from vizterm_core.maps.events import Events, Groups
from vizterm_core.maps.part_maps import Part, PartMaps
from vizterm_core.maps.placing import Placing

SIZE = (60, 40)
RNG = np.random.default_rng(5)
N = 600
X, Y = RNG.random(N) * 60, RNG.random(N) * 40
CODES = np.arange(N) % 3
TIMES = np.linspace(0, 100, N)
HOT = 17.0, 23.0


def recording():
    """Three groups; 'c' has 40 more events in one place, at the end."""
    extra = 40
    events = Events(
        np.concatenate([X, np.full(extra, HOT[0])]),
        np.concatenate([Y, np.full(extra, HOT[1])]),
        None,
        groups=Groups(np.concatenate([CODES, np.full(extra, 2)]), ("a", "b", "c")),
        times=np.concatenate([TIMES, np.full(extra, 99.0)]),
    )
    store = EventStore()
    store.add(events)
    return store


def maps(store=None):
    return PartMaps(store or recording(), SIZE, lambda events: (events.x, events.y))


@pytest.mark.parametrize("window", [None, Window(20.0, 60.0)])
@pytest.mark.parametrize("group", [None, 0, 2])
def test_a_part_is_blurred_as_its_events_are(group, window):
    chosen = np.ones(N, bool) if group is None else group == CODES
    if window is not None:
        chosen &= (TIMES > 20) & (TIMES <= 60)
    counts = bin_events(X[chosen], Y[chosen], None, SIZE).counts
    if window is None and group in (None, 2):
        counts[int(HOT[1]), int(HOT[0])] += 40
    values = maps().blurred(Part(group, window), (1.5, 2.0), (20, 30))
    np.testing.assert_allclose(values, blur(counts, (1.5, 2.0), shape=(20, 30)), atol=1e-6)


def test_groups_share_the_scale_of_the_highest():
    made = maps()
    values, highest = made.overview(Part(0), (1.0, 1.0))
    assert highest == Part(2)
    alone, _ = made.overview(Part(None), (1.0, 1.0))
    shape = (40, 60)
    peaks = [made.blurred(Part(group), (1.0, 1.0), shape).max() for group in (0, 1, 2)]
    assert values.max() == pytest.approx(max(peaks)) and peaks[2] > peaks[0]
    assert alone.size == 2400


def test_windows_share_the_scale_of_the_highest():
    made = maps()
    for group in (None, 2):
        _, highest = made.overview(Part(group, Window(10.0, 20.0)), (1.0, 1.0))
        assert highest.window.start < 99 <= highest.window.end
        assert highest.window.length == pytest.approx(10) and highest.group == group


def test_of_many_groups_the_largest_make_the_scale(monkeypatch):
    monkeypatch.setattr(part_maps, "MOST_SCALED", 2)
    assert maps().comparable(Part(1)) == [Part(2), Part(0)]


def test_what_was_counted_once_is_kept_and_not_without_end(monkeypatch):
    monkeypatch.setattr(part_maps, "MOST_SCALED", 1)
    made = maps()
    first = made.coarse(Part(0))
    assert made.coarse(Part(0)) is first
    for start in range(5):
        made.coarse(Part(0, Window(float(start), 50.0)))
    assert made.coarse(Part(0)) is not first


@pytest.mark.parametrize("upwards", ["up", "down"])
@pytest.mark.parametrize("transpose", [False, True])
def test_a_part_lies_on_the_coordinates_of_the_whole(upwards, transpose):
    x, y = RNG.normal(-71, 0.02, N), RNG.normal(42, 0.01, N)
    events = Events(x, y, None, groups=Groups(CODES, ("a", "b", "c")))
    store = EventStore()
    store.add(events)
    whole = CountMap(Placing(upwards=upwards, transpose=transpose))
    whole.add(events)
    parts = [whole.of_part(store.select(group)) for group in range(3)]
    assert all(part.axes == whole.axes and part.size == whole.size for part in parts)
    np.testing.assert_array_equal(sum(part.counts for part in parts), whole.counts)
    assert sum(part.events for part in parts) == whole.events
    assert sum(part.outside for part in parts) == whole.outside
    columns, rows = whole.pixels(events)
    inside = (columns >= 0) & (columns < whole.size[0]) & (rows >= 0) & (rows < whole.size[1])
    again = bin_events(columns[inside], rows[inside], None, whole.size).counts
    assert np.abs(again - whole.counts).sum() <= 4, "but for events on the edge of a pixel"
    assert whole.of_part(store.select(0, None)).weighted is False


def test_a_part_without_an_event_is_an_empty_map():
    whole = CountMap((30, 20))
    whole.add(Events(np.array([1.0]), np.array([2.0])))
    empty = whole.of_part(Events(np.empty(0), np.empty(0)))
    assert empty.size == (30, 20) and empty.counts.sum() == 0 and empty.events == 0


def test_the_edges_of_a_closed_map_are_on_it():
    whole = CountMap(Placing(size=(10, 5), extent=(0.0, 1.0, 1.0, 0.0)))
    events = Events(np.array([0.0, 1.0]), np.array([0.0, 1.0]))
    whole.add(events)
    assert whole.events == 2
    columns, rows = whole.pixels(events)
    assert np.floor(columns).tolist() == [0, 9] and np.floor(rows - 1e-9).tolist() == [4, 0]
