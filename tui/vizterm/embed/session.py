"""Opening an embedding: as an app on a terminal, as one printed frame elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from vizterm.embed.figure.options import FORMATS
from vizterm.embed.indexed import IndexedEmbedding, indexed
from vizterm.embed.request import PIXELS, EmbedRequest
from vizterm.embed.result import EmbedResult
from vizterm.shell.background import Background
from vizterm.shell.opening import Opening
from vizterm.shell.session import (
    interactive,
    printing_protocol,
    printing_terminal,
    run_app,
)
from vizterm.terminal.facts import Terminal
from vizterm_core.errors import DataError
from vizterm_core.load import Embedding
from vizterm_core.text import clean

if TYPE_CHECKING:
    from textual.screen import Screen

    from vizterm.embed.screen import EmbedScreen
    from vizterm.graphics.choose import Graphics


_MOST_NOTES = 12
"""Notes on what was left out that are printed."""


def show_embedding(request: EmbedRequest) -> EmbedResult:
    """Show an embedding; returns the rows that were pinned and selected."""
    display, point, dots = request.display, request.point, request.dots
    output = request.figure.path
    if output is not None:
        from vizterm.files import check_output

        check_output(output, FORMATS)
    load, load_again = request.loaders()
    # The point to start at may be gone when the file is loaded again.
    wanted, tags = request.wanted, request.tag_reader()
    source = Background(
        indexed(load, point, wanted, tags=tags),
        again=indexed(load_again, wanted=wanted, strict=False, tags=tags),
    )
    if output is not None:
        _write(request, source.result(), output)
        return EmbedResult()
    if display.printed or not interactive():
        from vizterm.embed.snapshot import print_frame, print_point

        terminal = printing_terminal(display.colour)
        shown = source.result()
        if dots == PIXELS:
            print("pixels are for the app: printed in braille", file=sys.stderr)  # noqa: T201 - a message
        outside = print_frame(
            shown.embedding,
            shown.index,
            terminal,
            sys.stdout,
            display.size,
            point,
            dots,
            shown.filter_text,
            names=request.map_names,
        )
        if point is not None:
            protocol = printing_protocol(terminal, display.graphics)
            print_point(shown.embedding, point, terminal, protocol, sys.stdout)
        for note in _left_out(shown.embedding):
            print(f"note: {note}", file=sys.stderr)  # noqa: T201 - a message
        if outside:
            print(_outside_text(outside), file=sys.stderr)  # noqa: T201 - a message
        return EmbedResult()
    return _open_app(source, request)


def _write(request: EmbedRequest, shown: IndexedEmbedding, path: Path) -> None:
    """Write a figure, and say what was written and what was left out."""
    from vizterm.embed.figure.subject import Subject
    from vizterm.embed.figure.writing import write_figure

    subject = Subject.of(
        shown.embedding, shown.index, filtered=shown.filter_text, names=request.map_names
    )
    written = write_figure(subject, request.figure, path)
    marked = ["--point is not marked in a figure"] if request.point is not None else []
    for note in [*_left_out(shown.embedding), *written.notes, *marked]:
        print(f"note: {note}", file=sys.stderr)  # noqa: T201 - a message
    print(written.said, file=sys.stderr)  # noqa: T201 - a message


def _left_out(embedding: Embedding) -> list[str]:
    """Return what was assumed, dropped or left out, a line each."""
    notes = [clean(note) for note in embedding.left_out[:_MOST_NOTES]]
    if (more := len(embedding.left_out) - _MOST_NOTES) > 0:
        notes.append(f"{more:,} more; vizterm info tells all of them")
    if embedding.dropped:
        rows = "row" if embedding.dropped == 1 else "rows"
        notes.append(f"{embedding.dropped:,} {rows} dropped: their coordinates are not finite")
    return notes


def _outside_text(count: int) -> str:
    points = "point lies" if count == 1 else "points lie"
    return f"{count:,} {points} far outside the frame; in the app, 0 shows all"


def _open_app(source: Background[IndexedEmbedding], request: EmbedRequest) -> EmbedResult:
    opening: Opening[EmbedScreen] = Opening(source)

    def first_screen(terminal: Terminal, _: Graphics) -> Screen[None]:
        from vizterm.embed.screen import EmbedScreen

        def screen() -> EmbedScreen:
            return EmbedScreen(
                source,
                terminal,
                request.point,
                request.dots,
                figure=request.figure,
                map_names=request.map_names,
            )

        return opening.first_screen(EmbedScreen, screen)

    run_app(first_screen, request.display)
    if opening.screen is None:
        return EmbedResult()
    model, tags = opening.screen.model, opening.screen.finish_tags()
    if tags.unsaved:
        try:
            tags.save()
        except DataError as error:
            for line in (f"tags {error.message}", *tags.unsaved_lines):
                print(line, file=sys.stderr)  # noqa: T201 - a message
    tagged = {tag: tags.rows(tag) for tag in tags.counts}
    return EmbedResult(model.pinned_row, model.selected_rows, tagged)
