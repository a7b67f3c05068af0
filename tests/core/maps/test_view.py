"""Which part of a map is shown: proportions, zoom about a place, edges."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vizterm_core.maps.view import CLOSEST, MapView

SIDES = st.integers(1, 3000)
DISPLAYS = st.integers(1, 400)


@st.composite
def views(draw):
    view = MapView.fit(
        draw(SIDES), draw(SIDES), draw(DISPLAYS), draw(DISPLAYS), draw(st.floats(0.5, 2))
    )
    for _ in range(draw(st.integers(0, 4))):
        factor = draw(st.floats(0.2, 8))
        x, y = draw(st.floats(0, view.width)), draw(st.floats(0, view.height))
        view = view.zoomed(factor, x, y).panned(
            draw(st.floats(-100, 100)), draw(st.floats(-100, 100))
        )
    return view


def test_a_wide_map_fills_the_width():
    view = MapView.fit(1920, 1080, 240, 140)
    assert view.shape == (135, 240)
    assert view.extent == (0, 1080, 0, 1920)
    assert view.zoom == 1


def test_pixels_that_are_not_square_keep_the_proportions():
    # Pixels 1.5 times as high as wide: a square map takes 3 columns for 2 rows.
    assert MapView.fit(100, 100, 90, 60, 1.5).shape == (60, 90)
    assert MapView.fit(100, 100, 300, 60, 1.5).shape == (60, 90)


def test_zooming_uses_the_room_that_the_fit_leaves():
    view = MapView.fit(100, 100, 200, 50).zoomed(2)
    assert view.shape == (50, 100)
    assert view.extent == (25, 75, 0, 100)
    view = view.zoomed(2)
    assert view.shape == (50, 200)
    assert view.extent == (37.5, 62.5, 0, 100)


def test_the_place_under_the_pointer_stays():
    view = MapView.fit(1000, 500, 200, 100)
    x, y = view.place_at(150.5, 20.5)
    closer = view.zoomed(4, x, y)
    assert closer.place_at(150.5, 20.5) == pytest.approx((x, y))
    assert closer.zoomed(0.25, x, y).extent == pytest.approx((0, 500, 0, 1000))


def test_limits_of_zoom_and_pan():
    view = MapView.fit(1000, 500, 200, 100)
    assert view.zoomed(0.1) == view
    assert view.zoomed(1e9).scale == CLOSEST
    assert view.panned(50, 50) == view
    left = view.zoomed(2).panned(-1e6, -1e6)
    assert left.extent == (0, 250, 0, 500)
    # A map of few pixels is larger than that already when all of it is shown.
    assert MapView.fit(2, 2, 200, 200).zoomed(5).shape == (200, 200)


def test_a_place_is_brought_in_sight_by_the_shortest_way():
    view = MapView.fit(1000, 500, 200, 100).zoomed(2)
    assert view.extent == (125, 375, 250, 750)
    assert view.showing(500, 200) == view
    assert view.showing(900, 10).extent == (10, 260, 401, 901)


def test_resizing_keeps_all_or_the_middle():
    view = MapView.fit(1000, 500, 200, 100)
    assert view.resized(100, 100, 1.0) == MapView.fit(1000, 500, 100, 100)
    closer = view.zoomed(4, 100, 400)
    again = closer.resized(100, 50, 1.0)
    assert again.extent == pytest.approx(closer.extent)
    grown = view.resized(200, 100, 1.0, 2000, 1000)
    assert grown.extent == (0, 1000, 0, 2000)


@given(views())
def test_nothing_beyond_the_map_is_ever_shown(view):
    rows, columns = view.shape
    assert 1 <= rows <= view.rows
    assert 1 <= columns <= view.columns
    top, bottom, left, right = view.extent
    assert 0 <= top < bottom <= view.height
    assert 0 <= left < right <= view.width


@given(views(), st.floats(0, 1, exclude_max=True), st.floats(0, 1, exclude_max=True))
def test_a_place_on_the_display_and_back(view, across, down):
    rows, columns = view.shape
    column, row = across * columns, down * rows
    back = view.pixel_of(*view.place_at(column, row))
    assert abs(back[0] - int(column)) <= (abs(column - round(column)) < 1e-6)
    assert abs(back[1] - int(row)) <= (abs(row - round(row)) < 1e-6)


@given(views())
def test_display_pixels_are_about_as_large_along_both_axes(view):
    rows, columns = view.shape
    top, bottom, left, right = view.extent
    across, down = (right - left) / columns, (bottom - top) / rows
    if rows > 8 and columns > 8:
        assert across * view.pixel_aspect == pytest.approx(down, rel=0.2)
