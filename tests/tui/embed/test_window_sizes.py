"""Windows of any size, and of another."""

import pytest
from tests.support.embed import make_app, ready
from tests.support.paper import assert_as_drawn
from tests.support.session import session
from textual import events
from textual.geometry import Size

from vizterm_core.load import load_embedding


@pytest.mark.parametrize("size", [(20, 5), (1, 1), (12, 3), (300, 100)])
async def test_any_size_of_terminal_is_survived(digits_path, size):
    app, _ = make_app(lambda: load_embedding(digits_path))
    async with app.run_test(size=size) as pilot:
        for _ in range(5):
            await pilot.pause()
        await pilot.press("right", "a", "plus", "tab", "down", "space", "question_mark", "escape")
        await pilot.resize_terminal(100, 30)
        await pilot.pause()
        assert app.is_running


@pytest.mark.parametrize("between", [[], [(80, 24)], [(200, 60), (30, 8)]])
async def test_a_window_that_is_soon_as_large_as_before_is_drawn_again(digits_path, between):
    """Its terminal has cut lines off meanwhile."""
    app, screen = make_app(lambda: load_embedding(digits_path))
    async with session(app, (120, 40)) as person:
        await ready(person.pilot, screen)
        for size in (*between, (120, 40)):
            person.paper.resize(*size)
            app.post_message(events.Resize(Size(*size), Size(*size)))

        await person.comes_true(lambda: assert_as_drawn(person.paper, screen))
