"""The names that `vizterm_core` offers, and the page that shows them."""

import doctest
import pkgutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

import vizterm_core
from vizterm_core import braille, half_blocks, resize
from vizterm_core.errors import DataError, UsageError
from vizterm_core.pictures.half_blocks import to_cells
from vizterm_core.pictures.image import resize_area
from vizterm_core.pictures.resize import resize_bilinear
from vizterm_core.scatter.viewport import Extent, Viewport

ROOT = Path(__file__).parents[2]
HOMES = {name: module for module, names in vizterm_core._HOMES.items() for name in names}


def test_each_name_is_the_one_of_its_module_and_documented():
    assert vizterm_core.__all__ == sorted(HOMES)
    for name, module in HOMES.items():
        offered = getattr(vizterm_core, name)
        assert offered is getattr(import_module(f"vizterm_core.{module}"), name)
        assert offered.__doc__ and offered.__module__ == f"vizterm_core.{module}"


def test_no_name_is_also_that_of_a_subpackage():
    rooms = {module.name for module in pkgutil.iter_modules(vizterm_core.__path__)}
    assert {"maps", "scatter", "load"} <= rooms and not rooms & {*vizterm_core.__all__}


def test_all_names_are_listed_and_others_are_unknown():
    assert {*vizterm_core.__all__} <= {*dir(vizterm_core)}
    with pytest.raises(AttributeError, match="'vizterm_core' has no attribute 'blurr'"):
        _ = vizterm_core.blurr


def run(code):
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout.strip()


def test_the_package_costs_nothing_and_names_cost_only_their_module():
    heavy = "('numpy', 'scipy', 'PIL', 'vizterm')"
    loaded = f"print([name for name in {heavy} if name in sys.modules])"
    assert run(f"import sys, vizterm_core; dir(vizterm_core); {loaded}") == "[]"
    assert run(f"import sys; from vizterm_core import VizError; {loaded}") == "[]"
    names = ", ".join(vizterm_core.__all__)
    assert run(f"import sys; from vizterm_core import {names}; {loaded}") == "['numpy']"
    assert run("from vizterm_core import *; print(blur.__name__)") == "blur"


def test_the_examples_of_the_page_are_right(monkeypatch):
    monkeypatch.chdir(ROOT)
    page = ROOT / "docs" / "core.md"
    shown = page.read_text(encoding="utf-8")
    done = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert done.failed == 0 and done.attempted > 30
    missing = [name for name in vizterm_core.__all__ if name not in shown]
    assert missing == []


def test_points_become_braille_with_y_upwards():
    assert braille([0, 1], [0, 1], 1, 1) == ["⠔"]
    lines = braille([0, 9], [9, 0], 5, 3)
    assert len(lines) == 3 and all(len(line) == 5 for line in lines)
    assert lines[0].strip() and lines[2].strip() and not lines[1].strip()
    assert lines[0].index(lines[0].strip()) < lines[2].index(lines[2].strip())
    assert braille([], [], 3, 2) == ["   ", "   "]


def test_points_that_are_not_finite_are_left_out():
    whole = braille([0.0, 1, 2], [0.0, 2, 1], 6, 3)
    assert braille([0.0, 1, np.nan, 2, 5], [0.0, 2, 1, 1, np.inf], 6, 3) == whole


def test_a_viewport_chooses_the_part_of_the_plane_and_the_size():
    view = Viewport.fit(Extent(0, 1, 0, 1), 4, 2)
    lines = braille([0.5, 50], [0.5, 50], viewport=view)
    assert len(lines) == 2 and sum(character != " " for line in lines for character in line) == 1


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        ([1, 2], [1], "x has 2 values, y has 1"),
        ([[1, 2]], [1, 2], r"x: an array \(1, 2\)"),
        ([1, 2], ["a", "b"], "y: an array"),
    ],
)
def test_points_that_cannot_be_drawn_are_refused(x, y, message):
    with pytest.raises(DataError, match=message):
        braille(x, y)
    with pytest.raises(UsageError, match="0x5"):
        braille([1], [1], 0, 5)


def read_sgr(line):
    """The colours of each character of a line, upper and lower."""
    cells, pair = [], None
    for part in line.split("\x1b["):
        code, _, text = part.partition("m")
        if code and code != "0":
            numbers = [int(number) for number in code.split(";")]
            assert (numbers[:2], numbers[5:7]) == ([38, 2], [48, 2])
            pair = [numbers[2:5], numbers[7:]]
        cells += [pair] * text.count("▀")
    assert line.endswith("\x1b[0m")
    return cells


def test_a_picture_becomes_half_blocks_in_its_colours():
    picture = np.random.default_rng(0).integers(0, 255, (8, 10, 3), np.uint8)
    picture[:, 4:] = 7
    lines = half_blocks(picture, 10, 4)
    assert [read_sgr(line) for line in lines] == to_cells(picture, 4, 10).tolist()
    # Equal neighbours share one sequence.
    assert all(line.count("\x1b[38") == 5 for line in lines)
    assert len(half_blocks(np.zeros((100, 100)), 40, 10)) == 10


def test_without_colours_a_picture_becomes_shades():
    assert half_blocks([[0.0, 1.0], [0.0, 1.0]], 2, 1, colours=False) == [" █"]
    with pytest.raises(UsageError, match="0x1"):
        half_blocks([[0.0]], 0, 1)
    with pytest.raises(DataError, match="isn't a picture"):
        half_blocks([0.0, 1.0])


def test_maps_are_interpolated_and_pictures_averaged():
    rng = np.random.default_rng(0)
    values = rng.random((3, 4))
    np.testing.assert_array_equal(resize(values, (6, 9)), resize_bilinear(values, (6, 9)))
    picture = rng.integers(0, 255, (8, 8, 3), np.uint8)
    np.testing.assert_array_equal(resize(picture, (3, 5)), resize_area(picture, 3, 5))
    for odd in (np.zeros((3, 4, 2)), np.zeros((3, 4, 3)), np.zeros(3)):
        with pytest.raises(DataError, match="neither a map nor a picture"):
            resize(odd, (2, 2))
    with pytest.raises(UsageError, match="0x2"):
        resize(picture, (0, 2))
