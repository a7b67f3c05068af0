"""Writing the view as a figure from the app: the file's content, what is said, and other names."""

import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.support.embed import make_app, ready
from tests.support.screens import text_of, until

from vizterm.embed.figure.options import FigureOptions
from vizterm.embed.screen import EmbedScreen
from vizterm.embed.take.figure_keys import free_name, path_of
from vizterm.widgets.find_bar import FindBar
from vizterm_core.load import embedding_from_arrays

RNG = np.random.default_rng(3)
CODES = RNG.integers(0, 3, 600)
POINTS = np.array([(0, 0), (10, 0), (5, 8)])[CODES] + RNG.normal(0, 0.6, (600, 2))
NAMES = np.array(["cat", "dog", "emu"])
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def data():
    return embedding_from_arrays(POINTS, NAMES[CODES], title="my data/animals.npz")


def note(screen):
    return str(screen.query_one("#find-note").render())


async def write(pilot, screen, name=None):
    """Write a figure by the key, to the file that is proposed or to another."""
    await pilot.press("E")
    await until(pilot, lambda: screen.query_one(FindBar).display)
    proposed = screen.query_one(FindBar).text
    if name is not None:
        screen.query_one("#find-input").value = name
    await pilot.press("enter")
    path = Path(name or proposed)
    await until(pilot, lambda: f"wrote {path}" in text_of(screen, "#status"))
    return path


def circles(path):
    return {
        group.find(f"{SVG}title").text: len(group.findall(f"{SVG}circle"))
        for group in ET.parse(path).getroot().iter(f"{SVG}g")
        if group.get("id", "").startswith("label-")
    }


async def test_a_key_writes_the_view_as_a_figure_under_a_free_name(here):
    app, screen = make_app(data)
    async with app.run_test(size=(150, 40)) as pilot:
        await ready(pilot, screen)
        assert await write(pilot, screen) == Path("animals.png")
        assert "1,890 × 1,299, 600 points" in text_of(screen, "#status")
        with Image.open("animals.png") as image:
            assert image.size == (1890, 1299)
        assert await write(pilot, screen) == Path("animals-2.png")
        assert sorted(path.name for path in here.iterdir()) == ["animals-2.png", "animals.png"]
        assert screen.focused.id is None and not screen.query_one(FindBar).display


async def test_what_is_hidden_or_out_of_view_is_not_in_the_figure_and_that_is_said():
    app, screen = make_app(data)
    async with app.run_test(size=(180, 40)) as pilot:
        await ready(pilot, screen)
        counts = dict(zip(*np.unique(NAMES[CODES], return_counts=True), strict=True))
        await write(pilot, screen, "all.svg")
        assert circles("all.svg") == counts
        screen.model.visible[1] = False
        await write(pilot, screen, "two.svg")
        assert circles("two.svg") == {name: counts[name] for name in ("cat", "emu")}
        assert f"{counts['dog']} points of hidden labels" in text_of(screen, "#status")
        # Zoomed in where the cats are.
        view = screen.model.viewport
        column, row = view.dot_of(0.0, 0.0)
        screen.model.viewport = view.zoomed(4, column, row)
        screen.draw()
        await write(pilot, screen, "cats.svg")
        assert circles("cats.svg").keys() == {"cat"}
        assert circles("cats.svg")["cat"] <= counts["cat"]


async def test_looks_of_the_screen_are_those_of_the_figure():
    app, screen = make_app(data)
    async with app.run_test(size=(150, 40)) as pilot:
        await ready(pilot, screen)

        def texts(path):
            root = ET.parse(path).getroot()
            found = [each.text for each in root.iter(f"{SVG}text") if not each.get("class")]
            return found, found.count("cat")

        await write(pilot, screen, "names.svg")
        before, named = texts("names.svg")
        assert named == 2
        await pilot.press("e", "a")
        await write(pilot, screen, "axes.svg")
        after, named = texts("axes.svg")
        assert named == 1 and len(set(after) - set(before)) >= 5
        await pilot.press("v")
        await write(pilot, screen, "density.svg")
        assert "points per square unit" in texts("density.svg")[0]
        assert len(ET.parse("density.svg").getroot().findall(f"{SVG}image")) == 1


async def test_what_is_selected_and_pinned_stands_out_in_the_figure():
    app, screen = make_app(data)
    async with app.run_test(size=(150, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("7", "g", "enter", "S", "l")
        await until(pilot, lambda: screen.model.selection.count > 0)
        await write(pilot, screen, "marked.svg")
        label, counts = NAMES[CODES[7]], np.bincount(CODES)
        assert circles("marked.svg")[f"{label}, selected"] == counts[CODES[7]]
        texts = [each.text for each in ET.parse("marked.svg").getroot().iter(f"{SVG}text")]
        assert f"{counts[CODES[7]]} selected" in texts and "#7" in texts


async def test_files_that_can_not_be_written_are_said_while_the_prompt_stays(here):
    app, screen = make_app(data)
    async with app.run_test(size=(150, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("E")
        await until(pilot, lambda: screen.query_one(FindBar).display)
        field = screen.query_one("#find-input")
        for name, said in (("x.jpg", "unknown format"), ("no/x.png", "no directory"), ("", "type")):
            field.value = name
            await pilot.press("enter")
            await until(pilot, lambda said=said: said in note(screen))
            assert screen.query_one(FindBar).display
        (here / "there.png").write_bytes(b"")
        field.value = "there.png"
        await until(pilot, lambda: "replaces the file" in note(screen))
        await pilot.press("escape")
        await until(pilot, lambda: not screen.query_one(FindBar).display)
        assert [path.name for path in here.iterdir()] == ["there.png"]


async def test_a_full_disk_is_said(monkeypatch, here):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    app, screen = make_app(data)
    async with app.run_test(size=(150, 40)) as pilot:
        await ready(pilot, screen)
        monkeypatch.setattr(Image.Image, "save", full)
        await pilot.press("E", "enter")
        await until(
            pilot, lambda: "can't write animals.png: No space left" in text_of(screen, "#status")
        )
        assert not list(here.iterdir())


async def test_size_and_theme_of_the_command_line_are_those_of_figures_from_the_app():
    from vizterm.embed.indexed import indexed
    from vizterm.graphics.choose import Graphics
    from vizterm.shell.app import VizApp
    from vizterm.shell.background import Background
    from vizterm.terminal.facts import Terminal

    facts = Terminal()
    options = FigureOptions(size=(80.0, 60.0), dpi=100, theme="dark")
    source = Background(indexed(data))
    screen = EmbedScreen(source, facts, figure=options, map_names=False)
    app = VizApp(lambda: screen, facts, Graphics("half", "a test"))
    async with app.run_test(size=(150, 40)) as pilot:
        await ready(pilot, screen)
        path = await write(pilot, screen)
        with Image.open(path) as image:
            assert image.size == (315, 236) and max(image.convert("RGB").getpixel((0, 0))) < 30
        await write(pilot, screen, "no-names.svg")
        assert Path("no-names.svg").read_text().count(">cat<") == 2  # legend and group


def test_names_of_files():
    assert path_of(" figure ") == Path("figure.png")
    assert path_of("a.b/c.svg") == Path("a.b/c.svg")
    assert path_of("~/x.png") == Path.home() / "x.png"
    assert free_name("t-SNE of x: 3/4", Path.cwd()) == Path("4.png")
    assert free_name("..", Path.cwd()) == Path("figure.png")
    assert free_name("\x1b]52;a", Path.cwd()).name.isprintable()
    assert len(str(free_name("x" * 500, Path.cwd()))) < 80
