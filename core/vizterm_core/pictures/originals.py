"""Pictures as they are stored: the bytes of a file, or of a cell, and the ending they go by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

from vizterm_core.errors import DataError
from vizterm_core.files.data_file import DataFile
from vizterm_core.pictures.decode import KINDS_READ, SNIFFED, is_image

_PIECE = 1 << 20
_ENDINGS = (
    (b"\x89PNG", ".png"), (b"\xff\xd8\xff", ".jpg"), (b"GIF8", ".gif"), (b"BM", ".bmp"),
    (b"II", ".tif"), (b"MM", ".tif"), (b"RIFF", ".webp"), (b"P1", ".pbm"), (b"P4", ".pbm"),
    (b"P2", ".pgm"), (b"P5", ".pgm"), (b"P3", ".ppm"), (b"P6", ".ppm"), (b"Pf", ".pfm"),
)  # fmt: skip
_OTHERS = ".jpeg", ".jpe", ".jfif", ".tiff", ".dib", ".pnm", ".apng", ".btf"
_KNOWN = frozenset([*_OTHERS, *(ending for _, ending in _ENDINGS)])
"""Endings that a file keeps."""


@dataclass(frozen=True, slots=True, eq=False)
class Original:
    """An encoded picture."""

    content: bytes | DataFile
    ending: str
    """With the dot: that of the file, if pictures have such, else what its first bytes say."""

    @classmethod
    def of(cls, content: bytes | DataFile, name: str) -> Original:
        """Return an encoded picture.

        Parameters
        ----------
        content : bytes or DataFile
        name : str
            Of the picture in messages; harmless.

        Raises
        ------
        DataError
            If its first bytes aren't those of an image, or can't be read.
        """
        start = content[:SNIFFED] if isinstance(content, bytes) else content.read(0, SNIFFED)
        if not is_image(start):
            raise DataError(f"{name} {f'is no {KINDS_READ} image' if start else 'is empty'}")
        own = "" if isinstance(content, bytes) else PurePath(content.path.name).suffix
        found = next(ending for first, ending in _ENDINGS if start.startswith(first))
        return cls(content, own if own.lower() in _KNOWN else found)

    def pieces(self) -> Iterator[bytes]:
        """Yield all bytes, some at a time.

        Raises
        ------
        DataError
            If the file can't be read, or was rewritten in place meanwhile.
        """
        if isinstance(self.content, bytes):
            yield self.content
            return
        with self.content.unchanged():
            for start in range(0, self.content.size, _PIECE):
                yield self.content.read(start, _PIECE)
