"""Look at embeddings, heatmaps and overlays without leaving the SSH session."""

from typing import TYPE_CHECKING

from vizterm.version import __version__

if TYPE_CHECKING:
    from vizterm.api import embed, heat, overlay

__all__ = ["__version__", "embed", "heat", "overlay"]


def __getattr__(name: str) -> object:
    # numpy is imported when it is used: `vizterm --help` answers without it.
    if name in __all__:
        from vizterm import api

        return getattr(api, name)
    raise AttributeError(f"module 'vizterm' has no attribute {name!r}")
