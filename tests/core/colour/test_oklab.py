import numpy as np
import pytest

from vizterm_core.colour.oklab import to_oklab, to_rgb8
from vizterm_core.colour.palette import PALETTE, perceived


def test_every_grey_and_every_label_colour_comes_back():
    greys = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
    for colours in (greys, np.array(PALETTE, np.uint8)):
        assert np.array_equal(to_rgb8(to_oklab(colours)), colours)


def test_all_of_the_cube_comes_back_to_within_a_level():
    levels = np.arange(0, 256, 15, dtype=np.uint8)
    cube = np.stack(np.meshgrid(levels, levels, levels), axis=-1)
    back = to_rgb8(to_oklab(cube))
    assert back.shape == cube.shape
    assert np.abs(back.astype(int) - cube).max() <= 1


def test_it_is_what_normal_eyes_see():
    colours = np.array(PALETTE, np.uint8)
    assert to_oklab(colours) == pytest.approx(perceived(colours)[:, 0], abs=1e-6)


def test_the_middle_of_blue_and_white_is_no_purple():
    # In sRGB the mean of blue and white looks purple; OKLab keeps the hue.
    middle = to_oklab(np.array([[0, 0, 255], [255, 255, 255]], np.uint8)).mean(axis=0)
    red, green, blue = (int(level) for level in to_rgb8(middle))
    assert (red, green, blue) == pytest.approx((116, 163, 255), abs=1)


def test_what_no_screen_shows_is_clipped():
    assert to_rgb8(np.array([[1.5, 0, 0], [-1.0, 0, 0]])).tolist() == [[255] * 3, [0] * 3]
