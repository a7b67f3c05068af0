"""Encoded pictures: made in a thread of their own, and kept."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Generic, Protocol, TypeVar

import numpy as np

from vizterm.graphics.in_cells import cells_for, pixels_in
from vizterm.graphics.protocol import PictureProtocol
from vizterm.terminal.cell_size import CellSize
from vizterm_core.pictures.corners import with_round_corners
from vizterm_core.pictures.image import Picture, fit_picture

_COARSEST = 16
"""Largest side, in pixels, of the squares that a picture is coarsened to."""
CACHE_BYTES = 32 << 20
"""Bytes of encoded pictures to keep."""

Place = TypeVar("Place")
Box = tuple[int, int, int, int, CellSize]
"""Column, row, columns and rows of a box in a widget, and (width, height) of a cell in pixels."""


class AnyJob(Protocol):
    """A picture to be encoded: one that is given, or one that has yet to be drawn."""

    @property
    def key(self) -> bytes:
        """Identifies the picture together with its box, cell size and limits."""

    @property
    def columns(self) -> int:
        """Width of the widget's part that it belongs to."""

    @property
    def rows(self) -> int:
        """Height of that part."""

    @property
    def box(self) -> Box:
        """That part, and the size of a cell."""

    @property
    def most_bytes(self) -> int | None:
        """The limit of its size."""

    @property
    def level(self) -> int:
        """Its place among pictures over the same cells; higher ones lie above, and don't last."""

    def encode(self, protocol: PictureProtocol) -> Encoded:
        """Encode the picture; called in the encoder's thread."""


@dataclass(frozen=True, slots=True)
class Job:
    """A picture to be encoded for a box of cells."""

    key: bytes
    """Identifies the picture together with its box, cell size and limits."""
    picture: Picture
    columns: int
    rows: int
    cell: CellSize
    """(width, height) of a cell in pixels."""
    detailed: bool = False
    """Whether it is worth many bytes: one that is studied, not leafed past."""
    most_bytes: int | None = None
    """The limit on a slow link, kept by making the picture coarser; None for no limit."""
    smooth: bool = False
    """Whether it is enlarged smoothly, instead of by whole factors."""
    corners: tuple[int, int, int] | None = None
    """The colour around it, into which its corners are rounded; None for square ones."""

    @property
    def box(self) -> Box:
        """The box that it has to fit into, and the size of a cell."""
        return 0, 0, self.columns, self.rows, self.cell

    @property
    def level(self) -> int:
        """Its place among pictures over the same cells: the lowest."""
        return 0

    def encode(self, protocol: PictureProtocol) -> Encoded:
        """Fit the picture into its box and encode it; called in the encoder's thread."""
        return encode(self, protocol)

    @classmethod
    def make(
        cls,
        picture: Picture,
        columns: int,
        rows: int,
        cell: CellSize,
        *,
        detailed: bool = False,
        most_bytes: int | None = None,
        smooth: bool = False,
        corners: tuple[int, int, int] | None = None,
    ) -> Job:
        """Return a job with its key."""
        digest = hashlib.blake2b(np.ascontiguousarray(picture).tobytes(), digest_size=16)
        how = (columns, rows, cell, detailed, most_bytes, smooth, corners)
        digest.update(repr((picture.shape, *how)).encode())
        return cls(digest.digest(), picture, *how)


@dataclass(frozen=True, slots=True)
class Encoded:
    """A picture, ready to be sent."""

    data: str
    """Bytes for `PictureProtocol.put`."""
    left: int
    """Cells from the left edge of the job's box to the picture."""
    top: int
    """Cells from its upper edge."""
    columns: int
    """Cells that it covers, across."""
    rows: int
    """Cells that it covers, down."""
    scaled: bool = False
    """Whether the terminal enlarges it to these cells."""


def encode(job: Job, protocol: PictureProtocol) -> Encoded:
    """Fit a picture into its box and encode it, coarsened where bytes are limited."""
    coarseness = 1
    encoded = _encode(job, protocol, coarseness)
    while job.most_bytes is not None and len(encoded.data) > job.most_bytes:
        if coarseness >= _COARSEST:
            break
        wanted = round(coarseness * (len(encoded.data) / job.most_bytes) ** 0.5)
        coarseness = min(max(coarseness + 1, wanted), _COARSEST)
        encoded = _encode(job, protocol, coarseness)
    return encoded


def _encode(job: Job, protocol: PictureProtocol, coarseness: int) -> Encoded:
    """Encode a picture in squares of `coarseness` x `coarseness` pixels."""
    width, height = job.cell
    box = pixels_in(job.rows, height) // coarseness, pixels_in(job.columns, width) // coarseness
    pixels = fit_picture(job.picture, *box, smooth=job.smooth)
    if job.corners is not None:
        pixels = with_round_corners(pixels, round(width) // coarseness, job.corners)
    if coarseness > 1:
        pixels = pixels.repeat(coarseness, axis=0).repeat(coarseness, axis=1)
    columns, rows = cells_for(pixels.shape[1], width), cells_for(pixels.shape[0], height)
    data = protocol.encode(pixels, job.cell, detailed=job.detailed)
    return Encoded(data, (job.columns - columns) // 2, (job.rows - rows) // 2, columns, rows)


class EncodedPictures:
    """The pictures encoded last; safe to use from several threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[bytes, Encoded] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def get(self, key: bytes) -> Encoded | None:
        """Return a picture that has been encoded, if it is still kept."""
        with self._lock:
            encoded = self._kept.get(key)
            if encoded is not None:
                self._kept.move_to_end(key)
            return encoded

    def put(self, key: bytes, encoded: Encoded) -> None:
        """Keep a picture; the least recently used are dropped when there are too many."""
        with self._lock:
            if key in self._kept:
                return
            self._kept[key] = encoded
            self._size += len(encoded.data)
            while self._size > CACHE_BYTES and len(self._kept) > 1:
                self._size -= len(self._kept.popitem(last=False)[1].data)


class Encoder(Generic[Place]):
    """A thread that encodes the newest picture requested for each place."""

    def __init__(
        self, protocol: PictureProtocol, done: Callable[[Place, int, AnyJob], None]
    ) -> None:
        self.pictures = EncodedPictures()
        self._protocol = protocol
        self._done = done
        self._wanted: OrderedDict[Place, tuple[int, AnyJob]] = OrderedDict()
        self._ahead: deque[AnyJob] = deque()
        self._wake = threading.Condition()
        self._thread: threading.Thread | None = None

    def want(self, place: Place, number: int, job: AnyJob) -> None:
        """Encode a picture soon; it replaces one that still waits for the same place.

        `done` is called with the same arguments, in the encoder's thread.
        """
        with self._wake:
            self._wanted[place] = number, job
            self._go_on()

    def prepare(self, jobs: Sequence[AnyJob]) -> None:
        """Encode pictures while none is wanted, instead of those that were named before."""
        with self._wake:
            self._ahead = deque(jobs)
            if jobs:
                self._go_on()

    def _go_on(self) -> None:
        self._wake.notify()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, daemon=True, name="vizterm-pictures")
            self._thread.start()

    def _run(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._wanted or self._ahead)
                if self._wanted:
                    place, (number, job) = self._wanted.popitem(last=False)
                    done = partial(self._done, place, number, job)
                else:
                    job, done = self._ahead.popleft(), None
            if self.pictures.get(job.key) is None:
                self.pictures.put(job.key, job.encode(self._protocol))
            if done is not None:
                done()
