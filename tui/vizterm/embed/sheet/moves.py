"""Going about in a contact sheet, by keys and by the mouse."""

from __future__ import annotations

from collections.abc import Callable

from vizterm.embed.sheet.large import SheetLarge
from vizterm.embed.sheet.model import SheetModel
from vizterm.shell.keyed_screen import Actions

_WAYS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}


class SheetMoves:
    """Moves the cursor, and has it shown.

    Parameters
    ----------
    sheet : callable
        Returns where one is; None while there are no points.
    large : SheetLarge
        While it is shown, all ways lead along the order.
    moved : callable
        Has the sheet shown as it is now.
    """

    def __init__(
        self,
        sheet: Callable[[], SheetModel | None],
        large: SheetLarge,
        moved: Callable[[], object],
    ) -> None:
        self._now, self._large, self._moved = sheet, large, moved

    def actions(self) -> Actions:
        """Return what these keys do, by the names in the table of actions."""
        return {
            "move": self.move,
            "extend": self.extend,
            "range": self.toggle_range,
            "page": lambda pages: self._change(lambda sheet: sheet.leaf(pages)),
            "end": lambda last: self._change(
                lambda sheet: sheet.put(len(sheet) - 1 if last else 0)
            ),
            "size": lambda step: self._change(lambda sheet: sheet.change_width(step)),
        }

    def _change(self, how: Callable[[SheetModel], object]) -> None:
        if (sheet := self._now()) is not None:
            how(sheet)
            self._moved()

    def move(self, direction: str) -> None:
        """Go to the picture that way."""
        across, down = _WAYS[direction]
        if self._large.shown:
            across, down = across + down, 0
        self._change(lambda sheet: sheet.move(across, down))

    def put(self, number: int) -> None:
        """Go to a place in the order."""
        self._change(lambda sheet: sheet.put(number))

    def scroll(self, rows: int) -> None:
        """Go on by rows; by pictures while one is large."""
        if self._large.shown:
            self._change(lambda sheet: sheet.move(rows, 0))
        else:
            self._change(lambda sheet: sheet.scroll(rows))

    # ranges

    def toggle_range(self) -> None:
        """Begin to choose a range at the cursor, or leave it."""

        def toggle(sheet: SheetModel) -> None:
            sheet.anchor = sheet.cursor if sheet.anchor is None else None

        self._change(toggle)

    def extend(self, direction: str) -> None:
        """Choose a range from here on, and go that way."""
        sheet = self._now()
        if sheet is not None and sheet.anchor is None:
            sheet.anchor = sheet.cursor
        self.move(direction)

    def sweep(self, start: tuple[float, float], end: tuple[float, float]) -> bool:
        """Choose the range between two places on screen; whether one is being chosen."""
        sheet = self._now()
        if sheet is None:
            return False
        first, last = sheet.at(*start), sheet.at(*end)
        if first is not None and last is not None:
            sheet.put(first)
            sheet.anchor = first
            self.put(last)
        return sheet.anchor is not None
