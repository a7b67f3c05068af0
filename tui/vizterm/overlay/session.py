"""Shows an overlay: in the app on a terminal, printed elsewhere, or written to a file."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vizterm.files import write_atomically
from vizterm.overlay.drawing import outliers_note
from vizterm.overlay.model import Overlay, OverlayModel
from vizterm.overlay.request import OverlayFiles, OverlayRequest
from vizterm.shell.background import Background
from vizterm.shell.opening import Opening
from vizterm.shell.session import Display, interactive, printing_terminal, run_app
from vizterm_core.text import clean

if TYPE_CHECKING:
    from textual.screen import Screen

    from vizterm.graphics.choose import Graphics
    from vizterm.terminal.facts import Terminal

_GAP = 8
"""Pixels between panels in a file."""


def show_overlay(request: OverlayRequest) -> None:
    """Show, print or write an overlay."""
    data, display = request.data, request.display

    def make() -> Overlay:
        source = data.read() if isinstance(data, OverlayFiles) else data
        model = OverlayModel(source.images, source.maps, request.options)
        notes = source.notes
        if outliers := outliers_note(model):
            notes = (outliers, *notes)
        return Overlay(source.name, model, notes, source.files)

    if request.output is not None:
        _write(make(), request.output, panels=request.panels)
    elif display.printed or not interactive():
        from vizterm.overlay.snapshot import print_overlay

        overlay = make()
        if not request.quiet:
            say_notes(overlay)
        print_overlay(overlay, printing_terminal(display.colour), sys.stdout)
    else:
        _open_app(make, display)


def say_notes(overlay: Overlay) -> None:
    """Say on standard error what was chosen and assumed."""
    for note in overlay.notes:
        _note(note)


def _note(text: str) -> None:
    print(f"note: {text}", file=sys.stderr)  # noqa: T201 - a message


def _open_app(make: Callable[[], Overlay], display: Display) -> None:
    source = Background(make)

    def first_screen(terminal: Terminal, graphics: Graphics) -> Screen[None]:
        from vizterm.overlay.screen import OverlayScreen

        cell = terminal.cell if graphics.in_pixels else None
        opening: Opening[OverlayScreen] = Opening(source)
        return opening.first_screen(OverlayScreen, lambda: OverlayScreen(source, terminal, cell))

    run_app(first_screen, display)


def _write(overlay: Overlay, path: Path, *, panels: bool) -> None:
    model = overlay.model
    pictures = model.full()
    say_notes(overlay)
    if panels:
        gap = np.zeros((pictures[0].shape[0], _GAP, 3), np.uint8)
        parts = [part for picture in pictures for part in (gap, picture)]
        pixels = np.concatenate(parts[1:], axis=1)
    else:
        pixels = pictures[1 if model.several else -1]
        if model.several:
            _note(f"only {model.map.name} of {len(model.maps)} maps is written; --panels for all")
    if path.suffix.lower() == ".npy":
        write_atomically(path, lambda stream: np.save(stream, pixels))
    else:
        from PIL import Image

        image = Image.fromarray(pixels)
        write_atomically(path, lambda stream: image.save(stream, "PNG"))
    height, width = pixels.shape[:2]
    print(f"wrote {clean(str(path))}: {width:,} × {height:,}", file=sys.stderr)  # noqa: T201 - a message
