"""Input that a terminal could send, and input that none should."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st
from tests.fuzz.mutations import EXTREMES, NO_UTF_8, TEXTS, encoded, mangled, sometimes

_CODES = (
    *(0, 1, 2, 4, 5, 6, 9, 13, 27, 32, 35, 39, 40, 60, 64, 65, 79, 80, 97, 127, 128, 200),
    *(255, 256, 1000, 4096, 55296, 57344, 57399, 57441, 1114111, 1114112, *EXTREMES, -1, -5),
)
_NUMBERS = (
    *map(str, _CODES),
    *("", "1:2", "97:65", "1:2:3", ":", "0" * 30, "9" * 26, "٣", "²"),
)
numbers = st.sampled_from(_NUMBERS)
_small = st.integers(0, 90).map(str)

_KEYS = "hjklHJKLgG[]ynN/ 0123456789+-=b sadiv.,<>cCuUmM{}tTAXpofxE?\t\r\x1b\x7f"
_CONTROL = "\x00\x01\x02\x04\x05\x06\x08\x0c\x10\x1a\x1c\x1f"
_NAMED = (
    *(f"\x1b[{end}" for end in "ABCDFHZ"),
    *(f"\x1b[1;{modifier}{end}" for modifier in (2, 5, 9) for end in "ABCDHF"),
    *(f"\x1bO{end}" for end in "ABCDPQRSHF"),
    *(f"\x1b[{code}~" for code in (1, 2, 3, 4, 5, 6, 11, 15, 17, 24, 99)),
)
_KITTY_ENDS = "uu~ABCDEFHPQRS"
_REPLIES = (
    *("\x1b[?64;1;2;4;22c", "\x1b[>41;390;0c", "\x1b[?62;c", "\x1b[0n", "\x1b[?1;2c" * 20),
    *(
        "\x1bP>|XTerm(390)\x1b\\",
        "\x1bP1$r0;48:2::1:2:3m\x1b\\",
        "\x1bP0$r\x1b\\",
        "\x1bP!|00\x1b\\",
    ),
    *("\x1b]11;rgb:ffff/ffff/ffff\x1b\\", "\x1b]10;rgb:00/00/00\x07", "\x1b]52;c;aGVsbG8=\x07"),
    *("\x1b]4;1;rgb:00/00/00\x07", "\x1b]l a title\x1b\\", "\x1b_Gi=31;OK\x1b\\"),
    *("\x1b_Gi=1,p=1;ENOENT:gone\x1b\\", "\x1b[6;18;9t", "\x1b[8;24;80t", "\x1b[4;0;0t"),
    *("\x1b[?997;1n", "\x1b[?997;2n", "\x1bP1+r544e=78\x1b\\", "\x1b[I", "\x1b[O", "\x1b[?1u"),
)
_QUITTING = bytes.maketrans(b"q\x03\x11", b"x\x00\x00")


@dataclass(frozen=True)
class Piece:
    """Bytes that come at once."""

    kind: str
    data: bytes

    def staying(self) -> Piece:
        """The same without the keys that quit."""
        return Piece(self.kind, self.data.translate(_QUITTING))


def _text(pattern: str, *parts: st.SearchStrategy[str]) -> st.SearchStrategy[bytes]:
    return st.tuples(*parts).map(lambda drawn: encoded(pattern.format(*drawn)))


keys = st.lists(
    st.sampled_from((*_KEYS, *_CONTROL, *_NAMED, "q", "\x03", "\x11")), min_size=1, max_size=12
).map(lambda typed: encoded("".join(typed)))
kitty = _text("\x1b[{};{};{}{}", numbers, numbers, numbers, st.sampled_from(_KITTY_ENDS)) | _text(
    "\x1b[{};{}{}", numbers, numbers, st.sampled_from(_KITTY_ENDS)
)
mouse = (
    _text("\x1b[<{};{};{}{}", numbers, numbers, numbers, st.sampled_from("Mm"))
    | st.lists(
        _text("\x1b[<{};{};{}{}", st.sampled_from(("0", "2", "32", "35", "64", "65")),
              _small, _small, st.sampled_from("MMm")),
        min_size=1, max_size=60,
    ).map(b"".join)
    | st.binary(min_size=3, max_size=3).map(lambda place: b"\x1b[M" + place)
    | _text("\x1b[{};{};{}M", numbers, numbers, numbers)
)  # fmt: skip
_places = st.tuples(st.integers(1, 80), st.integers(1, 24))
_click = st.builds(
    lambda place, button, times: (
        b"\x1b[<%d;%d;%dM\x1b[<%d;%d;%dm" % (button, *place, button, *place) * times
    ),
    _places,
    st.sampled_from((0, 0, 0, 2)),
    st.sampled_from((1, 1, 2, 3)),
)
clicks = st.lists(_click, min_size=1, max_size=4).map(b"".join)
"""Press and release at one place, also twice at once."""
_in_the_palette = (
    st.sampled_from(("\r", "\x1b[A", "\x1b[B", "\x1b[5~", "\x1b[6~", "\x7f", "\x1b", "\x10")).map(
        encoded
    )
    | st.text("abcdefilmnoprstuz ", min_size=1, max_size=4).map(encoded)
    | _click
    | _places.map(lambda place: b"\x1b[<65;%d;%dM" % place)
)
palette = st.lists(_in_the_palette, max_size=6).map(lambda acts: b"\x10" + b"".join(acts))
"""The palette opened, and typed and clicked in; it may stay open."""
modes = _text("\x1b[?{};{}$y", st.sampled_from(("2026", "2048", "1016", "1006", "9" * 9)), numbers)
resizes = _text("\x1b[48;{};{};{};{}t", numbers, numbers, numbers, numbers)
places = _text("\x1b[{};{}R", numbers, numbers)
replies = st.sampled_from(_REPLIES).map(encoded)
_inside = st.lists(
    st.sampled_from(TEXTS).map(encoded) | st.sampled_from(NO_UTF_8) | keys | kitty, max_size=4
).map(b"".join)
pastes = st.builds(
    lambda start, inside, end: start + inside + end,
    st.sampled_from((b"\x1b[200~", b"\x1b[200~" * 2)),
    _inside,
    st.sampled_from((b"\x1b[201~", b"\x1b[201~", b"", b"\x1b[201", b"\x1b[201~" * 2)),
)
_STRINGS = (
    "\x1b]",
    "\x1bP",
    "\x1b_",
    "\x1b^",
    "\x1bX",
    "\x1b[",
    "\x1b[?",
    "\x1b[<",
    "\x9b",
    "\x90",
)
long = _text(
    "{}{}{}",
    st.sampled_from(_STRINGS),
    st.sampled_from((";" * 9000, "1" * 9000, "1;" * 9000, "a" * 250, "漢" * 250, "\x1b" * 250)),
    st.sampled_from(("", "\x07", "\x1b\\", "m", "u", "t", "M")),
)
rubbish = st.binary(min_size=1, max_size=40) | st.sampled_from(NO_UTF_8)
valid = keys | kitty | mouse | clicks | palette | modes | resizes | places | replies | pastes

KINDS: dict[str, st.SearchStrategy[bytes]] = {
    "keys": keys,
    "kitty keys": kitty,
    "mouse": mouse,
    "clicks": clicks,
    "palette": palette,
    "modes": modes,
    "resizes": resizes,
    "places": places,
    "replies": replies,
    "pastes": pastes,
    "long": long,
    "rubbish": rubbish,
    "mutated": valid.flatmap(mangled),
    "cut off": st.tuples(valid, st.integers(1, 30)).map(lambda drawn: drawn[0][: drawn[1]]),
}


@st.composite
def pieces(draw: st.DrawFn, kinds: tuple[str, ...] = tuple(KINDS)) -> Piece:
    """A few sequences of one kind, in one write."""
    kind = draw(st.sampled_from(kinds))
    data = b"".join(draw(st.lists(KINDS[kind], min_size=1, max_size=3)))
    piece = Piece(kind, data)
    return piece if draw(sometimes(st.just(1), 40)) else piece.staying()


@st.composite
def wrong_answers(draw: st.DrawFn, right: dict[bytes, bytes]) -> dict[bytes, bytes]:
    """Answers to the questions at the start: some wrong, missing, twice, cut off, or huge."""
    answers = dict(right)
    for question in draw(st.lists(st.sampled_from(sorted(right)), max_size=3)):
        reply = answers[question]
        how = draw(st.sampled_from(("mangled", "other", "twice", "cut", "huge", "none", "number")))
        if how == "mangled":
            reply = draw(mangled(reply))
        elif how == "other":
            reply = draw(valid | rubbish)
        elif how == "twice":
            reply *= 2
        elif how == "cut":
            reply = reply[: draw(st.integers(0, len(reply)))]
        elif how == "huge":
            reply = draw(long) + reply
        elif how == "number":
            reply = reply.replace(b"1", encoded(draw(numbers)))
        else:
            reply = b""
        answers[question] = reply.translate(_QUITTING)
    return answers
