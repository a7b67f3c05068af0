"""Coordinates on the pixels of a map: by hand, and against numpy.histogram2d."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vizterm_core.errors import UsageError
from vizterm_core.maps.axes import Axis, MapAxes, number_text
from vizterm_core.maps.counts import bin_events, event_counts

law = settings(max_examples=150, deadline=None, derandomize=True)
PITCH = (-52.5, 52.5, 34, -34)


def oracle(x, y, extent, size, weights=None):
    """The counts of numpy.histogram2d, laid out as a map: row 0 at the extent's top."""
    left, right, top, bottom = extent
    ranges = (sorted((bottom, top)), sorted((left, right)))
    counts, _, _ = np.histogram2d(y, x, size[::-1], ranges, weights=weights)
    if top > bottom:
        counts = counts[::-1]
    return counts[:, ::-1] if left > right else counts


@pytest.mark.parametrize("size", [(105, 68), (1050, 680), (7, 3), (1, 1)])
@pytest.mark.parametrize("extent", [PITCH, (-52.5, 52.5, -34, 34), (52.5, -52.5, 34, -34)])
def test_counts_in_any_extent_are_those_of_histogram2d(size, extent):
    rng = np.random.default_rng(0)
    # Two decimals, so that many positions lie on the edges of pixels; some lie outside.
    x = np.round(rng.normal(20, 25, 20_000), 2)
    y = np.round(rng.normal(-15, 12, 20_000), 2)
    found = bin_events(x, y, None, MapAxes.of(extent, size))
    np.testing.assert_array_equal(found.counts, oracle(x, y, extent, size))
    assert found.outside == 20_000 - found.counts.sum() > 0
    heavy = np.arange(20_000.0)
    weighted = bin_events(x, y, heavy, MapAxes.of(extent, size)).counts
    np.testing.assert_allclose(weighted, oracle(x, y, extent, size, heavy), rtol=1e-6)


@law
@given(
    st.floats(-1e6, 1e6),
    st.floats(1e-3, 1e6),
    st.integers(1, 400),
    st.lists(st.integers(-2, 403), min_size=1, max_size=40),
)
def test_a_value_on_an_edge_belongs_where_histogram_puts_it(low, span, count, places):
    edges = np.linspace(low, low + span, count + 1)
    if not (np.diff(edges) > 0).all():
        return
    on = edges[np.clip(places, 0, count)]
    values = np.concatenate([on, np.nextafter(on, -np.inf), np.nextafter(on, np.inf)])
    axes = MapAxes.of((low, edges[-1], 0, 1), (count, 1))
    found = bin_events(values, np.full(values.size, 0.5), None, axes).counts[0]
    np.testing.assert_array_equal(found, np.histogram(values, count, (low, edges[-1]))[0])


def test_both_ends_of_an_extent_belong_to_the_map_but_pixels_end_before_the_next():
    ends = np.array([0.0, 1.0])
    assert event_counts(np.stack([ends, ends], 1), (2, 2), (0, 1, 0, 1)).tolist() == [
        [1, 0],
        [0, 1],
    ]
    assert event_counts(np.stack([ends, ends], 1), (1, 1)).tolist() == [[1]]


def test_y_grows_upwards_where_the_top_is_above_the_bottom():
    up = event_counts([(1, 9), (1, 0)], (2, 10), (0, 2, 10, 0))
    assert (up[0, 1], up[9, 1]) == (1, 1) and up.sum() == 2
    down = event_counts([(1, 9)], (2, 10), (0, 2, 0, 10))
    assert down[9, 1] == 1


def test_coordinates_of_pixels_by_hand():
    axes = MapAxes.of(PITCH, (105, 68), ("X", "Y"))
    assert axes.extent == PITCH and axes.size == (105, 68) and not axes.plain
    assert axes.at(0, 0) == (-52, 33.5) and axes.at(104, 67) == (52, -33.5)
    assert axes.to_pixels(0, 0) == (52.5, 34) and axes.to_pixels(-52.5, 34) == (0, 0)
    assert axes.place_text(73, 33) == "X 21.0 · Y 0.5"
    assert axes.describe() == "X −52.5 to 52.5 · Y −34 to 34, up"
    pixels = MapAxes.pixels((1920, 1080))
    assert pixels.plain and pixels.at(599, 404) == (599, 404)
    assert pixels.place_text(1599, 404) == "x 1,599 · y 404"


def test_names_are_those_of_the_data_and_units_follow_the_numbers():
    axes = MapAxes.of((0, 10, 5, 0), (100, 50), ("depth (m)", "gaze y [px]"))
    assert axes.labels == ("depth", "gaze y") and axes.units == ("m", "")
    assert axes.place_text(0, 0) == "depth 0.05 m · gaze y 4.95"


def test_screens_left_of_the_main_one_keep_whole_numbers():
    axis = Axis.stepped(-1920, 5760, (1, 1), name="x")
    assert axis.whole and axis.at(0) == -1920 and axis.text(1919) == "−1"
    assert axis.range_text == "−1,920 to 3,840"


@pytest.mark.parametrize("reversed_", [False, True])
def test_halving_and_growing_keep_each_value_in_a_pixel_of_twice_the_length(reversed_):
    axis = Axis.stepped(-525, 1051, (1, 10), up=reversed_)
    half = axis.halved()
    assert (half.low, half.high, half.step) == (-52.6, 52.6, (2, 10))
    assert set(half.edges[1:-1]) <= set(axis.edges)
    grown = axis.holding(-60.05, 52.55)
    assert (grown.low, grown.high, grown.reversed) == (-60.1, 52.6, reversed_)
    assert axis.holding(0, 1) is axis
    assert axis.at_least(2000).count == 2000


def test_steps_in_decimals_have_the_edges_that_decimals_are_read_as():
    axis = Axis.around(0.3, 0.7, (1, 10))
    assert (axis.low, axis.high) == (0.3, 0.8)
    assert axis.edges.tolist() == [0.3, 0.4, 0.5, 0.6, 0.7, 0.8]
    tenths = np.array([0.3, 0.4, 0.5, 0.6, 0.7])
    axes = MapAxes(axis, Axis.pixels(1))
    assert bin_events(tenths, np.zeros(5), None, axes).counts.tolist() == [[1, 1, 1, 1, 1]]


def test_ticks_are_round_and_where_their_values_are():
    across = MapAxes.of(PITCH, (1050, 680)).across
    assert across.ticks(0, 1050, 5) == [
        (125, "−40"),
        (325, "−20"),
        (525, "0"),
        (725, "20"),
        (925, "40"),
    ]
    down = MapAxes.of(PITCH, (1050, 680)).down
    at, texts = zip(*down.ticks(0, 340, 4), strict=True)
    assert at == pytest.approx((340, 240, 140, 40)) and texts == ("0", "10", "20", "30")
    # Pixel 500 is the column whose middle is at 500.5.
    assert Axis.pixels(1920).ticks(0, 1920, 4)[1] == (500.5, "500")
    assert Axis.pixels(3).ticks(0, 1, 4) == [(0.5, "0")]


@pytest.mark.parametrize(
    ("extent", "said"),
    [
        ((0, 0, 1, 2), "left and right are both 0"),
        ((0, 1, 2, 2), "top and bottom are both 2"),
        ((0, float("inf"), 1, 2), "right is inf"),
        ((0, 1, float("nan"), 2), "top is nan"),
        ((0, 1, 2), "isn't four numbers"),
        ("abcd", "isn't four numbers"),
        (None, "isn't four numbers"),
        ((1e300, 0, 1, 2), "left is 1e\\+300"),
    ],
)
def test_extents_that_are_none_are_refused(extent, said):
    with pytest.raises(UsageError, match=said) as caught:
        MapAxes.of(extent, (4, 4))
    assert "LEFT,RIGHT,TOP,BOTTOM" in caught.value.hint


def test_numbers_as_text():
    assert number_text(-1920.0, 0) == "−1,920"
    assert number_text(-0.0001, 2) == "0.00"
    assert number_text(-3.71, 2) == "−3.71"
