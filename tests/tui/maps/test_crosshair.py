"""The crosshair in a picture: where it is, what it leaves as it is, that it can be seen."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vizterm.maps.camera import MapCamera
from vizterm.maps.crosshair import Crosshair


def camera_at(x, y, size=(40, 30), display=(40, 30), zoom=1.0):
    camera = MapCamera(size)
    camera.resize(*display, 1.0)
    camera.cursor = x, y
    camera.zoom(zoom)
    return camera


def changed(before, after):
    return (before != after).any(axis=2)


def test_lines_run_from_edge_to_edge_around_the_pixel():
    pixels = np.full((30, 40, 3), 10, np.uint8)
    drawn = Crosshair.of(camera_at(7, 4)).drawn(pixels, 0.5)
    wanted = np.zeros((30, 40), bool)
    wanted[4], wanted[:, 7] = True, True
    wanted[4, 7] = False
    np.testing.assert_array_equal(changed(pixels, drawn), wanted)
    assert drawn[4, 0].tolist() == [132] * 3, "half of the way from 10 to 255"
    assert (pixels == 10).all(), "the picture itself stays"


@pytest.mark.parametrize(("level", "lighter"), [(0, True), (100, True), (160, False), (255, False)])
def test_lines_are_lighter_on_dark_and_darker_on_bright(level, lighter):
    pixels = np.full((30, 40, 3), level, np.uint8)
    drawn = Crosshair.of(camera_at(7, 4)).drawn(pixels, 0.3)
    assert (drawn[4, 0] > level).all() == lighter
    assert np.abs(drawn[4, 0].astype(int) - level).min() >= 30


def test_a_large_map_pixel_is_framed():
    camera = camera_at(20, 15, zoom=8)
    crosshair = Crosshair.of(camera)
    assert crosshair.right - crosshair.left == pytest.approx(8)
    pixels = np.full((30, 40, 3), 10, np.uint8)
    on = changed(pixels, crosshair.drawn(pixels, 0.5))
    left, top = round(crosshair.left), round(crosshair.top)
    assert not on[top : top + 8, left : left + 8].any()
    assert on[top - 1, left - 1 : left + 9].all()
    assert on[top + 8, left - 1 : left + 9].all()
    assert on[top - 1 : top + 9, left - 1].all()
    assert on[top - 1 : top + 9, left + 8].all()


def test_out_of_view_there_is_none():
    camera = camera_at(7, 4, zoom=8)
    camera.pan(1000, 0)
    assert Crosshair.of(camera) is None
    assert Crosshair.of(MapCamera((3, 3))) is None


@given(
    st.integers(1, 50), st.integers(1, 50), st.integers(1, 60), st.integers(1, 60),
    st.floats(1, 40), st.floats(0.05, 1), st.integers(0, 5), st.data(),
)  # fmt: skip
def test_whatever_the_size_it_is_in_the_picture(
    width, height, columns, rows, zoom, small, gap, data
):
    x, y = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    camera = camera_at(x, y, (width, height), (columns, rows), zoom)
    crosshair = Crosshair.of(camera)
    if crosshair is None:
        return
    assert crosshair.pixel == camera.cursor_pixel
    shape = camera.view.shape
    reduced = max(1, round(shape[0] * small)), max(1, round(shape[1] * small))
    here = crosshair.scaled(reduced[1] / shape[1], reduced[0] / shape[0])
    pixels = np.full((*reduced, 3), 99, np.uint8)
    on = changed(pixels, here.drawn(pixels, 0.5, gap))
    column, row = here.pixel
    assert 0 <= column < reduced[1]
    assert 0 <= row < reduced[0]
    assert not on[row, column]


def test_a_middle_on_the_edge_of_two_pixels_is_in_the_one_that_the_view_says():
    # Half the sum of the edges, rounded, lay in the other one.
    camera = camera_at(0, 26, (1, 35), (1, 52), 2.609375)
    assert Crosshair.of(camera).pixel == camera.cursor_pixel
