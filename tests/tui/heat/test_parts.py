"""Groups to leaf through, and the window of time."""

import numpy as np

from vizterm.heat.parts import HeatParts
from vizterm_core.maps.event_store import EventStore, Window
from vizterm_core.maps.events import Events, Groups
from vizterm_core.maps.part_maps import Part


def store(names, times=None):
    kept = EventStore()
    count = len(names)
    groups = Groups(np.arange(count), tuple(names))
    kept.add(Events(np.zeros(count), np.zeros(count), None, groups=groups, times=times))
    return kept


def leafed(parts, steps, step=1):
    names = []
    for _ in range(steps):
        parts.next_group(step)
        names.append(parts.group_name)
    return names


def test_groups_are_leafed_through_by_their_numbers_and_all_comes_last():
    parts = HeatParts(store(["user 10", "user 9", "Anna", "user 1"]), "user")
    assert parts.part == Part() and parts.place is None
    assert leafed(parts, 5) == ["Anna", "user 1", "user 9", "user 10", ""]
    assert leafed(parts, 2, -1) == ["user 10", "user 9"] and parts.place == 2


def test_a_group_that_appears_does_not_move_the_one_that_is_shown():
    kept = store(["b"])
    parts = HeatParts(kept, "user")
    parts.next_group(1)
    kept.add(Events(np.zeros(1), np.zeros(1), None, groups=Groups(np.zeros(1, int), ("a",))))
    assert parts.group_name == "b" and parts.place == 1
    assert leafed(parts, 3) == ["", "a", "b"]


def test_a_reload_shows_the_group_of_the_same_name_and_the_same_window():
    older = HeatParts(store(["a", "b"], np.array([0.0, 10.0])), timed=True, length=4.0)
    older.next_group(1)
    older.next_group(1)
    older.gridded = True
    older.playback.seek(0.5)
    newer = HeatParts(store(["c", "b"], np.array([0.0, 20.0])), timed=True)
    newer.take_over(older)
    assert newer.group_name == "b" and newer.gridded
    assert newer.part == Part(1, Window(1.0, 5.0))
    other = HeatParts(store(["x", "y"]))
    other.take_over(older)
    assert other.group is None and other.playback is None


def test_without_times_there_is_no_window():
    assert HeatParts(store(["a"], np.array([0.0]))).playback is None
    assert HeatParts(store(["a"]), timed=True).part.window is None
