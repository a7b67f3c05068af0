"""The real binary behind slow links, and a mouse that is too fast."""

import asyncio
import os
import re
import threading

import numpy as np
import pytest
from tests.support.terminal_rig import BRAILLE, KITTY, XTERM, Rig
from textual import events

from vizterm.graphics.kitty_data import encode_data
from vizterm.terminal.textual_private.driver import SafeDriver

ASKED = b"\x1b[6n"
ANSWER = b"\x1b[1;1R"


def settle(rig, pause=0.3):
    while rig.pump(pause):
        pass


def behind_a_slow_link(rig):
    """Let the app see a frame of some kilobytes arrive late, then answer no more."""
    settle(rig)
    rig.delay = 0.4
    rig.type(b"+")
    settle(rig, 1.0)
    rig.delay = 0.0
    rig.answers = {}


def test_on_a_slow_link_one_frame_is_under_way_at_a_time(digits_path):
    with Rig(["embed", str(digits_path), "--images", "none", "--maps", "none"]) as rig:
        rig.wait_for_text(" 1× ")
        behind_a_slow_link(rig)
        seen = len(rig.raw)
        rig.type(b"+")
        rig.wait_for(lambda: ASKED in rig.raw[seen:])
        seen = len(rig.raw)
        # Not for longer than a terminal is waited for that has stopped answering.
        for key in (b"0", b"t", b"412g", b"+"):
            rig.type(key)
            rig.pump(0.2)
        # The pointer's shape is no frame.
        assert len(rig.raw) - seen < 40, "a second frame was sent behind the first"
        frames = 0
        while "#412" not in rig.text:
            seen, frames = len(rig.raw), frames + 1
            rig.type(ANSWER)
            rig.wait_for(lambda seen=seen: ASKED in rig.raw[seen:])
        # Seven keys. A busy machine may not have handled the last of them by the first answer.
        assert frames <= 2, "one frame shows what all the keys have done"
        rig.answers = XTERM
        rig.type(ANSWER + b"q")
        assert rig.wait_for_exit() == 0


def test_a_terminal_that_stops_answering_still_gets_frames(digits_path):
    with Rig(["embed", str(digits_path), "--images", "none", "--maps", "none"]) as rig:
        rig.wait_for_text(" 1× ")
        behind_a_slow_link(rig)
        rig.type(b"+")
        settle(rig)
        rig.type(b"412g")
        rig.wait_for_text("#412")
        rig.type(b"q")
        assert rig.wait_for_exit() == 0


def test_on_a_slow_link_a_smaller_picture_follows_the_text(tmp_path):
    rng = np.random.default_rng(0)
    path = tmp_path / "pictures.npz"
    # So many points that a frame is large enough to tell the rate.
    pictures = rng.integers(0, 256, (2000, 64, 64, 3), np.uint8)
    np.savez(path, X=rng.normal(size=(2000, 2)), images=pictures)
    sent = re.compile(rb"(?:\x1b_G[^\x1b]*\x1b\\)+")

    def picture_bytes(rig, seen):
        return max((len(found) for found in sent.findall(rig.raw[seen:])), default=0)

    with Rig(["embed", str(path)], answers=KITTY, size=(160, 50)) as rig:
        rig.wait_for_text(" 1× ")
        rig.type(b"7g")
        rig.wait_for(lambda: b"_Ga=p" in rig.raw)
        settle(rig)
        whole = len(encode_data(pictures[8]))
        rig.delay = 0.4
        rig.type(b"+")
        settle(rig, 1.0)
        rig.delay = 0.0
        seen = len(rig.raw)
        rig.type(b"8g")
        rig.wait_for(lambda: b"_Ga=p" in rig.raw[seen:])
        settle(rig)
        text, picture = rig.raw.index(ASKED, seen), rig.raw.index(b"_Ga=t", seen)
        assert text < picture, "the picture came along with the text"
        assert picture_bytes(rig, seen) < whole / 2
        rig.type(b"q")
        assert rig.wait_for_exit() == 0


def test_thousands_of_movements_end_where_the_mouse_is(digits_path):
    with Rig(["embed", str(digits_path), "--images", "none", "--maps", "none"]) as rig:
        rig.wait_for_text(" 1× ")
        rig.type(b"412g")
        rig.wait_for_text("#412")
        row = next(y for y, line in enumerate(rig.screen.display) if y > 8 and BRAILLE.search(line))
        column = BRAILLE.search(rig.screen.display[row]).start()
        last = f"\x1b[<35;{column + 1};{row + 1}M".encode()
        rig.type(b"\x1b[<35;2;2M" + last)
        rig.wait_for(lambda: re.search(r"#\d", rig.text) and "#412" not in rig.text)
        settle(rig)
        there = re.search(r"#[\d,]+", rig.text)[0]
        for _ in range(20):
            for column in range(5, 80):
                rig.type(f"\x1b[<35;{column};{10 + column % 20}M".encode())
            rig.pump(0)
        rig.type(last)
        rig.wait_for_text(there)
        rig.type(b"q")
        assert rig.wait_for_exit() == 0


class FakeApp:
    """Takes a driver's messages, and lets the test decide when a frame is shown."""

    def __init__(self):
        self.told, self.later = [], []
        self.screen = self

    async def _post_message(self, message):
        self.told.append(message)

    def call_after_refresh(self, function):
        function()

    def call_later(self, function, *arguments):
        self.later.append((function, arguments))
        return True

    def show_frame(self):
        function, arguments = self.later.pop(0)
        function(*arguments)


def move(x):
    return events.MouseMove(None, x, 1, 0, 0, 0, False, False, False)


def down(x):
    return events.MouseDown(None, x, 1, 0, 0, 1, False, False, False)


def driver_of(app, loop):
    driver = object.__new__(SafeDriver)
    driver._app, driver._loop = app, loop
    driver._told_lock, driver._told = threading.Lock(), []
    return driver


class CountingLoop:
    """Counts how often another thread wakes it."""

    def __init__(self):
        self.loop, self.woken = asyncio.get_running_loop(), 0

    def call_soon_threadsafe(self, *arguments, **options):
        self.woken += 1
        return self.loop.call_soon_threadsafe(*arguments, **options)

    def __getattr__(self, name):
        return getattr(self.loop, name)


async def test_keys_typed_while_the_app_is_busy_wake_it_once():
    app, loop = FakeApp(), CountingLoop()
    driver = driver_of(app, loop)
    keys = [events.Key(character, character) for character in "a long paste" * 1000]
    for key in keys:
        driver.send_message(key)
    assert loop.woken == 1
    for _ in range(5):
        await asyncio.sleep(0)
    assert app.told == keys
    driver.send_message(keys[0])
    assert loop.woken == 2


async def test_of_movements_during_a_frame_only_the_last_is_reported_and_clicks_keep_their_place():
    app = FakeApp()
    driver = driver_of(app, asyncio.get_running_loop())

    async def tell(*messages):
        for message in messages:
            driver.send_message(message)
        for _ in range(5):
            await asyncio.sleep(0)

    moves = [move(x) for x in range(20)]
    await tell(*moves[:10])
    assert app.told == moves[:1], "the others wait for the frame"
    app.show_frame()
    await tell()
    assert app.told == [moves[0], moves[9]]
    click = down(10)
    await tell(*moves[10:], click)
    assert app.told == [moves[0], moves[9], moves[19], click]
    app.show_frame()
    await tell()
    assert not app.later
    await tell(moves[3])
    assert app.told[-1] is moves[3]
    # The screen has been left, and no frame will come.
    await tell(moves[4])
    assert app.told[-1] is moves[3]
    driver._moving_until = 0.0
    await tell(moves[5])
    assert app.told[-1] is moves[5]


BROKEN = {
    "a handler": ("vizterm.embed.scatter.plot.ScatterPlot.toggle_axes", b"a"),
    "a worker": ("vizterm_core.scatter.index.PointIndex.build_tables", b""),
    "a thread of ours": ("vizterm.graphics.encode.encode", b""),
    "the thread that reads keys": (
        "vizterm.terminal.textual_private.driver.SafeDriver.process_message",
        b"",
    ),
}


@pytest.mark.parametrize("where", BROKEN)
def test_an_error_of_our_own_restores_the_terminal_and_is_one_line(where, digits_path, tmp_path):
    name, keys = BROKEN[where]
    owner, _, attribute = name.rpartition(".")
    code = (
        "import sys, pkgutil\n"
        "from vizterm.cli import main\n"
        "def broken(*_, **__):\n"
        "    secret = 'a value of the data'\n"
        "    raise KeyError(secret)\n"
        f"setattr(pkgutil.resolve_name({owner!r}), {attribute!r}, broken)\n"
        "sys.argv = ['vizterm', 'embed', sys.argv[1]]\n"
        "main()\n"
    )
    env = {"XDG_STATE_HOME": str(tmp_path)}
    with Rig(["-c", code, str(digits_path)], module=None, answers=KITTY, env=env) as rig:
        if keys:
            rig.wait_for_text(" 1× ")
            rig.type(keys)
        assert rig.wait_for_exit() == 70
        left = rig.raw[rig.raw.rindex(b"\x1b[?1049l") :].decode()
        log = tmp_path / "vizterm" / "crash.log"
        assert re.search(rf"internal error: KeyError in .*; please report it with {log}", left)
        assert "Traceback" not in left
        assert "a value of" not in left + log.read_text()
        assert "broken" in log.read_text()
        assert os.linesep * 3 not in left
