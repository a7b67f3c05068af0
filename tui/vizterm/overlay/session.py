"""Opening an overlay: as an app on a terminal, printed elsewhere, or written to a file."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vizterm.files import write_atomically
from vizterm.overlay.model import Overlay, OverlayModel, OverlayOptions
from vizterm.shell.background import Background
from vizterm.shell.session import Display, interactive, printing_terminal, run_app
from vizterm_core.load.overlay_source import OverlaySource
from vizterm_core.text import clean

if TYPE_CHECKING:
    from vizterm.graphics.choose import Graphics
    from vizterm.overlay.screen import OverlayScreen
    from vizterm.terminal.facts import Terminal

FORMATS = (".png", ".npy")
_GAP = 8
"""Pixels between panels in a file."""


@dataclass(frozen=True, slots=True)
class OverlayWish:
    """What is to be made of an image and a feature."""

    options: OverlayOptions = field(default_factory=OverlayOptions)
    output: Path | None = None
    """A file to write instead of showing anything."""
    panels: bool = False
    """Whether all three panels are written."""


def show_overlay(load: Callable[[], OverlaySource], wish: OverlayWish, display: Display) -> None:
    """Show, print or write the overlay of a source; `load` is called in a thread."""

    def make() -> Overlay:
        source = load()
        model = OverlayModel(source.image, source.features, wish.options)
        return Overlay(source.name, model, source.notes, source.files)

    if wish.output is not None:
        _write(make(), wish.output, panels=wish.panels)
    elif display.printed or not interactive():
        from vizterm.overlay.snapshot import print_overlay

        print_overlay(make(), printing_terminal(display.colour), sys.stdout)
    else:
        source = Background(make)
        run_app(lambda terminal, graphics: _screen(source, terminal, graphics), display)


def _screen(source: Background[Overlay], terminal: Terminal, graphics: Graphics) -> OverlayScreen:
    from vizterm.overlay.screen import OverlayScreen

    cell = terminal.cell_pixels if graphics.in_pixels else None
    return OverlayScreen(source, terminal, cell)


def _write(overlay: Overlay, path: Path, *, panels: bool) -> None:
    pictures = overlay.model.full()
    if panels:
        gap = np.zeros((pictures[0].shape[0], _GAP, 3), np.uint8)
        pixels = np.concatenate([pictures[0], gap, pictures[1], gap, pictures[2]], axis=1)
    else:
        pixels = pictures[2]
    if path.suffix.lower() == ".npy":
        write_atomically(path, lambda stream: np.save(stream, pixels))
    else:
        from PIL import Image

        image = Image.fromarray(pixels)
        write_atomically(path, lambda stream: image.save(stream, "PNG"))
    height, width = pixels.shape[:2]
    print(f"wrote {clean(str(path))}: {width:,} × {height:,}", file=sys.stderr)  # noqa: T201 - a message
