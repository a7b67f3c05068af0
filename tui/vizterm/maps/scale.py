"""What a colour bar says: which value has which colour, in round numbers with a title."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm.maps.numbers import short_number
from vizterm_core.colour.colormaps import Colormap
from vizterm_core.colour.norm_ticks import is_linear, norm_ticks
from vizterm_core.colour.norms import Norm
from vizterm_core.ticks import power_of_ten, scaled_labels

CLASSES = "classes"
"""The name of a norm whose values are class ids: its knots."""
ABOVE, BELOW = "≥", "≤"
_SLACK = 0.1
"""Of the range of a norm."""
_LONGEST = 8
"""Characters of a number that there is room for."""


@dataclass(frozen=True, slots=True)
class BarNumbers:
    """The texts of a colour bar."""

    notes: tuple[str, ...]
    """What the numbers are to be multiplied with, and what is to be added: "× 10⁻⁶"."""
    places: tuple[tuple[float, str], ...]
    """Share, 0 to 1, and text of each number, rising."""


@dataclass(frozen=True, slots=True)
class ColourScale:
    """Norm and colormap of a map, and what its values are."""

    norm: Norm
    colormap: Colormap
    title: str = "value"
    """What is measured, and its unit."""
    below: bool = False
    """Whether there are values below the lower limit, in the lowest colour."""
    above: bool = False
    """Whether there are values above the upper limit."""

    def numbers(self, most: int) -> BarNumbers:
        """Return round numbers for a bar that has room for some; limits only where they cut."""
        norm = self.norm
        if norm.constant:
            return BarNumbers((), ((0.0, short_number(norm.low)),))
        if norm.name == CLASSES:
            return BarNumbers((), _classes(norm, most))
        ticks = norm_ticks(norm, most)
        even, base = is_linear(norm), 0.0
        labels, exponent = scaled_labels(ticks, even=even)
        if max(map(len, labels)) > _LONGEST:
            # A narrow range far from zero: what differs, above the lowest.
            base = ticks[0]
            labels, exponent = scaled_labels([tick - base for tick in ticks], even=even)
        places = dict(zip(map(float, norm(ticks)), labels, strict=True))
        for share, cut, sign in ((0.0, self.below, BELOW), (1.0, self.above, ABOVE)):
            if cut:
                for near in [other for other in places if abs(other - share) < 1 / most]:
                    del places[near]
                limit = (float(norm.inverse(share)) - base) / 10.0**exponent
                places[share] = f"{sign} {short_number(limit)}"
        factor = (f"× {power_of_ten(exponent)}",) if exponent else ()
        more = (f"+ {_exact(base)}",) if base else ()
        return BarNumbers(factor + more, tuple(sorted(places.items())))


def _classes(norm: Norm, most: int) -> tuple[tuple[float, str], ...]:
    """Return the ids of classes, evenly left out where there are too many."""
    assert norm.knots is not None
    ids, shares = norm.knots
    step = -(-len(ids) // max(1, most))
    return tuple((float(shares[at]), f"{ids[at]:.0f}") for at in range(0, len(ids), step))


def cut_ends(norm: Norm, values: npt.NDArray[np.floating[Any]]) -> tuple[bool, bool]:
    """Return whether values lie below, and above, the limits of a norm.

    Limits come from a map at another size: a little beyond them is no cut.
    """
    if norm.constant or norm.name in ("sigmoid", "none") or not values.size:
        return False, False
    slack = 0.0 if norm.name == "percentile" else _SLACK * (norm.high - norm.low)
    low, high = norm.low - slack, norm.high + slack
    return bool((values < low).any()), bool((values > high).any())


def _exact(value: float) -> str:
    text = f"{value:,.12g}"
    return text.replace("-", "−", 1)
