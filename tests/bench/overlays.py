"""The cost of an overlay when a key is pressed, against the numpy and matplotlib expression.

Thread CPU time, the least of many, in one run. The plain expression is given the map at the image's
size already; ours enlarges it as well. Both are computed at 512 x 512 or, as the screen does, at
three panels of 160 x 160 pixels.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

import matplotlib as mpl
import numpy as np
from tests.bench.frames import least
from tests.bench.report import Row, milliseconds

from vizterm_core.colour.colormaps import apply_colormap
from vizterm_core.maps.channels import project
from vizterm_core.maps.overlay import MODES, Style, checked_style, heatmap, overlay, place_map
from vizterm_core.pictures.image import resize_area
from vizterm_core.pictures.resize import resize_bilinear

SIZE = (512, 512)
CHANNELS, SIDE = 256, 64
DISPLAY = (160, 160)
PREVIEW = (8, 16)
ALPHA = 0.5
REPEATS = 40


def make() -> tuple[np.ndarray, np.ndarray]:
    """An image, and the features of a network that has seen smooth things."""
    rng = np.random.default_rng(0)
    image = rng.integers(0, 256, (*SIZE, 3), np.uint8)
    coarse = rng.random((CHANNELS, 8, 8)).astype(np.float32)
    return image, np.stack([resize_bilinear(channel, (SIDE, SIDE)) for channel in coarse])


def plain(image: np.ndarray, enlarged: np.ndarray) -> np.ndarray:
    """The expression people write."""
    shares = (enlarged - enlarged.min()) / (enlarged.max() - enlarged.min())
    heat = mpl.colormaps["jet"](shares)[..., :3] * 255
    return (heat * ALPHA + image * (1 - ALPHA)).astype(np.uint8)


def change_channel(image: np.ndarray, features: np.ndarray) -> Callable[[], object]:
    """A call that computes the panels of the next channel: heatmap and overlay."""
    below = resize_area(image, *DISPLAY)
    style = checked_style("color", ALPHA, "jet")
    turns = itertools.cycle(range(CHANNELS))

    def change() -> object:
        placed = place_map(project(features, next(turns)), SIZE)
        shares = placed.shares(display=DISPLAY)
        return apply_colormap(shares, style.colormap), placed.over(below, shares, style)

    return change


def change_style(
    image: np.ndarray, features: np.ndarray, styles: list[Style]
) -> Callable[[], object]:
    """A call that computes the panels of the next style; the map stays where it is."""
    below = resize_area(image, *DISPLAY)
    placed = place_map(features[0], SIZE)
    turns = itertools.cycle(styles)

    def change() -> object:
        style = next(turns)
        shares = placed.shares(display=DISPLAY)
        return apply_colormap(shares, style.colormap), placed.over(below, shares, style)

    return change


def measure() -> list[Row]:
    """A key press at the display's pixels, and the whole overlay, against the plain expression."""
    image, features = make()
    enlarged = resize_bilinear(features[0], SIZE)
    assert np.array_equal(plain(image, enlarged), overlay(image, features[0]))
    asked = least(lambda: plain(image, enlarged), REPEATS)

    modes = [checked_style(mode, ALPHA, "jet") for mode in MODES]
    alphas = [checked_style("color", alpha / 10, "jet") for alpha in range(1, 10)]
    pressed = {
        "another channel": least(change_channel(image, features), REPEATS),
        "another mode": least(change_style(image, features, modes), REPEATS),
        "another alpha": least(change_style(image, features, alphas), REPEATS),
    }
    whole = least(lambda: overlay(image, features[0]), REPEATS)
    strip = least(lambda: [heatmap(channel, shape=PREVIEW) for channel in features[:16]], REPEATS)

    ms = milliseconds
    rows = [
        Row(f"{what} : plain expression", f"{ms(cost)} : {ms(asked)}", cost / asked, 1 / 5)
        for what, cost in pressed.items()
    ]
    return [
        *rows,
        Row("512 x 512, map enlarged : plain", f"{ms(whole)} : {ms(asked)}", whole / asked, 1.0),
        Row("16 channel previews : plain", f"{ms(strip)} : {ms(asked)}", strip / asked, 1.0),
    ]
