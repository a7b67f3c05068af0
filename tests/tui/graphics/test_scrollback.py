"""Printed pictures: what each protocol writes, decoded, with term-image and without it."""

import base64
import importlib.metadata
import io
import re
import zlib

import numpy as np
import pytest
from PIL import Image
from tests.support.decoders import decode_sixel

from vizterm.graphics import term_images
from vizterm.graphics.placeholders import PLACEHOLDER
from vizterm.graphics.scrollback import printed_picture
from vizterm.graphics.term_images import iterm2_sequence
from vizterm.terminal.facts import Terminal

CELL = (9, 18)
TERMINAL = Terminal(cell_pixels=CELL)
INLINE = re.compile(r"\x1b\]1337;File=([^:]*):([^\x1b]*)\x1b\\")

needs_term_image = pytest.mark.skipif(
    not term_images.available(), reason="term-image is not for this Python"
)


def picture(height=30, width=20):
    values = np.random.default_rng(0).integers(0, 256, (height, width, 3))
    return values.astype(np.uint8)


def decode_inline(text):
    """The keys of an iTerm2 sequence, and its picture as (H, W, 4)."""
    keys, data = INLINE.search(text).groups()
    image = Image.open(io.BytesIO(base64.b64decode(data)))
    return dict(part.split("=") for part in keys.split(";")), np.asarray(image.convert("RGBA"))


def decode_graphics(text):
    """The keys of the first kitty command, and the picture of it and what continues it."""
    commands = re.findall(r"\x1b_G([^;]*);([^\x1b]*)\x1b\\", text)
    keys = dict(part.split("=") for part in commands[0][0].split(","))
    data = base64.b64decode("".join(payload for _, payload in commands))
    assert keys["o"] == "z"
    channels = int(keys["f"]) // 8
    pixels = np.frombuffer(zlib.decompress(data), np.uint8)
    return keys, pixels.reshape(int(keys["v"]), int(keys["s"]), channels)


@needs_term_image
@pytest.mark.parametrize(("height", "width"), [(30, 20), (18, 9), (1, 1), (200, 100)])
def test_iterm2_gets_every_pixel_and_the_cells_it_takes(height, width):
    pixels = picture(height, width)
    sequence = iterm2_sequence(pixels, CELL)
    assert sequence.startswith("\x1b]1337;File=")
    assert sequence.endswith("\x1b\\")
    keys, shown = decode_inline(sequence)
    columns, rows = -(-width // CELL[0]), -(-height // CELL[1])
    assert (int(keys["width"]), int(keys["height"])) == (columns, rows)
    assert (keys["inline"], keys["preserveAspectRatio"]) == ("1", "0")
    # Whole cells, so that the terminal scales nothing; what is not picture is transparent.
    assert shown.shape == (rows * CELL[1], columns * CELL[0], 4)
    np.testing.assert_array_equal(shown[:height, :width, :3], pixels)
    assert (shown[:height, :width, 3] == 255).all()
    assert not shown[height:, :, 3].any()
    assert not shown[:, width:, 3].any()


@needs_term_image
def test_making_a_picture_asks_the_terminal_nothing(monkeypatch):
    iterm2_sequence(picture(), CELL)
    import term_image.utils

    def asked(*_, **__):
        raise AssertionError("the terminal was asked")

    monkeypatch.setattr(term_image.utils, "write_tty", asked)
    iterm2_sequence(picture(), CELL)
    term_images.kitty_print(picture(), CELL)


@needs_term_image
def test_term_image_is_a_version_whose_private_parts_are_known():
    # `_get_render_size` and `_original_size` are its own affair.
    assert importlib.metadata.version("term-image").startswith("0.7.")


@pytest.mark.parametrize("with_term_image", [pytest.param(True, marks=needs_term_image), False])
def test_kitty_pictures_in_the_scrollback(monkeypatch, with_term_image):
    monkeypatch.setattr(term_images, "available", lambda: with_term_image)
    text = printed_picture(picture(), 10, 5, "kitty", TERMINAL)
    keys, shown = decode_graphics(text)
    assert keys["a"] == "T"
    assert "i" not in keys, "what has no number isn't answered"
    # 30 rows of pixels fit three times into five cells of 18.
    expected = picture().repeat(3, axis=0).repeat(3, axis=1)
    np.testing.assert_array_equal(shown[:90, :60, :3], expected)
    assert text.count("\n") == 5, "the cursor ends below the picture"
    assert with_term_image == ("c" in keys and (keys["c"], keys["r"]) == ("7", "5"))


@needs_term_image
def test_iterm2_pictures_in_the_scrollback():
    text = printed_picture(picture(), 10, 5, "iterm2", TERMINAL)
    _, shown = decode_inline(text)
    np.testing.assert_array_equal(
        shown[:90, :60, :3], picture().repeat(3, axis=0).repeat(3, axis=1)
    )
    assert text.count("\n") == 5


def test_sixel_pictures_in_the_scrollback():
    text = printed_picture(np.full((4, 4, 3), 255, np.uint8), 4, 2, "sixel", TERMINAL)
    assert text.endswith("\n")
    drawn = decode_sixel(text.removesuffix("\n"))
    assert drawn.percent.shape == (36, 36, 3)
    assert (drawn.percent == 100).all()


def test_inside_tmux_text_stands_for_the_picture():
    text = printed_picture(picture(), 10, 5, "kitty-unicode", TERMINAL)
    assert text.startswith("\x1bPtmux;")
    lines = text.splitlines()
    assert len(lines) == 5
    assert all(line.count(PLACEHOLDER) == 7 for line in lines)


@pytest.mark.parametrize("colours", ["truecolor", "256", "none"])
def test_half_blocks_and_shades(colours):
    white = np.full((4, 4, 3), 255, np.uint8)
    terminal = Terminal(colours=colours)
    lines = printed_picture(white, 4, 2, "half", terminal).splitlines()
    assert len(lines) == 2
    assert ("\x1b" in lines[0]) == (colours != "none")
    if colours == "none":
        assert lines == ["████"] * 2
    else:
        assert ("48;2;255;255;255" in lines[0]) == (colours == "truecolor")


def test_none_prints_no_pictures():
    assert printed_picture(picture(), 10, 5, "none", TERMINAL) == ""
