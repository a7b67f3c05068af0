"""The dress of a label's name on the map: a chip in the label's hue, readable on any of them."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from rich.color import Color, ColorSystem
from rich.style import Style

from vizterm_core.colour.oklab import Lab, linear_light, to_oklab, to_rgb8

Rgb = tuple[int, int, int]

_INK_LIGHTNESS = {False: (0.80, 0.70), True: (0.46, 0.51)}
"""OKLab lightness of the name at full strength and at none, on dark and on light paper: at least
(on light at most) so much."""
_PAPER_LIGHTNESS = {False: (0.21, 0.16), True: (0.93, 0.97)}
_INK_CHROMA = {False: 0.9, True: 1.0}
_PAPER_CHROMA = {False: 0.30, True: 0.22}
"""Of the label's chroma, the part that is left."""
_FADED_CHROMA = 0.6
"""Of that, what a name without strength keeps."""

_GREY_PAPER = {False: 235, True: 255}
"""Numbers among the 24 greys: no dark or light colour of the 256 is calm."""
READABLE = 4.5
"""Contrast of ink on paper at least (WCAG 2.1, 1.4.3)."""
_STEP = 0.02
"""Lightness by which the ink is moved until it is readable."""
_STEPS = 5
"""Strengths that are told apart: a name that fades shall not be drawn anew with each step."""
_FAINT = 0.7
"""Below this, a name isn't bold, nor reversed where there are no shades."""


def chip_colours(rgb: Rgb, *, light: bool, strength: float = 1.0) -> tuple[Rgb, Rgb]:
    """Return the colours of a name and of the chip it stands on.

    Parameters
    ----------
    rgb : (int, int, int)
        The label's colour, 0 to 255.
    light : bool
        Whether the terminal's background is light.
    strength : float
        1 for a name that matters, down to 0 for one that has faded; it stays readable.

    Returns
    -------
    ink, paper : (int, int, int)
        At least `READABLE` in contrast.
    """
    step = round(_STEPS * min(max(strength, 0.0), 1.0))
    ink, paper = _colours(rgb, light, step, False)
    return _levels(ink), _levels(paper)


def contrast(first: Rgb, second: Rgb) -> float:
    """Return the contrast of two sRGB colours, 1 to 21 (WCAG 2.1).

    >>> contrast((0, 0, 0), (255, 255, 255))
    21.0
    """
    darker, lighter = sorted((_luminance(first), _luminance(second)))
    return round((lighter + 0.05) / (darker + 0.05), 6)


def chip_style(style: Style, colours: str, *, light: bool, strength: float = 1.0) -> Style:
    """Return the style of a label's name.

    Parameters
    ----------
    style : Style
        That of the label's points.
    colours : 'truecolor', '256', 'standard' (16) or 'none'
        What the terminal has.
    light, strength
        As for `chip_colours`.

    Returns
    -------
    Style
        In 256 colours the chip is grey; in 16, or in none, the name is reversed, and one that has
        faded is not.
    """
    bold = strength >= _FAINT
    if colours not in ("truecolor", "256") or style.color is None:
        return Style(color=style.color, bold=bold, reverse=bold)
    red, green, blue = style.color.get_truecolor()
    step = round(_STEPS * min(max(strength, 0.0), 1.0))
    ink, paper = _colours((red, green, blue), light, step, colours == "256")
    return Style(color=ink, bgcolor=paper, bold=bold)


@lru_cache(1 << 11)
def _colours(rgb: Rgb, light: bool, step: int, coarse: bool) -> tuple[Color, Color]:
    """Return ink and paper; `coarse`: among the 256 colours."""
    strength = step / _STEPS
    ink = to_oklab(np.array(rgb, np.uint8))
    chroma = _between((1.0, _FADED_CHROMA), strength)
    paper = ink * (0, *[_PAPER_CHROMA[light] * chroma] * 2)
    paper[0] = _between(_PAPER_LIGHTNESS[light], strength)
    back = Color.from_ansi(_GREY_PAPER[light]) if coarse else _colour(paper, coarse)
    lightest = _between((1.0, _INK_LIGHTNESS[light][1]), strength)
    limit = _between(_INK_LIGHTNESS[light], strength)
    ink[0] = min(ink[0], limit) if light else min(max(ink[0], limit), lightest)
    ink[1:] *= _INK_CHROMA[light] * chroma
    while contrast(_levels(front := _colour(ink, coarse)), _levels(back)) < READABLE:
        ink[0] += -_STEP if light else _STEP
    return front, back


def _colour(lab: Lab, coarse: bool) -> Color:
    colour = Color.from_rgb(*to_rgb8(lab).tolist())
    return colour.downgrade(ColorSystem.EIGHT_BIT) if coarse else colour


def _levels(colour: Color) -> Rgb:
    red, green, blue = colour.get_truecolor()
    return red, green, blue


def _luminance(rgb: Rgb) -> float:
    return float(linear_light(np.array(rgb) / 255) @ (0.2126, 0.7152, 0.0722))


def _between(full_and_none: tuple[float, float], strength: float) -> float:
    full, none = full_and_none
    return none + (full - none) * strength
