import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vizterm_core.text import (
    LONGEST,
    MOST_DRAWN,
    clean,
    describe_bytes,
    describe_shape,
    drawable,
    fit_columns,
    natural_key,
    whole_text,
)

law = settings(max_examples=150, deadline=None, derandomize=True)

any_character = st.characters(codec=None, exclude_categories=())
texts = st.text(any_character, max_size=60)
nasty_texts = st.text(st.sampled_from("a\x1b\x00\x9b\n\u202e\u200b\u0301\u0489\ud800\u2029\ue000…"))


@law
@given(texts | nasty_texts)
@example("\u0301" * 5 + "\u200b" + "\u0301" * 5)
@example("a" * (LONGEST + 1))
@example("a" + "\u0301" * (5 * LONGEST))
def test_cleaned_text_is_short_harmless_and_stays_as_it_is(text):
    cleaned = clean(text)
    bad = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert not {unicodedata.category(character) for character in cleaned} & bad
    assert len(cleaned) <= LONGEST
    assert clean(cleaned) == cleaned


@law
@given(
    st.text(
        st.characters(categories=("L", "N", "P", "S"), exclude_characters="🏻🏼🏽🏾🏿"),
        max_size=LONGEST,
    )
)
def test_plain_text_of_any_script_is_left_alone(text):
    assert clean(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("\x1b]0;title\x07", "␛]0;title␇"),
        ("a\tb\r\nc\x00\x7f", "a␉b␍␊c␀␡"),
        ("\x9b31m", "\ufffd31m"),
        ("abc\u202edef\u2066", "abc\ufffddef\ufffd"),
        ("zero\u200bwidth\ufeff", "zero\ufffdwidth\ufffd"),
        ("two\u2028lines\u2029", "two lines "),
        ("lone\ud800\ue000\U000e0fff", "lone" + "\ufffd" * 3),
        ("[bold red]markup[/]", "[bold red]markup[/]"),
        ("e\u0301\u0302\u0303\u0489x\u0301", "e\u0301\u0302x\u0301"),
        ("漢字 ñ 😀", "漢字 ñ 😀"),
        # What joins or tints the parts of an emoji: terminals disagree about its width.
        ("👨\u200d👩\u200d👧 👍🏽 ❤\ufe0f", "👨👩👧 👍 ❤"),
        ("می\u200cخواهم a\u200db", "میخواهم a\ufffdb"),
    ],
)
def test_clean_by_example(text, expected):
    assert clean(text) == expected


@pytest.mark.parametrize("character", ["a", "é", "\n"])
def test_only_text_that_is_too_long_gets_an_ellipsis(character):
    whole = clean(character * 10)
    assert clean(character * 10, longest=10) == whole and len(whole) == 10
    assert clean(character * 11, longest=10) == whole[:9] + "…"
    assert clean(character * 100_000, longest=10) == whole[:9] + "…"


def test_natural_order_counts_numbers_and_ignores_case():
    shuffled = ["b10", "B9", "a", "10", "9", "class 2", "Class 10", "", "x1y10", "x1y9", "٣", "²"]
    expected = ["", "9", "10", "a", "B9", "b10", "class 2", "Class 10", "x1y9", "x1y10", "²", "٣"]
    assert sorted(shuffled, key=natural_key) == expected


@law
@given(st.lists(st.integers(0, 10**20), max_size=20))
def test_natural_order_of_numbers_is_their_own(numbers):
    names = [f"v{number}" for number in numbers]
    assert sorted(names, key=natural_key) == [f"v{number}" for number in sorted(numbers)]


def test_natural_key_takes_any_two_texts():
    assert natural_key("a1") != natural_key("1a")
    assert sorted(["1", "a", "1a", "a1"], key=natural_key) == ["1", "1a", "a", "a1"]


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (1536, "1.5 kB"),
        (123_456, "123 kB"),
        (2_500_000, "2.5 MB"),
        (40_000_000_000, "40.0 GB"),
        (3_000_000_000_000, "3.0 TB"),
        (5 * 10**16, "50,000.0 TB"),
    ],
)
def test_sizes_are_described_in_powers_of_1000(count, expected):
    assert describe_bytes(count) == expected


@pytest.mark.parametrize("count", [999_499, 999_500, 999_999, 999_999_999])
def test_sizes_just_below_a_unit_never_read_1000_of_the_smaller_one(count):
    assert not describe_bytes(count).startswith("1000 ")


def test_shapes_are_written_as_numpy_writes_them():
    assert [describe_shape(shape) for shape in [(), (3,), (3000, 4)]] == ["()", "(3,)", "(3000, 4)"]


def test_columns_are_as_wide_as_their_widest_text_and_two_spaces_apart():
    rows = [("array", "n"), ("X", "1,797"), ("labels", "")]
    assert fit_columns(rows, right=(1,)) == "array       n\nX       1,797\nlabels"
    assert fit_columns(rows) == "array   n\nX       1,797\nlabels"


@law
@given(texts | nasty_texts, st.integers(2, 40))
def test_drawable_text_is_harmless_and_keeps_both_its_ends(text, most):
    drawn = drawable(text, most)
    assert len(drawn) <= most and clean(drawn, most) == drawn
    if len(text) <= most:
        assert drawn == clean(text, most)
    assert drawable("a" * 50 + text + "b" * 50, 21) == "a" * 10 + "…" + "b" * 10
    assert drawable("a" * 10**7) == "a" * (MOST_DRAWN // 2) + "…" + "a" * (MOST_DRAWN // 2 - 1)


def test_whole_text_is_what_the_data_hold():
    assert whole_text("a\tb" * 500) == "a\tb" * 500 and whole_text(12) == "12"
    assert whole_text(b"caf\xc3\xa9\xff") == "café\ufffd" and whole_text(None) == ""
    assert whole_text("a\ud800b") == "a\ufffdb"


def test_numbers_of_any_length_are_sorted():
    longer = "1" + "0" * 5000
    assert sorted([longer, "2", "0010", "9" * 5000], key=natural_key) == [
        "2", "0010", "9" * 5000, longer,
    ]  # fmt: skip
