"""Little for a process that computes in the background: low priority, few threads, some memory."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path

from vizterm_core.files.memory import free_memory

_THREADS = (
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OMP_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "BLIS_NUM_THREADS",
)
_MOST_THREADS = 8
_NICE = 19
_SHARE = 0.75
"""Of the free memory that the process may take."""


def environment(before: Mapping[str, str], *, spare: bool) -> dict[str, str]:
    """Return the environment of the process; `spare`: its libraries leave a core to others.

    Arrays are made and freed all the time there: glibc is told to keep their memory, as new pages
    cost more than what is computed in them.
    """
    threads = str(max(1, min(_MOST_THREADS, (os.cpu_count() or 1) - spare)))
    return {
        **before,
        **dict.fromkeys(_THREADS, threads),
        "MALLOC_MMAP_THRESHOLD_": str(1 << 28),
        "MALLOC_TRIM_THRESHOLD_": str(1 << 29),
        "PYTHONDONTWRITEBYTECODE": before.get("PYTHONDONTWRITEBYTECODE", ""),
    }


def lower_priority() -> None:
    """Let every other process go first."""
    with contextlib.suppress(OSError):
        os.nice(_NICE)


def limit_memory() -> int:
    """Limit what this process may allocate from now on; returns the bytes.

    Files that are mapped and libraries don't count.
    """
    allowed = int(_SHARE * free_memory())
    try:
        import resource

        limit = _allocated() + allowed
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        if hard != resource.RLIM_INFINITY:
            limit = min(limit, hard)
        resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))
    except (ImportError, OSError, ValueError, AttributeError):
        pass
    return allowed


def _allocated() -> int:
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in Path("/proc/self/status").read_text("ascii", "replace").splitlines():
            if line.startswith("VmData:"):
                return int(line.split()[1]) << 10
    return 0
