"""Groups and times: a person leafs, looks at all of them, plays, drags; files of each group."""

import io
import itertools
import re
import subprocess
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from PIL import Image
from tests.support.command_line import VIZTERM, environment, run
from tests.support.heat import app_of, ready
from tests.support.screens import text_of, until
from textual.app import App

import vizterm
from vizterm.heat.model import Heat, HeatModel, HeatOptions
from vizterm.heat.parts import HeatParts
from vizterm.heat.request import HeatRequest
from vizterm.heat.snapshot import print_heat
from vizterm.heat.written import write_heats
from vizterm.maps.heat_map import HeatMap
from vizterm.maps.tile_grid import TileGrid
from vizterm.terminal.facts import Terminal
from vizterm.widgets.timeline import Timeline
from vizterm_core.colour.colormaps import find_colormap
from vizterm_core.errors import UsageError
from vizterm_core.load.heat.source import heat_source
from vizterm_core.maps.count_map import CountMap
from vizterm_core.maps.event_store import Window
from vizterm_core.maps.events import Events, Groups

NAMES = ("user 10", "user 9", "user 1")
PLACES = {"user 10": (20, 10), "user 9": (100, 30), "user 1": (160, 80)}


def events(numbers=(5, 10, 20), start=0.0):
    """As many events of each user in its place, one a second, one user after the other."""
    names = tuple(name for name, number in zip(NAMES, numbers, strict=True) if number)
    codes = np.repeat(np.arange(len(names)), [number for number in numbers if number])
    x = np.array([PLACES[names[code]][0] for code in codes], float)
    y = np.array([PLACES[names[code]][1] for code in codes], float)
    times = start + np.arange(codes.size, dtype=float)
    return Events(x, y, None, groups=Groups(codes, names), times=times)


def make(length=None, *, timed=True, data=None):
    def load():
        data_ = events() if data is None else data
        whole = CountMap((200, 100))
        whole.add(data_)
        parts = HeatParts.asked_for(whole, data_, by="user", timed=timed, length=length)
        model = HeatModel(whole, HeatOptions(sigma=(3, 3)), None, parts)
        return Heat("clicks", model)

    return app_of(load)


def heat_of(screen):
    """The middle of the hottest cell, in pixels of the map."""
    cells = screen.query_one(HeatMap).cells
    rows, columns = cells.shape[:2]
    pixels = cells.swapaxes(1, 2).reshape(rows * 2, columns, 3).sum(axis=2)
    row, column = np.unravel_index(pixels.argmax(), pixels.shape)
    x, y = screen.model.camera.view.place_at(column + 0.5, row + 0.5)
    return round(x), round(y)


async def test_a_person_leafs_through_groups_in_one_scale():
    app, screen = make()
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot, screen)
        assert "user: all 3" in text_of(screen, "#status")
        assert "space play" in text_of(screen, "#status")
        assert "] group" in text_of(screen, "#status")
        assert "35 events" in text_of(screen, "#heading")
        await pilot.press("right_square_bracket")
        assert "user: user 1 · 1 of 3" in text_of(screen, "#status")
        assert "20 events" in text_of(screen, "#heading")
        assert heat_of(screen) == pytest.approx((160, 80), abs=3)
        scale = screen.model.norm
        await pilot.press("right_square_bracket")
        assert "user: user 9 · 2 of 3" in text_of(screen, "#status")
        assert heat_of(screen) == pytest.approx((100, 30), abs=3)
        assert screen.model.norm == scale, "one scale: half as many events are half as bright"
        assert screen.model.norm(screen.model.values()).max() == pytest.approx(0.45, abs=0.06)
        await pilot.press("left_square_bracket", "left_square_bracket")
        assert "user: all 3" in text_of(screen, "#status")


async def test_a_person_looks_at_all_groups_and_opens_one():
    app, screen = make(timed=False)
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot, screen)
        await pilot.press("g")
        grid = screen.query_one(TileGrid)
        await until(pilot, lambda: grid.tiling is not None)
        assert grid.display and not screen.query_one(HeatMap).display
        text = "\n".join(grid.render_line(y).text for y in range(grid.size.height))
        assert "▸user 1 20" in text and "user 9 10" in text and "user 10 5" in text
        await pilot.press("right")
        assert "user: user 9 · 2 of 3" in text_of(screen, "#status")
        column, row = grid.tiling.place(2)
        await pilot.click(TileGrid, offset=(grid.origin.x + column + 3, row + 2))
        await until(pilot, lambda: screen.query_one(HeatMap).display)
        assert "user: user 10 · 3 of 3" in text_of(screen, "#status")
        assert heat_of(screen) == pytest.approx((20, 10), abs=3)
        await pilot.press("g", "enter")
        await until(pilot, lambda: screen.query_one(HeatMap).display)
        await pilot.press("g", "escape")
        await until(pilot, lambda: screen.query_one(HeatMap).display)


async def test_a_person_plays_steps_and_drags_time():
    app, screen = make()
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot, screen)
        line = screen.query_one(Timeline)
        assert "all 34 s" in line.text
        await pilot.press("w")
        assert "last 5 s" in line.text
        await pilot.press("W", "e", "T")
        window = screen.model.parts.playback.window
        assert window.length == 2.0 and window.start == 0 and "last 2 s" in line.text
        assert "2 events" in text_of(screen, "#heading")
        assert heat_of(screen) == pytest.approx((20, 10), abs=3)
        await pilot.press("w", "w")
        assert screen.model.parts.playback.length == 10.0
        # Drag to the end: the last ten seconds are of user 1.
        track = line.size.width
        await pilot.click(Timeline, offset=(track - 25, 0))
        await until(pilot, lambda: heat_of(screen) == pytest.approx((160, 80), abs=3))
        await pilot.press("e")
        assert screen.model.parts.playback.window is None
        await pilot.press("space")
        assert "▶" in line.text
        before = screen.model.parts.playback.window.end
        await until(pilot, lambda: screen.model.parts.playback.window.end > before)
        await pilot.press("space")
        assert "‖" in line.text
        stopped = screen.model.parts.playback.window
        await pilot.press("s")
        assert screen.model.parts.playback.window == stopped
        assert screen.model.parts.playback.pace == 5.0


async def test_keys_without_groups_or_times_say_what_is_missing():
    app, screen = make(timed=False)
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot, screen)
        assert not screen.query_one(Timeline).display
        await pilot.press("space")
        assert "--time COLUMN" in text_of(screen, "#status")


def test_apps_of_textual_have_the_actions():
    # Textual's own names would hide them.
    names = ("window", "pace", "play", "group", "groups", "time", "all_times")
    assert not [name for name in names if hasattr(App, f"action_{name}")]


def heat(data=None, **options):
    data = events() if data is None else data
    whole = CountMap((200, 100))
    whole.add(data)
    parts = HeatParts.asked_for(whole, data, by="user", **options)
    return Heat("clicks", HeatModel(whole, HeatOptions(sigma=(3, 3)), None, parts))


def test_a_file_of_each_group_in_one_scale(tmp_path, capfd):
    write_heats(heat(), tmp_path / "maps" / "{group}.npy")
    made = {path.stem: np.load(path) for path in (tmp_path / "maps").iterdir()}
    assert {name: round(float(values.sum())) for name, values in made.items()} == {
        "user 1": 20, "user 9": 10, "user 10": 5,
    }  # fmt: skip
    said = capfd.readouterr().err
    assert "wrote 3 files" in said and "user 1.npy to" in said and "200 × 100 each" in said
    write_heats(heat(), tmp_path / "{group}.png")
    pictures = {name: np.asarray(Image.open(tmp_path / f"{name}.png")) for name in NAMES}
    hottest = find_colormap("inferno").table[-1]
    found = {name: (picture == hottest).all(axis=-1) for name, picture in pictures.items()}
    # The colour bar has it in each; the map only of the group that reaches highest.
    left = {name: int(where[:, :215].sum()) for name, where in found.items()}
    assert left["user 1"] > 0 and left["user 9"] == left["user 10"] == 0


def test_one_file_holds_all_groups_and_says_so(tmp_path, capfd):
    write_heats(heat(), tmp_path / "all.npy")
    assert round(float(np.load(tmp_path / "all.npy").sum())) == 35
    said = capfd.readouterr().err
    assert "note: user: 3 groups in one map" in said and "{group}" in said


def test_a_printed_frame_shows_all_groups(monkeypatch):
    monkeypatch.setenv("COLUMNS", "90")
    monkeypatch.setenv("LINES", "30")
    out = io.StringIO()
    shown = heat()
    print_heat(shown.title, shown.model, (), Terminal(colours="none"), out)
    lines = out.getvalue().splitlines()
    assert lines[0].startswith("clicks   200 × 100 · 35 events")
    text = "\n".join(lines)
    assert [name for name in ("user 1 20", "user 9 10", "user 10 5") if name in text] == [
        "user 1 20", "user 9 10", "user 10 5",
    ]  # fmt: skip
    assert max(map(len, lines)) <= 90


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"window": 5.0}, "--window is for events with times"),
        ({"window": -1.0, "timed": True}, "--window -1: no length of time"),
        ({"output": Path("{group}.png")}, "there are no groups"),
        ({"output": Path("{group}/a.png"), "by": "user"}, "has to be in the file's name"),
        ({"output": Path("no/folder/{group}.png"), "by": "user"}, "no directory"),
        ({"output": Path("{group}.txt"), "by": "user"}, "unknown format"),
    ],
)
def test_requests_that_make_no_sense(options, message):
    with pytest.raises(UsageError, match=re.escape(message)):
        HeatRequest(heat_source({(1, 2): 3}), **options)


async def test_groups_appear_as_they_come():
    class Coming:
        """Events that arrive in two pieces."""

        def __init__(self):
            self.waiting = [events((5, 0, 0)), events((0, 10, 0), start=50.0)]
            self.state, self.notes, self.names = "live", (), ("x", "y")

        def take(self):
            return [self.waiting.pop(0)] if self.waiting else []

        def changed(self):
            return True

    def load():
        whole = CountMap((200, 100))
        parts = HeatParts.asked_for(whole, by="user", timed=True, length=4.0)
        model = HeatModel(whole, HeatOptions(sigma=(3, 3)), None, parts)
        return Heat("clicks", model, live=Coming())

    app, screen = app_of(load)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(
            pilot, lambda: screen.is_mounted and "user: all 2" in text_of(screen, "#status")
        )
        parts = screen.model.parts
        assert parts.store.names == ("user 10", "user 9")
        assert parts.playback.window == Window(55.0, 59.0), "it follows the newest"
        assert screen.query_one(Timeline).display


def csv_of(tmp_path):
    path = tmp_path / "mouse.csv"
    data = events()
    lines = [
        f"{time:.0f},{data.groups.names[code]},{x:.0f},{y:.0f}"
        for time, code, x, y in zip(data.times, data.groups.codes, data.x, data.y, strict=True)
    ]
    path.write_text("\n".join(["time,user,x,y", *lines]))
    return path


def test_the_command_writes_a_file_of_each_group(tmp_path):
    place = str(tmp_path / "maps" / "{group}.npy")
    done = run("heat", str(csv_of(tmp_path)), "--by", "user", "--size", "200x100", "-o", place)
    assert done.returncode == 0 and "wrote 3 files" in done.stderr
    sums = {path.stem: float(np.load(path).sum()) for path in (tmp_path / "maps").iterdir()}
    assert {name: round(total) for name, total in sums.items()} == {
        "user 1": 20, "user 9": 10, "user 10": 5,
    }  # fmt: skip


@pytest.mark.parametrize("stream", [False, True])
def test_a_window_of_the_last_seconds_is_written(tmp_path, stream):
    path, made = csv_of(tmp_path), tmp_path / "last.npy"
    options = ("--time", "time", "--window", "5", "--size", "200x100", "--sigma", "0")
    with path.open() as lines:
        done = subprocess.run(
            [*VIZTERM, "heat", "-" if stream else str(path), *options, "-o", str(made)],
            stdin=lines,
            capture_output=True,
            text=True,
            env=environment(),
            timeout=60,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    values = np.load(made)
    assert values.sum() == 5 and values[80, 160] == 5
    assert (
        "note: only the last 5 s up to 34.0 s of a recording of 34 s: 5 of 35 events" in done.stderr
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--window", "5"), "--window is for events with times"),
        (("--by", "colour"), "--by colour"),
        (("--time", "colour"), "--time colour"),
    ],
)
def test_columns_that_are_not_there_are_named(tmp_path, options, message):
    done = run("heat", str(csv_of(tmp_path)), *options, "--print")
    assert done.returncode in (1, 2) and message in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_grid_has_no_groups(tmp_path):
    np.save(tmp_path / "grid.npy", np.ones((30, 40)))
    done = run("heat", str(tmp_path / "grid.npy"), "--by", "user", "--print")
    assert done.returncode != 0 and "--by" in done.stderr


def test_python_asks_for_groups_times_and_pixels(tmp_path):
    asked = []
    with mock.patch("vizterm.heat.session.show_heat", asked.append):
        vizterm.heat(csv_of(tmp_path), by="user", time="time", window=5, pixels=True)
        vizterm.heat({(1, 2): 3})
    first, second = asked
    assert (first.by, first.timed, first.window, first.pixels) == ("user", True, 5.0, True)
    assert first.data.events.groups.names == NAMES and first.data.events.times[-1] == 34
    assert (second.by, second.timed, second.window, second.pixels) == ("", False, None, False)
    with pytest.raises(UsageError, match="--window"):
        vizterm.heat({(1, 2): 3}, window=5)


@pytest.mark.parametrize(
    "columns", [5, memoryview(np.zeros((2, 2))), itertools.count(), ("x", None), ("x", True)]
)
def test_columns_from_python_that_name_none_are_refused(columns):
    with pytest.raises(UsageError, match="column"):
        vizterm.heat({"x": [1, 2], "y": [3, 4]}, columns=columns)
