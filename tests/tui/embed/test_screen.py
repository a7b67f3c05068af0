"""A user's story, told through the real app without a terminal."""

import sys
from unittest.mock import patch

import numpy as np
import pytest
from tests.support.embed import digits, make_app, make_opening_app, ready
from tests.support.screens import row_text, text_of, until

from vizterm.embed.scatter.entry_reader import unpack
from vizterm.embed.scatter.plot import ScatterPlot
from vizterm.embed.side.legend import Legend
from vizterm.shell.help import HelpScreen
from vizterm_core.errors import DataError
from vizterm_core.load import embedding_from_arrays, load_embedding
from vizterm_core.pictures.image import fit_picture


def cell_of(screen, point):
    """The screen cell in which a point lies."""
    column, row = screen.model.dot_of(point)
    region = screen.query_one(ScatterPlot).region
    return region.x + column // 2, region.y + row // 4


async def hover(pilot, screen, point):
    await pilot.hover(offset=cell_of(screen, point))
    await pilot.pause()


def shown_picture(screen):
    return screen.query_one("#panel").picture.array


async def test_hover_navigate_toggle_and_the_picture_is_always_the_right_one(digits_path):
    images = np.load(digits_path)["images"]
    app, screen = make_app(digits(digits_path))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        assert "1,797 points · 10 labels · coordinates tsne · coloured by labels" in text_of(
            screen, "#heading"
        )
        assert " 1× " in text_of(screen, "#status")
        begun = screen.model.cursor
        view = screen.model.viewport
        away = np.subtract(screen.model.dot_of(begun), (view.across / 2, view.down / 2))
        assert np.abs(away).max() < 20, "the point looked at first is in the middle"
        assert np.array_equal(shown_picture(screen)[..., 0], images[begun])

        await hover(pilot, screen, 412)
        first = screen.model.cursor
        dot_distance = np.subtract(screen.model.dot_of(first), screen.model.dot_of(412))
        assert np.abs(dot_distance).max() <= 3
        assert np.array_equal(shown_picture(screen)[..., 0], images[first])
        assert f"#{first:,}" in text_of(screen, "#panel .facts")

        await pilot.press("right", "down", "l")
        second = screen.model.cursor
        assert second != first
        assert np.array_equal(shown_picture(screen)[..., 0], images[second])
        label = screen.model.embedding.labels.text_of(second)
        assert text_of(screen, "#panel .facts").startswith(f"\n {label}\n#{second:,} ")

        await pilot.press("tab")
        assert isinstance(app.focused, Legend)
        for _ in range(int(label)):
            await pilot.press("down")
        await pilot.press("space")
        assert not screen.model.visible[int(label)]
        assert screen.model.cursor is None
        assert shown_picture(screen) is None
        hidden = int(screen.model.embedding.labels.counts[int(label)])
        assert f"{1797 - hidden:,} of 1,797 shown" in text_of(screen, "#status")
        assert f"○ {label}" in row_text(screen, Legend, int(label))
        frame = screen.query_one(ScatterPlot).frame
        assert int(label) not in frame.labels

        await pilot.press("enter")
        assert screen.model.visible.sum() == 1
        await pilot.press("A")
        assert screen.model.visible.all()


async def test_the_picture_on_screen_is_the_picture_enlarged_by_a_whole_factor(digits_path):
    images = np.load(digits_path)["images"]
    app, screen = make_app(digits(digits_path))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("4", "1", "2", "g")
        assert screen.model.cursor == 412
        picture = screen.query_one("#panel").picture
        assert picture.size == (32, 16)
        expected = fit_picture(np.repeat(images[412][..., None], 3, -1), 32, 32)
        assert expected.shape == (32, 32, 3)
        for row in range(16):
            pixels = []
            for text, style, _ in picture.render_line(row):
                if text and style and style.bgcolor:
                    lower = style.bgcolor.triplet.red
                    upper = style.color.triplet.red if text[0] == "▀" else lower
                    pixels += [(upper, lower)] * len(text)
            assert [p[0] for p in pixels] == expected[2 * row, :, 0].tolist()
            assert [p[1] for p in pixels] == expected[2 * row + 1, :, 0].tolist()


async def test_the_documented_example_works(example_path):
    app, screen = make_app(digits(example_path))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        assert "20 points · 4 labels · coordinates X · coloured by y" in text_of(screen, "#heading")
        seen = set()
        for key in ("g", *["right", "down", "left", "up"] * 8):
            await pilot.press(key)
            seen.add(screen.model.cursor)
            data = np.load(example_path)["X_plot"][screen.model.cursor]
            assert np.array_equal(shown_picture(screen)[..., 0], np.rint(data * 255))
        assert len(seen) > 3


async def test_the_bulk_is_shown_first_and_how_many_outliers_it_leaves_outside():
    points = np.random.default_rng(0).normal(size=(999, 2))
    points[[17, 23]] = 1e9, -1e9
    app, screen = make_app(lambda: embedding_from_arrays(points, ["a"] * 17 + ["b"] * 982))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        assert "2 outside · 0 shows all" in text_of(screen, "#status")
        assert screen.query_one(ScatterPlot).frame.shown == 997
        assert screen.model.viewport.extent.width < 20
        await pilot.press("0")
        assert "shown" not in text_of(screen, "#status")
        assert screen.query_one(ScatterPlot).frame.shown == 999
        assert "0 shows all" not in text_of(screen, "#status")
        assert "b shows the bulk" in text_of(screen, "#status")
        await pilot.press("b")
        assert "2 outside · 0 shows all" in text_of(screen, "#status")
        # Zoomed in, most points are outside: that is not worth a word.
        await pilot.press("+")
        assert "0 shows all" not in text_of(screen, "#status")


async def test_without_room_for_a_card_the_status_line_tells_the_point(digits_path):
    app, screen = make_app(digits(digits_path))
    async with app.run_test(size=(40, 10)) as pilot:
        await ready(pilot, screen)
        await pilot.press("4", "1", "2", "g")
        await pilot.pause()
        label = screen.model.embedding.labels.text_of(412)
        assert f"{label} · #412" in text_of(screen, "#status")


async def test_long_labels_widen_the_panel_and_keep_their_ends():
    labels = [f"a very long label name {k}" for k in range(12)]
    embedding = embedding_from_arrays(np.random.default_rng(0).random((12, 2)), labels)
    app, screen = make_app(lambda: embedding)
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        assert "name 11" in row_text(screen, Legend, 11)
        await pilot.press("1", "1", "g")
        await pilot.pause()
        assert "name 11" in text_of(screen, "#panel .facts")


async def test_axis_labels_are_whole_numbers_of_any_size():
    rng = np.random.default_rng(0)
    points = rng.random((50, 2)) * 10 + 1e12
    app, screen = make_app(lambda: embedding_from_arrays(points))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("a")
        for _ in range(4):
            await pilot.pause()
        plot = screen.query_one(ScatterPlot)
        rows = [plot.render_line(y).text for y in range(plot.size.height)]
        ticks = [float(row.split("┤")[0].replace("−", "-")) for row in rows if "┤" in row]
        assert len(set(ticks)) == len(ticks) > 2
        assert all(points.min() - 1 <= tick <= points.max() + 1 for tick in ticks)


async def test_pinning_survives_moving_on_and_is_what_comes_back(digits_path):
    app, screen = make_app(digits(digits_path))
    async with app.run_test(size=(120, 50)) as pilot:
        await ready(pilot, screen)
        await pilot.press("1", "7", "g", "enter", "right", "right")
        assert screen.model.pinned_row == 17
        facts = text_of(screen, "#pinned .facts")
        assert "#17" in facts and "◆ pinned" in facts
        images = np.load(digits_path)["images"]
        assert np.array_equal(screen.query_one("#pinned").picture.array[..., 0], images[17])
        await pilot.press("q")
    assert screen.model.pinned_row == 17


async def test_clicking_pins_and_clicking_a_legend_entry_hides(digits_path):
    app, screen = make_app(digits(digits_path))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        await hover(pilot, screen, 5)
        await pilot.click(offset=cell_of(screen, 5))
        assert screen.model.pinned is not None
        legend = screen.query_one(Legend).region
        await pilot.click(offset=(legend.x + 3, legend.y + 4))
        await pilot.pause()
        assert np.flatnonzero(~screen.model.visible).tolist() == [4]


async def test_wheel_zooms_at_the_pointer_and_drag_pans(digits_path):
    app, screen = make_app(digits(digits_path))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        before = screen.model.viewport
        plot = screen.query_one(ScatterPlot)
        plot.post_message(ScatterPlot.Wheeled(30.0, 40.0, 2))
        await pilot.pause()
        zoomed = screen.model.viewport
        assert zoomed.x_scale == pytest.approx(before.x_scale * 1.25**2)
        assert zoomed.data_at(30, 40) == pytest.approx(before.data_at(30, 40))
        await pilot.mouse_down(offset=(20, 10))
        await pilot.hover(offset=(30, 15))
        await pilot.mouse_up(offset=(30, 15))
        await pilot.pause()
        moved = screen.model.viewport
        assert (zoomed.left - moved.left) * zoomed.x_scale == pytest.approx(20)
        assert (moved.top - zoomed.top) * zoomed.y_scale == pytest.approx(20)
        assert screen.model.pinned is None
        await pilot.press("0")
        assert screen.model.viewport == before


async def test_a_narrow_terminal_has_a_legend_line_and_a_floating_card(digits_path):
    images = np.load(digits_path)["images"]
    app, screen = make_app(digits(digits_path))
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot, screen)
        assert "● 0 178  ● 1 182" in row_text(screen, Legend, 0)
        card = screen.query_one("#card")
        assert not card.display
        for point in (100, 1000, 17):
            await pilot.press(*str(point), "g")
            await pilot.pause()
            assert card.display
            assert np.array_equal(card.picture.array[..., 0], images[point])
            x, y = cell_of(screen, point)
            assert not card.region.contains(x, y), "the card hides its own point"
            assert screen.query_one(ScatterPlot).region.contains_region(card.region)
        await pilot.resize_terminal(130, 40)
        await pilot.pause()
        assert not card.display
        assert np.array_equal(shown_picture(screen)[..., 0], images[17])


async def test_help_lists_every_key_of_the_registry(digits_path):
    from vizterm.actions import EMBED_ACTIONS

    app, screen = make_app(digits(digits_path))
    async with app.run_test(size=(180, 60)) as pilot:
        await ready(pilot, screen)
        await pilot.press("question_mark")
        assert isinstance(app.screen, HelpScreen)
        shown = app.screen.query_one("#help-text").text
        for action in EMBED_ACTIONS:
            assert (action.together or action.text) in shown
            assert action.together or action.shown_keys in shown
        assert "←↓↑→  hjkl" in shown
        assert "shift+←↓↑→  HJKL" in shown
        await pilot.press("escape")
        assert app.screen is screen


async def test_the_palette_offers_the_same_actions_and_runs_them(digits_path):
    app, screen = make_app(digits(digits_path))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        commands = {command.text: command.run for command in app.commands()}
        await commands["zoom in at the cursor"]()
        assert screen.model.zoom_factor == pytest.approx(1.25)
        await commands["hide all labels"]()
        assert not screen.model.visible.any()


async def test_copy_puts_index_and_name_on_the_clipboard():
    embedding = embedding_from_arrays([[0, 0], [1, 1]], names=["a.png", "b.png"])
    app, screen = make_app(lambda: embedding)
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("G", "y")
        assert app.clipboard == "1\tb.png"
        assert "copied 1 b.png" in text_of(screen, "#status")


async def test_axes_take_room_and_show_round_numbers(digits_path):
    app, screen = make_app(digits(digits_path))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        columns = screen.model.viewport.columns
        await pilot.press("a")
        await pilot.pause()
        assert screen.model.viewport.columns < columns
        plot = screen.query_one(ScatterPlot)
        texts = [plot.render_line(y).text for y in range(plot.size.height)]
        assert any(text.lstrip().startswith("0 ┤") for text in texts)
        assert texts[-2].lstrip().startswith("└")
        assert texts[-2].count("┬") >= 4
        zero = next(y for y, text in enumerate(texts) if text.lstrip().startswith("0 ┤"))
        assert screen.model.viewport.dot_of(0, 0)[1] // 4 == zero


async def test_stretching_fills_both_directions(digits_path):
    app, screen = make_app(digits(digits_path))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        view = screen.model.viewport
        assert view.x_scale == pytest.approx(view.y_scale)
        await pilot.press("s")
        view, data = screen.model.viewport, screen.model.index.extent
        # 3 % are left free on each side.
        assert data.width * view.x_scale == pytest.approx(view.across / 1.06)
        assert data.height * view.y_scale == pytest.approx(view.down / 1.06)


async def test_data_with_markup_and_escape_sequences_reach_the_screen_harmless():
    labels = ["[red]x[/]", "\x1b]52;c;aGk=\x07", "[/]", "ok\nline", "\u202egnp", "日本語ラベル"] * 3
    names = [f"\x1b[31m{k}" for k in range(18)]
    embedding = embedding_from_arrays(
        np.random.default_rng(0).random((18, 2)), labels, names=names, title="[b]\x1b[2J"
    )
    app, screen = make_app(lambda: embedding)
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("g", "right", "tab", "down", "slash", "[", "/", "]", "enter")
        lines = [
            widget.render_line(y).text
            for widget in screen.query("Legend, TextBlock")
            for y in range(widget.size.height)
        ]
        everything = "".join(lines)
        assert "[red]x[/]" in everything
        assert "[b]␛[2J" in everything
        assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in everything)


async def test_the_frame_at_rest_is_exact_after_moving_on_large_data(monkeypatch):
    from vizterm_core.scatter import index as index_module

    monkeypatch.setattr(index_module, "FEW_POINTS", 500)
    monkeypatch.setattr(index_module, "MANY_POINTS", 1000)
    rng = np.random.default_rng(0)
    embedding = embedding_from_arrays(rng.normal(size=(30_000, 2)), rng.integers(0, 4, 30_000))
    app, screen = make_app(lambda: embedding)
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        for _ in range(4):
            await pilot.press("plus")
        for _ in range(400):
            await pilot.pause(0.01)
            if screen.query_one(ScatterPlot).frame.exact:
                break
        frame = screen.query_one(ScatterPlot).frame
        expected = screen.model.index.exact_frame(screen.model.viewport, screen.model.visible)
        assert frame.exact
        assert np.array_equal(frame.codes, expected.codes)
        assert np.array_equal(frame.labels, expected.labels)


async def test_an_error_while_loading_ends_the_app_and_is_handed_over():
    def fail():
        raise DataError("coordinates 'X' hold no finite point")

    app, _ = make_opening_app(fail)
    async with app.run_test(size=(80, 24)) as pilot:
        for _ in range(50):
            await pilot.pause()
    assert isinstance(app.failure, DataError)


async def test_compressed_pictures_arrive_while_the_scatter_is_up(tmp_path, digits_path):
    data = np.load(digits_path)
    path = tmp_path / "packed.npz"
    np.savez_compressed(path, tsne=data["tsne"], labels=data["labels"], images=data["images"])
    app, screen = make_app(digits(path))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("9", "g")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert np.array_equal(shown_picture(screen)[..., 0], data["images"][9])


async def test_pictures_are_unpacked_when_the_first_dots_are_there_and_once(tmp_path, monkeypatch):
    path = tmp_path / "packed.npz"
    np.savez_compressed(path, X=np.eye(2), y=list("ab"), X_plot=np.zeros((2, 8, 8)))
    app, screen = make_app(lambda: load_embedding(path))
    drawn = []

    def watched(embedding, arrived):
        drawn.append(screen.query_one("ScatterPlot").frame is not None)
        unpack(embedding, arrived)

    # By the name of the room: `vizterm.embed` is a function.
    monkeypatch.setattr(sys.modules["vizterm.embed.unpacking"], "unpack", watched)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: drawn)
        # A search lets keys in again.
        await pilot.press("slash", "a", "enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert drawn == [True]


@pytest.mark.parametrize(
    ("points", "labels"),
    [
        (np.zeros((0, 2)), None),
        (np.zeros((1, 2)), [7]),
        (np.ones((200, 2)), np.arange(200) % 3),
        (np.array([[0, 0], [np.nan, 1], [np.inf, 2], [5, 5]]), list("aabb")),
        (np.random.default_rng(0).random((20_000, 2)), np.arange(20_000) % 10_000),
    ],
)
async def test_odd_data_can_be_explored_like_any_other(points, labels):
    embedding = embedding_from_arrays(points, labels)
    app, screen = make_app(lambda: embedding)
    async with app.run_test(size=(110, 30)) as pilot:
        await ready(pilot, screen)
        keys = "right left up down g G enter ] [ plus plus t A n y tab down space o escape 0 s a"
        await pilot.press(*keys.split())
        await hover(pilot, screen, 0) if len(embedding) else None
        kept = int(np.isfinite(points).all(axis=1).sum())
        await pilot.press("A", "0")
        await pilot.pause()
        assert "1×" in text_of(screen, "#status")
        assert "shown" not in text_of(screen, "#status")
        heading = text_of(screen, "#heading")
        assert (f"{len(points) - kept} dropped" in heading) == (kept < len(points))
        await pilot.press("escape", "g")
        assert (screen.model.cursor is None) == (kept == 0)


async def test_among_many_points_the_middle_is_looked_at_once_they_are_sorted():
    rng = np.random.default_rng(0)
    points, labels = rng.normal(size=(5000, 2)), rng.integers(0, 3, 5000)
    with (
        patch("vizterm_core.scatter.index.FEW_POINTS", 500),
        patch("vizterm_core.scatter.index.MANY_POINTS", 1000),
        patch("vizterm.embed.point_view.SEARCHED_AT_ONCE", 1000),
    ):
        app, screen = make_app(lambda: embedding_from_arrays(points, labels))
        async with app.run_test(size=(120, 40)) as pilot:
            await ready(pilot, screen)
            await until(pilot, lambda: screen.model.cursor is not None)
            assert screen.model.index.sorted
            column, row = screen.model.dot_of(screen.model.cursor)
            view = screen.model.viewport
            assert abs(column - view.across / 2) < 8
            assert abs(row - view.down / 2) < 8
