"""The pointer's position within a cell, in terminals that report it (SGR-Pixels, mode 1016).

Textual turns the mode on only together with in-band resizing (mode 2048), which xterm doesn't
have, and never turns it off.
"""

from __future__ import annotations

import fcntl
import struct
import sys
import termios

from textual.message import Message
from typing_extensions import override

from vizterm.terminal.textual_private.driver import SafeDriver
from vizterm.terminal.textual_private.input import XTermParser

_ON, _OFF = "\x1b[?1016h", "\x1b[?1016l"


class PixelMouseParser(XTermParser):
    """Reads the numbers of mouse reports as pixels."""

    @override
    def parse_mouse_code(self, code: str) -> Message | None:
        size = fcntl.ioctl(sys.__stdin__.fileno(), termios.TIOCGWINSZ, b"\0" * 8)  # type: ignore[union-attr]
        rows, columns, width, height = struct.unpack("HHHH", size)
        if rows and columns and width and height:
            self.mouse_pixels = True
            self.terminal_size = columns, rows
            self.terminal_pixel_size = width, height
        return super().parse_mouse_code(code)


class PixelMouseDriver(SafeDriver):
    """Switches pixel reports on together with the mouse, and off again at the end."""

    @override
    def _enable_mouse_support(self) -> None:
        super()._enable_mouse_support()
        if self._mouse:
            self.write(_ON)
            self.flush()

    @override
    def _disable_mouse_support(self) -> None:
        if self._mouse:
            self.write(_OFF)
        super()._disable_mouse_support()

    @override
    def make_parser(self) -> XTermParser:
        return PixelMouseParser()
