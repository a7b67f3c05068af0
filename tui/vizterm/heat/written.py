"""Files of heatmaps: one, or one for each group in the same scale."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from vizterm.heat.drawing import size_text
from vizterm.heat.export import write_heat
from vizterm.heat.group_files import group_paths, has_place
from vizterm.heat.model import Heat, HeatModel, Values
from vizterm.heat.parts import HeatParts
from vizterm_core.colour.norms import Norm, fit_norm
from vizterm_core.errors import DataError
from vizterm_core.maps.blur import blur
from vizterm_core.text import clean

_SAMPLED = 1 << 22
"""Values from which the scale of all groups is made, besides the least and the greatest."""


def write_heats(heat: Heat, path: Path) -> None:
    """Write a map, or one for each group where the path has a place for its name; say so.

    Raises
    ------
    DataError
        If a file or a folder can't be written.
    """
    model, parts = heat.model, heat.model.parts
    size = size_text(model)
    if parts is None or not has_place(path):
        write_heat(heat.title, model, path)
        if parts is not None and parts.grouped:
            told = f"{clean(parts.by)}: {len(parts.store.names):,} groups in one map"
            _say(f"note: {told}; {{group}} in the file's name writes one for each")
        _say(f"wrote {clean(str(path))}: {size}")
        return
    order = parts.order
    paths = group_paths(path, [parts.store.names[group] for group in order])
    _make_folder(paths[0].parent)
    norm = common_norm(model, parts, order)
    for group, made in zip(order, paths, strict=True):
        parts.group = group
        title = f"{heat.title}   {clean(parts.by)} {clean(parts.group_name) or '(empty)'}"
        write_heat(title, model, made, norm)
    parts.group = None
    first, last = clean(str(paths[0])), clean(str(paths[-1]))
    named = first if len(paths) == 1 else f"{len(paths):,} files, {first} to {last}"
    _say(f"wrote {named}: {size}" + (" each" if len(paths) > 1 else ""))


def common_norm(model: HeatModel, parts: HeatParts, groups: Sequence[int]) -> Norm:
    """Return a norm that is fitted to the blurred maps of all groups at full resolution.

    Norms that rank values are fitted to some of them, at equal distances.
    """
    step = max(1, model.field.counts.size * len(groups) // _SAMPLED)
    sampled: list[Values] = []
    for group in groups:
        parts.group = group
        values = blur(model.field.counts, model.sigma).ravel()
        ends = np.array([values.min(), values.max()], values.dtype)
        sampled += [values[::step], ends]
    low, high = model.limits
    return fit_norm(np.concatenate(sampled), model.colours.norm_name, vmin=low, vmax=high)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise DataError(f"can't make {clean(str(folder))}: {error.strerror or error}") from error


def _say(text: str) -> None:
    print(text, file=sys.stderr)  # noqa: T201 - a message
