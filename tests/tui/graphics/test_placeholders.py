"""Kitty pictures inside tmux."""

from __future__ import annotations

import hashlib
import re
import unicodedata

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.decoders import parse_kitty

from vizterm.graphics import kitty_commands as kitty
from vizterm.graphics import kitty_data, placeholders


def test_diacritics_are_the_official_ones():
    """Digest of the first column of kitty's gen/rowcolumn-diacritics.txt, joined with spaces."""
    codes = " ".join(f"{ord(mark):04X}" for mark in placeholders.DIACRITICS)
    digest = "c3dd25224e1c644f2840932c2e136a30bcf3d2e19fba60c1d3b210559106ad54"
    assert hashlib.sha256(codes.encode()).hexdigest() == digest
    assert {unicodedata.combining(mark) for mark in placeholders.DIACRITICS} == {230}


@given(st.integers(1, placeholders.MOST_IDS - 1), st.integers(1, 297), st.integers(1, 40))
@settings(max_examples=40, deadline=None)
def test_placeholders_encode_image_row_and_column(image_id, columns, rows):
    lines = placeholders.placeholder_cells(image_id, columns, rows)
    assert len(lines) == rows
    for row, line in enumerate(lines):
        colour = re.fullmatch(r"\x1b\[38;2;(\d+);(\d+);(\d+)m(.*)\x1b\[39m", line)
        red, green, blue = (int(part) for part in colour.group(1, 2, 3))
        assert (red << 16) + (green << 8) + blue == image_id
        cells = re.findall("\U0010eeee(.)(.)", colour[4])
        assert "".join(f"\U0010eeee{a}{b}" for a, b in cells) == colour[4]
        places = [
            (placeholders.DIACRITICS.index(a), placeholders.DIACRITICS.index(b)) for a, b in cells
        ]
        assert places == [(row, column) for column in range(columns)]


def test_limits_of_placeholders():
    assert len(placeholders.placeholder_lines(297, 297)) == 297
    for size in [(298, 1), (1, 298)]:
        with pytest.raises(ValueError, match="297"):
            placeholders.placeholder_lines(*size)
    for image_id in [0, placeholders.MOST_IDS]:
        with pytest.raises(ValueError, match="image_id"):
            placeholders.placeholder_colour(image_id)


def through_tmux(text: str) -> tuple[str, str]:
    """The parts that tmux keeps, and those that it passes on."""
    passed = []

    def unwrap(wrapped: re.Match[str]) -> str:
        inner = wrapped[1]
        assert "\x1b" not in inner.replace("\x1b\x1b", ""), "an escape that is not doubled"
        passed.append(inner.replace("\x1b\x1b", "\x1b"))
        return ""

    wrapping = re.compile(r"\x1bPtmux;((?:[^\x1b]|\x1b\x1b)*)\x1b\\")
    return wrapping.sub(unwrap, text), "".join(passed)


def test_tmux_passes_commands_on_each_by_itself():
    picture = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    commands = kitty.transmit_data(
        kitty_data.encode_data(picture), 6
    ) + placeholders.place_virtually(6, 4, 2)
    kept, passed = through_tmux(placeholders.for_tmux(commands))
    assert (kept, passed) == ("", commands)
    assert placeholders.for_tmux(commands).count("\x1bPtmux;") == commands.count("\x1b_G")
    np.testing.assert_array_equal(parse_kitty(passed)[0].picture(), picture)


def test_tmux_keeps_text_and_moves_for_itself():
    text = "\x1b[3;4H" + placeholders.placeholder_cells(6, 2, 1)[0]
    kept, passed = through_tmux(placeholders.for_tmux(text + kitty.delete_image(6)))
    assert (kept, passed) == (text, kitty.delete_image(6))
