"""Return of freed memory to the system."""

from __future__ import annotations

import contextlib
import ctypes
import gc
from typing import Self

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
"""Parameters of glibc's `mallopt` (malloc.h)."""
_LARGE = 4 << 20
"""Bytes from which a block gets a mapping of its own, unmapped as soon as it is freed."""
_MOST_KEPT = 8 << 20
"""Bytes that may stay free at the end of a heap."""


def return_freed_memory() -> None:
    """Keep glibc from holding on to freed memory; does nothing with other C libraries.

    Its threshold between heap and mappings follows the largest block freed so far, up to 32 MB.
    Tables and counts that workers make in turn then pile up in the heaps of their threads: twice
    the memory after some minutes.  A threshold that is set stays; and one heap for all threads
    leaves no free blocks that only one of them can use.
    """
    with contextlib.suppress(OSError, AttributeError, TypeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_MMAP_THRESHOLD, _LARGE)
        mallopt(_TRIM_THRESHOLD, _MOST_KEPT)
        mallopt(_ARENA_MAX, 1)


class Tidying:
    """Gives free memory back on request; on leaving, the garbage collector is as it was before.

    Objects made before, by imports and a calling program, are not scanned.
    """

    def __init__(self) -> None:
        # What the calling program has frozen must stay frozen at the end.
        self._ours = gc.get_freeze_count() == 0

    def __enter__(self) -> Self:
        if self._ours:
            gc.freeze()
        return self

    def __exit__(self, *_: object) -> None:
        if self._ours:
            gc.unfreeze()

    def tidy(self) -> None:
        """Collect garbage and trim the heap, in some hundredths of a second."""
        if self._ours and gc.isenabled():
            gc.collect()
        trim_heap()


def trim_heap() -> None:
    """Give back free pages inside glibc's heap; does nothing with other C libraries.

    Arrays of workers and strings of frames alternate there, so that few pages at its end become
    free: otherwise tens of megabytes stay.
    """
    with contextlib.suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
