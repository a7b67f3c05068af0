"""Commands of the kitty graphics protocol, parsed as a terminal would."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from sklearn.datasets import load_sample_image
from tests.support.decoders import parse_kitty

from vizterm.graphics import kitty_commands as kitty
from vizterm.graphics import kitty_data
from vizterm.graphics.kitty_commands import ImageIds

sizes = st.tuples(st.integers(1, 40), st.integers(1, 40))
seeds = st.integers(0, 2**32 - 1)
LARGEST_ID = 2**32 - 1


def transmit(picture: np.ndarray, image_id: int) -> str:
    return kitty.transmit_data(kitty_data.encode_data(picture), image_id)


def noise(height: int, width: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def grey_noise(height: int, width: int, seed: int = 0, *, smooth: bool = False) -> np.ndarray:
    levels = noise(height, width, seed)[..., 0]
    if smooth:
        levels = (levels.cumsum(0) // 16 + levels.cumsum(1) // 16).astype(np.uint8)
    return np.repeat(levels[..., None], 3, axis=2)


def photograph(side: int) -> Image.Image:
    image = Image.fromarray(load_sample_image("china.jpg"))
    return image.resize((side, side), Image.Resampling.BOX)


@settings(max_examples=60, deadline=None)
@given(sizes, seeds, st.sampled_from(["colour", "grey", "smooth"]))
def test_transmitted_pictures_are_decoded_unchanged(size, seed, kind):
    picture = noise(*size, seed)
    if kind != "colour":
        picture = grey_noise(*size, seed, smooth=kind == "smooth")
    (command,) = parse_kitty(transmit(picture, 77))
    np.testing.assert_array_equal(command.picture(), picture)
    assert command.keys["a"] == "t" and command.keys["i"] == "77"


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (500, 1), (64, 64), (200, 150)])
@pytest.mark.parametrize("make", [noise, grey_noise])
def test_sizes(size, make):
    picture = make(*size)
    (command,) = parse_kitty(transmit(picture, 1))
    np.testing.assert_array_equal(command.picture(), picture)


def test_grey_pictures_are_png_and_others_compressed_rgb():
    (grey,) = parse_kitty(transmit(grey_noise(5, 4), 1))
    (colour,) = parse_kitty(transmit(noise(5, 4), 1))
    direct = {"a": "t", "t": "d", "i": "1", "q": "2"}
    assert grey.keys == {**direct, "f": "100"}
    assert colour.keys == {**direct, "f": "24", "o": "z", "s": "4", "v": "5"}


@pytest.mark.parametrize("pixel", [(8, 7, 7), (7, 8, 7), (7, 7, 8)])
def test_one_coloured_pixel_is_not_lost_in_grey(pixel):
    picture = grey_noise(9, 9)
    picture[4, 4] = pixel
    (command,) = parse_kitty(transmit(picture, 1))
    np.testing.assert_array_equal(command.picture(), picture)


def test_large_pictures_are_sent_in_chunks():
    sequence = transmit(noise(100, 100), 3)
    parts = re.findall(r"\x1b_G([^;]*);([^\x1b]*)\x1b\\", sequence)
    assert len(parts) > 5
    assert [len(chunk) for _, chunk in parts[:-1]] == [4096] * (len(parts) - 1)
    assert [re.search(r"m=(\d)", keys)[1] for keys, _ in parts] == ["1"] * (len(parts) - 1) + ["0"]


def test_a_grey_picture_of_64_by_64_is_at_most_5_kb():
    grey = np.asarray(photograph(64).convert("L"))
    picture = np.repeat(grey[..., None], 3, axis=2)
    assert len(transmit(picture, LARGEST_ID)) <= 5000


@pytest.mark.parametrize("kind", ["noise", "smooth", "ramp"])
def test_pillow_reads_the_png(tmp_path, kind):
    grey = {
        "noise": noise(31, 17)[..., 0],
        "smooth": grey_noise(31, 17, smooth=True)[..., 0],
        "ramp": np.add.outer(np.arange(40), np.arange(50)).astype(np.uint8),
    }[kind]
    path = tmp_path / "grey.png"
    path.write_bytes(kitty_data.encode_grey_png(grey))
    with Image.open(path, formats=("PNG",)) as image:
        image.verify()
    with Image.open(path, formats=("PNG",)) as image:
        assert image.mode == "L"
        np.testing.assert_array_equal(np.asarray(image), grey)


def test_png_filters_save_bytes():
    smooth = np.asarray(photograph(64).convert("L"))
    assert len(kitty_data.encode_grey_png(smooth)) < smooth.size * 0.9
    # Rows like the one above cost next to nothing.
    twice = np.repeat(np.repeat(smooth, 2, axis=0), 2, axis=1)
    assert len(kitty_data.encode_grey_png(twice)) < len(kitty_data.encode_grey_png(smooth)) * 1.6


def test_a_picture_is_shown_at_the_cursor():
    picture = noise(60, 60)
    (command,) = parse_kitty(kitty.show_here(kitty_data.encode_data(picture)))
    np.testing.assert_array_equal(command.picture(), picture)
    assert command.keys["a"] == "T" and command.keys["C"] == "1"
    assert "i" not in command.keys


def test_placing():
    sequence = kitty.place(5, 1, column=7, row=2)
    move, command, back = re.fullmatch(
        r"(\x1b7\x1b\[3;8H)(\x1b_G.*\x1b\\)(\x1b8)", sequence
    ).groups()
    assert move and back
    (placed,) = parse_kitty(command)
    assert placed.keys == {"a": "p", "i": "5", "p": "1", "C": "1", "q": "2"}


def test_placing_again_is_at_most_100_bytes():
    assert len(kitty.place(LARGEST_ID, 99, 999, 999)) <= 100


def test_deleting_keeps_or_frees_the_pixels():
    (taken,) = parse_kitty(kitty.delete_placement(9, 1))
    (freed,) = parse_kitty(kitty.delete_image(9))
    assert taken.keys == {"a": "d", "d": "i", "i": "9", "p": "1", "q": "2"}
    assert freed.keys == {"a": "d", "d": "I", "i": "9", "q": "2"}


@given(
    st.lists(st.tuples(st.binary(min_size=1, max_size=1), st.integers(0, 40)), max_size=60),
    st.integers(1, 6),
    st.integers(0, 120),
)
def test_image_ids_are_an_lru(requests, most, most_bytes):
    ids = ImageIds(most, most_bytes)
    kept: dict[bytes, tuple[int, int]] = {}  # the least recently used first
    used = set()
    for key, size in requests:
        image_id, is_new, evicted = ids.id_for(key, size)
        assert 0 < image_id <= LARGEST_ID
        assert is_new == (key not in kept)
        expected = []
        if is_new:
            assert image_id not in used
            kept[key] = image_id, size
            while len(kept) > 1 and (
                len(kept) > most or sum(bytes_ for _, bytes_ in kept.values()) > most_bytes
            ):
                expected.append(kept.pop(next(iter(kept)))[0])
        else:
            assert image_id == kept[key][0]
            kept[key] = kept.pop(key)
        assert evicted == expected
        used.add(image_id)
    assert ids.forget_all() == [image_id for image_id, _ in kept.values()]
    assert ids.forget_all() == []
    assert ids.id_for(b"again", most_bytes)[1:] == (True, [])


def test_image_ids_start_anywhere():
    assert len({ImageIds().id_for(b"a", 1)[0] for _ in range(20)}) > 15
