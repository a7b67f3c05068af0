r"""Sixel encoder: from uint8 (H, W, 3) to the escape sequence that draws it at the cursor.

The format is DEC's (VT330/VT340 Programmer Reference Manual, volume 2, chapter 14): bands of six
pixel rows, each drawn in several passes from left to right, a colour at a time.  Pixels that a
later pass paints over may take any value: earlier passes use them for longer runs.

Nothing here places, scales or erases.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from vizterm_core.pictures.image import Picture

MOST_COLOURS = 256
"""Colour registers of a VT340 and of nearly every terminal since."""

_BAND = 6
_BLANK = 0x3F
"""'?', the sixel that sets no pixel; bits are added to it."""
_LEVELS = 101
"""Number of levels of a channel: sixel colours are given in percent."""
_PERCENT = ((np.arange(256) * 100 + 127) // 255).astype(np.int32)
_WIDEST_GAP = 8
"""Most blank columns within a stretch; in a wider gap the pass may draw another colour."""
_COARSE = 3
"""Side in percent of the cubes among which a palette for many colours is chosen."""
_MANY = 16
"""Cubes for each colour of the palette from which on cubes are fine enough."""
_REFINEMENTS = 2
_BYTES_BY_COLOURS = 1.8
"""Exponent by which colours are reduced to save bytes; mostly one step is enough."""

_UInt8 = npt.NDArray[np.uint8]
_Ints = npt.NDArray[np.intp]
_Bools = npt.NDArray[np.bool_]
_Floats = npt.NDArray[np.float64]


def encode_sixel(picture: Picture, colours: int = 64, most_bytes: int | None = None) -> str:
    r"""Return the sixel sequence that draws a picture, every pixel opaque.

    Sixel colours are in percent: 255 levels become 100.  A picture of at most `colours` different
    colours in percent is drawn exactly; for others a palette is chosen, without dithering,
    which would take several times the bytes.

    Parameters
    ----------
    picture : (H, W, 3) uint8
    colours : int
        Size of the palette, 2-256.
    most_bytes : int, optional
        Use fewer colours, down to two, where the sequence would be longer.

    Returns
    -------
    str
        A device control string, from `ESC P` to `ESC \`; empty if the picture has no pixels.
    """
    if not 2 <= colours <= MOST_COLOURS:
        raise ValueError(f"colours must be 2-{MOST_COLOURS}, not {colours}")
    height, width = picture.shape[:2]
    if not height or not width:
        return ""
    palette, indices = choose_palette(picture, colours)
    sequence = _sequence(palette, indices)
    if most_bytes is None or len(sequence) <= most_bytes or len(palette) <= 2:
        return sequence
    fewer = int(len(palette) * (most_bytes / len(sequence)) ** _BYTES_BY_COLOURS)
    return encode_sixel(picture, max(2, min(len(palette) - 1, fewer)), most_bytes)


def encode_indexed(entries: _UInt8, palette: _UInt8) -> str:
    """Return the sixel sequence that draws a picture in the colours of a palette.

    Parameters
    ----------
    entries : (H, W) uint8
        Places in the palette.
    palette : (n <= 256, 3) uint8
        Levels of 0-255, which become percent; the most frequent first, as small numbers are short.
    """
    return _sequence(_PERCENT[palette].astype(np.uint8), entries) if entries.size else ""


def _sequence(palette: _UInt8, indices: _UInt8) -> str:
    """Return the whole sequence; the palette is in percent."""
    height, width = indices.shape
    # P2=1: what is not drawn stays, so the picture before it is not blanked first.
    introducer = f'\x1bP0;1q"1;1;{width};{height}'
    registers = "".join(f"#{n};2;{r};{g};{b}" for n, (r, g, b) in enumerate(palette.tolist()))
    return introducer + registers + _draw(indices, len(palette)) + "\x1b\\"


def _draw(indices: _UInt8, colours: int) -> str:
    """Return the sixels of a picture given as (H, W) palette indices."""
    own, selected, band = _passes(indices, colours)
    starts, values = _longest_runs(own, _allowed(own, band), selected >= 0)
    width, passes = own.shape
    # From here on pass by pass: runs in the order of drawing.
    at = np.flatnonzero(starts.T)
    lengths = np.diff(at, append=passes * width)
    row, column = np.divmod(at, width)
    last_column = column + lengths - 1
    value = values[last_column, row]
    # Blanks at the end of a pass need no sixels.
    drawn = (value != 0) | (last_column != width - 1)
    row, column, value, lengths = row[drawn], column[drawn], value[drawn], lengths[drawn]

    # Fields of fixed width, padded with zeros, which are removed at the end.
    counts = _repeat_counts(width)
    fields: Any = [("step", "S1"), ("select", "S4"), ("count", counts.dtype)]
    tokens = np.zeros(len(row), [*fields, ("sixel", "u1"), ("again", "u1")])
    first = np.flatnonzero(np.diff(row))
    tokens["step"][first + 1] = np.where(np.diff(band) != 0, b"-", b"$")
    # By the manual a colour's definition also selects it, but not in xterm and foot.
    colour = selected[column, row]
    begins = np.flatnonzero(colour >= 0)
    changes = begins[np.diff(colour[begins], prepend=-1) != 0]
    tokens["select"][changes] = _selectors()[colour[changes]]
    tokens["count"] = counts[lengths]
    tokens["sixel"] = value + _BLANK
    tokens["again"] = np.where(lengths == 2, tokens["sixel"], 0)
    return tokens.tobytes().translate(None, b"\0").decode("ascii")


@lru_cache
def _selectors() -> npt.NDArray[np.bytes_]:
    """Return the sequences that select each colour register."""
    return np.array([b"#%d" % register for register in range(MOST_COLOURS)])


@lru_cache
def _repeat_counts(longest: int) -> npt.NDArray[np.bytes_]:
    """Return the repeat counts by length of run; empty up to 2, where repeating is shorter."""
    return np.array([b"", b"", b"", *(b"!%d" % length for length in range(3, longest + 1))])


def _passes(indices: _UInt8, colours: int) -> tuple[_UInt8, npt.NDArray[np.int16], _Ints]:
    """Distribute the stretches in which a colour occurs among few passes over each band.

    Returns
    -------
    own : (W, passes) uint8
        Pixels of the band that a pass has to draw in each column, as bits, the uppermost in the
        lowest bit.
    selected : (W, passes) int16
        Colour of the stretch that begins there; -1 elsewhere.
    band : (passes,) int
        The band of each pass, in the order of drawing.
    """
    height, width = indices.shape
    bands = -(-height // _BAND)
    masks = np.zeros(bands * colours * width, np.uint8)
    corner = np.arange(bands)[:, None] * (colours * width) + np.arange(width)
    for bit in range(_BAND):
        lines = indices[bit::_BAND].astype(np.intp)
        # Each place occurs once in a line, so `|=` with an index array is safe.
        masks[corner[: len(lines)] + lines * width] |= np.uint8(1 << bit)
    at = np.flatnonzero(masks != 0)
    row, column = np.divmod(at, width)
    begins = (np.diff(row, prepend=-1) != 0) | (np.diff(column, prepend=0) > _WIDEST_GAP + 1)
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(at)) - 1
    band, colour = np.divmod(row[first], colours)
    track = _first_fit(band, column[first], column[last] + 1, width)
    tracks = int(track.max()) + 1
    used, place = np.unique(band * tracks + track, return_inverse=True)
    own = np.zeros((width, len(used)), np.uint8)
    own[column, np.repeat(place, last + 1 - first)] = masks[at]
    selected = np.full(own.shape, -1, np.int16)
    selected[column[first], place] = colour
    return own, selected, used // tracks


def _first_fit(band: _Ints, start: _Ints, end: _Ints, width: int) -> _Ints:
    """Return for each stretch the first pass over its band that is free there, from the left.

    This needs only as many passes as stretches overlap in a column.  All bands are handled at the
    same time: the first stretch of each, then the second, and so on.

    Parameters
    ----------
    band, start, end : (n,) int
        Stretches, sorted by band: columns from `start` up to but not including `end`.
    """
    sizes = np.bincount(band)
    bands = len(sizes)
    edges = np.bincount(band * (width + 1) + start, minlength=bands * (width + 1))
    edges -= np.bincount(band * (width + 1) + end, minlength=bands * (width + 1))
    free_from = np.zeros((bands, int(np.cumsum(edges).max())), np.intp)
    # Of two that begin together the longer one goes first.
    order = np.lexsort((-end, start, band))
    turn = np.arange(len(band)) - (np.cumsum(sizes) - sizes)[band]
    # Bands with most stretches come first, so that those with a turn left form a prefix.
    by_size = np.argsort(-sizes, kind="stable")
    rank = np.empty(bands, np.intp)
    rank[by_size] = np.arange(bands)
    order = order[np.lexsort((rank[band], turn))]
    start, end = start[order, None], end[order]
    lines = np.arange(bands)
    chosen = np.empty(len(band), np.intp)
    at = 0
    for count in np.bincount(turn).tolist():
        served = slice(at, at + count)
        choice = (free_from[:count] <= start[served]).argmax(axis=1, out=chosen[served])
        free_from[lines[:count], choice] = end[served]
        at += count
    passes = np.empty_like(chosen)
    passes[order] = chosen
    return passes


def _allowed(own: _UInt8, band: _Ints) -> _UInt8:
    """Return (W, passes) bits that may be set: a pass's own, and those painted over later.

    Every pixel is drawn once, so the bits of a band's passes add up to all six (a shorter last
    band has bits here that are never set); sums over more bands wrap at 256.
    """
    before = np.cumsum(own, axis=1, dtype=np.uint8) - own
    return ((band + 1) * ((1 << _BAND) - 1)).astype(np.uint8) - before


def _longest_runs(own: _UInt8, allowed: _UInt8, forced: _Bools) -> tuple[_Bools, _UInt8]:
    """Cover each pass from the left with runs of one sixel value, each as long as possible.

    Parameters
    ----------
    own, allowed : (W, passes) uint8
        Bits that must and that may be set.
    forced : (W, passes) bool
        Where a run has to begin.

    Returns
    -------
    starts : (W, passes) bool
        Where a run begins.
    values : (W, passes) uint8
        Bits that a run must have set so far: at its last column, its value.
    """
    starts = forced.copy()
    starts[0] = True
    values = own.copy()
    may = allowed[0].copy()
    for x in range(1, len(own)):
        must = values[x]
        must |= values[x - 1]
        may &= allowed[x]
        starts[x] |= (must | may) != may
        np.copyto(must, own[x], where=starts[x])
        np.copyto(may, allowed[x], where=starts[x])
    return starts, values


def choose_palette(picture: Picture, colours: int) -> tuple[_UInt8, _UInt8]:
    """Choose the colours to draw a picture with.

    Returns
    -------
    palette : (n <= colours, 3) uint8
        Percent of red, green and blue; the most frequent colours first, as small numbers are short.
    indices : (H, W) uint8
        The palette's entry for each pixel.
    """
    points, places = _tell_apart(picture, _COARSE)
    if len(points) <= _MANY * colours:
        points, places = _tell_apart(picture, 1)
    weights = np.bincount(places.ravel())
    nearest = np.arange(len(points))
    if len(points) > colours:
        points, nearest = _cluster(points, weights, colours)
    indices = nearest.astype(np.uint8)[places]
    frequencies = np.bincount(nearest, weights, len(points))
    order = np.argsort(-frequencies, kind="stable")[: np.count_nonzero(frequencies)]
    rank = np.zeros(len(points), np.uint8)
    rank[order] = np.arange(len(order))
    return points[order].astype(np.uint8), rank[indices]


def _tell_apart(picture: Picture, step: int) -> tuple[_Ints, npt.NDArray[np.int32]]:
    """Group the colours of a picture in cubes of `step` percent.

    Returns
    -------
    points : (n, 3) int
        Centres of the cubes that contain pixels, in percent.
    places : (H, W) int32
        The cube of each pixel.
    """
    levels = (_LEVELS - 1) // step + 1
    level = _PERCENT // step
    red, green, blue = (picture[..., channel] for channel in range(3))
    keys = (level * levels**2)[red] + (level * levels)[green] + level[blue]
    present = np.zeros(levels**3, np.bool_)
    present[keys] = True
    found = np.flatnonzero(present)
    place = np.empty(levels**3, np.int32)
    place[found] = np.arange(len(found))
    middles = np.stack(np.unravel_index(found, (levels,) * 3), axis=1) * step + step // 2
    return middles, place[keys]


def _cluster(points: _Ints, weights: _Ints, colours: int) -> tuple[_Ints, _Ints]:
    """Choose `colours` points to represent a larger number of weighted ones.

    Boxes are split at their mean, across the axis along which they vary most: all in each round, in
    the last one only the worst.  Rounds of k-means (Lloyd's algorithm) follow.

    Returns
    -------
    centres : (colours, 3) int
    nearest : (n,) int
        The centre that represents each point.
    """
    positions = points.astype(np.float64)
    moments = np.column_stack([np.ones(len(points)), positions, positions**2])
    columns: _Floats = np.ascontiguousarray((moments * weights[:, None]).T)
    box = np.zeros(len(points), np.intp)
    count = 1
    while count < colours:
        sums = np.stack([np.bincount(box, column, count) for column in columns])
        means = sums[1:4] / sums[0]
        spread = sums[4:] - means * sums[1:4]
        axis, worst = spread.argmax(axis=0), spread.max(axis=0)
        # Two points a percent apart have a spread of 0.5; a single one has rounding errors.
        split = np.argsort(-worst)[: min(colours - count, np.count_nonzero(worst > 0.25))]
        new_box = np.arange(count)
        new_box[split] = np.arange(count, count + len(split))
        threshold = means[axis, np.arange(count)]
        beyond = positions[np.arange(len(points)), axis[box]] > threshold[box]
        box = np.where(beyond, new_box[box], box)
        count += len(split)
    centres = _means(box, columns, count)
    positions32 = positions.astype(np.float32)
    for _ in range(_REFINEMENTS):
        # Squared distances without the points' own squares, which all centres share.
        around = centres.astype(np.float32)
        distances = (around**2).sum(axis=1) - positions32 @ (2 * around.T)
        box = distances.argmin(axis=1)
        centres = _means(box, columns, count)
    return np.rint(centres).astype(np.intp), box


def _means(box: _Ints, columns: _Floats, count: int) -> _Floats:
    """Return (count, 3) weighted means of the points in each box; 0 for an empty one."""
    weight, *sums = (np.bincount(box, column, count) for column in columns[:4])
    return np.stack(sums, axis=1) / np.maximum(weight, 1)[:, None]
