"""Pictures and feature maps of points, read one at a time when they are looked at."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from vizterm_core.errors import DataError
from vizterm_core.files.stored import Array, Rows
from vizterm_core.overrides import override
from vizterm_core.pictures.image import Picture, PictureFormat, picture_format
from vizterm_core.text import describe_shape

_SAMPLED = 32
"""Pictures that are sampled to find the range of values."""


class _Stack:
    """One array for all points: in memory, in a file, or not yet unpacked."""

    def __init__(
        self, count: int, shape: tuple[int, ...], source: Array | Rows | Callable[[], Array]
    ) -> None:
        self.count = count
        self.shape = shape
        self._array: Array | Rows | None = None
        self._source: Callable[[], Array] | None = None
        if callable(source):
            self._source = source
        else:
            self._use(source)

    @property
    def ready(self) -> bool:
        """Whether entries can be read; otherwise call `unpack`, in a worker."""
        return self._array is not None

    def unpack(self) -> None:
        """Read the entries into memory; may take long.

        Raises
        ------
        DataError
            If they can't be unpacked, or the file was rewritten in place.
        """
        if self._source is not None:
            self._use(self._source())
            self._source = None

    def _use(self, array: Array | Rows) -> None:
        self._array = array

    def _entry(self, index: int) -> Array | None:
        return None if self._array is None else np.asarray(self._array[index]).reshape(self.shape)


class Images(_Stack):
    """`count` pictures of one shape.

    Parameters
    ----------
    count : int
    shape : tuple of int
        Of one picture: (H, W), (H, W, C) or (C, H, W).
    source : array, Rows or callable
        (count, ...) the pictures, possibly flat, or a function that returns them; see `unpack`.

    Raises
    ------
    DataError
        If no picture has that shape, or the file was rewritten in place.
    """

    _format: PictureFormat | None = None

    def picture(self, index: int) -> Picture | None:
        """Return the picture of one point as uint8 (H, W, 3); None while not ready.

        Raises
        ------
        DataError
            If it is read from a file that was rewritten in place since, or can't be read.
        """
        pixels = self._entry(index)
        if pixels is None or self._format is None:
            return None
        return self._format.to_rgb(pixels)

    @override
    def _use(self, array: Array | Rows) -> None:
        step = max(1, len(array) // _SAMPLED)
        chosen = picture_format(self.shape, np.asarray(array[: _SAMPLED * step : step]))
        if chosen is None:
            raise DataError(
                f"images of shape {describe_shape(self.shape)} can't be drawn",
                "they must be (h, w), (h, w, 1|3|4) or (1|3|4, h, w)",
            )
        # The format first, so that another thread sees both or neither.
        self._format = chosen
        super()._use(array)


class Maps(_Stack):
    """`count` feature maps of one shape, to be laid over the pictures.

    Parameters
    ----------
    count : int
    shape : (h, w)
        Of one map.
    source : array, Rows or callable
        (count, h, w) or (count, 1, h, w) real, or a function that returns it; see `unpack`.
    """

    def map(self, index: int) -> Array | None:
        """Return the map of one point, (h, w), in its dtype; None while not ready.

        Raises
        ------
        DataError
            As for `Images.picture`.
        """
        return self._entry(index)
