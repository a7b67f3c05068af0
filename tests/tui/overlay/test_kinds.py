"""Batches, several maps, attention and classes, as a person meets them."""

import numpy as np
import pytest
from PIL import Image
from tests.support.command_line import run
from tests.support.overlay import app_of, ready

from vizterm.overlay.drawing import (
    outliers_note,
    overlay_chips,
    overlay_look,
    overlay_scale,
    reading_text,
)
from vizterm.overlay.model import Overlay, OverlayModel
from vizterm.overlay.options import OverlayOptions
from vizterm.overlay.outline import outlined
from vizterm_core.errors import UsageError
from vizterm_core.load.overlay.source import overlay_source
from vizterm_core.maps.overlay import overlay

RNG = np.random.default_rng(0)
IMAGE = RNG.integers(0, 256, (56, 56, 3), np.uint8)
FIELDS = [RNG.random((7, 7)).astype("f4") * scale for scale in (1, 2, 4)]
CLASSES = np.kron([[0, 1], [4, 255]], np.ones((28, 28), int)).astype(np.uint8)


def attention(heads=3, tokens=50):
    weights = RNG.random((heads, tokens, tokens)).astype("f4")
    return weights / weights.sum(-1, keepdims=True)


def model_of(feature, image=IMAGE, **options):
    source = overlay_source(image, feature)
    model = OverlayModel(source.images, source.maps, OverlayOptions(**options))
    model.camera.resize(56, 56, 1.0)
    return model


def app_with(feature, image=IMAGE, **options):
    source = overlay_source(image, feature)

    def load():
        model = OverlayModel(source.images, source.maps, OverlayOptions(**options))
        return Overlay("sample", model, source.notes)

    return app_of(load)


def status(screen):
    return screen.query_one("#status").text


# The model


def test_several_maps_are_drawn_with_one_norm():
    model = model_of(FIELDS)
    assert model.titles() == ["image", "map 1", "map 2", "map 3"]
    placed = model.all_placed
    norm = placed[0].norm
    assert norm.low == min(each.least for each in placed)
    assert norm.high == max(each.greatest for each in placed)
    for field, drawn in zip(FIELDS, model.full()[1:], strict=True):
        assert np.array_equal(drawn, overlay(IMAGE, field, norm=norm))
    model.camera.cursor = (30, 20)
    assert [name for name, _ in model.under_cursor().others] == ["map 1", "map 2", "map 3"]
    assert " · map 1 0." in reading_text(model) and " · map 3 " in reading_text(model)
    model.next_map(-1)
    assert "map 3 of 3" in overlay_look(model)
    assert model.panels()[0][0] == "image"


def test_many_maps_are_shown_around_the_current_one():
    model = model_of([FIELDS[0]] * 12)
    assert model.panels_in(20) == set(range(13))
    assert model.panels_in(4) == {0, 1, 2, 3}
    model.next_map(-1)
    assert model.panels_in(4) == {0, 10, 11, 12}
    model.next_map(-5)
    assert model.map_index + 1 in model.panels_in(4) and len(model.panels_in(4)) == 4


def test_a_batch_is_leafed_through_with_its_images():
    images = np.stack([IMAGE, IMAGE[::-1], IMAGE[:, ::-1]])
    maps = np.stack([np.stack(FIELDS[:2])] * 3) * np.arange(1, 4)[:, None, None, None]
    model = model_of(maps.astype("f4"), images, index=1)
    assert model.count == 3 and np.array_equal(model.image, images[1])
    assert np.array_equal(model.channels, maps[1].astype("f4"))
    model.next_of_batch(2)
    assert model.index == 0 and np.array_equal(model.pictures()[0].shape, (56, 56, 3))
    assert "image 0 of 3" in overlay_look(model)
    alone = model_of(maps.astype("f4"))
    alone.next_of_batch(1)
    assert np.array_equal(alone.image, IMAGE) and alone.placed.greatest == maps[1, 0].max()
    with pytest.raises(UsageError, match="--index 3: there are 3 images"):
        model_of(maps.astype("f4"), images, index=3)


def test_the_patch_under_the_crosshair_is_asked_where_it_looks():
    weights = attention()
    model = model_of(weights)
    assert not model.ask_at_cursor(), "without a crosshair"
    before = model.pictures()[0]
    model.camera.cursor = (17, 41)
    assert model.ask_at_cursor() and not model.ask_at_cursor()
    token = 1 + 5 * 7 + 2
    assert np.array_equal(model.channels, weights[:, token, 1:].reshape(3, 7, 7))
    assert "from patch 5, 2" in overlay_look(model)
    marked = (model.pictures()[0] != before).any(axis=-1)
    rows, columns = np.nonzero(marked)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (40, 47, 16, 23)
    assert np.array_equal(model.full()[0], IMAGE), "files are drawn without an outline"
    assert model.ask_nobody() and not model.ask_nobody()
    assert "from the class token" in overlay_look(model)
    assert np.array_equal(model_of(weights, token=7).channels[1], weights[1, 7, 1:].reshape(7, 7))
    with pytest.raises(UsageError, match="--token is for attention"):
        model_of(FIELDS[0], token=7)
    with pytest.raises(UsageError, match="token 50 of 50"):
        model_of(weights, token=50)


def test_outlines_may_be_cut_off():
    picture = np.full((6, 8, 3), 100, np.uint8)
    framed = outlined(picture, (-3, 2, 5, 12))
    assert (picture == 100).all() and framed[1, 5:, 0].tolist() == [255] * 3
    assert framed[0, 4, 0] == 100 and np.array_equal(outlined(picture, (9, 12, 9, 12)), picture)


def test_classes_are_read_as_classes_and_have_colours_of_their_own():
    model = model_of(CLASSES)
    model.camera.cursor = (40, 40)
    assert reading_text(model).endswith(" · no class")
    model.camera.cursor = (5, 40)
    assert reading_text(model).endswith(" · class 4")
    model.camera.cursor = None
    texts = [chip.text for chip in overlay_chips(model)]
    assert "3 classes" in texts and not any("norm" in text or "cmap" in text for text in texts)
    numbers = overlay_scale(model).numbers(8).places
    assert [text for _, text in numbers] == ["0", "1", "4"]
    assert len(np.unique(model.full()[1].reshape(-1, 3), axis=0)) == 4
    assert len(np.unique(model.preview(0, (5, 7)).reshape(-1, 3), axis=0)) == 4
    mixed = model_of([CLASSES, FIELDS[0]])
    assert len(mixed.full()) == 3 and mixed.all_placed[1].norm.name == "minmax"


def test_missing_values_are_read_as_missing_and_limits_are_kept():
    field = FIELDS[0].copy()
    field[:3] = np.nan
    model = model_of(field, vmin=0.25, vmax=0.5)
    model.camera.cursor = (5, 5)
    assert reading_text(model).endswith(" · missing")
    assert np.array_equal(model.full()[2][:16], IMAGE[:16])
    assert (model.placed.norm.low, model.placed.norm.high) == (0.25, 0.5)
    model.colours.next_norm(1)
    assert model.placed.norm.name == "max" and model.placed.norm.high == 0.5
    with pytest.raises(UsageError, match="norm none has no vmin"):
        OverlayOptions(norm="none", vmin=0.0)
    with pytest.raises(UsageError, match="vmin 2 is not below vmax 1"):
        OverlayOptions(vmin=2, vmax=1)


def test_outliers_are_left_out_and_that_is_said():
    field = RNG.random((56, 56))
    field[3, 3] = 1e7
    model = model_of(field)
    assert model.outliers and model.placed.norm.high < 1
    assert "without outliers" in [chip.text for chip in overlay_chips(model)]
    assert outliers_note(model).startswith("a few values far beyond all others")
    for other in (model_of(field, vmax=5), model_of(field, norm="max"), model_of(FIELDS[0])):
        assert not other.outliers and not outliers_note(other)


# The app


async def test_a_person_asks_patches_where_they_look():
    app, screen = app_with(attention())
    async with app.run_test(size=(140, 40)) as pilot:
        await ready(pilot, screen)
        assert "from the class token" in status(screen)
        await pilot.press("enter")
        assert "no crosshair" in status(screen)
        await pilot.press("right", "enter")
        assert "from patch 3, 3" in status(screen) and screen.model.token == 1 + 3 * 7 + 3
        plane = screen._panels[2].plane
        left, top = plane.origin
        await pilot.click(plane, offset=(left, top))
        await pilot.pause()
        assert "from patch 0, 0" in status(screen)
        await pilot.press("escape")
        assert "from the class token" in status(screen) and screen.model.camera.cursor
        await pilot.press("escape")
        assert screen.model.camera.cursor is None


async def test_a_person_leafs_through_maps_and_a_batch():
    maps = np.stack([np.stack(FIELDS)] * 4)
    app, screen = app_with({"first.npy": maps, "second.npy": maps * 2})
    async with app.run_test(size=(160, 40)) as pilot:
        await ready(pilot, screen)
        assert "image 0 of 4" in status(screen) and "map 1 of 2" in status(screen)
        assert sum(panel.display for panel in screen._panels) == 3
        await pilot.press("n", "greater_than_sign", "right")
        assert "map 2 of 2 · second.npy" in status(screen) and "image 1 of 4" in status(screen)
        assert "first.npy" in status(screen).split("RGB")[1]
        await pilot.press("y")
        assert len(app.clipboard.split("\t")) == 7
        await pilot.press("v", "N")
        await pilot.pause()
        assert [panel.display for panel in screen._panels] == [False, True, False]
        await pilot.press("less_than_sign", "less_than_sign")
        assert "image 3 of 4" in status(screen)


async def test_keys_for_what_isnt_there_say_so():
    app, screen = app_with(FIELDS[0])
    async with app.run_test(size=(140, 40)) as pilot:
        await ready(pilot, screen)
        for key, said in (
            ("n", "one map"),
            ("greater_than_sign", "one image"),
            ("enter", "attention"),
        ):
            await pilot.press(key)
            assert said in status(screen)


@pytest.mark.parametrize("size", [(1, 1), (20, 8), (80, 24), (200, 60)])
@pytest.mark.parametrize("count", [2, 9])
async def test_several_maps_survive_any_size(size, count):
    app, _ = app_with([FIELDS[0]] * count)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        for key in ("n", "v", "n", "v", "plus", "right", "N", "0", "question_mark"):
            await pilot.press(key)
        assert app.is_running


# Command line


@pytest.fixture
def files(tmp_path):
    Image.fromarray(IMAGE).save(tmp_path / "i.png")
    for number, field in enumerate(FIELDS):
        np.save(tmp_path / f"cam{number}.npy", field)
    np.save(tmp_path / "att.npy", attention())
    return tmp_path


def test_all_maps_are_written_side_by_side_with_one_norm(files):
    cams = [files / f"cam{number}.npy" for number in range(3)]
    done = run("overlay", files / "i.png", *cams, "-o", files / "all.png", "--panels")
    assert done.returncode == 0, done.stderr
    with Image.open(files / "all.png") as written:
        assert written.size == (4 * 56 + 3 * 8, 56)
        pixels = np.asarray(written.convert("RGB"))
    for number, drawn in enumerate(model_of(FIELDS).full()):
        assert np.array_equal(pixels[:, number * 64 : number * 64 + 56], drawn)
    done = run("overlay", files / "i.png", *cams, "-o", files / "one.png")
    assert "only cam0.npy of 3 maps is written; --panels for all" in done.stderr


def test_what_was_assumed_is_said_on_standard_error(files):
    done = run(
        "overlay", files / "i.png", files / "att.npy", "--token", "9", "--print", COLUMNS="90"
    )
    assert done.returncode == 0
    assert "note: att.npy (3, 50, 50) float32 as attention, 7 x 7 patches" in done.stderr
    assert "from patch 1, 1" in done.stdout and "note:" not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--layout", "cwh"], "no layout 'cwh'"),
        (["--layout", "hw"], "can't be of layout hw"),
        (["--image-range", "3"], "--image-range 3: not a range"),
        (["--missing", "x"], "--missing x: not a value"),
        (["--vmin", "1", "--vmax", "0"], "vmin 1 is not below vmax 0"),
        (["--vmin", "nan"], "vmin"),
        (["--index", "1"], "--index 1"),
        (["--token", "50"], "token 50 of 50"),
    ],
)
def test_options_that_make_no_sense_get_one_line(files, arguments, said):
    done = run("overlay", files / "i.png", files / "att.npy", "--print", *arguments)
    assert done.returncode in (1, 2) and said in done.stderr
    assert done.stderr.count("\n") == 1 and done.stdout == ""
