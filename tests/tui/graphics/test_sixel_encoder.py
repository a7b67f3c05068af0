"""Sixels: encoded pictures are decoded again, and their bytes counted."""

from __future__ import annotations

import re
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from sklearn.datasets import load_digits, load_sample_image
from tests.support.decoders import decode_sixel, to_percent

from vizterm.graphics.sixel_encoder import encode_sixel


def photograph(name: str, side: int) -> np.ndarray:
    return np.asarray(
        Image.fromarray(load_sample_image(name)).resize((side, side), Image.Resampling.BOX)
    )


def enlarged(grey: np.ndarray, side: int) -> np.ndarray:
    """A grey picture in three channels, its pixels repeated."""
    image = Image.fromarray(grey).resize((side, side), Image.Resampling.NEAREST)
    return np.repeat(np.asarray(image)[..., None], 3, axis=2)


def mean_error(sequence: str, picture: np.ndarray) -> float:
    """Of 255 levels, over all pixels and channels."""
    drawn = decode_sixel(sequence).percent
    assert drawn.min() >= 0, "a pixel was not drawn"
    return float(np.abs(drawn * 2.55 - picture).mean())


def random_picture(height: int, width: int, distinct: int, seed: int) -> np.ndarray:
    """Rectangles and dots of at most `distinct` colours."""
    rng = np.random.default_rng(seed)
    palette = rng.integers(0, 256, (distinct, 3), dtype=np.uint8)
    indices = rng.integers(0, distinct, (height, width))
    for colour in rng.integers(0, distinct, 6):
        y, x = rng.integers(0, height), rng.integers(0, width)
        indices[y : y + rng.integers(1, height + 1), x : x + rng.integers(1, width + 1)] = colour
    return palette[indices]


sizes = st.tuples(st.integers(1, 30), st.integers(1, 60))
seeds = st.integers(0, 2**32 - 1)


@settings(max_examples=150, deadline=None)
@given(sizes, st.integers(1, 40), st.integers(0, 24), seeds)
def test_few_colours_are_drawn_exactly(size, distinct, spare, seed):
    picture = random_picture(*size, distinct, seed)
    sixels = decode_sixel(encode_sixel(picture, max(2, distinct + spare)))
    np.testing.assert_array_equal(sixels.percent, to_percent(picture))


@settings(max_examples=40, deadline=None)
@given(st.integers(8, 40), st.integers(8, 40), st.integers(2, 64), seeds)
def test_more_colours_are_approximated(height, width, colours, seed):
    picture = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    sequence = encode_sixel(picture, colours)
    assert len(decode_sixel(sequence).registers) <= colours
    # A single colour would be off by 64 levels; n share the cube out between them.
    assert mean_error(sequence, picture) <= 85 / colours ** (1 / 3)


@pytest.mark.parametrize(
    "size", [(1, 1), (1, 50), (50, 1), (5, 7), (6, 6), (7, 3), (12, 2), (13, 300), (3, 1200)]
)
def test_sizes(size):
    picture = random_picture(*size, 9, 1)
    sixels = decode_sixel(encode_sixel(picture))
    assert sixels.percent.shape == (*size, 3)
    np.testing.assert_array_equal(sixels.percent, to_percent(picture))


@pytest.mark.parametrize("size", [(0, 0), (0, 5), (5, 0)])
def test_nothing_to_draw(size):
    assert encode_sixel(np.zeros((*size, 3), np.uint8)) == ""


@pytest.mark.parametrize("colours", [-1, 0, 1, 257])
def test_impossible_palettes(colours):
    with pytest.raises(ValueError, match="2-256"):
        encode_sixel(np.zeros((1, 1, 3), np.uint8), colours)


RED, BLUE, BLACK = (255, 0, 0), (0, 0, 255), (0, 0, 0)


@pytest.mark.parametrize(
    ("picture", "data"),
    [
        ([[RED]], "#0;2;100;0;0#0@"),
        ([[RED] * 2], "#0;2;100;0;0#0@@"),
        ([[RED] * 5], "#0;2;100;0;0#0!5@"),
        # The second band begins below; its colour is selected already.
        ([[RED] * 4] * 8, "#0;2;100;0;0#0!4~-!4B"),
        # Colours side by side share a pass.
        ([[RED] * 20 + [BLUE] * 19], "#0;2;100;0;0#1;2;0;0;100#0!20@#1!19@"),
        # One above another: the first is drawn over whole columns, the second over that.
        ([[RED] * 9, [BLUE] * 8 + [RED]], "#0;2;100;0;0#1;2;0;0;100#0!9B$#1!8A"),
        # What lies between is not filled in beyond its own pixels.
        (
            [[BLACK] * 3 + [RED] * 3 + [BLACK] * 3],
            "#0;2;0;0;0#1;2;100;0;0#0!9@$!3?#1!3@",
        ),
    ],
)
def test_byte_for_byte(picture, data):
    array = np.array(picture, np.uint8)
    height, width = array.shape[:2]
    assert encode_sixel(array) == f'\x1bP0;1q"1;1;{width};{height}{data}\x1b\\'


def test_nothing_is_cleared_beforehand():
    sixels = decode_sixel(encode_sixel(photograph("china.jpg", 32)))
    assert not sixels.cleared
    assert sixels.percent.min() >= 0


def test_colours_are_selected_after_their_definition():
    """The decoder refuses sequences that xterm and foot draw in wrong colours."""
    sequence = encode_sixel(np.full((6, 6, 3), 255, np.uint8))
    assert "#0;2;100;100;100#0!6~" in sequence
    with pytest.raises(AssertionError, match="selected"):
        decode_sixel(sequence.replace("#0!", "!"))


def test_one_colour_is_a_few_bytes_a_band():
    picture = np.full((144, 144, 3), (10, 200, 30), np.uint8)
    sequence = encode_sixel(picture)
    assert len(sequence) <= 45 + 24 * len("-!144~")
    np.testing.assert_array_equal(decode_sixel(sequence).percent, to_percent(picture))


@pytest.mark.parametrize("colours", [2, 64, 256])
def test_a_palette_for_three_hundred_colours(colours):
    rng = np.random.default_rng(5)
    levels = rng.permutation(101**3)[:300]
    percent = np.stack([levels // 101**2, levels // 101 % 101, levels % 101], 1)
    picture = np.rint(percent * 2.55).astype(np.uint8).reshape(15, 20, 3)
    assert len(np.unique(to_percent(picture).reshape(-1, 3), axis=0)) == 300
    sequence = encode_sixel(picture, colours)
    # Two centres may come to lie on one percent, hardly more.
    assert colours * 0.9 <= len(decode_sixel(sequence).registers) <= colours
    assert mean_error(sequence, picture) <= {2: 60, 64: 18, 256: 3}[colours]


def test_all_grey_levels_are_drawn_exactly_with_101_colours():
    picture = np.repeat(np.arange(256, dtype=np.uint8).reshape(16, 16)[..., None], 3, axis=2)
    sixels = decode_sixel(encode_sixel(picture, 101))
    np.testing.assert_array_equal(sixels.percent, to_percent(picture))


@pytest.mark.parametrize("name", ["china.jpg", "flower.jpg"])
@pytest.mark.parametrize("side", [64, 144])
def test_photographs_look_as_good_as_with_pillows_median_cut(name, side):
    picture = photograph(name, side)
    theirs = Image.fromarray(picture).quantize(64, Image.Quantize.MEDIANCUT, dither=0)
    error = mean_error(encode_sixel(picture), picture)
    assert error <= 5
    assert error <= np.abs(np.asarray(theirs.convert("RGB")).astype(int) - picture).mean() * 1.02


@pytest.mark.parametrize("name", ["china.jpg", "flower.jpg"])
def test_photographs_stay_within_their_bytes(name):
    assert len(encode_sixel(photograph(name, 64))) <= 7_000
    assert len(encode_sixel(photograph(name, 144))) <= 22_000


@pytest.mark.parametrize("name", ["china.jpg", "flower.jpg"])
def test_enlarged_grey_photographs_stay_within_a_limit(name):
    grey = np.asarray(Image.fromarray(photograph(name, 64)).convert("L"))
    picture = enlarged(grey, 144)
    assert len(encode_sixel(picture)) <= 15_000
    sequence = encode_sixel(picture, most_bytes=12_000)
    # As many as fit, not just few.
    assert 9_000 <= len(sequence) <= 12_000
    assert mean_error(sequence, picture) <= 2


def test_enlarged_digits_stay_within_their_bytes():
    for digit in load_digits().images[:10]:
        grey = (digit * (255 / 16)).astype(np.uint8)
        assert len(encode_sixel(enlarged(grey, 144))) <= 1_500


def test_a_limit_that_is_kept_anyway_changes_nothing():
    picture = photograph("china.jpg", 64)
    assert encode_sixel(picture, most_bytes=10_000) == encode_sixel(picture)


def test_an_impossible_limit_ends_with_two_colours():
    picture = photograph("china.jpg", 64)
    assert len(decode_sixel(encode_sixel(picture, most_bytes=10)).registers) == 2


def test_frequent_colours_get_short_numbers():
    picture = random_picture(30, 60, 40, 2)
    sequence = encode_sixel(picture)
    first = decode_sixel(sequence).registers[0]
    colours, counts = np.unique(to_percent(picture).reshape(-1, 3), axis=0, return_counts=True)
    assert first == tuple(colours[counts.argmax()])


def test_runs_are_shorter_than_single_sixels():
    sequence = encode_sixel(photograph("flower.jpg", 144))
    assert not re.search(r"([?-~])\1\1", sequence.split("#0", 2)[2])


def test_the_picture_may_be_a_view_and_is_not_modified():
    picture = photograph("china.jpg", 40)
    view = picture[::2, ::-1]
    copy = view.copy()
    copy.flags.writeable = False
    assert encode_sixel(view) == encode_sixel(copy)


def test_pillow_is_not_imported():
    check = "import sys, vizterm.graphics.sixel_encoder; sys.exit('PIL' in sys.modules)"
    subprocess.run([sys.executable, "-c", check], check=True)
