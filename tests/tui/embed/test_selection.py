"""Selecting points, from the first key to the rows that are handed over."""

import numpy as np
import pytest
from matplotlib.path import Path
from tests.support.embed import make_app, make_opening_app, opened, ready, with_columns
from tests.support.screens import text_of, until

from vizterm.embed.scatter import selected_index as selected_index_module
from vizterm.embed.scatter.plot import ScatterPlot
from vizterm.embed.select import selection_keys as selection_keys_module
from vizterm.widgets.find_bar import FindBar
from vizterm.widgets.key_menu import KeyMenu
from vizterm_core.load import embedding_from_arrays, load_embedding

RNG = np.random.default_rng(11)
N = 600
KINDS = np.array(["cat", "dog", "ship"])[RNG.integers(0, 3, N)]
POINTS = (
    RNG.normal(size=(N, 2))
    + np.array([[0, 0], [5, 0], [2, 4]])[np.unique(KINDS, return_inverse=True)[1]]
)
LOSS = RNG.random(N)
DOG = np.flatnonzero(KINDS == "dog").tolist()


def data(**more):
    embedding = embedding_from_arrays(POINTS, names=np.array([f"photo {k}" for k in range(N)]))
    return with_columns(embedding, "kind", kind=KINDS, loss=LOSS, **more)


def rows(screen):
    return screen.model.selected_rows.tolist()


def in_view(screen):
    view = screen.model.viewport
    return view.dots_of(POINTS[:, 0], POINTS[:, 1])


def status(screen):
    return text_of(screen, "#status")


async def at_point(pilot, screen, point):
    await pilot.press(*str(point), "g")
    assert screen.model.cursor == point


# by point, label, view, filter, search


async def test_space_selects_the_point_and_once_more_deselects_it():
    app, screen = make_app(data)
    async with app.run_test(size=(130, 40)) as pilot:
        await ready(pilot, screen)
        await at_point(pilot, screen, 17)
        await pilot.press("space")
        assert rows(screen) == [17]
        assert f"1 selected: {KINDS[17]}" in status(screen)
        await at_point(pilot, screen, 4)
        await pilot.press("space")
        assert rows(screen) == [4, 17]
        await pilot.press("space")
        assert rows(screen) == [17]
        await pilot.press("S", "u")
        assert rows(screen) == [4, 17]
        await pilot.press("S", "u", "S", "u", "S", "u")
        assert rows(screen) == []
        assert "no earlier selection" in status(screen)
        assert "selected" not in status(screen)
        await pilot.press("S", "r", "S", "r")
        assert rows(screen) == [4, 17]
        await pilot.press("S", "r", "S", "r")
        assert rows(screen) == [17]
        assert "no selection to go forward to" in status(screen)
        await pilot.press("S", "u", "S", "c", "S", "r")
        assert rows(screen) == [] and "no selection to go forward to" in status(screen)


async def test_all_of_a_label_some_more_some_less_and_what_is_in_common():
    app, screen = make_app(data)
    async with app.run_test(size=(160, 40)) as pilot:
        await ready(pilot, screen)
        await at_point(pilot, screen, DOG[0])
        await pilot.press("S", "l")
        assert rows(screen) == DOG
        assert f"{len(DOG)} selected: dog" in status(screen)
        ship = int(np.flatnonzero(KINDS == "ship")[0])
        await at_point(pilot, screen, ship)
        await pilot.press("S", "plus", "l")
        assert rows(screen) == np.flatnonzero(KINDS != "cat").tolist()
        assert f"{(KINDS != 'cat').sum()} selected: " in status(screen)
        for kind in ("dog", "ship"):
            assert f"{(kind == KINDS).sum()} {kind}" in status(screen)
        await pilot.press("S", "minus", "l")
        assert rows(screen) == DOG
        await pilot.press("S", "i")
        assert rows(screen) == np.flatnonzero(KINDS != "dog").tolist()
        await pilot.press("S", "ampersand", "l")
        assert rows(screen) == np.flatnonzero(KINDS == "ship").tolist()
        await pilot.press("S", "c")
        assert rows(screen) == []
        await pilot.press("S", "a")
        assert rows(screen) == list(range(N))


async def test_a_prefix_holds_for_one_choice_alone():
    app, screen = make_app(data)
    async with app.run_test(size=(130, 40)) as pilot:
        await ready(pilot, screen)
        await at_point(pilot, screen, DOG[0])
        await pilot.press("S", "a", "S", "minus")
        menu = screen.query_one(KeyMenu)
        await until(
            pilot, lambda: menu.display and str(menu.border_title).startswith("deselect · ")
        )
        await pilot.press("escape")
        assert not menu.display
        await pilot.press("S")
        await until(pilot, lambda: str(menu.border_title).startswith("select · "))
        assert f"{N} selected: " in str(menu.border_title)
        await pilot.press("l")
        assert rows(screen) == DOG


async def test_the_make_up_is_read_at_80_columns_too_whatever_labels_are_called():
    names = np.array(["[red]a", "[/]b", "c"])[np.unique(KINDS, return_inverse=True)[1]]
    app, screen = make_app(lambda: with_columns(embedding_from_arrays(POINTS), "kind", kind=names))
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot, screen)
        await pilot.press("S", "a", "S")
        menu = screen.query_one(KeyMenu)
        await until(pilot, lambda: menu.region.area > 0)
        frame = "".join(
            segment.text for segment in screen._compositor.render_strips()[menu.region.y]
        )
        for name in ("[red]a", "[/]b", "c"):
            assert f"{(names == name).sum()} {name}" in frame


async def test_the_label_of_the_legends_cursor_is_meant_in_the_legend():
    app, screen = make_app(data)
    async with app.run_test(size=(130, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("tab", "down")
        label = screen.query_one("Legend").selected
        await pilot.press("S", "l")
        kinds = np.unique(KINDS)
        assert rows(screen) == np.flatnonzero(kinds[label] == KINDS).tolist()
        await pilot.press("space")
        assert not screen.model.visible[label], "space is the legend's own there"
        assert len(rows(screen)) == (kinds[label] == KINDS).sum()


async def test_what_is_in_view_and_not_what_is_hidden_or_filtered():
    app, screen = make_app(data)
    async with app.run_test(size=(130, 40)) as pilot:
        await ready(pilot, screen)
        await at_point(pilot, screen, DOG[0])
        await pilot.press("plus", "plus", "plus", "plus")
        screen.model.toggle_label(0)
        screen._labels.show()
        await pilot.press("S", "v")
        columns, down = in_view(screen)
        view = screen.model.viewport
        inside = (columns >= 0) & (columns < view.across) & (down >= 0) & (down < view.down)
        assert 0 < inside.sum() < N
        assert rows(screen) == np.flatnonzero(inside & (KINDS != "cat")).tolist()


async def test_a_filter_a_condition_and_what_a_search_found():
    app, screen = make_app(data)
    async with app.run_test(size=(200, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("S", "f")
        assert "there is no filter" in status(screen) and rows(screen) == []
        await pilot.press("w", *"loss < 0.5", "enter")
        await until(pilot, lambda: screen.loaded.matching < N)
        await pilot.press("S", "f")
        assert rows(screen) == np.flatnonzero(LOSS < 0.5).tolist()
        await pilot.press("S", "i")
        assert "all of them left out by the filter" in status(screen)
        await pilot.press("S", "plus", "f")
        left_out = (LOSS >= 0.5).sum()
        assert f"{N} selected, {left_out} left out by the filter: " in status(screen)
        await pilot.press("S", "u", "S", "u")
        await pilot.press("S", "minus", "w")
        assert screen.query_one(FindBar).display
        await pilot.press(*'kind == "dog"', "enter")
        await until(pilot, lambda: not screen.query_one(FindBar).display)
        assert rows(screen) == np.flatnonzero((LOSS < 0.5) & (KINDS != "dog")).tolist()
        await pilot.press("w")
        screen.query_one("#find-input").value = ""
        await pilot.press("enter")
        await until(pilot, lambda: screen.loaded.matching == N)
        assert rows(screen) == np.flatnonzero((LOSS < 0.5) & (KINDS != "dog")).tolist()
        await pilot.press("S", "slash")
        assert "no search" in status(screen)
        await pilot.press("slash", *"photo 12", "enter")
        await pilot.press("S", "slash")
        assert rows(screen) == [12, *range(120, 130)]
        await pilot.press("S", "w", "escape")
        assert rows(screen) == [12, *range(120, 130)]


# by a box and a lasso, by keys


async def test_a_box_is_stretched_by_arrows_and_holds_the_cells_in_its_frame():
    app, screen = make_app(data)
    async with app.run_test(size=(130, 40)) as pilot:
        await ready(pilot, screen)
        await at_point(pilot, screen, DOG[0])
        cursor, model = screen.model.cursor, screen.model
        column, row = model.dot_of(cursor)
        await pilot.press("S", "b", *["right"] * 9, "J", "up")
        assert model.cursor == cursor, "the point under the cursor stays"
        plot = screen.query_one(ScatterPlot)
        left, top = column // 2, row // 4
        assert plot.render_line(top).text[left] == "┌"
        assert plot.render_line(top + 4).text[left + 9] == "┘"
        await pilot.press("enter")
        columns, down = in_view(screen)
        inside = (columns // 2 >= left) & (columns // 2 <= left + 9)
        inside &= (down // 4 >= top) & (down // 4 <= top + 4)
        assert inside.sum() > 3
        assert rows(screen) == np.flatnonzero(inside).tolist()
        assert "┌" not in plot.render_line(top).text


async def test_a_lasso_has_corners_and_is_closed_in_two_ways():
    app, screen = make_app(data)
    async with app.run_test(size=(130, 40)) as pilot:
        await ready(pilot, screen)
        await at_point(pilot, screen, DOG[0])
        view = screen.model.viewport
        for closing in (["c"], ["enter"]):
            await pilot.press("S", "o")
            cell = [n // size for n, size in zip(screen.model.dot_of(DOG[0]), (2, 4), strict=True)]
            corners = [list(cell)]
            await pilot.press("enter")
            for keys, step in ((["L"], (10, 0)), (["J", "h"], (-1, 5)), (["H", "H"], (-20, 0))):
                await pilot.press(*keys, "enter")
                cell = [cell[0] + step[0], cell[1] + step[1]]
                corners.append(list(cell))
            # A corner too many, taken back.
            await pilot.press("K", "K", "enter", "backspace", "J", "J")
            await pilot.press(*closing)
            path = Path([((x + 0.5) * 2, (y + 0.5) * 4) for x, y in corners])
            x = (POINTS[:, 0] - view.left) * view.x_scale
            y = (view.top - POINTS[:, 1]) * view.y_scale
            expected = np.flatnonzero(path.contains_points(np.stack([x, y], 1))).tolist()
            assert len(expected) > 5
            assert rows(screen) == expected
            assert not screen._regions.active
            await pilot.press("S", "c")


async def test_escape_leaves_a_region_first_and_the_selection_as_it_was():
    app, screen = make_app(data)
    async with app.run_test(size=(130, 40)) as pilot:
        await ready(pilot, screen)
        await at_point(pilot, screen, DOG[0])
        await pilot.press("space", "t")
        assert screen.model.highlight is not None
        await pilot.press("S", "b", "L", "escape")
        assert not screen._regions.active and rows(screen) == [DOG[0]]
        assert screen.model.highlight is not None
        await pilot.press("escape")
        assert screen.model.highlight is None
        await pilot.press("S", "o", "enter", "c")
        assert "three corners" in status(screen) and rows(screen) == [DOG[0]]


async def test_a_region_stays_where_it_is_while_one_zooms_and_the_view_follows_the_pen():
    app, screen = make_app(data)
    async with app.run_test(size=(130, 40)) as pilot:
        await ready(pilot, screen)
        await at_point(pilot, screen, DOG[0])
        await pilot.press("S", "b", *["L"] * 2)
        pen = screen._regions._pen
        await pilot.press("plus", "plus")
        assert screen._regions._pen == pen
        view = screen.model.viewport
        await pilot.press(*["L"] * 9)
        assert screen.model.viewport.left > view.left
        column, _ = screen._regions._cell(screen.model.viewport, screen._regions._pen)
        assert 0 <= column < screen.model.viewport.columns
        await pilot.press("enter")
        assert DOG[0] in rows(screen)


def said_of(mask):
    """What is said while a region holds some points: their number, and each label's."""
    kinds, counts = np.unique(KINDS[mask], return_counts=True)
    order = np.argsort(-counts, kind="stable")
    if len(kinds) == 1:
        return f"{mask.sum()}: {kinds[0]}"
    return f"{mask.sum()}: " + " · ".join(f"{counts[k]} {kinds[k]}" for k in order)


async def test_what_a_box_holds_is_counted_while_it_is_stretched():
    app, screen = make_app(data)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot, screen)
        await at_point(pilot, screen, DOG[0])
        column, row = screen.model.dot_of(DOG[0])
        right, top = column // 2, row // 4
        await pilot.press("S", "l", "S", "b", *["H"] * 4, *["j"] * 3)
        columns, down = in_view(screen)
        inside = (columns // 2 >= right - 40) & (columns // 2 <= right)
        inside &= (down // 4 >= top) & (down // 4 <= top + 3)
        assert np.unique(KINDS[inside]).size > 1
        await until(pilot, lambda: f"in it {said_of(inside)}" in status(screen))
        await pilot.press("plus")
        columns, down = in_view(screen)
        pen = screen._regions._cell(screen.model.viewport, screen._regions._pen)
        corner = screen._regions._cell(screen.model.viewport, screen._regions._corners[0])
        inside = (columns // 2 <= corner[0]) & (columns // 2 >= pen[0])
        inside &= (down // 4 >= corner[1]) & (down // 4 <= pen[1])
        await until(pilot, lambda: f"in it {said_of(inside)}" in status(screen))
        await pilot.press("escape")
        assert "in it" not in status(screen)
        await pilot.press("0", "S", "minus", "b", *["L"] * 4, *["J"] * 4)
        await until(pilot, lambda: "deselects " in status(screen))
        text = status(screen)
        before = len(rows(screen))
        await pilot.press("enter")
        gone = before - len(rows(screen))
        assert gone > 5 and f"deselects {gone}: dog" in text


# by the mouse


async def drag(pilot, way, **how):
    plot = pilot.app.screen.query_one(ScatterPlot)
    await pilot.mouse_down(plot, offset=way[0], **how)
    for place in way[1:]:
        await pilot.hover(plot, offset=place)
    await pilot.mouse_up(plot, offset=way[-1])
    await pilot.pause()


TRIANGLE = [(30, 5), (60, 5), (60, 30), (20, 30), (30, 6)]


def in_triangle(screen):
    view = screen.model.viewport
    path = Path([((x + 0.5) * 2, (y + 0.5) * 4) for x, y in TRIANGLE])
    x = (POINTS[:, 0] - view.left) * view.x_scale
    y = (view.top - POINTS[:, 1]) * view.y_scale
    return path.contains_points(np.stack([x, y], 1))


@pytest.mark.parametrize("how", [{"button": 3}, {"meta": True}])
async def test_the_mouse_draws_a_lasso_and_plain_drags_still_pan(how):
    app, screen = make_app(data)
    async with app.run_test(size=(130, 40)) as pilot:
        await ready(pilot, screen)
        view = screen.model.viewport
        plot = screen.query_one(ScatterPlot)
        await pilot.mouse_down(plot, offset=TRIANGLE[0], **how)
        await pilot.hover(plot, offset=TRIANGLE[1])
        await pilot.hover(plot, offset=TRIANGLE[2])
        assert screen._regions.active
        drawn = "".join(plot.render_line(5).text[32:58])
        assert set(drawn) <= set("⠉⠒⠤⣀"), "a line that one sees"
        for place in TRIANGLE[3:]:
            await pilot.hover(plot, offset=place)
        await until(pilot, lambda: f"in it {said_of(in_triangle(screen))}" in status(screen))
        await pilot.mouse_up(plot, offset=TRIANGLE[-1])
        await until(pilot, lambda: not screen._regions.active)
        assert screen.model.viewport == view
        assert in_triangle(screen).sum() > 20
        assert rows(screen) == np.flatnonzero(in_triangle(screen)).tolist()
        await drag(pilot, [(30, 5), (35, 7)])
        assert screen.model.viewport != view
        assert rows(screen) == np.flatnonzero(in_triangle_at(view)).tolist()


def in_triangle_at(view):
    path = Path([((x + 0.5) * 2, (y + 0.5) * 4) for x, y in TRIANGLE])
    x = (POINTS[:, 0] - view.left) * view.x_scale
    y = (view.top - POINTS[:, 1]) * view.y_scale
    return path.contains_points(np.stack([x, y], 1))


async def test_ctrl_and_a_drag_adds_with_alt_removes_and_a_click_is_a_point():
    app, screen = make_app(data)
    async with app.run_test(size=(130, 40)) as pilot:
        await ready(pilot, screen)
        await at_point(pilot, screen, DOG[0])
        await pilot.press("S", "l")
        await drag(pilot, TRIANGLE, control=True)
        inside = in_triangle(screen)
        assert rows(screen) == np.flatnonzero(inside | (KINDS == "dog")).tolist()
        await drag(pilot, TRIANGLE, control=True, meta=True)
        assert rows(screen) == np.flatnonzero(~inside & (KINDS == "dog")).tolist()
        await pilot.press("S", "c")
        column, row = screen.model.dot_of(DOG[0])
        plot = screen.query_one(ScatterPlot)
        for button in ({"button": 3}, {"control": True}):
            await pilot.click(plot, offset=(column // 2, row // 4), **button)
            await pilot.pause()
            assert len(rows(screen)) == (button == {"button": 3})
        assert screen.model.pinned is None


async def test_a_key_makes_the_next_drag_a_box_or_a_lasso():
    app, screen = make_app(data)
    async with app.run_test(size=(130, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("S", "b")
        await drag(pilot, [(30, 5), (40, 9), (60, 30)])
        columns, down = in_view(screen)
        inside = (columns // 2 >= 30) & (columns // 2 <= 60) & (down // 4 >= 5) & (down // 4 <= 30)
        assert rows(screen) == np.flatnonzero(inside).tolist()
        await pilot.press("S", "minus", "o")
        await drag(pilot, TRIANGLE)
        assert rows(screen) == np.flatnonzero(inside & ~in_triangle(screen)).tolist()
        view = screen.model.viewport
        await drag(pilot, [(30, 5), (40, 9)])
        assert screen.model.viewport != view, "only the next one"


# it stays


async def test_it_stays_through_zoom_recolouring_a_filter_and_density():
    app, screen = make_app(data)
    async with app.run_test(size=(130, 40)) as pilot:
        await ready(pilot, screen)
        await at_point(pilot, screen, DOG[0])
        await pilot.press("S", "l")
        await pilot.press("plus", "0", "O")
        await until(pilot, lambda: screen.model.embedding.coloured_by == "loss")
        assert rows(screen) == DOG
        text = f"{len(DOG)} selected: loss "
        assert text in status(screen)
        await pilot.press("v", "v", "v", "w", *"loss > 0.5", "enter")
        await until(pilot, lambda: screen.loaded.matching < N)
        assert rows(screen) == DOG
        await pilot.press("S", "u")
        assert rows(screen) == []


def write(path, order, names):
    arrays = {"names": np.array([f"n{k}" for k in order])} if names else {}
    np.savez(path.with_name("beside.npz"), X=POINTS[order], y=KINDS[order], **arrays)
    path.with_name("beside.npz").replace(path)


@pytest.mark.parametrize(
    ("order", "names", "kept", "said"),
    [
        (np.arange(N), True, [3, 40, 500], ""),
        (np.arange(N)[::-1], True, [N - 1 - 500, N - 1 - 40, N - 1 - 3], ""),
        (np.delete(np.arange(N), [0, 40]), True, [2, 498], "1 selected point is gone"),
        (np.arange(N)[:400], False, [3, 40], "1 selected point is gone"),
        (np.arange(N)[::-1], False, [3, 40, 500], ""),
    ],
    ids=["the same", "other order", "fewer", "fewer without names", "without names"],
)
async def test_reloading_keeps_the_same_points_by_row_or_by_name(
    tmp_path, order, names, kept, said
):
    path = tmp_path / "points.npz"
    write(path, np.arange(N), names)
    app, screen = make_app(lambda: load_embedding(path))
    async with app.run_test(size=(130, 40)) as pilot:
        await ready(pilot, screen)
        for point in (3, 40, 500):
            await at_point(pilot, screen, point)
            await pilot.press("space")
        before = screen.model
        write(path, order, names)
        await pilot.press("r")
        await until(pilot, lambda: screen.model is not before)
        await pilot.pause()
        assert rows(screen) == kept
        assert (said in status(screen)) and (said or "gone" not in status(screen))
        await pilot.press("S", "u")
        same = len(order) == N and (not names or order[0] == 0)
        assert rows(screen) == ([3, 40] if same else kept), "the way back, by row"


async def test_rows_are_those_of_the_arrays_as_given():
    points = POINTS.copy()
    points[[0, 5]] = np.nan
    app, opening = make_opening_app(lambda: embedding_from_arrays(points, KINDS))
    async with app.run_test(size=(130, 40)) as pilot:
        screen = await opened(pilot, opening)
        await pilot.press("7", "g", "space")
        assert screen.model.selected_rows.tolist() == [7]


# many points


async def test_among_many_points_changes_follow_in_their_order(monkeypatch):
    monkeypatch.setattr(selection_keys_module, "AT_ONCE", 100)
    monkeypatch.setattr(selected_index_module, "AT_ONCE", 10)
    app, screen = make_app(data)
    async with app.run_test(size=(130, 40)) as pilot:
        await ready(pilot, screen)
        await at_point(pilot, screen, DOG[0])
        await pilot.press("S", "l", "S", "i", "space", "S", "u")
        await until(pilot, lambda: not screen._selection._busy and not screen._selection._steps)
        assert rows(screen) == np.flatnonzero(KINDS != "dog").tolist()
        await until(pilot, lambda: screen._painter._selected is not None)
        await pilot.press("O")
        await until(pilot, lambda: screen.model.embedding.coloured_by == "loss")
        await until(pilot, lambda: screen._painter._selected is not None)
        assert screen._painter._selected.frame.shown == (KINDS != "dog").sum()


# it stands out


def styles(screen):
    """Ink of each cell of the plot, and whether selected points are in it."""
    plot = screen.query_one(ScatterPlot)
    return plot._cells, screen._painter._selected


@pytest.mark.parametrize("colours", ["truecolor", "256", "standard", "none"])
@pytest.mark.parametrize("way", ["braille", "blocks"])
@pytest.mark.parametrize("zoomed", [False, True])
async def test_selected_points_stand_out_in_any_colours(colours, way, zoomed):
    app, screen = make_app(data, colours=colours)
    async with app.run_test(size=(130, 40)) as pilot:
        await ready(pilot, screen)
        await at_point(pilot, screen, DOG[0])
        screen._painter.dots_look.way = way
        screen._painter.dots_look.marks = "fine"
        await pilot.press("e", *["plus"] * (8 if zoomed else 0))
        await pilot.press("S", "l")
        await until(pilot, lambda: screen._painter._selected is not None)
        cells, selected = styles(screen)
        here = selected.frame.codes > 0
        lit = screen.query_one(ScatterPlot).frame.codes > 0
        assert (here.any() and (lit & ~here).any()) or zoomed
        bold, dim = cells.weight == 1, cells.weight == 2
        if not zoomed:
            assert bold[here].mean() > 0.9 and not bold[lit & ~here].any()
        if colours == "none":
            assert dim[lit & ~here].all()
        else:
            inks = set(cells.ink[lit & ~here].tolist()) & set(cells.ink[here].tolist())
            assert not inks or zoomed


async def test_the_selection_stands_out_in_the_density():
    app, screen = make_app(data)
    async with app.run_test(size=(130, 40)) as pilot:
        await ready(pilot, screen)
        await at_point(pilot, screen, DOG[0])
        await pilot.press("S", "l", "e", "v")
        await until(pilot, lambda: screen._painter._backdrop is not None)
        colour = np.ptp(screen._painter._backdrop.reshape(-1, 3).astype(int), axis=1)
        backdrop = screen._painter._backdrop
        rows_of = np.ptp(backdrop.astype(int), axis=-1).max(axis=2)
        front = screen._painter._selected.frame.codes > 0
        assert (rows_of[front] > 40).mean() > 0.9
        others = (screen.query_one(ScatterPlot).frame.codes > 0) & ~front
        far = others & ~grown(front, 6)
        assert far.sum() > 50 and rows_of[far].max() < 40
        assert colour.max() > 100


async def test_it_stands_out_in_the_density_in_pixels_too():
    app, screen = make_app(data, "kitty", cell_pixels=(9, 18))
    async with app.run_test(size=(130, 40)) as pilot:
        await ready(pilot, screen)
        await at_point(pilot, screen, DOG[0])
        await pilot.press("e", "v", "P", "S", "l")
        canvas, painter = screen._painter.pixels.canvas, screen._painter
        exact = painter.pixels.at_rest
        at_rest = []
        painter.pixels.at_rest = lambda *args: at_rest.append(exact(*args)) or at_rest[-1]
        await pilot.press("plus", "minus")
        await until(pilot, lambda: at_rest and canvas._painting is at_rest[-1])
        picture = at_rest[-1].draw((9, 18))
        colours = picture.palette[picture.entries].astype(int)
        vivid = np.ptp(colours, axis=-1) > 60
        rows_, columns = painter._selected.frame.codes.shape
        fine = vivid.reshape(rows_, vivid.shape[0] // rows_, columns, -1)
        cells = fine.any(axis=(1, 3))
        front = painter._selected.frame.codes > 0
        lit = screen.query_one(ScatterPlot).frame.codes > 0
        assert cells[front].mean() > 0.9
        far = lit & ~grown(front, 8)
        assert far.sum() > 20 and not cells[far].any()
        grey = colours.max(axis=-1).reshape(fine.shape).max(axis=(1, 3))
        assert (grey[far] > 10).mean() > 0.8, "the others are seen in grey"


@pytest.mark.parametrize("way", ["braille", "blocks"])
async def test_few_among_many_are_a_character_each(way):
    many = np.random.default_rng(5).normal(size=(40_000, 2))
    app, screen = make_app(lambda: embedding_from_arrays(many))
    async with app.run_test(size=(130, 40)) as pilot:
        await ready(pilot, screen)
        screen._painter.dots_look.way = way
        chosen = [17, 2000, 39_000]
        for point in chosen:
            await at_point(pilot, screen, point)
            await pilot.press("space")
        await pilot.press("g")
        cells = screen.query_one(ScatterPlot)._cells
        view = screen.model.viewport
        spots = {
            (row // 4, column // 2)
            for column, row in zip(*view.dots_of(*many[chosen].T), strict=True)
        }
        assert {tuple(place) for place in np.argwhere(cells.characters == "●")} == spots


def grown(mask, reach):
    from scipy.ndimage import binary_dilation

    return binary_dilation(mask, iterations=reach)


async def test_in_pixels_the_selection_stands_out_and_a_region_is_drawn_in_text():
    app, screen = make_app(data, "kitty", cell_pixels=(9, 18))
    async with app.run_test(size=(130, 40)) as pilot:
        await ready(pilot, screen)
        await at_point(pilot, screen, DOG[0])
        await pilot.press("d", "d")
        assert screen._painter.dots_look.way == "pixels"
        shown = []
        canvas = screen._painter.pixels.canvas
        show = canvas.show
        canvas.show = lambda painting, place=(0, 0): (shown.append(painting), show(painting, place))
        await pilot.press("S", "l")
        await until(pilot, lambda: shown and shown[-1] is not None)
        picture = shown[-1].draw((9, 18))[..., :3].astype(int)
        vivid = (np.ptp(picture, axis=-1) > 110).reshape(-1, 18, picture.shape[1] // 9, 9)
        vivid = vivid.any(axis=(1, 3))
        front = screen._painter._selected.frame.codes > 0
        holes = np.zeros_like(front)
        for hole in screen._painter._holes:
            holes[max(0, hole.y) : hole.bottom, max(0, hole.x) : hole.right] = True
        assert vivid[front & ~holes].mean() > 0.9
        assert not vivid[~grown(front, 2)].any()
        await pilot.press("S", "b", "L")
        await until(pilot, lambda: shown[-1] is None)
        plot = screen.query_one(ScatterPlot)
        assert any("─" in plot.render_line(y).text for y in range(40))
        await pilot.press("enter")
        await until(pilot, lambda: shown[-1] is not None)


async def test_the_palette_and_the_help_list_what_can_be_selected(tmp_path):
    np.savez(tmp_path / "x.npz", X=POINTS, y=KINDS)
    app, screen = make_app(lambda: load_embedding(tmp_path / "x.npz"))
    async with app.run_test(size=(130, 60)) as pilot:
        await ready(pilot, screen)
        await pilot.press("ctrl+p", *"all points", "enter")
        await until(pilot, lambda: len(rows(screen)) == N)
        await pilot.press("question_mark")
        await until(pilot, lambda: app.screen is not screen)
        assert "S v" in app.screen.query_one("#help-text").text
