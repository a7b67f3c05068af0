"""Lines of text: what is repainted is what is seen to change."""

import pytest
from rich.segment import Segment
from tests.support.paper import assert_as_drawn
from tests.support.session import session
from textual.app import App
from textual.screen import Screen

from vizterm.widgets.text_block import TextBlock


class Lines(App):
    """A block of two lines."""

    def get_default_screen(self):
        return Screen()

    def compose(self):
        yield TextBlock()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("abcdef", "abcdefgh"),
        ("abcdefgh", "abcdef"),
        ("abcdefgh", "abcde"),
        ("abcdefgh", "abcdeXYZ"),
        ("日本語日", "日本語"),
        ("日本a", "日本"),
        ("", "abcdefg"),
    ],
)
async def test_a_line_that_reaches_the_edge_ends_in_an_ellipsis_and_one_that_fits_does_not(
    before, after
):
    async with session(Lines(), (6, 2)) as person:
        block = person.app.query_one(TextBlock)
        for text in (before, after):
            block.show([[Segment(text)]])
            await person.pilot.pause()
            assert_as_drawn(person.paper, person.app.screen)
        assert ("…" in person.paper.text) == (len(after) > 6)
