"""The pictures of the README are those of `make pictures`, and small."""

from pathlib import Path

import pytest
from PIL import Image
from tests.pictures import __main__ as program
from tests.pictures.scenes import DATA, STILLS, TOUR
from tests.pictures.studio import Keys, Move

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
README = PICTURES.parents[1] / "README.md"
MOST_BYTES = 4_000_000
MOST_TOUR_BYTES = 3_000_000
SHORTEST, LONGEST = 8_000, 14_000
"""Milliseconds of the moving picture."""


def test_each_scene_has_its_picture_and_each_picture_its_scene_and_place():
    names = sorted([*(still.name for still in STILLS), TOUR.name])
    assert sorted(path.stem for path in PICTURES.iterdir()) == names
    text = README.read_text("utf-8")
    assert [name for name in names if f"docs/pictures/{name}.webp" not in text] == []


def test_they_are_small():
    sizes = {path.stem: path.stat().st_size for path in PICTURES.iterdir()}
    assert sum(sizes.values()) <= MOST_BYTES
    assert sizes[TOUR.name] <= MOST_TOUR_BYTES


def test_the_tour_moves_for_about_ten_seconds():
    with Image.open(PICTURES / f"{TOUR.name}.webp") as picture:
        length = 0
        for frame in range(picture.n_frames):
            picture.seek(frame)
            picture.load()
            length += picture.info["duration"]
        assert picture.n_frames > 20
        assert picture.size == (1080, 720)
    assert SHORTEST <= length <= LONGEST


def test_stills_are_kept_to_the_last_pixel_and_show_something():
    for still in STILLS:
        with Image.open(PICTURES / f"{still.name}.webp") as picture:
            assert picture.size == (1080, 720)
            assert len(picture.convert("RGB").getcolors(1 << 20)) > 50, still.name


def test_a_name_that_is_no_picture_is_refused(capsys):
    assert program.main(["scater"]) == 2
    assert "scater; there are scatter, " in capsys.readouterr().out


def test_made_data_are_the_same_each_time():
    for make in DATA.values():
        first, second = make(), make()
        assert all((first[key] == second[key]).all() for key in first)
        assert len({len(array) for array in first.values()}) == 1


@pytest.mark.parametrize("still", STILLS, ids=lambda still: still.name)
def test_what_a_scene_needs_is_made_by_it(still):
    assert ("FILE" in still.part.arguments) == bool(still.part.made)
    assert all(step.sent for step in still.part.steps if isinstance(step, Keys))
    assert all(step.steps > 0 for step in still.part.steps if isinstance(step, Move))
