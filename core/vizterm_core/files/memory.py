"""Limits on the memory that may be used."""

from __future__ import annotations

from pathlib import Path

from vizterm_core.errors import DataError


def free_memory() -> int:
    """Return the bytes of memory that are free without swapping; 4 GB where unknown."""
    try:
        with Path("/proc/meminfo").open(encoding="ascii") as lines:
            for line in lines:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    return 4 << 30


def memory_limit(max_bytes: int | None = None) -> int:
    """Return the bytes that may be used: `max_bytes`, or three quarters of the free memory."""
    return max_bytes if max_bytes is not None else free_memory() * 3 // 4


def require_memory(size: int, name: str) -> None:
    """Raise a DataError unless `size` bytes fit into three quarters of the free memory."""
    if size > (limit := memory_limit()):
        raise DataError(
            f"{name} takes {size:,} bytes in memory, the limit is {limit:,}",
            "save a part of it, or close other programs",
        )
