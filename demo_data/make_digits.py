"""Make `digits.npz`: the 1,797 handwritten digits that ship inside scikit-learn.

    python demo_data/make_digits.py            (needs scikit-learn; takes about ten seconds)

Arrays written, uncompressed, so that vizterm can map them in place:

    tsne    (1797, 2)    float32   t-SNE of the 64 pixel values, PCA-initialised, perplexity 30
    pca     (1797, 2)    float32   the first two principal components of the same
    labels  (1797,)      uint8     the digit, 0-9
    images  (1797, 8, 8) uint8     grey levels, 0-255
"""

from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE

TARGET = Path(__file__).with_name("digits.npz")
GREY_LEVELS = 16
"""scikit-learn's digits are counts of ink pixels in 4x4 blocks: 0-16."""


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
    )
    print(f"wrote {TARGET.name}: {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
