"""Shows a heatmap: in the app on a terminal, printed elsewhere, or written to a file."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from vizterm.heat.drawing import notes_of
from vizterm.heat.live import LiveEvents
from vizterm.heat.model import Heat, HeatModel
from vizterm.heat.parts import HeatParts
from vizterm.heat.request import HeatFile, HeatRequest, HeatStream
from vizterm.shell.background import Background
from vizterm.shell.opening import Opening
from vizterm.shell.session import (
    interactive,
    printing_terminal,
    require_threads,
    run_app,
)
from vizterm_core.errors import DataError, UsageError
from vizterm_core.load.events.stream import EventLines
from vizterm_core.load.heat.counting import count_source
from vizterm_core.maps.count_map import CountMap
from vizterm_core.text import clean

if TYPE_CHECKING:
    from textual.screen import Screen

    from vizterm.graphics.choose import Graphics
    from vizterm.terminal.facts import Terminal


def show_heat(request: HeatRequest) -> None:
    """Show, print or write a heatmap."""
    data = request.data
    if isinstance(data, HeatStream):
        _show_stream(request, data)
        return

    def make() -> Heat:
        source = data.read() if isinstance(data, HeatFile) else data
        if source.events is None and (request.by or request.timed):
            option = "--by" if request.by else "--time"
            raise UsageError(f"{option} is for events, and {source.name} is a grid of values")
        counts = count_source(source, request.placing)
        parts = HeatParts.asked_for(
            counts, source.events, by=request.by, timed=request.timed, length=request.window
        )
        model = HeatModel(counts, request.options, request.background, parts)
        return Heat(source.name, model, source.notes, source.files)

    display = request.display
    if request.output is not None:
        _write(make(), request)
    elif display.printed or not interactive():
        _print(make(), request)
    else:
        _open_app(make, request)


def _show_stream(request: HeatRequest, stream: HeatStream) -> None:
    """Show events as they come; print or write them when all have come."""
    if sys.stdin is None or sys.stdin.isatty():
        where = "closed" if sys.stdin is None else "the terminal"
        raise UsageError(
            f"vizterm heat -: standard input is {where}",
            "pipe events into it, e.g. tail -f clicks.csv | vizterm heat -",
        )
    require_threads()
    display, title = request.display, clean(stream.title)
    keys = None if request.output is not None or display.printed else _open_keyboard()
    live = LiveEvents(os.dup(sys.stdin.fileno()), EventLines(stream.options))
    counts = CountMap(request.placing)
    if keys is not None:
        # The app reads its keys from the descriptor of standard input.
        os.dup2(keys, sys.stdin.fileno())
        os.close(keys)

    def make() -> Heat:
        parts = HeatParts.asked_for(
            counts, by=request.by, timed=request.timed, length=request.window
        )
        model = HeatModel(counts, request.options, request.background, parts)
        # In the app the notes come with the events.
        return Heat(
            title, model, live.notes if live.ended.is_set() and keys is None else (), live=live
        )

    if keys is not None and interactive():
        _open_app(make, request)
        _require(live, counts, title)
        return
    live.ended.wait()
    heat = make()
    for events in live.take():
        counts.name(live.names)
        heat.model.add(events)
    _require(live, counts, title)
    if request.output is not None:
        _write(heat, request)
    else:
        _print(heat, request)


def _require(live: LiveEvents, counts: CountMap, title: str) -> None:
    """Raise the error that stopped the stream, or a DataError if it ended without any event."""
    if live.error is not None:
        raise live.error
    if live.ended.is_set() and not counts.events:
        counts.require_any(title)
        raise DataError(f"{title} has no events", "an event is a line of x,y or x,y,weight")


def _open_keyboard() -> int | None:
    """Open the terminal for keys, if standard output is one."""
    if sys.stdout is None or not sys.stdout.isatty():
        return None
    try:
        return os.open("/dev/tty", os.O_RDWR)
    except OSError:
        return None


def _open_app(make: Callable[[], Heat], request: HeatRequest) -> None:
    source = Background(make)

    def first_screen(terminal: Terminal, _: Graphics) -> Screen[None]:
        from vizterm.heat.screen import HeatScreen

        opening: Opening[HeatScreen] = Opening(source)
        return opening.first_screen(
            HeatScreen, lambda: HeatScreen(source, terminal, pixels=request.pixels)
        )

    run_app(first_screen, request.display)


def _print(heat: Heat, request: HeatRequest) -> None:
    from vizterm.heat.snapshot import print_heat

    terminal = printing_terminal(request.display.colour)
    print_heat(heat.title, heat.model, heat.notes, terminal, sys.stdout)
    _tell(heat, request)


def _write(heat: Heat, request: HeatRequest) -> None:
    from vizterm.heat.written import write_heats

    assert request.output is not None
    write_heats(heat, request.output)
    _tell(heat, request)


def _tell(heat: Heat, request: HeatRequest) -> None:
    """Say on standard error what was left out and assumed, in full: a printed heading is cut."""
    for note in [] if request.quiet else notes_of(heat.model, heat.notes):
        print(f"note: {note}", file=sys.stderr)  # noqa: T201 - a message
