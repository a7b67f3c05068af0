"""Python objects of every kind through `vizterm.embed`, `vizterm.heat` and `vizterm.overlay`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hypothesis import strategies as st
from tests.fuzz.engine import FindingError
from tests.fuzz.files import breakdown, innermost, terminal_text
from tests.fuzz.mutations import EXTREMES, TEXTS, sometimes
from tests.fuzz.worker import Worker

PRELUDE = """\
import warnings
from decimal import Decimal
from fractions import Fraction
import numpy as np
import vizterm
from vizterm_core.errors import VizError

nan, inf = float("nan"), float("inf")


class Fails:
    def __array__(self, *_, **__):
        raise ZeroDivisionError("an array that can't be made")


class Deep:
    shape, ndim, dtype = (3, 2), 2, np.dtype(float)

    def __array__(self, dtype=None, copy=None):
        return np.zeros((1, 1, 1, 3, 2))


class Liar:
    def __len__(self):
        return 5

    def __getitem__(self, index):
        if index > 2:
            raise KeyError("gone")
        return [index, index]


class Broken:
    def __iter__(self):
        yield 1, 2
        raise RuntimeError("in the midst of it")

    def __repr__(self):
        raise RuntimeError("no repr")

    __str__ = __repr__


def some(shape, dtype="f8"):
    values = np.random.default_rng(0).random(shape) * 9
    with np.errstate(all="ignore"):
        return values.astype(dtype)
"""
_SCALARS = (
    *("None", "True", "0", "1", "-1", "2.5", "nan", "inf", "-inf", "1e308", "5e-324", "10**400"),
    *("b''", "b'\\xff'", "1j", "object()", "Fails()", "Broken()", "...", "Decimal('1.5')"),
    *("Fraction(1, 3)", "np.float32(3)", "np.datetime64('NaT')", "np.str_('a')", "np.bool_(True)"),
    *("np.float64('nan')", "np.ma.masked", "range(3)", "int", "(lambda: 0)", "{}", "[]", "()"),
    *map(repr, TEXTS[:40]),
    *map(str, EXTREMES),
)
_SHAPES = (
    *("()", "(0,)", "(1,)", "(5,)", "(5, 1)", "(5, 2)", "(2, 5)", "(2, 2)", "(5, 3)", "(3, 5)"),
    *("(0, 2)", "(5, 0)", "(1, 2)", "(5, 7)", "(20, 30)", "(5, 4, 4)", "(5, 4, 4, 3)", "(4, 4, 3)"),
    *("(3, 4, 4)", "(1, 3, 4, 4)", "(5, 16)", "(5, 1, 4, 4)", "(1, 1, 1, 1, 1)", "(70000, 2)"),
    *("(1, 9000)", "(9000, 1)"),
)
_DTYPES = (
    *("'f8'", "'f4'", "'f2'", "'g'", "'>f8'", "'?'", "'u1'", "'i1'", "'i8'", "'u8'", "'c16'"),
    *("'U3'", "'S2'", "object", "'M8[s]'", "'m8[D]'", "'V4'", "'i4,i4'"),
)
_ARRAYS = (
    *("some({})", "np.zeros({})", "np.full({}, nan)", "np.full({}, inf)", "np.full({}, 1e308)"),
    *("some({})[..., ::-1]", "np.asfortranarray(some({}))", "np.broadcast_to(1.0, {})"),
    *("np.ma.masked_less(some({}), 5)", "np.ma.masked_all({})", "np.full({}, None)"),
    *("np.full({}, 'a')", "np.full({}, '')", "some({}).tolist()", "iter(some({}).tolist())"),
    *("memoryview(np.ascontiguousarray(some({})))", "some({}).view(np.recarray)"),
    *("[*map(tuple, some({}))]", "tuple(some({}))", "{{'a': some({})}}"),
)
_WHOLE = (
    *("Fails()", "Deep()", "Liar()", "Broken()", "np.matrix(some((5, 2)))", "{1, 2}", "'text'"),
    *("'/nonexistent.png'", "b'bytes'", "some((5, 2)).astype(object)", "(x for x in [[1, 2]])"),
    *("{(1, 2): 3}", "{(1, 2): nan, (3, 4): 5}", "{'1,2': 3}", "{(1, 2): 'a'}", "{(1,): 2}"),
    *("{((1, 2), 3): 4}", "{frozenset({1, 2}): 3}", "{(1e300, -1e300): 1}", "{(1, 2): 10**400}"),
    *(
        "{'x': [1, 2], 'y': some((2,))}",
        "{'x': some((3,)), 'y': some((4,))}",
        "(some((9,)), some((9,)))",
    ),
    *(
        "{'data': [{'x': 1, 'y': 2, 'n': 3}]}",
        "{'a': {'b': [[1, 2], [3, 4]]}}",
        "{'x': Fails(), 'y': 1}",
    ),
    *("some((9,), 'f8,f8')", "np.rec.fromrecords([(1, 2), (3, 4)], names='x,y')", "some((2, 50))"),
    *("[(1, 2), (3, 4, 5)]", "[{'x': 1, 'y': 2}, {}]", "[{'x': 1}, [1, 2]]", "[[1, 2], [3]]"),
    *("np.broadcast_to(0.0, (10**9, 2))", "np.broadcast_to(0.0, (10**6, 10**6))", "type", "..."),
    *("np.array(some((5, 2)), dtype=object)", "np.array([[1, 2], 'ab'], dtype=object)"),
)

scalars = st.sampled_from(_SCALARS) | st.floats().map(lambda value: f"float({str(value)!r})")
_arrays = st.builds(str.format, st.sampled_from(_ARRAYS), st.sampled_from(_SHAPES))
_typed = st.builds("some({}, {})".format, st.sampled_from(_SHAPES), st.sampled_from(_DTYPES))
_nested = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=5).map(lambda parts: f"[{', '.join(parts)}]")
        | st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"({', '.join(parts)},)")
    ),
    max_leaves=12,
)
_pairs = st.lists(st.tuples(scalars, scalars), max_size=6).map(
    lambda rows: f"[{', '.join(f'[{x}, {y}]' for x, y in rows)}]"
)
anything = _arrays | _typed | st.sampled_from(_WHOLE) | _nested | _pairs
_text = scalars | st.sampled_from([repr(text) for text in TEXTS])
_sizes = st.sampled_from(
    ("(9, 9)", "(0, 0)", "(-1, 5)", "'9x9'", "(1e9, 1e9)", "(nan, 1)", "9", "[9, 9, 9]", "(1, 2)")
)
_names = st.sampled_from(
    *[("'inferno'", "'jet_r'", "'log'", "'minmax'", "'max'", "'none'", "'symmetric'", "'sqrt'")]
)

_POINTS = (
    *("some((5, 2))", "[[1, 2], [3, 4], [5, 6], [7, 8], [9, 9]]", "some((5, 7))"),
    "some((5, 2), 'f4')",
)
FUNCTIONS: dict[str, tuple[tuple[st.SearchStrategy[str], ...], dict[str, st.SearchStrategy[str]]]]
FUNCTIONS = {
    "embed": (
        (st.sampled_from(_POINTS) | anything,),
        {
            "y": st.sampled_from(("[0, 1, 0, 1, 2]", "list('aabbc')")) | anything,
            "images": st.sampled_from(("some((5, 4, 4))", "some((5, 16))")) | anything,
            "maps": st.sampled_from(("some((5, 4, 4))",)) | anything,
            "names": st.sampled_from(("list('abcde')",)) | anything,
            "image_shape": st.sampled_from(("(4, 4)", "(2, 2, 4)", "(-4, -4)")) | _sizes | scalars,
            "title": _text,
        },
    ),
    "heat": (
        (st.sampled_from(("some((9, 9))", "{(1, 2): 3}", "some((9, 2))")) | anything,),
        {
            "size": _sizes | scalars,
            "sigma": _sizes | scalars,
            "cmap": _names | _text,
            "norm": _names | _text,
            "background": st.sampled_from(("some((9, 9, 3))",)) | anything,
            "kind": st.sampled_from(("'events'", "'grid'")) | scalars,
            "columns": st.sampled_from(("'x,y'", "('y', 'x')", "(2, 1)", "('a',)")) | anything,
            "points": st.sampled_from(("'data'", "'a.b'")) | _text,
            "by": st.sampled_from(("'n'", "1", "'y'")) | _text,
            "time": st.sampled_from(("'x'", "2", "'t'")) | _text,
            "title": _text,
        },
    ),
    "overlay": (
        (
            st.sampled_from(("some((9, 9, 3))", "some((3, 9, 9))")) | anything,
            st.sampled_from(
                (
                    *("some((5, 4, 4))", "some((4, 4))", "some((3, 17, 17))", "some((50, 64))"),
                    *("some((3, 2, 4, 4))", "[some((4, 4)), some((2, 2))]", "{'a': some((4, 4))}"),
                )
            )
            | anything,
        ),
        {
            "channel": st.sampled_from(("0", "4", "'mean'", "'l2'", "-1", "99")) | scalars,
            "mode": st.sampled_from(("'color'", "'gray'", "'multiply'")) | _text,
            "alpha": st.sampled_from(("0.5", "0", "1", "2")) | scalars,
            "cmap": _names | _text,
            "norm": _names | _text,
            "fit": st.sampled_from(("'feature'", "'image'")) | _text,
            "vmin": scalars,
            "vmax": scalars,
            "layout": st.sampled_from(("'hwc'", "'tokens'", "'attention'", "'flat'")) | _text,
            "transpose": st.sampled_from(("True", "False")) | scalars,
            "missing": st.sampled_from(("[0]", "[]", "(0, 65535)")) | anything,
            "image_range": st.sampled_from(("(0, 1)", "(1, 0)")) | anything,
            "index": st.sampled_from(("0", "1", "99")) | scalars,
            "token": st.sampled_from(("0", "1", "99")) | scalars,
            "title": _text,
        },
    ),
}


@dataclass(frozen=True)
class ObjectCase:
    """A call of one of the functions, as Python code."""

    function: str
    call: str

    @property
    def kind(self) -> str:
        return self.function

    @property
    def weight(self) -> int:
        return len(self.call)

    @property
    def code(self) -> str:
        """A program of its own."""
        return f"{PRELUDE}\n\n{self.call}\n"

    def store(self, directory: Path) -> None:
        (directory / "call.py").write_bytes(self.code.encode("utf-8", "surrogatepass"))


@st.composite
def object_cases(draw: st.DrawFn) -> ObjectCase:
    """A call with some of the arguments."""
    function = draw(st.sampled_from(sorted(FUNCTIONS)))
    needed, optional = FUNCTIONS[function]
    arguments = [draw(strategy) for strategy in needed]
    for name, strategy in optional.items():
        if (value := draw(sometimes(strategy, 4))) is not None:
            arguments.append(f"{name}={value}")
    return ObjectCase(function, f"vizterm.{function}({', '.join(arguments)})")


class ObjectFuzzer:
    """Runs calls in a worker process: each shows something, or raises a VizError."""

    name = "objects"

    def __init__(self) -> None:
        self._worker = Worker()

    def cases(self) -> st.SearchStrategy[ObjectCase]:
        return object_cases()

    def run(self, case: ObjectCase) -> str:
        ran = self._worker.run_code(case.code)
        out, err = ran.out.decode("utf-8", "replace"), ran.err.decode("utf-8", "replace")
        wrong = breakdown(ran, out, "") or terminal_text(out, err)
        said = (err.splitlines() or [""])[-1]
        if not wrong and ran.code == 1 and not said.startswith("VizError: "):
            if "vizterm" not in ran.trace:
                return "no object"
            wrong = f"{said.partition(':')[0]} from {innermost(ran.trace, last=True)}"
        if not wrong and ran.code == 0 and not out.strip():
            wrong = "shown, but nothing is"
        if wrong:
            report = f"{case.call}\n\n{err}\n{ran.trace}\ngrown by {ran.grown:,} bytes\n\n{out}"
            raise FindingError(wrong, report)
        return "refused" if ran.code else "shown"

    def close(self) -> None:
        self._worker.close()
