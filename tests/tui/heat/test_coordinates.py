"""Coordinates of a heatmap: on the command line, under the crosshair, on standard input."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from PIL import Image
from tests.support.command_line import run
from tests.support.heat import app_of, make_model, ready
from tests.support.screens import text_of

from vizterm.heat.drawing import crosshair_text, heat_heading, notes_of
from vizterm.heat.model import Heat, HeatModel, HeatOptions
from vizterm.heat.screen import HeatScreen
from vizterm.maps.heat_map import HeatMap
from vizterm_core.load.heat.counting import count_source
from vizterm_core.load.heat.source import HeatSource
from vizterm_core.maps.count_map import CountMap
from vizterm_core.maps.events import Events
from vizterm_core.maps.placing import Placing


@pytest.fixture
def pitch(tmp_path):
    path = tmp_path / "pitch.csv"
    path.write_text("x,y\n" + "-52.5,34\n52.4,-33.9\n" + "0.0,0.0\n" * 3 + "60.0,0.0\n")
    return path


@pytest.fixture
def clicks(tmp_path):
    path = tmp_path / "clicks.csv"
    path.write_text("x,y\n" + "".join(f"{1000 + i * 7 % 300},{i * 11 % 200}\n" for i in range(400)))
    return path


def model_of(x, y, names=(), **asked):
    events = Events(np.asarray(x, float), np.asarray(y, float))
    source = HeatSource("data.csv", events=events, names=names)
    model = HeatModel(count_source(source, Placing(**asked)), HeatOptions())
    model.camera.resize(60, 40, 1.0)
    return model


def test_values_are_written_where_the_extent_has_them(pitch, tmp_path):
    out = tmp_path / "pitch.npy"
    done = run("heat", pitch, "--extent", "-52.5,52.5,34,-34", "--size", "105x68",
               "--sigma", "0", "-o", out)  # fmt: skip
    assert done.returncode == 0, done.stderr
    counts = np.load(out)
    assert counts.shape == (68, 105) and counts.sum() == 5
    # 34 is at the top, 0 begins the row above the middle.
    assert counts[0, 0] == 1 and counts[67, 104] == 1 and counts[33, 52] == 3
    assert "note: x −52.5 to 52.5 · y −34 to 34, up" in done.stderr
    assert "note: 1 outside" in done.stderr
    down = run("heat", pitch, "--extent", "-52.5,52.5,34,-34", "--size", "105x68", "--y", "down",
               "--sigma", "0", "-o", out)  # fmt: skip
    assert down.returncode == 0
    np.testing.assert_array_equal(np.load(out)[::-1], counts)


@pytest.mark.parametrize("way", [["--output", "out.png"], ["--print"]])
@pytest.mark.parametrize("piped", [False, True])
def test_a_map_without_an_event_is_an_error_everywhere(clicks, tmp_path, way, piped):
    way = [str(tmp_path / word) if word == "out.png" else word for word in way]
    command = [sys.executable, "-m", "vizterm", "heat", "-" if piped else str(clicks)]
    done = subprocess.run(
        [*command, "--size", "300x200", *way], input=clicks.read_text() if piped else "",
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "all 400 events lie outside 300x200: x 1,000 to 1,299, y 0 to 199" in done.stderr
    assert "--extent 1000,1299,0,199" in done.stderr
    assert done.stdout == "" and not (tmp_path / "out.png").exists()


def test_a_grid_of_nothing_but_nan_is_an_error(tmp_path):
    np.save(tmp_path / "nan.npy", np.full((5, 9), np.nan))
    done = run("heat", tmp_path / "nan.npy", "--print")
    assert done.returncode == 1 and "none of its 45 values" in done.stderr


@pytest.mark.parametrize(
    ("extent", "said"),
    [
        ("1,2,3", "not four numbers"),
        ("1,1,0,5", "left and right are both 1"),
        ("a,b,c,d", "not four numbers"),
        ("nan,1,0,5", "left is nan"),
    ],
)
def test_bad_extents_get_one_line(clicks, extent, said):
    done = run("heat", clicks, "--print", "--extent", extent)
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert f"--extent {extent}: {said}" in done.stderr


def test_printed_and_written_maps_say_the_same_as_the_screen(tmp_path):
    path = tmp_path / "gaze.csv"
    rng = np.random.default_rng(0)
    rows = "".join(f"{a:.4f},{b:.4f}\n" for a, b in rng.normal(0.4, 0.05, (500, 2)))
    path.write_text("x,y\n" + rows + "1.5,0.5\n")
    printed = run("heat", path, "--print", "--size", "1920x1080", COLUMNS="200")
    written = run("heat", path, "--size", "1920x1080", "-o", tmp_path / "a.png")
    for note in ("x 0 to 1 · y 0 to 1, down: positions are fractions of a screen", "1 outside"):
        assert f"note: {note}" in printed.stderr and f"note: {note}" in written.stderr
    assert "x 0 to 1 · y 0 to 1, down · 500 events" in printed.stdout.splitlines()[0]


def test_the_crosshair_speaks_of_the_data():
    model = model_of([-3.7103, -3.5], [40.4205, 40.3], ("lon", "lat"), extent=(-4, -3, 41, 40))
    model.camera.cursor = tuple(map(int, model.field.axes.to_pixels(-3.7103, 40.4205)))
    text = crosshair_text(model)
    found = re.fullmatch(r"lon −([\d.]+) · lat ([\d.]+) · value [\d.]+ · 1 event", text)
    assert abs(float(found[1]) - 3.7103) < 0.001 and abs(float(found[2]) - 40.4205) < 0.001
    grid = HeatModel(
        count_source(HeatSource("t", grid=np.array([[20.0, 30.0]])), Placing()),
        HeatOptions(sigma=1.0),
    )
    grid.camera.cursor = (1, 0)
    assert crosshair_text(grid) == f"x 1 · y 0 · value {grid.under_cursor()[0]:.3g} · unblurred 30"
    grid = HeatModel(grid.field, HeatOptions(sigma=0.0))
    grid.camera.cursor = (1, 0)
    assert crosshair_text(grid) == "x 1 · y 0 · value 30"


def test_the_heading_begins_with_what_is_shown():
    model = model_of([-1641, 3617, 5], [-42, 1013, 7])
    parts = heat_heading("clicks", model, ("note",)).parts
    assert parts[0] == "x −1,641 to 3,618 · y −42 to 1,014, down"
    assert parts[1:3] == ("3 events", "5,259 × 1,056 pixels")
    assert notes_of(model, ("note",)) == [
        f"{parts[0]}: extent from the data (--extent), y down (--y up)",
        "note",
    ]


async def test_a_person_copies_the_data_s_coordinates():
    model = model_of([-50.05, 50.05, 0.05], [30.05, -30.05, 0.05], extent=(-52.5, 52.5, 34, -34))
    app, screen = app_of(lambda: Heat("pitch", model))
    async with app.run_test(size=(112, 30)) as pilot:
        await ready(pilot, screen)
        assert isinstance(screen, HeatScreen)
        await pilot.press("right")
        x, y = model.field.axes.at(*screen.model.camera.cursor)
        assert f"x {x:.1f}" in text_of(screen, "#status").replace("−", "-")
        await pilot.press("y")
        assert app.clipboard.split("\t")[:2] == [repr(x), repr(y)]


def test_the_view_stays_where_it_is_while_the_map_grows_and_halves():
    rng = np.random.default_rng(1)
    model = HeatModel(CountMap(), HeatOptions())
    model.camera.resize(60, 40, 1.0)
    x, y = rng.random((2, 5000))
    model.add(Events(x * 10 - 5, y * 10 - 5))
    model.camera.zoom(4)
    model.camera.point_at(10.5, 10.5)
    view = model.camera.view

    def seen(model):
        top, _, left, right = model.camera.view.extent
        axes = model.field.axes
        return axes.across.value(left), axes.across.value(right), axes.down.value(top)

    before, place = seen(model), model.field.axes.at(*model.camera.cursor)
    old = model.field.axes.across.pixel
    model.add(Events(np.array([-12.0, 14.0]), np.array([-13.0, 12.0])))
    assert model.field.axes.across.pixel == 2 * old
    assert model.camera.view != view
    np.testing.assert_allclose(seen(model), before, atol=0.2)
    now = model.field.axes.at(*model.camera.cursor)
    np.testing.assert_allclose(now, place, atol=old * 2)


def test_from_python(tmp_path):
    code = (
        "import vizterm\n"
        "vizterm.heat([(-50, 3), (50, -3)], extent=(-52.5, 52.5, 34, -34), size=(105, 68))\n"
        "vizterm.heat([(3, -50), (-3, 50)], transpose=True, y='up')\n"
        "for bad in ({'extent': (1, 2)}, {'y': 'left'}, {'transpose': [1, 2]}):\n"
        "    try: vizterm.heat([(3, 4)], **bad)\n"
        "    except vizterm_core.errors.UsageError as error: print('refused', error.message)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"import vizterm_core.errors\n{code}"],
        capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60, check=True,
    )  # fmt: skip
    assert "x −52.5 to 52.5 · y −34 to 34, up · 2 events" in done.stdout
    assert "x −50 to 51 · y −3 to 4, up · 2 events" in done.stdout
    assert done.stdout.count("refused") == 3


async def test_axes_stand_around_the_map_and_go_by_a_key():
    model = model_of([-50.05, 50.05, 0.05], [30.05, -30.05, 0.05], extent=(-52.5, 52.5, 34, -34))
    plain, screen = app_of(lambda: Heat("clicks", make_model({(5, 2): 9}, (8, 6))))
    async with plain.run_test(size=(80, 24)) as pilot:
        await ready(pilot, screen)
        # A map in plain pixels keeps all of a small screen.
        assert screen.query_one(HeatMap).margin == 0
    app, screen = app_of(lambda: Heat("pitch", model))
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot, screen)
        plot = screen.query_one(HeatMap)
        await pilot.pause()
        text = "\n".join(plot.render_line(y).text for y in range(plot.size.height))
        assert "y ↑" in text and "x →" in text and "−20 ╴" in text
        assert screen.model.camera.view.columns == plot.size.width - plot.margin
        # The row of a label is that of its value.
        row = next(y for y in range(plot.size.height) if " 0 ╴" in plot.render_line(y).text)
        await pilot.hover(HeatMap, offset=(plot.origin.x + 3, row))
        await pilot.pause()
        y = screen.model.field.axes.at(*screen.model.camera.cursor)[1]
        assert abs(y) < screen.model.field.axes.down.pixel / screen.model.camera.view.scale * 2
        await pilot.press("a")
        assert plot.margin == 0 and screen.model.camera.view.columns == plot.size.width
        assert "╴" not in "\n".join(plot.render_line(y).text for y in range(plot.size.height))
        await pilot.press("a")
        assert plot.margin > 0


def test_pictures_have_axes_with_names_in_the_data_s_units(tmp_path):
    path = tmp_path / "places.csv"
    path.write_text("lon,lat\n-3.70,40.40\n-3.60,40.50\n-3.65,40.45\n")
    svg, png = tmp_path / "a.svg", tmp_path / "a.png"
    for out in (svg, png):
        done = run(
            "heat", path, "--columns", "lon,lat", "--extent", "-3.8,-3.5,40.6,40.3", "-o", out
        )
        assert done.returncode == 0, done.stderr
    root = ET.fromstring(svg.read_text())
    texts = {node.text: node for node in root.iter("{http://www.w3.org/2000/svg}text")}
    image = next(root.iter("{http://www.w3.org/2000/svg}image"))
    left, width = float(image.get("x")), float(image.get("width"))
    label = next(text for text in texts if text.startswith("−3.6"))
    share = (float(label.replace("−", "-")) + 3.8) / 0.3
    assert float(texts[label].get("x")) == pytest.approx(left + share * width, abs=0.1)
    top, height = float(image.get("y")), float(image.get("height"))
    label = next(text for text in texts if text.startswith("40.5"))
    share = (40.6 - float(label)) / 0.3
    assert float(texts[label].get("y")) == pytest.approx(top + share * height, abs=0.1)
    with Image.open(png) as picture:
        assert picture.height > height + 3 * 11
