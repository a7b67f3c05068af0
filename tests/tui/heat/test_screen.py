"""`vizterm heat`: a person's story in the app, printed frames, files, the command line."""

import base64
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import numpy as np
import pytest
import scipy.ndimage
from PIL import Image
from tests.support.command_line import run, run_here
from tests.support.heat import app_of, make_app, ready
from tests.support.paper import assert_as_drawn, drawn_anew
from tests.support.screens import text_of
from tests.support.session import session

from vizterm.actions import HEAT_ACTIONS
from vizterm.cells.half_blocks import pixel_cells
from vizterm.heat.drawing import notes_of
from vizterm.heat.export import _for_font
from vizterm.heat.model import Heat, HeatModel, HeatOptions
from vizterm.maps.crosshair import Crosshair
from vizterm.maps.heat_map import HeatMap
from vizterm.maps.numbers import short_number
from vizterm_core.load.heat.counting import count_source
from vizterm_core.load.heat.source import load_heat


def hottest(screen):
    """(column, row) in half-block pixels of the brightest place on screen."""
    cells = screen.query_one(HeatMap).cells
    rows, columns = cells.shape[:2]
    pixels = cells.swapaxes(1, 2).reshape(rows * 2, columns, 3).sum(axis=2)
    row, column = np.unravel_index(pixels.argmax(), pixels.shape)
    return int(column), int(row)


async def test_a_person_looks_at_clicks():
    app, screen = make_app({(150, 20): 9, (20, 80): 3}, (200, 100), sigma=(4, 4))
    async with app.run_test(size=(112, 30)) as pilot:
        await ready(pilot, screen)
        plot = screen.query_one(HeatMap)
        assert text_of(screen, "#heading").startswith(" clicks   200 × 100 · 2 events · total 12")
        assert "1×   σ 4 px   cmap inferno   norm max" in text_of(screen, "#status")
        column, row = hottest(screen)
        x, y = screen.model.camera.view.place_at(column + 0.5, row + 0.5)
        assert abs(x - 150.5) < 2
        assert abs(y - 20.5) < 2
        # Hover over it: the exact value.
        left, top = plot.origin
        await pilot.hover(HeatMap, offset=(left + column, top + row // 2))
        await pilot.pause()
        found = re.search(
            r"x (\d+) · y (\d+) · value ([\d.]+) · weight (\S+)", text_of(screen, "#status")
        )
        x, y = int(found[1]), int(found[2])
        blurred = scipy.ndimage.gaussian_filter(screen.model.field.counts.astype(float), 4)
        assert float(found[3]) == pytest.approx(blurred[y, x], rel=5e-3)
        there = Crosshair.of(screen.model.camera)
        assert there.pixel[0] == column
        assert there.pixel[1] // 2 == row // 2
        plain = pixel_cells(plot.pixels)
        assert (plot.cells != plain)[:, column].any(axis=(1, 2)).sum() > 20, "from edge to edge"
        assert (plot.cells == plain).all(axis=(2, 3)).sum() > 2000
        before = plot.cells.copy()
        await pilot.press("full_stop")
        assert "σ 5" in text_of(screen, "#status")
        assert not np.array_equal(before, plot.cells)
        await pilot.press("c", "u")
        assert "cmap magma   norm log" in text_of(screen, "#status")
        await pilot.press("plus", "plus")
        assert "1.6×" in text_of(screen, "#status")
        await pilot.press("f")
        assert "of this view" in text_of(screen, "#status")
        await pilot.press("y")
        assert app.clipboard.split("\t")[:2] == [str(x), str(y)]
        await pilot.press("escape", "0")
        assert "weight" not in text_of(screen, "#status")
        assert "1×" in text_of(screen, "#status")


async def test_a_crosshair_that_comes_to_the_edge_leaves_nothing_behind():
    app, screen = make_app({(5, 2): 9}, (8, 6))
    async with session(app, (8, 5)) as person:
        await ready(person.pilot, screen)
        for key in ("right", "left", "left", "left", "left", "up", "up", "up"):
            await person.pilot.press(key)
            plot = screen.query_one(HeatMap)
            changed = (plot.cells != pixel_cells(plot.pixels)).any(axis=2)
            assert 0 < changed.any(axis=2).sum() <= sum(plot.cells.shape[:2])
            assert_as_drawn(person.paper, screen)


@pytest.mark.parametrize("colours", ["none", "standard"])
async def test_with_few_colours_the_crosshair_is_drawn_in_characters(colours):
    app, screen = make_app({(5, 2): 9}, (8, 6), colours=colours)
    async with session(app, (8, 5)) as person:
        await ready(person.pilot, screen)
        for key in ("right", "left", "left", "up", "up"):
            await person.pilot.press(key)
            assert person.paper.text.count("┼") == 1
            assert_as_drawn(person.paper, screen)


async def test_moving_the_crosshair_writes_what_changes_and_no_more():
    app, screen = make_app({(150, 20): 9, (20, 80): 3}, (200, 100), sigma=(4, 4))
    written = []
    async with session(app, (120, 40)) as person:
        await ready(person.pilot, screen)
        await person.pilot.press("right")
        write = app._driver.write
        app._driver.write = lambda data: (written.append(len(data.encode())), write(data))
        most = 0
        for key in ("up", "right", "down", "left"):
            written.clear()
            await person.pilot.press(key)
            await person.pilot.pause()
            assert_as_drawn(person.paper, screen)
            most = max(most, sum(written))
        whole = sum(len(line) for line in drawn_anew(screen).text.split("\n"))
        assert 0 < most < 9_000, f"{most} bytes, where the screen has {whole} cells"


async def test_wheel_and_drag():
    app, screen = make_app({(150, 20): 9, (20, 80): 3}, (200, 100))
    async with app.run_test(size=(112, 30)) as pilot:
        await ready(pilot, screen)
        plot = screen.query_one(HeatMap)
        place, before = screen.model.camera.view.place_at(70.5, 21), screen.model.camera.view.shape
        plot.post_message(HeatMap.Wheeled(70.5, 21, 3))
        await pilot.pause()
        # The map takes more rows now; it stands in the middle before and after.
        rows, columns = screen.model.camera.view.shape
        where = 70.5 + (columns - before[1]) / 2, 21 + (rows - before[0]) / 2
        assert screen.model.camera.view.place_at(*where) == pytest.approx(place, abs=0.1)
        assert screen.model.camera.view.zoom == pytest.approx(1.25**3)
        left = screen.model.camera.view.extent[2]
        await pilot.mouse_down(HeatMap, offset=(50, 10))
        await pilot.hover(HeatMap, offset=(40, 10))
        await pilot.mouse_up(HeatMap, offset=(40, 10))
        assert screen.model.camera.view.extent[2] > left


async def test_the_bar_stands_beside_the_map_and_goes_where_there_is_no_room():
    app, screen = make_app({(150, 20): 9}, (200, 100))
    async with app.run_test(size=(112, 30)) as pilot:
        await ready(pilot, screen)
        bar = text_of(screen, "#bar").split("\n")
        plot = screen.query_one(HeatMap)
        top, rows = plot.origin.y, len(plot.cells)
        assert len(bar) == top + rows < 27, "as high as the map, and no higher"
        assert bar[top - 1] == "weight / px"
        assert bar[-1] == "▀▀╴0.0"
        await pilot.hover(HeatMap, offset=(75, top + 6))
        value, _ = screen.model.under_cursor()
        marked = [line for line in text_of(screen, "#bar").split("\n") if "◂" in line]
        assert marked == [f"▀▀◂{short_number(value)}"]
        await pilot.press("escape")
        assert text_of(screen, "#bar").split("\n") == bar
        await pilot.resize_terminal(30, 12)
        await pilot.pause()
        assert not screen.query_one("#bar").display
        assert screen.query_one(HeatMap).cells.shape[1] == 30


@pytest.mark.parametrize("size", [(1, 1), (5, 3), (20, 5), (200, 60)])
async def test_any_size_of_terminal_is_survived(size):
    app, _ = make_app({(150, 20): 9}, (200, 100))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        for key in (
            "plus",
            "full_stop",
            "right",
            "shift+left",
            "c",
            "u",
            "f",
            "0",
            "question_mark",
        ):
            await pilot.press(key)
        assert app.is_running


async def test_without_colours_there_are_shades():
    app, screen = make_app({(150, 20): 9}, (200, 100), colours="none", colormap="gray")
    async with app.run_test(size=(112, 30)) as pilot:
        await ready(pilot, screen)
        plot = screen.query_one(HeatMap)
        await pilot.press("a")
        text = "".join(plot.render_line(y).text for y in range(28))
        assert set(text) <= set(" ░▒▓█")
        assert set(text) & set("▒▓█")


async def test_help_and_palette_list_every_action():
    app, screen = make_app({(150, 20): 9}, (200, 100))
    async with app.run_test(size=(120, 60)) as pilot:
        await ready(pilot, screen)
        await pilot.press("question_mark")
        await pilot.pause()
        text = app.screen.query_one("#help-text").text
        for action in HEAT_ACTIONS:
            assert (action.together or action.text) in text
        await pilot.press("escape")
        offered = {command.text for command in app.commands()}
        assert {action.text for action in HEAT_ACTIONS if action.palette} <= offered


async def test_a_background_is_said_and_its_strength_changes():
    page = np.full((10, 20, 3), 250, np.uint8)
    app, screen = make_app({(150, 20): 9}, (200, 100), page)
    async with app.run_test(size=(112, 30)) as pilot:
        await ready(pilot, screen)
        assert "heat 75%" in text_of(screen, "#status")
        assert screen.query_one(HeatMap).cells[-1, 0, 0].tolist() == [250] * 3
        await pilot.press("left_curly_bracket")
        assert "heat 50%" in text_of(screen, "#status")


async def test_the_strength_without_a_background_is_a_hint():
    app, screen = make_app({(150, 20): 9}, (200, 100))
    async with app.run_test(size=(112, 30)) as pilot:
        await ready(pilot, screen)
        await pilot.press("right_curly_bracket")
        assert "--background" in text_of(screen, "#status")


# Command line


@pytest.fixture
def clicks(tmp_path):
    path = tmp_path / "clicks.csv"
    path.write_text("x,y,n\n150,20,9\n20,80,3\noops,1,1\n300,5,1\n")
    return path


def test_what_an_option_held_is_harmless_where_it_is_quoted_beside_a_map(tmp_path):
    path = tmp_path / "a.json"
    path.write_text('[{"\\u001b[31mx": 1, "y": 2}, [1, 2]]')
    done = run("heat", path, "--print", "--columns", "\x1b[31mx,y", COLUMNS="120")
    assert done.returncode == 0
    assert "a list has no columns ␛[31mx, y" in done.stdout
    assert "\x1b[31m" not in done.stdout


def test_a_printed_frame_fits_the_columns(clicks):
    done = run("heat", clicks, "--size", "200x100", "--print", "--color", "none", COLUMNS="120")
    lines = done.stdout.splitlines()
    assert "200 × 100 · 2 events · total 12 · 1 outside · 1 bad row skipped (line 4" in lines[0]
    assert all(len(line) <= 120 for line in lines[1:-1])
    assert lines[-1] == "σ 2 px · gray · max · 1×"
    assert done.returncode == 0
    coloured = run("heat", clicks, "--size", "200x100", "--print", "--color", "truecolor").stdout
    assert "48;2;" in coloured


def test_values_are_written_at_full_resolution(clicks, tmp_path):
    out = tmp_path / "heat.npy"
    done = run("heat", clicks, "--size", "200x100", "--sigma", "3,5", "--output", out)
    assert done.returncode == 0
    assert done.stdout == ""
    counts = np.zeros((100, 200))
    counts[20, 150], counts[80, 20] = 9, 3
    expected = scipy.ndimage.gaussian_filter(counts, (3, 5))
    np.testing.assert_allclose(np.load(out), expected, atol=1e-5 * expected.max())


def test_pictures_have_the_map_the_bar_and_the_title(clicks, tmp_path):
    png, svg = tmp_path / "heat.png", tmp_path / "heat.svg"
    for out in (png, svg):
        done = run(
            "heat", clicks, "--size", "200x100", "-o", out, "--cmap", "hot", "--title", "A<b>"
        )
        assert done.returncode == 0, done.stderr
    with Image.open(png) as image:
        sheet = np.asarray(image.convert("RGB"))
    assert sheet.shape[0] > 100
    assert sheet.shape[1] > 200
    # The map's own pixels are in it: hot begins with (10, 0, 0), and ends with white.
    assert (sheet == (10, 0, 0)).all(axis=2).sum() > 10_000
    assert (sheet == 255).all(axis=2).any()
    root = ET.fromstring(svg.read_text())
    words = [node.text for node in root.iter("{http://www.w3.org/2000/svg}text")]
    assert words[0].startswith("A<b>")
    assert words[1].startswith("weight / px")
    # The labels of the axes come last.
    numbers = [float(word) for word in words[2:]]
    numbers = numbers[: numbers.index(0) + 1]
    assert len(set(np.diff(numbers).round(9))) == 1, "round numbers, evenly spaced"
    images = list(root.iter("{http://www.w3.org/2000/svg}image"))
    assert (images[0].get("width"), images[0].get("height")) == ("200", "100")
    assert base64.b64decode(images[0].get("href").split(",")[1]).startswith(b"\x89PNG")


def test_small_values_have_their_power_of_ten_in_the_title_of_the_bar(tmp_path):
    np.save(tmp_path / "grid.npy", np.linspace(0, 7e-6, 40 * 60).reshape(40, 60))
    done = run("heat", tmp_path / "grid.npy", "-o", tmp_path / "a.svg", "--sigma", "0")
    assert done.returncode == 0, done.stderr
    assert run("heat", tmp_path / "grid.npy", "-o", tmp_path / "a.png").returncode == 0
    text = (tmp_path / "a.svg").read_text()
    assert ">value   × 10⁻⁶<" in text
    assert "e-0" not in re.sub(r"base64,[^\"]*", "", text)
    assert _for_font("value   × 10⁻⁶ ≥ −3") == "value   x 10^-6 >= -3"


def test_a_file_that_can_not_be_written_is_left_as_it_was(clicks, tmp_path, monkeypatch):
    from vizterm.files import write_atomically

    path = tmp_path / "heat.npy"
    path.write_bytes(b"precious")

    def fail(stream):
        stream.write(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        write_atomically(path, fail)
    assert path.read_bytes() == b"precious"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["clicks.csv", "heat.npy"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--sigma", "-1"], 2, "--sigma -1"),
        (["--sigma", "x"], 2, "--sigma x"),
        (["--cmap", "rainbow"], 2, "inferno, magma"),
        (["--norm", "loud"], 2, "minmax, max, log"),
        (["--size", "0x5"], 2, "--size 0x5"),
        (["--size", "99999x99999"], 2, "too large"),
        (["--vmin", "3", "--vmax", "1"], 2, "not below"),
        (["--columns", "a,b"], 1, "columns"),
        (["--output", "heat.gif"], 2, ".png, .npy, .svg"),
        (["--output", "/nowhere/heat.png"], 2, "/nowhere"),
        (["--background", "/nowhere.png"], 1, "nowhere.png"),
    ],
)
def test_bad_options_get_one_line(clicks, arguments, code, said):
    done = run_here("heat", clicks, "--print", *arguments)
    assert done.returncode == code, done.stderr
    assert done.stderr.count("\n") == 1
    assert said in done.stderr
    assert done.stdout == ""


def test_a_grid_and_a_dict_in_json(tmp_path):
    np.save(tmp_path / "grid.npy", np.eye(30))
    done = run("heat", tmp_path / "grid.npy", "--print", "--color", "none")
    assert "30 × 30 · total 30" in done.stdout
    (tmp_path / "counts.json").write_text('{"3,0": 2, "0,1": 5}')
    done = run("heat", tmp_path / "counts.json", "--size", "4x2", "--print", "--color", "none")
    assert "4 × 2 · 2 events · total 7" in done.stdout
    np.save(tmp_path / "cube.npy", np.zeros((2, 3, 4)))
    done = run("heat", tmp_path / "cube.npy", "--print")
    assert done.returncode == 1
    assert "(2, 3, 4)" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["demo", "clicks", "--point", "3"], "for emoji and digits"),
        (["demo", "pagoda", "--coords", "pca"], "for emoji and digits"),
        (["overlay", "x.npz", "--panels"], "--output"),
    ],
)
def test_options_that_would_do_nothing_are_refused(arguments, said):
    done = run(*arguments)
    assert done.returncode == 2
    assert said in done.stderr


@pytest.mark.parametrize("name", ["clicks", "pagoda"])
def test_demos_are_printed_in_a_pipe(name):
    done = run("demo", name, "--color", "none", COLUMNS="100")
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) > 10


def test_from_python(tmp_path):
    code = (
        "import vizterm, numpy as np\n"
        "vizterm.heat({(3, 0): 2, (0, 1): 5}, size=(4, 2), sigma=1, background=sys.argv[1])\n"
        "vizterm.overlay(sys.argv[1], np.eye(4), mode='gray', alpha=0.3)\n"
    )
    Image.fromarray(np.full((8, 12, 3), 90, np.uint8)).save(tmp_path / "page.png")
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}", str(tmp_path / "page.png")],
        capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60, check=True,
    )  # fmt: skip
    assert "4 × 2 · 2 events · total 7" in done.stdout
    assert "channel 0 of 1 · gray · alpha 0.3" in done.stdout


@pytest.mark.parametrize("width", [80, 120])
async def test_doubt_is_said_first_and_whole(tmp_path, width):
    path = tmp_path / "det.txt"
    rows = np.random.default_rng(24)
    lines = [
        f"{i // 5 + 1},{i % 5},{x:.1f},{y:.1f},{w:.1f},{h:.1f},0.5,-1,-1,-1"
        for i, (x, y, w, h) in enumerate(rows.normal([800, 500, 90, 120], 30, (200, 4)))
    ]
    path.write_text("\n".join(lines))
    source = load_heat(path)
    model = HeatModel(count_source(source), HeatOptions())
    app, screen = app_of(lambda: Heat(source.name, model, source.notes))
    async with app.run_test(size=(width, 24)) as pilot:
        await ready(pilot, screen)
        assert "no header: x, y are columns 3, 4" in text_of(screen, "#heading")
        said = "x, y are columns 3, 4; 8 numbers a row may be boxes x,y,w,h (--columns)"
        assert said in text_of(screen, "#status")
        await pilot.press("right")
        assert said not in text_of(screen, "#status"), "the reading has its line"
    notes = notes_of(model, source.notes)
    assert notes[0].endswith(said) and len(notes) > 1
