"""The map that --reduce asks for, where it is made at once: all but UMAP, which takes long."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vizterm.embed.reduce_options import AUTO, NONE, PCA, UMAP
from vizterm_core.errors import UsageError
from vizterm_core.load.pca import first_components
from vizterm_core.reduce.engines import require_engine
from vizterm_core.scatter.embedding import Embedding
from vizterm_core.scatter.moved import moved
from vizterm_core.text import clean


def as_asked(embedding: Embedding, method: str) -> Embedding:
    """Return data with the map that is asked for; before a UMAP, with the one that they have.

    Raises
    ------
    UsageError
        If there are no vectors to make one of.
    DataError
        If there is no library that makes a UMAP.
    """
    if method == AUTO:
        return embedding
    if method != NONE and embedding.vectors is None:
        raise UsageError(
            f"--reduce {method}: the data have no vectors to make a map of",
            "name an array (n, d) with --vectors KEY",
        )
    if method == UMAP:
        require_engine()
    elif method == PCA and not embedding.components:
        return _by_pca(embedding)
    elif method == NONE and embedding.components:
        return _first_two(embedding)
    return embedding


def _by_pca(embedding: Embedding) -> Embedding:
    assert embedding.vectors is not None
    vectors = embedding.vectors
    return _with(
        moved(embedding, first_components(vectors.stored())),
        f"PCA of {clean(vectors.name)}, {vectors.width:,} dimensions",
    )


def _first_two(embedding: Embedding) -> Embedding:
    """Return vectors as they are: the first two dimensions are the map."""
    assert embedding.vectors is not None
    vectors = embedding.vectors
    coords = np.zeros((len(vectors), 2))
    for part, block in vectors.blocks():
        coords[part, : block.shape[1]] = block[:, :2]
    said = f"{clean(vectors.name)}, the first two of {vectors.width:,} dimensions"
    return _with(moved(embedding, coords), said)


def _with(embedding: Embedding, said: str) -> Embedding:
    notes = (said, *embedding.left_out)
    return replace(embedding, notes=notes, components=False)
