"""Names of labels on the map: shown, hidden, out of the cursor's way."""

from dataclasses import replace

import numpy as np
from rich.cells import cell_len
from tests.support.embed import make_app, make_model, ready
from textual.geometry import Region

from vizterm.embed.drawing import label_styles
from vizterm.embed.scatter.map_names import MapNames
from vizterm.embed.scatter.plot import ScatterPlot
from vizterm.terminal.facts import Terminal
from vizterm_core.load import embedding_from_arrays


def clouds(*names, each=60):
    """A cloud of points for each name, side by side."""
    rng = np.random.default_rng(0)
    middles = np.repeat(np.arange(len(names)) * 20.0, each)
    points = np.c_[middles, np.zeros(middles.size)] + rng.normal(0, 2, (middles.size, 2))
    return points, np.repeat(names, each)


def placed(*names, columns=90, rows=30, **terminal):
    model = make_model(*clouds(*names), columns=columns, rows=rows)
    labels, facts = model.embedding.labels, Terminal(**terminal)
    shown = MapNames(labels, label_styles(labels, facts.colours), facts)
    shown.place(model.exact_frame(model.viewport, model.visible), model.viewport)
    return model, shown


def test_each_name_stands_at_its_points():
    model, shown = placed("cat", "dog", "cow")
    texts = shown.texts(None, None)
    assert sorted(text for text, _ in texts.values()) == [" cat ", " cow ", " dog "]
    for (column, row), (text, _) in texts.items():
        label = model.embedding.labels.names.index(text.strip())
        mine = model.index.labels == label
        columns, rows = model.viewport.dots_of(model.index.x[mine], model.index.y[mine])
        assert abs(np.median(columns) / 2 - column - cell_len(text) / 2) < 10
        assert abs(np.median(rows) / 4 - row) <= 4


def test_long_and_wide_names_are_cut_to_their_cells():
    _, shown = placed("x" * 40, "日本語の長い名前です、とても長い")
    for text, region in zip(
        [text for text, _ in shown.texts(None, None).values()], shown.regions, strict=True
    ):
        assert cell_len(text) == region.width <= 20
        assert "…" in text


def test_a_name_beside_the_cursor_makes_room():
    _, shown = placed("cat", "dog")
    region = shown.regions[0]
    for place in ((region.x, region.y), (region.right + 1, region.y + 1), (region.x - 2, region.y)):
        assert len(shown.texts(None, place)) == 1
    assert len(shown.texts(None, (region.x, region.y + 2))) == 2


def test_the_highlighted_name_alone_is_strong():
    model, shown = placed("cat", "dog")
    for label, name in enumerate(model.embedding.labels.names):
        bold = {text.strip(): style.bold for text, style in shown.texts(label, None).values()}
        assert bold[name]
        assert not all(bold.values())


def test_noise_has_no_name_on_the_map():
    _, shown = placed("0", "1", "-1")
    assert sorted(text for text, _ in shown.texts(None, None).values()) == [" 0 ", " 1 "]


def test_there_are_none_for_one_label_or_a_quantity():
    for labels in (np.array(["only"] * 60), np.linspace(0, 1, 60)):
        points = np.random.default_rng(0).normal(size=(60, 2))
        model = make_model(points, labels)
        known = model.embedding.labels
        shown = MapNames(known, label_styles(known, "truecolor"), Terminal())
        shown.place(model.exact_frame(model.viewport, model.visible), model.viewport)
        assert not shown.texts(None, None)


async def test_e_hides_and_shows_the_names():
    app, screen = make_app(lambda: embedding_from_arrays(*clouds("cat", "dog")))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        plot = screen.query_one(ScatterPlot)

        def text():
            return "".join(plot.render_line(y).text for y in range(plot.size.height))

        assert " cat " in text()
        await pilot.press("e")
        assert " cat " not in text()
        await pilot.press("e")
        assert " cat " in text()
        # The cursor is never hidden by a name.
        names = screen._painter._names
        region = names.regions[0]
        points = screen.model.index.points_in(screen.model.viewport, screen.model.visible)
        under = np.flatnonzero(
            (points.columns // 2 >= region.x)
            & (points.columns // 2 < region.right)
            & (points.rows // 4 == region.y)
        )
        if under.size:
            screen.model.place(int(points.points[under[0]]))
            screen.point_changed()
            assert len(screen._painter._marked()[1]) >= 1
            assert (region.x, region.y) not in screen._painter._marked()[1]


async def test_a_wide_character_is_never_repainted_by_half():
    app, screen = make_app(lambda: embedding_from_arrays(*clouds("猫と犬の写真", "dog")))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        plot = screen.query_one(ScatterPlot)
        (column, row), text = next(
            (place, text) for place, (text, _) in plot._overlay.items() if "猫" in text
        )
        cells = plot._cells
        for changed in range(column, column + cell_len(text)):
            weight = cells.weight.copy()
            weight[row, changed] ^= 1
            other = replace(cells, weight=weight)
            dirty = plot._changed(other, plot._overlay)
            assert dirty[row, column : column + cell_len(text)].all(), "a part of it alone"
            assert dirty.sum() == cell_len(text)
            plot._cells = cells


async def test_wide_characters_are_whole_again_when_the_card_leaves_them(monkeypatch):
    app, screen = make_app(lambda: embedding_from_arrays(*clouds("猫と犬の写真", "dog")))
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot, screen)
        plot = screen.query_one(ScatterPlot)
        (column, row), text = next(
            (place, text) for place, (text, _) in plot._overlay.items() if "猫" in text
        )
        repainted = []
        monkeypatch.setattr(plot, "refresh", lambda *regions: repainted.extend(regions))
        plot.repaint_wide(Region(plot.region.x + column + 2, plot.region.y + row - 1, 8, 3))
        assert repainted == [Region(column, row, cell_len(text), 1)]
        repainted.clear()
        plot.repaint_wide(Region(plot.region.x + column + 2, plot.region.y + row + 1, 8, 3))
        assert not repainted
