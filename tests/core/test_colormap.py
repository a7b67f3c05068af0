import matplotlib as mpl
import numpy as np
import pytest

from vizterm_core.colormap import VIRIDIS, sample_colours


def test_viridis_is_matplotlibs():
    expected = mpl.colormaps["viridis"](np.arange(256), bytes=True)[:, :3]
    assert VIRIDIS.shape == (256, 3) and VIRIDIS.dtype == np.uint8
    assert np.abs(VIRIDIS.astype(int) - expected).max() <= 1
    assert not VIRIDIS.flags.writeable


@pytest.mark.parametrize("count", [2, 3, 5, 32])
def test_samples_go_evenly_from_a_tenth_to_the_top(count):
    positions = [0.1 + 0.9 * k / (count - 1) for k in range(count)]
    expected = [VIRIDIS[round(255 * position)] for position in positions]
    assert np.array_equal(sample_colours(count), expected)


def test_one_sample_is_the_middle():
    assert sample_colours(1).tolist() == [VIRIDIS[128].tolist()]


def test_no_samples_are_an_empty_table():
    assert sample_colours(0).shape == (0, 3)


def test_samples_get_lighter_all_the_way():
    luma = sample_colours(32) @ np.array([0.2126, 0.7152, 0.0722])
    assert (np.diff(luma) > 0).all()
