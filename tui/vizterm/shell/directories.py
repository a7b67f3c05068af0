"""Where the settings and the logs are: the XDG directories, or nowhere without a home.

A container may run as a user without an entry in the password file, and without HOME.
"""

from __future__ import annotations

from pathlib import Path


def config_file() -> Path | None:
    """`$XDG_CONFIG_HOME/vizterm/config.toml`, by default in `~/.config`; None without a home."""
    directory = _directory("user_config_path")
    return None if directory is None else directory / "config.toml"


def log_directory() -> Path | None:
    """`$XDG_STATE_HOME/vizterm`, by default in `~/.local/state`; None without a home."""
    return _directory("user_state_path")


def _directory(kind: str) -> Path | None:
    from platformdirs.unix import Unix

    try:
        path: Path = getattr(Unix("vizterm"), kind)
    except RuntimeError:
        return None
    # Older versions of platformdirs leave "~" as it is, which would name a directory.
    return None if path.parts[:1] == ("~",) else path
