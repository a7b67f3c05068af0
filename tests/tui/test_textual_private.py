"""Textual's private parts that we rely on: when this fails, Textual has changed."""

import inspect

import textual
from packaging.version import Version
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from tests.tui.helpers import make_app, ready
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App
from textual.drivers import linux_driver
from textual.geometry import Region
from textual.strip import Strip

from vizterm.textual_private import TightChopsUpdate, tight
from vizterm_core.load import load_embedding

CONSOLE = Console(color_system="truecolor", force_terminal=True)


def test_the_version_is_one_that_was_looked_at():
    assert Version("8.2.8") <= Version(textual.__version__) < Version("9")


def test_a_partial_update_writes_the_dirty_span_alone():
    line = {0: Strip([Segment("abcdefgh", Style(bold=True))]), 8: Strip([Segment("ijkl")])}
    update = ChopsUpdate([line], [(0, 5, 10)], [[8, 12]])
    text = tight(update).render_segments(CONSOLE)
    assert isinstance(tight(update), TightChopsUpdate)
    assert text == "\x1b[1;6H\x1b[1mfgh\x1b[0m\x1b[1;9Hij"


def test_long_blanks_are_erased_and_jumped_over():
    strips = [[Strip([Segment(" " * 30), Segment("x", Style(bold=True)), Segment(" " * 20)])]]
    text = tight(LayoutUpdate(strips, Region(0, 3, 51, 1))).render_segments(CONSOLE)
    assert text == "\x1b[4;1H\x1b[30X\x1b[30C\x1b[1mx\x1b[0m\x1b[20X\x1b[20C"
    coloured = [[Strip([Segment(" " * 30, Style(bgcolor="red"))])]]
    text = tight(LayoutUpdate(coloured, Region(0, 0, 30, 1))).render_segments(CONSOLE)
    assert " " * 30 in text


def test_other_renderables_pass_through():
    assert tight(None) is None
    assert tight("text") == "text"


async def test_the_app_sends_every_frame_through_it(digits_path, monkeypatch):
    written = []

    def record(self, screen, renderable):
        written.append(renderable)

    monkeypatch.setattr(App, "_display", record)
    app, screen = make_app(lambda: load_embedding(digits_path))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        written.clear()
        await pilot.press("right")
        await pilot.pause()
    assert any(isinstance(update, TightChopsUpdate) for update in written)
    assert not any(type(update) in (ChopsUpdate, LayoutUpdate) for update in written)


def test_the_driver_has_the_parts_that_are_made_safe():
    source = inspect.getsource(linux_driver)
    for part in (
        "self._writer_thread", "self._auto_restart", "self._file", "self.attrs_before",
        "self.exit_event", "def _sigcont_application", "def run_input_thread", "XTermParser(",
    ):  # fmt: skip
        assert part in source, part
    assert "self._queue" in inspect.getsource(linux_driver.WriterThread)
