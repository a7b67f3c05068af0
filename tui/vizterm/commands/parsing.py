"""Texts of options -> values."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import click

from vizterm_core.errors import UsageError

LARGEST_FRAME = 10_000
"""Columns or rows of a printed frame."""
LARGEST_MAP = 1 << 20
"""Columns or rows of a map, as far as the command line has a say; the core says how many fit."""

_FIGURE_SIZE = re.compile(r"(\d{1,5}(?:\.\d{1,5})?)x(\d{1,5}(?:\.\d{1,5})?) ?(mm|cm|in)?")
_MILLIMETRES = {"mm": 1.0, "cm": 10.0, "in": 25.4}


def parsed(parse: Callable[[str], Any]) -> Callable[..., Any]:
    """Return a callback for `click.option`: a function turns the text into a value.

    A UsageError that it raises passes through click.
    """

    def convert(_: click.Context, __: click.Parameter, text: str | None) -> Any:
        return None if text is None else parse(text)

    return convert


def finite(_: click.Context, option: click.Parameter, number: float | None) -> float | None:
    """Return an option's number; a UsageError, by the option's name, for one that isn't finite."""
    if number is None or math.isfinite(number):
        return number
    name = option.opts[0]
    raise UsageError(f"{name} {number}: not a finite number", f"write it as {name} 0.5")


def parse_frame_size(text: str) -> tuple[int, int]:
    """'120x40' -> (120, 40): columns and rows of a printed frame."""
    return _parse_size(text, LARGEST_FRAME)


def parse_map_size(text: str) -> tuple[int, int]:
    """'1920x1080' -> (1920, 1080): width and height of a map."""
    return _parse_size(text, LARGEST_MAP)


def _parse_size(text: str, most: int) -> tuple[int, int]:
    first, separator, second = text.lower().partition("x")
    good = separator and all(
        part.isascii() and part.isdecimal() and len(part) < 8 and 0 < int(part) <= most
        for part in (first, second)
    )
    if not good:
        raise UsageError(f"--size {text}: not a size", "write it as --size 120x40")
    return int(first), int(second)


def parse_shape(text: str) -> tuple[int, ...]:
    """'28x28' -> (28, 28), '32x32x3' -> (32, 32, 3), '3x32x32' -> (3, 32, 32)."""
    sides = text.lower().split("x")
    good = len(sides) in (2, 3) and all(
        side.isascii() and side.isdecimal() and len(side) < 7 and int(side) > 0 for side in sides
    )
    if not good:
        raise UsageError(
            f"--image-shape {text}: not a shape",
            "write it as --image-shape 28x28, 32x32x3 or 3x32x32",
        )
    return tuple(int(side) for side in sides)


def parse_range(text: str, option: str = "--range") -> tuple[float, float]:
    """'0,4000' -> (0.0, 4000.0): the values drawn black and white."""
    try:
        low, high = (float(part) for part in text.split(","))
    except ValueError:
        low = high = math.nan
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise UsageError(f"{option} {text}: not a range", f"write it as {option} 0,4000")
    return low, high


def parse_figure_size(text: str) -> tuple[float, float]:
    """'160x110' -> (160.0, 110.0) millimetres; also '16x11cm' and '6.3x4.3in'."""
    found = _FIGURE_SIZE.fullmatch(text.strip().lower())
    if found is None:
        raise UsageError(
            f"--figure-size {text}: not a size",
            "write it as --figure-size 160x110, 16x11cm or 6.3x4.3in",
        )
    unit = _MILLIMETRES[found[3] or "mm"]
    return float(found[1]) * unit, float(found[2]) * unit


def parse_image_range(text: str) -> tuple[float, float]:
    """'0,4000' -> (0.0, 4000.0), for `--image-range`."""
    return parse_range(text, "--image-range")


def parse_missing(text: str) -> tuple[float, ...]:
    """'0,65535' -> (0.0, 65535.0), 'none' -> ()."""
    if text == "none":
        return ()
    try:
        values = tuple(float(part) for part in text.split(","))
    except ValueError:
        values = ()
    if not values or not all(map(math.isfinite, values)):
        raise UsageError(
            f"--missing {text}: not a value", "write it as --missing 0, --missing 0,65535 or none"
        )
    return values


def parse_sigma(text: str) -> tuple[float, float]:
    """'15' -> (15.0, 15.0), '3,8' -> (3.0, 8.0): down, across."""
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) not in (1, 2) or not all(0 <= number < 1e5 for number in numbers):
        raise UsageError(
            f"--sigma {text}: not a blur", "give a number from 0 to 99,999, or two: down,across"
        )
    return numbers[0], numbers[-1]


def parse_extent(text: str) -> tuple[float, float, float, float]:
    """'-52.5,52.5,34,-34' -> (-52.5, 52.5, 34.0, -34.0): left, right, top, bottom."""
    from vizterm_core.maps.axes import checked_extent

    try:
        numbers = [float(part) for part in text.split(",")]
        return checked_extent(numbers)
    except ValueError:
        message = "not four numbers"
    except UsageError as error:
        message = (
            error.message.removeprefix("extent: ") if len(numbers) == 4 else "not four numbers"
        )
    raise UsageError(
        f"--extent {text}: {message}",
        "write --extent LEFT,RIGHT,TOP,BOTTOM, with top > bottom where y grows up: "
        "--extent -52.5,52.5,34,-34",
    )


def parse_columns(text: str) -> tuple[str, ...]:
    """'lon,lat' -> ('lon', 'lat'); a name with a comma stands in quotes."""
    import csv

    try:
        return tuple(next(csv.reader([text], skipinitialspace=True), []))
    except csv.Error as error:
        raise UsageError(f"--columns {text}: {error}", "write names with commas between") from error


def parse_channel(text: str) -> int | str:
    """'17' -> 17, 'mean' -> 'mean'."""
    from vizterm_core.maps.channels import PROJECTIONS

    if text in PROJECTIONS:
        return text
    if text.isascii() and text.isdecimal() and len(text) < 10:
        return int(text)
    raise UsageError(
        f"--channel {text}: no such channel", f"give a number from 0, or {', '.join(PROJECTIONS)}"
    )
