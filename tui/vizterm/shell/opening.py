"""Data on their way to the screen that shows them.  Imports no Textual."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from vizterm.shell.background import AT_ONCE, LOADING_ERRORS, Background

if TYPE_CHECKING:
    from textual.screen import Screen

    from vizterm.shell.data_screen import DataScreen

Shown = TypeVar("Shown", bound="DataScreen[Any]")


class Opening(Generic[Shown]):
    """Chooses the first screen: that of the data if they are loaded, else one that waits.

    Parameters
    ----------
    source : Background
    """

    def __init__(self, source: Background[Any]) -> None:
        self.source = source
        self.screen: Shown | None = None
        """The screen with the data; None while they are being loaded."""

    def first_screen(self, kind: type[Shown], make: Callable[[], Shown]) -> Screen[None]:
        """Return the screen to begin with.

        Parameters
        ----------
        kind : type
            Class of the screen: its help can be read while the data are being loaded.
        make : callable
            Builds the screen when the data are there; raises the error that loading ended with.
        """
        from vizterm.shell.waiting import WaitingScreen

        def build() -> Shown:
            self.screen = make()
            return self.screen

        if self.source.wait(AT_ONCE):
            try:
                return build()
            except LOADING_ERRORS:
                pass  # raised again for the waiting screen, which can leave the app
        return WaitingScreen(self.source, build, kind.ACTIONS, kind.MOUSE)
