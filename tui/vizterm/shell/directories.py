"""Where settings, logs and what is kept are: the XDG directories, or nowhere without a home.

A container may run as a user without an entry in the password file, and without HOME.
"""

from __future__ import annotations

import os
from pathlib import Path


def config_file() -> Path | None:
    """`$XDG_CONFIG_HOME/vizterm/config.toml`, by default in `~/.config`; None without a home."""
    directory = _directory("XDG_CONFIG_HOME", ".config")
    return None if directory is None else directory / "config.toml"


def log_directory() -> Path | None:
    """`$XDG_STATE_HOME/vizterm`, by default in `~/.local/state`; None without a home."""
    return _directory("XDG_STATE_HOME", ".local/state")


def tags_directory() -> Path | None:
    """`$XDG_DATA_HOME/vizterm/tags`, by default in `~/.local/share`; None without a home."""
    directory = _directory("XDG_DATA_HOME", ".local/share")
    return None if directory is None else directory / "tags"


def cache_directory() -> Path | None:
    """`$XDG_CACHE_HOME/vizterm`, by default in `~/.cache`; None without a home."""
    return _directory("XDG_CACHE_HOME", ".cache")


def _directory(variable: str, below_home: str) -> Path | None:
    """Return our directory below one of the XDG Base Directory Specification's."""
    named = os.environ.get(variable, "").strip()
    base = named or os.path.expanduser(f"~/{below_home}")  # noqa: PTH111 - without a home it stays
    return None if base.startswith("~") else Path(base, "vizterm")
