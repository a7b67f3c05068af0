"""Text of a stream as UTF-8, cut into lines, however it arrives."""

from __future__ import annotations

import codecs

from vizterm_core.errors import DataError
from vizterm_core.files.text.content import BOM, GZIP, UTF_16

LONGEST_LINE = 1 << 18
"""Bytes in a line; a longer one is a bad row."""


class TooLong(str):
    """The beginning of a line that is too long."""

    __slots__ = ()


class Utf8Text:
    """Bytes of a stream as UTF-8, with line breaks as Unix has them."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._start = b""
        self._begun = False
        self._in_first_line = True
        self._decoder: codecs.IncrementalDecoder | None = None
        self._after_return = False

    def feed(self, data: bytes) -> bytes:
        """Return what is complete of the text."""
        if not self._begun:
            self._start += data
            if len(self._start) < 4 and not self._start.endswith(b"\n"):
                return b""
            data = self._begin()
        return self._unix(self._decoded(data, final=False))

    def finish(self) -> bytes:
        """Return what is left."""
        data = b"" if self._begun else self._begin()
        return self._unix(self._decoded(data, final=True))

    def _begin(self) -> bytes:
        """Look at the first bytes, and return them."""
        self._begun = True
        data, self._start = self._start, b""
        if data.startswith(GZIP):
            raise DataError(f"{self._name} is compressed", "zcat FILE | vizterm heat -")
        if data.startswith(UTF_16):
            self._decoder = codecs.getincrementaldecoder("utf-16")()
        elif data[1:4:2] == b"\0\0" and data[0:4:2].strip(b"\0").isascii() and data[0]:
            self._decoder = codecs.getincrementaldecoder("utf-16-le")()
        elif data[0:4:2] == b"\0\0" and data[1:4:2].strip(b"\0").isascii() and data[1]:
            self._decoder = codecs.getincrementaldecoder("utf-16-be")()
        return data.removeprefix(BOM) if self._decoder is None else data

    def _decoded(self, data: bytes, *, final: bool) -> bytes:
        if self._decoder is not None:
            try:
                text = self._decoder.decode(data, final)
                return text.encode("utf-8", "surrogatepass")
            except UnicodeError as error:
                raise DataError(
                    f"{self._name} is damaged: it isn't UTF-16", "save it as UTF-8"
                ) from error
        if self._in_first_line:
            line, end, _ = data.partition(b"\n")
            self._in_first_line = not end
            if b"\0" in line:
                raise DataError(f"{self._name} is not text", "events are CSV or JSON, in UTF-8")
        return data

    def _unix(self, data: bytes) -> bytes:
        if not data:
            return data
        if self._after_return and data.startswith(b"\n"):
            data = data[1:]
        self._after_return = data.endswith(b"\r") if data else False
        if b"\r" not in data:
            return data
        return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def lines_of(data: bytes) -> list[str]:
    """Return whole lines without their ends; bytes that aren't UTF-8 become surrogates."""
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    lines.pop()
    return lines


def decoded(data: bytes, name: str) -> str:
    """Return a whole text; a DataError if it isn't UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise DataError(
            f"{name} is not text: byte {error.start:,} isn't UTF-8", "save it as UTF-8"
        ) from error
