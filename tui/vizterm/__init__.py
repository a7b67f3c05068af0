"""Look at embeddings without leaving the SSH session."""

from typing import TYPE_CHECKING

from vizterm.version import __version__

if TYPE_CHECKING:
    from vizterm.api import embed

__all__ = ["__version__", "embed"]


def __getattr__(name: str) -> object:
    # numpy is imported when it is used: `vizterm --help` answers without it.
    if name == "embed":
        from vizterm.api import embed

        return embed
    raise AttributeError(f"module 'vizterm' has no attribute {name!r}")
