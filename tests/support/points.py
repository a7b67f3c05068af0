"""Points of an index, and frames counted by brute force."""

import numpy as np

from vizterm_core.scatter.braille import decode_dots
from vizterm_core.scatter.frame import EMPTY
from vizterm_core.scatter.viewport import Viewport


def brute_force(x, y, labels, label_count, view, visible):
    """Codes' dots, cell labels and count, point by point in Python."""
    lit = np.zeros((view.down, view.across), bool)
    counts = np.zeros((view.rows, view.columns, label_count), int)
    shown = 0
    for px, py, label in zip(x.tolist(), y.tolist(), labels.tolist(), strict=True):
        column, row = view.dot_of(px, py)
        if visible[label] and view.contains_dot(column, row):
            lit[row, column] = True
            counts[row // 4, column // 2, label] += 1
            shown += 1
    totals = np.bincount(labels, minlength=label_count)
    rarest_first = sorted(range(label_count), key=lambda k: (totals[k], k))
    best = np.full((view.rows, view.columns), EMPTY)
    for row in range(view.rows):
        for column in range(view.columns):
            most = counts[row, column].max()
            if most:
                best[row, column] = next(k for k in rarest_first if counts[row, column, k] == most)
    return lit, best, shown


def clusters(n, label_count, seed=0, dtype=np.float32):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, label_count, n).astype(np.uint8)
    centres = rng.normal(0, 4, (label_count, 2))
    points = (centres[labels] + rng.normal(0, 1, (n, 2))).astype(dtype)
    return np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1]), labels


def assert_within_a_quarter_dot(index, view, frame, visible):
    """Every lit dot has a point within a quarter of a dot, every point a lit dot that near."""
    keep = visible[index.labels]
    across = (index.x[keep].astype(float) - view.left) * view.x_scale
    down = (view.top - index.y[keep].astype(float)) * view.y_scale
    slack = 0.25 + 1e-3
    lit = decode_dots(frame.codes)
    for row, column in zip(*np.nonzero(lit), strict=True):
        aside = np.maximum(0, np.maximum(column - across, across - column - 1))
        below = np.maximum(0, np.maximum(row - down, down - row - 1))
        assert (np.maximum(aside, below) <= slack).any(), "a lit dot without a point"
    inside = (across >= slack) & (across < view.across - slack)
    inside &= (down >= slack) & (down < view.down - slack)
    for px, py in zip(across[inside], down[inside], strict=True):
        columns = {int(px - slack), int(px + slack)}
        rows = {int(py - slack), int(py + slack)}
        assert any(lit[r, c] for r in rows for c in columns), "a point without a lit dot"


def fit(index, columns=60, rows=20):
    return Viewport.fit(index.extent, columns, rows)
