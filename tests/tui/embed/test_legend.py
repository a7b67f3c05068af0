"""Labels and their legend."""

import numpy as np
import pytest
from rich.cells import cell_len
from rich.style import Style
from tests.support.embed import digits, make_app, ready
from tests.support.screens import text_of

from vizterm.cells.theme import theme_for
from vizterm.embed.scatter.plot import ScatterPlot
from vizterm.embed.side.legend import Legend
from vizterm.embed.side.legend_lines import Columns, Row, count_bar, legend_row
from vizterm.embed.side.quantity_bar import tick_texts
from vizterm.terminal.facts import Terminal
from vizterm_core.load import embedding_from_arrays
from vizterm_core.scatter.encode import encode_labels
from vizterm_core.scatter.labels import ContinuousScale


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
        assert texts[0].startswith(f"██ {values.max():.4g} ")
        assert any(text.startswith(f"██ {values.min():.4g}".replace("-", "−")) for text in texts)
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
        # Each point as a dot, and no names.
        await pilot.press("D", "e", "tab", "down", "down")
        assert screen.model.highlight == 2
        plot = screen.query_one(ScatterPlot)
        bold = dim = 0
        for y in range(plot.size.height):
            for text, style, _ in plot.render_line(y):
                lit = len(text.replace(" ", ""))
                bold += lit * bool(style.bold and not style.reverse)
                dim += lit * bool(style.dim)
                assert style.color is None
        twos = plot.frame.led_by(2) == 2
        assert bold == int((twos & (plot.frame.codes > 0)).sum())
        assert dim > bold > 0
        await pilot.press("escape")
        assert screen.model.highlight is None


# legend and plot are one


def row_of(screen, label):
    legend = screen.query_one(Legend)
    return legend.order.index(label) - legend._top


def segments(screen, label):
    return list(screen.query_one(Legend).render_line(row_of(screen, label)))


async def test_the_row_of_the_point_under_the_cursor_is_marked(digits_path):
    app, screen = make_app(digits(digits_path))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        codes = screen.model.embedding.labels.codes
        for point in (412, 17, 5):
            await pilot.press(*str(point), "g")
            await pilot.pause()
            bold = [
                label
                for label in range(10)
                if any(part.style.bold and part.text.strip() for part in segments(screen, label))
            ]
            assert bold == [codes[point]]


async def test_a_label_under_the_pointer_glows_until_the_pointer_has_left(digits_path):
    app, screen = make_app(digits(digits_path))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        legend = screen.query_one(Legend).region
        for label in (3, 4):
            await pilot.hover(offset=(legend.x + 5, legend.y + row_of(screen, label)))
            await pilot.pause()
            assert screen.model.highlight == label
        await pilot.hover(offset=(20, 20))
        await pilot.pause()
        assert screen.model.highlight is None
        await pilot.press("t", "t")
        assert screen.model.highlight == 1
        await pilot.hover(offset=(legend.x + 5, legend.y + row_of(screen, 6)))
        await pilot.pause()
        assert screen.model.highlight == 6
        await pilot.hover(offset=(20, 20))
        await pilot.pause()
        assert screen.model.highlight == 1, "what a key has highlighted comes back"


async def test_walking_the_legend_makes_labels_glow_and_leaving_it_ends_that(digits_path):
    app, screen = make_app(digits(digits_path))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("tab", "down", "down")
        assert screen.model.highlight == 2
        await pilot.press("tab")
        await pilot.pause()
        assert screen.model.highlight is None


def test_bars_are_as_long_as_the_counts_to_half_a_cell():
    theme = theme_for(Terminal())
    columns = Columns.of(encode_labels(np.repeat(["a", "b", "c"], [100, 50, 1])), 40)
    assert (columns.name, columns.bar, columns.count) == (1, 30, 3)
    for count, text in ((100, "━" * 30), (50, "━" * 15), (1, "╸"), (51, "━" * 15 + "╸")):
        row = Row("a", count, Style(color="red"))
        bar = count_bar(row, columns, theme)
        assert bar[0].text == text
        assert len(bar[0].text + bar[1].text) == 30
    assert count_bar(Row("a", 50, Style(), shown=False), columns, theme)[0].text == ""


@pytest.mark.parametrize("name", ["a", "a very long name of a class indeed", "日本語のラベル"])
@pytest.mark.parametrize("width", range(17, 60, 5))
def test_a_row_is_exactly_as_wide_as_it_should_be(name, width):
    theme = theme_for(Terminal())
    columns = Columns.of(encode_labels(np.array([name] * 12345 + ["b"])), width)
    line = legend_row(Row(name, 12345, Style(color="red")), columns, theme)
    assert sum(cell_len(part.text) for part in line) == width
    assert line[-1].text == " 12,345 "


async def test_hidden_labels_have_a_hollow_mark_in_their_colour_and_can_be_read(digits_path):
    app, screen = make_app(digits(digits_path))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        shown = segments(screen, 3)
        screen.model.toggle_label(3)
        screen._labels.show()
        await pilot.pause()
        hidden = segments(screen, 3)
        marks = [next(p for p in line if p.text in "●○") for line in (shown, hidden)]
        assert [mark.text for mark in marks] == ["●", "○"]
        assert marks[0].style.color == marks[1].style.color
        assert "━" not in "".join(part.text for part in hidden)
        assert "1 hidden" in text_of(screen, "#divider")


async def test_a_filter_is_said_above_the_list_and_escape_clears_it(digits_path):
    app, screen = make_app(digits(digits_path))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        assert text_of(screen, "#divider") == "10 labels"
        await pilot.press("tab", "slash", "7", "enter")
        await pilot.pause()
        assert text_of(screen, "#divider") == "labels · 1 of 10 · esc clears"
        await pilot.press("tab", "escape")
        await pilot.pause()
        assert text_of(screen, "#divider") == "10 labels"


def test_a_colour_bar_has_its_ends_and_round_values_between_them():
    texts = tick_texts(ContinuousScale(7.8e-5, 19.87), 26)
    assert texts == {25: "7.8e−05", 0: "19.87", 19: "5", 12: "10", 6: "15"}
    texts = tick_texts(ContinuousScale(-0.42, 0.93), 20)
    assert texts[0] == "0.93"
    assert texts[19] == "−0.42"
    assert texts[13] == "0.0"
    day = 86400.0
    assert tick_texts(ContinuousScale(0.0, 365 * day, "D"), 10)[0] == "1971-01-01"
    assert len(tick_texts(ContinuousScale(0.0, 365 * day, "D"), 10)) == 3
    assert set(tick_texts(ContinuousScale(3.0, 3.0), 5)) == {0, 4}
