"""Libraries that make maps, as they may turn out to be."""

import textwrap

TAME = "return kwargs['init'] * 2"
"""Each point goes where its first two principal components have it, twice as far."""
STUCK = """
    import ctypes, os
    held = open(os.environ["FIFO"], "w")
    ctypes.PyDLL(None).sleep(600)  # with the interpreter's lock
"""
"""Opens a FIFO and works for ever, letting nothing of Python run."""


def write_library(folder, body):
    """Write a fastumap whose function has a body, and an umap-learn that is of no use.

    They are found where the folder comes first in `sys.path`, also by the process that makes maps.
    """
    lines = textwrap.indent(textwrap.dedent(body), "    ")
    folder.mkdir(exist_ok=True)
    (folder / "fastumap.py").write_text(f"def umap_project(points, _, **kwargs):\n{lines}\n")
    (folder / "umap.py").write_text("raise ImportError('no umap')\n")
