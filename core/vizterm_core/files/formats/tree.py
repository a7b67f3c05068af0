"""A tree of named arrays, as HDF5 files and zarr folders hold it; each has an adapter to it.

An adapter reads headers, turns whatever its library raises into a DataError, and says which members
can't be read.  What the arrays mean is told by the modules that make columns of a tree.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import numpy as np

from vizterm_core.files.source import Access
from vizterm_core.files.stored import Array
from vizterm_core.text import clean

MOST_MEMBERS = 100_000
"""Members of a tree that are looked at."""
DEEPEST = 64
"""Groups inside each other."""
MOST_CHUNKS = 200_000
"""Chunks of an array: libraries take about 15 µs for each, even for those that aren't there."""
LARGEST_CHUNK = 256 << 20
"""Bytes of a chunk, unpacked: one row costs as much."""

_ROW_BYTES = 1 << 20
"""Bytes that may be unpacked for a row that still counts as read by itself."""
_PIECE_BYTES = 16 << 20
_PIECE_CHUNKS = 10_000
_BOMB_BYTES = 64 << 20
_BOMB_RATIO = 200

NOTHING: Mapping[str, Any] = {}


class Kind(Enum):
    """What the entries of a leaf are, and so what `Leaf.take` returns."""

    NUMBERS = "numbers"
    """Numbers, truth values or dates: an ndarray."""
    TEXT = "text"
    """An object array of `str`."""
    NAMED = "named"
    """Integers that stand for names, `Leaf.names`: an ndarray of those integers."""
    BYTES = "bytes"
    """Opaque entries: an object array of `bytes`."""
    LISTS = "lists"
    """Numbers of any count in each entry: an object array of ndarrays."""
    RECORDS = "records"
    """Several fields: never taken whole, see `Leaf.fields`."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How an array lies in its file."""

    place: str
    """For people: "stored", "in chunks", "gzip to 3.1 kB"."""
    chunk: tuple[int, ...] = ()
    """Shape of a chunk; empty where rows lie one after the other."""
    stored: int | None = None
    """Bytes in the file; None where that isn't known."""

    def problem(self, shape: tuple[int, ...], item_bytes: int) -> str:
        """Reason why an array can't be read in this layout; empty if there is none."""
        if not self.chunk or 0 in shape:
            return ""
        if 0 in self.chunk:
            return "in chunks of nothing"
        if math.prod(self.chunk) * item_bytes > LARGEST_CHUNK:
            return f"in chunks of {math.prod(self.chunk) * item_bytes:,} bytes: save smaller ones"
        chunks = math.prod(-(-side // part) for side, part in zip(shape, self.chunk, strict=True))
        return f"in {chunks:,} chunks: save larger ones" if chunks > MOST_CHUNKS else ""

    def access(self, shape: tuple[int, ...], item_bytes: int) -> Access:
        """Least that can be read at a reasonable cost."""
        whole = math.prod(shape) * item_bytes
        if self.stored is not None and whole > max(_BOMB_BYTES, _BOMB_RATIO * self.stored):
            return Access.WHOLE
        if (
            not self.chunk
            or 0 in shape
            or self._row_chunks(shape) * self._chunk_bytes(item_bytes) <= _ROW_BYTES
        ):
            return Access.ROW
        return Access.WHOLE if self.chunk[0] >= shape[0] else Access.BLOCK

    def piece(self, shape: tuple[int, ...], item_bytes: int) -> int:
        """Rows to read at a time."""
        rows = max(1, _PIECE_BYTES // max(1, math.prod(shape[1:]) * item_bytes))
        if not self.chunk:
            return rows
        side = self.chunk[0]
        most = max(1, _PIECE_CHUNKS // self._row_chunks(shape)) * side
        return max(side, min(rows, most) // side * side)

    def _row_chunks(self, shape: tuple[int, ...]) -> int:
        sides = zip(shape[1:], self.chunk[1:], strict=True)
        return max(1, math.prod(-(-side // part) for side, part in sides))

    def _chunk_bytes(self, item_bytes: int) -> int:
        return math.prod(self.chunk) * item_bytes


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """An array of a tree, as its header describes it."""

    path: str
    """Names from the root, with "/" between them."""
    kind: Kind
    shape: tuple[int, ...]
    dtype: np.dtype[np.generic]
    """Of an entry; of a list, of its numbers; object for text and bytes."""
    layout: Layout
    take: Callable[[slice | tuple[()]], Array]
    """Rows of a slice, or all of an array without axes; raises DataError."""
    attribute: Callable[[str], Any] = field(default=NOTHING.get)
    """An attribute by name, None if there is none, or it is no plain value."""
    names: Mapping[int, str] = field(default_factory=dict)
    """Of a leaf of named integers."""
    fields: tuple[Leaf, ...] = ()
    """Of records: a leaf for each."""

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]

    @property
    def access(self) -> Access:
        """Least that can be read at a reasonable cost."""
        return self.layout.access(self.shape, self.dtype.itemsize) if self.shape else Access.ROW

    @property
    def piece(self) -> int:
        """Rows to read at a time."""
        return self.layout.piece(self.shape, self.dtype.itemsize)


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """A group of a tree; its members are looked up when asked for."""

    path: str
    attribute: Callable[[str], Any]
    """An attribute by name, None if there is none, or it is no plain value."""
    names: Callable[[], list[str]]
    """Names of its members, at most as many as the tree may have."""
    member: Callable[[str], Leaf | Branch | None]
    """A member by name; None if there is none, or it can't be read, which is noted."""
    address: int | None = None
    """The same for a group that has several names; None where groups have one each."""

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]

    def branch(self, name: str) -> Branch | None:
        """A member that is a group."""
        found = self.member(name)
        return found if isinstance(found, Branch) else None

    def leaf(self, name: str) -> Leaf | None:
        """A member that is an array."""
        found = self.member(name)
        return found if isinstance(found, Leaf) else None


@dataclass(slots=True)
class Findings:
    """What was found wrong or left out while a tree is walked."""

    skipped: dict[str, str] = field(default_factory=dict)
    """Members that can't be read, and why; both harmless for a terminal."""
    seen: int = 0

    def skip(self, path: str, why: str) -> None:
        """Note a member that can't be read."""
        self.skipped[clean(path) or "/"] = clean(why)

    def counted(self, path: str, names: list[str]) -> list[str]:
        """Return names that may still be looked at; the others are said."""
        left = max(0, MOST_MEMBERS - self.seen)
        self.seen += len(names)
        if len(names) > left:
            self.skip(path, f"beyond the first {MOST_MEMBERS:,} members of the file")
        return names[:left]


def joined(path: str, name: str) -> str:
    """Return the path of a member."""
    return f"{path}/{name}" if path else name


def simple(name: str) -> bool:
    """Whether a name is that of a member itself, not a path through others."""
    return bool(name) and name not in (".", "..") and "/" not in name and "\0" not in name


def parts(
    root: Branch, findings: Findings, enter: Callable[[Branch], bool]
) -> Iterator[Leaf | Branch]:
    """Return all arrays of a tree, in order, and the groups that weren't entered.

    Parameters
    ----------
    enter : callable
        Whether a group is looked into.
    """
    waiting: list[tuple[Branch, int]] = [(root, 0)]
    entered: set[int] = set()
    while waiting:
        branch, depth = waiting.pop()
        if branch.address in entered:
            findings.skip(branch.path, "a group that has another name as well")
            continue
        if branch.address is not None:
            entered.add(branch.address)
        if not enter(branch):
            yield branch
            continue
        if depth > DEEPEST:
            findings.skip(branch.path, f"more than {DEEPEST} groups deep")
            continue
        inner = []
        for name in findings.counted(branch.path, branch.names()):
            found = branch.member(name)
            if isinstance(found, Leaf):
                yield found
            elif found is not None:
                inner.append((found, depth + 1))
        waiting.extend(reversed(inner))
