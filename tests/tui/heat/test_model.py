"""The state of a heatmap: blur, colours, view, crosshair, against the core and hand-made maps."""

import numpy as np
import pytest
import scipy.ndimage
from tests.support.heat import make_model

from vizterm.heat.drawing import caveats, crosshair_text, heat_heading, heat_scale, look
from vizterm.heat.model import HeatModel, HeatOptions, over, usual_sigma
from vizterm.maps.colour_bar import colour_bar
from vizterm.maps.numbers import short_number
from vizterm.maps.sigmas import SIGMAS, next_sigma
from vizterm_core.colour.colormaps import COLORMAPS, apply_colormap
from vizterm_core.colour.norms import COUNT_NORMS
from vizterm_core.maps.count_map import CountMap
from vizterm_core.maps.events import Events


def spots(seed=0):
    rng = np.random.default_rng(seed)
    return {(int(x), int(y)): int(n) for x, y, n in rng.integers(0, (120, 80, 9), (300, 3))}


def test_a_click_is_where_it_was_made_on_a_screen_that_is_not_square():
    model = make_model({(110, 5): 1}, (120, 80), sigma=(3, 3))
    rows, columns = np.unravel_index(model.values().argmax(), model.values().shape)
    assert (columns, rows) == (55, 2)
    picture = model.picture()
    assert picture.shape == (40, 60, 3)
    assert picture[2, 55].sum() > picture[30, 10].sum()


def test_the_crosshair_tells_the_exact_blurred_value_and_the_count():
    model = make_model(spots(), (120, 80), sigma=(4, 4))
    blurred = scipy.ndimage.gaussian_filter(model.field.counts.astype(float), 4)
    assert model.camera.point_at(20.5, 10.5)
    x, y = model.camera.cursor
    assert (x, y) == (41, 21)
    value, count = model.under_cursor()
    assert value == pytest.approx(blurred[y, x], rel=1e-5)
    assert count == model.field.counts[y, x]
    assert (
        crosshair_text(model) == f"x 41 · y 21 · value {short_number(value)} · weight {count:.0f}"
    )
    assert not model.camera.point_at(61, 0)


def test_arrows_move_by_what_one_sees_and_stay_on_the_map():
    model = make_model(spots(), (120, 80))
    model.camera.move(1, 0)
    assert model.camera.cursor == (60, 40)
    model.camera.move(1, 0)
    assert model.camera.cursor == (62, 40), "a display pixel is two map pixels wide"
    for _ in range(100):
        model.camera.move(0, -1)
    assert model.camera.cursor == (62, 0)
    model.camera.zoom(16)
    before = model.camera.cursor
    model.camera.move(-1, 0)
    assert model.camera.cursor == (before[0] - 1, before[1])
    assert model.camera.cursor_pixel is not None


def test_zooming_keeps_the_crosshair_in_place_and_the_colours():
    model = make_model(spots(), (120, 80), sigma=(2, 2))
    model.camera.point_at(30.5, 20.5)
    pixel, norm = model.camera.cursor_pixel, model.norm
    model.camera.zoom(3)
    assert abs(model.camera.cursor_pixel[0] - pixel[0]) <= 1
    assert model.norm is norm
    model.fit_colours()
    assert model.fitted_to_view
    assert model.norm.high == pytest.approx(model.values().max())
    assert model.norm.high != norm.high
    model.camera.pan(5, 0)
    fitted = model.norm
    assert model.norm is fitted
    model.fit_colours()
    assert not model.fitted_to_view
    assert model.norm.high == norm.high


def test_a_key_makes_it_smoother_and_another_sharper():
    model = make_model(spots(), (120, 80))
    assert model.sigma == (1.5, 1.5)
    sharp = model.values().max()
    model.change_sigma(1)
    assert model.sigma == (2, 2)
    assert model.values().max() < sharp
    for _ in range(20):
        model.change_sigma(-1)
    assert model.sigma == (0, 0)
    model.change_sigma(1)
    assert model.sigma == (0.5, 0.5)
    uneven = make_model(spots(), (120, 80), sigma=(3.0, 6.0))
    uneven.change_sigma(1)
    assert uneven.sigma == (4.0, 8.0)


def test_the_steps_of_the_blur():
    assert [next_sigma(7, 1), next_sigma(7, -1), next_sigma(0, -1)] == [8, 6, 0]
    assert next_sigma(SIGMAS[-1] + 100, 1) == SIGMAS[-1] + 100
    assert usual_sigma(1920, 1080) == 25
    assert usual_sigma(64, 64) in SIGMAS


def test_every_norm_and_colormap_comes_round():
    model = make_model(spots(), (120, 80))
    assert model.colours.norm_name == "max"
    seen = []
    for _ in COUNT_NORMS:
        seen.append(model.colours.norm_name)
        expected = apply_colormap(model.norm(model.values()), model.colours.colormap)
        np.testing.assert_array_equal(model.picture(), expected)
        model.colours.next_norm(1)
    assert sorted(seen) == sorted(COUNT_NORMS)
    names = []
    for _ in COLORMAPS:
        names.append(model.colours.colormap.name)
        model.colours.next_colormap(1)
    assert tuple(names) == COLORMAPS
    model.colours.next_colormap(-1)
    assert model.colours.colormap.name == COLORMAPS[-1]


def test_grids_begin_with_their_least_value():
    assert make_model(np.arange(12.0).reshape(3, 4)).colours.norm_name == "minmax"


def test_over_a_page_cold_places_show_it_and_hot_ones_dont():
    page = np.full((80, 120, 3), 200, np.uint8)
    page[:, 60:] = 100
    model = make_model({(20, 40): 100}, (120, 80), background=page, sigma=(3, 3))
    picture = model.picture()
    assert picture[2, 2].tolist() == [200] * 3
    assert picture[2, 57].tolist() == [100] * 3
    assert picture[20, 10].tolist() != [200] * 3
    strong = np.abs(picture[20, 10].astype(int) - 200).sum()
    model.change_strength(-1)
    assert np.abs(model.picture()[20, 10].astype(int) - 200).sum() < strong
    for _ in range(9):
        model.change_strength(1)
    assert model.strength == 1


def test_heat_over_a_page_by_hand():
    heat = np.array([[[255, 0, 0], [255, 0, 0]]], np.uint8)
    page = np.full((1, 2, 3), 100, np.float32)
    shares = np.array([[0.0, 1.0]])
    assert over(heat, page, shares, 1.0).tolist() == [[[100, 100, 100], [255, 0, 0]]]
    assert over(heat, page, shares, 0.5).tolist()[0][1] == [178, 50, 50]
    assert over(heat, page, np.array([[np.nan, 0.25]]), 1.0)[0, 1].tolist() == [178, 50, 50]


def test_a_page_of_another_size_is_stretched_over_the_map():
    page = np.zeros((8, 12, 3), np.uint8)
    page[:4, :6] = 240
    model = make_model({(119, 79): 0}, (120, 80), background=page)
    picture = model.picture()
    assert picture[5, 5].tolist() == [240] * 3
    assert picture[30, 50].tolist() == [0] * 3


@pytest.mark.parametrize("norm", COUNT_NORMS)
def test_the_numbers_of_the_bar_are_true(norm):
    model = make_model(spots(), (120, 80), norm=norm)
    bar = colour_bar(heat_scale(model), 31, "truecolor")
    assert len(bar) == 31
    assert bar[0][0].text == "weight / px"
    numbers = [(line, line[-1].text) for line in bar[1:] if line[-1].text]
    assert len(numbers) >= 3
    # Each number has the colour that the norm gives its value.
    for line, text in numbers:
        value = float(text[1:].lstrip("≥≤ ").replace(",", "").replace("−", "-"))
        expected = apply_colormap(np.array([model.norm(value)]), model.colours.colormap)[0]
        halves = [line[0].style.color or line[0].style.bgcolor, line[0].style.bgcolor]
        got = [np.array(half.triplet).astype(int) for half in halves]
        assert min(np.abs(half - expected).max() for half in got) < 24


def test_heading_and_look_say_what_is_shown():
    model = make_model({(3, 0): 2, (0, 1): 5, (-1, 0): 1}, (4, 2), sigma=(1, 1))
    assert heat_heading("clicks", model, ("note",)) == (
        "clicks",
        ("4 × 2", "2 events", "total 7", "1 outside", "note"),
    )
    assert look(model) == "σ 1 px · inferno · max · 1×"
    flat = make_model(np.ones((4, 4)))
    assert "constant" in look(flat)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"), (-0.0, "0"), (0.012345, "0.0123"), (3.0, "3"), (12.5, "12.5"),
        (1280.0, "1,280"), (3.4e7, "34,000,000"), (-0.5, "−0.5"), (1.4e-5, "1.4 × 10⁻⁵"),
        (float("nan"), "missing"), (7e-6, "7 × 10⁻⁶"), (-2.5e12, "−2.5 × 10¹²"),
        (9.999e-5, "1 × 10⁻⁴"), (float("-inf"), "−∞"), (1e-300, "1 × 10⁻³⁰⁰"),
    ],
)  # fmt: skip
def test_short_numbers(value, text):
    assert short_number(value) == text


def test_a_map_that_grows_stays_whole_on_the_screen():
    model = HeatModel(CountMap(), HeatOptions())
    model.camera.resize(60, 40, 1.0)
    assert model.picture().shape[2] == 3
    for x, y in ((3, 5), (100, 20), (10, 79)):
        model.add(Events(np.array([float(x)]), np.array([float(y)])))
        width, height = model.field.size
        assert model.camera.view.extent == (0, height, 0, width)
    assert model.field.size == (101, 80)


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (500, 1)])
@pytest.mark.parametrize("display", [(1, 2), (200, 2), (3, 300)])
def test_any_map_on_any_display(size, display):
    model = make_model({(0, 0): 1}, size, *display)
    for step in (
        model.picture,
        lambda: model.camera.zoom(8),
        model.picture,
        model.fit,
        model.picture,
    ):
        step()
    rows, columns, _ = model.picture().shape
    assert 1 <= columns <= display[0]
    assert 1 <= rows <= display[1]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("columns", "rows"), [(60, 50), (48, 30), (20, 9), (200, 170)])
def test_a_constant_map_shows_no_rounding(dtype, columns, rows):
    model = make_model(np.full((30, 40), 7, dtype), columns=columns, rows=rows)
    assert model.norm.constant
    assert len(np.unique(model.picture().reshape(-1, 3), axis=0)) == 1
    model.camera.zoom(3)
    assert len(np.unique(model.picture().reshape(-1, 3), axis=0)) == 1


@pytest.mark.parametrize("columns", [20, 60, 200])
def test_the_limits_are_the_maps_whatever_the_display(columns):
    model = make_model({(61, 40): 5, (20, 10): 4}, (120, 80), columns, columns, sigma=(1.5, 1.5))
    blurred = scipy.ndimage.gaussian_filter(model.field.counts.astype(float), 1.5)
    assert model.norm.high == pytest.approx(blurred.max(), rel=1e-5)
    model.camera.point_at(*(value + 0.5 for value in model.camera.view.pixel_of(61.5, 40.5)))
    model.camera.cursor = (61, 40)
    assert model.under_cursor()[0] <= model.norm.high * (1 + 1e-5)


def test_missing_cells_are_counted_and_not_part_of_the_total():
    grid = np.ones((10, 10))
    grid[2, 3], grid[4, 5], grid[6, 7] = np.nan, np.inf, -np.inf
    model = make_model(grid)
    text = heat_heading("grid", model, ()).facts
    assert "total 97" in text
    assert "3 missing" in text


def test_bad_rows_are_said_once():
    counts = CountMap((4, 4))
    counts.add(Events(np.array([1.0]), np.array([1.0]), None, 2, "line 3: 'x' is not a number"))
    model = HeatModel(counts, HeatOptions())
    text = heat_heading("clicks", model, ("note", counts.skipped)).facts
    assert text.count("2 bad rows") == 1
    assert text.endswith("note")


def test_the_bar_of_a_constant_map_has_one_number():
    model = make_model(np.full((3, 4), 7.0))
    bar = colour_bar(heat_scale(model), 12, "truecolor")
    assert [line[-1].text for line in bar] == ["value", *[""] * 10, "╴7"]


def test_what_is_measured_stands_above_the_bar():
    assert heat_scale(make_model({(1, 1): 1, (2, 0): 1}, (4, 2))).title == "events / px"
    assert heat_scale(make_model({(1, 1): 3}, (4, 2))).title == "weight / px"
    assert heat_scale(make_model(np.eye(3))).title == "value"


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ({"vmax": -5.0}, ["no value is below vmax -5: all have one colour"]),
        ({"vmin": 9e9}, ["no value is above vmin 9e+09: all have one colour"]),
        ({"vmax": 4.0}, []),
        ({"vmin": -5.0, "vmax": -4.0}, []),
        ({}, []),
    ],
)
def test_a_limit_beyond_all_values_is_said(limits, said):
    values = np.linspace(0, 8, 30).reshape(5, 6)
    counts = CountMap.of_grid(values)
    assert caveats(HeatModel(counts, HeatOptions(0, norm="minmax", **limits)), ()) == said
