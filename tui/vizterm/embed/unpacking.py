"""Compressed pictures, unpacked behind the screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from vizterm.embed.scatter.entry_reader import unpack, unpacked
from vizterm_core.errors import VizError
from vizterm_core.scatter.embedding import Embedding

if TYPE_CHECKING:
    from textual.screen import Screen


class Unpacking:
    """Unpacks images and maps in a worker, once an embedding.

    Parameters
    ----------
    screen : Screen
        Runs the worker, and says what went wrong.
    arrived : callable
        Called in the worker when some are there.
    """

    def __init__(self, screen: Screen[None], arrived: Callable[[], None]) -> None:
        self._screen, self._arrived = screen, arrived
        self._begun: Embedding | None = None
        """The embedding whose pictures are unpacked, or have been."""

    def start(self, embedding: Embedding) -> None:
        """Unpack an embedding's pictures, if that hasn't begun."""
        if embedding is self._begun:
            return
        self._begun = embedding
        if not unpacked(embedding):
            self._screen.run_worker(lambda: self._unpack(embedding), thread=True, group="images")

    def _unpack(self, embedding: Embedding) -> None:
        try:
            unpack(embedding, self._arrived)
        except (VizError, OSError, MemoryError) as error:
            self._screen.app.call_from_thread(
                self._screen.notify,
                str(error),
                title="no pictures",
                severity="error",
                markup=False,
            )
