"""Groups to leaf through, and the window of time."""

import numpy as np

from vizterm.heat.parts import HeatParts
from vizterm_core.maps.count_map import CountMap
from vizterm_core.maps.event_store import EventStore, Window
from vizterm_core.maps.events import Events, Groups
from vizterm_core.maps.part_maps import Part


def parts_of(names, times=None, **options):
    count = len(names)
    groups = Groups(np.arange(count), tuple(names))
    x = np.arange(count) * 2.0
    parts = HeatParts(CountMap((20, 10)), EventStore(), **options)
    parts.add(Events(x, np.zeros(count), None, groups=groups, times=times))
    return parts


def leafed(parts, steps, step=1):
    names = []
    for _ in range(steps):
        parts.next_group(step)
        names.append(parts.group_name)
    return names


def test_groups_are_leafed_through_by_their_numbers_and_all_comes_last():
    parts = parts_of(["user 10", "user 9", "Anna", "user 1"])
    assert parts.part == Part() and parts.place is None
    assert leafed(parts, 5) == ["Anna", "user 1", "user 9", "user 10", ""]
    assert leafed(parts, 2, -1) == ["user 10", "user 9"] and parts.place == 2


def test_a_group_that_appears_does_not_move_the_one_that_is_shown():
    parts = parts_of(["b"])
    parts.next_group(1)
    parts.add(Events(np.zeros(1), np.zeros(1), None, groups=Groups(np.zeros(1, int), ("a",))))
    assert parts.group_name == "b" and parts.place == 1
    assert leafed(parts, 3) == ["", "a", "b"]


def test_a_reload_shows_the_group_of_the_same_name_and_the_same_window():
    older = parts_of(["a", "b"], np.array([0.0, 10.0]), timed=True, length=4.0)
    older.next_group(1)
    older.next_group(1)
    older.gridded = True
    older.playback.seek(0.5)
    newer = parts_of(["c", "b"], np.array([0.0, 20.0]), timed=True)
    newer.take_over(older)
    assert newer.group_name == "b" and newer.gridded
    assert newer.part == Part(1, Window(1.0, 5.0))
    other = parts_of(["x", "y"])
    other.take_over(older)
    assert other.group is None and other.playback is None


def test_without_times_there_is_no_window():
    assert parts_of(["a"], np.array([0.0])).playback is None
    assert parts_of(["a"], timed=True).part.window is None


def test_each_part_has_its_map_and_all_have_the_coordinates_of_the_whole():
    parts = parts_of(["a", "b", "c"], np.array([0.0, 5.0, 10.0]), timed=True)
    assert parts.field is parts.whole and parts.field.events == 3
    parts.next_group(1)
    assert parts.field.counts.nonzero()[1].tolist() == [0]
    assert parts.field is parts.field, "it is counted once"
    parts.next_group(1)
    assert parts.field.counts.nonzero()[1].tolist() == [2] and parts.field.size == (20, 10)
    parts.playback.seek(0.2)
    assert parts.field.events == 0
    parts.playback.seek(0.5)
    assert parts.field.events == 1


def test_the_scale_is_made_of_all_groups_and_follows_new_events():
    parts = parts_of(["a", "b"])
    parts.next_group(1)
    values, highest = parts.overview((0.0, 0.0))
    assert values.size == 2 * 200 and values.max() == 1
    more = Groups(np.zeros(7, int), ("b",))
    parts.add(Events(np.full(7, 4.0), np.zeros(7), None, groups=more))
    values, highest = parts.overview((0.0, 0.0))
    assert values.max() == 7 and highest.events == 8 and parts.group_name == "a"
