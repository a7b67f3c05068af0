"""The theme: readable everywhere, and nowhere a colour that the terminal hasn't got."""

import itertools

import numpy as np
import pytest
from rich.color import Color, ColorSystem, ColorType
from rich.style import Style

from vizterm.cells.chips import chip_colours
from vizterm.cells.theme import theme_for
from vizterm.terminal.facts import Terminal, understand
from vizterm_core.colour.oklab import to_oklab
from vizterm_core.colour.palette import categorical_palette

TEXTS = ("text", "strong", "soft", "dim", "accent")
SURFACES = ("bar", "panel", "chip")


def contrast(one, other):
    """Contrast of two sRGB colours, 1 to 21 (WCAG 2.1)."""

    def luminance(rgb):
        levels = np.array(rgb) / 255
        light = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
        return light @ [0.2126, 0.7152, 0.0722] + 0.05

    dark, bright = sorted((luminance(one), luminance(other)))
    return bright / dark


@pytest.mark.parametrize("colours", ["truecolor", "256"])
@pytest.mark.parametrize(
    ("light", "background"),
    [
        (False, None),
        (True, None),
        (False, (0, 0, 0)),
        (False, (0, 43, 54)),
        (False, (46, 52, 64)),
        (True, (255, 255, 255)),
        (True, (253, 246, 227)),
    ],
)
def test_every_text_can_be_read_on_every_surface(colours, light, background):
    theme = theme_for(Terminal(colours=colours, light=light, background=background))
    for text, surface in itertools.product(TEXTS, SURFACES):
        front = getattr(theme, text).color.triplet
        back = getattr(theme, surface).bgcolor.triplet
        least = {"text": 4.5, "strong": 4.5, "dim": 2.7}.get(text, 3)
        assert contrast(front, back) >= least, (text, surface)


def test_surfaces_follow_the_background_in_the_order_that_was_designed():
    for background in ((0, 0, 0), (0, 43, 54), (46, 52, 64)):
        theme = theme_for(Terminal(background=background))
        levels = [sum(background)]
        levels += [sum(getattr(theme, name).bgcolor.triplet) for name in ("panel", "bar", "chip")]
        assert levels == sorted(set(levels)), background
    designed = theme_for(Terminal())
    assert theme_for(Terminal(background=(0, 0, 0))).variables == designed.variables


def test_256_colours_are_on_their_grid():
    for light in (False, True):
        theme = theme_for(Terminal(colours="256", light=light))
        for name in (*TEXTS, "faint", "track", *SURFACES):
            style = getattr(theme, name)
            for colour in filter(None, (style.color, style.bgcolor)):
                rounded = colour.downgrade(ColorSystem.EIGHT_BIT)
                levels = rounded.get_truecolor()
                assert max(abs(a - b) for a, b in zip(levels, colour.triplet, strict=True)) <= 10


@pytest.mark.parametrize("colours", ["standard", "none"])
def test_without_enough_colours_there_are_only_attributes(colours):
    theme = theme_for(Terminal(colours=colours))
    for name in (*TEXTS, "faint", "track", *SURFACES):
        style = getattr(theme, name)
        assert style.bgcolor is None
        assert style.color is None or (name == "accent" and colours == "standard")
    assert theme.strong.bold and theme.dim.dim and theme.chip.reverse and theme.accent.bold
    chip = theme.label_chip(Style(color="red" if colours == "standard" else None))
    assert chip.reverse and chip.bold


@pytest.mark.parametrize("light", [False, True])
def test_a_labels_chip_keeps_its_hue_and_can_be_read(light):
    for rgb in categorical_palette(24).tolist():
        front, back = chip_colours(tuple(rgb), light=light)
        assert contrast(front, back) >= 4.5, rgb
        lab, chip = to_oklab(np.array(rgb)), to_oklab(np.array(front))
        if np.hypot(*lab[1:]) > 0.05 and np.hypot(*chip[1:]) > 0.03:
            turned = np.arctan2(lab[2], lab[1]) - np.arctan2(chip[2], chip[1])
            assert abs((turned + np.pi) % (2 * np.pi) - np.pi) < 0.6, rgb


def test_a_chip_on_256_colours_is_grey_behind_the_labels_colour():
    theme = theme_for(Terminal(colours="256"))
    chip = theme.label_chip(Style(color=Color.from_rgb(255, 0, 0)))
    assert chip.bgcolor == theme.chip.bgcolor
    assert chip.color.type is ColorType.TRUECOLOR
    red, green, blue = chip.color.triplet
    assert red > green and red > blue


@pytest.mark.parametrize(
    ("told", "light"),
    [("15;0", False), ("0;15", True), ("0;default;15", True), ("0;7", True), ("x", False)],
)
def test_konsole_and_rxvt_tell_by_a_variable_whether_they_are_light(told, light):
    assert understand(b"", {"TERM": "xterm-256color", "COLORFGBG": told}).light is light
    answered = b"\x1b]11;rgb:1c1c/1c1c/1c1c\x1b\\"
    terminal = understand(answered, {"TERM": "xterm-256color", "COLORFGBG": told})
    assert not terminal.light
    assert terminal.background == (28, 28, 28)
