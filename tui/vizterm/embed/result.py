"""What was chosen on the embed screen, for Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from vizterm_core.overrides import override


def _no_rows() -> npt.NDArray[np.int64]:
    return np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class EmbedResult:
    """Rows, in the arrays as given, that a person has chosen."""

    pinned: int | None = None
    """That of the point pinned last; None without one."""
    selected: npt.NDArray[np.int64] = field(default_factory=_no_rows)
    """(k,) those of the selected points, ascending."""
    tags: Mapping[str, npt.NDArray[np.int64]] = field(default_factory=dict)
    """Tag -> (k,) the rows that have it, ascending."""
    pins: tuple[int, ...] = ()
    """Those of all pinned points, in the order in which they were pinned."""

    @override
    def __repr__(self) -> str:
        pinned = "nothing pinned" if self.pinned is None else f"row {self.pinned} pinned"
        if len(self.pins) > 1:
            pinned = f"rows {', '.join(map(str, self.pins))} pinned"
        tagged = f", tagged {', '.join(map(repr, self.tags))}" if self.tags else ""
        return f"<{pinned}, {self.selected.size or 'nothing'} selected{tagged}>"

    def _ipython_display_(self) -> None:
        """Say nothing in a notebook, where the last value of a cell is shown, if it is empty."""
        if self.pinned is not None or self.selected.size or self.tags:
            print(repr(self))  # noqa: T201 - what IPython does with other objects
