"""The axis of time in a line."""

import dataclasses

import numpy as np
import pytest
from rich.cells import cell_len

from vizterm.cells.theme import theme_for
from vizterm.cells.timeline import TimelineState, Track, timeline, track_of
from vizterm.terminal.facts import Terminal

ALL = TimelineState((0.0, 200.0), None, 10.0, playing=False)
SOME = TimelineState((0.0, 200.0), (50.0, 100.0), 10.0, playing=True)


def drawn(state, width, numbers=None, colours="truecolor"):
    length = track_of(state, width).length
    numbers = np.arange(length) if numbers is None else numbers
    return timeline(state, numbers, width, theme_for(Terminal(colours=colours)))


def text(state, width, numbers=None):
    return "".join(part.text for part in drawn(state, width, numbers))


@pytest.mark.parametrize("width", [1, 7, 20, 40, 80, 200])
@pytest.mark.parametrize("state", [ALL, SOME])
def test_a_line_fills_its_width_and_no_more(state, width):
    assert cell_len(text(state, width)) == max(width, 4)


def test_texts_say_the_window_the_length_and_the_pace():
    assert text(SOME, 60).startswith(" ▶ 1:40 ") and text(SOME, 60).endswith(
        " last 50 s · 10× speed "
    )
    assert text(ALL, 60).startswith(" ‖ all 3.33 min ") and text(ALL, 60).endswith(" 10× speed ")
    assert " 0:00 " in text(SOME, 120) and " 3:20 " in text(SOME, 120)
    assert text(SOME, 20).startswith(" ▶ ▁")
    real = dataclasses.replace(SOME, pace=1.0)
    assert text(real, 70).endswith("last 50 s · real time ")


def test_bars_are_as_high_as_there_is_much_and_little_is_seen():
    length = track_of(ALL, 60).length
    numbers = np.zeros(length, np.int64)
    numbers[:3] = 1000, 500, 1
    bars = text(ALL, 60, numbers)[track_of(ALL, 60).start :]
    assert bars[:5] == "█▅▂▁▁"


@pytest.mark.parametrize("colours", ["truecolor", "none"])
def test_the_window_is_set_off(colours):
    track = track_of(SOME, 64)
    cells = [part.style for part in drawn(SOME, 64, colours=colours) for _ in part.text]
    styles = cells[track.start : track.start + track.length]
    inner = {style for x, style in enumerate(styles) if 0.27 < x / track.length < 0.46}
    outer = {style for x, style in enumerate(styles) if not 0.2 < x / track.length < 0.55}
    assert not inner & outer


def test_the_times_do_not_move_the_bars():
    starts = {
        track_of(dataclasses.replace(SOME, window=(end - 1, end)), 80)
        for end in np.linspace(0, 200, 33)
    }
    assert len(starts) == 1


def test_a_place_is_a_share_of_the_span():
    track = Track(10, 40)
    assert [track.share(x) for x in (0, 10, 20, 50, 99)] == [0, 0, 0.25, 1, 1]
