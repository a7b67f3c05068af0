"""Make `digits.npz`: the 1,797 handwritten digits that ship inside scikit-learn.

    python demo_data/make_digits.py            (needs scikit-learn; takes about half a minute)

Arrays written, uncompressed, so that vizterm can map them in place:

    tsne    (1797, 2)    float32   t-SNE of the 64 pixel values, PCA-initialised, perplexity 30
    pca     (1797, 2)    float32   the first two principal components of the same
    labels  (1797,)      uint8     the digit, 0-9
    images  (1797, 8, 8) uint8     grey levels, 0-255
    maps    (1797, 8, 8) float16   where a small classifier looked, >= 0: how much less sure of the
                                   right digit (log odds) it is without the ink around a pixel
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE
from sklearn.neural_network import MLPClassifier

TARGET = Path(__file__).with_name("digits.npz")
GREY_LEVELS = 16
"""scikit-learn's digits are counts of ink pixels in 4x4 blocks: 0-16."""

SIDE = 8
COVER = (0.5, 1.0, 0.5)
"""How much of the ink is taken away along each axis around the covered pixel."""


def main() -> None:
    """Reduce the digits and write the file beside this script."""
    digits = load_digits()
    tsne = TSNE(init="pca", perplexity=30, random_state=0).fit_transform(digits.data)
    pca = PCA(n_components=2, random_state=0).fit_transform(digits.data)
    np.savez(
        TARGET,
        tsne=tsne.astype(np.float32),
        pca=pca.astype(np.float32),
        labels=digits.target.astype(np.uint8),
        images=np.round(digits.images * (255 / GREY_LEVELS)).astype(np.uint8),
        maps=occlusion_maps(digits.data / GREY_LEVELS, digits.target),
    )
    print(f"wrote {TARGET.name}: {TARGET.stat().st_size:,} bytes")


def occlusion_maps(
    ink: npt.NDArray[np.float64], digit: npt.NDArray[np.int64]
) -> npt.NDArray[np.float16]:
    """(n, 8, 8) the log odds of the right digit that covering each place costs; no gains.

    Occlusion after Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks", 2014.
    """
    network = MLPClassifier(
        (32,), alpha=1.0, solver="lbfgs", max_iter=5000, tol=1e-3, random_state=0
    )
    network.fit(ink, digit)
    whole = log_odds(network, ink, digit)
    maps = np.zeros((len(ink), SIDE, SIDE))
    for row, column in np.ndindex(SIDE, SIDE):
        cover = np.zeros((SIDE + 2, SIDE + 2))
        cover[row : row + 3, column : column + 3] = np.outer(COVER, COVER)
        left = ink * (1 - cover[1:-1, 1:-1].ravel())
        maps[:, row, column] = whole - log_odds(network, left, digit)
    return np.maximum(maps, 0).astype(np.float16)


def log_odds(
    network: MLPClassifier, ink: npt.NDArray[np.float64], digit: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """(n,) of the right digit."""
    chance = network.predict_proba(ink)[np.arange(len(digit)), digit].clip(1e-12, 1 - 1e-12)
    return np.log(chance) - np.log1p(-chance)


if __name__ == "__main__":
    main()
