"""Embeddings, heatmaps and overlays as arrays: numpy in, numpy out, no terminal.

The names below are for people with arrays of their own; `docs/core.md` shows them at work.  Each
is imported when it is first asked for, so that `import vizterm_core` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vizterm_core.colour.colormaps import Colormap, apply_colormap
    from vizterm_core.colour.norms import normalise
    from vizterm_core.colour.palette import categorical_palette
    from vizterm_core.errors import DataError, UsageError, VizError
    from vizterm_core.files.formats import open_source
    from vizterm_core.load.embedding import load_embedding
    from vizterm_core.load.heat.source import load_heat
    from vizterm_core.load.overlay.source import load_overlay
    from vizterm_core.maps.blur import blur
    from vizterm_core.maps.channels import project
    from vizterm_core.maps.counts import event_counts
    from vizterm_core.maps.overlay import heatmap, overlay
    from vizterm_core.pictures.half_blocks import half_blocks
    from vizterm_core.pictures.image import resize
    from vizterm_core.pictures.image_file import read_image
    from vizterm_core.pictures.rgb import to_rgb
    from vizterm_core.scatter.embedding import Embedding
    from vizterm_core.scatter.index import PointIndex
    from vizterm_core.scatter.text_plot import braille
    from vizterm_core.scatter.viewport import Viewport

__all__ = [
    "Colormap",
    "DataError",
    "Embedding",
    "PointIndex",
    "UsageError",
    "Viewport",
    "VizError",
    "apply_colormap",
    "blur",
    "braille",
    "categorical_palette",
    "event_counts",
    "half_blocks",
    "heatmap",
    "load_embedding",
    "load_heat",
    "load_overlay",
    "normalise",
    "open_source",
    "overlay",
    "project",
    "read_image",
    "resize",
    "to_rgb",
]

_HOMES = {
    "colour.colormaps": ("Colormap", "apply_colormap"),
    "colour.norms": ("normalise",),
    "colour.palette": ("categorical_palette",),
    "errors": ("DataError", "UsageError", "VizError"),
    "files.formats": ("open_source",),
    "load.embedding": ("load_embedding",),
    "load.heat.source": ("load_heat",),
    "load.overlay.source": ("load_overlay",),
    "maps.blur": ("blur",),
    "maps.channels": ("project",),
    "maps.counts": ("event_counts",),
    "maps.overlay": ("heatmap", "overlay"),
    "pictures.half_blocks": ("half_blocks",),
    "pictures.image": ("resize",),
    "pictures.image_file": ("read_image",),
    "pictures.rgb": ("to_rgb",),
    "scatter.embedding": ("Embedding",),
    "scatter.index": ("PointIndex",),
    "scatter.text_plot": ("braille",),
    "scatter.viewport": ("Viewport",),
}
"""The modules of the names above, as in the block for type checkers."""


def __getattr__(name: str) -> Any:
    home = next((module for module, names in _HOMES.items() if name in names), None)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
