"""Pictures over an app's cells: which are written, and when."""

import queue
import re
import threading
from time import monotonic
from unittest.mock import patch

import numpy as np
import pytest
from tests.support.embed import make_app, ready
from tests.support.glass import Glass

from vizterm.graphics import encode as encoding
from vizterm.graphics.encode import Encoder, Job
from vizterm.graphics.place import PACE
from vizterm.graphics.protocols.sixel import Sixel, most_bytes
from vizterm_core.load import load_embedding


class Gate:
    """Makes the encoder wait for permission for each picture, and tell when it has started one."""

    def __init__(self, monkeypatch):
        self.begun = threading.Semaphore(0)
        self.open = threading.Semaphore(0)
        self.order = []
        encode = encoding.encode

        def gated(job, protocol):
            self.order.append(job.key)
            self.begun.release()
            assert self.open.acquire(timeout=20)
            return encode(job, protocol)

        monkeypatch.setattr(encoding, "encode", gated)


async def test_moving_on_faster_than_pictures_are_encoded_shows_the_newest_encoded(
    digits_path, monkeypatch
):
    gate = Gate(monkeypatch)
    app, screen = make_app(lambda: load_embedding(digits_path), "kitty", cell_pixels=(9, 18))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        glass = Glass(app)
        # The point that it begins with.
        gate.open.release()
        await glass.wait_for(pilot, lambda: gate.begun.acquire(blocking=False))
        await glass.wait_for(pilot, lambda: glass.sent() == 1)
        glass.text = ""
        gate.order.clear()
        await pilot.press("4", "1", "2", "g")
        await glass.wait_for(pilot, lambda: gate.begun.acquire(blocking=False))
        # The first is being encoded; three others are wanted meanwhile.
        await pilot.press("right", "right", "right")
        gate.open.release()
        await glass.wait_for(pilot, lambda: gate.begun.acquire(blocking=False))
        await glass.wait_for(pilot, lambda: glass.sent() == 1)
        gate.open.release()
        await glass.wait_for(pilot, lambda: glass.sent() == 2)
        assert len(gate.order) == 2, "the two between were never encoded"
        wanted = screen.query_one("#panel").picture.job((9, 18))
        assert gate.order[-1] == wanted.key
        # Back on the first, which is kept: at once, and nothing older comes after it.
        await pilot.press("left", "left", "left")
        await glass.wait_for(pilot, lambda: glass.text.count("_Ga=p") >= 3)
        gate.open.release(10)


async def test_pictures_keep_the_pace_however_fast_the_keys(digits_path, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr("vizterm.graphics.layer.monotonic", lambda: now[0])
    app, screen = make_app(lambda: load_embedding(digits_path), "kitty", cell_pixels=(9, 18))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        glass = Glass(app)
        await pilot.press("4", "1", "2", "g")
        await glass.wait_for(pilot, lambda: "_Ga=p" in glass.text)
        glass.text = ""
        # The clock stands still: nothing is due but what timers bring.
        await pilot.press("right", "left", "right", "left", "right")
        placed = glass.text.count("_Ga=p")
        assert placed <= 2
        now[0] += PACE
        await pilot.press("right")
        await glass.wait_for(pilot, lambda: glass.text.count("_Ga=p") > placed)


async def test_no_picture_directly_follows_the_start_of_a_synchronized_update(digits_path):
    app, screen = make_app(
        lambda: load_embedding(digits_path), "kitty", cell_pixels=(9, 18), synchronized=True
    )
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        glass = Glass(app)
        await pilot.press("4", "1", "2", "g")
        await glass.wait_for(pilot, lambda: glass.sent() == 1)
    assert "\x1b[?2026h" in glass.text
    assert "\x1b[?2026h\x1b_G" not in glass.text


async def test_a_picture_whose_widget_is_removed_is_forgotten(digits_path):
    app, screen = make_app(lambda: load_embedding(digits_path), "kitty", cell_pixels=(9, 18))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        glass = Glass(app)
        await pilot.press("4", "1", "2", "g")
        await glass.wait_for(pilot, lambda: glass.sent() == 1)
        picture = screen.query_one("#panel").picture
        place = app.pictures._places[picture]
        await picture.remove()
        # Headless apps draw no frames.
        text = app.pictures.after_frame(None)
        assert re.search(rf"_Ga=d,d=i,i=\d+,p={place.number},", text)
        assert picture not in app.pictures._places


@pytest.mark.parametrize(
    ("cells", "most"), [(1, 12_000), (128, 12_000), (192, 18_000), (256, 24_000), (9999, 24_000)]
)
def test_large_pictures_may_take_twice_the_bytes(cells, most):
    assert most_bytes(cells) == most


@pytest.mark.parametrize(
    ("cell", "pixels"),
    [((7.0, 15.0), 210), ((7.825, 15.0), 234), ((7.99, 15.0), 239), ((8, 15), 240)],
)
def test_a_picture_fills_cells_of_a_fractional_size(cell, pixels):
    job = encoding.Job.make(np.zeros((200, 900, 3), np.uint8), 30, 9, cell)
    encoded = encoding.encode(job, Sixel())
    assert f'"1;1;{pixels};{round(pixels * 2 / 9)}#' in encoded.data
    assert (encoded.left, encoded.columns) == (0, 30)


class Lines:
    """A protocol that encodes a picture as its first value."""

    def __init__(self):
        self.encoded = []

    def encode(self, pixels, cell, *, detailed):
        self.encoded.append(int(pixels[0, 0, 0]))
        return "x" * 10


def plain_job(value):
    return Job.make(np.full((4, 4, 3), value, np.uint8), 2, 1, (2, 4))


def test_pictures_are_encoded_ahead_while_none_is_wanted_and_only_the_last_named():
    protocol, done = Lines(), queue.Queue()
    encoder = Encoder(protocol, lambda *arguments: done.put(arguments))
    held = threading.Event()
    encode = protocol.encode

    def first_waits(*arguments, **more):
        assert held.wait(20)
        return encode(*arguments, **more)

    protocol.encode = first_waits
    encoder.want("place", 1, plain_job(1))
    encoder.prepare([plain_job(7), plain_job(8)])
    encoder.prepare([plain_job(5), plain_job(1)])
    encoder.want("other", 2, plain_job(2))
    held.set()
    assert [done.get(timeout=20)[:2] for _ in range(2)] == [("place", 1), ("other", 2)]
    while encoder.pictures.get(plain_job(5).key) is None:
        encoder.want("place", 3, plain_job(1))
        done.get(timeout=20)
    assert protocol.encoded == [1, 2, 5], "nothing twice, and what is wanted comes first"


async def test_what_waits_for_the_link_is_drawn_when_it_answers(digits_path):
    app, screen = make_app(lambda: load_embedding(digits_path), "kitty", cell_pixels=(9, 18))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        glass = Glass(app)
        await pilot.press("7", "g")
        await glass.wait_for(pilot, lambda: "_Ga=p" in glass.text)
        picture = screen.query_one("#panel").picture
        place = app.pictures._places[picture]
        gate = app.link.gate
        gate.tested = True
        gate.sent(1 << 20)
        place.due, glass.text = 0.0, ""
        with patch("vizterm.graphics.layer.once") as timer:
            await pilot.press("4", "1", "2", "g")
            await glass.wait_for(pilot, lambda: place.waiting and timer.called)
            assert "_Ga=p" not in glass.text
            app.link.answered(monotonic())
            assert "_Ga=p" in glass.text, "not only when a timer looks again"
