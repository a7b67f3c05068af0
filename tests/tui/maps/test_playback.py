"""A window of time that is played, stepped and dragged."""

import pytest

from vizterm.maps.playback import LENGTHS, PACES, Playback
from vizterm_core.maps.event_store import Window


def test_all_is_shown_first_and_play_begins_at_the_beginning():
    playback = Playback((100.0, 300.0))
    assert playback.window is None and playback.share == 1
    assert (playback.length, playback.pace) == (10.0, 10.0)
    playback.play()
    assert playback.window == Window(90.0, 100.0) and playback.share == 0
    assert playback.advance(0.5) and playback.window == Window(95.0, 105.0)
    playback.pause()
    assert not playback.advance(1.0) and playback.window.end == 105


def test_playing_stops_at_the_end_and_begins_again():
    playback = Playback((0.0, 20.0), length=5.0)
    assert playback.window == Window(15.0, 20.0)
    playback.play()
    assert playback.window.end == 0
    playback.advance(1000.0)
    assert playback.window.end == 20 and not playback.playing
    playback.play()
    assert playback.window.end == 0


def test_steps_are_quarters_of_the_window_and_stay_inside():
    playback = Playback((0.0, 100.0), length=8.0)
    playback.step(-1)
    assert playback.window == Window(90.0, 98.0)
    playback.step(9)
    assert playback.window.end == 100
    playback.show_all()
    playback.step(1)
    assert playback.window == Window(0.0, 8.0)
    playback.show_all()
    playback.step(-1)
    assert playback.window.end == 100


def test_dragging_and_lengths():
    playback = Playback((0.0, 100.0), length=10.0)
    playback.seek(0.25)
    assert playback.window == Window(15.0, 25.0) and playback.share == 0.25
    playback.seek(7)
    assert playback.window.end == 100
    playback.change_length(1)
    assert playback.length == 15
    playback.change_length(-1)
    playback.change_length(-1)
    assert playback.length == 5
    playback.length = LENGTHS[-1]
    playback.change_length(1)
    assert playback.length == LENGTHS[-1]
    playback.pace = PACES[0]
    playback.change_pace(-1)
    assert playback.pace == PACES[0]


@pytest.mark.parametrize(("start", "end"), [(1.0, 20.0), (0.5, 12.0)])
def test_a_window_at_the_end_follows_a_recording_that_grows(start, end):
    playback = Playback((0.0, 12.0), length=5.0)
    if start == 0.5:
        playback.seek(1)
        playback.step(-2)
        playback.extend((0.0, 20.0))
        assert playback.window.end == 9.5
    else:
        playback.extend((0.0, end))
        assert playback.window == Window(end - 5, end)


def test_a_recording_of_one_moment():
    playback = Playback((7.0, 7.0))
    playback.play()
    assert not playback.playing and playback.share == 1
    playback.extend((7.0, 107.0))
    assert playback.length == 5.0 and playback.pace == 5.0


def test_a_reload_keeps_window_and_pace():
    older = Playback((0.0, 100.0), length=10.0)
    older.seek(0.5)
    older.change_pace(1)
    newer = Playback((0.0, 40.0))
    newer.take_over(older)
    assert newer.window == Window(30.0, 40.0) and newer.pace == older.pace
