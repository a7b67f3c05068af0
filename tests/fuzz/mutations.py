"""Mutations of bytes and text that know nothing of a format."""

from __future__ import annotations

import struct

from hypothesis import strategies as st

EXTREMES = (
    *(0, 1, 2, 7, 127, 128, 255, 256, 32767, 32768, 65535, 65536, 2**24, 2**31 - 1, 2**31),
    *(2**32 - 1, 2**32, 2**53, 2**62, 2**63 - 1, 2**63, 2**64 - 1),
)
"""Numbers where something overflows, or begins to be absurd."""
NUMBERS = (
    *("0", "-1", "-0.0", "1e5", "1e308", "-1e308", "1e309", "5e-324", "nan", "inf", "-inf", "+5"),
    *("NaN", "Infinity", "-Infinity", "1_0", "0x10", "1,5", "٣", "½", "1e", ".", "", "--1"),
    *("9" * 400, "9" * 5000, "1" + "0" * 30, "0." + "0" * 400 + "1", "true", "null", "4294967296"),
    *("65535", "8191", "8192", "67108864", "2147483648", "9223372036854775808"),
)
"""Numbers as text, and what is none."""
TEXTS = (
    *("\x1b[31mred", "\x1b]0;title\x07", "\x1b]52;c;aGk=\x07", "\x1bP1$r\x1b\\", "\x9b31m", "\x1b"),
    *("\u202eabc", "\u2066\u2069", "a\u200bb", "\ufeff", "\u2028", "\u2029", "\ud800", "\ufffe"),
    *("\0", "a\0b", "\r", "\n", "\r\n", "\t", "\x0b", "\x0c", "\x85", "\x7f", "\x08\x08"),
    *("[bold]x[/]", "[red", "e" + "\u0301" * 300, "😀", "👩‍👩‍👧‍👦", "漢字", "שלום", "ﷺ" * 30),
    *("", " ", "'", '"', '""', '"a,b"', "a" * 300, "a" * 20_000, "%s%n", "{0}", "\\", "../../x"),
)
"""Text that something might act on."""
NO_UTF_8 = (b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x80\x81", b"\xc0\xaf")
"""Bytes that are no UTF-8."""

texts = st.sampled_from(TEXTS) | st.text(max_size=12)


def sometimes(strategy: st.SearchStrategy, one_in: int = 4) -> st.SearchStrategy:
    """Values of the strategy now and then; else None, which is simplest."""
    return st.integers(0, one_in - 1).flatmap(
        lambda drawn: strategy if drawn == one_in - 1 else st.none()
    )


def encoded(text: str) -> bytes:
    """UTF-8; lone surrogates are no UTF-8, and stay that."""
    return text.encode("utf-8", "surrogatepass")


@st.composite
def ranges(draw: st.DrawFn, length: int) -> slice:
    """Some part of a sequence, most often a short one near its beginning or end."""
    near = st.integers(0, min(length, 80))
    start = draw(near | near.map(lambda at: length - at) | st.integers(0, length))
    size = draw(st.sampled_from((1, 2, 4, 8, 16)) | st.integers(0, length))
    return slice(start, min(length, start + size))


@st.composite
def mangled(draw: st.DrawFn, data: bytes, others: tuple[bytes, ...] = ()) -> bytes:
    """`data` with one part of it flipped, cut, doubled, moved, or written over.

    Parameters
    ----------
    others : tuple of bytes
        What parts are spliced in from.
    """
    where = draw(ranges(len(data)))
    before, part, after = data[: where.start], data[where], data[where.stop :]
    how = draw(st.sampled_from(("flip", "number", "cut", "drop", "double", "insert", "splice")))
    if how == "flip":
        bit = 1 << draw(st.integers(0, 7))
        return before + bytes(byte ^ bit for byte in part[:1]) + part[1:] + after
    if how == "number":
        number, size = draw(st.sampled_from(EXTREMES)), draw(st.sampled_from((1, 2, 4, 8)))
        order = draw(st.sampled_from(("little", "big")))
        written = (number % 256**size).to_bytes(size, order)
        return before + written + data[where.start + size :]
    if how == "cut":
        return before
    if how == "drop":
        return before + after
    if how == "double":
        return before + part * draw(st.sampled_from((2, 3, 50))) + after
    if how == "insert":
        nasty = texts.map(encoded) | st.sampled_from(NO_UTF_8) | st.binary(max_size=8)
        return before + draw(nasty) + part + after
    other = draw(st.sampled_from((data, *others)))
    return before + other[draw(ranges(len(other)))] + after


@st.composite
def perhaps_mangled(
    draw: st.DrawFn, data: bytes, others: tuple[bytes, ...] = (), one_in: int = 3
) -> bytes:
    """`data` as it is, most often; else mangled, once or a few times."""
    for _ in range(draw(sometimes(st.integers(1, 3), one_in)) or 0):
        data = draw(mangled(data, others))
    return data


def floats_of(data: bytes, value: float, at: slice) -> bytes:
    """`data` with one value, as float64, over a part of it."""
    part = data[at]
    filled = (struct.pack("<d", value) * (len(part) // 8 + 1))[: len(part)]
    return data[: at.start] + filled + data[at.stop :]
