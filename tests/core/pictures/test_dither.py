"""Pictures in few colours."""

import numpy as np
import pytest

from vizterm_core.pictures.dither import CUBE, dither_to_cube
from vizterm_core.pictures.half_blocks import to_cells


def test_a_colour_of_the_cube_stays_as_it_is():
    levels = np.stack(np.meshgrid(CUBE, CUBE, CUBE), axis=-1).reshape(1, -1, 3).astype(np.uint8)
    assert np.array_equal(dither_to_cube(levels), levels)


@pytest.mark.parametrize("level", [100, 120, 200, 254])
def test_of_others_the_mean_is_kept_with_the_levels_below_and_above(level):
    picture = np.zeros((8, 8, 3), np.uint8)
    picture[..., 1] = level
    drawn = dither_to_cube(picture)
    below, above = CUBE[level >= CUBE].max(), CUBE[level <= CUBE].min()
    assert set(np.unique(drawn[..., 1])) <= {below, above}
    assert drawn[..., 1].mean() == pytest.approx(level, abs=(above - below) / 16)
    assert not drawn[..., [0, 2]].any()


def test_greys_and_the_darkest_levels_are_not_dithered():
    greys = np.full((4, 4, 3), (24, 24, 28), np.uint8)
    assert np.array_equal(dither_to_cube(greys), greys)
    dark = np.full((4, 4, 3), (60, 0, 20), np.uint8)
    assert (dither_to_cube(dark) == (95, 0, 0)).all()


def test_any_shape_will_do():
    for shape in ((0, 0, 3), (1, 1, 3), (5, 3, 3)):
        assert dither_to_cube(np.full(shape, 77, np.uint8)).shape == shape


def test_half_blocks_are_dithered_where_they_are_asked_to():
    picture = np.full((8, 8, 3), (120, 0, 0), np.uint8)
    plain, dithered = (to_cells(picture, 4, 8, dithered=wanted) for wanted in (False, True))
    assert set(np.unique(plain)) == {0, 120}
    assert set(np.unique(dithered)) == {0, 95, 135}
    assert dithered.shape == plain.shape
