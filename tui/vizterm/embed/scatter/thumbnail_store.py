"""Small pictures of points, read and shrunk in a thread, and kept."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence

import numpy as np

from vizterm.embed.scatter.entry_reader import read_entry, unpacked
from vizterm.embed.scatter.map_look import MapLook
from vizterm_core.errors import VizError
from vizterm_core.load import Embedding
from vizterm_core.pictures.image import Picture, fit_picture

_KEPT_BYTES = 48 << 20
_TELL_AFTER = 0.1
"""Seconds after which those that have come are shown, though more are on their way."""
_NOTHING = np.zeros((0, 0, 3), np.uint8)
Fit = Callable[[Picture, int], Picture]


class ThumbnailStore:
    """Pictures of points in squares of a size.

    Parameters
    ----------
    embedding : Embedding
    look : callable
        Returns what is shown of a point: its image, its map or both.
    arrived : callable
        Called in the store's thread when some of the wanted pictures have come.
    fit : callable, optional
        Makes a picture fit into a square with sides of some pixels.
    """

    def __init__(
        self,
        embedding: Embedding,
        look: Callable[[], MapLook],
        arrived: Callable[[], object],
        fit: Fit | None = None,
    ) -> None:
        self._embedding = embedding
        self._fit = fit or in_black_square
        self._look = look
        self._arrived = arrived
        self._kept: OrderedDict[tuple[int, int, str], Picture] = OrderedDict()
        self._bytes = 0
        self._wanted: list[tuple[int, int, str]] = []
        self._closed = False
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def get(self, rows: Sequence[int], side: int) -> list[Picture | None]:
        """Return the pictures of rows, fitted to a side, as far as they are kept; fetch the others.

        Rows whose picture can't be read have none.
        What was wanted before and is not in `rows` is not fetched any more.
        """
        if not unpacked(self._embedding):
            return [None] * len(rows)
        keys = [self._key(row, side) for row in rows]
        with self._changed:
            found = [self._kept.get(key) for key in keys]
            for key, picture in zip(keys, found, strict=True):
                if picture is not None:
                    self._kept.move_to_end(key)
            self._wanted = [key for key, one in zip(keys, found, strict=True) if one is None]
            if self._wanted and self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, daemon=True, name="vizterm-thumbnails"
                )
                self._thread.start()
            self._changed.notify_all()
        return [None if one is None or not one.size else one for one in found]

    @staticmethod
    def room(side: int) -> int:
        """Return how many pictures of a side are kept at a time; more are read in vain."""
        return _KEPT_BYTES // (3 * side * side)

    def lacks(self, row: int, side: int) -> bool:
        """Return whether it is known that there is no picture of a row, or none to be read."""
        kept = self._kept.get(self._key(row, side))
        return kept is not None and not kept.size

    def _key(self, row: int, side: int) -> tuple[int, int, str]:
        look = self._look()
        return row, side, f"{look.levels.value} {look.describe()}"

    def close(self) -> None:
        """Let the thread end, and with it what it holds of the embedding."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _run(self) -> None:
        told = 0.0
        untold = False
        while True:
            with self._changed:
                if not self._wanted and untold:
                    untold = False
                    tell = True
                else:
                    self._changed.wait_for(lambda: self._closed or bool(self._wanted))
                    tell = False
                if self._closed:
                    return
                key = self._wanted.pop(0) if self._wanted and not tell else None
            if key is not None:
                self._keep(key, self._read(*key[:2]))
                untold = True
                tell = time.monotonic() - told > _TELL_AFTER
            if tell:
                told, untold = time.monotonic(), False
                self._arrived()

    def _keep(self, key: tuple[int, int, str], picture: Picture) -> None:
        with self._changed:
            # It may have been wanted again while it was read.
            self._bytes -= self._kept.pop(key, _NOTHING).nbytes
            self._kept[key] = picture
            self._bytes += picture.nbytes
            while self._bytes > _KEPT_BYTES and len(self._kept) > 1:
                self._bytes -= self._kept.popitem(last=False)[1].nbytes

    def _read(self, row: int, side: int) -> Picture:
        """Return the picture of a row, fitted; of no size without one."""
        look = self._look()
        try:
            picture = look.picture(read_entry(self._embedding, row, look.levels, side))
        except (VizError, MemoryError):
            picture = None
        if picture is None or not picture.size:
            return _NOTHING
        return self._fit(picture, side)


def in_black_square(picture: Picture, side: int) -> Picture:
    """Return a picture in the middle of a black square: (side, side, 3)."""
    square = np.zeros((side, side, 3), np.uint8)
    fitted = fit_picture(picture, side, side)
    height, width = fitted.shape[:2]
    top, left = (side - height) // 2, (side - width) // 2
    square[top : top + height, left : left + width] = fitted
    return square
