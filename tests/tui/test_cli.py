"""The command line as a shell sees it: output, errors, exit codes."""

import json
import re
import subprocess
import sys
import zipfile

import click
import numpy as np
import pytest
from tests.support.command_line import modules_after, run, run_here

from vizterm_core.tags.beside import read_tags

# What is imported when


def test_help_imports_neither_numpy_nor_textual():
    modules = modules_after(
        "import sys; sys.argv = ['vizterm', '--help']\n"
        "from vizterm.cli import main\n"
        "try: main()\nexcept SystemExit: pass"
    )
    assert not modules & {"numpy", "textual", "rich", "scipy"}


def test_the_core_imports_no_terminal_and_no_scipy():
    modules = modules_after(
        "import vizterm_core.load, vizterm_core.scatter.index, vizterm_core.scatter.search"
    )
    assert not modules & {"textual", "rich", "click", "scipy", "matplotlib", "PIL", "vizterm"}


def test_scipy_and_pillow_are_not_imported_before_the_first_paint():
    modules = modules_after(
        "import vizterm.shell.app, vizterm.embed.screen, vizterm.embed.snapshot"
    )
    assert "textual" in modules
    assert not modules & {"scipy", "matplotlib", "pandas", "sklearn", "PIL", "term_image"}


def test_what_is_only_printed_needs_no_event_loop():
    modules = modules_after("import vizterm.embed.session, vizterm.embed.snapshot")
    assert not modules & {"asyncio", "textual"}


def test_importing_vizterm_is_cheap():
    assert not modules_after("import vizterm") & {"numpy", "textual", "rich", "click"}


MAIN = "import sys; from vizterm.cli import cli; sys.argv = ['vizterm', {}]\n"
CALLED = MAIN + "try:\n    cli()\nexcept SystemExit as stop:\n    assert not stop.code\n"


def test_the_help_is_printed_with_click_alone():
    modules = modules_after(CALLED.format("'--help'"))
    assert not modules & {"typing_extensions", "platformdirs", "vizterm_core.load"}
    assert not any(name.startswith("vizterm.graphics") for name in modules)


def test_libraries_of_other_formats_wait_for_such_a_file(digits_path):
    others = {"pyarrow", "h5py", "zarr", "pandas", "polars"}
    for called in ("'--help'", f"'embed', {str(digits_path)!r}, '--print'"):
        modules = modules_after(CALLED.format(called))
        assert "vizterm.cli" in modules and not modules & others


@pytest.mark.parametrize("name", ["embed", "demo"])
def test_a_printed_frame_waits_for_nothing_that_it_does_not_need(name, digits_path):
    given = repr(str(digits_path)) if name == "embed" else "'digits'"
    modules = modules_after(CALLED.format(f"'{name}', {given}, '--print'"))
    assert "vizterm.embed.snapshot" in modules
    unneeded = {"typing_extensions", "platformdirs", "shlex", "click.shell_completion", "tempfile"}
    assert not modules & (unneeded | {"textual", "scipy", "PIL", "asyncio"})
    assert not any(name.startswith("vizterm.graphics.") for name in modules)


@pytest.mark.parametrize("name", ["embed", "heat", "overlay"])
def test_the_package_offers_functions_also_when_the_rooms_of_those_names_are_in_use(name):
    code = (
        "import sys, vizterm, vizterm.embed.screen, vizterm.heat.screen, vizterm.overlay.screen\n"
        f"from vizterm import {name}\n"
        f"assert {name} is vizterm.{name} is sys.modules['vizterm.api'].{name}\n"
        f"assert vizterm.{name}.__doc__.startswith('Look at')\n"
    )
    modules_after(code)


# Output


def test_commands_are_imported_without_numpy_and_textual():
    rooms = ("completion", "demo", "doctor", "embed", "heat", "info", "overlay", "tags")
    modules = modules_after("".join(f"import vizterm.commands.{room}\n" for room in rooms))
    assert "numpy" not in modules
    assert "textual" not in modules


@pytest.mark.parametrize("room", ["embed", "heat", "overlay"])
def test_textual_waits_until_the_terminal_has_been_asked(room):
    """It reads the colours that were found from the environment, once, when it is imported."""
    modules = modules_after(f"import vizterm.{room}.request, vizterm.{room}.session")
    assert not modules & {"textual", "textual.constants"}


def test_version():
    from vizterm import __version__

    assert run("--version").stdout == f"vizterm {__version__}\n"


def test_help_starts_with_examples_and_lists_the_commands():
    text = run("--help").stdout
    assert text.index("Examples:") < text.index("Commands:")
    for command in ("demo", "embed", "info"):
        assert f"  {command} " in text


@pytest.mark.parametrize("size", [(120, 40), (60, 12), (20, 5)])
def test_a_printed_frame_has_exactly_the_size_asked_for(digits_path, size):
    columns, rows = size
    done = run("embed", digits_path, "--print", "--size", f"{columns}x{rows}", "--color", "none")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert len(lines) == rows
    assert max(map(len, lines)) <= columns
    assert "\x1b" not in done.stdout


def test_a_printed_point_is_marked_and_its_picture_follows(digits_path):
    arguments = ("embed", digits_path, "--print", "--size", "80x20", "--color", "none")
    frame = run(*arguments).stdout.splitlines()
    lines = run(*arguments, "--point", "412").stdout.splitlines()
    assert sum(a != b for a, b in zip(frame, lines, strict=False)) == 1
    assert sum(line.count("◉") for line in lines) == 1
    digit = lines[len(frame) : -2]
    # 8 x 8 pixels, four times as large, two to a cell.
    assert len(digit) == 16
    with np.load(digits_path) as data:
        image, label = data["images"][412], str(data["labels"][412])
    shades = ["".join(line.ljust(32)[1::4]) for line in digit]
    assert [shade != " " for shade in shades[0]] == [level > 25 for level in image[0]]
    assert [line.split()[0] for line in lines[-2:]] == [label, "#412"]


@pytest.mark.parametrize(
    ("row", "message"),
    [("1797", "there are 1,797 points; they count from 0 to 1,796"), ("-1", "range")],
)
def test_a_point_that_is_not_there_is_said(digits_path, row, message):
    done = run("embed", digits_path, "--print", "--point", row)
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stdout == ""


def test_a_point_without_coordinates_is_said(tmp_path):
    np.savez(tmp_path / "hole.npz", X=np.array([[0.0, 0.0], [np.nan, 1.0], [2.0, 2.0]]))
    done = run("embed", tmp_path / "hole.npz", "--print", "--point", "1")
    assert done.returncode == 2
    assert "not finite" in done.stderr
    assert (
        "#2"
        in run("embed", tmp_path / "hole.npz", "--print", "--point", "2", "--color", "none").stdout
    )


def test_a_printed_frame_holds_every_point_in_its_dot(digits_path):
    size = ("--size", "80x30", "--color", "none", "--no-map-names")
    done = run("embed", digits_path, "--print", *size)
    plot = [line.ljust(80) for line in done.stdout.splitlines()[1:]]
    legend_starts = plot[0].index("●") - 1
    codes = np.array(
        [[ord(c) - 0x2800 if c != " " else 0 for c in line[:legend_starts]] for line in plot]
    )
    points = np.load(digits_path)["tsne"].astype(float)
    left, bottom = points.min(axis=0)
    right, top = points.max(axis=0)
    columns, rows = 2 * legend_starts, 4 * len(plot)
    # 3 % are left free on each side.
    scale = min(columns / (right - left), rows / (top - bottom)) / 1.06 * (1 - 1e-9)
    across = np.floor((points[:, 0] - (left + right) / 2) * scale + columns / 2).astype(int)
    down = np.floor(((top + bottom) / 2 - points[:, 1]) * scale + rows / 2).astype(int)
    lit = np.zeros((rows, columns), bool)
    lit[down, across] = True
    from vizterm_core.scatter.braille import decode_dots

    assert np.array_equal(decode_dots(codes.astype(np.uint8)), lit)


def test_a_pipe_gets_a_coloured_frame_unless_refused(digits_path):
    coloured = run("embed", digits_path).stdout
    assert "\x1b[38;2;" in coloured
    assert "\x1b[38;5;" in run("embed", digits_path, "--color", "256").stdout
    assert "\x1b" not in run("embed", digits_path, NO_COLOR="1").stdout
    assert "\x1b" not in run("embed", digits_path, TERM="dumb").stdout


def test_closed_standard_input_is_no_terminal(digits_path):
    command = f"{sys.executable} -m vizterm embed {digits_path} --color none <&-"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "digits.npz" in done.stdout


def test_the_help_of_embed_keeps_its_table():
    text = run("embed", "--help").stdout
    assert "\\b" not in text
    assert "\n    labels       y labels label target class" in text


def test_the_demos_are_listed():
    text = run("demo", "--help").stdout
    for name in ("emoji", "digits", "clicks", "pagoda"):
        assert re.search(rf"^  {name} +[\w,]+ ", text, re.MULTILINE), name


def test_a_printed_frame_shows_the_bulk_and_says_how_many_points_it_leaves_outside(tmp_path):
    points = np.random.default_rng(0).uniform(size=(300, 2))
    points[[5, 6]] = (1e6, 0), (0, -1e6)
    path = tmp_path / "far.npz"
    np.savez(path, X=points)
    arguments = ("embed", path, "--print", "--size", "60x20", "--color", "none")
    done = run(*arguments)
    assert done.stdout.splitlines()[0] == "far.npz   300 points · 2 far outside · coordinates X"
    assert done.stderr == "2 points lie far outside the frame; in the app, 0 shows all\n"
    assert sum(map(bool, done.stdout.splitlines())) == 20
    # The far point to mark is one of those that are seen: then all are.
    far = run(*arguments, "--point", "5")
    assert "outside" not in far.stdout + far.stderr
    near = run(*arguments, "--point", "7")
    assert "2 far outside" in near.stdout


@pytest.mark.parametrize(("words", "file"), [([], "emoji"), (["digits"], "digits")])
def test_a_demo_is_a_file_that_embed_shows_without_options(words, file, digits_path):
    expected = run("embed", digits_path.with_name(f"{file}.npz"), "--color", "none").stdout
    assert run("demo", *words, "--print", "--color", "none").stdout == expected
    assert "pca" not in expected.splitlines()[0]
    other = run("demo", *words, "--print", "--coords", "pca", "--color", "none").stdout
    assert "pca" in other.splitlines()[0]


def test_a_projection_that_a_demo_does_not_have_is_refused():
    done = run("demo", "digits", "--print", "--coords", "umap")
    assert (done.returncode, done.stdout) == (2, "")
    assert "choose tsne or pca" in done.stderr


def test_a_projection_in_the_settings_is_for_the_demos_that_have_it(tmp_path):
    (tmp_path / "vizterm").mkdir()
    (tmp_path / "vizterm" / "config.toml").write_text('[demo]\ncoords = "tsne"\n')
    configured = {"XDG_CONFIG_HOME": str(tmp_path)}
    assert "umap" in run("demo", "--print", **configured).stdout
    assert "tsne" in run("demo", "digits", "--print", **configured).stdout
    done = run("demo", "clicks", "--print", **configured)
    assert done.returncode == 0 and "tsne" not in done.stderr


def test_a_closed_pipe_is_no_error(digits_path):
    command = f"{sys.executable} -m vizterm embed {digits_path} --size 200x2000 | head -n 1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "digits.npz" in done.stdout


def test_info_lists_arrays_and_what_would_be_shown(digits_path):
    text = run("info", digits_path).stdout
    assert "images  (1797, 8, 8)  uint8     115 kB  stored" in text
    assert "coords  tsne (1797, 2) float32; --coords chooses pca\n" in text
    assert "names   none" in text
    assert "labels  (1797,)       uint8" in text and "category: 0, 1, 2 …" in text


def test_info_on_an_ambiguous_file_says_what_else_there_is(tmp_path):
    np.savez(tmp_path / "two.npz", a=np.zeros((3, 2)), b=np.zeros((3, 2)))
    done = run("info", tmp_path / "two.npz")
    assert done.returncode == 0
    assert "a       (3, 2)" in done.stdout
    assert "coords  a (3, 2) float64; --coords chooses b\n" in done.stdout


def test_tags_are_printed(tmp_path):
    path = tmp_path / "data.npz"
    np.savez(path, X=np.zeros((4, 2)), names=np.array(["a", "b", "c, d", "e"]))
    done = run("tags", path)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "no tags in data.tags.csv: # in vizterm embed gives one\n"
    tags = read_tags(path)
    tags.add([0, 2], "odd")
    tags.add([2], "label=cat")
    tags.remove([0], "odd")
    done = run("tags", path)
    lines = [line.rpartition(",")[0] for line in done.stdout.splitlines()]
    assert (done.returncode, done.stderr) == (0, "")
    assert lines == ["row,name,tag", '2,"c, d",label=cat', '2,"c, d",odd']
    assert run("tags", path, "--counts").stdout == "tag,rows\nlabel=cat,1\nodd,1\n"
    first = json.loads(run("tags", path, "--format", "jsonl").stdout.splitlines()[0])
    assert (first["row"], first["name"], first["tag"]) == (2, "c, d", "label=cat")
    (tmp_path / "data.tags.csv").write_text("row,name,tag,time,change\n1,b,x,t,added\n7,q")
    done = run("tags", path)
    assert done.stdout == "row,name,tag,time\n1,b,x,t\n"
    assert done.stderr == "note: data.tags.csv: 1 damaged line left out\n"
    assert run("tags", tmp_path / "none.npz").returncode == 1
    assert run("tags", tmp_path / "data.tags.csv").returncode == 2
    # They are columns of the data.
    done = run("embed", path, "--print", "--where", 'tag == "x"')
    assert done.returncode == 0 and 'tag == "x": 1 of 4' in done.stdout
    assert "note: data.tags.csv: 1 damaged line left out" in done.stderr


def test_settings_come_from_the_file_then_the_environment_then_the_flag(digits_path, tmp_path):
    (tmp_path / "vizterm").mkdir()
    (tmp_path / "vizterm" / "config.toml").write_text('color = "none"\n[demo]\ncoords = "pca"\n')
    configured = {"XDG_CONFIG_HOME": str(tmp_path)}
    assert "\x1b" not in run("embed", digits_path, **configured).stdout
    assert "pca" in run("demo", "--print", **configured).stdout
    assert "\x1b[38;5;" in run("embed", digits_path, VIZTERM_COLOR="256", **configured).stdout
    flag = run("embed", digits_path, "--color", "none", VIZTERM_COLOR="256", **configured)
    assert "\x1b" not in flag.stdout
    (tmp_path / "vizterm" / "config.toml").write_text(
        '[embed]\nas = "quantity"\nmax-bytes = 1000000000\n'
    )
    assert "● 0" not in run("embed", digits_path, "--print", **configured).stdout


def test_every_option_can_be_set_by_its_own_name():
    from vizterm.cli import _COMMANDS, _PARAMETERS, cli

    context = click.Context(cli)
    for name in _COMMANDS:
        for option in cli.get_command(context, name).params:
            for flag in (flag for flag in option.opts if flag.startswith("--")):
                key = flag[2:].replace("-", "_")
                assert _PARAMETERS.get(key, key) == option.name or key in ("help", "version")


# Bad input


def truncated(path):
    np.savez(path, X=np.random.default_rng(0).random((1000, 2)))
    path.write_bytes(path.read_bytes()[:9000])


def bit_flipped(path):
    np.savez_compressed(path, X=np.random.default_rng(0).random((1000, 2)))
    data = bytearray(path.read_bytes())
    data[5000] ^= 0xFF
    path.write_bytes(data)


def single_array(path):
    with path.open("wb") as stream:
        np.save(stream, np.zeros(3))


def not_an_array(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")


def save(**arrays):
    return lambda path: np.savez(path, **arrays)


BAD_FILES = {
    "no such file": (lambda path: None, 1, "no such file"),
    "directory": (lambda path: path.mkdir(), 1, "is a directory"),
    "empty file": (lambda path: path.write_bytes(b""), 1, "is empty"),
    "text": (lambda path: path.write_text("x,y\n1,2\n"), 1, "is not an .npz file"),
    "truncated": (truncated, 1, "truncated or damaged"),
    "bit flipped": (bit_flipped, 1, "'X' can't be unpacked"),
    "no arrays": (not_an_array, 1, "readme.txt"),
    "object coords": (save(X=np.array([{}, 1], object)), 1, "'X' is an object array"),
    "no 2-D array": (
        save(a=np.zeros(3), b=np.zeros((2, 2, 2, 2))), 1, "no 2-D coordinates among a",
    ),
    "all NaN": (save(X=np.full((3, 2), np.nan)), 1, "'X' hold no finite point"),
    "complex": (save(X=np.zeros((3, 2), complex)), 1, "no 2-D coordinates"),
}  # fmt: skip


@pytest.mark.parametrize("case", list(BAD_FILES))
def test_a_bad_file_is_one_line_on_stderr(tmp_path, case):
    make, code, message = BAD_FILES[case]
    path = tmp_path / "data.npz"
    make(path)
    done = run_here("embed", path)
    assert done.returncode == code
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("vizterm: ")
    assert message in done.stderr
    assert "Traceback" not in done.stderr


BAD_OPTIONS = {
    ("--coords", "nope"): "--coords nope: no such array; the file has tsne (1797, 2) float32",
    ("--size", "12"): "--size 12: not a size; write it as --size 120x40",
    ("--size", "0x9"): "not a size",
    ("--size", "99999x2"): "not a size",
    ("--image-shape", "a"): "--image-shape a: not a shape",
    ("--color", "pink"): "vizterm embed: Invalid value for '--color'",
    ("--max-bytes", "-1"): "vizterm embed: Invalid value for '--max-bytes'",
    ("--frobnicate",): "vizterm embed: No such option",
}


@pytest.mark.parametrize("options", list(BAD_OPTIONS))
def test_a_bad_option_is_one_line_and_exit_code_2(digits_path, options):
    done = run_here("embed", digits_path, *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert BAD_OPTIONS[options] in done.stderr


def test_an_unknown_command_is_a_usage_error():
    done = run("frob")
    assert done.returncode == 2
    assert done.stderr == "vizterm: no such command: frob; vizterm --help lists them\n"


def test_no_command_prints_the_help_as_asked_for():
    done = run()
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == run("--help").stdout
    assert "\n  embed       Show a labelled 2-D embedding" in done.stdout


@pytest.mark.parametrize(
    "command", ["", "demo", "embed", "heat", "overlay", "doctor", "info", "completion"]
)
def test_help_fits_80_columns(command):
    lines = run(*command.split(), "--help", COLUMNS="80").stdout.splitlines()
    assert lines
    assert [line for line in lines if len(line) > 80] == []


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["photos.npz"], "try vizterm embed photos.npz"),
        (["photos.npz", "--labels", "y z"], "try vizterm embed photos.npz --labels 'y z'"),
        (["runs/grid.NPY"], "try vizterm heat runs/grid.NPY"),
        (["clicks.csv"], "try vizterm heat clicks.csv"),
        (["clicks.json"], "try vizterm heat clicks.json"),
        (["photo.png", "cam.npy"], "try vizterm overlay photo.png cam.npy"),
        (["photo.jpg"], "try vizterm overlay photo.jpg FEATURE.npy"),
        (["/dev/null"], "say how to show it, e.g. vizterm embed /dev/null"),
        (["embed", "photo.png", "cam.npy"], "try vizterm overlay photo.png cam.npy"),
        (["heat", "a.png", "b.npy"], "try vizterm overlay a.png b.npy"),
        (["heat", "a.csv", "b.csv"], "one file too many: b.csv"),
        (["hat", "clicks.csv"], "no such command: hat; did you mean vizterm heat?"),
        (["Embedd"], "did you mean vizterm embed?"),
        (["x" * 300], "no such command: xxx"),
        (["a\x1b[2Jb"], "no such command: a␛[2Jb"),
    ],
)
def test_the_command_that_was_meant_is_suggested(words, hint):
    done = run_here(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert hint in done.stderr


def test_a_file_of_any_name_is_recognised_as_one(tmp_path):
    (tmp_path / "embedding").write_bytes(b"")
    done = run_here(tmp_path / "embedding")
    assert f"vizterm: {tmp_path}/embedding is a file, not a command" in done.stderr


def test_an_array_that_unpacks_beyond_the_limit_is_refused(tmp_path):
    path = tmp_path / "bomb.npz"
    np.savez_compressed(path, X=np.zeros((3_000_000, 2)))
    assert path.stat().st_size < 100_000
    done = run("embed", path, "--max-bytes", 1_000_000)
    assert done.returncode == 1
    assert "--max-bytes" in done.stderr


def test_a_settings_file_that_is_broken_is_named(digits_path, tmp_path):
    (tmp_path / "vizterm").mkdir()
    (tmp_path / "vizterm" / "config.toml").write_text("color = ")
    done = run("embed", digits_path, XDG_CONFIG_HOME=str(tmp_path))
    assert done.returncode == 2
    assert "config.toml" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "arrays",
    [
        {"X": np.zeros((0, 2)), "y": np.zeros(0, int)},
        {"X": np.zeros((1, 2)), "y": np.zeros(1)},
        {"X": np.ones((50, 2)), "y": np.arange(50)},
        {"X": np.array([[0, 1], [np.nan, 2], [np.inf, 3], [4, 5.0]]), "y": list("abca")},
        {"X": np.random.default_rng(0).random((10_000, 2)), "y": np.arange(10_000)},
        {"X": np.random.default_rng(0).random((100, 5))},
        {"X": np.arange(20).reshape(10, 2)},
    ],
)
def test_odd_but_honest_data_are_shown(tmp_path, arrays):
    path = tmp_path / "odd.npz"
    np.savez(path, **arrays)
    done = run_here("embed", path, "--print", "--size", "80x20")
    dropped = "note: 2 rows dropped: their coordinates are not finite\n"
    assert (done.returncode, done.stderr) == (0, dropped if np.isnan(arrays["X"]).any() else "")
    n = len(arrays["X"])
    kept = int(np.isfinite(arrays["X"]).all(axis=1).sum())
    assert f"{kept:,} point" in done.stdout
    assert (f"{n - kept} dropped" in done.stdout) == (kept < n)


@pytest.mark.parametrize("words", [("heat", "a.npy"), ("overlay", "a.npy", "a.npy")])
@pytest.mark.parametrize(("option", "value"), [("--vmin", "nan"), ("--vmax", "-inf")])
def test_a_limit_that_is_no_number_is_refused_by_the_name_of_its_option(words, option, value):
    done = run_here(*words, option, value, "--print")
    expected = f"vizterm: {option} {value}: not a finite number; write it as {option} 0.5\n"
    assert (done.returncode, done.stderr) == (2, expected)
