"""Axes around a map: round values at the cells that show them."""

import pytest

from vizterm.maps.frame import WIDEST, MapFrame
from vizterm_core.maps.axes import MapAxes
from vizterm_core.maps.view import MapView

PITCH = MapAxes.of((-52.5, 52.5, 34, -34), (1050, 680), ("X", "Y"))


def frame_of(axes, columns, rows, view=None, width=0):
    view = view or MapView.fit(*axes.size, columns, rows)
    return MapFrame.of(axes, view, 2, width), view


def test_labels_stand_at_the_cells_of_their_values():
    frame, view = frame_of(PITCH, 105, 68)
    assert view.shape == (68, 105)
    rows = {row: text.split()[0] for row, text in enumerate(frame.left) if "╴" in text}
    # y = 20 is 14 of 68 pixels below the top, which has 34.
    assert rows[7] == "20" and rows[17] == "0" and rows[27] == "−20"
    assert frame.left[0].split() == ["Y", "↑"]
    assert all(len(text) == frame.width for text in frame.left)
    line = frame.below
    assert line.startswith(" X →") or line.split()[0] == "X"
    # x = 0 is in the middle, and its label is centred under it.
    assert line[frame.width + 52] == "0"
    assert line[frame.width + 71 : frame.width + 74] == "20 "
    assert len(line) == frame.width + 105


def test_labels_follow_the_view_and_take_no_less_room_than_before():
    frame, view = frame_of(PITCH, 105, 68)
    closer = view.zoomed(8, 525, 340)
    near, _ = frame_of(PITCH, 105, 68, closer, frame.width)
    assert near.width >= frame.width
    texts = [text.split()[0] for text in near.left if "╴" in text]
    assert "0" in texts and all(abs(float(t.replace("−", "-"))) < 5 for t in texts)
    assert frame_of(PITCH, 105, 68, view, 11)[0].width == 11


def test_y_downwards_and_x_leftwards_are_said():
    down, _ = frame_of(MapAxes.of((9, 0, 0, 9), (90, 90)), 60, 60)
    assert down.left[0].split()[-1] in ("↓", "╴") and "x ←" in down.below


@pytest.mark.parametrize("size", [(1, 1), (1, 2), (3, 40), (40, 3), (9, 9)])
def test_any_size_has_axes(size):
    for axes in (PITCH, MapAxes.pixels((1, 1)), MapAxes.pixels((1920, 1080))):
        frame, view = frame_of(axes, *size)
        assert len(frame.left) == -(-view.shape[0] // 2)
        assert len(frame.below) == frame.width + view.shape[1] and frame.width <= WIDEST


def test_long_names_and_labels_are_cut():
    axes = MapAxes.of((0, 1e-6, 5e9, 5e9 + 1), (100, 100), ("a" * 80, "\x1b[31m" + "b" * 80))
    frame, _ = frame_of(axes, 60, 60)
    assert frame.width <= WIDEST and all(len(text) == frame.width for text in frame.left)
    assert "\x1b" not in "".join(frame.left)
