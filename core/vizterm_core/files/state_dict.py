"""Whether columns are the weights of a model, which are no points to look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from vizterm_core.files.source import ArraySpec

_WEIGHTS = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked", "lora_A")
_FEWEST = 2
_MOST_OTHERS = 5
"""One in so many columns may have another name."""


def weights_notes(columns: Collection[ArraySpec]) -> tuple[str, ...]:
    """Return a line to say where columns look like a state dict, nothing otherwise."""
    named = sum(spec.name.rpartition(".")[2] in _WEIGHTS for spec in columns)
    if len(columns) < _FEWEST or (len(columns) - named) * _MOST_OTHERS > len(columns):
        return ()
    lengths = Counter(spec.shape[0] for spec in columns if spec.shape)
    if lengths and lengths.most_common(1)[0][1] == len(columns):
        return ()
    return ("it looks like a model's state dict: weights, not one row a point",)
