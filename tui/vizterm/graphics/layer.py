"""Pictures in pixels, drawn over Textual's cells.

Textual keeps cells and knows nothing about pictures.  The layer writes them through Textual's own
driver, so that they never come between the halves of a frame, at two moments:

* when a picture has changed: the picture's bytes alone, no text;
* after every frame: a picture that the frame wrote over, or whose place moved, was covered or went
  away, is drawn again, moved or removed inside the same synchronized update.

The cells below belong to a widget, which leaves them blank: Textual sees when it is covered, and
restores the blanks by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count
from time import monotonic
from typing import Any

from rich.console import RenderableType
from textual.app import App
from textual.geometry import Region

from vizterm.graphics.encode import AnyJob, Encoded, Encoder
from vizterm.graphics.place import Drawable, Place
from vizterm.graphics.protocol import Drawn, PictureProtocol, Placement
from vizterm.terminal.cell_size import CellSize
from vizterm.terminal.facts import Terminal
from vizterm.terminal.link import Link
from vizterm.terminal.textual_private.frames import writes_over
from vizterm.terminal.textual_private.regions import UncoveredRegions
from vizterm.terminal.textual_private.timers import once

_GUESSED_WIDTH = 10
"""Pixels of a cell's width where it isn't known and the terminal scales pictures to cells."""
SYNC_START, SYNC_END = "\x1b[?2026h\x1b[0m", "\x1b[?2026l"
"""kitty 0.26 loses a picture that directly follows the mode, if it arrives in two pieces."""


@dataclass(frozen=True, slots=True)
class _Ready:
    """A picture that can be drawn."""

    job: AnyJob
    encoded: Encoded

    def region(self, surface: Region) -> Region:
        """The cells that it covers, of those of its widget."""
        (left, top), encoded = self.job.box[:2], self.encoded
        x, y = surface.x + left + encoded.left, surface.y + top + encoded.top
        return Region(x, y, encoded.columns, encoded.rows)


class PictureLayer:
    """Keeps the pictures of an app on the terminal.

    Parameters
    ----------
    app : App
    protocol : PictureProtocol
        Draws the pictures.
    terminal : Terminal
    link : Link
        Takes the pictures drawn between frames, and says how long they wait while it is slow.
    """

    def __init__(
        self, app: App[Any], protocol: PictureProtocol, terminal: Terminal, link: Link
    ) -> None:
        self._app = app
        self._protocol = protocol
        self._terminal = terminal
        self._link = link
        self._places: dict[Drawable, Place] = {}
        self._numbers = count(1)
        self._wishes = 0
        self._encoder = Encoder(protocol, self._encoded)
        self._uncovered = UncoveredRegions(app)
        self._held: list[str] | None = None
        """What is to be written in one piece; None while each picture is written by itself."""
        link.when_open = self._link_open

    @property
    def active(self) -> bool:
        """Whether pictures can be drawn: the size of a cell is known, or isn't needed."""
        return self._cell is not None

    @property
    def protocol(self) -> PictureProtocol:
        """The protocol that draws the pictures."""
        return self._protocol

    @property
    def cell(self) -> CellSize:
        """(width, height) of a cell in pixels, as far as it is known."""
        return self._cell or (_GUESSED_WIDTH, round(_GUESSED_WIDTH * self._terminal.cell_aspect))

    @property
    def _cell(self) -> CellSize | None:
        """(width, height) of a cell in pixels; guessed from its shape where that is enough."""
        known = self._terminal.cell
        if known is None and not self._protocol.needs_cell_size:
            return _GUESSED_WIDTH, round(_GUESSED_WIDTH * self._terminal.cell_aspect)
        return known

    def add(self, picture: Drawable) -> None:
        """Keep a picture on the terminal until its widget is gone."""
        if picture not in self._places:
            self._places[picture] = Place(picture, next(self._numbers))

    # when a picture has changed

    def show(self, picture: Drawable) -> None:
        """Draw a picture as it is now: at once if it is encoded, else when it is."""
        place = self._places.get(picture)
        if place is None:
            return
        job = self._job(place)
        if job is None:
            # The widget's blanks, or its words, take the place.
            if self._protocol.as_text:
                place.drawn = None
            picture.surface.refresh()
        elif self._encoder.pictures.get(job.key) is None:
            self._want(place, job)
        else:
            self._wishes += 1
            place.newest = self._wishes, job
            self._draw_soon(place)

    def _want(self, place: Place, job: AnyJob) -> None:
        self._wishes += 1
        place.asked = job.key
        self._encoder.want(place, self._wishes, job)

    def encode_ahead(self, jobs: Sequence[AnyJob]) -> None:
        """Encode pictures that are likely to be shown next, while nothing else is to be done.

        They take the place of those that were named before.
        """
        # Over a slow link each is encoded for the bytes that it may take then.
        self._encoder.prepare(jobs if self._link.picture_bytes is None else ())

    def _encoded(self, place: Place, number: int, job: AnyJob) -> None:
        """Take note of an encoded picture; called in the encoder's thread."""
        self._app.call_later(self._take, place, number, job)

    def _take(self, place: Place, number: int, job: AnyJob) -> None:
        if place.newest is not None and place.newest[0] > number:
            return
        place.newest = number, job
        if self._job(place) is not None:
            self._draw_soon(place)

    def _draw_soon(self, place: Place) -> None:
        """Draw now, or when the last picture has been seen long enough."""
        if not self._wait(place):
            self._draw(place)

    def _wait(self, place: Place, least: float = 0.0) -> bool:
        """Return whether it is too early for another picture; it is then drawn when it is time."""
        left = max(place.due - monotonic(), self._link.picture_delay, least)
        if left > 0 and not place.waiting:
            place.waiting = True
            once(self._app, left, partial(self._wake, place))
        return left > 0

    def _wake(self, place: Place) -> None:
        place.waiting = False
        self._draw_soon(place)

    def _link_open(self) -> None:
        """Draw what waits for the link: it has shown what was under way."""
        for place in list(self._places.values()):
            if place.waiting and max(place.due - monotonic(), self._link.picture_delay) <= 0:
                self._draw(place)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Write the pictures that are shown meanwhile in one piece, as far as they are ready."""
        if self._held is not None:
            yield
            return
        self._held = []
        try:
            yield
        finally:
            text, self._held = "".join(self._held), None
            if text:
                self._link.write(self._synchronized(text))

    def _draw(self, place: Place) -> None:
        if self._protocol.as_text:
            self._draw_as_text(place)
        elif text := self._update(place, None, in_frame=False):
            if self._held is not None:
                self._held.append(text)
            else:
                self._link.write(self._synchronized(text))

    def _draw_as_text(self, place: Place) -> None:
        """Send the pixels; the text that stands for them is the widget's own."""
        job = self._job(place)
        ready = None if job is None else self._ready(place, job)
        if ready is None or (place.drawn is not None and place.drawn.key == ready.job.key):
            return
        box = Region(0, 0, ready.job.columns, ready.job.rows)
        drawn, text = self._put(place, ready, ready.region(box), box)
        self._link.write(text)
        place.picture.stand_in(drawn.region, drawn.image_id)

    def _synchronized(self, text: str) -> str:
        return SYNC_START + text + SYNC_END if self._terminal.synchronized else text

    # after a frame

    def after_frame(self, frame: RenderableType | None) -> str:
        """Return what has to be written behind a frame, before it is shown."""
        if not self.active:
            return ""
        if self._protocol.as_text:
            for place in self._places.values():
                job = self._job(place)
                if job is not None and (place.drawn is None or place.asked != job.key):
                    self._want(place, job)
            text = ""
        else:
            places = list(self._places.values())
            text = "".join(self._update(place, frame, in_frame=True) for place in places)
        self._places = {key: place for key, place in self._places.items() if place.attached}
        return text

    def clear(self) -> str:
        """Return what removes all pictures, and forget them: for leaving and suspending."""
        for place in self._places.values():
            place.drawn = None
        return self._protocol.forget_all()

    def _update(self, place: Place, frame: RenderableType | None, *, in_frame: bool) -> str:
        """Return what makes the screen show what it should in a place."""
        job = self._job(place)
        picture = place.picture
        box = None if job is None else self._uncovered.of(picture.surface, picture.may_be_above)
        if job is None or box is None:
            return self._take_away(place)
        ready = self._ready(place, job)
        self._want_resized(place, job)
        if ready is None:
            # What is there stays meanwhile, unless its place has moved away.
            lost = place.drawn is not None and not box.contains_region(place.drawn.region)
            return self._take_away(place) if lost else ""
        region = ready.region(box)
        intact = self._intact(place, region, frame)
        if intact and place.drawn is not None and place.drawn.key == ready.job.key:
            return ""
        # What was moved or written over is redrawn at once; a new picture keeps the pace.
        new = intact or place.drawn is None
        if in_frame and new and self._wait(place, self._link.text_first):
            return ""
        return self._put(place, ready, region, box)[1]

    def _want_resized(self, place: Place, job: AnyJob) -> None:
        """Request the picture again for a widget that was resized."""
        if place.asked != job.key:
            place.asked = job.key
            if self._encoder.pictures.get(job.key) is None:
                self._want(place, job)

    def _intact(self, place: Place, region: Region, frame: RenderableType | None) -> bool:
        """Return whether the region still shows the picture that was drawn there."""
        if place.drawn is None or place.drawn.region != region:
            return False
        return not (self._protocol.in_cells and writes_over(frame, region))

    def _put(self, place: Place, ready: _Ready, region: Region, box: Region) -> tuple[Drawn, str]:
        encoded = ready.encoded
        placement = Placement(
            place.number, ready.job.key, encoded.data, region, box, encoded.scaled, ready.job.level
        )
        drawn, text = self._protocol.put(placement, place.drawn)
        place.record(drawn, monotonic())
        if self._protocol.in_cells:
            text += place.picture.text_over(region)
        return drawn, text

    def _take_away(self, place: Place) -> str:
        drawn, place.drawn = place.drawn, None
        if drawn is None:
            return ""
        if self._protocol.in_cells and place.attached:
            # Text removes it: the widget's blanks are written again.
            self._app.call_later(place.picture.surface.refresh)
        return self._protocol.remove(place.number, drawn)

    def _ready(self, place: Place, job: AnyJob) -> _Ready | None:
        """Return the wanted picture, or else the newest one encoded for the same box.

        Someone who moves on faster than pictures are encoded would otherwise see none of them.
        """
        if encoded := self._encoder.pictures.get(job.key):
            return _Ready(job, encoded)
        if place.newest is None:
            return None
        newest = place.newest[1]
        alike = newest.box == job.box and newest.most_bytes == job.most_bytes
        older = self._encoder.pictures.get(newest.key) if alike else None
        return None if older is None else _Ready(newest, older)

    def _job(self, place: Place) -> AnyJob | None:
        cell = self._cell
        if cell is None or not place.attached:
            return None
        job = place.picture.job(cell)
        if job is None or (place.drawn is not None and place.drawn.key == job.key):
            return job
        # What is not on screen yet has to be small enough for the link.
        return place.picture.job(cell, self._link.picture_bytes)
