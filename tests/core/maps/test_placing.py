"""Where maps lie in the coordinates of their events: what each kind of data is taken for."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vizterm_core.errors import DataError, UsageError
from vizterm_core.load.heat.counting import count_source
from vizterm_core.load.heat.source import HeatSource
from vizterm_core.maps.count_map import CountMap
from vizterm_core.maps.events import Events
from vizterm_core.maps.placing import Placing

law = settings(max_examples=60, deadline=None, derandomize=True)
RNG = np.random.default_rng(5)


def events(x, y, weights=None):
    return Events(np.asarray(x, float), np.asarray(y, float), weights)


def count(x, y, names=(), **asked):
    source = HeatSource("points.csv", events=events(x, y), names=names)
    return count_source(source, Placing(**asked))


def oracle(made, x, y):
    """numpy.histogram2d on the edges of a map, laid out as the map."""
    axes = made.axes
    counts, _, _ = np.histogram2d(y, x, (axes.down.edges, axes.across.edges))
    return counts[::-1] if axes.down.reversed else counts


def assert_counted(made, x, y):
    """Each event is in the pixel that numpy.histogram2d puts it in, or is said to be outside."""
    np.testing.assert_array_equal(made.counts, oracle(made, np.asarray(x), np.asarray(y)))
    assert made.events == made.counts.sum() and made.events + made.outside == len(x)


def gaze(beyond=0):
    x, y = RNG.normal(0.25, 0.03, 1000), RNG.normal(0.36, 0.03, 1000)
    x[:beyond], y[:beyond] = 1.2, -0.1
    return x, y


def pitch():
    x = np.clip(RNG.normal(20, 12, 20_000), -52.5, 52.5).round(2)
    return x, np.clip(RNG.normal(-15, 7, 20_000), -34, 34).round(2)


def monitors():
    screen = np.arange(6000) % 3
    x = RNG.normal(np.array([-960, 960, 2880])[screen], 200).astype(int)
    return x, RNG.normal(np.array([540, 540, 376])[screen], 120).astype(int)


def places():
    return -71.0636 + RNG.normal(0, 0.03, 400), 42.3581 + RNG.normal(0, 0.02, 400)


def utm():
    i = np.arange(400)
    return 500000 + i * 7 % 300, 4649776 + i * 11 % 200


def test_fractions_of_a_screen_fill_it_and_those_beyond_are_counted():
    x, y = gaze(beyond=20)
    made = count(x, y)
    assert made.axes.extent == (0, 1, 0, 1) and made.size == (1000, 1000)
    assert made.outside == 20
    assert "fractions of a screen (--size" in made.assumed
    assert_counted(made, x, y)
    sized = count(x, y, size=(1920, 1080))
    assert sized.size == (1920, 1080) and "--size" not in sized.assumed
    # A quarter across and a good third down.
    row, column = np.argwhere(sized.counts)[:, 0].mean(), np.argwhere(sized.counts)[:, 1].mean()
    assert abs(column / 1920 - 0.25) < 0.01 and abs(row / 1080 - 0.36) < 0.01


def test_metres_about_a_centre_have_y_upwards():
    x, y = pitch()
    made = count(x, y, ("X", "Y"))
    left, right, top, bottom = made.axes.extent
    assert left <= x.min() and x.max() < right and bottom <= y.min() and y.max() < top
    assert made.axes.across.step == made.axes.down.step == (1, 10)
    assert made.outside == 0 and "y up (--y down)" in made.assumed
    assert_counted(made, x, y)
    # Most of them are in the lower right quadrant: below the middle.
    assert made.axes.to_pixels(20, -15)[1] > made.axes.to_pixels(0, 0)[1]
    assert count(x, y, upwards="down").axes.extent[2:] == (bottom, top)


def test_monitors_left_of_the_main_one_are_part_of_the_map():
    x, y = monitors()
    made = count(x, y)
    assert made.axes.extent == (x.min(), x.max() + 1, min(y.min(), 0), y.max() + 1)
    assert made.axes.across.whole and made.axes.down.whole
    assert made.outside == 0 and "y down (--y up)" in made.assumed
    assert_counted(made, x, y)
    # Of one screen, with its size, the others are outside.
    main = count(x, y, size=(1920, 1080))
    assert main.axes.plain and 3900 < main.outside < 4100


def test_degrees_are_drawn_in_the_proportions_of_the_ground():
    x, y = places()
    made = count(x, y, ("lon", "lat"))
    assert made.axes.down.reversed and made.outside == 0
    shrink = made.axes.down.pixel / made.axes.across.pixel
    assert shrink == pytest.approx(np.cos(np.radians(42.36)), rel=0.01)
    assert 400 < max(made.size) <= 1100
    assert made.axes.describe().startswith("lon −71.")
    assert made.axes.describe().endswith(", up")
    assert_counted(made, x, y)


@pytest.mark.parametrize(
    "names",
    [
        ("pickup_longitude", "pickup_latitude"),
        ("StartLng", "StartLat"),
        ("decimalLongitude", "decimalLatitude"),
    ],
)
def test_degrees_are_known_by_their_names(names):
    made = count([10.5, 12.25, 11], [50.5, 51.25, 52], names)
    assert made.axes.down.reversed and made.axes.across.pixel > made.axes.down.pixel


def test_coordinates_far_from_zero_begin_where_the_data_do():
    x, y = utm()
    for names in ((), ("easting", "northing")):
        made = count(x, y, names)
        assert made.axes.extent == (500000, 500300, 4649976, 4649776)
        assert made.size == (300, 200) and made.outside == 0
        assert_counted(made, x, y)


@pytest.mark.parametrize(
    ("x", "y", "size"),
    [
        (np.arange(400) * 7 % 300, np.arange(400) * 11 % 200, (300, 200)),
        (1000 + np.arange(400) * 7 % 300, np.arange(400) * 11 % 200, (1300, 200)),
        ([5], [5], (6, 6)),
        ([320] * 1000, [240] * 1000, (321, 241)),
        (RNG.random(500) * 1900, RNG.random(500) * 1000, None),
        ([10, 20], [7, 7], (21, 8)),
    ],
)
def test_pixels_begin_at_zero(x, y, size):
    made = count(x, y)
    assert made.axes.plain and made.assumed == "size from the data"
    assert size is None or made.size == size
    assert_counted(made, x, y)


def test_a_few_positions_left_of_the_screen_are_outside():
    x, y = RNG.random(1000) * 1900, RNG.random(1000) * 1000
    x[:30] = -40.5
    made = count(x, y)
    assert made.axes.plain and made.outside == 30


def test_far_outliers_are_left_outside_and_counted():
    x, y = places()
    x[:5], y[:5] = 0, 0
    made = count(x, y, ("lon", "lat"))
    assert made.outside == 5 and made.axes.across.high - made.axes.across.low < 1
    assert_counted(made, x, y)


def test_units_that_differ_wildly_have_scales_of_their_own():
    x, y = RNG.random(1000) * 1e6 - 3e5, RNG.random(1000)
    made = count(x, y)
    assert min(made.size) > 300 and "at scales of their own" in made.assumed
    assert_counted(made, x, y)


@pytest.mark.parametrize(
    ("x", "y", "names", "up"),
    [
        # A room in metres, a strike zone in feet, a rink, shares of a screen about its middle.
        (RNG.random(500) * 3.2, RNG.random(500) * 2.1, (), True),
        (RNG.normal(0, 1, 500), RNG.random(500) * 5, ("plate_x", "plate_z"), True),
        (RNG.integers(-100, 100, 500), RNG.integers(-42, 43, 500), (), True),
        (RNG.random(500) * 2 - 1, RNG.random(500) * 2 - 1, (), True),
        # Metres by their names, where numbers could be pixels.
        (RNG.random(500) * 300, RNG.random(500) * 200, ("x [m]", "y [m]"), True),
        (RNG.random(500) * 300, RNG.random(500) * 200, ("pos_x_mm", "pos_y_mm"), True),
        # An empirical distribution: shares against pixels.
        (RNG.random(500), RNG.random(500) * 1000, (), True),
        # A gaze that hardly moves, and one around the middle of two screens.
        (RNG.normal(960, 3, 500), RNG.normal(540, 3, 500), (), False),
        (RNG.normal(0, 900, 500), RNG.random(500) * 1080, (), False),
        (RNG.normal(0, 900, 500), RNG.normal(0, 500, 500), ("x [px]", "y [px]"), False),
    ],
)
def test_screens_have_y_downwards_and_all_else_upwards(x, y, names, up):
    made = count(x, y, names)
    assert made.axes.down.reversed == up
    assert made.outside <= 25
    assert ("(--y down)" in made.assumed) == up
    assert_counted(made, x, y)


def test_a_latitude_taken_for_x_is_said():
    x, y = places()
    assert "x is the latitude (--transpose)" in count(y, x, ("lat", "lon")).assumed
    assert "--transpose" not in count(x, y, ("lon", "lat")).assumed
    assert "--transpose" not in count(*pitch()).assumed


def test_an_extent_decides_and_whole_numbers_have_a_pixel_each():
    x, y = pitch()
    made = count(x, y, extent=(-52.5, 52.5, 34, -34))
    assert made.axes.extent == (-52.5, 52.5, 34, -34) and made.size == (525, 340)
    assert made.assumed == "" and made.outside == 0
    assert_counted(made, x, y)
    assert count(x, y, extent=(-52.5, 52.5, 34, -34), size=(105, 68)).size == (105, 68)
    assert count(x, y, extent=(-52.5, 52.5, -34, 34), upwards="up").axes.extent[2:] == (34, -34)
    x, y = monitors()
    made = count(x, y, extent=(-1920, 3840, -164, 1080))
    assert made.size == (5760, 1244) and made.axes.at(0, 0) == (-1920, -164)


def test_exchanged_axes_are_exchanged_with_their_names():
    x, y = places()
    made = count(y, x, ("lat", "lon"), transpose=True)
    straight = count(x, y, ("lon", "lat"))
    assert made.axes == straight.axes
    np.testing.assert_array_equal(made.counts, straight.counts)


def test_grids_have_units_by_an_extent_and_are_turned():
    grid = np.arange(6.0).reshape(2, 3)
    source = HeatSource("t.npy", grid=grid, size=(3, 2))
    made = count_source(source, Placing(extent=(0, 30, 20, 0)))
    np.testing.assert_array_equal(made.counts, grid)
    assert made.axes.at(0, 0) == (5, 15)
    turned = count_source(source, Placing(upwards="up"))
    np.testing.assert_array_equal(turned.counts, grid[::-1])
    assert turned.axes.at(0, 0) == (0, 1) and turned.axes.at(0, 1) == (0, 0)
    across = count_source(source, Placing(transpose=True))
    np.testing.assert_array_equal(across.counts, grid.T)
    with pytest.raises(UsageError, match="is a grid of 2x3"):
        count_source(source, Placing((3, 2), transpose=True))


def test_a_grid_whose_rows_begin_in_the_south_is_drawn_north_up():
    grid = np.arange(6.0).reshape(2, 3)
    source = HeatSource(
        "topo", grid=grid, extent=(-80, -77, 40, 42), names=("longitude", "latitude")
    )
    made = count_source(source)
    np.testing.assert_array_equal(made.counts, grid[::-1])
    assert made.axes.extent == (-80, -77, 42, 40) and "y up (--y down)" in made.assumed
    as_it_is = count_source(source, Placing(upwards="down"))
    np.testing.assert_array_equal(as_it_is.counts, grid)
    # Bins of clicks on a screen begin at its top.
    screen = HeatSource("clicks", grid=grid, extent=(0, 1920, 0, 1080))
    np.testing.assert_array_equal(count_source(screen).counts, grid)
    histogram = HeatSource("H", grid=grid, extent=(-4, 4, -4, 4))
    np.testing.assert_array_equal(count_source(histogram).counts, grid[::-1])
    exchanged = count_source(histogram, Placing(transpose=True))
    np.testing.assert_array_equal(exchanged.counts, grid.T[::-1])


def test_a_map_without_an_event_is_an_error_with_the_numbers():
    x, y = 1000 + np.arange(400) * 7 % 300, np.arange(400) * 11 % 181 + 20
    with pytest.raises(DataError) as caught:
        count(x, y, size=(300, 200))
    assert caught.value.message == (
        "points.csv: all 400 events lie outside 300x200: x 1,000 to 1,299, y 20 to 200"
    )
    assert caught.value.hint == "--extent 1000,1299,20,200 shows them"
    with pytest.raises(DataError, match="its event lies outside the map of x 0 to 1"):
        count([5], [5], extent=(0, 1, 0, 1))
    with pytest.raises(DataError, match="none of its 4 values is a number"):
        count_source(HeatSource("nan.npy", grid=np.full((2, 2), np.nan)))


# Streams


def fed(x, y, cuts, **asked):
    made = CountMap(Placing(**asked))
    for part in np.split(np.arange(len(x)), sorted(cuts)):
        made.add(events(np.asarray(x)[part], np.asarray(y)[part]))
    return made


@pytest.mark.parametrize("kind", [gaze, places, utm, lambda: tuple(v[:3000] for v in pitch())])
def test_a_short_stream_is_the_map_of_its_file_however_it_is_cut(kind):
    x, y = kind()
    whole = CountMap.of_events(events(x, y))
    for cuts in ((), (1,), (1, 2, 3), range(1, len(x), 37)):
        made = fed(x, y, cuts)
        assert made.axes == whole.axes and made.assumed == whole.assumed
        np.testing.assert_array_equal(made.counts, whole.counts)
        assert (made.events, made.outside) == (whole.events, whole.outside)


@law
@given(st.sets(st.integers(1, 19_999), max_size=6), st.integers(0, 2**32 - 1))
def test_with_an_extent_a_stream_is_the_map_of_its_file(cuts, seed):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(0, 30, (2, 20_000)).round(1)
    asked = {"extent": (-52.5, 52.5, 34, -34), "size": (210, 136)}
    whole = CountMap.of_events(events(x, y), Placing(**asked))
    made = fed(x, y, cuts, **asked)
    np.testing.assert_array_equal(made.counts, whole.counts)
    assert made.outside == whole.outside == 20_000 - made.events


@pytest.mark.parametrize("upwards", ["up", "down"])
def test_a_long_stream_grows_every_way_by_whole_pixels_and_loses_nothing(upwards):
    rng = np.random.default_rng(3)
    steps = rng.normal(0, 0.01, (2, 60_000))
    x, y = np.cumsum(steps, axis=1)
    y -= 7
    made = fed(x, y, range(5000, 60_000, 500), upwards=upwards)
    assert made.outside == 0 and made.events == 60_000
    assert max(made.size) <= 1536
    assert made.axes.down.reversed == (upwards == "up")
    assert_counted(made, x, y)
    assert made.axes.across.step == made.axes.down.step


def test_a_long_stream_of_degrees_keeps_its_proportions():
    rng = np.random.default_rng(4)
    x, y = (
        -3.7 + np.cumsum(rng.normal(0, 1e-4, 30_000)),
        40.4 + np.cumsum(rng.normal(0, 1e-4, 30_000)),
    )
    made = CountMap(Placing(names=("lon", "lat")))
    for start in range(0, 30_000, 1000):
        made.add(events(x[start : start + 1000], y[start : start + 1000]))
    shrink = made.axes.down.pixel / made.axes.across.pixel
    assert shrink == pytest.approx(np.cos(np.radians(40.4)), rel=0.02)
    assert made.outside == 0
    assert_counted(made, x, y)


def test_a_screen_that_appears_left_of_a_stream_is_shown_once_it_is_not_a_few_events():
    rng = np.random.default_rng(6)
    x, y = rng.integers(0, 1920, 6000), rng.integers(0, 1080, 6000)
    made = fed(x, y, (5000,))
    assert made.axes.plain
    made.add(events([-32000], [5]))
    assert made.outside == 1 and made.axes.plain
    left = rng.integers(-1920, 0, 2000)
    for part in np.split(left, 10):
        made.add(events(part, rng.integers(0, 1080, 200)))
    assert made.axes.extent[0] <= left.min() and made.outside <= 1
    assert made.events + made.outside == 8001 == made.total + made.outside
    assert made.counts[:, : -int(made.axes.across.low)].sum() >= 2000


def test_weights_are_halved_with_the_map_exactly():
    rng = np.random.default_rng(7)
    x, y = rng.random(5000) - 3, rng.random(5000) - 3
    made = CountMap()
    made.add(events(x, y, np.full(5000, 0.1)))
    made.add(events(x + 2, y + 2, np.full(5000, 0.1)))
    assert made.total == pytest.approx(1000, rel=1e-6)
    counted = made.events
    assert counted == 10_000


@pytest.mark.parametrize("tiny", [5e-324, 1e-300, 1e-40, 0.0])
@pytest.mark.parametrize("names", [(), ("lon", "lat")])
def test_positions_that_hardly_differ_are_one_place(tiny, names):
    made = count([-tiny, tiny, 0, 0, 0.5 * tiny], [0.25] * 5, names)
    assert made.events == 5 and made.size[0] >= 1


def test_a_few_far_positions_of_screens_coarsen_the_map_rather_than_break_it():
    rng = np.random.default_rng(8)
    x, y = rng.integers(-60_000, 60_000, 500), rng.integers(0, 3, 500)
    x[0] = 400_000
    made = count(x, y)
    assert made.events == 500 and max(made.size) <= 131_072
    assert_counted(made, x, y)


@pytest.mark.parametrize(
    ("names", "up"), [(("norm_pos_x", "norm_pos_y"), True), (("norm_x", "norm_y"), False)]
)
def test_shares_from_the_lower_left_corner_have_y_upwards(names, up):
    x, y = RNG.random((2, 300))
    made = count(x, y, names)
    assert made.axes.extent == ((0, 1, 1, 0) if up else (0, 1, 0, 1))
    assert ("(--y down)" in made.assumed) == up
    assert_counted(made, x, y)
    assert count(x, y, names, upwards="down").axes.extent == (0, 1, 0, 1)


@pytest.mark.parametrize("unit", [1e-3, 1e-6, 1e-9, 1e-12])
def test_tiny_positions_are_of_a_unit_and_no_corner_of_a_screen(unit):
    x, y = RNG.normal(5, 1, (2, 300)).clip(1, 9) * unit
    made = count(x, y)
    left, right, top, bottom = made.axes.extent
    assert 0 < left < right < 10 * unit and 0 < bottom < top < 10 * unit
    assert "fractions" not in made.assumed and made.outside == 0 and min(made.size) > 50
