"""`--pick`: points chosen on the terminal, and printed into a pipe."""

import io
import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from tests.support.command_line import VIZTERM, environment, run, run_here
from tests.support.embed import ready
from tests.support.screens import text_of, until
from tests.support.terminal_rig import Rig, assert_modes_off

from vizterm.embed.indexed import indexed
from vizterm.embed.pick.pick_screen import PickScreen
from vizterm.embed.pick.picked import PickOptions, hindrance, print_picked
from vizterm.embed.select import selection_keys
from vizterm.embed.sheet.screen import SheetScreen
from vizterm.graphics.choose import Graphics
from vizterm.shell.app import VizApp
from vizterm.shell.background import Background
from vizterm.terminal.facts import Terminal
from vizterm_core.load import embedding_from_arrays
from vizterm_core.scatter.viewport import MARGIN, Extent, Viewport

POINTS = np.array([[0, 0], [1, 0], [np.nan, 0], [0, 1], [1, 1], [5, 5]])
NAMES = np.array(["a b.png", "c\nd", "gone", "", "é.png", "last"], object)
LABELS = np.array(["x", "y", "x", "y", "x", "y"])


@pytest.fixture
def path(tmp_path):
    found = tmp_path / "data.npz"
    np.savez(found, X=POINTS, y=LABELS, names=NAMES.astype(str))
    return found


def piped(command, tmp_path):
    """A shell that runs a command whose streams are files, on the terminal of a rig."""
    code = f"import os; os.execvp('sh', ['sh', '-c', {command!r}])"
    return Rig(["-c", code], module=None)


def vizterm(path, *options):
    return " ".join([*VIZTERM, "embed", str(path), *options])


def test_rows_go_into_the_pipe_while_keys_come_from_the_terminal(path, tmp_path):
    command = f"echo data | {vizterm(path, '--pick')} 2> {tmp_path}/err | sort -r > {tmp_path}/out"
    with piped(command, tmp_path) as rig:
        rig.wait_for_text("enter take")
        rig.type(b"4g ")
        rig.wait_for_text("1 selected")
        rig.type(b"1g ")
        rig.wait_for_text("2 selected")
        rig.type(b"\r")
        assert rig.wait_for_exit() == 0
        assert_modes_off(rig.raw)
    assert (tmp_path / "out").read_text() == "4\n1\n"
    assert (tmp_path / "err").read_text() == ""


def test_a_box_a_label_all_others_back_and_forward_are_the_rows_of_brute_force(tmp_path):
    rng = np.random.default_rng(8)
    kinds = np.array(["cat", "dog", "ship"])[rng.integers(0, 3, 900)]
    places = {"cat": [0, 0], "dog": [6, 1], "ship": [3, 6]}
    points = rng.normal(size=(900, 2)) + [places[kind] for kind in kinds]
    np.savez(tmp_path / "kinds.npz", X=points, kind=kinds)
    command = f"{vizterm(tmp_path / 'kinds.npz', '--pick')} | sort -n > {tmp_path}/out"
    cat = int(np.flatnonzero(kinds == "cat")[0])
    ship = int(np.flatnonzero(kinds == "ship")[0])
    with piped(command, tmp_path) as rig:
        rig.wait_for_text("enter take")
        columns = rig.screen.display[2].index("│")
        x, y = points.T
        whole = Extent(x.min(), x.max(), y.min(), y.max())
        dots = Viewport.fit(whole, columns, 38, margin=MARGIN).dots_of(x, y)
        across, down = dots[0] // 2, dots[1] // 4
        box = (across >= across[cat]) & (across <= across[cat] + 30)
        box &= (down >= down[cat]) & (down <= down[cat] + 10)
        chosen = box | (kinds == "ship")
        rig.type(f"{cat}g".encode())
        rig.wait_for_text(f"#{cat}")
        rig.type(b"SbLLLJJ")
        rig.wait_for_text(f"in it {box.sum()}: ")
        rig.type(b"\r")
        rig.wait_for_text(f"{box.sum()} selected: ")
        rig.type(f"{ship}g".encode())
        rig.wait_for_text(f"#{ship}")
        rig.type(b"S+l")
        rig.wait_for_text(f"{chosen.sum()} selected: ")
        for keys, left in ((b"Si", ~chosen), (b"Su", chosen), (b"Sr", ~chosen)):
            rig.type(keys)
            rig.wait_for_text(f"{left.sum()} selected: ")
        rig.type(b"\r")
        assert rig.wait_for_exit() == 0
        assert_modes_off(rig.raw)
    assert 0 < box.sum() < chosen.sum() < 900
    expected = [str(row) for row in np.flatnonzero(~chosen)]
    assert (tmp_path / "out").read_text().split() == expected


def test_names_of_files_whole_and_raw_are_removed_by_xargs(path, tmp_path):
    """One with a line break, which the cursor is on, and then two that are selected."""
    for name in ("a b.png", "c\nd", "last"):
        (tmp_path / name).write_text("")
    picked = vizterm(path, "--pick", "--as", "names", "-0")
    command = f"cd {tmp_path} && {picked} | tee out | xargs -0 rm --"
    for keys, seen, left in (
        (b"1g", "#1 ", {"a b.png", "last"}),
        (b"0g 5g ", "2 selected", set()),
    ):
        with piped(command, tmp_path) as rig:
            rig.wait_for_text("enter take")
            rig.type(keys)
            rig.wait_for_text(seen)
            rig.type(b"\r")
            assert rig.wait_for_exit() == 0
        held = {each.name for each in tmp_path.iterdir()} - {"out", "data.npz"}
        assert held == left
    assert (tmp_path / "out").read_bytes() == b"a b.png\0last\0"


@pytest.mark.parametrize("keys", [b"\x1b", b"q", b"\x03"])
def test_leaving_prints_nothing_and_has_a_code_of_its_own(path, tmp_path, keys):
    command = f"{vizterm(path, '--pick')} > {tmp_path}/out"
    with piped(command, tmp_path) as rig:
        rig.wait_for_text("enter take")
        rig.type(keys)
        assert rig.wait_for_exit() == 130
        assert_modes_off(rig.raw)
    assert (tmp_path / "out").read_bytes() == b""


def test_a_reader_that_is_gone_ends_it_quietly(path, tmp_path):
    command = f"({vizterm(path, '--pick')} 2> {tmp_path}/err; echo $? > {tmp_path}/code) | true"
    with piped(command, tmp_path) as rig:
        rig.wait_for_text("enter take")
        rig.type(b"\r")
        rig.wait_for_exit()
    assert (tmp_path / "code").read_text() == "141\n"
    assert (tmp_path / "err").read_text() == ""


def test_without_a_terminal_it_says_so(path):
    done = subprocess.run(
        [*VIZTERM, "embed", path, "--pick"],
        capture_output=True,
        text=True,
        start_new_session=True,
        env=environment(),
        check=False,
    )
    assert done.returncode == 2 and "no terminal to choose on" in done.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--pick", "--print"], "--print doesn't"),
        (["--pick", "-o", "x.png"], "--output doesn't"),
        (["--as", "names"], "add --pick"),
        (["-0"], "add --pick"),
        (["--pick", "--as", "csv", "-0"], "not for csv"),
        (["--pick", "--as", "nope"], "nope"),
    ],
)
def test_options_that_do_not_fit_are_one_line(path, options, said):
    done = run_here("embed", path, *options)
    assert done.returncode == 2 and said in done.stderr and done.stderr.count("\n") == 1


def test_as_still_says_what_values_are_also_in_a_settings_file(path, tmp_path):
    import os

    settings = tmp_path / "vizterm"
    settings.mkdir()
    (settings / "config.toml").write_text('[embed]\nas = "category"\n')
    done = run("embed", path, "--print", XDG_CONFIG_HOME=os.fspath(tmp_path))
    assert done.returncode == 0 and not done.stderr.startswith("vizterm")


# in the app


def data():
    return embedding_from_arrays(POINTS, LABELS, names=NAMES)


def pick_app(options, load=data):
    facts = Terminal()
    screen = PickScreen(options, Background(indexed(load)), facts)
    return VizApp(lambda: screen, facts, Graphics("half", "a test")), screen


async def test_a_name_with_a_line_break_keeps_the_app_open_and_says_why():
    app, screen = pick_app(PickOptions("names"))
    async with app.run_test(size=(150, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("S", "a", "enter")
        await until(pilot, lambda: "#1 has a line break" in text_of(screen, "#status"))
        assert screen.picked is None and app.is_running
        await pilot.press("1", "g", "space", "enter")
        await until(pilot, lambda: screen.picked is not None)
    assert screen.picked.tolist() == [0, 2, 3, 4]


async def test_esc_leaves_what_is_open_first_and_asks_again_where_points_are_selected():
    app, screen = pick_app(PickOptions())
    async with app.run_test(size=(150, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("t")
        assert screen.model.highlight is not None
        await pilot.press("escape")
        assert screen.model.highlight is None and app.is_running
        await pilot.press("S", "a", "escape")
        await until(pilot, lambda: "esc again leaves" in text_of(screen, "#status"))
        await pilot.press("0", "escape")
        await until(pilot, lambda: "esc again leaves" in text_of(screen, "#status"))
        await pilot.press("escape")
        await until(pilot, lambda: app._exit)
    assert screen.picked is None


async def test_enter_waits_for_a_selection_that_is_under_way(monkeypatch):
    monkeypatch.setattr(selection_keys, "AT_ONCE", 0)
    app, screen = pick_app(PickOptions())
    async with app.run_test(size=(150, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("S", "a", "S", "i", "S", "i", "enter")
        await until(pilot, lambda: screen.picked is not None)
    assert screen.picked.tolist() == [0, 1, 2, 3, 4]


async def test_enter_on_a_contact_sheet_goes_to_the_scatter_where_it_takes_what_is_selected():
    app, screen = pick_app(PickOptions())
    async with app.run_test(size=(150, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("1", "g", "I")
        await until(pilot, lambda: isinstance(app.screen, SheetScreen))
        sheet = app.screen
        await until(pilot, lambda: "enter go, then take" in text_of(sheet, "#status"))
        await pilot.press("home", "space", "end", "enter")
        await until(pilot, lambda: app.screen is screen)
        assert "enter prints the 1 selected" in text_of(screen, "#status")
        assert screen.picked is None and app.is_running
        await pilot.press("enter")
        await until(pilot, lambda: screen.picked is not None)
    assert screen.picked.tolist() == [1]


async def test_enter_in_the_help_of_the_screen_is_told_as_what_it_does():
    app, screen = pick_app(PickOptions())
    async with app.run_test(size=(150, 40)) as pilot:
        await ready(pilot, screen)
        assert "enter take" in text_of(screen, "#status")
        assert "pin" not in text_of(screen, "#status")


# what is printed


class Out(io.TextIOWrapper):
    def __init__(self, tty=False):
        super().__init__(io.BytesIO(), "utf-8", newline="")
        self.tty = tty

    def isatty(self):
        return self.tty

    @property
    def bytes(self):
        return self.buffer.getvalue()


def printed(options, embedding=None, points=range(5), tty=False):
    out = Out(tty)
    notes = print_picked(embedding or data(), np.array(points), options, out)
    return out.bytes, notes


def test_forms_of_what_is_printed():
    assert printed(PickOptions("rows"))[0] == b"0\n1\n3\n4\n5\n"
    assert printed(PickOptions("rows", nul=True))[0] == b"0\x001\x003\x004\x005\x00"
    names, notes = printed(PickOptions("names", nul=True))
    assert names.split(b"\0") == [b"a b.png", b"c\nd", "é.png".encode(), b"last", b""]
    assert notes == ["1 picked point has no name: not printed"]
    frame = pd.read_csv(io.BytesIO(printed(PickOptions("csv"))[0]), keep_default_na=False)
    assert frame["row"].tolist() == [0, 1, 3, 4, 5]
    assert frame["names"].tolist() == NAMES[[0, 1, 3, 4, 5]].tolist()
    assert frame["y"].tolist() == LABELS[[0, 1, 3, 4, 5]].tolist()
    lines = printed(PickOptions("jsonl"))[0].decode().splitlines()
    assert [json.loads(line)["point_y"] for line in lines] == POINTS[[0, 1, 3, 4, 5], 1].tolist()


def test_names_of_files_that_are_no_text_are_printed_as_they_are():
    names = np.array([b"a\xff", b"b", b"", b"", b"", b""])
    embedding = embedding_from_arrays(POINTS, names=names)
    assert printed(PickOptions("names"), embedding, [0, 1])[0] == b"a\xff\nb\n"
    numbers = embedding_from_arrays(POINTS, names=np.arange(6) * 10)
    assert printed(PickOptions("names"), numbers, [0, 4])[0] == b"0\n50\n"


def test_a_terminal_gets_nothing_that_it_would_act_on():
    names = np.array(["\x1b]52;c;x\x07"] * 6, object)
    embedding = embedding_from_arrays(POINTS, names=names)
    out, _ = printed(PickOptions("names"), embedding, [0], tty=True)
    assert out == "␛]52;c;x␇\n".encode()
    assert printed(PickOptions("names"), embedding, [0])[0] == b"\x1b]52;c;x\x07\n"


def test_without_names_there_is_nothing_to_print_and_that_is_said():
    assert "no names" in hindrance(
        embedding_from_arrays(POINTS), np.arange(2), PickOptions("names")
    )
    assert hindrance(data(), np.array([1]), PickOptions("names", nul=True)) == ""


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full")
def test_a_full_disk_is_one_line(path, tmp_path):
    command = f"{vizterm(path, '--pick')} > /dev/full 2> {tmp_path}/err"
    with piped(command, tmp_path) as rig:
        rig.wait_for_text("enter take")
        rig.type(b"\r")
        assert rig.wait_for_exit() == 1
    said = (tmp_path / "err").read_text()
    assert "No space left" in said and said.count("\n") == 1
