"""Output files, written completely or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from vizterm.terminal.interrupt import unfinished
from vizterm_core.errors import DataError, UsageError


def check_output(path: Path, formats: Sequence[str], option: str = "--output") -> None:
    """Raise a UsageError unless the file can be written; called before anything is computed."""
    if path.suffix.lower() not in formats:
        raise UsageError(
            f"{option} {path}: unknown format", f"end the name in {', '.join(formats)}"
        )
    if path.is_dir():
        raise UsageError(f"{option} {path}: is a directory", "name a file in it")
    if not path.parent.is_dir():
        raise UsageError(f"{option} {path}: no directory {path.parent}", "create it first")
    if not os.access(path.parent, os.W_OK):
        raise UsageError(f"{option} {path}: {path.parent} can't be written to", "name another one")


def write_atomically(path: Path, write: Callable[[Any], object]) -> None:
    """Write to a temporary file, then rename it: if the disk is full, nothing is lost."""
    try:
        descriptor, name = tempfile.mkstemp(
            dir=path.parent, prefix=f".{path.name}.", suffix=".part"
        )
    except OSError as error:
        raise DataError(f"can't write {path}: {error.strerror or error}") from error
    unfinished.add(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(name, 0o666 & ~mask)  # noqa: PTH101 - the mode of any new file
        os.replace(name, path)  # noqa: PTH105
    except BaseException:
        os.unlink(name)  # noqa: PTH108
        raise
    finally:
        unfinished.discard(name)
