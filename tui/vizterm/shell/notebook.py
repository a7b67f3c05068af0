"""Frames in a notebook, shown as pictures."""

from __future__ import annotations

import contextlib
import importlib
import io
import sys
from collections.abc import Iterator

from typing_extensions import override


class Frame:
    """A printed frame that a notebook shows as a picture.

    Parameters
    ----------
    printed : str
        Lines of text in 24-bit colours.
    """

    def __init__(self, printed: str) -> None:
        self._printed = printed

    def _repr_png_(self) -> bytes:
        from vizterm.cells.raster import picture_of, png_of

        return png_of(picture_of(self._printed))

    @override
    def __repr__(self) -> str:
        return "<a frame of vizterm>"


def in_notebook() -> bool:
    """Return whether this runs in a notebook: IPython with a kernel, without a terminal."""
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    return shell is not None and getattr(shell, "kernel", None) is not None


@contextlib.contextmanager
def frames_displayed() -> Iterator[None]:
    """In a notebook, display what is printed inside as a picture; elsewhere change nothing."""
    if not in_notebook():
        yield
        return
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        yield
    if printed.getvalue():
        # Only a notebook has it.
        display = importlib.import_module("IPython.display").display
        display(Frame(printed.getvalue()))
