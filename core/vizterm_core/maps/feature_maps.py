"""A feature array as stacks of maps: its channels, its batch, the tokens that look."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import UsageError
from vizterm_core.maps.channels import Numbers
from vizterm_core.maps.feature_layout import FeatureLayout

_ROWS_SUMMED = 256
_CLOSE_TO_ONE = 0.02
"""Half floats add up to 1 only roughly."""
_MOST_PADDED = 0.1
"""Share of rows that may be of padding, and add up to something else."""


def rows_add_up(values: npt.NDArray[Any]) -> bool:
    """Whether values are shares along the last axis, as attention is: each row adds up to 1.

    Parameters
    ----------
    values : (..., n) real
        At most 256 rows are looked at.
    """
    if values.dtype.kind != "f" or values.ndim < 2 or values.size == 0:
        return False
    outer = values.shape[:-1]
    count = int(np.prod(outer, dtype=np.int64))
    at = np.unique(np.linspace(0, count - 1, min(count, _ROWS_SUMMED)).astype(np.int64))
    rows = values[np.unravel_index(at, outer)].astype(np.float64)
    with np.errstate(invalid="ignore", over="ignore"):
        sums = rows.sum(axis=-1)
        right = (np.abs(sums - 1) < _CLOSE_TO_ONE) & (rows.min(axis=-1) >= 0)
    return bool(right.mean() >= 1 - _MOST_PADDED)


@dataclass(frozen=True, slots=True, eq=False)
class FeatureMaps:
    """A feature array, and how it is read."""

    name: str
    """For the screen: the file's name, or the array's; harmless for a terminal."""
    values: Numbers
    """As in the file, real; NaN where it says that nothing is there."""
    layout: FeatureLayout
    transposed: bool = False
    """Whether rows and columns of each map are exchanged."""
    classes: npt.NDArray[np.int64] | None = None
    """(k,) the class ids of a mask or a class map, rising; None for quantities."""

    @classmethod
    def of_channels(cls, channels: Numbers, name: str = "feature") -> FeatureMaps:
        """Return a stack (C, h, w) as it is."""
        return cls(name, channels, FeatureLayout("chw", 1, *channels.shape))

    @property
    def count(self) -> int:
        """Stacks of a batch; 1 without one."""
        return self.layout.count

    @property
    def channels(self) -> int:
        """Channels of each stack."""
        return self.layout.channels

    @property
    def sides(self) -> tuple[int, int]:
        """(rows, columns) of a map."""
        rows, columns = self.layout.rows, self.layout.columns
        return (columns, rows) if self.transposed else (rows, columns)

    @property
    def attention(self) -> bool:
        """Whether each token has a map: where it looks."""
        return self.layout.attention

    def stack(self, index: int = 0, token: int | None = None) -> Numbers:
        """Return the maps of one entry of the batch, (C, h, w): a view where that is possible.

        Parameters
        ----------
        index : int
        token : int, optional
            Of attention: the one that looks.  By default the class token, or the mean over all
            tokens where there is no such one.

        Raises
        ------
        UsageError
            If there is no such entry, or no such token.
        """
        if not 0 <= index < self.count:
            raise UsageError(
                f"{self.name}: index {index} of {self.count:,}",
                f"give one of 0 to {self.count - 1:,}",
            )
        stack = self._stack(index, token)
        return stack.swapaxes(1, 2) if self.transposed else stack

    def _stack(self, index: int, token: int | None) -> Numbers:
        layout, sides = self.layout, (self.layout.rows, self.layout.columns)
        if layout.attention:
            return self._looked_at(index, token).reshape(layout.channels, *sides)
        if layout.grid is not None:
            first = layout.grid.leading
            if layout.name == "tokens":
                tokens = self.values.reshape(layout.count, -1, layout.channels)[index]
                return tokens[first:].T.reshape(layout.channels, *sides)
            flat = self.values.reshape(layout.count, layout.channels, -1)[index]
            return flat[:, first:].reshape(layout.channels, *sides)
        if layout.name in ("hwc", "nhwc"):
            maps = self.values.reshape(layout.count, *sides, layout.channels)[index]
            return np.moveaxis(maps, -1, 0)
        return self.values.reshape(layout.count, layout.channels, *sides)[index]

    def _looked_at(self, index: int, token: int | None) -> Numbers:
        """Return where a token looks, (layers, heads, patches)."""
        grid = self.layout.grid
        assert grid is not None
        heads = self.layout.channels // self.layout.layers
        if self.layout.batch_axis == 1:
            pairs = self.values[:, index]
        else:
            pairs = self.values.reshape(self.layout.count, -1, *self.values.shape[-2:])[index]
        pairs = pairs.reshape(self.layout.layers, heads, *self.values.shape[-2:])
        if token is None:
            if grid.leading == 0:
                dtype = np.float64 if pairs.dtype.itemsize > 4 else np.float32
                return pairs.mean(axis=2, dtype=dtype)
            token = 0
        if not 0 <= token < grid.tokens:
            raise UsageError(
                f"{self.name}: token {token} of {grid.tokens:,}",
                f"give one of 0 to {grid.tokens - 1:,}",
            )
        return pairs[:, :, token, grid.leading :]

    # Tokens

    def token_at(self, y: float, x: float) -> int | None:
        """Return the token of the patch at a place of the image, 0 to 1; None without attention."""
        if not self.attention or self.layout.grid is None:
            return None
        return self.layout.grid.patch_at(*((x, y) if self.transposed else (y, x)))

    def patch_of(self, token: int) -> tuple[int, int] | None:
        """Return (row, column) of a token's patch on the map; None for the class token."""
        grid = self.layout.grid
        place = None if grid is None else grid.place_of(token)
        return place[::-1] if place is not None and self.transposed else place

    def asking(self, token: int | None) -> str:
        """Return whose attention is shown, in words; empty without attention."""
        grid = self.layout.grid
        if not self.attention or grid is None:
            return ""
        if token is None and grid.leading == 0:
            return "mean of all patches"
        place = None if token is None else self.patch_of(token)
        if place is not None:
            return f"from patch {place[0]}, {place[1]}"
        return "from the class token" if not token else f"from token {token}"

    def channel_name(self, channel: int) -> str:
        """Return layer and head of a channel; empty if it has only a number."""
        layers = self.layout.layers
        if layers == 1:
            return ""
        layer, head = divmod(channel, self.layout.channels // layers)
        return f"layer {layer} head {head}"

    def turned(self) -> FeatureMaps:
        """Return these maps with rows and columns exchanged."""
        return replace(self, transposed=not self.transposed)
