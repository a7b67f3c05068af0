"""Pictures to a folder from the app: from the key to the files, while it runs, and at the end."""

import csv
import io
import threading

import numpy as np
import pytest
from PIL import Image
from tests.support.embed import make_app, ready
from tests.support.screens import text_of, until

from vizterm.widgets.find_bar import FindBar
from vizterm_core.load import embedding_from_arrays
from vizterm_core.pictures.loose import LoosePictures

RNG = np.random.default_rng(6)
POINTS = RNG.normal(size=(30, 2))
KINDS = np.array(["cat", "dog"])[np.arange(30) % 2]
NAMES = np.array([f"zoo/{kind}.jpg" for kind in KINDS])


def jpeg(shade):
    stream = io.BytesIO()
    Image.new("RGB", (6, 6), (shade, 40, 40)).save(stream, "JPEG")
    return stream.getvalue()


STORED = [jpeg(row * 8) for row in range(30)]


def data(pictures=None):
    images = LoosePictures(30, STORED) if pictures is None else pictures
    return embedding_from_arrays(POINTS, KINDS, images=images, names=NAMES, title="zoo.npz")


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def ask(pilot, screen, name=None):
    await pilot.press("Y", "p")
    await until(pilot, lambda: screen.query_one(FindBar).display)
    if name is not None:
        screen.query_one("#find-input").value = name
    await pilot.press("enter")


async def test_the_pictures_of_what_is_selected_go_to_a_folder_with_a_table(here):
    app, screen = make_app(data)
    async with app.run_test(size=(160, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("7", "g", "S", "l", "Y", "p")
        bar = screen.query_one(FindBar)
        await until(pilot, lambda: bar.display)
        assert bar.text == "zoo-pictures"
        assert "15 pictures to folder" in str(screen.query_one("#find-prompt").render())
        assert "with index.csv" in str(screen.query_one("#find-note").render())
        await pilot.press("enter")
        await until(
            pilot, lambda: "wrote 15 pictures to zoo-pictures" in text_of(screen, "#status")
        )
        with open("zoo-pictures/index.csv", newline="") as lines:  # noqa: PTH123
            table = list(csv.DictReader(lines))
        assert [int(each["row"]) for each in table] == [*range(1, 30, 2)]
        assert table[3] == {
            "row": "7", "name": "zoo/dog.jpg", "label": "dog", "file": "07-dog.jpg", "problem": "",
        }  # fmt: skip
        for each in table:
            stored = STORED[int(each["row"])]
            assert (here / "zoo-pictures" / each["file"]).read_bytes() == stored
        # Again: another folder is proposed, and one that is there keeps what is in it.
        await pilot.press("Y", "p")
        await until(pilot, lambda: bar.display and bar.text == "zoo-pictures-2")
        screen.query_one("#find-input").value = "zoo-pictures"
        await until(pilot, lambda: "replaced" in str(screen.query_one("#find-note").render()))
        (here / "taken").write_text("")
        for name, said in (("", "type the name"), ("taken", "is a file"), ("a/b", "no directory")):
            screen.query_one("#find-input").value = name
            await pilot.press("enter")
            assert said in str(screen.query_one("#find-note").render()) and bar.display
        await pilot.press("escape")
        assert screen.query_one("#status").display and screen.focused is not None


async def test_without_pictures_the_key_says_so():
    app, screen = make_app(lambda: embedding_from_arrays(POINTS))
    async with app.run_test(size=(120, 30)) as pilot:
        await ready(pilot, screen)
        await pilot.press("g", "Y", "p")
        assert "the points have no pictures" in text_of(screen, "#status")


class Held(LoosePictures):
    """Pictures that go no further than some row until they are let go."""

    def __init__(self, row):
        super().__init__(30, STORED)
        self.row, self.there, self.go = row, threading.Event(), threading.Event()

    def original(self, row):
        if row == self.row:
            self.there.set()
            assert self.go.wait(20)
        return super().original(row)


@pytest.mark.parametrize("leaving", [False, True])
async def test_esc_stops_it_and_so_does_leaving_and_what_is_written_stays(here, leaving):
    held = Held(5)
    app, screen = make_app(lambda: data(held))
    async with app.run_test(size=(160, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("S", "a")
        await ask(pilot, screen, "out")
        await until(pilot, held.there.is_set)
        assert "of 30 · esc stops" in text_of(screen, "#status")
        await pilot.press("Y", "p")
        assert "still being written" in text_of(screen, "#status")
        if leaving:
            threading.Timer(0.05, held.go.set).start()
            said = screen.finish_pictures()
        else:
            await pilot.press("escape")
            held.go.set()
            await until(pilot, lambda: "stopped" in text_of(screen, "#status"))
            said = text_of(screen, "#status")
        assert "stopped: 6 pictures of 30 in out" in said and "esc stops" not in said
    assert len(list((here / "out").iterdir())) == 7
