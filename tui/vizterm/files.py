"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from vizterm.interrupt import unfinished
from vizterm_core.errors import DataError, UsageError


def check_output(path: Path, formats: Sequence[str]) -> None:
    """Raise a UsageError unless such a file can be written, before anything is computed."""
    if path.suffix.lower() not in formats:
        raise UsageError(
            f"--output {path}: no such format", f"end the name in {', '.join(formats)}"
        )
    if path.is_dir():
        raise UsageError(f"--output {path}: that is a directory", "name a file in it")
    if not path.parent.is_dir():
        raise UsageError(f"--output {path}: there is no directory {path.parent}", "make it first")


def write_atomically(path: Path, write: Callable[[Any], object]) -> None:
    """Write beside a file, then put it in the file's place: a full disk loses nothing."""
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
        os.chmod(name, 0o666 & ~mask)  # noqa: PTH101 - as any new file would have
        os.replace(name, path)  # noqa: PTH105
    except BaseException:
        os.unlink(name)  # noqa: PTH108
        raise
    finally:
        unfinished.discard(name)
