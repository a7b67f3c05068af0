"""Input that reaches the key parser, and input that doesn't."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vizterm.terminal.input_filter import InputFilter

KEYS = [
    "q", "412g", "\x1b", "é漢", "\r", "\x03", "\x1b[A", "\x1b[1;5C", "\x1b[3~", "\x1bOP", "\x1b[Z",
    "\x1b[97;5u", "\x1b[57441;2u", "\x1b[97:65;2;65u", "\x1b[[A", "\x1bx", "\x1b[I", "\x1b[O",
    "\x1b[<35;10;20M", "\x1b[<0;1;1m", "\x1b[<64;300;-1M", "\x1b[12;40R",
    "\x1b[?2026;2$y",
]  # fmt: skip
REPLIES = [
    "\x1b[?62;4;22c", "\x1b[>41;390;0c", "\x1b[6;18;9t", "\x1b[4;720;1080t", "\x1b[0n",
    "\x1b[?1016;2$y", "\x1b[?0u", "\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\", "\x1b]11;rgb:0/0/0\x07",
    "\x1bP>|XTerm(390)\x1b\\", "\x1bP1$r0;48:2::1:2:3m\x1b\\", "\x1b_Gi=31;OK\x1b\\",
    "\x1b]52;c;cXFxcQ==\x07", "\x1bXsos\x1b\\", "\x1b^pm\x1b\\", "\x1b[48;99999;99999;1;1t",
    "\x1b[48;40;120;720;1080t", "\x1b[?2048;2$y", "\x1b[99999999999999999999u", "\x1b[1114112u",
    "\x1b[<99999999999;1;1M", "\x1b[12 q", "\x1b[>4;2m", "\x1b[35;10;20M",
]  # fmt: skip


def heard(*pieces):
    wanted = InputFilter()
    return "".join(wanted(piece) for piece in pieces)


@pytest.mark.parametrize("words", KEYS)
def test_keys_mouse_and_expected_reports_pass(words):
    assert heard(words) == words


@pytest.mark.parametrize("words", REPLIES)
def test_unexpected_answers_are_not_keys(words):
    assert heard("a" + words + "b") == "ab"


@pytest.mark.parametrize("words", [words for words in REPLIES if len(words) > 4])
def test_an_answer_may_come_in_two_pieces(words):
    for cut in range(3, len(words)):
        assert heard("a" + words[:cut], words[cut:] + "b") == "ab"


@given(st.lists(st.sampled_from(KEYS + REPLIES), max_size=20))
def test_keys_between_answers_pass_in_order(words):
    # A lone escape would begin what follows it; a person doesn't press it that fast.
    words = [word for word in words if word != "\x1b"]
    assert heard("".join(words)) == "".join(word for word in words if word in KEYS)


def test_a_paste_passes_text_only():
    pasted = "a\x1b[Ab\x00\x1bq\x07\x9b\x7f\tc\n"
    assert heard(f"x\x1b[200~{pasted}\x1b[201~y") == "x\x1b[200~a[Abq\tc\n\x1b[201~y"


def test_a_paste_may_be_cut_anywhere():
    whole = "x\x1b[200~one\x1b[Atwo\x1b[201~y"
    for cut in range(4, len(whole)):
        if whole[:cut].endswith(("x\x1b", "x\x1b[")):
            continue
        assert heard(whole[:cut], whole[cut:]) == "x\x1b[200~one[Atwo\x1b[201~y", cut


def test_an_endless_paste_does_not_block_the_keyboard():
    now = 0.0
    wanted = InputFilter(lambda: now)
    assert wanted("\x1b[200~half") == "\x1b[200~half"
    now = 5.0
    assert wanted("q") == "\x1b[201~q"


def test_an_endless_string_does_not_block_the_keyboard():
    now = 0.0
    wanted = InputFilter(lambda: now)
    assert wanted("\x1b]11;rgb:12") == ""
    now = 5.0
    assert wanted("q") == "q"


def test_a_megabyte_of_answer_is_not_kept():
    wanted = InputFilter()
    assert wanted("\x1bP" + "x" * 100_000) == ""
    assert wanted("y" * 900_000) == ""
    assert len(wanted._held) < 70_000
    assert wanted("z\x1b\\q") == "q"


@pytest.mark.parametrize("begun", ["\x1b]11;rgb:12", "\x1bP1$r", "\x1b[12;4", "\x1b[?62;"])
@pytest.mark.parametrize("key", ["\x1b[A", "\x1b[<35;10;20M", "\x1bOP"])
def test_a_key_that_cuts_an_answer_off_passes(begun, key):
    assert heard(begun + key) == key
    assert heard(begun, key) == key


def test_alt_with_a_letter_that_begins_strings_is_a_key():
    assert heard("\x1b]") == "\x1b]"
    assert heard("\x1bP") == "\x1bP"


@given(st.lists(st.text("\x1b[]P_\\?;0123456789~cmMRu$t \x07q", max_size=12), max_size=8))
def test_no_input_makes_it_fail_or_keep_much(pieces):
    wanted = InputFilter()
    for piece in pieces:
        wanted(piece)
        assert len(wanted._held) <= sum(map(len, pieces))
