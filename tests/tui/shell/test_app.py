"""The app in programs that have imported Textual themselves."""

from tests.support.embed import make_app, ready
from tests.support.screens import text_of
from textual.filter import Monochrome

from vizterm_core.load import load_embedding


async def test_without_colours_it_opens_though_textual_was_imported_before(
    digits_path, monkeypatch
):
    monkeypatch.setenv("NO_COLOR", "1")
    app, screen = make_app(lambda: load_embedding(digits_path), colours="none")
    assert any(isinstance(one, Monochrome) for one in app._filters), "or the test shows nothing"
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        assert " 1× " in text_of(screen, "#status")
