"""Screenshots of real xterm and kitty on a virtual screen, compared with the picture itself."""

import itertools
import select
import time

import numpy as np
import pytest
from scipy import ndimage
from tests.support import real_terminal
from tests.support.real_terminal import RealTerminal, ShownRig
from tests.support.terminal_rig import DEADLINE

from vizterm.graphics import kitty_commands as kitty
from vizterm.graphics.kitty_data import encode_data
from vizterm.graphics.layer import SYNC_END, SYNC_START
from vizterm_core.colour.palette import PALETTE
from vizterm_core.pictures.corners import with_round_corners
from vizterm_core.pictures.image import fit_picture

PANEL_COLUMNS = 36
"""Columns of the digits' pictures in the side panel."""


@pytest.fixture(scope="module", params=["xterm", "kitty"])
def terminal(request, tmp_path_factory):
    if absent := real_terminal.missing(request.param):
        pytest.skip(f"not installed: {', '.join(absent)}")
    with RealTerminal(request.param, tmp_path_factory.mktemp(request.param)) as shown:
        yield shown


def panel_rows(terminal):
    """Rows of cells that a square picture takes."""
    width, height = terminal.cell
    return -(-round(2 * PANEL_COLUMNS * width / height) // 2)


def picture_area(terminal):
    """Where the panel's picture is, in pixels: rows, columns."""
    width, height = terminal.cell
    left, top = (120 - 2 - PANEL_COLUMNS) * width, 2 * height
    return slice(top, top + panel_rows(terminal) * height), slice(
        left, left + PANEL_COLUMNS * width
    )


def expected_picture(terminal, image, panel, coarseness=1):
    """The picture on a panel of some colour; a busy machine is sent coarse ones."""
    width, height = terminal.cell
    box = np.full((panel_rows(terminal) * height, PANEL_COLUMNS * width, 3), panel, np.uint8)
    if image is None:
        return box
    rgb = np.repeat(image[..., None], 3, axis=-1)
    room = panel_rows(terminal) * height // coarseness, PANEL_COLUMNS * width // coarseness
    pixels = with_round_corners(fit_picture(rgb, *room), width // coarseness, panel)
    pixels = pixels.repeat(coarseness, axis=0).repeat(coarseness, axis=1)
    rows, columns = (
        -(-side // cell) for side, cell in zip(pixels.shape, (height, width), strict=False)
    )
    top, left = (panel_rows(terminal) - rows) // 2 * height, (PANEL_COLUMNS - columns) // 2 * width
    box[top : top + pixels.shape[0], left : left + pixels.shape[1]] = pixels
    return box


def difference(terminal, image):
    """Mean difference, of 255, between the screen and the picture it should show, or none."""
    shot = terminal.screenshot()
    rows, columns = picture_area(terminal)
    # Beside the picture, inside the frame.
    panel = tuple(shot[rows.start + 1, columns.start - 2].tolist())
    seen = shot[rows, columns].astype(int)
    return min(
        np.abs(seen - expected_picture(terminal, image, panel, coarseness)).mean()
        for coarseness in (range(1, 5) if image is not None else (1,))
    )


def test_a_tour_leaves_the_right_picture_and_nothing_else(terminal, digits_path):
    images = np.load(digits_path)["images"]
    with ShownRig(terminal, ["demo", "digits"]) as rig:
        rig.wait_for_text(" 1× ")
        rig.settle()
        assert rig.comes_to(lambda: difference(terminal, None) > 20), "none to begin with"
        for point in (412, 1000, 17):
            rig.type(f"{point}g".encode())
            rig.wait_for_text(f"#{point:,}")
            assert rig.comes_to(lambda point=point: difference(terminal, images[point]) < 3)
            assert difference(terminal, None) > 20
        rig.type(b"?")
        rig.wait_for_text("next point that way")
        assert rig.comes_to(lambda: difference(terminal, images[17]) > 15), "it shines through"
        rig.type(b"\x1b")
        rig.wait_for_text("#17")
        assert rig.comes_to(lambda: difference(terminal, images[17]) < 3), "it did not come back"
        rig.type(b"X")
        rig.wait_for_text("0 of 1,797 shown")
        assert rig.comes_to(lambda: difference(terminal, None) < 0.5), "a ghost"
        rig.type(b"A412g")
        rig.wait_for_text("#412")
        assert rig.comes_to(lambda: difference(terminal, images[412]) < 3)
        rig.type(b"q")
        assert rig.wait_for_exit() == 0
        assert rig.comes_to(lambda: difference(terminal, None) < 16), "something is left"


def test_a_synchronized_picture_that_arrives_in_two_pieces_is_not_lost(terminal):
    """kitty answers for the picture and its placement; other terminals need no such care."""
    if terminal.name != "kitty":
        pytest.skip("kitty's pictures")
    sent = kitty.transmit_data(encode_data(np.zeros((9, 9, 3), np.uint8)), 77)
    shown = kitty.place(77, 1, 0, 0)
    text = (SYNC_START + sent + shown + SYNC_END).replace(",q=2", "").encode()
    for cut in range(8, text.index(b"\x1b7"), 3):
        terminal.glass.sendall(text[:cut])
        time.sleep(0.02)  # what is written together is read together
        terminal.glass.sendall(text[cut:])
        answers = b""
        while answers.count(b"\x1b\\") < 2 and select.select([terminal.glass], [], [], 5)[0]:
            answers += terminal.glass.recv(4096)
        terminal.glass.sendall(kitty.delete_image(77).encode())
        assert answers.count(b";OK") == 2, (cut, answers)


def test_every_picture_is_whole_while_one_leafs_through_them(terminal, tmp_path):
    """Solid bright pictures, one after the other: no screenshot may show a hole in one."""
    rng = np.random.default_rng(0)
    images = np.repeat(np.repeat(rng.integers(120, 256, (40, 1, 1, 3)), 8, 1), 8, 2)
    path = tmp_path / "bright.npz"
    angles = np.linspace(0, 6, 40)
    np.savez(path, X=np.c_[np.cos(angles), np.sin(angles)], X_plot=images.astype(np.uint8))
    rows, columns = picture_area(terminal)
    inner = slice(rows.start + 20, rows.stop - 30), slice(columns.start + 20, columns.stop - 30)
    with ShownRig(terminal, ["embed", str(path)]) as rig:
        rig.wait_for_text(" 1× ")
        rig.type(b"g")
        rig.wait_for_text("#0")
        rig.settle()
        shots, seen, end = 0, set(), time.monotonic() + DEADLINE
        points = itertools.cycle(range(40))
        # A busy machine draws little in the time of a shot.
        while shots < 20 or (len(seen) <= 3 and time.monotonic() < end):
            rig.type(b"".join(b"%dg" % next(points) for _ in range(3)))
            for _ in range(3):
                rig.pump(0.02)
            shot = terminal.screenshot()[inner]
            assert shot.min() > 90, "a hole in a picture"
            seen.add(tuple(shot[0, 0].tolist()))
            shots += 1
        assert len(seen) > 3
        rig.type(b"q")
        assert rig.wait_for_exit() == 0
        assert rig.comes_to(lambda: terminal.screenshot()[inner].max() == 0), "something is left"


def middles(shot, colour):
    """The middle of each spot of a colour: (column, row), from left to right, then downwards."""
    spots, _ = ndimage.label((np.abs(shot.astype(int) - colour) <= 3).all(axis=-1))
    sizes = np.bincount(spots.ravel())
    large = [spot for spot in range(1, len(sizes)) if sizes[spot] > 30]
    points = [point[::-1] for point in ndimage.center_of_mass(spots > 0, spots, large)]
    return sorted(points, key=lambda point: (point[0] // 100, point[1]))


def test_discs_stand_where_their_points_are(terminal, tmp_path):
    """A unit is as long across as down; the ring is drawn and taken away without a trace."""
    path = tmp_path / "corner.npz"
    np.savez(path, X=[(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)], y=[0, 0, 0])
    with ShownRig(terminal, ["embed", "--dots", "pixels", str(path)]) as rig:
        rig.wait_for_text(" 1× ")
        rig.type(b"-")
        rig.wait_for_text("0.8×")
        rig.settle()
        seen, plot = [], (slice(15, 580), slice(0, 540))

        def three_discs():
            seen[:] = middles(terminal.screenshot()[plot], PALETTE[0])
            return len(seen) == 3

        assert rig.comes_to(three_discs)
        above, corner, beside = seen
        across, down = beside[0] - corner[0], corner[1] - above[1]
        assert across > 200
        assert across == pytest.approx(down, abs=2)
        assert abs(corner[0] - above[0]) < 1
        rig.type(b"g")
        rig.wait_for_text("#0")
        assert rig.comes_to(lambda: (terminal.screenshot()[plot].min(axis=-1) > 150).any()), "ring"
        rig.type(b"X")
        rig.wait_for_text("0 of 3 shown")
        assert rig.comes_to(lambda: terminal.screenshot()[plot].max() == 0), "something is left"
        rig.type(b"A")
        # A link that seemed slow meanwhile gets coarser pictures; the view was moved by `g`.
        assert rig.comes_to(three_discs)
        assert seen[2][0] - seen[1][0] == pytest.approx(across, abs=4)
        assert seen[1][1] - seen[0][1] == pytest.approx(down, abs=4)
        rig.type(b"q")
        assert rig.wait_for_exit() == 0
