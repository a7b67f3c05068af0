"""A store of the zarr library over the members of a folder or zip file.

Imports zarr, and so is imported only where such a file is opened.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable

from zarr.abc.buffer import Buffer, BufferPrototype
from zarr.abc.store import (
    ByteRequest,
    OffsetByteRequest,
    RangeByteRequest,
    Store,
    SuffixByteRequest,
)

from vizterm_core.files.formats.zarr_members import Members
from vizterm_core.overrides import override


class MembersStore(Store):
    """Members to be read, never written.

    Parameters
    ----------
    members : Members
    """

    supports_writes = False
    supports_deletes = False
    supports_listing = True

    def __init__(self, members: Members) -> None:
        super().__init__(read_only=True)
        self._members = members

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, MembersStore) and other._members is self._members

    __hash__ = None  # type: ignore[assignment]

    @override
    async def get(
        self, key: str, prototype: BufferPrototype, byte_range: ByteRequest | None = None
    ) -> Buffer | None:
        """Return a member, or some of its bytes; None if there is none."""
        size = self._members.size(key)
        if size is None:
            return None
        start, stop = _range(byte_range, size)
        return prototype.buffer.from_bytes(self._members.read(key, start, stop))

    @override
    async def get_partial_values(
        self,
        prototype: BufferPrototype,
        key_ranges: Iterable[tuple[str, ByteRequest | None]],
    ) -> list[Buffer | None]:
        """Return some bytes of each."""
        return [await self.get(key, prototype, part) for key, part in key_ranges]

    @override
    async def exists(self, key: str) -> bool:
        """Whether there is such a member."""
        return self._members.size(key) is not None

    @override
    async def set(self, key: str, value: Buffer) -> None:
        """Not for this store."""
        raise NotImplementedError

    @override
    async def delete(self, key: str) -> None:
        """Not for this store."""
        raise NotImplementedError

    @override
    async def list(self) -> AsyncIterator[str]:
        """Nothing: members are asked for by name."""
        return
        yield ""

    @override
    async def list_prefix(self, prefix: str) -> AsyncIterator[str]:  # noqa: ARG002
        """Nothing, as `list`."""
        return
        yield ""

    @override
    async def list_dir(self, prefix: str) -> AsyncIterator[str]:
        """Names of the folders in a folder."""
        for name in self._members.inside(prefix.rstrip("/")):
            yield name


def _range(part: ByteRequest | None, size: int) -> tuple[int, int]:
    """First byte and the one after the last, inside the member."""
    if isinstance(part, RangeByteRequest):
        return min(part.start, size), min(max(part.start, part.end), size)
    if isinstance(part, OffsetByteRequest):
        return min(part.offset, size), size
    if isinstance(part, SuffixByteRequest):
        return max(0, size - part.suffix), size
    return 0, size
