"""Memory that was freed goes back to the system."""

from __future__ import annotations

import contextlib
import ctypes
import gc
from typing import Self

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
"""Parameters of glibc's `mallopt` (malloc.h)."""
_LARGE = 4 << 20
"""Bytes from which a block is a map of its own, unmapped as soon as it is freed."""
_MOST_KEPT = 8 << 20
"""Bytes that may stay free at the end of a heap."""


def return_freed_memory() -> None:
    """Keep glibc from holding on to what was freed; does nothing with other C libraries.

    Its limit between heap and maps follows the largest block freed so far, up to 32 MB.  Tables
    and counts that workers make by turns then pile up in the heaps of their threads: twice the
    memory after some minutes.  A limit that is set stays; and one heap serves all threads, which
    else would keep free blocks that the others can't use.
    """
    with contextlib.suppress(OSError, AttributeError, TypeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_MMAP_THRESHOLD, _LARGE)
        mallopt(_TRIM_THRESHOLD, _MOST_KEPT)
        mallopt(_ARENA_MAX, 1)


class Tidying:
    """Gives back what is free, where it is asked to; on leaving, Python is as it was.

    What has been made before, of imports and of a calling program, is not looked through.
    """

    def __init__(self) -> None:
        # What somebody else has frozen must stay so at the end.
        self._ours = gc.get_freeze_count() == 0

    def __enter__(self) -> Self:
        if self._ours:
            gc.freeze()
        return self

    def __exit__(self, *_: object) -> None:
        if self._ours:
            gc.unfreeze()

    def tidy(self) -> None:
        """Collect what only refers to itself, and trim the heap: some hundredths of a second."""
        if self._ours and gc.isenabled():
            gc.collect()
        trim_heap()


def trim_heap() -> None:
    """Give back what is free in the midst of glibc's heap; does nothing with other C libraries.

    Workers' arrays and a frame's strings lie between each other, so that few pages at its end
    become free: tens of megabytes stay, sometimes more and sometimes less.
    """
    with contextlib.suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
