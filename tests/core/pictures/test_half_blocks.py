import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from vizterm_core.pictures.half_blocks import SHADES, to_cells, to_shades
from vizterm_core.pictures.image import fit_picture

law = settings(max_examples=40, deadline=None, derandomize=True)
pictures = hnp.arrays(np.uint8, st.tuples(st.integers(1, 12), st.integers(1, 12), st.just(3)))


def test_a_cell_holds_the_upper_pixel_first():
    picture = np.arange(24, dtype=np.uint8).reshape(4, 2, 3)
    cells = to_cells(picture, 2, 2)
    assert cells.shape == (2, 2, 2, 3)
    assert cells[1, 0].tolist() == [picture[2, 0].tolist(), picture[3, 0].tolist()]


def test_an_odd_last_row_is_completed_with_black():
    picture = np.full((3, 2, 3), 200, np.uint8)
    cells = to_cells(picture, 2, 2)
    assert cells.shape == (2, 2, 2, 3)
    assert (cells[:, :, 0] == 200).all()
    assert (cells[0, :, 1] == 200).all() and (cells[1, :, 1] == 0).all()


@law
@given(pictures, st.integers(1, 9), st.integers(1, 9), st.sampled_from([1.0, 1.9, 2.0, 2.6]))
def test_pixels_of_the_cells_are_the_fitted_picture(picture, rows, columns, cell_aspect):
    cells = to_cells(picture, rows, columns, cell_aspect)
    assert cells.shape[0] <= rows and cells.shape[1] <= columns and cells.dtype == np.uint8
    fitted = fit_picture(picture, 2 * rows, columns, cell_aspect / 2)
    pixels = np.concatenate([row.swapaxes(0, 1) for row in cells])
    assert pixels.shape[0] == fitted.shape[0] + fitted.shape[0] % 2
    assert np.array_equal(pixels[: len(fitted)], fitted)
    assert not pixels[len(fitted) :].any()


def test_the_proportions_follow_the_cells_aspect():
    square = np.zeros((100, 100, 3), np.uint8)
    assert to_cells(square, 10, 100, cell_aspect=2.0).shape[:2] == (10, 20)
    assert to_cells(square, 10, 100, cell_aspect=3.0).shape[:2] == (10, 30)
    assert to_cells(square, 50, 20, cell_aspect=1.0).shape[:2] == (20, 20)


@pytest.mark.parametrize("shape", [(0, 5, 3), (5, 0, 3), (0, 0, 3)])
def test_an_empty_picture_is_black(shape):
    assert not to_cells(np.zeros(shape, np.uint8), 2, 3).any()


def test_shades_go_from_a_space_for_black_to_a_full_block_for_white():
    greys = [0, 51, 52, 102, 103, 153, 154, 204, 205, 255]
    cells = np.repeat(np.array(greys, np.uint8), 6).reshape(1, 10, 2, 3)
    assert to_shades(cells) == ["".join(SHADES[k // 2] for k in range(10))]


def test_shades_weigh_green_over_red_over_blue_and_average_both_pixels():
    primaries = np.zeros((2, 3, 2, 3), np.uint8)
    primaries[0, range(3), :, range(3)] = 255
    primaries[1, :, 0] = 255
    assert to_shades(primaries) == ["░▒ ", "▒▒▒"]
