"""What a contact sheet shows of each point: its picture, or a card, with a caption."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.style import Style

from vizterm.embed.point_facts import column_values
from vizterm.embed.scatter.map_look import MapLook
from vizterm.embed.scatter.thumbnail_store import ThumbnailStore
from vizterm.embed.sheet.model import SheetModel
from vizterm.embed.sheet.tile import Card, Tile
from vizterm_core.pictures.image import Picture, fit_picture
from vizterm_core.scatter.embedding import Embedding
from vizterm_core.scatter.selection import Selection
from vizterm_core.text import clean

SELECTED, ADDED, REMOVED = "✓", "+", "−"


class SheetPictures:
    """Has pictures read for the page that is shown and, after them, for its neighbours.

    Parameters
    ----------
    embedding : Embedding
    look : callable
        Returns what is shown of a point: its image, its map or both.
    styles : sequence of Style
        Of the labels.
    smooth : bool
        Whether pictures are enlarged smoothly; else small ones by whole pixels.
    arrived : callable
        Called in another thread when some have come.
    """

    def __init__(
        self,
        embedding: Embedding,
        look: Callable[[], MapLook],
        styles: Sequence[Style],
        *,
        smooth: bool,
        arrived: Callable[[], object],
    ) -> None:
        self._embedding, self._styles = embedding, styles
        self._smooth = smooth
        self.any = embedding.images is not None or embedding.maps is not None
        """Whether points have pictures or maps."""
        self._labelled = len(embedding.labels.names) > 1
        self._store = ThumbnailStore(embedding, look, arrived, self._fitted)

    def close(self) -> None:
        """Read no more."""
        self._store.close()

    def _fitted(self, picture: Picture, side: int) -> Picture:
        """Fit a picture into a square: a small one stays sharp where its pixels are to be seen."""
        whole = not self._smooth and side >= 2 * max(picture.shape[:2])
        return fit_picture(picture, side, side, smooth=not whole)

    def page(
        self, sheet: SheetModel, side: int, selection: Selection, told: Sequence[str] = ()
    ) -> tuple[list[Tile], list[Picture]]:
        """Return what is shown of the points on screen, and pictures of the pages beside.

        Parameters
        ----------
        side : int
            Pixels of a picture's side.
        told : sequence of str
            Columns that say something of a point: on cards.
        """
        shown = sheet.shown
        points = sheet.points[shown.start : shown.stop]
        pictures = self._read(sheet, side)
        selected = selection.has(points).tolist()
        signs = self._signs(sheet, selection)
        tiles = [
            Tile(
                self._caption(point),
                self._styles[int(self._embedding.labels.codes[point])],
                picture,
                self._card(point, picture, side, told),
                number == sheet.cursor,
                signs if sheet.anchor is not None and number in sheet.chosen else SELECTED * chosen,
            )
            for number, point, picture, chosen in zip(
                shown, points.tolist(), pictures, selected, strict=False
            )
        ]
        return tiles, [one for one in pictures[len(shown) :] if one is not None]

    def _read(self, sheet: SheetModel, side: int) -> list[Picture | None]:
        """Return the pictures of this page, the next and the last, as far as they have come."""
        pages = sheet.shown, sheet.next_shown, sheet.last_shown
        places = [place for page in pages for place in page]
        places = places[: max(len(sheet.shown), self._store.room(side))]
        if not self.any:
            return [None] * len(places)
        rows = [self._embedding.row_of(int(point)) for point in sheet.points[places]]
        return self._store.get(rows, side)

    @staticmethod
    def _signs(sheet: SheetModel, selection: Selection) -> str:
        """Return the sign of what would be selected, or deselected, with the range."""
        if sheet.anchor is None:
            return ""
        return REMOVED if all_selected(sheet, selection) else ADDED

    def _caption(self, point: int) -> str:
        embedding = self._embedding
        if self.any and embedding.names is not None:
            return embedding.name_of(point)
        if self._labelled:
            return embedding.labels.text_of(point)
        return f"#{embedding.row_of(point):,}" if self.any or embedding.names is not None else ""

    def _card(
        self, point: int, picture: Picture | None, side: int, told: Sequence[str]
    ) -> Card | None:
        """Return what stands in place of a picture; None where there is one, or may come one."""
        embedding = self._embedding
        row = embedding.row_of(point)
        if self.any:
            if picture is not None or not self._store.lacks(row, side):
                return None
            label = (embedding.labels.text_of(point),) if self._labelled else ()
            return Card("no picture", label if embedding.names is not None else ())
        facts = column_values(embedding, told, point, read=False)
        name = embedding.name_of(point) or f"#{row:,}"
        return Card(name, tuple(f"{clean(key)} {value}" for key, value in facts))


def all_selected(sheet: SheetModel, selection: Selection) -> bool:
    """Return whether every point of the range that is being chosen is selected."""
    chosen = sheet.chosen
    return bool(selection.has(sheet.points[chosen.start : chosen.stop]).all())
