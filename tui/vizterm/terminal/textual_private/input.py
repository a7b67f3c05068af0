"""Textual's parser of what a terminal sends, and the sequences that it knows for keys."""

from __future__ import annotations

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._xterm_parser import XTermParser

__all__ = ["ANSI_SEQUENCES_KEYS", "XTermParser"]
