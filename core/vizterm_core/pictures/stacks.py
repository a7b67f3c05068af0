"""Pictures and feature maps of points in one array, read one at a time when they are looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.errors import DataError
from vizterm_core.files.masked import is_masked
from vizterm_core.files.stored import Array, Rows
from vizterm_core.overrides import override
from vizterm_core.pictures.bands import Bands
from vizterm_core.pictures.flat import flat_shape
from vizterm_core.pictures.image import Picture, PictureFormat
from vizterm_core.pictures.originals import Original
from vizterm_core.pictures.value_range import (
    NATURAL_ENDS,
    Levels,
    ValueRange,
    describe_range,
    found_range,
    full_range,
    own_range,
)
from vizterm_core.text import describe_shape

_SAMPLED = 32
"""Pictures that are sampled at a time to find the range of values."""
_LIT_ENOUGH = 4
"""Sampled pictures that aren't blank, with which no more are sampled."""
_MOST_ROUNDS = 16
_MOST_SAMPLED = 1 << 26
"""Bytes that are sampled at a time, and as many again in more rounds."""


class _Stack:
    """One array for all points: in memory, in a file, or not yet unpacked."""

    at_once = True

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
        return None if self._array is None else _values(self._array[index]).reshape(self.shape)


def _values(values: Any) -> npt.NDArray[Any]:
    """Return an array that keeps its mask."""
    return np.asanyarray(values)


class Images(_Stack):
    """`count` pictures of one shape.

    Parameters
    ----------
    count : int
    shape : tuple of int
        Of one picture: (H, W), (H, W, C) or (C, H, W).
    source : array, Rows or callable
        (count, ...) the pictures, possibly flat, or a function that returns them; see `unpack`.
    value_range : (low, high), optional
        The values drawn black and white; found in the data otherwise.
    alternatives : sequence of tuple of int
        Other shapes that flat pictures may have; the one in which they look most like pictures is
        found in the data.

    Raises
    ------
    DataError
        If no picture has that shape, or the file was rewritten in place.
    """

    def __init__(
        self,
        count: int,
        shape: tuple[int, ...],
        source: Array | Rows | Callable[[], Array],
        *,
        value_range: ValueRange | None = None,
        alternatives: Sequence[tuple[int, ...]] = (),
    ) -> None:
        self._bands = Bands(None)
        self._given = value_range
        self._shapes = (shape, *alternatives)
        self._found: ValueRange = (0.0, 255.0)
        self._dtype: np.dtype[Any] = np.dtype(np.uint8)
        super().__init__(count, shape, source)

    def picture(
        self,
        row: int,
        levels: Levels = Levels.FOUND,
        side: int | None = None,  # noqa: ARG002 - pixels cost nothing to read
    ) -> Picture | None:
        """Return the picture of one point as uint8 (H, W, 3); None while not ready.

        Raises
        ------
        DataError
            If it is read from a file that was rewritten in place since, or can't be read.
        """
        pixels = self._entry(row)
        if pixels is None:
            return None
        drawn = self._bands.take(pixels)
        low, high = own_range(drawn) if levels is Levels.EACH else self._range(levels)
        if is_masked(drawn):
            drawn = np.ma.filled(drawn.astype(np.float64), np.nan)
        return PictureFormat(False, low, high).to_rgb(drawn)

    def original(self, row: int) -> Original | None:  # noqa: ARG002 - the same for all
        """Return None: they are pixels."""
        return None

    def said(self, levels: Levels = Levels.FOUND) -> str:
        """Say what is drawn: the range of values, unless that is plain, and which bands."""
        as_it_is = self._dtype == np.uint8 and self._found == (0, 255)
        told = "each its own range"
        if levels is Levels.FOUND and as_it_is and self._given is None:
            told = ""
        elif levels is not Levels.EACH:
            told = f"range {describe_range(self._range(levels))}"
            told += " (full)" if levels is Levels.FULL else ""
        order = "x".join(map(str, self.shape)) if len(self._shapes) > 1 else ""
        parts = (told, self._bands.describe(), order)
        return " · ".join(filter(None, parts)) if self.ready else ""

    def _range(self, levels: Levels) -> ValueRange:
        return full_range(self._dtype, self._found) if levels is Levels.FULL else self._found

    @override
    def _use(self, array: Array | Rows) -> None:
        if len(self._shapes) > 1:
            self.shape = flat_shape(sampled_pictures(array), self._shapes)
        bands = Bands.of(self.shape)
        if bands is None:
            raise DataError(
                f"images of shape {describe_shape(self.shape)} can't be drawn",
                "they must be (h, w), (h, w, 1|3|4) or (1|3|4, h, w)",
            )
        self._bands = bands
        # The range first, so that another thread sees both or neither.
        self._dtype = array.dtype
        self._found = self._given or self._range_in(array)
        super()._use(array)

    def _range_in(self, array: Array | Rows) -> ValueRange:
        sample = self._drawn(sampled_pictures(array))
        found = found_range(sample)
        four = self._bands.axis is not None and self._bands.count == 4 and not self._bands.chosen
        if four and sample.dtype != np.uint8 and found[1] not in NATURAL_ENDS:
            # A fourth channel of numbers without a natural end is a band, no alpha.
            self._bands = self._bands.as_colours()
            found = found_range(sample[..., :3])
        return found

    def _drawn(self, sample: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return self._bands.take(sample.reshape(len(sample), *self.shape), first=1)


def sampled_pictures(array: Array | Rows) -> npt.NDArray[Any]:
    """Return pictures from all over an array, more of them where most are blank."""
    count = len(array)
    one = max(1, array.dtype.itemsize * int(np.prod(array.shape[1:])))
    most = max(1, min(_SAMPLED, _MOST_SAMPLED // one))
    step = max(1, count // most)
    parts: list[npt.NDArray[Any]] = []
    lit = taken = 0
    for start in _starts(step):
        part = _values(array[start : start + most * step : step])
        parts.append(part)
        lit += _count_lit(part)
        taken += part.nbytes
        if lit >= _LIT_ENOUGH or taken > _MOST_SAMPLED:
            break
    masked = any(is_masked(part) for part in parts)
    joined: npt.NDArray[Any] = (np.ma.concatenate if masked else np.concatenate)(parts)
    return joined


def _starts(step: int) -> Iterator[int]:
    """Return where rounds of a sample begin: spread over a step."""
    rounds = min(step, _MOST_ROUNDS)
    return iter([step * turn // rounds for turn in range(rounds)])


def _count_lit(part: npt.NDArray[Any]) -> int:
    if part.size <= len(part):
        return len(part)
    flat = part.reshape(len(part), -1)
    return int(np.count_nonzero(np.asarray((flat != flat[:, :1]).any(axis=1))))


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
