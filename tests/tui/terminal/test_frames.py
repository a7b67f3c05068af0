"""Frames in fewer bytes, which look the same."""

import pyte
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from tests.support.embed import make_app, ready
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App
from textual.geometry import Region
from textual.strip import Strip

from vizterm.terminal.textual_private.frames import TightChopsUpdate, merge_colours, tight
from vizterm_core.load import load_embedding

CONSOLE = Console(color_system="truecolor", force_terminal=True)


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


COLOURS = st.sampled_from([None, "rgb(1,2,3)", "rgb(200,0,9)", "color(5)", "color(200)", "red"])
RUNS = st.lists(
    st.tuples(st.sampled_from(["ab", "  ", "▀▀", "x y", ""]), COLOURS, COLOURS, st.booleans()),
    max_size=12,
)


def shown(text):
    """Return character, colours and weight of each cell of a terminal's line."""
    screen = pyte.Screen(80, 2)
    pyte.Stream(screen).feed(text)
    cells = [screen.buffer[0][x] for x in range(80)]
    # The foreground of a blank is not seen.
    return [(c.data, c.fg if c.data != " " else "", c.bg, c.bold) for c in cells]


@given(RUNS, st.sampled_from(["truecolor", "256"]))
def test_merged_colours_look_the_same_in_no_more_bytes(runs, system):
    console = Console(color_system=system, force_terminal=True)
    segments = [Segment(t, Style(color=f, bgcolor=b, bold=w or None)) for t, f, b, w in runs]
    plain = Strip(segments).render(console)
    merged = merge_colours(plain)
    assert len(merged) <= len(plain)
    assert shown(merged) == shown(plain)
    assert shown(merged + "z")[-1] == shown(plain + "z")[-1]


def test_a_line_of_half_blocks_sets_only_what_changes():
    segments = [
        Segment("▀", Style(color=f"rgb({k // 2},0,0)", bgcolor="rgb(9,9,9)")) for k in range(4)
    ]
    text = merge_colours(Strip(segments).render(CONSOLE))
    assert text == ("\x1b[38;2;0;0;0;48;2;9;9;9m▀▀\x1b[38;2;1;0;0m▀▀\x1b[0m")
