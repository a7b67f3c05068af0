"""Names of arrays as people give them, and what each of them means."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

COORDS_NAMES = (
    "X", "coords", "coordinates", "embedding", "embeddings", "embedded", "xy", "umap", "tsne",
    "pca", "projection", "layout", "Z",
)  # fmt: skip
"""Coordinates, and vectors to be reduced."""
VECTORS_NAMES = (
    "X", "embeddings", "embedding", "features", "vectors", "feats", "feature", "vector", "latents",
    "latent", "representations", "activations", "hidden", "encoded", "codes", "coords", "emb",
    "embs", "z", "pca", "umap", "tsne",
)  # fmt: skip
"""Vectors, in the order in which they are preferred."""
LABELS_NAMES = (
    "y", "labels", "label", "target", "targets", "class", "classes", "category", "categories",
    "species", "cell_type", "celltype", "bulk_labels", "leiden", "louvain", "cluster", "clusters",
    "cluster_id", "y_true", "true", "truth", "ground_truth", "gt", "topic", "group", "genre",
    "digit", "class_id", "label_id", "class_name", "label_name", "kind", "type", "y_pred",
    "prediction", "predictions", "pred", "preds",
)  # fmt: skip
NAMES_NAMES = (
    "names", "name", "ids", "id", "paths", "path", "titles", "title", "captions", "caption",
    "text", "texts", "words", "word", "tokens", "barcodes", "barcode", "filenames", "filename",
    "file_name", "files", "file", "image_paths", "image_path", "uuid", "key", "keys", "sample_id",
    "sample_ids", "_index", "index", "url", "urls",
)  # fmt: skip
CLASSES_NAMES = (
    "target_names", "label_names", "class_names", "classes", "names", "categories", "list_classes",
    "labels_names", "classnames", "labelnames", "idx_to_class", "label_map",
)  # fmt: skip
"""Names of classes, once a class."""
PROBABILITIES_NAMES = (
    "one_hot", "onehot", "y_onehot", "y_one_hot", "labels_onehot", "labels_one_hot", "probs",
    "probabilities", "proba", "y_proba", "y_prob", "y_probs", "softmax", "class_probs", "scores",
)  # fmt: skip
"""Matrices with a column a class, whose argmax is a label where there is no other."""
SPLITS = ("", "train", "training", "val", "valid", "validation", "dev", "test")
"""Parts of a data set, in the order in which they are preferred."""
METHODS = (
    "umap", "tsne", "t_sne", "pacmap", "trimap", "phate", "mds", "isomap", "ivis", "lle", "som",
    "draw_graph", "fa2", "lda", "pca", "svd", "2d", "xy",
)  # fmt: skip
"""Parts of names by which a finished map is known."""

_SPLIT = re.compile(
    r"^(?P<split>" + "|".join(split for split in SPLITS if split) + r")[_\-./ ]+(?P<rest>.+)$",
    re.IGNORECASE,
)
_SPLIT_BEHIND = re.compile(
    r"^(?P<rest>.+?)[_\-./ ]+(?P<split>" + "|".join(split for split in SPLITS if split) + r")$",
    re.IGNORECASE,
)
_NOT_A_MAP = re.compile(
    r"size|shape|bbox|box|edge|pair|range|interval|window|span|segment|offset|resolution|logit|prob|"
    r"score|onehot|one_hot|spatial",
    re.IGNORECASE,
)
_AXIS = re.compile(r"^(?P<stem>.*?)[ _\-.:]*(?P<axis>x|y|z|[0-9]+)$", re.IGNORECASE)
_MAP_STEMS = (
    *METHODS, "tsne", "component", "comp", "pc", "dim", "dimension", "d", "coord", "coords",
    "coordinate", "embedding", "embeddings", "embed", "emb", "projection", "proj", "x", "map",
    "latent", "z", "axis",
)  # fmt: skip
_PLACES = {
    "lon": "lat", "lng": "lat", "long": "lat", "longitude": "latitude", "easting": "northing",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Word:
    """A name taken apart: "train/X_umap" is the split "train" of "X_umap"."""

    whole: str
    split: str
    """In lower case; empty without one."""
    stem: str
    """The last part of a path, without the split."""

    @classmethod
    def of(cls, name: str) -> Word:
        """Take a name apart."""
        *folders, last = name.rstrip("/").split("/")
        split = next((part.lower() for part in folders if part.lower() in SPLITS and part), "")
        if not split and (found := _SPLIT.match(last) or _SPLIT_BEHIND.match(last)):
            split, last = found["split"].lower(), found["rest"]
        return cls(name, split, last)

    @property
    def preference(self) -> int:
        """The rank of its split: data without one come first, then those for training.

        What AnnData keeps as embeddings comes before everything.
        """
        return -1 if self.whole.startswith("obsm/") else SPLITS.index(self.split)

    def rank(self, names: tuple[str, ...]) -> int | None:
        """Return the place among known names; None if it isn't one of them.

        Names are known as they are written, and then whatever their case.
        """
        if self.stem in names:
            return names.index(self.stem)
        lowered = [name.lower() for name in names]
        return lowered.index(self.stem.lower()) if self.stem.lower() in lowered else None

    @property
    def method(self) -> int | None:
        """The place among the methods by which maps are made; None if it names none."""
        text = self.stem.lower().replace("-", "_")
        return next((place for place, method in enumerate(METHODS) if method in text), None)

    @property
    def may_be_map(self) -> bool:
        """Whether two numbers a row of that name can be a place in a map."""
        labels = self.rank(LABELS_NAMES) is not None and self.stem != "X"
        return not labels and not _NOT_A_MAP.search(self.stem)


def pairs(names: Iterable[str]) -> list[tuple[str, str]]:
    """Return names that are the two coordinates of a map, the likeliest first.

    >>> pairs(["id", "umap_x", "umap_y", "x", "y", "lat", "lon"])
    [('umap_x', 'umap_y'), ('x', 'y'), ('lon', 'lat')]
    """
    by_stem: dict[str, dict[str, str]] = {}
    lowered = {}
    for name in names:
        word = Word.of(name)
        stem = word.stem.lower()
        lowered[stem] = name
        if found := _AXIS.match(stem):
            by_stem.setdefault(found["stem"], {})[found["axis"].lower()] = name
    ranked: list[tuple[int, tuple[str, str]]] = []
    for stem, axes in by_stem.items():
        rank = _pair_rank(stem)
        if "x" in axes and "y" in axes and "z" not in axes:
            ranked.append((rank, (axes["x"], axes["y"])))
        numbered = [axis for axis in axes if axis.isdecimal()]
        known = stem.replace("-", "_") in _MAP_STEMS
        for low, high in (("1", "2"), ("0", "1")):
            if known and len(numbered) == 2 and low in axes and high in axes:
                ranked.append((rank, (axes[low], axes[high])))
    for east, north in _PLACES.items():
        if east in lowered and north in lowered:
            ranked.append((len(METHODS) + 2, (lowered[east], lowered[north])))
    return [pair for _, pair in sorted(ranked, key=lambda entry: entry[0])]


def _pair_rank(stem: str) -> int:
    text = stem.replace("-", "_")
    found = next((place for place, method in enumerate(METHODS) if method in text), None)
    if found is not None:
        return found
    return len(METHODS) + (0 if text else 1)


def numbered_axes(names: Iterable[str]) -> list[str]:
    """Return names that are three axes or more of one map: PC1, PC2, PC3; none without.

    >>> numbered_axes(["id", "PC2", "PC1", "PC3"])
    ['PC1', 'PC2', 'PC3']
    """
    by_stem: dict[str, dict[int, str]] = {}
    for name in names:
        found = _AXIS.match(Word.of(name).stem)
        if found and found["axis"].isdecimal() and found["stem"]:
            by_stem.setdefault(found["stem"], {})[int(found["axis"])] = name
    for stem, axes in by_stem.items():
        first = min(axes)
        known = stem.lower().replace("-", "_") in _MAP_STEMS
        if known and len(axes) > 2 and first < 2 and max(axes) == first + len(axes) - 1:
            return [axes[number] for number in sorted(axes)]
    return []


def in_space(names: Iterable[str]) -> tuple[str, str, str] | None:
    """Return names that are three coordinates, x, y and z, of one map; None without.

    >>> in_space(["id", "x", "y", "z"])
    ('x', 'y', 'z')
    """
    by_stem: dict[str, dict[str, str]] = {}
    for name in names:
        if found := _AXIS.match(Word.of(name).stem.lower()):
            by_stem.setdefault(found["stem"], {})[found["axis"].lower()] = name
    for axes in by_stem.values():
        if {"x", "y", "z"} <= axes.keys():
            return axes["x"], axes["y"], axes["z"]
    return None
