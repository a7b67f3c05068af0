"""Labels and their legend."""

import numpy as np
from tests.support.embed import digits, make_app, ready
from tests.support.screens import text_of

from vizterm.embed.legend import Legend
from vizterm.embed.plot import ScatterPlot
from vizterm_core.load import embedding_from_arrays


async def test_going_to_a_point_of_a_hidden_label_shows_the_label_at_once(digits_path):
    app, screen = make_app(digits(digits_path))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("X", "5", "g")
        await pilot.pause()
        assert "182 of 1,797 shown" in text_of(screen, "#status")
        assert set(np.unique(screen.query_one(ScatterPlot).frame.labels)) == {-1, 5}


async def test_continuous_labels_have_a_colour_bar_and_their_exact_values():
    rng = np.random.default_rng(0)
    points, values = rng.random((500, 2)), rng.random(500) * 7 - 2
    embedding = embedding_from_arrays(points, values)
    app, screen = make_app(lambda: embedding)
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        legend = screen.query_one(Legend)
        texts = [legend.render_line(y).text.strip() for y in range(legend.size.height)]
        assert texts[0].endswith(f"{values.max():.4g}")
        assert f"██ {values.min():.4g}" in texts
        await pilot.press("4", "2", "g")
        assert f"{values[42]:.6g}" in text_of(screen, "#panel .facts")
        await pilot.press("tab")
        assert isinstance(app.focused, ScatterPlot)


async def test_hundreds_of_labels_show_the_biggest_first_and_the_rest_by_typing():
    rng = np.random.default_rng(0)
    labels = np.array([f"class {k}" for k in (rng.random(4000) ** 2 * 300).astype(int)])
    embedding = embedding_from_arrays(rng.random((4000, 2)), labels)
    app, screen = make_app(lambda: embedding)
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        legend = screen.query_one(Legend)
        counts = [
            int(legend.render_line(y).text.split()[-1].replace(",", ""))
            for y in range(legend.size.height - 1)
        ]
        assert counts == sorted(counts, reverse=True)
        assert counts[0] == embedding.labels.counts.max()
        assert "more" in legend.render_line(legend.size.height - 1).text
        await pilot.press("tab", "slash", *"class 299", "enter", "space")
        hidden = np.flatnonzero(~screen.model.visible)
        assert [embedding.labels.names[k] for k in hidden] == ["class 299"]
        await pilot.press("escape")
        assert isinstance(app.focused, ScatterPlot)


async def test_without_colours_one_label_stands_out_at_a_time(digits_path):
    app, screen = make_app(digits(digits_path), colours="none")
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        # Each point as a dot.
        await pilot.press("D", "tab", "down", "down")
        assert screen.model.highlight == 2
        plot = screen.query_one(ScatterPlot)
        bold = dim = 0
        for y in range(plot.size.height):
            for text, style, _ in plot.render_line(y):
                lit = len(text.replace(" ", ""))
                bold += lit * bool(style.bold)
                dim += lit * bool(style.dim)
                assert style.color is None
        twos = plot.frame.led_by(2) == 2
        assert bold == int((twos & (plot.frame.codes > 0)).sum())
        assert dim > bold > 0
        await pilot.press("escape")
        assert screen.model.highlight is None
