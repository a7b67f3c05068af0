"""`vizterm overlay`: its state, a person's story in the app, printed frames, files, bad input."""

import matplotlib as mpl
import numpy as np
import pytest
from PIL import Image
from tests.support.command_line import run, run_here
from tests.support.overlay import make_app, make_data, make_model, ready
from tests.support.screens import until

from vizterm.actions import OVERLAY_ACTIONS
from vizterm.overlay.drawing import overlay_look, reading_text
from vizterm.overlay.model import OverlayModel
from vizterm.overlay.options import OverlayOptions
from vizterm.overlay.panels import DOWN_HERE, RIGHT_HERE, PixelPlane
from vizterm_core.colour.colormaps import COLORMAPS
from vizterm_core.errors import UsageError
from vizterm_core.maps.overlay import MODES, OVERLAY_NORMS, overlay

# State


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("norm", OVERLAY_NORMS)
def test_the_full_overlay_is_that_of_the_core(mode, norm):
    model = make_model(channel=17, mode=mode, alpha=0.3, colormap="hot", norm=norm)
    expected = overlay(
        model.image, model.channels[17], mode=mode, alpha=0.3, colormap="hot", norm=norm
    )
    np.testing.assert_array_equal(model.full()[2], expected)
    np.testing.assert_array_equal(model.full()[0], model.image)


def test_the_panels_show_one_view_at_one_scale():
    model = make_model()
    pictures = model.pictures()
    assert {picture.shape for picture in pictures} == {(30, 60, 3)}
    model.camera.zoom(4)
    closer = model.pictures()
    assert {picture.shape for picture in closer} == {(30, 60, 3)}
    top, bottom, left, right = (round(edge) for edge in model.camera.view.extent)
    part = model.image[top:bottom, left:right]
    assert np.abs(closer[0].mean((0, 1)) - part.mean((0, 1))).max() < 12
    assert not np.array_equal(pictures[2], closer[2])


def test_the_crosshair_reads_pixel_value_and_share():
    model = make_model(channel=5)
    assert model.camera.point_at(30.5, 15.5)
    x, y = model.camera.cursor
    found = model.under_cursor()
    assert (found.row, found.column) == (y, x)
    assert found.rgb == tuple(model.image[y, x].tolist())
    values = model.placed.values
    assert values.min() <= found.raw <= values.max()
    assert found.share == pytest.approx(float(model.placed.shares()[y, x]), abs=1e-6)
    said = reading_text(model)
    assert said.startswith(f"x {x} · y {y} · RGB {found.rgb[0]} ")
    assert said.endswith(f" · {found.share:.0%}".replace("%", " % of the scale"))
    model.camera.move(1, 0)
    assert model.camera.cursor == (x + 2, y), "a display pixel is two image pixels wide"


def test_channels_and_projections():
    model = make_model(channel=255)
    model.next_channel(1)
    assert model.channel == 0
    model.next_channel(-1)
    assert model.channel == 255
    assert model.go_to_channel(17)
    assert not model.go_to_channel(256)
    assert model.channel == 17
    seen = []
    for _ in range(4):
        model.next_projection()
        seen.append(model.channel)
    assert seen == ["mean", "max", "l2", 17]
    model.next_projection()
    np.testing.assert_allclose(
        model.placed.values, model.channels.mean(axis=0, dtype=float), rtol=1e-5
    )
    model.next_channel(1)
    assert model.channel == 17, "back to the channel looked at last"


def test_keys_come_round():
    model = make_model()
    modes, cmaps, norms = [], [], []
    for _ in MODES:
        modes.append(model.look.mode)
        model.look.next_mode(1)
    for _ in COLORMAPS:
        cmaps.append(model.look.colours.colormap.name)
        model.look.colours.next_colormap(1)
    for _ in OVERLAY_NORMS:
        norms.append(model.look.colours.norm_name)
        model.look.colours.next_norm(1)
    assert tuple(modes) == MODES
    assert sorted(cmaps) == sorted(COLORMAPS)
    assert tuple(norms) == OVERLAY_NORMS
    for _ in range(12):
        model.look.change_alpha(1)
    assert model.look.alpha == 1
    model.look.change_alpha(-1)
    assert model.look.alpha == 0.9
    for _ in range(12):
        model.look.change_alpha(-1)
    assert model.look.alpha == 0


def test_the_image_may_be_fitted_to_the_map():
    assert make_model(fit="image").image.shape == (32, 96, 3)
    with pytest.raises(UsageError, match="no fit"):
        make_model(fit="both")


def test_a_constant_map_is_said_and_leaves_the_image_as_it_is():
    image, _ = make_data()
    model = OverlayModel(image, np.full((1, 4, 4), 3.0), OverlayOptions())
    model.camera.resize(60, 30, 1.0)
    assert "constant" in overlay_look(model)
    np.testing.assert_array_equal(model.full()[2], image)


def test_where_panels_are_larger():
    model = make_model()
    assert not model.larger_stacked(150, 30, 2.0)
    assert model.larger_stacked(60, 60, 2.0)


# The app


def status(screen):
    return screen.query_one("#status").text


async def test_a_person_leafs_through_channels_and_reads_values():
    app, screen = make_app()
    async with app.run_test(size=(160, 40)) as pilot:
        await ready(pilot, screen)
        assert "1×   channel 0 of 256   mode color   alpha 0.5   cmap jet   norm minmax" in status(
            screen
        )
        shown = [panel.plane.cells.copy() for panel in screen._panels]
        assert shown[0].shape == shown[1].shape < shown[2].shape
        await pilot.press("right_square_bracket")
        assert "channel 1 of 256" in status(screen)
        changed = [panel.plane.cells for panel in screen._panels]
        np.testing.assert_array_equal(changed[0], shown[0])
        assert not np.array_equal(changed[1], shown[1])
        assert not np.array_equal(changed[2], shown[2])
        await pilot.press("2", "0", "0")
        assert "200 …" in status(screen)
        await pilot.press("g")
        assert "channel 200 of 256" in status(screen)
        assert " 200 ─" in screen.query("#channels .numbers").last().text
        await pilot.press("9", "9", "9", "g")
        assert "there is no channel 999" in status(screen)
        await pilot.press("p", "m", "right_curly_bracket", "u")
        assert "mean of 256 channels   mode gray   alpha 0.6   norm max" in status(screen)
        await pilot.press("c")
        assert "for the mode color" in status(screen)
        # The crosshair is in all panels at the same place.
        plane = screen._panels[1].plane
        before = [panel.plane.cells.copy() for panel in screen._panels]
        left, top = plane.origin
        await pilot.hover(plane, offset=(left + 10, top + 4))
        await pilot.pause()
        assert "RGB " in status(screen)
        x, y = screen.model.camera.cursor
        assert x == pytest.approx((10.5) * 128 / plane.cells.shape[1], abs=1)
        for panel, cells in zip(screen._panels, before, strict=True):
            changed = (panel.plane.cells != cells).any(axis=(2, 3))
            rows, columns = changed.shape
            assert changed[:, int((x + 0.5) * columns / 128)].mean() > 0.8
            assert changed[int((y + 0.5) * rows / 64)].mean() > 0.8
            assert changed.sum() <= rows + columns
        await pilot.press("y")
        assert len(app.clipboard.split("\t")) == 7
        await pilot.press("escape")
        assert "RGB " not in status(screen)


async def test_one_panel_full_size_and_all_again():
    app, screen = make_app()
    async with app.run_test(size=(160, 40)) as pilot:
        await ready(pilot, screen)
        small = screen.model.camera.view.columns
        await pilot.press("v")
        await pilot.pause()
        await pilot.pause()
        assert [panel.display for panel in screen._panels] == [False, False, True]
        assert screen.model.camera.view.columns > 1.4 * small
        await pilot.press("v", "v", "v")
        await pilot.pause()
        assert all(panel.display for panel in screen._panels)


async def test_a_photo_has_a_large_overlay_and_the_others_beside_it():
    app, screen = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.pause()
        image, heatmap, overlay = (panel.region for panel in screen._panels)
        assert overlay.bottom <= image.y == heatmap.y
        assert overlay.x == image.x < image.right <= heatmap.x
        assert overlay.width > 1.9 * image.width
        assert [panel._head.text.strip() for panel in screen._panels] == [
            "image", "heatmap · channel 0 of 256", "overlay · color 50 %",
        ]  # fmt: skip
        # What is pointed at in a small one is what is under the pointer there.
        plane = screen._panels[0].plane
        rows, columns = plane.cells.shape[:2]
        await pilot.hover(plane, offset=(columns - 1, rows - 1))
        await pilot.pause()
        x, y = screen.model.camera.cursor
        assert x > 128 * (columns - 1) / columns - 1
        assert y > 64 * (rows - 1) / rows - 1


async def test_narrow_terminals_stack_the_panels():
    app, screen = make_app()
    async with app.run_test(size=(50, 60)) as pilot:
        await ready(pilot, screen)
        await pilot.pause()
        tops = [panel.region.y for panel in screen._panels]
        assert tops == sorted(set(tops))
        assert len({panel.region.x for panel in screen._panels}) == 1


async def test_small_terminals_give_the_room_of_bar_and_strip_to_the_panels():
    app, screen = make_app("kitty", (7, 14))
    async with app.run_test(size=(40, 16)) as pilot:
        await ready(pilot, screen)
        await pilot.pause()
        assert not screen.query_one("#bar").display
        assert not screen.query_one("#channels").display
        await pilot.pause()
        # One above two others, 2 x 16 columns and their edges.
        widest = max(panel.plane.size.width for panel in screen._panels)
        assert screen.model.camera.view.shape[1] == pytest.approx(widest * 7, abs=7)
        assert widest > 40 // 3


async def test_in_pixels_the_crosshair_is_marked_at_the_edges():
    app, screen = make_app("kitty", (9, 18))
    async with app.run_test(size=(160, 40)) as pilot:
        await ready(pilot, screen)
        plane = screen._panels[2].plane
        plain = [panel.plane.picture.array for panel in screen._panels]
        assert isinstance(plane, PixelPlane)
        height, width = plane.picture.array.shape[:2]
        assert width > 300, "real pixels, not cells"
        assert abs(width / height - 2) < 0.05
        left, top = plane.origin
        await pilot.hover(plane, offset=(left + 5, top + 3))
        await pilot.pause()
        assert "RGB " in status(screen)
        x, y = screen.model.camera.cursor
        screen.mark()
        for panel in screen._panels:
            across = panel.plane.picture.array.shape[1] / 9
            assert panel._head.text[int((x + 0.5) / 128 * across) + 1] == DOWN_HERE
        # At rest it is drawn into the pixels, around the image's own pixel.
        await until(
            pilot,
            lambda: all(
                panel.plane.picture.array is not array and DOWN_HERE not in panel._head.text
                for panel, array in zip(screen._panels, plain, strict=True)
            ),
        )
        for panel, array in zip(screen._panels, plain, strict=True):
            height, width = array.shape[:2]
            changed = (panel.plane.picture.array != array).any(axis=2)
            column, row = int((x + 0.5) / 128 * width), int((y + 0.5) / 64 * height)
            assert changed[:, column].mean() > 0.7
            assert changed[row].mean() > 0.7
            assert changed.sum() < 3 * (width + height)
            assert not changed[row, column]
            assert RIGHT_HERE not in panel._edge.text
        await pilot.press("escape")
        await until(
            pilot,
            lambda: all(
                np.array_equal(panel.plane.picture.array, array)
                for panel, array in zip(screen._panels, plain, strict=True)
            ),
        )


@pytest.mark.parametrize("size", [(1, 1), (5, 3), (20, 8), (200, 60)])
async def test_any_size_of_terminal_is_survived(size):
    app, _ = make_app()
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        for key in ("plus", "m", "right", "shift+left", "c", "u", "v", "0", "p", "question_mark"):
            await pilot.press(key)
        assert app.is_running


async def test_help_lists_every_action():
    app, screen = make_app()
    async with app.run_test(size=(120, 60)) as pilot:
        await ready(pilot, screen)
        await pilot.press("question_mark")
        await pilot.pause()
        text = app.screen.query_one("#help-text").text
        for action in OVERLAY_ACTIONS:
            assert (action.together or action.text) in text


# Command line


@pytest.fixture
def sample(tmp_path):
    image, channels = make_data()
    Image.fromarray(image).save(tmp_path / "image.png")
    np.save(tmp_path / "features.npy", channels[None])
    np.savez(tmp_path / "sample.npz", image=image, feature=channels[None])
    return tmp_path


def test_the_file_is_what_the_numpy_expression_gives(sample):
    out = sample / "overlay.npy"
    done = run(
        "overlay", sample / "image.png", sample / "features.npy", "--channel", "17",
        "--alpha", "0.4", "--fit", "image", "--output", out,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    image, channels = make_data()
    f = channels[17]
    f = (f - f.min()) / (f.max() - f.min())
    small = OverlayModel(image, channels, OverlayOptions(fit="image")).image
    heat = mpl.colormaps["jet"](f)[..., :3]
    expected = (heat * 255 * 0.4 + small * (1 - 0.4)).astype(np.uint8)
    np.testing.assert_array_equal(np.load(out), expected)


def test_panels_are_written_side_by_side(sample):
    done = run("overlay", sample / "sample.npz", "-o", sample / "three.png", "--panels")
    assert done.returncode == 0, done.stderr
    with Image.open(sample / "three.png") as image:
        assert image.size == (3 * 128 + 16, 64)
        left = np.asarray(image.convert("RGB"))[:, :128]
    np.testing.assert_array_equal(left, make_data()[0])


def test_a_printed_frame_fits_the_columns(sample):
    done = run("overlay", sample / "sample.npz", "--color", "none", COLUMNS="90", LINES="24")
    lines = done.stdout.splitlines()
    assert done.returncode == 0
    assert all(len(line) <= 90 for line in lines)
    assert lines[1].split() == ["image", "heatmap", "overlay"]
    assert "channel 0 of 256" in lines[-1]
    narrow = run("overlay", sample / "sample.npz", "--color", "none", COLUMNS="30", LINES="60")
    titles = [line.strip() for line in narrow.stdout.splitlines()]
    assert [titles.index(name) for name in ("image", "heatmap", "overlay")] == sorted(
        titles.index(name) for name in ("image", "heatmap", "overlay")
    )


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--channel", "300"], 2, "256"),
        (["--channel", "x"], 2, "--channel x"),
        (["--alpha", "2"], 2, "alpha is 2"),
        (["--mode", "screen"], 2, "color, gray, multiply"),
        (["--norm", "loud"], 2, "minmax"),
        (["--cmap", "rainbow"], 2, "inferno"),
        (["--output", "x.gif"], 2, ".png, .npy"),
        (["--feature-key", "nothing"], 2, "nothing"),
    ],
)
def test_bad_options_get_one_line(sample, arguments, code, said):
    done = run_here("overlay", sample / "sample.npz", "--print", *arguments)
    assert done.returncode == code, done.stderr
    assert done.stderr.count("\n") == 1
    assert said in done.stderr
    assert done.stdout == ""


def test_bad_data_get_one_line(sample):
    np.save(sample / "five.npy", np.zeros((2, 1, 2, 3, 4)))
    np.save(sample / "objects.npy", np.array([{}, {}]))
    (sample / "broken.png").write_bytes((sample / "image.png").read_bytes()[:200])
    for feature, said in (("five.npy", "(2, 1, 2, 3, 4)"), ("objects.npy", "object")):
        done = run_here("overlay", sample / "image.png", sample / feature, "--print")
        assert done.returncode == 1, done.stderr
        assert said in done.stderr
    for image in ("broken.png", "missing.png", "five.npy"):
        done = run_here("overlay", sample / image, sample / "features.npy", "--print")
        assert done.returncode == 1, done.stderr
        assert image in done.stderr
        assert done.stderr.count("\n") == 1
