"""The real binary in a real pty: first paint, keys, mouse, colours, and what is left behind."""

import re
import termios

import numpy as np
import pytest
from tests.support.terminal_rig import (
    BRAILLE,
    ITERM2,
    KITTY,
    MUTE,
    PLAIN_256,
    XTERM,
    Rig,
    assert_modes_off,
    start,
)

from vizterm.graphics import term_images
from vizterm_core.scatter.viewport import MARGIN, Extent, Viewport

QUICK_KITTY = {question: answer for question, answer in KITTY.items() if question != b"\x1b[6n"}
"""One that is never taken for slow, however busy the machine is."""


def test_a_session_from_first_paint_to_a_clean_terminal(digits_path):
    images = np.load(digits_path)["images"]
    with start(digits_path, "--graphics", "half", "--color", "truecolor") as rig:
        before = termios.tcgetattr(rig.master)
        rig.wait_for_text(" 1× ")
        assert len(BRAILLE.findall(rig.text)) > 300
        rig.type(b"412g")
        rig.wait_for_text("#412")
        # The picture: whole-factor half blocks, read back from the screen's colours.
        panel = range(81, 119)
        brightest = {rig.screen.buffer[y][x].bg for y in range(2, 20) for x in panel if y and x} | {
            rig.screen.buffer[y][x].fg for y in range(2, 20) for x in panel
        }
        level = int(images[412].max())
        assert f"{level:02x}" * 3 in brightest
        rig.type(b"\x1b[C")
        rig.wait_for(lambda: "#412" not in rig.text)
        rig.type(b"?")
        rig.wait_for_text("next point that way")
        rig.type(b"\x1b")
        rig.wait_for(lambda: "next point that way" not in rig.text)
        rig.type(b"q")
        assert rig.wait_for_exit() == 0
        assert termios.tcgetattr(rig.master)[:4] == before[:4]
    assert_modes_off(rig.raw)


def test_columns_of_a_file_colour_and_filter_its_points(tmp_path):
    path = tmp_path / "runs.npz"
    rng = np.random.default_rng(2)
    true, predicted = rng.integers(0, 4, (2, 500))
    split = np.array(["train", "test"])[rng.integers(0, 2, 500)]
    columns = {"y_true": true, "y_pred": predicted, "split": split, "loss": rng.random(500)}
    np.savez(path, X=rng.normal(size=(500, 2)), **columns)
    with start(path, "--color-by", "y_true", "--where", "loss < 2") as rig:
        rig.wait_for_text("coloured by y_true")
        rig.wait_for_text("loss < 2 · 500 of 500")
        rig.type(b"o")
        rig.wait_for_text("colour by")
        rig.type(b"split\r")
        rig.wait_for_text("coloured by split")
        rig.type(b"w")
        rig.wait_for_text("show where: loss < 2")
        rig.type(b"\x7f" * 8 + b'split == "test" and y_pred != y_true\r')
        meets = (split == "test") & (true != predicted)
        rig.wait_for_text(f"· {meets.sum()} of 500")
        rig.type(f"{np.flatnonzero(~meets)[3]}g".encode())
        rig.wait_for_text("is left out by the filter")
        rig.type(b"g")
        rig.wait_for_text(f"#{np.flatnonzero(meets)[0]} ")
        rig.type(b"q")
        assert rig.wait_for_exit() == 0
    assert_modes_off(rig.raw)


def test_a_dumb_terminal_gets_a_printed_frame(digits_path):
    with start(digits_path, env={"TERM": "dumb"}) as rig:
        assert rig.wait_for_exit() == 0
        assert BRAILLE.search(rig.text)
        assert b"\x1b" not in rig.raw


def test_the_mouse_hovers_a_point_and_its_picture_appears(digits_path):
    with start(digits_path) as rig:
        rig.wait_for_text(" 1× ")
        # A mark may be larger than the point's own dot; such a cell is full of points.
        row, column = next(
            (y, line.index("⣿")) for y, line in enumerate(rig.screen.display) if "⣿" in line
        )
        begun = re.search(r"#[\d,]+", rig.text)[0]
        rig.type(f"\x1b[<35;{column + 1};{row + 1}M".encode())
        rig.wait_for(lambda: (now := re.search(r"#[\d,]+", rig.text)) and now[0] != begun)
        rig.type(b"q")
        assert rig.wait_for_exit() == 0


def test_the_pointer_tells_dots_of_one_cell_apart_where_the_terminal_tells_pixels(tmp_path):
    path = tmp_path / "close.npz"
    corners = [[0, 0], [1000, 500]]
    np.savez(path, X=corners)
    with start(path) as rig:
        rig.wait_for_text(" 1× ")
        columns = rig.screen.display[2].index("│")
        view = Viewport.fit(Extent(0, 1000, 0, 500), columns, 38, margin=MARGIN)
        rig.type(b"q")
        assert rig.wait_for_exit() == 0
    column, row = 40, 20
    upper = view.data_at(column * 2 + 0.5, row * 4 + 0.5)
    lower = view.data_at(column * 2 + 1.5, row * 4 + 3.5)
    np.savez(path, X=[*corners, upper, lower])
    answers = XTERM | {b"\x1b[?1016$p": b"\x1b[?1016;2$y"}
    with start(path, answers=answers) as rig:
        rig.wait_for_text(" 1× ")
        assert b"\x1b[?1016h" in rig.raw
        # The cell's corners in pixels, 9 x 18 a cell; the plot begins under the heading.
        left, top = column * 9, (row + 1) * 18
        for x, y, index in (
            (left + 9, top + 17, 3),
            (left + 2, top + 2, 2),
            (left + 8, top + 16, 3),
        ):
            rig.type(f"\x1b[<35;{x};{y}M".encode())
            rig.wait_for_text(f"#{index}")
        rig.type(b"q")
        assert rig.wait_for_exit() == 0
        assert rig.raw.rindex(b"\x1b[?1016l") > rig.raw.rindex(b"\x1b[?1016h")


def test_a_picture_seen_before_costs_kitty_less_than_a_hundred_bytes(digits_path):
    with start(digits_path, answers=QUICK_KITTY) as rig:
        rig.wait_for_text(" 1× ")
        for key in (b"412g", b"\x1b[C", b"\x1b[D", b"\x1b[C"):
            while rig.pump(0.3):
                pass
            seen = len(rig.raw)
            rig.type(key)
            rig.wait_for(lambda seen=seen: b"_Ga=p" in rig.raw[seen:])
        while rig.pump(0.3):
            pass
        assert rig.raw.count(b"_Ga=t") == 3, "the first one and two more, each sent once"
        written = rig.raw[seen:]
        moved = re.search(rb"\x1b7\x1b\[\d+;\d+H\x1b_Ga=p.*\x1b_Ga=d,d=i[^\x1b]*\x1b\\", written)
        assert moved, "placed, and the one before taken away"
        synchronized = len(b"\x1b[?2026h\x1b[0m\x1b[?2026l")
        assert len(moved[0]) + synchronized <= 100
        rig.type(b"q")
        assert rig.wait_for_exit() == 0
        assert rig.raw.count(b"_Ga=d,d=I") == 3, "nothing is left in the terminal's memory"


def test_a_card_that_moves_keeps_its_frame_where_its_picture_was(digits_path):
    """Sixels lie in the cells: what is left of the old one is blanked, but not the frame there."""
    with start(digits_path, size=(70, 24)) as rig:
        rig.wait_for_text(" 1× ")
        tops = set()
        for keys in (b"412g", b"\x1b[C", b"\x1b[B", b"\x1b[B", b"\x1b[A", b"\x1b[A"):
            seen = rig.raw.count(b"\x1bP")
            rig.type(keys)
            rig.wait_for(lambda before=seen: rig.raw.count(b"\x1bP") > before)
            while rig.pump(0.3):
                pass
            lines = rig.screen.display
            top = next(y for y, line in enumerate(lines) if "┌" in line or "╭" in line)
            tops.add(top)
            assert re.search("[┌╭]─{10,}[┐╮]", lines[top]), lines[top]
        assert len(tops) > 1, "it never moved"


def test_a_pinned_picture_stays_while_the_cursor_goes_on(digits_path):
    with start(digits_path, answers=QUICK_KITTY, size=(160, 50)) as rig:
        rig.wait_for_text(" 1× ")
        for key in (b"412g", b"\r", b"\x1b[C", b"\x1b[C", b"\x1b[D"):
            rig.type(key)
            while rig.pump(0.3):
                pass
        shown = {}
        commands = rb"_Ga=(p|d,d=i),i=(\d+),p=(\d+)"
        for action, image_id, placement in re.findall(commands, rig.raw):
            if action == b"p":
                shown[image_id, placement] = True
            else:
                shown.pop((image_id, placement), None)
        pictures, places = zip(*shown, strict=True)
        assert len(set(pictures)) == len(set(places)) == 2, "one for the cursor, one pinned"
        sizes = dict(re.findall(rb"_Ga=t,t=d,i=(\d+),q=2,f=24,o=z,s=(\d+)", rig.raw))
        widths = sorted(int(sizes[picture]) for picture in pictures)
        assert widths[0] <= 8 * 9 < widths[1], "the pinned one is a thumbnail"
        rig.type(b"q")
        assert rig.wait_for_exit() == 0


def test_inside_tmux_text_stands_for_pictures_that_are_sent_past_it(digits_path):
    env = {"TMUX": "/nonexistent,1,0"}
    options = ("--graphics", "kitty", "--color", "truecolor")
    with start(digits_path, *options, env=env) as rig:
        # The rig's screen shows what is sent past tmux.
        rig.wait_for(lambda: "1×".encode() in rig.raw)
        assert b"\x1b[c" not in rig.raw, "a protocol chosen by hand: nothing is to be asked"
        rig.type(b"412g")
        placeholder = "\U0010eeee".encode()
        rig.wait_for(lambda: rig.raw.count(placeholder) >= 36 * 18)
        assert b"\x1bPtmux;\x1b\x1b_Ga=t" in rig.raw
        assert b"\x1b_G" not in rig.raw.replace(b"\x1b\x1b_G", b"")
        image_id = int(re.search(rb"_Ga=p,U=1,i=(\d+),c=36,r=18", rig.raw)[1])
        colour = f"38;2;{image_id >> 16};{image_id >> 8 & 255};{image_id & 255}"
        assert f"\x1b[{colour}m\U0010eeee".encode() in rig.raw
        while rig.pump(0.3):
            pass
        seen = len(rig.raw)
        rig.type(b"\x1b[C")
        rig.wait_for(lambda: b"_Ga=t" in rig.raw[seen:])
        # Another picture behind the same text.
        assert placeholder not in rig.raw[seen:]
        rig.type(b"q")
        assert rig.wait_for_exit() == 0
        assert f"_Ga=d,d=I,i={image_id}".encode() in rig.raw[seen:]


@pytest.mark.parametrize(
    ("answers", "options", "expected"),
    [
        (XTERM, (), b"38;2;"),
        (PLAIN_256, (), b"38;5;"),
        (PLAIN_256, ("--color", "truecolor"), b"38;2;"),
        (XTERM, ("--color", "256"), b"38;5;"),
    ],
)
def test_the_colours_are_those_the_terminal_says_it_has(digits_path, answers, options, expected):
    with start(digits_path, *options, answers=answers) as rig:
        rig.wait_for_text(" 1× ")
        drawn = re.findall(rb"\x1b\[(38;[25];)[0-9;]*m[\xe2]", rig.raw)
        assert set(drawn) == {expected}
        rig.type(b"q")
        assert rig.wait_for_exit() == 0


def test_no_colours_means_none_and_labels_are_still_told_apart(digits_path):
    with start(digits_path, env={"NO_COLOR": "1"}) as rig:
        rig.wait_for_text(" 1× ")
        rig.type(b"\tjj")
        rig.wait_for_text("2 highlighted")
        assert not re.search(rb"\x1b\[[0-9;]*[34]8;[25];", rig.raw)
        rig.type(b"q")
        assert rig.wait_for_exit() == 0


def test_slow_answers_are_waited_for_and_never_typed_into_the_app(digits_path):
    with start(digits_path, delay=0.06) as rig:
        rig.wait_for_text(" 1× ")
        assert b"38;2;" in rig.raw
        rig.type(b"/")
        # The row is whole only when what stood in it is gone: it may arrive in two pieces.
        rig.wait_for(lambda: re.search(r"name or #index:\s*$", rig.text, re.MULTILINE))
        rig.type(b"q1")
        rig.wait_for_text("#index: q1")
        rig.type(b"\x1b")
        rig.wait_for_text(" 1× ")
        rig.type(b"q")
        assert rig.wait_for_exit() == 0


def test_a_mute_terminal_is_given_up_on_and_still_works(digits_path):
    with start(digits_path, answers=MUTE) as rig:
        rig.wait_for_text(" 1× ")
        rig.type(b"q")
        assert rig.wait_for_exit() == 0


def test_a_resize_is_followed(digits_path):
    with start(digits_path) as rig:
        rig.wait_for_text(" 1× ")
        rig.resize(80, 24)
        rig.wait_for(lambda: "● 0 178  ● 1 182" in rig.text)
        rig.type(b"1000g")
        rig.wait_for_text("#1,000")
        rig.type(b"q")
        assert rig.wait_for_exit() == 0


def test_a_cursor_move_costs_few_bytes(digits_path):
    with start(digits_path, "--images", "none", "--maps", "none") as rig:
        rig.wait_for_text(" 1× ")
        rig.type(b"\x1b[C")
        rig.wait_for(lambda: re.search(r"#[\d,]+", rig.text))
        for _ in range(5):
            while rig.pump(0.3):
                pass
            seen, shown = len(rig.raw), re.search(r"at .*", rig.text)[0]
            rig.type(b"\x1b[C")
            rig.wait_for(lambda shown=shown: re.search(r"at .*", rig.text)[0] != shown)
            while rig.pump(0.3):
                pass
            assert len(rig.raw) - seen <= 900


def test_bad_data_found_while_loading_is_told_after_the_screen_is_restored(tmp_path):
    path = tmp_path / "nan.npz"
    np.savez(path, X=np.full((5, 2), np.nan))
    with start(path) as rig:
        assert rig.wait_for_exit() == 1
        assert "hold no finite point" in rig.text


def test_the_python_api_returns_the_rows_that_were_chosen(tmp_path):
    script = tmp_path / "session.py"
    script.write_text(
        "import sys, numpy as np, vizterm\n"
        "rng = np.random.default_rng(0)\n"
        "turns = sys.getswitchinterval()\n"
        "result = vizterm.embed(rng.random((20, 2)), rng.integers(0, 4, 20),\n"
        "      images=rng.random((20, 64, 64)), title='mine')\n"
        "print('pinned', result.pinned, 'selected', result.selected.tolist(), result)\n"
        "assert sys.getswitchinterval() == turns\n"
    )
    with Rig([str(script)], module=None) as rig:
        rig.wait_for_text(" 1× ")
        assert "mine   20 points · 4 labels" in rig.text
        rig.type(b"13g\r")
        rig.wait_for_text("pinned")
        rig.type(b"4g 2g ")
        rig.wait_for_text("2 selected")
        rig.type(b"q")
        assert rig.wait_for_exit() == 0
        assert "pinned 13 selected [2, 4] <row 13 pinned, 2 selected>" in rig.text


def test_tmux_is_not_asked_what_it_takes_for_a_title(digits_path):
    with start(digits_path, env={"TMUX": "/nonexistent,1,0", "TERM": "tmux-256color"}) as rig:
        rig.wait_for_text(" 1× ")
        assert b"\x1b[c" in rig.raw, "asked nothing at all"
        assert b"\x1b_G" not in rig.raw
        rig.type(b"q")
        assert rig.wait_for_exit() == 0


@pytest.mark.skipif(not term_images.available(), reason="term-image is not for this Python")
def test_iterm2_pictures_are_drawn_again_after_they_were_covered(digits_path):
    drawn = re.compile(rb"\x1b7\x1b\[\d+;\d+H\x1b\]1337;File=[^\x1b]*\x1b\\\x1b8")
    with start(digits_path, answers=ITERM2) as rig:
        rig.wait_for_text(" 1× ")
        while rig.pump(0.3):
            pass
        seen = len(rig.raw)
        rig.type(b"412g")
        rig.wait_for_text("#412")
        rig.wait_for(lambda: drawn.search(rig.raw, seen))
        while rig.pump(0.3):
            pass
        # That of the first point may have come late.
        *_, last = drawn.finditer(rig.raw)
        picture = last[0]
        rig.type(b"?")
        rig.wait_for_text("next point that way")
        seen = len(rig.raw)
        rig.type(b"\x1b")
        rig.wait_for(lambda: picture in rig.raw[seen:])
        rig.type(b"q")
        assert rig.wait_for_exit() == 0


def test_a_point_to_begin_at(digits_path):
    with start(digits_path, "--point", "412") as rig:
        rig.wait_for_text("#412")
        rig.wait_for_text(" 1× ")
        rig.type(b"q")
        assert rig.wait_for_exit() == 0


def test_a_resize_moves_the_picture_and_deletes_it_where_it_was(digits_path):
    with start(digits_path, "--point", "412", answers=KITTY) as rig:
        rig.wait_for(lambda: b"_Ga=p" in rig.raw)
        seen = len(rig.raw)
        rig.resize(140, 40)
        moved = re.compile(rb"\x1b7\x1b\[\d+;(\d+)H\x1b_Ga=p,i=(\d+),p=(\d+)")
        rig.wait_for(lambda: moved.search(rig.raw, seen))
        before, after = moved.search(rig.raw), moved.search(rig.raw, seen)
        assert int(after[1]) - int(before[1]) == 20 * 2 // 3 + 1
        assert after[3] == before[3], "the same placement moves, it is not a second one"
        rig.type(b"q")
        assert rig.wait_for_exit() == 0


def test_a_picture_whose_place_grows_is_sent_again_as_large_as_that():
    widths = re.compile(rb"_Ga=t,t=d,i=\d+,q=2,f=24,o=z,s=(\d+),v=\d+")
    with Rig(["demo", "pagoda"], answers=KITTY, size=(130, 40)) as rig:
        rig.wait_for(lambda: len(widths.findall(rig.raw)) >= 3)
        while rig.pump(0.5):
            pass
        small = {int(width) for width in widths.findall(rig.raw)}
        rig.type(b"v")
        rig.wait_for(lambda: int(widths.findall(rig.raw)[-1]) > max(small))
        rig.type(b"q")
        assert rig.wait_for_exit() == 0
        sent = set(re.findall(rb"_Ga=t,t=d,i=(\d+)", rig.raw))
        assert sent == set(re.findall(rb"_Ga=d,d=I,i=(\d+)", rig.raw))


def test_what_another_program_wrote_is_gone_after_a_redraw(digits_path):
    with start(digits_path) as rig:
        rig.wait_for_text(" 1× ")
        while rig.pump(0.3):
            pass
        before = rig.text
        rig.stream.feed(b"\x1b[10;1Hsomebody else's words")
        assert "somebody" in rig.text
        rig.type(b"\x0c")
        rig.wait_for(lambda: "somebody" not in rig.text)
        rig.wait_for(lambda: rig.text == before)
        rig.type(b"q")
        assert rig.wait_for_exit() == 0
