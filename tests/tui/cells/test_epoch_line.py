"""An axis of epochs in one line."""

import numpy as np
import pytest

from vizterm.cells.epoch_line import EpochAxis
from vizterm.cells.theme import theme_for
from vizterm.terminal.facts import Terminal

THEME = theme_for(Terminal(colours="truecolor"))


def text(axis, width):
    return "".join(part.text for part in axis.line(width, THEME))


def axis(count=8, epoch=2, went=None, **more):
    went = np.array([np.nan, 7, 3.5, 0, 0, 0, 0, 0]) if went is None else went
    return EpochAxis(count, epoch, went, 4.0, **{"playing": False, **more})


def test_bars_say_how_far_points_went_and_a_knob_where_one_is():
    line = text(axis(), 40)
    assert line.startswith(" ‖ 3 of 8 ") and line.endswith(" 4 a second ")
    track = axis().track(40)
    bars = line[track.start : track.start + track.length]
    assert len(bars) == track.length and bars[0] == "·" and bars[-1] == "▁"
    knob = next(part for part in axis().line(40, THEME) if part.style == THEME.accent)
    assert set(knob.text) == {"█"}
    assert text(axis(playing=True), 32).startswith(" ▶")


@pytest.mark.parametrize("width", [5, 20, 30, 80, 200])
@pytest.mark.parametrize("count", [1, 2, 7, 40, 1000])
def test_every_cell_of_the_track_leads_to_an_epoch_and_every_width_fits(width, count):
    went = np.linspace(0, 1, count)
    for epoch in {0, count // 2, count - 1}:
        line = axis(count, epoch, went)
        assert len(text(line, width)) == max(width, 4)
        track = line.track(width)
        cells = [line.epoch_at(track.share(track.start + cell + 1)) for cell in range(track.length)]
        assert cells == sorted(cells) and (not cells or cells[-1] == count - 1)
        if count <= track.length:
            assert set(cells) == set(range(count))
            first, stop = line._cells(track.length)
            assert epoch in cells[first:stop] or stop - first == 0
