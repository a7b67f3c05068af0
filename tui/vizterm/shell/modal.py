"""Boxes over the screen: help, palette."""

from __future__ import annotations

from textual import events
from textual.screen import ModalScreen


class Modal(ModalScreen[None]):
    """A box that a click outside of it closes, and that closes once however often it is told to."""

    _dismissed = False

    def close(self) -> None:
        """Close the box; does nothing if it is closed already, or under another screen."""
        if not self._dismissed and self.app.screen is self:
            self._dismissed = True
            self.dismiss()

    def action_close(self) -> None:
        self.close()

    def on_click(self, event: events.Click) -> None:
        if event.widget is self:
            self.close()
