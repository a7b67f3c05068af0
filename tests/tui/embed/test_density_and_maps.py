"""Heat in the scatter: the density of the points, and the maps behind them."""

import numpy as np
from tests.support.embed import make_app, ready
from tests.support.screens import text_of

from vizterm.embed.scatter.plot import ScatterPlot
from vizterm_core.load import embedding_from_arrays, load_embedding
from vizterm_core.maps.overlay import heatmap, overlay


# density
def brightest(plot):
    """(column, row) of the cell whose background is brightest."""
    levels = {}
    for y in range(plot.size.height):
        x = 0
        for text, style, _ in plot.render_line(y):
            if style is not None and style.bgcolor is not None:
                levels[sum(style.bgcolor.triplet)] = x, y
            x += len(text)
    return levels[max(levels)]


async def test_one_key_turns_dots_into_their_density_and_lays_the_dots_over_it(digits_path):
    app, screen = make_app(lambda: load_embedding(digits_path))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        plot = screen.query_one(ScatterPlot)

        def braille():
            text = "".join(plot.render_line(y).text for y in range(plot.size.height))
            return sum("\u2800" < character <= "\u28ff" for character in text)

        dots = braille()
        assert dots > 100
        await pilot.press("v")
        assert braille() == 0
        assert "density   σ 4   cmap inferno   norm sqrt" in text_of(screen, "#status")
        await pilot.press("full_stop", "c", "u")
        assert "density   σ 5   cmap magma   norm percentile" in text_of(screen, "#status")
        await pilot.press("v")
        assert braille() == dots
        await pilot.press("v")
        assert "density" not in text_of(screen, "#status")
        await pilot.press("full_stop")
        assert "press v for density" in text_of(screen, "#status")


async def test_the_density_follows_the_legend_and_the_view(digits_path):
    app, screen = make_app(lambda: load_embedding(digits_path))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        plot, model = screen.query_one(ScatterPlot), screen.model
        await pilot.press("v")
        for label in (0, 7):
            model.show_only(label)
            screen._labels.show()
            await pilot.pause()
            column, row = brightest(plot)
            inside = model.index.labels == label
            middle = model.viewport.dots_of(model.index.x[inside], model.index.y[inside])
            assert abs(np.median(middle[0]) / 2 - column) < 8
            assert abs(np.median(middle[1]) / 4 - row) < 5
        await pilot.press("shift+right")
        await pilot.pause()
        assert brightest(plot)[0] < column


async def test_the_density_of_a_highlighted_label_is_its_own(digits_path):
    app, screen = make_app(lambda: load_embedding(digits_path))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("v", "t")
        await pilot.pause()
        column, row = brightest(screen.query_one(ScatterPlot))
        model = screen.model
        inside = model.index.labels == model.highlight
        middle = model.viewport.dots_of(model.index.x[inside], model.index.y[inside])
        assert abs(np.median(middle[0]) / 2 - column) < 8
        assert abs(np.median(middle[1]) / 4 - row) < 5


# maps
def mapped(count=5):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (count, 8, 8, 3)).astype(np.uint8)
    maps = rng.random((count, 4, 4)).astype(np.float32)
    return images, maps, np.c_[np.arange(count), np.zeros(count)]


async def test_one_key_shows_where_the_network_looked():
    images, maps, points = mapped()
    app, screen = make_app(lambda: embedding_from_arrays(points, images=images, maps=maps))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("3", "g")
        panel = screen.query_one("#panel").picture
        np.testing.assert_array_equal(panel.array, images[3])
        await pilot.press("i")
        np.testing.assert_array_equal(panel.array, heatmap(maps[3], shape=(8, 8)))
        assert "heatmap   mode color   alpha 0.5   cmap jet   norm minmax" in text_of(
            screen, "#status"
        )
        await pilot.press("i")
        np.testing.assert_array_equal(panel.array, overlay(images[3], maps[3]))
        await pilot.press("m", "right_curly_bracket")
        expected = overlay(images[3], maps[3], mode="gray", alpha=0.6)
        np.testing.assert_array_equal(panel.array, expected)
        await pilot.press("M", "c", "u")
        expected = overlay(images[3], maps[3], alpha=0.6, colormap="hot", norm="max")
        np.testing.assert_array_equal(panel.array, expected)
        await pilot.press("right")
        expected = overlay(images[4], maps[4], alpha=0.6, colormap="hot", norm="max")
        np.testing.assert_array_equal(panel.array, expected)
        await pilot.press("i")
        np.testing.assert_array_equal(panel.array, images[4])
        await pilot.press("m")
        assert "press i for maps" in text_of(screen, "#status")


async def test_maps_without_images_are_shown_alone():
    _, maps, points = mapped()
    app, screen = make_app(lambda: embedding_from_arrays(points, maps=maps))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("g")
        array = screen.query_one("#panel").picture.array
        np.testing.assert_array_equal(array, heatmap(maps[0]))


async def test_without_maps_the_key_says_how_to_have_them():
    images, _, points = mapped()
    app, screen = make_app(lambda: embedding_from_arrays(points, images=images))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("g", "i")
        assert "--maps" in text_of(screen, "#status")


async def test_packed_maps_are_unpacked_in_the_background(tmp_path):
    images, maps, points = mapped()
    np.savez_compressed(tmp_path / "packed.npz", X=points, X_plot=images, maps=maps)
    app, screen = make_app(lambda: load_embedding(tmp_path / "packed.npz"))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        await app.workers.wait_for_complete()
        await pilot.press("2", "g", "i", "i")
        array = screen.query_one("#panel").picture.array
        np.testing.assert_array_equal(array, overlay(images[2], maps[2]))
