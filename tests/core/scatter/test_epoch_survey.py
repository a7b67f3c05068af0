"""All times of some points at once, and what is kept of them."""

import numpy as np
import pytest

from vizterm_core.errors import DataError
from vizterm_core.scatter.epoch_survey import Survey
from vizterm_core.scatter.epochs import Epochs
from vizterm_core.scatter.viewport import Extent

STACK = np.array(
    [[[0, 0], [1, 1]], [[3, 4], [1, np.nan]], [[3, 4], [-2, 1]], [[6, 8], [-2, 7]]], np.float32
)


def test_reach_and_ways():
    survey = Survey.of(Epochs(4, lambda epoch: STACK[epoch]))
    assert survey.reach.extent == Extent(-2, 6, 0, 8)
    assert survey.reaches[1].extent == Extent(3, 3, 4, 4)
    assert np.isnan(survey.went[0]) and survey.went[1:].tolist() == [5, 0, 5.5]


def test_more_times_are_looked_at_without_the_first_ones_and_damaged_ones_are_left_out():
    read = []

    def places(epoch):
        read.append(epoch)
        if epoch == 3:
            raise DataError("damaged")
        return STACK[epoch]

    earlier = Survey.of(Epochs(3, lambda epoch: STACK[epoch]))
    survey = Survey.of(Epochs(4, places), earlier)
    assert read == [2, 3] and survey.reaches[3] is None
    assert survey.reach == earlier.reach and np.isnan(survey.went[3])


def test_what_was_read_last_is_kept_up_to_a_number_of_bytes():
    read = []
    epochs = Epochs(4, lambda epoch: read.append(epoch) or STACK[epoch].copy())
    kept = epochs.remembered(2 * STACK[0].nbytes)
    for epoch in (0, 1, 0, 2, 0, 1):
        assert np.array_equal(kept.places(epoch), STACK[epoch], equal_nan=True)
    assert read == [0, 1, 2, 1]
    none = epochs.remembered(1)
    assert [none.places(0) is none.places(0)] == [False]
    held = Epochs(1, lambda _: STACK[0], held=True)
    assert held.remembered(100) is held


@pytest.mark.parametrize("dtype", [np.float16, np.float64, np.int32])
def test_every_dtype(dtype):
    survey = Survey.of(Epochs(2, lambda epoch: (STACK[[0, 2]][epoch]).astype(dtype)))
    assert survey.reach.extent == Extent(-2, 3, 0, 4)
