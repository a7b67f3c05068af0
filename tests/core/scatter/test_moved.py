"""The same rows at other places."""

from dataclasses import replace

import numpy as np
import pytest

from vizterm_core.errors import DataError
from vizterm_core.load import embedding_from_arrays
from vizterm_core.scatter.columns import Column
from vizterm_core.scatter.moved import moved, same_rows

POINTS = np.array([[0, 0], [1, 1], [np.nan, 2], [3, 3]])
LABELS = np.array(["a", "b", "c", "b"])


def data():
    embedding = embedding_from_arrays(POINTS, names=["p", "q", "r", "s"])
    return replace(embedding, columns={"kind": Column("kind", lambda: LABELS)}).coloured("kind")


def test_rows_stay_and_places_are_the_new_ones():
    there = moved(data(), np.array([[9.0, 8], [7, 6], [np.nan, 1], [3, 2]], np.float32))
    assert there.x.tolist() == [9, 7, 3] and there.y.tolist() == [8, 6, 2]
    assert there.x.dtype == np.float32 and there.rows.tolist() == [0, 1, 3]
    assert there.labels is not None and there.name_of(2) == "s"


def test_a_row_that_was_no_point_can_be_one_and_the_other_way_round():
    there = moved(data(), np.array([[9, 8], [np.inf, 6], [5, 1], [1e200, 2]]))
    assert there.rows.tolist() == [0, 2]
    assert [there.labels.text_of(point) for point in range(2)] == ["a", "c"]
    everywhere = moved(data(), np.zeros((4, 2)))
    assert everywhere.rows is None
    assert [everywhere.labels.text_of(point) for point in range(4)] == LABELS.tolist()


def test_what_can_be_no_places_is_refused():
    with pytest.raises(DataError, match=r"shape \(3, 2\) for 4 points"):
        moved(data(), np.zeros((3, 2)))
    with pytest.raises(DataError, match="no finite point"):
        moved(data(), np.full((4, 2), np.nan))


def test_rows_are_compared():
    some = np.array([0, 2])
    assert same_rows(None, None) and same_rows(some, some.copy())
    assert not same_rows(None, some) and not same_rows(some, np.array([0, 3]))
