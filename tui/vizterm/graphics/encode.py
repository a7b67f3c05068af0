"""Pictures -> what the terminal is sent, kept for the next time, made outside of the event loop."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from vizterm.graphics.choose import ITERM2, SIXEL
from vizterm.graphics.kitty import encode_data
from vizterm.graphics.sixel import encode_sixel
from vizterm.graphics.term_images import iterm2_sequence
from vizterm_core.pictures.image import Picture, fit_picture

MOST_SIXEL_BYTES = 12_000
"""Bytes that a picture may take as sixels, which can't be sent once and shown again: on up to 128
cells; twice as many on twice as many."""
_CELLS_FOR_THAT = 128
_DETAILED = 160
"""Bytes for each cell of a detailed picture."""
_COARSEST = 8
"""Pixels that a square of a picture may measure at most, to save bytes."""
CACHE_BYTES = 32 << 20
"""Bytes of encoded pictures that are kept."""


@dataclass(frozen=True, slots=True)
class Job:
    """A picture to be drawn in a box of cells."""

    key: bytes
    """Tells pictures, boxes and cell sizes apart."""
    picture: Picture
    columns: int
    rows: int
    cell_pixels: tuple[int, int]
    """(width, height) of a cell."""
    detailed: bool = False
    """Whether it is worth many bytes: a picture that is looked at, not leafed past."""
    most_bytes: int | None = None
    """What it may take on a slow link, where its pixels are made coarser for that."""

    @property
    def box(self) -> tuple[int, int, tuple[int, int]]:
        """Where it is to fit."""
        return self.columns, self.rows, self.cell_pixels

    @classmethod
    def make(
        cls,
        picture: Picture,
        columns: int,
        rows: int,
        cell_pixels: tuple[int, int],
        *,
        detailed: bool = False,
        most_bytes: int | None = None,
    ) -> Job:
        """A job with its key."""
        digest = hashlib.blake2b(np.ascontiguousarray(picture).tobytes(), digest_size=16)
        how = (columns, rows, cell_pixels, detailed, most_bytes)
        digest.update(repr((picture.shape, *how)).encode())
        return cls(digest.digest(), picture, *how)


@dataclass(frozen=True, slots=True)
class Encoded:
    """A picture, ready to be sent."""

    data: str
    """The whole sequence, or kitty's image data."""
    left: int
    """Cells from the left edge of the box to the picture."""
    top: int
    columns: int
    """Cells that it covers."""
    rows: int


def encode(job: Job, protocol: str) -> Encoded:
    """Fit the picture into its box, pixel by pixel, and put it into the terminal's words."""
    coarseness = 1
    encoded = _encode(job, protocol, coarseness)
    while job.most_bytes is not None and len(encoded.data) > job.most_bytes:
        if coarseness >= _COARSEST:
            break
        wanted = round(coarseness * (len(encoded.data) / job.most_bytes) ** 0.5)
        coarseness = min(max(coarseness + 1, wanted), _COARSEST)
        encoded = _encode(job, protocol, coarseness)
    return encoded


def _encode(job: Job, protocol: str, coarseness: int) -> Encoded:
    """A picture of squares of `coarseness` x `coarseness` pixels."""
    width, height = job.cell_pixels
    box = job.rows * height // coarseness, job.columns * width // coarseness
    pixels = fit_picture(job.picture, *box)
    if coarseness > 1:
        pixels = pixels.repeat(coarseness, axis=0).repeat(coarseness, axis=1)
    columns, rows = -(-pixels.shape[1] // width), -(-pixels.shape[0] // height)
    if protocol == SIXEL:
        data = encode_sixel(
            pixels, most_bytes=most_sixel_bytes(columns * rows, detailed=job.detailed)
        )
    elif protocol == ITERM2:
        data = iterm2_sequence(pixels, job.cell_pixels)
    else:
        data = encode_data(pixels)
    return Encoded(data, (job.columns - columns) // 2, (job.rows - rows) // 2, columns, rows)


def most_sixel_bytes(cells: int, *, detailed: bool = False) -> int:
    """Bytes that a picture of so many cells may take."""
    if detailed:
        return max(MOST_SIXEL_BYTES, cells * _DETAILED)
    return round(MOST_SIXEL_BYTES * min(max(1.0, cells / _CELLS_FOR_THAT), 2.0))


class EncodedPictures:
    """The pictures encoded last; thread-safe."""

    def __init__(self) -> None:
        self._kept: OrderedDict[bytes, Encoded] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def get(self, key: bytes) -> Encoded | None:
        """A picture that has been encoded, if it is still kept."""
        with self._lock:
            encoded = self._kept.get(key)
            if encoded is not None:
                self._kept.move_to_end(key)
            return encoded

    def put(self, key: bytes, encoded: Encoded) -> None:
        """Keep a picture; the one looked at longest ago goes when there are too many."""
        with self._lock:
            if key in self._kept:
                return
            self._kept[key] = encoded
            self._size += len(encoded.data)
            while self._size > CACHE_BYTES and len(self._kept) > 1:
                self._size -= len(self._kept.popitem(last=False)[1].data)


class Encoder:
    """A thread that encodes the newest picture wanted in each place, and forgets older wishes."""

    def __init__(self, protocol: str, done: Callable[[object, int, Job], None]) -> None:
        self.pictures = EncodedPictures()
        self._protocol = protocol
        self._done = done
        self._wanted: OrderedDict[object, tuple[int, Job]] = OrderedDict()
        self._wake = threading.Condition()
        self._thread: threading.Thread | None = None

    def want(self, place: object, number: int, job: Job) -> None:
        """Encode a picture soon; a wish for the same place that was not met yet is dropped.

        `done` is called with the same arguments, in the encoder's thread.
        """
        with self._wake:
            self._wanted[place] = number, job
            self._wake.notify()
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, daemon=True, name="vizterm-pictures"
                )
                self._thread.start()

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._wanted:
                    self._wake.wait()
                place, (number, job) = self._wanted.popitem(last=False)
            if self.pictures.get(job.key) is None:
                self.pictures.put(job.key, encode(job, self._protocol))
            self._done(place, number, job)
