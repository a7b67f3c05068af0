"""Look at embeddings, heatmaps and overlays without leaving the SSH session."""

from vizterm.api import embed, heat, overlay
from vizterm.version import __version__

__all__ = ["__version__", "embed", "heat", "overlay"]
