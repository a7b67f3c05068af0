""".npy and .npz files: written by hand, so that headers, checksums and data may contradict."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass
from functools import cache

import numpy as np
from hypothesis import strategies as st
from tests.fuzz.mutations import (
    EXTREMES,
    TEXTS,
    encoded,
    floats_of,
    mangled,
    perhaps_mangled,
    ranges,
    sometimes,
)

SHAPES = (
    *("(20, 2)", "(20,)", "(20, 1)", "(20, 3)", "(4, 5, 2)", "(1, 4, 5)", "()", "(0,)", "(0, 2)"),
    *("(20, 0)", "(2, 20)", "(1, 1)", "(1, 2)", "(1000000, 2)", "(2, 1000000)", "(20, 5000)"),
    *("(20, 4, 4)", "(20, 3, 4, 4)", "(20, 16)", "(1, 3, 8, 8)", "(8, 8, 4)", "(3000, 3000)"),
    *("(-1, 2)", "(20, -2)", "20", "[20, 2]", "(20.0, 2)", "(True, 2)", "(None,)", "('a',)"),
    *("(0, 9223372036854775807)", "(4611686018427387904, 2)", "(2147483648, 4294967296)"),
    *("(" + "1, " * 40 + ")", "(" + "1, " * 70 + ")", "(9" + "9" * 5000 + ",)", "(1, 0, 1e400)"),
    *("(20L, 2L)", "(20L,)", "(2LL,)"),
    *("(0, 4611686018427387904, 4)", "(65536, 65536)", "(67108865, 1)", "(1, 67108865)"),
)
DTYPES = (
    *("'<f8'", "'<f4'", "'<f2'", "'<f16'", "'>f8'", "'|b1'", "'|u1'", "'|i1'", "'<i2'", "'>u2'"),
    *("'<i8'", "'<u8'", "'>i4'", "'<U3'", "'>U3'", "'<U0'", "'|S5'", "'|S0'", "'|V0'", "'|V8'"),
    *("'|O'", "'<c16'", "'<c8'", "'<M8[ns]'", "'<m8[s]'", "'<M8[99999s]'", "'<M8'", "'O'", "'U'"),
    *("[('x', '<f8'), ('y', '<f8')]", "[('x', '<f8', (2,))]", "[('', '<f8')]", "[]", "''", "None"),
    *("[('\\x1b[31m', '<f8')]", "[('a', '<f8'), ('a', '<f8')]", "'i4,i4'", "'(2,)f8'", "b'f8'"),
    *("'<U1000000000'", "'<U2147483647'", "'|S4294967296'", "'f'", "'<T'", "'|b9'", "'<f99'"),
    *("('<f8', (2,))", "('<f8', {'a': 1})", "[('x', '|O')]", "{'names': ['a'], 'formats': ['f8']}"),
    *("'<V2'", "'<g2'", "'|V2'", "'<e3m4'", "'float8_e4m3fn'", "[('p', [('x', '<f4', (2,))])]"),
    *("[[('x', '<f8')]]", "12", "1.5", "'datetime64[\\x1b]'", "'<U" + "9" * 400 + "'"),
)
HEADERS = (
    *("", "{}", "None", "[1, 2]", "(" * 90, "(" * 5000, "-" * 5000 + "1", "{'descr': '<f8'}", "{"),
    *("__import__('os')", "{'shape': (20, 2)}", "9" * 5000, "{'a': " * 40, "'" + "a" * 9000, "\0"),
    *("{[]: 1}", "{'descr': '<f8', 'fortran_order': False, 'shape': (20, 2)}}", "1 if 1 else 2"),
)
"""Whole headers that are none."""
_VALUES = (np.nan, np.inf, -np.inf, 1e308, -1e308, 5e-324, 0.0, 1.0, 255.0, 256.0, 1e17, -0.5)
_CYCLE_MOST = 1 << 22
"""Bytes of data that are made for a header that asks for them."""

_random = np.random.default_rng(0)
SEEDS: dict[str, np.ndarray] = {
    "X": _random.normal(0, 5, (20, 2)).astype(np.float32),
    "coords": np.asfortranarray(_random.normal(0, 5, (20, 2))),
    "embedding": _random.normal(0, 5, (20, 7)),
    "y": _random.integers(0, 4, 20),
    "labels": np.array(["cat", "dog", "漢字", "a\x1b[31m\x1b]0;b\x07\x9b", ""] * 4),
    "targets": _random.normal(0, 1, (20, 1)).astype(">f4"),
    "classes": np.array([b"one", b"\xff\xfe", b"two\x1b", b"four"] * 5),
    "X_plot": _random.integers(0, 256, (20, 4, 4), np.uint8),
    "images": _random.random((20, 3, 4, 4)).astype(np.float16),
    "thumbnails": _random.random((20, 16)),
    "maps": _random.normal(0, 1, (20, 4, 5)).astype(np.float32),
    "names": np.array([f"row {row}\u202e" for row in range(20)]),
    "ids": np.arange(20, dtype=np.uint64) + 2**63,
    "image": _random.integers(0, 256, (8, 9, 3), np.uint8),
    "feature": _random.normal(0, 1, (5, 4, 4)).astype(np.float32),
    "cam": _random.random((1, 3, 4, 5)),
    "counts": _random.poisson(1.0, (12, 15)).astype(np.int32),
    "events": _random.integers(0, 30, (40, 3)).astype(np.float64),
    "flags": np.array([True, False] * 10),
    "when": np.array(["2020-01-01", "NaT"] * 10, "datetime64[s]"),
    "complex": np.ones((20, 2), complex),
    "record": np.zeros(20, [("x", "<f8"), ("y", "<f8")]),
    "objects": np.array([{"a": 1}, None] * 10, object),
    "scalar": np.array(3.5),
    "nothing": np.zeros((0, 2)),
}
ROLES = (
    ("X", "y", "X_plot", "maps", "names"),
    ("coords", "labels", "images", "ids"),
    ("embedding", "targets", "thumbnails"),
    ("X", "classes"),
    ("image", "feature"),
    ("image", "cam"),
    ("counts",),
    ("events", "flags"),
)
"""Arrays that go together."""


@dataclass(frozen=True)
class Npy:
    """One array, as text and bytes."""

    shape: str
    dtype: str
    order: str
    data: bytes
    header: str | None = None
    version: int = 1
    length: int | None = None
    """Length that it declares for the header, if not the true one."""

    def encode(self) -> bytes:
        text = self.header
        if text is None:
            text = (
                f"{{'descr': {self.dtype}, 'fortran_order': {self.order}, 'shape': {self.shape}}}"
            )
        header = encoded(text) + b"\n"
        width = 2 if self.version == 1 else 4
        length = (len(header) if self.length is None else self.length) % 256**width
        return (
            (b"\x93NUMPY" + bytes((self.version, 0)) + length.to_bytes(width, "little"))
            + header
            + self.data
        )


@cache
def seed_npy(name: str) -> Npy:
    """A seed's array as numpy writes it."""
    array = SEEDS[name]
    stream = io.BytesIO()
    np.lib.format.write_array(stream, array)
    stream.seek(10)
    stream.readline()
    fields = np.lib.format.header_data_from_array_1_0(array)
    return Npy(
        str(fields["shape"]), repr(fields["descr"]), str(fields["fortran_order"]), stream.read()
    )


@st.composite
def npy_arrays(draw: st.DrawFn, name: str, one_in: int = 2) -> bytes:
    """A seed's array, one time in so many with something about it changed."""
    npy = seed_npy(name)
    if draw(sometimes(st.just(1), one_in)) is None:
        return npy.encode()
    shape = draw(sometimes(st.sampled_from(SHAPES), 2)) or npy.shape
    dtype = draw(sometimes(st.sampled_from(DTYPES), 2)) or npy.dtype
    order = draw(sometimes(st.sampled_from(("True", "None", "'C'", "2", "[]")))) or npy.order
    data = npy.data
    if draw(st.booleans()):
        data = _as_long_as_needed(data, shape, dtype)
    if (value := draw(sometimes(st.sampled_from(_VALUES), 2))) is not None:
        data = floats_of(data, value, draw(ranges(len(data))))
    changed = Npy(
        shape,
        dtype,
        order,
        draw(perhaps_mangled(data[:_CYCLE_MOST], one_in=6)),
        draw(sometimes(st.sampled_from(HEADERS), 12)),
        draw(sometimes(st.sampled_from((0, 2, 3, 4, 255)), 8)) or 1,
        draw(sometimes(st.sampled_from(EXTREMES), 12)),
    )
    return draw(perhaps_mangled(changed.encode(), one_in=8))


def _as_long_as_needed(data: bytes, shape: str, dtype: str) -> bytes:
    """The data repeated, so that the header is right, where that can be."""
    try:
        sides = [int(side) for side in shape.strip("()[]").split(",") if side.strip()]
        needed = int(np.prod(sides, dtype=object)) * np.dtype(dtype.strip("'")).itemsize
    except (ValueError, TypeError, SyntaxError):
        return data
    if not 0 <= needed <= _CYCLE_MOST or not data:
        return data
    return (data * (needed // len(data) + 1))[:needed]


@cache
def bomb(shape: tuple[int, ...], dtype: str = "|u1") -> bytes:
    """Zeros of that shape as a .npy file."""
    zeros = bytes(int(np.prod(shape)) * np.dtype(dtype).itemsize)
    return Npy(str(shape), repr(dtype), "False", zeros).encode()


BOMBS = (
    *(((1 << 23, 2), "<f4"), ((1 << 23, 2), "|u1"), ((1 << 25,), "|u1"), ((5000, 5000), "|u1")),
    *(((20, 1500, 1500), "|u1"), ((20, 1 << 19), "<f4"), ((1 << 20, 4), "<f8")),
)


@dataclass(frozen=True)
class Member:
    """One file of a zip archive, and what the archive says of it; None is the truth."""

    name: bytes
    payload: bytes
    deflated: bool = False
    method: int | None = None
    flags: int = 0
    crc: int | None = None
    packed: int | None = None
    size: int | None = None
    offset: int | None = None
    local_name: bytes | None = None
    extra: bytes = b""
    local_extra: bytes = b""


@cache
def _deflate(payload: bytes) -> bytes:
    return zlib.compress(payload, 6, wbits=-15)


def zip_archive(
    members: list[Member], count: int | None = None, at: int | None = None, comment: bytes = b""
) -> bytes:
    """A zip archive; format: PKWARE's APPNOTE.TXT 4.3."""
    body, directory = b"", b""
    for member in members:
        packed = _deflate(member.payload) if member.deflated else member.payload
        method = (8 if member.deflated else 0) if member.method is None else member.method
        crc = zlib.crc32(member.payload) if member.crc is None else member.crc
        sizes = (
            (len(packed) if member.packed is None else member.packed) % 2**32,
            (len(member.payload) if member.size is None else member.size) % 2**32,
        )
        shared = (member.flags, method, 0, 33, crc % 2**32, *sizes)
        offset = (len(body) if member.offset is None else member.offset) % 2**32
        directory += struct.pack(
            "<4s6H3I5H2I", b"PK\x01\x02", 20, 20, *shared,
            len(member.name), len(member.extra), 0, 0, 0, 0, offset,
        ) + member.name + member.extra  # fmt: skip
        local_name = member.name if member.local_name is None else member.local_name
        body += struct.pack(
            "<4s5H3I2H", b"PK\x03\x04", 20, *shared, len(local_name), len(member.local_extra)
        )
        body += local_name + member.local_extra + packed
    number = (len(members) if count is None else count) % 2**16
    end = struct.pack(
        "<4s4H2IH", b"PK\x05\x06", 0, 0, number, number, len(directory) % 2**32,
        (len(body) if at is None else at) % 2**32, len(comment),
    )  # fmt: skip
    return body + directory + end + comment


@st.composite
def npz_files(draw: st.DrawFn) -> bytes:
    """Arrays that go together, perhaps with others, mutated in any of the layers."""
    names = list(draw(st.sampled_from(ROLES)))
    names += draw(st.lists(st.sampled_from(sorted(SEEDS)), max_size=2))
    members = []
    for name in names:
        payload = draw(npy_arrays(name, one_in=3))
        if (big := draw(sometimes(st.sampled_from(BOMBS), 12))) is not None:
            payload = bomb(*big)
        shown = draw(sometimes(st.sampled_from((*TEXTS, "X", "y", "images")), 10))
        called = encoded(name if shown is None else shown)[:60_000]
        called += draw(sometimes(st.sampled_from((b"", b".npy.npy", b".txt", b"/")), 16)) or b".npy"
        deflated = big is not None or draw(st.booleans())
        member = Member(called, payload, deflated, flags=0 if called.isascii() else 0x800)
        if draw(sometimes(st.just(1), 5)):
            member = draw(_lying(member))
        members.append(member)
    end = draw(sometimes(st.tuples(*[sometimes(st.sampled_from(EXTREMES))] * 2), 8)) or (None, None)
    archive = zip_archive(members, *end, comment=draw(sometimes(st.binary(max_size=30), 9)) or b"")
    return draw(perhaps_mangled(archive, one_in=5))


@st.composite
def _lying(draw: st.DrawFn, member: Member) -> Member:
    """A member of which the archive doesn't tell the truth."""
    number = sometimes(st.sampled_from(EXTREMES), 3)
    zip64 = struct.pack("<HHQQQ", 1, 24, *(draw(st.sampled_from(EXTREMES)) for _ in range(3)))
    extra = sometimes(st.just(zip64) | st.binary(max_size=12), 4)
    return Member(
        member.name,
        draw(perhaps_mangled(member.payload, one_in=4)),
        member.deflated,
        draw(sometimes(st.sampled_from((0, 1, 8, 12, 14, 93, 99)), 4)),
        draw(sometimes(st.sampled_from((1, 8, 0x20, 0x40, 0x800, 0xFFFF)), 4)) or member.flags,
        draw(number),
        draw(number),
        draw(number),
        draw(number),
        draw(sometimes(st.sampled_from(TEXTS).map(encoded).map(lambda name: name[:60_000]), 6)),
        draw(extra) or b"",
        draw(extra) or b"",
    )


@st.composite
def npy_files(draw: st.DrawFn) -> bytes:
    """One array by itself."""
    name = draw(st.sampled_from(sorted(SEEDS)))
    return draw(
        npy_arrays(name, one_in=2) | st.builds(Npy.encode, st.just(seed_npy(name))).flatmap(mangled)
    )
