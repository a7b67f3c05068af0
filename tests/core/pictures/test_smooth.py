"""Smooth enlargement against Pillow's, and round corners."""

import numpy as np
import PIL.Image
import pytest

from vizterm_core.pictures.corners import with_round_corners
from vizterm_core.pictures.image import fit_picture
from vizterm_core.pictures.smooth import enlarge


@pytest.mark.parametrize(
    ("shape", "larger"),
    [
        ((3, 3), (7, 12)),
        ((64, 48), (324, 243)),
        ((1, 1), (5, 4)),
        ((9, 20), (9, 200)),
        ((2, 5), (2, 5)),
    ],
)
def test_it_is_pillows_lanczos_filter(shape, larger):
    picture = np.random.default_rng(0).integers(0, 256, (*shape, 3)).astype(np.uint8)
    image = PIL.Image.fromarray(picture).resize(larger[::-1], PIL.Image.Resampling.LANCZOS)
    assert np.abs(enlarge(picture, *larger).astype(int) - np.asarray(image)).max() <= 1


def test_a_plain_picture_stays_plain():
    assert (enlarge(np.full((7, 9, 3), 200, np.uint8), 50, 60) == 200).all()


def test_smooth_pictures_fill_their_box_where_whole_pixels_do_not():
    picture = np.zeros((72, 72, 3), np.uint8)
    assert fit_picture(picture, 324, 324).shape == (288, 288, 3)
    assert fit_picture(picture, 324, 324, smooth=True).shape == (324, 324, 3)
    assert fit_picture(picture, 400, 324, smooth=True).shape == (324, 324, 3)
    assert fit_picture(picture, 30, 30, smooth=True).shape == (30, 30, 3)


def test_corners_fade_into_what_is_around_and_nothing_else_changes():
    picture = np.full((40, 60, 3), 255, np.uint8)
    rounded = with_round_corners(picture, 9, (10, 20, 30))
    for corner in (rounded[0, 0], rounded[0, -1], rounded[-1, 0], rounded[-1, -1]):
        assert corner.tolist() == [10, 20, 30]
    assert (rounded[9:-9] == 255).all() and (rounded[:, 9:-9] == 255).all()
    np.testing.assert_array_equal(rounded, rounded[::-1])
    np.testing.assert_array_equal(rounded, rounded[:, ::-1])
    row = rounded[0, :9, 0].astype(int)
    assert (np.diff(row) >= 0).all() and row[-1] > 200
    assert (picture == 255).all(), "the picture given is another one"


def test_tiny_pictures_keep_their_corners():
    picture = np.full((4, 4, 3), 255, np.uint8)
    assert with_round_corners(picture, 9, (0, 0, 0)) is picture
