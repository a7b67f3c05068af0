"""The screens from a Python prompt, as `plt.show()` would be."""

from __future__ import annotations

from typing import Any

from vizterm_core.load import Embedding, embedding_from_arrays


def embed(
    X: Any,
    y: Any = None,
    *,
    images: Any = None,
    names: Any = None,
    image_shape: tuple[int, ...] | None = None,
    title: str = "embedding",
) -> int | None:
    """Look at a labelled 2-D embedding, with the picture behind each point.

    Opens the screen of ``vizterm embed``; where standard output is no terminal, prints one frame.

    Parameters
    ----------
    X : (n, 2) array_like of real numbers
        Coordinates; (n, d) with d > 2 is reduced by PCA.
    y : (n,) array_like, optional
        Labels: integers, booleans or strings; many different floats are a continuous quantity.
    images : array_like, optional
        (n, h, w), (n, h, w, 1|3|4), (n, 1|3|4, h, w) or, with `image_shape`, (n, h * w).
    names : (n,) array_like of str, optional
    image_shape : (rows, columns) or (rows, columns, channels), optional
    title : str

    Returns
    -------
    int or None
        The index of the point pinned last with enter; None without one.

    Raises
    ------
    vizterm_core.errors.VizError
        If the arrays can't be shown; says why and what to do.
    """
    from vizterm.session import Display, show_embedding

    embedding: Embedding = embedding_from_arrays(
        X, y, images=images, names=names, image_shape=image_shape, title=title
    )
    return show_embedding(lambda: embedding, Display())
