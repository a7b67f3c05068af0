"""Pictures and maps of points, read from a file that may stall or have changed."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError, VizError
from vizterm_core.load import Embedding
from vizterm_core.pictures.image import Picture
from vizterm_core.pictures.value_range import Levels

_AT_ONCE = 0.05
"""Seconds that a screen waits for a picture before it goes on without."""
_KEPT = 8
IN_PANEL, ON_SCREEN = 960, 2048
"""Pixels of a side beyond which a panel, and a whole screen, show no more of a picture."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Image and map behind a point."""

    image: Picture | None = None
    map: npt.NDArray[np.generic] | None = None
    message: str = ""
    """Reason why there is neither; empty otherwise."""


def unpacked(embedding: Embedding) -> bool:
    """Return whether images and maps can be read entry by entry."""
    return all(stack is None or stack.ready for stack in (embedding.images, embedding.maps))


def unpack(embedding: Embedding, unpacked_one: Callable[[], object]) -> None:
    """Unpack compressed images and maps; call a function after each.

    Raises
    ------
    DataError
        If they can't be unpacked, or the file was rewritten in place.
    """
    for stack in (embedding.images, embedding.maps):
        if stack is not None and not stack.ready:
            stack.unpack()
            unpacked_one()


def read_entry(
    embedding: Embedding, row: int, levels: Levels = Levels.FOUND, side: int = IN_PANEL
) -> Entry:
    """Read what is behind a row of the arrays.

    Parameters
    ----------
    row : int
    levels : Levels
        Which values of the image are drawn black and white.
    side : int
        Pixels of a side that are enough.

    Raises
    ------
    DataError
        If there is no picture in that row, it can't be read, or its file has changed.
    """
    images, maps = embedding.images, embedding.maps
    values = None if maps is None else maps.map(row)
    if images is None:
        return Entry(None, values)
    try:
        return Entry(images.picture(row, levels, side), values)
    except DataError:
        if values is None:
            raise
        return Entry(None, values)


_Key = tuple[int, Levels, int]


class EntryReader:
    """Reads entries in a thread, so that a file system that hangs doesn't hang the screen.

    Parameters
    ----------
    embedding : Embedding
    arrived : callable
        Called in the reader's thread when an entry comes after `entry` has stopped waiting.
    """

    def __init__(self, embedding: Embedding, arrived: Callable[[], None]) -> None:
        self._embedding = embedding
        self._arrived = arrived
        self._entries: OrderedDict[_Key, Entry] = OrderedDict()
        self._wanted: _Key | None = None
        self._ahead: list[_Key] = []
        self._patient = False
        self._closed = False
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def entry(self, row: int, levels: Levels = Levels.FOUND, side: int = IN_PANEL) -> Entry:
        """Return the entry of a row; its message is 'reading …' if that takes longer."""
        embedding = self._embedding
        if not unpacked(embedding):
            return Entry(message="unpacking …")
        key = row, levels, side
        if self._at_once:
            return self._read(key)
        with self._changed:
            if key not in self._entries:
                self._wanted, self._patient = key, True
                self._start()
                self._changed.notify_all()
                self._changed.wait_for(lambda: key in self._entries, _AT_ONCE)
                self._patient = False
            return self._entries.get(key, Entry(message="reading …"))

    def ahead(self, rows: Sequence[int], levels: Levels, side: int) -> list[Entry | None]:
        """Return entries that are likely to be wanted next, None for those that are read now.

        `arrived` is called for each of these.  Others that were named before are not read.
        """
        if not unpacked(self._embedding):
            return [None] * len(rows)
        keys = [(row, levels, side) for row in rows]
        if self._at_once:
            return [self._read(key) for key in keys]
        with self._changed:
            self._ahead = [key for key in keys if key not in self._entries]
            if self._ahead:
                self._start()
                self._changed.notify_all()
            return [self._entries.get(key) for key in keys]

    @property
    def _at_once(self) -> bool:
        """Whether entries are in memory."""
        images = self._embedding.images
        return not self._embedding.files and (images is None or images.at_once)

    def close(self) -> None:
        """Let the thread end, and with it what it holds of the embedding."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, daemon=True, name="vizterm-entries")
            self._thread.start()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(
                    lambda: self._closed or self._wanted is not None or bool(self._ahead)
                )
                if self._closed:
                    return
                # What is wanted stays so until it is there: it may be the one read ahead.
                key = self._ahead.pop(0) if self._wanted is None else self._wanted
            entry = self._read(key)
            with self._changed:
                self._entries[key] = entry
                while len(self._entries) > _KEPT:
                    self._entries.popitem(last=False)
                alone = not self._patient
                if key == self._wanted:
                    self._wanted = None
                self._changed.notify_all()
            if alone:
                self._arrived()

    def _read(self, key: _Key) -> Entry:
        try:
            return read_entry(self._embedding, *key)
        except VizError as error:
            changed = any(file.changed for file in self._embedding.files)
            return Entry(message="its file has changed" if changed else error.message)
        except MemoryError:
            return Entry(message="too large for the memory that is left")
