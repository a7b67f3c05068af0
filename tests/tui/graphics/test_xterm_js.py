"""The app in a real xterm.js, the terminal of VS Code, JupyterLab and ttyd."""

import re

import numpy as np
import pytest
from tests.support import browser_terminal
from tests.support.browser_terminal import BrowserTerminal
from tests.support.real_terminal import ShownRig

COLOURS = np.array([(250, 40, 40), (40, 250, 40), (60, 60, 250), (250, 250, 40)], np.uint8)
CLOSE = 6
"""Distance between a colour and the same from a palette."""


@pytest.fixture(scope="module")
def terminal(tmp_path_factory):
    if absent := browser_terminal.missing():
        pytest.skip(f"not installed: {', '.join(absent)}")
    with BrowserTerminal(tmp_path_factory.mktemp("chromium")) as shown:
        yield shown


@pytest.fixture
def pictures(tmp_path):
    """Three points, each with a large wide picture of four colours in an order of its own."""
    images = np.empty((3, 200, 600, 3), np.uint8)
    for point, image in enumerate(images):
        quarters = np.roll(COLOURS, point, axis=0).reshape(2, 2, 3)
        image[:] = quarters.repeat(100, axis=0).repeat(300, axis=1)
    path = tmp_path / "pictures.npz"
    np.savez(path, X=np.array([(0.0, 0.0), (1.0, 1.0), (2.0, 0.0)]), images=images)
    return path


def shown_picture(terminal):
    """(top, left, bottom, right) of the picture on screen, and its quarters' colours as numbers."""
    shot = terminal.screenshot().astype(int)
    near = np.abs(shot[:, :, None] - COLOURS.astype(int)).max(axis=-1) < CLOSE
    solid = near.any(axis=-1)
    if solid.sum() < 1000:
        return None
    rows, columns = (
        np.flatnonzero(solid.mean(axis=1) > 0.05),
        np.flatnonzero(solid.mean(axis=0) > 0.05),
    )
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    ys = (3 * top + bottom) // 4, (top + 3 * bottom) // 4
    xs = (3 * left + right) // 4, (left + 3 * right) // 4
    quarters = [int(near[y, x].argmax()) for y in ys for x in xs]
    whole = solid[top:bottom, left:right].mean()
    return (top, left, bottom, right), quarters, whole


def is_point(terminal, point):
    found = shown_picture(terminal)
    return found is not None and found[1] == [(place - point) % 4 for place in range(4)]


def test_pictures_are_right_and_whole_and_nothing_is_left(terminal, pictures):
    with ShownRig(terminal, ["embed", str(pictures)]) as rig:
        rig.wait_for_text(" 1× ")
        for point in (2, 0, 1, 2):
            rig.type(b"%dg" % point)
            assert rig.comes_to(lambda point=point: is_point(terminal, point)), point
        (top, left, bottom, right), _, whole = shown_picture(terminal)
        assert whole > 0.98, "a hole in the picture"
        assert (right - left) / (bottom - top) == pytest.approx(3, rel=0.02)
        width = terminal.cell[0]
        assert width != int(width), "the font's cells must have a fraction, or nothing is tested"
        (sent,) = {*re.findall(rb"\x1bP0;1q\"1;1;(\d+);\d+", rig.raw)}
        assert right - left == int(sent)
        rig.type(b"?")
        assert rig.comes_to(lambda: shown_picture(terminal) is None), "it shines through the help"
        rig.type(b"\x1b")
        assert rig.comes_to(lambda: is_point(terminal, 2)), "it did not come back"
        rig.type(b"q")
        assert rig.wait_for_exit() == 0
        assert rig.comes_to(lambda: shown_picture(terminal) is None), "something is left"
        assert re.search(rb"\x1bP[0-9;]*q", rig.raw) and b"\x1b_Ga=t" not in rig.raw
        assert b"38;2;" in rig.raw


def test_doctor_says_what_was_found_and_why(terminal):
    with ShownRig(terminal, ["doctor"]) as rig:
        assert rig.wait_for_exit() == 0
        rows = {line.split("  ")[0].strip(): line for line in rig.text.splitlines()}
        assert "sixel: the terminal's device attributes list sixel" in rows["pictures"]
        assert "doesn't keep them" in rows["kitty graphics"]
        assert "truecolor" in rows["colours"]
        assert f"{terminal.cell[0]:g} x {terminal.cell[1]:g} pixels" in rows["cell"]
