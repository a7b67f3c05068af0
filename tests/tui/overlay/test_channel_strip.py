"""The strip of channels under an overlay."""

import re

import matplotlib as mpl
import numpy as np
import pytest
from tests.support.decoders import parse_kitty
from tests.support.overlay import make_app, make_data, ready
from tests.support.screens import until
from textual.events import MouseScrollDown, MouseScrollUp

from vizterm.overlay.channel_strip import CellPreviews, ChannelStrip
from vizterm.overlay.model import Overlay, OverlayModel
from vizterm.overlay.options import OverlayOptions
from vizterm.widgets.picture import PictureView
from vizterm_core.pictures.resize import resize_bilinear

JET = mpl.colormaps["jet"](np.arange(256), bytes=True)[:, :3]


def pictures(screen):
    return [picture.array for picture in screen.query("#channels PictureView").results(PictureView)]


def line(screen, y):
    """The text of a line of the strip, as it is on screen."""
    region = screen.query_one(ChannelStrip).region
    strip = screen._compositor.render_strips()[region.y + y]
    return strip.text


def numbers(screen):
    return line(screen, screen.query_one(ChannelStrip).size.height - 1)


def in_few_shades(channel, shape, shades=16):
    """A channel between its least and its largest value, in so many of jet's colours."""
    values = resize_bilinear(channel, shape)
    share = (values - values.min()) / (values.max() - values.min())
    step = np.minimum(np.floor(share * shades), shades - 1) / (shades - 1)
    return JET[np.minimum(step * 256, 255).astype(int)]


@pytest.mark.parametrize(("protocol", "cell"), [("half", None), ("kitty", (9, 18))])
async def test_a_click_on_the_strip_picks_a_channel(protocol, cell):
    app, screen = make_app(protocol, cell)
    async with app.run_test(size=(160, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.pause()
        await pilot.click(ChannelStrip, offset=(11 * 3 + 2, 1))
        await pilot.pause()
        assert screen.model.channel == 3
        assert re.search(r"  2  +╰─+ 3 ─+╯ +4  ", numbers(screen))
        # A frame all around: above, at both sides, below.
        rows = [line(screen, y) for y in range(screen.query_one(ChannelStrip).size.height)]
        assert rows[0][33:45] == "╭──────────╮"
        assert all(row[33] == row[44] == "│" for row in rows[1:-1])
        assert all("│" not in row[:33] + row[45:] for row in rows[1:-1])


@pytest.mark.parametrize("width", [119, 120, 121, 122])
async def test_numbers_stand_below_their_previews_and_arrows_where_there_are_more(width):
    app, screen = make_app()
    async with app.run_test(size=(width, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.pause()
        room = (width - 1) // 11
        row = numbers(screen)
        for place in range(1, room):
            assert row[place * 11 + 1 : place * 11 + 11].strip() == str(place)
        assert row[room * 11] == "▸"
        assert "◂" not in row
        strip = screen.query_one(ChannelStrip)
        await pilot.click(strip, offset=(room * 11, 3))
        await pilot.pause()
        assert screen.model.channel == room
        assert numbers(screen)[0] == "◂"
        await pilot.press("2", "5", "5", "g")
        await pilot.pause()
        assert numbers(screen)[0] == "◂"
        assert "▸" not in numbers(screen)
        assert "╰── 255 ───╯" in numbers(screen) or "╰─── 255 ──╯" in numbers(screen)


@pytest.mark.parametrize("channel", [0, 4, 9])
async def test_the_strip_says_which_channel_of_how_many_and_its_norm(channel):
    app, screen = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press(*str(channel), "g") if channel else None
        await pilot.press("u")
        await pilot.pause()
        title = line(screen, 0)
        assert f"channel {channel} of 256 · norm max" in title
        assert title.index("╭") == 11 * channel


async def test_the_wheel_over_the_strip_leafs():
    app, screen = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.pause()
        zoom = screen.model.camera.view.zoom
        strip = screen.query_one(ChannelStrip)
        await pilot._post_mouse_events([MouseScrollDown], widget=strip, offset=(30, 2))
        assert screen.model.channel == 1
        await pilot._post_mouse_events([MouseScrollUp], widget=strip, offset=(30, 2))
        assert screen.model.channel == 0
        assert screen.model.camera.view.zoom == zoom


async def test_a_projection_has_no_frame_and_one_channel_no_strip():
    app, screen = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        await pilot.press("p")
        await pilot.pause()
        assert "╰" not in numbers(screen)
        assert line(screen, 0).startswith(" mean of 256 channels · norm minmax")
    image, channels = make_data()
    app, screen = make_app(data=(image, channels[:1]))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, screen)
        assert not screen.query_one(ChannelStrip).display


async def test_previews_are_pixels_where_the_terminal_draws_them():
    data = make_data()
    app, screen = make_app("kitty", (9, 18), data=data)
    async with app.run_test(size=(160, 40)) as pilot:
        await ready(pilot, screen)
        await until(pilot, lambda: len(pictures(screen)) == 14)
        # 64 x 128 pixels in 4 rows of 10 cells: 5/2 rows, of whole ones 2.
        assert screen.query_one("#channels .previews").size.height == 2
        for channel, picture in enumerate(pictures(screen)):
            assert picture.shape == (36, 72, 3)
            np.testing.assert_array_equal(picture, in_few_shades(data[1][channel], (36, 72)))
        await pilot.press("2", "0", "0", "g")
        for channel, picture in enumerate(pictures(screen), 193):
            np.testing.assert_array_equal(picture, in_few_shades(data[1][channel], (36, 72)))


async def test_a_preview_that_was_seen_is_not_sent_again():
    app, screen = make_app("kitty", (9, 18))
    async with app.run_test(size=(160, 40)) as pilot:
        await ready(pilot, screen)
        sent = []
        write = app._driver.write
        app._driver.write = lambda data: (sent.append(data), write(data))

        def small(action):
            """Commands for pictures of the size of previews."""
            text = "".join(re.findall(r"\x1b_G[^\x1b]*\x1b\\", "".join(sent)))
            wanted = [command.keys for command in parse_kitty(text)]
            known = {keys["i"] for keys in wanted if keys["a"] == "t" and keys.get("s") == "72"}
            return [keys for keys in wanted if keys["a"] == action and keys.get("i") in known]

        def places():
            """Kitty's number of a place -> of the picture that was put there last."""
            return {keys["p"]: keys["i"] for keys in small("p")}

        await pilot.press("c")
        await until(pilot, lambda: len(places()) == 14)
        before = places()
        assert len(small("t")) == 14
        await pilot.press("1", "4", "g")
        await until(pilot, lambda: len(small("t")) == 21)
        await pilot.press("0", "g")
        await until(pilot, lambda: places() == before)
        assert len(small("t")) == 21


async def test_previews_are_those_of_the_file_loaded_again():
    app, screen = make_app()
    async with app.run_test(size=(160, 40)) as pilot:
        await ready(pilot, screen)
        row = screen.query_one(CellPreviews)
        before = [list(line) for line in row._lines]
        image, channels = make_data(seed=1)
        model = OverlayModel(image, channels, OverlayOptions())
        screen.replace(Overlay("another", model))
        await until(pilot, lambda: screen.model is model)
        await pilot.pause()
        wanted = CellPreviews("truecolor")
        wanted.refresh = lambda *_: None
        previews = [model.preview(channel, (8, 10)) for channel in range(14)]
        wanted.show(previews, 0, screen._theme.accent)
        assert row._lines == wanted._lines != before
