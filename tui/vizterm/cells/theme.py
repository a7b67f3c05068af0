"""The theme: every colour of bars, chips, panels, frames and text.

Dark and light are both designed.  With 256 colours they become the nearest steps of its greys,
with 16 or none they are bold, dim and reversed: the terminal's own colours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from rich.color import Color
from rich.style import Style

from vizterm.cells.chips import chip_colours
from vizterm.cells.text import BOLD, DIM, PLAIN
from vizterm.terminal.facts import Terminal

Rgb = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class _Colours:
    """Designed colours, and the background that they were designed for."""

    background: Rgb
    text: Rgb
    soft: Rgb
    dim: Rgb
    faint: Rgb
    track: Rgb
    chip: Rgb
    bar: Rgb
    panel: Rgb
    accent: Rgb


_DARK = _Colours(
    background=(0, 0, 0),
    text=(228, 230, 235),
    soft=(188, 192, 201),
    dim=(138, 143, 155),
    faint=(66, 70, 80),
    track=(40, 43, 51),
    chip=(44, 48, 58),
    bar=(20, 22, 27),
    panel=(13, 14, 17),
    accent=(255, 158, 213),
)
_LIGHT = _Colours(
    background=(250, 250, 248),
    text=(36, 38, 44),
    soft=(66, 69, 78),
    dim=(104, 108, 118),
    faint=(190, 192, 199),
    track=(214, 216, 221),
    chip=(222, 224, 229),
    bar=(236, 237, 239),
    panel=(244, 244, 243),
    accent=(160, 40, 120),
)
_DARK_256 = _Colours(
    background=(0, 0, 0),
    text=(228, 228, 228),
    soft=(188, 188, 188),
    dim=(138, 138, 138),
    faint=(78, 78, 78),
    track=(48, 48, 48),
    chip=(58, 58, 58),
    bar=(28, 28, 28),
    panel=(18, 18, 18),
    accent=(255, 175, 215),
)
_LIGHT_256 = _Colours(
    background=(255, 255, 255),
    text=(38, 38, 38),
    soft=(68, 68, 68),
    dim=(108, 108, 108),
    faint=(188, 188, 188),
    track=(208, 208, 208),
    chip=(218, 218, 218),
    bar=(228, 228, 228),
    panel=(238, 238, 238),
    accent=(175, 0, 135),
)
"""On the grid of 256 colours, so that none of them is rounded."""


@dataclass(frozen=True, slots=True)
class Theme:
    """Styles by what they are for.

    `bar`, `panel` and `chip` are surfaces, with a background; the others lie on any of them.
    """

    text: Style
    """What is said."""
    strong: Style
    """Titles, names, what is looked at."""
    soft: Style
    """Lists: less than `text`, to let one line stand out."""
    dim: Style
    """What helps to read the rest."""
    faint: Style
    """Frames and rules."""
    track: Style
    """The empty part of a count bar."""
    accent: Style
    """Keys, and what has the focus: the one accent."""
    bar: Style
    """First and last line."""
    panel: Style
    """Panels and boxes."""
    chip: Style
    """A word set off from a bar."""
    panel_rgb: Rgb | None
    """Colour of a panel's background; None where it is the terminal's own."""
    variables: dict[str, str]
    """Colours for the style sheet."""
    light: bool
    colours: str
    """'truecolor', '256', 'standard' (16) or 'none'."""

    def label_chip(self, style: Style) -> Style:
        """Return the style of a label's name as a chip, from the style of its points."""
        if self.panel_rgb is None:
            return Style(color=style.color, reverse=True, bold=True)
        if style.color is None:
            return self.chip + BOLD
        red, green, blue = style.color.get_truecolor()
        front, back = chip_colours((red, green, blue), light=self.light)
        if self.colours == "256":
            # The cube has no dark colours that are calm: its greys are.
            return self.chip + Style(color=Color.from_rgb(*front), bold=True)
        return Style(color=Color.from_rgb(*front), bgcolor=Color.from_rgb(*back), bold=True)


def theme_for(terminal: Terminal) -> Theme:
    """Return the theme for a terminal: its number of colours, and its background if known."""
    return _theme(terminal.colours, terminal.light, terminal.background)


@lru_cache(8)
def _theme(colours: str, light: bool, background: Rgb | None) -> Theme:
    if colours not in ("truecolor", "256"):
        return _without_colours(colours, light=light)
    if colours == "256":
        # Steps of grey are too coarse to follow the background.
        return _coloured(_LIGHT_256 if light else _DARK_256, colours, light=light)
    designed = _LIGHT if light else _DARK
    return _coloured(
        designed if background is None else _on(background, designed), colours, light=light
    )


def _on(background: Rgb, designed: _Colours) -> _Colours:
    """Move the surfaces with the background: each keeps its share of the way to the text."""

    def moved(colour: Rgb) -> Rgb:
        base, text = np.array(designed.background, float), np.array(designed.text, float)
        share = ((np.array(colour) - base) / (text - base)).mean()
        shift = (np.array(background) - base) * (1 - share)
        red, green, blue = np.clip(np.rint(np.array(colour) + shift), 0, 255).astype(int).tolist()
        return red, green, blue

    names: Sequence[str] = ("dim", "faint", "track", "chip", "bar", "panel")
    values = {name: moved(getattr(designed, name)) for name in names}
    return _Colours(
        background=background,
        text=designed.text,
        soft=designed.soft,
        accent=designed.accent,
        **values,
    )


def _coloured(colours: _Colours, kind: str, *, light: bool) -> Theme:
    def front(rgb: Rgb) -> Style:
        return Style(color=Color.from_rgb(*rgb))

    def surface(rgb: Rgb) -> Style:
        return Style(color=Color.from_rgb(*colours.text), bgcolor=Color.from_rgb(*rgb))

    names = ("text", "soft", "dim", "faint", "chip", "bar", "panel", "accent")
    return Theme(
        text=front(colours.text),
        strong=front(colours.text) + BOLD,
        soft=front(colours.soft),
        dim=front(colours.dim),
        faint=front(colours.faint),
        track=front(colours.track),
        accent=front(colours.accent) + BOLD,
        bar=surface(colours.bar),
        panel=surface(colours.panel),
        chip=surface(colours.chip),
        panel_rgb=colours.panel,
        variables={
            f"viz-{name}": "#{:02x}{:02x}{:02x}".format(*getattr(colours, name)) for name in names
        },
        light=light,
        colours=kind,
    )


def _without_colours(colours: str, *, light: bool) -> Theme:
    accent = Style(color="magenta", bold=True) if colours == "standard" else BOLD
    names = ("text", "soft", "dim", "chip", "bar", "panel", "accent")
    return Theme(
        text=PLAIN,
        strong=BOLD,
        soft=PLAIN,
        dim=DIM,
        faint=DIM,
        track=DIM,
        accent=accent,
        bar=PLAIN,
        panel=PLAIN,
        chip=Style(reverse=True),
        panel_rgb=None,
        variables={
            **{f"viz-{name}": "ansi_default" for name in names},
            "viz-faint": "ansi_bright_black",
        },
        light=light,
        colours=colours,
    )
