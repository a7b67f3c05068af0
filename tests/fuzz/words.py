"""Text files: events as CSV and as JSON, with fields, lines and values replaced."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st
from tests.fuzz.mutations import NO_UTF_8, NUMBERS, TEXTS, encoded, perhaps_mangled, sometimes

HEADERS = (
    "x,y", "x,y,weight", "pageX;pageY", "col\trow\tn", "time,X (px),Y (px),count", '"x","y"',
    "# x y", "x y", "weight,y,x", "name,x,y", "a,b,c", "x,x,y,y", "row,column", "X,Y,\u202eW",
    "Gaze point X\tGaze point Y\tDuration", "t;lat;lon;button", "x1,y1,x2,y2", "sep=;\nx;y;n",
    "exported\n\ntime,mouseX,mouseY", ",0,1,2,3,4,5", "t|x|y",
)  # fmt: skip
_ROWS = 12
_ENCODINGS = ("utf-8-sig", "utf-16", "utf-16-be", "utf-32", "latin-1")
_LINE_ENDS = ("\n", "\r\n", "\r", "\n\n", "\0", "\u2028")
_LONG = 1 << 18
"""The longest line that is read as one."""


@st.composite
def csv_files(draw: st.DrawFn) -> bytes:
    """Lines of events, some with other fields than a number, or with more or fewer."""
    header = draw(sometimes(st.sampled_from(HEADERS), 2))
    delimiter = next((mark for mark in ";\t " if header and mark in header), ",")
    width = len(header.lstrip("# ").split(delimiter)) if header else draw(st.integers(2, 4))
    fields = st.sampled_from((*NUMBERS, *TEXTS))
    lines = [] if header is None else [header]
    for row in range(draw(st.sampled_from((1, 0, 2, _ROWS, _ROWS)))):
        values = [str((row * 7 + column * 3) % 40) for column in range(width)]
        if (change := draw(sometimes(st.tuples(st.integers(0, width - 1), fields), 3))) is not None:
            values[change[0]] = change[1]
        if draw(sometimes(st.just(1), 12)):
            values = values * draw(st.sampled_from((0, 2, 40)))
        lines.append(delimiter.join(values))
    if (odd := draw(sometimes(st.tuples(st.integers(0, len(lines)), fields), 3))) is not None:
        lines.insert(*odd)
    if draw(sometimes(st.just(1), 25)):
        lines.append(
            "1,2," + draw(st.sampled_from("a,1")) * draw(st.sampled_from((_LONG, 5 * _LONG)))
        )
    end = draw(sometimes(st.sampled_from(_LINE_ENDS), 6)) or "\n"
    return draw(bytes_of(end.join(lines) + draw(st.sampled_from(("\n", "")))))


_LAYOUTS: tuple[Any, ...] = (
    {f"{at * 3},{at * 2}": at for at in range(_ROWS)},
    {f"({at}, {at})": 1.5 for at in range(3)},
    [[at, at * 2] for at in range(_ROWS)],
    [[at, at * 2, 0.5] for at in range(_ROWS)],
    [{"x": at, "y": at * 2, "weight": 3} for at in range(_ROWS)],
    [{"pageX": at, "pageY": 2 * at} for at in range(_ROWS)],
    {"size": [40, 30], "events": [[1, 2], [3, 4, 5]]},
    {"size": [40, 30], "counts": {"1,2": 3}},
    {"events": [{"x": 1, "y": 2}], "other": {"deep": [1, [2, [3]]]}},
    {"x": [1, 2, 3], "y": [4, 5, 6], "n": [1, 1, 2]},
    {"columns": ["x", "y"], "index": [0, 1], "data": [[1, 2], [3, 4]]},
    {"a": {"clicks": [{"pos": {"x": at, "y": 3}, "t": at} for at in range(_ROWS)]}, "b": [[1, 2]]},
    [{"location": [at, 2 * at], "button": "left"} for at in range(_ROWS)],
    {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"n": 1},
                "geometry": {"type": kind, "coordinates": at},
            }
            for kind, at in (
                ("Point", [1, 2]),
                ("LineString", [[1, 2], [3, 4]]),
                ("Polygon", [[[1, 2]]]),
            )
        ],
    },
    [[at * place for place in range(8)] for at in range(8)],
)
_RAW = (
    *NUMBERS[:18], "9" * 400, "9" * 5000, "-" + "9" * 5000, "1e400", "[]", "{}", "[[]]", '""',
    "1 2",
    "[" * 90 + "]" * 90, "[" * 100_000, '{"a":' * 5000, '"\\ud800"', '"\\u0000"', '"\\u001b[31m"',
    '{"x":1,"x":2,"y":3}', "[1,2,[3]]", '{"size":[1,1]}', "[1e5,1e5]", "[1e17,1e17]", "[-1,-1]",
    '[8191,8191]', "[65535, 1]", '["1", "2"]', "[true, false]", "[1,2,-5]", "[1,2,1e300]",
    '"size":[1e9,1e9]', '"size":[0,1]', '"size":[1048576,1048576]', '"size":[8192,8192]',
)  # fmt: skip
"""JSON, or nearly so, that takes the place of a value."""


@st.composite
def json_files(draw: st.DrawFn) -> bytes:
    """A document in one of the layouts, with parts of its text replaced; or one a line."""
    layout = draw(st.sampled_from(_LAYOUTS))
    text = json.dumps(layout, indent=draw(sometimes(st.just(1), 6)))
    if isinstance(layout, list) and draw(sometimes(st.just(1), 4)):
        text = "\n".join(map(json.dumps, layout))
    if draw(sometimes(st.just(1), 6)):
        text = text.replace('"', "'").replace("1", "None", 1)
    for _ in range(draw(st.sampled_from((0, 1, 1, 2)))):
        text = draw(with_another_value(text))
    return draw(bytes_of(text))


@st.composite
def with_another_value(draw: st.DrawFn, text: str) -> str:
    """One of the numbers, strings or brackets replaced, or something put before it."""
    places = [at for at, character in enumerate(text) if character in '[]{}:,"0123456789']
    if not places:
        return text
    at = draw(st.sampled_from(places))
    value = draw(
        st.sampled_from(_RAW) | st.sampled_from(TEXTS).map(json.dumps) | st.sampled_from(TEXTS)
    )
    return text[:at] + value + text[at + draw(st.integers(0, 1)) :]


@st.composite
def bytes_of(draw: st.DrawFn, text: str) -> bytes:
    """Text as UTF-8, now and then in another encoding, with bytes that are none, or mangled."""
    encoding = draw(sometimes(st.sampled_from(_ENCODINGS), 10))
    data = encoded(text) if encoding is None else text.encode(encoding, "replace")
    if (wrong := draw(sometimes(st.sampled_from(NO_UTF_8), 12))) is not None:
        at = draw(st.integers(0, len(data)))
        data = data[:at] + wrong + data[at:]
    return draw(perhaps_mangled(data, one_in=8))
