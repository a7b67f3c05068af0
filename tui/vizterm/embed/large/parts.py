"""What is shown of a point as large as the screen: its picture, or image, heatmap and overlay."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vizterm.embed.scatter.entry_reader import IN_PANEL, ON_SCREEN, Entry, EntryReader
from vizterm.embed.scatter.map_look import KINDS, MapLook
from vizterm_core.load import Embedding
from vizterm_core.pictures.image import Picture

_KEPT = 5
"""Points whose pictures are kept: the one that is shown, and those around it."""

Titled = tuple[str, Picture]
"""A picture and its title."""


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """The pictures of a point."""

    pictures: tuple[Titled, ...] = ()
    message: str = ""
    """Reason why there are none; may be empty."""


class PartsReader:
    """Reads what is shown of points, also ahead, and keeps it.

    Parameters
    ----------
    embedding : Embedding
    entries : EntryReader
    look : callable
        Returns how maps are drawn.
    """

    def __init__(
        self, embedding: Embedding, entries: EntryReader, look: Callable[[], MapLook]
    ) -> None:
        self._entries, self._look = entries, look
        self._both = embedding.images is not None and embedding.maps is not None
        self._kept: OrderedDict[tuple[int, str], Parts] = OrderedDict()
        self.beside = self._both
        """Whether image, heatmap and overlay stand beside each other; else there is one of them."""

    @property
    def maps_shown(self) -> bool:
        """Whether maps are seen."""
        return self.beside or self._look().shown

    @property
    def kind(self) -> str:
        """What is shown, in a word."""
        return "side by side" if self.beside else self._look().kind

    def next_kind(self) -> None:
        """Go on from all of them to the image, the heatmap, the overlay, and all of them again."""
        look = self._look()
        if self.beside:
            self.beside, look.kind = False, KINDS[0]
        elif self._both and look.kind == KINDS[-1]:
            self.beside = True
        else:
            look.next_kind()

    def of(self, row: int) -> Parts:
        """Return the pictures of a row of the arrays; 'reading …' if they come later."""
        entry = self._entries.entry(row, self._look().levels, self._side)
        return self._parts(row, entry)

    def ahead(self, rows: Sequence[int]) -> list[int]:
        """Read rows that are likely to be next, instead of others; return those that are there."""
        entries = self._entries.ahead(rows, self._look().levels, self._side)
        return [row for row, entry in zip(rows, entries, strict=True) if entry is not None]

    @property
    def _side(self) -> int:
        return IN_PANEL if self.beside else ON_SCREEN

    def _parts(self, row: int, entry: Entry) -> Parts:
        if entry.image is None and entry.map is None:
            return Parts(message=entry.message)
        look = self._look()
        how = f"{self.beside} {look.levels.value} {look.kind} {look.blend.describe()}"
        kept = self._kept.get((row, how))
        if kept is None:
            kept = self._kept[row, how] = self._made(entry, look)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end((row, how))
        return kept

    def _made(self, entry: Entry, look: MapLook) -> Parts:
        if self.beside:
            return Parts(look.all_parts(entry))
        picture = look.picture(entry)
        return Parts(message=entry.message) if picture is None else Parts((("", picture),))
