"""Lines of text: only what has visibly changed is repainted."""

import pytest
from rich.segment import Segment
from tests.support.paper import assert_as_drawn
from tests.support.session import session
from textual.app import App
from textual.screen import Screen

from vizterm.cells.text import DIM
from vizterm.widgets.text_block import TextBlock, _changed_span


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
async def test_a_line_too_long_ends_in_an_ellipsis_and_one_that_fits_does_not(before, after):
    async with session(Lines(), (6, 2)) as person:
        block = person.app.query_one(TextBlock)
        for text in (before, after):
            block.show([[Segment(text)]])
            await person.pilot.pause()
            assert_as_drawn(person.paper, person.app.screen)
        assert ("…" in person.paper.text) == (len(after) > 6)


def test_only_the_differing_span_of_a_line_is_repainted():
    line = [Segment("index ", DIM), Segment("412")]
    assert _changed_span(line, line) is None
    assert _changed_span(line, [Segment("index ", DIM), Segment("419")]) == (8, 9)
    assert _changed_span(line, [Segment("index ", DIM), Segment("41")]) == (8, 9)
    assert _changed_span([Segment("日本")], [Segment("日x")]) == (2, 4)
