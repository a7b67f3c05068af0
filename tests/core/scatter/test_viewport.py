import math

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from vizterm_core.scatter.viewport import Extent, Viewport

law = settings(max_examples=120, deadline=None, derandomize=True)

magnitudes = st.sampled_from([1e-30, 1e-3, 1.0, 1e3, 1e30, 1e149])
cells = st.integers(1, 60)
aspects = st.sampled_from([None, 1.0, 1.7, 2.0, 2.4])


@st.composite
def extents(draw):
    """Boxes of all sizes and proportions, empty ones included, at most 1e11 widths from zero."""
    box = []
    for _ in range(2):
        length = draw(magnitudes) * draw(st.floats(0.01, 1)) * draw(st.sampled_from([0, 1, 1]))
        unit = length or draw(magnitudes)
        low = (
            unit * draw(st.sampled_from([-1e9, -10, -1, -0.5, 0, 3, 1e9])) * draw(st.floats(0.5, 1))
        )
        box += [low, low + length]
    return Extent(*box)


views = st.builds(
    Viewport,
    st.floats(-100, 100),
    st.floats(-100, 100),
    st.floats(0.01, 100),
    st.floats(0.01, 100),
    cells,
    cells,
)


def close(view, other):
    far = max(1, abs(view.left), abs(view.top), view.extent.width, view.extent.height)
    assert (other.columns, other.rows) == (view.columns, view.rows)
    assert other.x_scale == pytest.approx(view.x_scale, rel=1e-9)
    assert other.y_scale == pytest.approx(view.y_scale, rel=1e-9)
    assert other.left == pytest.approx(view.left, abs=1e-9 * far)
    assert other.top == pytest.approx(view.top, abs=1e-9 * far)
    return True


@law
@given(extents(), cells, cells, aspects, st.floats(0, 1), st.floats(0, 1))
@example(Extent(0, 0, 0, 0), 1, 1, 2.0, 0, 0)
@example(Extent(0, 1, 5, 5), 7, 3, 2.0, 0.5, 0.5)
@example(Extent(-1e150, 1e150, 1e-9, 2e-9), 10, 10, None, 1, 1)
def test_all_of_the_extent_is_on_screen(extent, columns, rows, cell_aspect, u, v):
    view = Viewport.fit(extent, columns, rows, cell_aspect=cell_aspect)
    corners = [(x, y) for x in extent[:2] for y in extent[2:]]
    inside = (
        min(extent.right, extent.left + u * extent.width),
        min(extent.top, extent.bottom + v * extent.height),
    )
    for x, y in [*corners, inside]:
        assert view.contains_dot(*view.dot_of(x, y))


@law
@given(extents(), cells, cells, aspects)
def test_the_fitted_view_is_filled_in_the_tighter_direction_and_centred_in_the_other(
    extent, columns, rows, cell_aspect
):
    view = Viewport.fit(extent, columns, rows, cell_aspect=cell_aspect)
    used_x, used_y = extent.width * view.x_scale, extent.height * view.y_scale
    fills = [abs(used_x - view.across) <= 1, abs(used_y - view.down) <= 1]
    sides = [extent.width > 0, extent.height > 0]
    if cell_aspect is None:
        assert fills == sides
    else:
        assert any(fills) == any(sides)
    middle = (extent.left + extent.width / 2, extent.bottom + extent.height / 2)
    column, row = view.dot_of(*middle)
    assume(1e9 * max(extent.width, 1 / view.x_scale) > abs(extent.left))
    assume(1e9 * max(extent.height, 1 / view.y_scale) > abs(extent.bottom))
    assert abs(column + 0.5 - view.across / 2) <= 1.5
    assert abs(row + 0.5 - view.down / 2) <= 1.5


@law
@given(extents(), cells, cells, st.floats(0.5, 4))
def test_data_units_are_as_long_across_as_down(extent, columns, rows, cell_aspect):
    assume(extent.width > 0 or extent.height > 0)
    view = Viewport.fit(extent, columns, rows, cell_aspect=cell_aspect)
    # A dot is half a cell wide and a quarter of a cell tall.
    assert view.x_scale / view.y_scale == pytest.approx(cell_aspect / 2)


def test_the_units_around_a_single_point_are_as_long_across_as_down():
    view = Viewport.fit(Extent(1, 1, 2, 2), 10, 10, cell_aspect=2.4)
    assert view.x_scale / view.y_scale == pytest.approx(1.2)


def test_fit_by_example():
    view = Viewport.fit(Extent(0, 10, -5, 0), 10, 10)
    assert (view.across, view.down) == (20, 40)
    assert (view.x_scale, view.y_scale) == pytest.approx((2, 2))
    assert view.left == 0
    assert view.top == pytest.approx(7.5)
    assert view.extent == pytest.approx((0, 10, -12.5, 7.5))
    stretched = Viewport.fit(Extent(0, 10, -5, 0), 10, 10, cell_aspect=None)
    assert (stretched.x_scale, stretched.y_scale) == pytest.approx((2, 8))
    assert (stretched.left, stretched.top) == (0, 0)


def test_a_margin_by_example():
    # 10 units and 0.3 on each side on 20 dots; the middle stays in the middle.
    view = Viewport.fit(Extent(0, 10, -10, 0), 10, 10, margin=0.03)
    assert view.extent == pytest.approx((-0.3, 10.3, -15.6, 5.6))
    stretched = Viewport.fit(Extent(0, 10, -5, 0), 10, 10, cell_aspect=None, margin=0.03)
    assert stretched.extent == pytest.approx((-0.3, 10.3, -5.15, 0.15))
    assert Viewport.fit(Extent(1, 1, 2, 2), 9, 9, margin=0.03) == Viewport.fit(
        Extent(1, 1, 2, 2), 9, 9
    )


@law
@given(extents(), cells, cells, aspects, st.floats(0, 0.4))
def test_a_margin_is_left_free_on_each_side(extent, columns, rows, cell_aspect, margin):
    view = Viewport.fit(extent, columns, rows, cell_aspect=cell_aspect, margin=margin)
    shown = view.extent
    # As far as floats of this size, and the half dot within which a view starts at the edge, allow.
    fine = 1e-9 * max(map(abs, extent))
    free_x = margin * extent.width - 0.5 / view.x_scale - fine
    free_y = margin * extent.height - 0.5 / view.y_scale - fine
    assert extent.left - shown.left >= free_x and shown.right - extent.right >= free_x
    assert extent.bottom - shown.bottom >= free_y and shown.top - extent.top >= free_y
    for x in extent[:2]:
        for y in extent[2:]:
            assert view.contains_dot(*view.dot_of(x, y))


def test_a_plot_has_at_least_one_cell():
    view = Viewport.fit(Extent(0, 1, 0, 1), 0, -3)
    assert (view.columns, view.rows) == (1, 1)
    assert view.resized(0, 0).columns == 1 and view.resized(5, 0).rows == 1


def test_y_points_upwards_and_dots_are_counted_from_the_top_left():
    view = Viewport(left=10, top=20, x_scale=2, y_scale=4, columns=3, rows=2)
    assert view.dot_of(10, 20) == (0, 0)
    assert view.dot_of(11.4, 19) == (2, 4)
    assert view.dot_of(9.9, 20.1) == (-1, -1)
    assert view.data_at(3, 2) == (11.5, 19.5)
    inside = {(c, r) for c in range(-2, 9) for r in range(-2, 12) if view.contains_dot(c, r)}
    assert inside == {(c, r) for c in range(6) for r in range(8)}


@pytest.mark.parametrize("dtype", ["<f4", ">f4", "<f8"])
def test_dots_of_arrays_are_those_of_single_points(dtype):
    rng = np.random.default_rng(0)
    x, y = rng.normal(0, 30, (2, 500)).astype(dtype)
    view = Viewport.fit(Extent(-20, 20, -20, 20), 31, 17).zoomed(1e4, 30, 30)
    columns, rows = view.dots_of(x, y)
    assert columns.dtype == rows.dtype == np.int64
    expected = [view.dot_of(*point) for point in zip(x.tolist(), y.tolist(), strict=True)]
    assert list(zip(columns.tolist(), rows.tolist(), strict=True)) == expected
    assert [len(dots) for dots in view.dots_of(x[:0], y[:0])] == [0, 0]


def test_far_off_points_are_clamped_far_off_screen():
    view = Viewport(0, 0, 1e10, 1e10, 10, 10)
    columns, rows = view.dots_of(np.array([1e149, -1e149]), np.array([1e149, -1e149]))
    assert columns.tolist() == [2**40, -(2**40)] and rows.tolist() == [-(2**40), 2**40]


@law
@given(views, st.floats(0, 100), st.floats(0, 100))
def test_data_at_is_the_inverse_of_the_dot_position(view, column, row):
    x, y = view.data_at(column, row)
    assert (x - view.left) * view.x_scale == pytest.approx(column, abs=1e-6)
    assert (view.top - y) * view.y_scale == pytest.approx(row, abs=1e-6)
    assert view.dot_of(*view.data_at(math.floor(column) + 0.5, math.floor(row) + 0.5)) == (
        math.floor(column),
        math.floor(row),
    )


@law
@given(views, st.floats(0.1, 10), st.floats(-50, 150), st.floats(-50, 150))
def test_zooming_keeps_its_centre_and_unzooming_undoes_it(view, factor, column, row):
    closer = view.zoomed(factor, column, row)
    assert closer.x_scale == pytest.approx(view.x_scale * factor)
    assert closer.y_scale == pytest.approx(view.y_scale * factor)
    assert closer.data_at(column, row) == pytest.approx(view.data_at(column, row), abs=1e-9)
    assert close(view, closer.zoomed(1 / factor, column, row))


@law
@given(views, st.floats(-300, 300), st.floats(-300, 300))
def test_panning_shifts_the_data_and_panning_back_undoes_it(view, columns, rows):
    moved = view.panned(columns, rows)
    assert moved.data_at(0, 0) == pytest.approx(view.data_at(columns, rows), abs=1e-6)
    assert (moved.x_scale, moved.y_scale) == (view.x_scale, view.y_scale)
    assert close(view, moved.panned(-columns, -rows))


@law
@given(views, cells, cells)
def test_resizing_keeps_scale_and_centre_and_resizing_back_undoes_it(view, columns, rows):
    resized = view.resized(columns, rows)
    assert (resized.columns, resized.rows) == (columns, rows)
    assert (resized.x_scale, resized.y_scale) == (view.x_scale, view.y_scale)
    centre = view.data_at(view.across / 2, view.down / 2)
    assert resized.data_at(resized.across / 2, resized.down / 2) == pytest.approx(centre, abs=1e-6)
    assert close(view, resized.resized(view.columns, view.rows))


@law
@given(views, st.floats(1e-6, 1e6))
def test_zoom_is_limited_to_a_quarter_of_the_fitted_size_and_to_what_floats_tell_apart(
    fitted, factor
):
    view = fitted
    for _ in range(8):
        allowed = view.limited_zoom(factor, fitted)
        view = view.zoomed(allowed, view.across / 2, view.down / 2)
        if 0.26 < view.x_scale / fitted.x_scale < 1e3:
            assert allowed == pytest.approx(factor)
    assert fitted.x_scale * 0.25 * (1 - 1e-9) <= view.x_scale <= fitted.x_scale * 1e12 * (1 + 1e-9)
    if factor < 0.8:
        assert view.x_scale == pytest.approx(fitted.x_scale / 4) or factor**8 > 0.25
    middle = view.data_at(view.across / 2, view.down / 2)
    beside = view.data_at(view.across / 2 + 1, view.down / 2 + 1)
    assert beside[0] > middle[0]
    assert beside[1] < middle[1] or fitted.y_scale > fitted.x_scale


def test_zoom_of_a_stretched_view_stops_before_its_finer_direction_runs_out_of_digits():
    fitted = Viewport.fit(Extent(0, 1000, 1000, 1001), 40, 20, cell_aspect=None)
    view = fitted.zoomed(fitted.limited_zoom(1e99, fitted), 40, 40)
    assert len({view.data_at(0, row)[1] for row in range(view.down)}) == view.down


def test_zoom_is_limited_in_a_view_whose_corner_is_the_origin():
    fitted = Viewport.fit(Extent(0, 10, -10, 0), 20, 10)
    assert (fitted.left, fitted.top) == (0, 0)
    assert fitted.limited_zoom(2.0, fitted) == pytest.approx(2)
    assert fitted.limited_zoom(1e99, fitted) == pytest.approx(1e12)


def test_a_zoom_within_the_limits_is_not_held_back():
    fitted = Viewport(-3.0, 5.0, 10.0, 20.0, 40, 20)
    assert fitted.limited_zoom(1.5, fitted) == pytest.approx(1.5)
    assert fitted.limited_zoom(0.5, fitted) == pytest.approx(0.5)
    assert fitted.limited_zoom(0.1, fitted) == pytest.approx(0.25)
    assert fitted.zoomed(0.25, 0, 0).limited_zoom(0.5, fitted) == pytest.approx(1)
