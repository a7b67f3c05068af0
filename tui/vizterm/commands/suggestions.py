"""Suggestions for command lines that name no command, or the wrong one."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NoReturn

import click

from vizterm_core.errors import UsageError
from vizterm_core.overrides import override

_BY_SUFFIX = {
    ".npz": "embed",
    ".parquet": "embed",
    ".feather": "embed",
    ".arrow": "embed",
    ".h5ad": "embed",
    ".h5": "embed",
    ".zarr": "embed",
    ".safetensors": "embed",
    ".pt": "embed",
    ".pth": "embed",
    ".jsonl": "embed",
    ".npy": "heat",
    ".csv": "heat",
    ".tsv": "heat",
    ".txt": "heat",
    ".json": "heat",
    ".png": "overlay",
    ".jpg": "overlay",
    ".jpeg": "overlay",
}
"""The command that shows a file, by the end of its name."""
_PICTURES = tuple(suffix for suffix, command in _BY_SUFFIX.items() if command == "overlay")
_FEATURES = (".npy", ".npz")


def refuse_command(words: Sequence[str], commands: Collection[str]) -> NoReturn:
    """Raise a UsageError for words that don't begin with a command, with the command to try."""
    first = words[0]
    if _is_file(first):
        raise UsageError(f"{first} is a file, not a command", _for_files(words))
    import difflib

    near = difflib.get_close_matches(first.lower(), commands, n=1)
    hint = f"did you mean vizterm {near[0]}?" if near else "vizterm --help lists them"
    raise UsageError(f"no such command: {first}", hint)


def _is_file(word: str) -> bool:
    # Not `Path.exists`, which raises for a word that is too long to be a name.
    exists = os.path.exists(word)  # noqa: PTH110
    return exists or "/" in word or Path(word).suffix.lower() in _BY_SUFFIX


def _for_files(words: Sequence[str]) -> str:
    import shlex

    command = _BY_SUFFIX.get(Path(words[0]).suffix.lower())
    if command is None:
        name = shlex.quote(words[0])
        return f"say how to show it, e.g. vizterm embed {name} or vizterm heat {name}"
    given = [*words]
    if command == "overlay" and (len(words) == 1 or words[1].startswith("-")):
        given.insert(1, "FEATURE.npy")
    return f"try {shlex.join(['vizterm', command, *given])}"


def _is_overlay(files: Sequence[str]) -> bool:
    """Whether two files look like an image and its feature."""
    suffixes = [Path(file).suffix.lower() for file in files]
    return len(files) == 2 and suffixes[0] in _PICTURES and suffixes[1] in _FEATURES


class FilesCommand(click.Command):
    """A command for files; an image and a feature map are sent to `vizterm overlay`."""

    @override
    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        rest = super().parse_args(ctx, args)
        files: tuple[str, ...] = ctx.params.get("files") or ()
        if _is_overlay(files) and not ctx.resilient_parsing:
            import shlex

            words = shlex.join(["vizterm", "overlay", *files])
            raise UsageError(
                f"{ctx.command_path}: one file too many: {files[1]}",
                f"to lay a feature map over its image, try {words}",
            )
        return rest


class OneFileCommand(click.Command):
    """A command for one file; an image and a feature map are sent to `vizterm overlay`."""

    @override
    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.allow_extra_args = True
        rest = super().parse_args(ctx, args)
        if ctx.args and not ctx.resilient_parsing:
            files = [ctx.params["file"], *ctx.args]
            hint = f"it takes one file; see {ctx.command_path} --help"
            if _is_overlay(files):
                import shlex

                words = shlex.join(["vizterm", "overlay", *files])
                hint = f"to lay a feature map over its image, try {words}"
            raise UsageError(f"{ctx.command_path}: one file too many: {ctx.args[0]}", hint)
        return rest
