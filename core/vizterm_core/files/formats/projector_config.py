"""The configuration of a TensorBoard projector: protobuf's text format, or JSON.

Sources: `projector_config.proto` in TensorBoard's projector plugin; "Text Format Language
Specification" of Protocol Buffers, of which messages, strings, numbers and lists are read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from vizterm_core.errors import DataError
from vizterm_core.files.data_file import DataFile

_LARGEST = 1 << 20
_DEEPEST = 8
_TOKEN = re.compile(
    r"""\s*(?:\#[^\n]*|[;,])?(?:(?P<name>[A-Za-z_][\w.]*)|(?P<number>[-+]?[\d.][\w.+-]*)"""
    r"""|(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(?P<mark>[:{}<>\[\]]))?"""
)
_ESCAPE = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Embedding:
    """One of the embeddings that a projector shows; paths are as they stand there, or ""."""

    name: str = ""
    tensor_path: str = ""
    metadata_path: str = ""
    sprite_path: str = ""
    tile: tuple[int, int] = (0, 0)
    """Width and height of a point's picture in the sprite."""
    shape: tuple[int, ...] = ()


def read_config(file: DataFile) -> list[Embedding]:
    """Return the embeddings of a configuration, in its order.

    Raises
    ------
    DataError
        If it isn't one.
    """
    if file.size > _LARGEST:
        raise DataError(f"{file.name} is too large to be a projector's configuration")
    text, _ = file.read_text()
    try:
        decoded = text.decode("utf-8-sig")
        if decoded.lstrip().startswith("{"):
            found = json.loads(decoded)
        else:
            found = _message(_tokens(decoded), 0)
        return [_embedding(entry) for entry in _listed(found.get("embeddings"))]
    except (ValueError, RecursionError, AttributeError, TypeError, KeyError) as error:
        raise DataError(
            f"{file.name} can't be read as a projector's configuration",
            "name the file with the vectors itself, e.g. tensors.tsv",
        ) from error


def _embedding(entry: dict[str, Any]) -> Embedding:
    def value(holder: dict[str, Any], name: str) -> Any:
        words = name.split("_")
        return holder.get(name, holder.get(words[0] + "".join(map(str.title, words[1:])), ""))

    sprite = value(entry, "sprite") or {}
    tile = [int(side) for side in _listed(value(sprite, "single_image_dim"))]
    return Embedding(
        name=str(value(entry, "tensor_name")),
        tensor_path=str(value(entry, "tensor_path")),
        metadata_path=str(value(entry, "metadata_path")),
        sprite_path=str(value(sprite, "image_path")),
        tile=(tile[0], tile[-1]) if tile else (0, 0),
        shape=tuple(int(side) for side in _listed(value(entry, "tensor_shape"))),
    )


def _listed(value: Any) -> list[Any]:
    if value in (None, ""):
        return []
    return value if isinstance(value, list) else [value]


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None or match.end() == place:
            raise ValueError("no token of the text format")
        place = match.end()
        if match.lastgroup:
            yield match.lastgroup, match[match.lastgroup]


def _message(tokens: Iterator[tuple[str, str]], depth: int) -> dict[str, Any]:
    """Return the fields of a message up to its end; one given several times is a list."""
    if depth > _DEEPEST:
        raise ValueError("nested too deeply")
    fields: dict[str, Any] = {}
    for kind, name in tokens:
        if depth and kind == "mark" and name in "}>":
            return _unwrapped(fields)
        if kind != "name":
            raise ValueError("a field needs a name")
        found, word = next(tokens, ("", ""))
        if word == ":":
            found, word = next(tokens, ("", ""))
        fields.setdefault(name, []).extend(_values(found, word, tokens, depth))
    if depth:
        raise ValueError("a message isn't closed")
    return _unwrapped(fields)


def _unwrapped(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value[0] if len(value) == 1 else value for name, value in fields.items()}


def _values(kind: str, word: str, tokens: Iterator[tuple[str, str]], depth: int) -> list[Any]:
    if kind == "mark" and word in "{<":
        return [_message(tokens, depth + 1)]
    if kind == "mark" and word == "[":
        values: list[Any] = []
        for inner, text in tokens:
            if text == "]":
                return values
            values += _values(inner, text, tokens, depth + 1)
        raise ValueError("a list isn't closed")
    if kind == "text":
        return [_ESCAPE.sub(r"\1", word[1:-1])]
    if kind == "number":
        return [float(word) if set(word) & set(".eE") else int(word)]
    if kind == "name":
        return [word]
    raise ValueError("a field needs a value")
