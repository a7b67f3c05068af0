import numpy as np
import pytest
from rich.color import Color, ColorSystem, ColorType
from rich.style import Style

from vizterm.cells.chips import chip_colours, chip_style, contrast
from vizterm_core.colour.colormaps import sample_colours
from vizterm_core.colour.oklab import to_oklab
from vizterm_core.colour.palette import MISSING_COLOUR, categorical_palette

ALL = [
    tuple(colour)
    for colour in np.concatenate(
        [categorical_palette(256), sample_colours(32), [MISSING_COLOUR]]
    ).tolist()
] + [(0, 0, 0), (255, 255, 255), (0, 0, 255), (255, 255, 0)]
STRENGTHS = [0, 0.2, 0.4, 0.7, 1]


def wcag(first, second):
    """Contrast by the words of WCAG 2.1, in float64."""

    def luminance(colour):
        parts = [level / 255 for level in colour]
        parts = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    darker, lighter = sorted([luminance(first), luminance(second)])
    return (lighter + 0.05) / (darker + 0.05)


def points(rgb):
    return Style(color=Color.from_rgb(*rgb))


@pytest.mark.parametrize("light", [False, True])
@pytest.mark.parametrize("strength", STRENGTHS)
def test_every_name_is_readable(light, strength):
    for rgb in ALL:
        ink, paper = chip_colours(rgb, light=light, strength=strength)
        assert wcag(ink, paper) >= 4.5, rgb
        assert contrast(ink, paper) == pytest.approx(wcag(ink, paper), rel=1e-4)


@pytest.mark.parametrize("light", [False, True])
@pytest.mark.parametrize("strength", STRENGTHS)
def test_every_name_is_readable_in_256_colours_as_they_are_sent(light, strength):
    for rgb in ALL:
        style = chip_style(points(rgb), "256", light=light, strength=strength)
        ink, paper = style.color, style.bgcolor
        assert ink.downgrade(ColorSystem.EIGHT_BIT) == ink and ink.type is ColorType.EIGHT_BIT
        assert paper.number == (255 if light else 235)
        assert wcag(ink.get_truecolor(), paper.get_truecolor()) >= 4.5, rgb


@pytest.mark.parametrize("light", [False, True])
def test_a_chip_has_the_hue_of_its_label_and_lies_close_to_the_background(light):
    for rgb in ALL[:14]:
        ink, paper = chip_colours(rgb, light=light)
        hues = [np.arctan2(*to_oklab(colour)[:0:-1]) for colour in (rgb, ink, paper)]
        turned = np.abs((hues - hues[0] + np.pi) % (2 * np.pi) - np.pi)
        # What a screen can't show is clipped, which turns some hues a little.
        assert turned.max() < 0.35, rgb
        lightness = to_oklab(paper)[0]
        assert lightness == pytest.approx(0.93 if light else 0.21, abs=0.02)


@pytest.mark.parametrize("light", [False, True])
def test_a_name_fades_towards_the_paper(light):
    background = np.array((255, 255, 255) if light else (0, 0, 0))
    for rgb in ALL[:24]:
        strong = chip_colours(rgb, light=light, strength=1)
        faint = chip_colours(rgb, light=light, strength=0.4)
        assert wcag(faint[0], background) < wcag(strong[0], background), rgb
        assert wcag(faint[1], background) < wcag(strong[1], background), rgb
    style = points(ALL[0])
    assert chip_style(style, "truecolor", light=light).bold
    assert not chip_style(style, "truecolor", light=light, strength=0.5).bold


def test_strengths_that_are_nearly_equal_look_the_same():
    assert chip_colours(ALL[0], light=False, strength=0.99) == chip_colours(ALL[0], light=False)
    with_more, with_less = (
        chip_colours(ALL[0], light=False, strength=strength) for strength in (3.0, -1.0)
    )
    assert with_more == chip_colours(ALL[0], light=False)
    assert with_less == chip_colours(ALL[0], light=False, strength=0)


def test_the_style_in_24_bits_has_these_colours():
    style = chip_style(points(ALL[0]), "truecolor", light=False)
    ink, paper = chip_colours(ALL[0], light=False)
    assert (style.color.get_truecolor(), style.bgcolor.get_truecolor()) == (ink, paper)


@pytest.mark.parametrize("colours", ["standard", "none"])
def test_with_16_colours_or_none_a_name_is_reversed_until_it_fades(colours):
    style = Style(color="green") if colours == "standard" else Style()
    strong = chip_style(style, colours, light=False)
    faint = chip_style(style, colours, light=False, strength=0.4)
    assert strong == style + Style(bold=True, reverse=True)
    assert faint.color == style.color and not faint.bold and not faint.reverse
