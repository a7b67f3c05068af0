"""Codecs of zarr arrays that are let through, by name: one of numcodecs' unpickles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_KNOWN = frozenset(
    (
        *("bytes", "transpose", "sharding_indexed", "crc32c", "vlen-utf8", "vlen-bytes"),
        *("blosc", "gzip", "zstd", "zlib", "bz2", "lzma", "lz4", "crc32", "adler32", "fletcher32"),
        *("delta", "shuffle", "fixedscaleoffset", "quantize", "bitround", "packbits", "astype"),
    )
)
_DEEPEST = 4


def unknown_codec(described: Mapping[str, Any]) -> str:
    """Return the first codec of an array that isn't let through; empty if all are.

    Parameters
    ----------
    described : dict
        `zarr.json` of version 3, `.zarray` of version 2.
    """
    found = [described.get("compressor"), *_listed(described.get("filters"))]
    names = [_name(codec, "id") for codec in found if codec is not None]
    names += _nested(described.get("codecs"), 0)
    return next((name for name in names if name.removeprefix("numcodecs.") not in _KNOWN), "")


def _nested(codecs: object, depth: int) -> list[str]:
    """Names of codecs, and of those inside shards."""
    names = []
    for codec in _listed(codecs):
        names.append(_name(codec, "name"))
        inner = codec.get("configuration") if isinstance(codec, dict) else None
        if isinstance(inner, dict):
            for key in ("codecs", "index_codecs"):
                if depth >= _DEEPEST and inner.get(key):
                    return [*names, "shards inside shards"]
                names += _nested(inner.get(key), depth + 1)
    return names


def _listed(found: object) -> list[Any]:
    return found if isinstance(found, list) else []


def _name(codec: object, key: str) -> str:
    name = codec.get(key) if isinstance(codec, dict) else codec
    return name if isinstance(name, str) else "without a name"
