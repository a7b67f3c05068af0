"""The help's two columns: no text runs into the other one, and none is lost."""

import pytest
from rich.cells import cell_len
from tests.support.embed import make_app, ready
from tests.support.screens import until

from vizterm.actions import EMBED_ACTIONS, EMBED_MOUSE, help_groups
from vizterm.shell.help import HelpScreen
from vizterm_core.load import embedding_from_arrays


@pytest.mark.parametrize("width", [80, 120, 200])
async def test_texts_that_are_too_long_for_a_column_go_on_below(width):
    app, screen = make_app(lambda: embedding_from_arrays([[0.0, 0.0], [1.0, 2.0]]))
    async with app.run_test(size=(width, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        text = app.screen.query_one("#help-text").text
    lines = text.split("\n")
    columns = [[line[:58].rstrip(), line[58:]] for line in lines] if width > 80 else [[*lines]]
    assert all(cell_len(column[0]) <= 56 for column in columns)
    left, right = (
        (" ".join(part) for part in zip(*columns, strict=True)) if width > 80 else (text, "")
    )
    words = [" ".join(part.split()) for part in (left, right)]
    groups = {**help_groups(EMBED_ACTIONS), "Mouse": list(EMBED_MOUSE)}
    for entries in groups.values():
        for _, entry in entries:
            assert any(" ".join(entry.split()) in part for part in words), entry
