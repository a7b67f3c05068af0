"""The embed screen where points are chosen for what comes next on a command line: as in fzf."""

from __future__ import annotations

from typing import Any

import numpy as np
from textual import on
from typing_extensions import override

from vizterm.actions import PICK_ACTIONS
from vizterm.embed.pick.picked import PickOptions, hindrance
from vizterm.embed.screen import EmbedScreen
from vizterm.embed.select.selection_keys import Selected

_LEAVE = "esc again leaves, and prints nothing; enter prints what is selected"


class PickScreen(EmbedScreen):
    """Enter takes what is selected, or else the point under the cursor; esc leaves without any.

    Parameters
    ----------
    options : PickOptions
    """

    ACTIONS = PICK_ACTIONS
    picks = True

    def __init__(self, options: PickOptions, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._options = options
        self._accepting = self._warned = False

    @override
    def action_pin(self) -> None:
        """Take the points, when what was asked for before is selected."""
        if self._neighbours.walk():
            return
        self._accepting = True
        self._accept()

    @on(Selected)
    def _after_selection(self) -> None:
        self.call_later(self._accept)

    def _accept(self) -> None:
        if not self._accepting or not self._selection.settled:
            return
        self._accepting = False
        model = self.model
        points = model.selection.points()
        if not points.size and model.cursor is not None:
            points = np.array([model.cursor], np.int64)
        if not points.size:
            self.remark("no point under the cursor, and none is selected")
        elif said := hindrance(model.embedding, points, self._options):
            self.remark(said)
        else:
            self.picked = points
            self.app.exit(None)

    @override
    def action_cancel(self) -> None:
        """Leave what there is to leave, and then the app."""
        warned, self._warned = self._warned and self._remark == _LEAVE, False
        if self.cancel():
            return
        if self.model.selection and not warned:
            # Choosing took time.
            self._warned = True
            self.remark(_LEAVE)
            return
        self.app.exit(None)
