"""Formats that their first bytes alone don't tell: a look that imports no reader."""

from __future__ import annotations

import zipfile

from vizterm_core.files.data_file import DataFile

_DAMAGE = (OSError, ValueError, LookupError, RuntimeError, EOFError, zipfile.BadZipFile)
TORCH_PICKLE = "data.pkl"
"""The member of a torch zip, in a folder of any name, that says what the others are."""
LEGACY_TORCH = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."
"""A pickle of the number that files of torch before version 1.6 begin with."""


def begins_safetensors(file: DataFile) -> bool:
    """Whether a file begins with the length of a header that is a JSON object."""
    start = file.read(0, 8 + 2)
    length = int.from_bytes(start[:8], "little")
    opening = start[8:]
    return opening[:1] == b"{" and opening[1:] in (b'"', b"}", b" ") and 1 < length < file.size


def is_torch_zip(file: DataFile) -> bool:
    """Whether a zip file is one that `torch.save` writes."""
    try:
        with zipfile.ZipFile(file.stream()) as archive:
            return any(name.rpartition("/")[2] == TORCH_PICKLE for name in archive.namelist())
    except _DAMAGE:
        return False
