"""The box of next keys."""

import pytest
from tests.support.embed import make_app, ready
from tests.support.screens import until

from vizterm.widgets import key_menu
from vizterm.widgets.key_menu import KeyMenu, Menu, MenuKey
from vizterm_core.load import embedding_from_arrays


def points():
    return embedding_from_arrays([[0.0, 0.0], [1.0, 2.0], [3.0, 1.0]], ["a", "b", "b"])


class Done(list):
    def key(self, shown, text="does it", **more):
        return MenuKey(shown, text, {shown: lambda: self.append(shown)}, **more)


async def test_a_key_runs_what_it_says_and_any_other_only_closes_it():
    app, screen = make_app(points)
    done = Done()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        menu = screen.query_one(KeyMenu)
        family = Menu("things", [done.key("v"), done.key("b")], left=lambda: done.append("left"))
        cursor = screen.model.cursor
        for key, expected in (("v", ["v"]), ("right", []), ("x", []), ("escape", ["left"])):
            menu.open(family)
            await pilot.press(key)
            assert done == expected and not menu.display and menu.menu is None
            done.clear()
        assert screen.model.cursor == cursor and screen.model.visible.all()
        await pilot.press("v")
        assert screen._painter.density_look.shown, "without the menu keys are what they were"


async def test_where_others_pass_they_do_what_they_always_do_and_it_stays_open():
    app, screen = make_app(points)
    done = Done()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        menu = screen.query_one(KeyMenu)
        menu.open(Menu("region", [done.key("right", stays=True), done.key("c")], passes=True))
        zoom = screen.model.viewport.x_scale
        await pilot.press("right", "plus", "right")
        assert screen.model.viewport.x_scale > zoom
        assert done == ["right", "right"] and menu.menu is not None
        await until(pilot, lambda: menu.display)
        await pilot.press("c")
        assert done[-1] == "c" and not menu.display


async def test_keys_that_leave_the_app_are_never_taken():
    app, screen = make_app(points)
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("S", "ctrl+q")
        await until(pilot, lambda: app._exit)


@pytest.mark.parametrize("size", [(120, 40), (100, 24), (80, 24), (30, 8), (200, 60)])
async def test_it_is_inside_the_screen_above_the_last_line_and_shows_all_keys(size):
    app, screen = make_app(points)
    async with app.run_test(size=size) as pilot:
        await ready(pilot, screen)
        await pilot.press("S")
        menu = screen.query_one(KeyMenu)
        await until(pilot, lambda: menu.region.area > 0)
        if size[1] > 20:
            assert screen.region.contains_region(menu.region)
            assert menu.region.bottom == size[1] - 1
            text = menu.text
            assert "v all in view" in text and "u undo selecting" in text
            assert "& in common" in text


async def test_a_click_on_a_key_is_the_key():
    app, screen = make_app(points)
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("S")
        menu = screen.query_one(KeyMenu)
        await until(pilot, lambda: menu.region.area > 0)
        row = next(y for y, line in enumerate(menu.text.split("\n")) if "a all points" in line)
        column = menu.text.split("\n")[row].index("a all points")
        await pilot.click(menu, offset=(column + 3, row + 1))
        await until(pilot, lambda: screen.model.selection.count == 3)
        assert not menu.display
        await pilot.press("S")
        await until(pilot, lambda: menu.display)
        await pilot.click(menu, offset=(0, 0))
        assert menu.display, "its frame is no key"


async def test_whoever_types_on_sees_no_box_and_loses_no_key(monkeypatch):
    app, screen = make_app(points)
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        menu, arranged = screen.query_one(KeyMenu), []
        arrange = menu._arrange
        menu._arrange = lambda: (arranged.append(menu.menu), arrange())
        monkeypatch.setattr(key_menu, "AT_ONCE", 60)
        await pilot.press("S", "a", "S", "plus", "i", "S", "i", "S", "b", "right", "enter", "v")
        assert not arranged and not menu.display and not menu.box
        assert screen._painter.density_look.shown, "v is itself again"
        assert screen.model.selection.count == 1
        assert screen.model.earlier.back(screen.model.selection).count == 3
        monkeypatch.setattr(key_menu, "AT_ONCE", 0.001)
        await pilot.press("S")
        await until(pilot, lambda: menu.display and menu.region.area > 0)
        assert len(arranged) == 1


async def test_a_key_that_is_held_for_another_one_leaves_it_open():
    app, screen = make_app(points)
    done = Done()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        screen.query_one(KeyMenu).open(Menu("things", [done.key("Q")]))
        # As kitty tells them.
        await pilot.press("left_shift", "Q")
        assert done == ["Q"]
