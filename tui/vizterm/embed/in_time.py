"""An embedding at the time that a person wants to see, its maps turned where that is wanted."""

from __future__ import annotations

from dataclasses import replace

from vizterm.embed.wanted import Wanted
from vizterm_core.errors import UsageError
from vizterm_core.scatter.aligned import Alignment
from vizterm_core.scatter.embedding import Embedding
from vizterm_core.scatter.epoch_survey import Survey
from vizterm_core.scatter.moved import at_epoch

_SMALL = 1_000_000
"""Points of all epochs together that are looked at before the first frame."""
MEMORY = 128 << 20
"""Bytes of places that are kept of times that were looked at."""
TURNED = "each epoch has axes of its own: its map is turned and mirrored onto the one beside it"


def survey_if_small(embedding: Embedding) -> Survey | None:
    """Return what there is to know of all epochs, if that is soon found out."""
    epochs = embedding.epochs
    if epochs is None or len(epochs) * embedding.total > _SMALL:
        return None
    return Survey.of(epochs)


def embedding_in_time(embedding: Embedding, wanted: Wanted, *, strict: bool) -> Embedding:
    """Return an embedding at the epoch that is wanted.

    Parameters
    ----------
    embedding : Embedding
        At its last epoch, if it has several.
    wanted : Wanted
    strict : bool
        Whether an epoch that doesn't exist is an error; else the last one is shown.

    Raises
    ------
    UsageError
        If there is no such epoch.
    DataError
        If it can't be read.
    """
    epochs = embedding.epochs
    if epochs is None or len(epochs) == 1:
        if strict and wanted.epoch not in (None, 1):
            raise UsageError(
                f"--epoch {wanted.epoch}: there is one map only",
                "name several files, or the column that says when with --time COLUMN",
            )
        return embedding
    number = wanted.epoch if strict or (wanted.epoch or 0) <= len(epochs) else None
    if number is not None and wanted.epoch_name in epochs.names:
        number = epochs.names.index(wanted.epoch_name) + 1
    epoch = epochs.at(number)
    epochs = epochs.remembered(MEMORY)
    turned = epochs.apart if wanted.turned is None else wanted.turned
    alignment = None
    if turned:
        before = wanted.alignment
        if before is not None and epochs.go_on_from(before.epochs):
            alignment = before.longer(epochs)
        else:
            alignment = Alignment(epochs, epoch)
        epochs, wanted.alignment = alignment.aligned(), alignment
    embedding = replace(embedding, epochs=epochs)
    if epoch != embedding.epoch or (alignment and alignment.anchor != epoch):
        embedding = at_epoch(embedding, epoch)
    if turned and wanted.turned is None:
        told = (*embedding.notes, TURNED), (*embedding.left_out, TURNED)
        embedding = replace(embedding, notes=told[0], left_out=told[1])
    return embedding
