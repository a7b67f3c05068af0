"""The density behind the points of a figure, and its colour bar."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from vizterm.embed.figure.colour_bar import bar_block
from vizterm.embed.figure.legend import Block
from vizterm.embed.figure.style import FigureStyle
from vizterm.embed.figure.subject import Subject
from vizterm.embed.scatter.density_look import DensityLook
from vizterm_core.colour.colormaps import apply_colormap
from vizterm_core.colour.norms import Norm, fit_norm
from vizterm_core.maps.blur import blur
from vizterm_core.scatter.density import TRUNCATE
from vizterm_core.scatter.viewport import DOTS_ACROSS, DOTS_DOWN, Viewport
from vizterm_core.ticks import tick_labels, tick_values

DENSITY_UNIT = "points per square unit"
_COARSE = 2
"""Pixels of a place in which points are counted, each way."""
_BEHIND_DOTS = 0.55
"""Share of the colours that is left behind dots."""
_TICKS, _BAR_STEPS = 6, 128


@dataclass(frozen=True, slots=True)
class DensityGround:
    """A density in colours."""

    pixels: npt.NDArray[np.uint8]
    """(H, W, 3)."""
    bar: Block


def density_ground(
    subject: Subject,
    view: Viewport,
    style: FigureStyle,
    room: tuple[float, float] | None,
) -> DensityGround:
    """Return the density of a view whose dots are pixels.

    Parameters
    ----------
    subject : Subject
        With a density.
    view : Viewport
    style : FigureStyle
    room : (width, height), optional
        For the bar; there is none without.
    """
    look = subject.density
    assert look is not None
    values = density_of(subject, view)
    norm = fit_norm(values, look.colours.norm_name)
    pixels = apply_colormap(norm(values), look.colours.colormap)
    if look.with_dots:
        pixels = _faded(pixels, norm(values), style)
    bar = Block(0, 0) if room is None else _bar(look, norm, style, room)
    return DensityGround(pixels, bar)


def _bar(look: DensityLook, norm: Norm, style: FigureStyle, room: tuple[float, float]) -> Block:
    steps = np.linspace(0, 1, _BAR_STEPS)
    colours = apply_colormap(steps[:, None], look.colours.colormap)[:, 0]
    if look.with_dots:
        colours = _faded(colours, steps, style)
    least, greatest = (float(end) for end in norm.inverse(np.array([0.0, 1.0])))
    ticks = tick_values(least, greatest, _TICKS) if greatest > least else []
    places = norm(np.array(ticks)) if ticks else np.zeros(0)
    marked = list(zip(places.tolist(), tick_labels(ticks), strict=True))
    return bar_block(colours, marked, style, room, DENSITY_UNIT)


def density_of(subject: Subject, view: Viewport) -> npt.NDArray[np.floating]:
    """Return points per data unit², blurred: (H, W); those outside count as far as they reach."""
    coarse = replace(
        view,
        x_scale=view.x_scale / _COARSE,
        y_scale=view.y_scale / _COARSE,
        columns=math.ceil(view.columns / _COARSE),
        rows=math.ceil(view.rows / _COARSE),
    )
    sigma = subject.blur[1] * coarse.y_scale, subject.blur[0] * coarse.x_scale
    across = math.ceil(sigma[1] * TRUNCATE / DOTS_ACROSS) + 1
    down = math.ceil(sigma[0] * TRUNCATE / DOTS_DOWN) + 1
    wanted = subject.visible
    if subject.highlight is not None:
        alone = np.zeros_like(wanted)
        alone[subject.highlight] = True
        wanted = wanted & alone
    counts = subject.index.exact_counts(coarse.padded(across, down), wanted)
    top, left = float(down * DOTS_DOWN), float(across * DOTS_ACROSS)
    shape = view.down, view.across
    box = (top, top + view.down / _COARSE, left, left + view.across / _COARSE)
    blurred = blur(
        counts.astype(np.float32), sigma, shape=shape, view=box, mode="constant", truncate=TRUNCATE
    )
    return blurred * (coarse.x_scale * coarse.y_scale)


def _faded(
    colours: npt.NDArray[np.uint8], shares: npt.NDArray[np.floating], style: FigureStyle
) -> npt.NDArray[np.uint8]:
    """Return colours of which those of low shares are paper, and none hides dots."""
    paper = np.array(style.paper, np.float32)
    strength = (_BEHIND_DOTS * np.nan_to_num(shares))[..., None]
    return (paper + (colours - paper) * strength + 0.5).astype(np.uint8)
