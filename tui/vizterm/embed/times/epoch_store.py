"""Indices of the epochs around the one that is shown, made ahead and bounded in bytes."""

from __future__ import annotations

from vizterm.embed.indexed import IndexedEmbedding
from vizterm_core.files.memory import free_memory

MOST_BYTES = 512 << 20
"""Bytes of indices that are kept at most, or a quarter of what is free at the start if less."""


class EpochStore:
    """Keeps epochs that were made; those farthest from the one that is shown go first.

    Parameters
    ----------
    most_bytes : int, optional
    """

    def __init__(self, most_bytes: int | None = None) -> None:
        self._most = min(MOST_BYTES, free_memory() // 4) if most_bytes is None else most_bytes
        self._kept: dict[int, IndexedEmbedding] = {}
        self.base: IndexedEmbedding | None = None
        """The data as they are shown, which the kept ones have colours and filter of."""
        self.generation = 0
        """Changes with colours and filter: what was made before is none of it."""

    def use(self, base: IndexedEmbedding) -> None:
        """Keep epochs of these data from now on; others are forgotten."""
        if not any(kept is base for kept in self._kept.values()):
            self._kept = {}
            self.generation += 1
        self.base = base
        self._kept[base.embedding.epoch] = base

    def get(self, epoch: int) -> IndexedEmbedding | None:
        """Return an epoch if it is there."""
        return self._kept.get(epoch)

    def keep(self, loaded: IndexedEmbedding, shown: int) -> None:
        """Keep an epoch, and forget others where all are too large."""
        self._kept[loaded.embedding.epoch] = loaded
        while self.size > self._most and len(self._kept) > 1:
            farthest = max(self._kept, key=lambda epoch: abs(epoch - shown))
            if farthest == shown:
                break
            del self._kept[farthest]

    def drop(self, epoch: int) -> None:
        """Forget an epoch, so that it is made anew."""
        self._kept.pop(epoch, None)

    @property
    def size(self) -> int:
        """Bytes of what is kept."""
        return sum(loaded.index.nbytes for loaded in self._kept.values())

    def has_room(self) -> bool:
        """Whether another one as large as the shown one fits."""
        return self.base is None or self.size + self.base.index.nbytes <= self._most

    def __len__(self) -> int:
        return len(self._kept)
