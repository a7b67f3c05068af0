"""Opening an embedding: as an app on a terminal, as one printed frame elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING

from vizterm.embed.figure.options import FORMATS
from vizterm.embed.indexed import IndexedEmbedding, indexed
from vizterm.embed.reduce_options import UMAP
from vizterm.embed.request import EmbedRequest
from vizterm.embed.result import EmbedResult
from vizterm.embed.ways import PIXELS
from vizterm.exit_codes import ExitCode
from vizterm.shell.background import Background
from vizterm.shell.directories import cache_directory
from vizterm.shell.opening import Opening
from vizterm.shell.session import (
    interactive,
    printing_protocol,
    printing_terminal,
    run_app,
)
from vizterm.terminal.facts import Terminal
from vizterm.terminal.streams import on_the_terminal
from vizterm_core.errors import DataError, UsageError
from vizterm_core.load import Embedding
from vizterm_core.scatter.viewport import Extent
from vizterm_core.tags.tags import Tags
from vizterm_core.text import clean

if TYPE_CHECKING:
    from textual.screen import Screen

    from vizterm.embed.pick.picked import PickOptions
    from vizterm.embed.reduce.reduction import Reducer
    from vizterm.embed.screen import EmbedScreen
    from vizterm.graphics.choose import Graphics


EPOCH = "{epoch}"
"""Stands for the number of an epoch in the name of figures, of which each gets its own."""
_LOOK_EVERY = 0.2
"""Seconds between two looks at files that aren't there yet."""
_MOST_NOTES = 12
"""Notes on what was left out that are printed."""


def show_embedding(request: EmbedRequest) -> EmbedResult:
    """Show an embedding; returns the rows that were pinned and selected."""
    display, point, dots = request.display, request.point, request.dots
    output = request.figure.path
    if output is not None:
        from vizterm.files import check_output

        check_output(output, FORMATS)
    if request.reducing.save is not None:
        from vizterm.embed.reduce.reduction import check_coords_file

        check_coords_file(request.reducing.save)
    in_app = output is None and not display.printed and interactive()
    source = _source(request, in_app=in_app)
    if output is not None:
        _write(request, source.result(), output)
        _save_coords(request, source.result().embedding)
        return EmbedResult()
    if not in_app:
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
        _save_coords(request, shown.embedding)
        return EmbedResult()
    return _open_app(source, request)


def _source(request: EmbedRequest, *, in_app: bool = True) -> Background[IndexedEmbedding]:
    """Return what loads the data, and begins to; the app makes costly columns when it is shown.

    Files that are followed are waited for.
    """
    load, load_again = _awaited(request) if request.follow else request.loaders()
    if not in_app and request.reducing.method == UMAP:
        load = partial(_with_umap, request, load)
    # The point to start at may be gone when the file is loaded again.
    wanted, tags = request.wanted, request.tag_reader()
    return Background(
        indexed(load, request.point, wanted, costly=not in_app, tags=tags),
        again=indexed(load_again, wanted=wanted, strict=False, costly=not in_app, tags=tags),
    )


def _awaited(request: EmbedRequest) -> tuple[Callable[[], Embedding], Callable[[], Embedding]]:
    """Return what loads files that are followed, once they are there and whole."""
    said = ""
    while True:
        try:
            return request.loaders()
        except DataError as error:
            if said != error.message:
                said = error.message
                print(f"waiting: {said}", file=sys.stderr)  # noqa: T201 - a message
        sleep(_LOOK_EVERY)


def _reducer(request: EmbedRequest) -> Reducer:
    """Return what makes maps of the vectors."""
    from vizterm.embed.reduce.reduction import Reducer

    folder = cache_directory()
    cache = None if folder is None else folder / "maps"
    return Reducer(request.reducing, request.origin(), cache)


def _with_umap(request: EmbedRequest, load: Callable[[], Embedding]) -> Embedding:
    """Load data, and make the UMAP that is asked for: what is printed waits for it."""
    from vizterm.embed.reduce.plane_map import PlaneMap
    from vizterm.embed.reduce.reduction import reduced_now

    embedding = load()
    made = reduced_now(_reducer(request), embedding)
    return PlaneMap.made(made, embedding).at(embedding)


def _save_coords(request: EmbedRequest, embedding: Embedding) -> None:
    """Write the coordinates of the map, where that is asked for, and say so."""
    if request.reducing.save is not None:
        from vizterm.embed.reduce.plane_map import PlaneMap
        from vizterm.embed.reduce.reduction import save_coords

        said = save_coords(request.reducing.save, PlaneMap.of(embedding).coords)
        print(said, file=sys.stderr)  # noqa: T201 - a message


def _write(request: EmbedRequest, shown: IndexedEmbedding, path: Path) -> None:
    """Write a figure, or one of each epoch; say what was written and what was left out."""
    if EPOCH not in path.name:
        for note in _figure(request, shown, path):
            print(note, file=sys.stderr)  # noqa: T201 - a message
        return
    from vizterm_core.scatter.epoch_survey import Survey

    epochs = shown.embedding.epochs
    if epochs is None:
        raise UsageError(
            f"--output {clean(path.name)}: there is one map only", f"leave out {EPOCH}"
        )
    reach, told = Survey.of(epochs).reach, set[str]()
    for epoch in range(len(epochs)):
        number = f"{epoch + 1:0{len(str(len(epochs)))}d}"
        target = path.with_name(path.name.replace(EPOCH, number))
        extent = None if reach is None else reach.bulk
        for note in _figure(request, shown.at_epoch(epoch), target, extent):
            if note not in told:
                print(note, file=sys.stderr)  # noqa: T201 - a message
            told.add(note)


def _figure(
    request: EmbedRequest, shown: IndexedEmbedding, path: Path, extent: Extent | None = None
) -> list[str]:
    """Write a figure, of some extent; return what is to be said of it."""
    from vizterm.embed.figure.subject import Subject
    from vizterm.embed.figure.writing import write_figure

    point = None if request.point is None else shown.embedding.point_of(request.point)
    subject = Subject.of(
        shown.embedding,
        shown.index,
        filtered=shown.filter_text,
        names=request.map_names,
        marked=() if point is None else (point,),
    )
    if extent is not None:
        subject = replace(subject, extent=extent)
    written = write_figure(subject, request.figure, path)
    notes = [*_left_out(shown.embedding), *written.notes]
    return [*(f"note: {note}" for note in notes), written.said]


def _left_out(embedding: Embedding) -> list[str]:
    """Return what was assumed, dropped or left out, a line each."""
    notes = [clean(note) for note in embedding.left_out[:_MOST_NOTES]]
    if (more := len(embedding.left_out) - _MOST_NOTES) > 0:
        notes.append(f"{more:,} more; vizterm info tells all of them")
    if embedding.dropped:
        rows = "row" if embedding.dropped == 1 else "rows"
        why = embedding.absent or "dropped: their coordinates are not finite"
        notes.append(f"{embedding.dropped:,} {rows} {why}")
    if embedding.beside:
        beside = clean(", ".join(embedding.beside))
        notes.append(f"this is {clean(embedding.map_name)}; {beside} beside it: in the app alone")
    return notes


def _outside_text(count: int) -> str:
    points = "point lies" if count == 1 else "points lie"
    return f"{count:,} {points} far outside the frame; in the app, 0 shows all"


def _open_app(source: Background[IndexedEmbedding], request: EmbedRequest) -> EmbedResult:
    screen = _opened(source, request)
    if screen is None:
        return EmbedResult()
    tags = _finished_tags(screen)
    tagged = {tag: tags.rows(tag) for tag in tags.counts}
    model = screen.model
    return EmbedResult(model.pinned_row, model.selected_rows, tagged, model.pinned_rows)


def pick(request: EmbedRequest, options: PickOptions) -> int:
    """Let a person choose points on the terminal, and print them; returns the exit code."""
    from vizterm.embed.pick.picked import print_picked

    screen = None
    with on_the_terminal():
        if not interactive():
            raise UsageError("--pick: TERM says that the terminal draws nothing", "set TERM")
        screen = _opened(_source(request), request, options)
        if screen is not None:
            _finished_tags(screen)
    points = None if screen is None else screen.picked
    if screen is None or points is None:
        return ExitCode.INTERRUPTED
    for note in print_picked(screen.model.embedding, points, options, sys.stdout):
        print(f"note: {note}", file=sys.stderr)  # noqa: T201 - a message
    return ExitCode.OK


def _opened(
    source: Background[IndexedEmbedding],
    request: EmbedRequest,
    picks: PickOptions | None = None,
) -> EmbedScreen | None:
    """Show the app until it is left; returns its screen, if the data had come."""
    opening: Opening[EmbedScreen] = Opening(source)

    def first_screen(terminal: Terminal, _: Graphics) -> Screen[None]:
        from vizterm.embed.pick.pick_screen import PickScreen
        from vizterm.embed.screen import EmbedScreen

        kind = EmbedScreen if picks is None else partial(PickScreen, picks)

        def screen() -> EmbedScreen:
            return kind(
                source,
                terminal,
                request.point,
                request.dots,
                figure=request.figure,
                map_names=request.map_names,
                reducer=_reducer(request),
                watch=request.watch(),
            )

        return opening.first_screen(EmbedScreen if picks is None else PickScreen, screen)

    try:
        run_app(first_screen, request.display)
    finally:
        unwritten = "" if opening.screen is None else opening.screen.finish_maps()
    if unwritten:
        print(unwritten, file=sys.stderr)  # noqa: T201 - a message
    if opening.screen is not None and (said := opening.screen.finish_pictures()):
        print(said, file=sys.stderr)  # noqa: T201 - a message
    return opening.screen


def _finished_tags(screen: EmbedScreen) -> Tags:
    """Return the tags; what couldn't be kept of them is printed."""
    tags = screen.finish_tags()
    if tags.unsaved:
        try:
            tags.save()
        except DataError as error:
            for line in (f"tags {error.message}", *tags.unsaved_lines):
                print(line, file=sys.stderr)  # noqa: T201 - a message
    return tags
