"""Pictures in pixels, placed over Textual's cells.

Pictures are no part of the cells that Textual keeps.  The layer writes them through Textual's own
driver, so that they never come between the halves of a frame, in two moments:

* the picture changed: the picture's bytes alone, no text;
* after every frame: where the frame wrote over a picture, or its place moved, was covered or went
  away, it is drawn again, moved or deleted, inside the same synchronized update.

The cells below belong to a `Picture` widget, which leaves them blank: Textual thus sees when it is
covered, and puts blanks back by itself.
"""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from textual.app import App
from textual.geometry import Region

from vizterm.graphics import kitty
from vizterm.graphics.choose import ITERM2, KITTY, KITTY_UNICODE, SIXEL, Graphics
from vizterm.graphics.encode import Encoded, Encoder, Job
from vizterm.graphics.placeholders import for_tmux, place_virtually
from vizterm.terminal.facts import Terminal
from vizterm.terminal.link import Link
from vizterm.terminal.textual_private import UncoveredRegions, writes_over

if TYPE_CHECKING:
    from vizterm.widgets.picture import Picture

_GUESSED_WIDTH = 10
_IN_CELLS = (SIXEL, ITERM2)
"""Pictures that are part of the cells they cover: text takes them away, and nothing else does."""
PACE = 1 / 30
"""Seconds between two pictures in the same place: an eye sees no more."""
_SYNC_START, _SYNC_END = "\x1b[?2026h", "\x1b[?2026l"


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is on the glass."""

    key: bytes
    region: Region
    """The cells that the picture covers."""
    image_id: int


class PictureLayer:
    """Keeps the pictures of an app on the terminal.

    Parameters
    ----------
    app : App
    graphics : Graphics
        With protocol 'kitty', 'kitty-unicode', 'sixel' or 'iterm2'; with any other the layer does
        nothing.
    link : Link
        What pictures are written to between frames, and wait for while it is slow.
    """

    def __init__(self, app: App[Any], graphics: Graphics, terminal: Terminal, link: Link) -> None:
        self._app = app
        self._link = link
        self._terminal = terminal
        self._protocol = graphics.protocol
        self._places: weakref.WeakKeyDictionary[Picture, int] = weakref.WeakKeyDictionary()
        """The pictures looked after, and kitty's number for the place of each."""
        self._drawn: weakref.WeakKeyDictionary[Picture, Drawn] = weakref.WeakKeyDictionary()
        self._due: weakref.WeakKeyDictionary[Picture, float] = weakref.WeakKeyDictionary()
        """When the next picture may be drawn in a place."""
        self._wishes = 0
        self._asked: weakref.WeakKeyDictionary[Picture, bytes] = weakref.WeakKeyDictionary()
        """What was last wanted in each place."""
        self._newest: weakref.WeakKeyDictionary[Picture, tuple[int, Job]] = (
            weakref.WeakKeyDictionary()
        )
        """The newest wish of each place that is encoded: shown while a newer one is not yet."""
        self._waiting: weakref.WeakSet[Picture] = weakref.WeakSet()
        """Places that a timer will draw."""
        self._encoder = Encoder(self._protocol, self._encoded)
        self._ids = kitty.ImageIds()
        self._uncovered = UncoveredRegions(app)

    @property
    def active(self) -> bool:
        """Whether pictures are drawn in pixels."""
        return self._protocol in (KITTY, KITTY_UNICODE, *_IN_CELLS) and self._cell is not None

    @property
    def _cell(self) -> tuple[int, int] | None:
        """(width, height) of a cell; its shape is enough where the terminal scales to cells."""
        guess = (_GUESSED_WIDTH, round(_GUESSED_WIDTH * self._terminal.cell_aspect))
        return self._terminal.cell_pixels or (
            guess if self._protocol in (KITTY_UNICODE, ITERM2) else None
        )

    def add(self, picture: Picture) -> None:
        """Look after a picture from now on."""
        self._places.setdefault(picture, len(self._places) + 1)

    # ------------------------------------------------------------------ the picture changed
    def show(self, picture: Picture) -> None:
        """Draw a widget's picture as it is now: at once if it is encoded, else when it is."""
        job = self._job(picture)
        if job is None:
            # The widget's blanks, or its words, take the place.
            if self._protocol == KITTY_UNICODE:
                self._drawn.pop(picture, None)
            picture.refresh()
        elif self._encoder.pictures.get(job.key) is None:
            self._want(picture, job)
        else:
            self._wishes += 1
            self._newest[picture] = self._wishes, job
            self._draw_soon(picture)

    def _want(self, picture: Picture, job: Job) -> None:
        self._wishes += 1
        self._asked[picture] = job.key
        self._encoder.want(weakref.ref(picture), self._wishes, job)

    def _encoded(self, place: object, number: int, job: Job) -> None:
        """A picture is ready; called in the encoder's thread."""
        self._app.call_later(self._take, place, number, job)

    def _take(self, place: weakref.ref[Picture], number: int, job: Job) -> None:
        picture = place()
        if picture is None or self._newest.get(picture, (0, job))[0] > number:
            return
        self._newest[picture] = number, job
        if self._job(picture) is not None:
            self._draw_soon(picture)

    def _ready_job(self, picture: Picture) -> tuple[Job | None, Encoded | None]:
        """What to show: what is wanted, or else the newest that is encoded for the same box.

        Who moves on faster than pictures are encoded would otherwise see none of them.
        """
        job = self._job(picture)
        if job is None:
            return None, None
        encoded = self._encoder.pictures.get(job.key)
        if encoded is None and picture in self._newest:
            newest = self._newest[picture][1]
            alike = newest.box == job.box and newest.most_bytes == job.most_bytes
            if alike and (older := self._encoder.pictures.get(newest.key)):
                return newest, older
        return job, encoded

    def _draw_soon(self, picture: Picture) -> None:
        """Draw now, or when the last one has been seen long enough."""
        if not self._wait(picture):
            self._draw(picture)

    def _wait(self, picture: Picture, least: float = 0.0) -> bool:
        """Whether it is too early for another picture; if so, it is drawn when it is time."""
        left = max(self._due.get(picture, 0.0) - monotonic(), self._link.picture_delay, least)
        if left > 0 and picture not in self._waiting:
            self._waiting.add(picture)
            self._app.set_timer(left, lambda: self._wake(picture))
        return left > 0

    def _wake(self, picture: Picture) -> None:
        self._waiting.discard(picture)
        self._draw_soon(picture)

    def _draw(self, picture: Picture) -> None:
        if self._protocol == KITTY_UNICODE:
            self._draw_placeholders(picture)
            return
        text = self._update(picture, None, in_frame=False)
        if text:
            self._link.write(self._synchronized(text))

    def _draw_placeholders(self, picture: Picture) -> None:
        """Send the pixels past tmux; the text that stands for them is the widget's own."""
        job, encoded = self._ready_job(picture)
        if job is None or encoded is None:
            return
        drawn = self._drawn.get(picture)
        if drawn is not None and drawn.key == job.key:
            return
        if drawn is None:
            image_id, _, _ = self._ids.id_for(b"%d" % id(picture), 0)
        else:
            image_id = drawn.image_id
        region = Region(encoded.left, encoded.top, encoded.columns, encoded.rows)
        self._drawn[picture] = Drawn(job.key, region, image_id)
        now = monotonic()
        # One that came late doesn't delay the next: the pace is kept on the average.
        self._due[picture] = max(self._due.get(picture, 0.0), now - PACE) + PACE
        sequence = kitty.transmit_data(encoded.data, image_id)
        sequence += place_virtually(image_id, encoded.columns, encoded.rows)
        self._link.write(for_tmux(sequence))
        picture.stand_in(region, image_id)

    def _synchronized(self, text: str) -> str:
        return _SYNC_START + text + _SYNC_END if self._terminal.synchronized else text

    # ------------------------------------------------------------------ after a frame
    def after_frame(self, frame: RenderableType | None) -> str:
        """What has to be written behind a frame, before it is shown."""
        if not self.active:
            return ""
        if self._protocol == KITTY_UNICODE:
            for picture in list(self._places):
                job = self._job(picture)
                asked = self._asked.get(picture)
                if job is not None and (picture not in self._drawn or asked != job.key):
                    self._want(picture, job)
            return ""
        return "".join(
            self._update(picture, frame, in_frame=True) for picture in list(self._places)
        )

    def clear(self) -> str:
        """What takes all pictures away, and forgets them: for leaving and suspending."""
        self._drawn.clear()
        if self._protocol in _IN_CELLS:
            return ""
        gone = "".join(kitty.delete_image(image_id) for image_id in self._ids.forget_all())
        return for_tmux(gone) if self._protocol == KITTY_UNICODE else gone

    def _update(self, picture: Picture, frame: RenderableType | None, *, in_frame: bool) -> str:
        """Bring what is on the glass in line with what should be; the bytes for it."""
        drawn = self._drawn.get(picture)
        wanted = self._job(picture)
        job, encoded = self._ready_job(picture)
        box = None if job is None else self._uncovered.of(picture)
        # A widget that has another size wants its picture in that, without having said so.
        if wanted is not None and box is not None and self._asked.get(picture) != wanted.key:
            self._asked[picture] = wanted.key
            if self._encoder.pictures.get(wanted.key) is None:
                self._want(picture, wanted)
        if job is None or box is None:
            return "" if drawn is None else self._take_away(picture, drawn)
        if encoded is None:
            # Not ready yet: what is there stays, unless it has lost its place.
            lost = drawn is not None and not box.contains_region(drawn.region)
            return self._take_away(picture, drawn) if drawn is not None and lost else ""
        region = Region(box.x + encoded.left, box.y + encoded.top, encoded.columns, encoded.rows)
        intact = drawn is not None and drawn.region == region
        if intact and not (self._protocol in _IN_CELLS and writes_over(frame, region)):
            assert drawn is not None
            if drawn.key == job.key or (in_frame and self._wait(picture, self._link.text_first)):
                return ""
        elif drawn is None and in_frame and self._wait(picture, self._link.text_first):
            return ""
        return self._put(picture, drawn, job, encoded, region, box)

    def _put(
        self,
        picture: Picture,
        drawn: Drawn | None,
        job: Job,
        encoded: Encoded,
        region: Region,
        box: Region,
    ) -> str:
        now = monotonic()
        # One that came late doesn't delay the next: the pace is kept on the average.
        self._due[picture] = max(self._due.get(picture, 0.0), now - PACE) + PACE
        if self._protocol in _IN_CELLS:
            self._drawn[picture] = Drawn(job.key, region, 0)
            text = f"\x1b7\x1b[{region.y + 1};{region.x + 1}H{encoded.data}\x1b8"
            if drawn is None or region.contains_region(drawn.region):
                return text
            # Where the widget is no more, the frame has written what is there now.
            return _blanks(drawn.region.intersection(box)) + text
        image_id, new, evicted = self._ids.id_for(job.key, len(encoded.data))
        self._drawn[picture] = Drawn(job.key, region, image_id)
        text = kitty.transmit_data(encoded.data, image_id) if new else ""
        text += kitty.place(image_id, self._places[picture], region.x, region.y)
        if drawn is not None and drawn.image_id != image_id:
            text += kitty.delete_placement(drawn.image_id, self._places[picture])
        return text + "".join(kitty.delete_image(old) for old in evicted if old != image_id)

    def _take_away(self, picture: Picture, drawn: Drawn) -> str:
        del self._drawn[picture]
        if self._protocol == KITTY:
            return kitty.delete_placement(drawn.image_id, self._places[picture])
        # Text takes it away: what of the widget's blanks is not covered is written again.
        if picture.is_attached:
            self._app.call_later(picture.refresh)
        return ""

    def _job(self, picture: Picture) -> Job | None:
        cell = self._cell
        if cell is None or not picture.is_attached:
            return None
        job = picture.job(cell)
        drawn = self._drawn.get(picture)
        if job is None or (drawn is not None and drawn.key == job.key):
            return job
        # What is not on the glass yet has to be small enough for the link.
        return picture.job(cell, self._link.picture_bytes)


def _blanks(region: Region) -> str:
    """Spaces over a region, in the terminal's own colours."""
    lines = (f"\x1b[{y + 1};{region.x + 1}H{' ' * region.width}" for y in region.line_range)
    return "\x1b7\x1b[0m" + "".join(lines) + "\x1b8"
