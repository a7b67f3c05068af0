"""Pictures and maps of points, read from a file that may stall or have changed."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import VizError
from vizterm_core.load import Embedding
from vizterm_core.pictures.image import Picture

_AT_ONCE = 0.05
"""Seconds that a screen waits for a picture before it goes on without."""
_KEPT = 8


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


def read_entry(embedding: Embedding, row: int) -> Entry:
    """Read what is behind a row of the arrays; raises a DataError if its file has changed."""
    images, maps = embedding.images, embedding.maps
    return Entry(
        None if images is None else images.picture(row), None if maps is None else maps.map(row)
    )


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
        self._entries: OrderedDict[int, Entry] = OrderedDict()
        self._wanted: int | None = None
        self._patient = False
        self._closed = False
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def entry(self, row: int) -> Entry:
        """Return the entry of a row; its message is 'reading …' if that takes longer."""
        embedding = self._embedding
        if not unpacked(embedding):
            return Entry(message="unpacking …")
        if not embedding.files:
            return self._read(row)
        with self._changed:
            if row not in self._entries:
                self._wanted, self._patient = row, True
                self._start()
                self._changed.notify_all()
                self._changed.wait_for(lambda: row in self._entries, _AT_ONCE)
                self._patient = False
            return self._entries.get(row, Entry(message="reading …"))

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
                self._changed.wait_for(lambda: self._closed or self._wanted is not None)
                row, self._wanted = self._wanted, None
            if self._closed or row is None:
                return
            entry = self._read(row)
            with self._changed:
                self._entries[row] = entry
                while len(self._entries) > _KEPT:
                    self._entries.popitem(last=False)
                self._changed.notify_all()
                alone = not self._patient
            if alone:
                self._arrived()

    def _read(self, row: int) -> Entry:
        try:
            return read_entry(self._embedding, row)
        except VizError:
            changed = any(file.changed for file in self._embedding.files)
            return Entry(message="its file has changed" if changed else "can't be read")
